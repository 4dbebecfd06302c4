#!/usr/bin/env python3
"""Verify GreenMine's public log from outside: an exported file, and checkpoints that you kept elsewhere.

    python3 verify_public_log.py LOG.ndjson CHECKPOINT.txt [CHECKPOINT.txt …] [--key BASE64]

Needs Python 3.8 and nothing else; with --key also the package "cryptography", to check who signed. Ends with 0 where the
file holds under every checkpoint, with 1 where something was altered, dropped, reordered or truncated, and says what.
"""

# ruff: noqa: ANN001, ANN201, B905, BLE001, D103, PLC0415, PTH123 -- short, for any Python 3.8, to be read by strangers
import base64
import hashlib
import json
import sys

SUMS = [name for name in ("sha256", "sm3") if name in hashlib.algorithms_available]


def of(name, content):
    return hashlib.new(name, content).digest()


def root(name, hashes):  # RFC 6962, 2.1: a lone hash at the end of a row goes up as it is
    while len(hashes) > 1:
        row = [of(name, b"\x01" + left + right) for left, right in zip(hashes[::2], hashes[1::2])]
        hashes = row + hashes[len(hashes) - len(hashes) % 2 :]
    return hashes[0] if hashes else of(name, b"")


def read_log(path):
    leaves, withdrawn, without, wrong = [], set(), [], []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            leaf = json.loads(line)
            leaves.append(leaf)
            if leaf["number"] != number:
                wrong.append(f"line {number} carries the number {leaf['number']}")
            if "text" not in leaf:
                without.append(leaf)
            elif any(of(name, f"{leaf['salt']}\n{leaf['text']}".encode()).hex() != leaf[name] for name in SUMS):
                wrong.append(f"number {number}: the text does not have the hash that stands beside it")
            elif json.loads(leaf["text"])["kind"] == "log.withdrawal":
                withdrawn.add(json.loads(leaf["text"])["statement"]["withdraws"])
    wrong += [
        f"number {leaf['number']}: no text and no withdrawal" for leaf in without if leaf["sha256"] not in withdrawn
    ]
    return leaves, wrong


def check(leaves, path, key):
    with open(path, encoding="utf-8") as opened:
        text, _, signatures = opened.read().partition("\n\n")
    _, size, sha256, *more = text.split("\n")
    roots = {"sha256": sha256, **dict(line.split(" ", 1) for line in more if line.startswith("sm3 "))}
    size = int(size)
    if key:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        signature = base64.b64decode(signatures.split("\n")[0].split(" ")[2])[4:]
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(signature, (text + "\n").encode())
    if len(leaves) < size:
        return [f"{path}: truncated, {len(leaves)} of {size} leaves"]
    return [
        f"{path}: the first {size} leaves do not have the {name} root of the checkpoint: altered, dropped or reordered"
        for name in SUMS
        if root(name, [of(name, b"\x00" + bytes.fromhex(leaf[name])) for leaf in leaves[:size]])
        != base64.b64decode(roots[name])
    ]


def main(arguments):
    key = arguments[arguments.index("--key") + 1] if "--key" in arguments else ""
    log, *checkpoints = [one for one in arguments if one not in ("--key", key)]
    if not checkpoints:
        sys.exit("no checkpoint given: a log can only be held against one that was kept elsewhere")
    try:
        leaves, wrong = read_log(log)
        for path in checkpoints:
            wrong += check(leaves, path, key)
    except Exception as unreadable:  # whatever was done to a file, the answer is that it does not hold
        wrong = [f"cannot be read as what it should be: {type(unreadable).__name__} {unreadable}"]
    print(
        "\n".join(wrong)
        if wrong
        else f"holds: {len(leaves)} leaves, {len(checkpoints)} checkpoint(s), {', '.join(SUMS)}"
    )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if len(sys.argv) > 1 else __doc__)
