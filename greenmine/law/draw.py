"""The draw (随机抽取): who comes out, by a published seed; anyone holding pool and seed can repeat it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256


def draw(pool: Iterable[str], count: int, *, seed: str) -> list[str]:
    """Pick `count` keys from `pool`: those whose SHA-256 of seed, line break and key comes first."""
    keys = sorted(set(pool))
    return sorted(keys, key=lambda key: sha256(f"{seed}\n{key}".encode()).digest())[: max(count, 0)]
