"""Which characters a font can show: its `cmap` table, read with nothing but the standard library."""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

COLLECTION = b"ttcf"
SEGMENTS, GROUPS = 4, 12  # the formats of cmap that fonts of our day use
NO_GLYPH = 0xFFFF


@lru_cache(maxsize=64)
def shown_by(font: Path) -> frozenset[int]:
    """The code points of a font file; none where it cannot be read."""
    try:
        data = font.read_bytes()
        start = struct.unpack_from(">I", data, 12)[0] if data[:4] == COLLECTION else 0
        return frozenset(_points(data, _table(data, start, b"cmap")))
    except (OSError, struct.error, KeyError):
        return frozenset()


def _table(data: bytes, start: int, tag: bytes) -> int:
    for place in range(struct.unpack_from(">H", data, start + 4)[0]):
        entry = start + 12 + 16 * place
        if data[entry : entry + 4] == tag:
            return int(struct.unpack_from(">I", data, entry + 8)[0])
    raise KeyError(tag)


def _points(data: bytes, cmap: int) -> set[int]:
    points: set[int] = set()
    for place in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        at = cmap + struct.unpack_from(">I", data, cmap + 4 + 8 * place + 4)[0]
        kind = struct.unpack_from(">H", data, at)[0]
        if kind == GROUPS:
            for group in range(struct.unpack_from(">I", data, at + 12)[0]):
                first, last = struct.unpack_from(">II", data, at + 16 + 12 * group)
                points.update(range(first, last + 1))
        elif kind == SEGMENTS:
            points |= _segments(data, at)
    return points


def _segments(data: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", data, at + 16 + 4 * count)
    offsets_at = at + 16 + 6 * count
    offsets = struct.unpack_from(f">{count}H", data, offsets_at)
    points: set[int] = set()
    for place, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for point in range(first, min(last, NO_GLYPH - 1) + 1):
            if offsets[place] == 0:
                glyph = (point + deltas[place]) & 0xFFFF
            else:
                glyph = struct.unpack_from(">H", data, offsets_at + 2 * place + offsets[place] + 2 * (point - first))[0]
            if glyph:
                points.add(point)
    return points
