"""The status list (名录状态清单): for every published mine and tier two bits, dated and signed, small enough that a bank keeps it.

A proof of standing names its index. Bits 0 listed, 1 rectifying, 2 change being verified, 3 not (any longer) listed. The encoding
is that of W3C's Bitstring Status List: bits from the left, gzip, base64url without padding behind a “u”.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import os
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from greenmine.directory.published.models import MineDetail, PublishedMine, Tier
from greenmine.directory.published.proofs_figures import figure
from greenmine.directory.published.proofs_signing import signed
from greenmine.publiclog.statements import canonical

KIND = "greenmine-status-list"
STATUS_PATH = "/api/v1/status-list"
BITS = 2
TIERS = (Tier.PROVINCIAL.value, Tier.NATIONAL.value)
CODES = {"listed": 0, "rectifying": 1, "changing": 2}
GONE = 3
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "0": {"zh": "在册", "en": "listed"},
    "1": {"zh": "整改中", "en": "under rectification"},
    "2": {"zh": "变更核实中", "en": "change being verified"},
    "3": {"zh": "不在册", "en": "not listed"},
}
SMALLEST = 131_072 // BITS  # entries, so that the list says nothing about how few there are
CHUNK = 5000
LARGEST = 64 * 1024 * 1024
PER_BYTE = 8 // BITS
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
LONGEST_ACT = timedelta(minutes=2)


def index_of(row: int, tier: str) -> int:
    """The index of a published mine's row in a tier; it stays with the row."""
    return row * len(TIERS) + TIERS.index(tier)


def status_list(*, on: date, at: datetime | None = None) -> dict[str, Any]:
    """The list of this day, signed: made from what is published now."""
    codes = bytearray(max(SMALLEST, (_last_row() + 1) * len(TIERS)))
    codes[:] = bytes([GONE]) * len(codes)
    rows = MineDetail.objects.values_list("mine_id", "standings").order_by("mine_id")
    for row, standings in rows.iterator(chunk_size=CHUNK):
        for one in standings:
            if one["tier"] in TIERS:
                codes[index_of(row, one["tier"])] = CODES.get(one["standing"], GONE)
    payload = {
        "kind": KIND,
        "version": 1,
        "as_of": on.isoformat(),
        "made_at": (at or datetime.now(UTC)).astimezone(UTC).strftime(MOMENT),
        "valid_until": (on + timedelta(days=figure("status-list-validity-days", on))).isoformat(),
        "bits": BITS,
        "entries": len(codes),
        "meanings": MEANINGS,
        "encodedList": encoded(codes),
    }
    return {"payload": payload, "signatures": signed(payload)}


def encoded(codes: bytearray) -> str:
    """Two bits an entry from the left, compressed; equal codes give equal text."""
    codes += bytes([GONE]) * (-len(codes) % PER_BYTE)
    first, second, third, fourth = (codes[place::PER_BYTE] for place in range(PER_BYTE))
    packed = bytes(a << 6 | b << 4 | c << 2 | d for a, b, c, d in zip(first, second, third, fourth, strict=True))
    return "u" + base64.urlsafe_b64encode(gzip.compress(packed, mtime=0)).decode().rstrip("=")


def code_at(text: str, index: int) -> int | None:
    """The code at an index of an encoded list; None where the text is none or the index lies beyond it."""
    try:
        squeezed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        packed = zlib.decompressobj(wbits=31).decompress(squeezed, LARGEST)
    except (binascii.Error, ValueError, zlib.error):
        return None
    if not text.startswith("u") or not 0 <= index < len(packed) * PER_BYTE:
        return None
    return packed[index // PER_BYTE] >> BITS * (PER_BYTE - 1 - index % PER_BYTE) & GONE


def stands(proof: Mapping[str, Any], listed: Mapping[str, Any]) -> bool:
    """Whether the standing of a proof is the one in a list: what a bank asks its own copy. Signatures are checked apart."""
    code = code_at(str(listed["payload"]["encodedList"]), int(proof["payload"]["status_list"]["index"]))
    return code == CODES.get(str(proof["payload"]["standing"]))


def kept() -> dict[str, Any] | None:
    """The list that was kept last; None before the first."""
    try:
        found: dict[str, Any] = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def newest(*, on: date) -> dict[str, Any]:
    """The list of this day as it was kept, made anew where something was published since."""
    renew(on=on, margin=timedelta(0))
    return kept() or status_list(on=on)


def renew(*, on: date, at: datetime | None = None, margin: timedelta = LONGEST_ACT) -> bool:
    """Keep a list of this day where there is none, or where something was published since; whether one was made.

    With a margin also where something was published so shortly before that its act may not have been over.
    """
    found = kept()
    if found is not None and found["payload"]["as_of"] == on.isoformat() and not _changed_since(found, margin):
        return False
    made = status_list(on=on, at=at)
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = file.with_suffix(f".{os.getpid()}")
    waiting.write_text(canonical(made), encoding="utf-8")
    waiting.replace(file)
    return True


def _changed_since(found: Mapping[str, Any], margin: timedelta) -> bool:
    made = datetime.fromisoformat(found["payload"]["made_at"]) - margin
    newest_row = PublishedMine.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()
    return newest_row is not None and newest_row >= made


def _last_row() -> int:
    return PublishedMine.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _file() -> Path:
    return Path(settings.DATA) / "files" / "open" / "status-list.json"
