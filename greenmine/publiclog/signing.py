"""The log's signature (签名): Ed25519 with a key kept beside the data, and SM2 besides where a key for it was put there.

A checkpoint is a signed note (the form that independent witnesses of transparency logs read): text, an empty line, and one
line for each signature, “— name base64(key number, signature)”.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

ORIGIN = "greenmine-public-log"
ED25519_FILE, SM2_FILE = "publiclog_ed25519.pem", "publiclog_sm2.pem"
KEY_NUMBER_BYTES, ED25519_BYTES = 4, 64
ED25519_TYPE = b"\x01"


class CannotSign(Exception):
    """A signature that was asked for cannot be made; the sentence says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


class Signer(Protocol):
    """Something that signs: software here, a cryptographic module or card elsewhere."""

    algorithm: str

    def public_key(self) -> str:
        """The public key in base64."""
        ...

    def sign(self, content: bytes) -> bytes:
        """The signature of the content."""
        ...


class Ed25519Signer:
    """The default: a key of this installation."""

    algorithm = "Ed25519"

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self.key = key

    def public_key(self) -> str:
        """32 bytes in base64."""
        return base64.b64encode(self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    def sign(self, content: bytes) -> bytes:
        """64 bytes."""
        return self.key.sign(content)


def signers(keys: Path) -> Sequence[Signer]:
    """Who signs here. CannotSign where SM2 is configured and no library for it is installed: nothing is signed by half."""
    if (keys / SM2_FILE).exists():
        raise CannotSign(
            f"已放置 SM2 密钥（{SM2_FILE}），但本机没有安装可用的国密签名模块，因此不签发检查点和证明。"
            "请接入密码模块，或移走该密钥后使用 Ed25519。",
            f"An SM2 key ({SM2_FILE}) is configured but no module that signs with SM2 is installed, so nothing is signed. "
            "Connect a cryptographic module, or take the key away to sign with Ed25519.",
        )
    return (ed25519(keys),)


def verifiers(keys: Path) -> Sequence[Signer]:
    """By whose keys is checked what was signed here; also while nothing can be signed."""
    return (ed25519(keys),)


def ed25519(keys: Path) -> Ed25519Signer:
    """The kept key, made now where there is none."""
    file = keys / ED25519_FILE
    if not file.exists():
        _keep(file, Ed25519PrivateKey.generate())
    key = load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise CannotSign(f"{ED25519_FILE} 不是 Ed25519 密钥。", f"{ED25519_FILE} holds no Ed25519 key.")
    return Ed25519Signer(key)


def _keep(file: Path, key: Ed25519PrivateKey) -> None:
    """Whole or not at all, readable by its owner; whoever comes second keeps the first one's key."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        os.link(waiting, file)
    except FileExistsError:
        pass
    finally:
        waiting.unlink()


def note(size: int, sha256: str, sm3: str, at: datetime, by: Sequence[Signer]) -> str:
    """A checkpoint as it leaves the machine."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = (ORIGIN, str(size), _base64(sha256), f"sm3 {_base64(sm3)}", f"at {moment}", "")
    text = "\n".join(lines)
    return text + "\n" + "".join(f"— {ORIGIN} {signature_of(text, signer)}\n" for signer in by)


def signature_of(text: str, signer: Signer) -> str:
    """Key number and signature, in base64."""
    return base64.b64encode(key_number(signer.public_key()) + signer.sign(text.encode())).decode()


def key_number(public_key: str) -> bytes:
    """By what a signature names its key."""
    named = ORIGIN.encode() + b"\n" + ED25519_TYPE + base64.b64decode(public_key)
    return hashlib.sha256(named).digest()[:KEY_NUMBER_BYTES]


def verify_ed25519(public_key: str, content: bytes, signature: bytes) -> bool:
    """Whether the signature is of this key over this content."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key)).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_signed(checkpoint: str, keys: Mapping[str, str]) -> bool:
    """Whether a note carries a valid signature by one of these keys (algorithm → public key)."""
    text, _, lines = checkpoint.rpartition("\n\n")
    for line in lines.splitlines():
        signature = base64.b64decode(line.rpartition(" ")[2])[KEY_NUMBER_BYTES:]
        if verify_ed25519(keys.get("Ed25519", ""), f"{text}\n".encode(), signature):
            return True
    return False


def _base64(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()
