"""The tree (默克尔树, RFC 6962): roots, inclusion and consistency proofs, in SHA-256 and in SM3. Pure; no database.

A complete subtree is named (level, index): it covers leaves index × 2^level up to the next. Whoever asks for a proof
learns here which complete subtrees it is folded from, fetches their hashes, and folds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from cryptography.hazmat.primitives import hashes

Hash = Callable[[bytes], bytes]
Node = tuple[int, int]
LEAF, INNER = b"\x00", b"\x01"


def sha256(content: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(content).digest()


def _sm3_of_library(content: bytes) -> bytes:
    made = hashes.Hash(hashes.SM3())
    made.update(content)
    return made.finalize()


def _sm3_of_python(content: bytes) -> bytes:
    return hashlib.new("sm3", content).digest()


# Python's own SM3 is there only where its OpenSSL has it.
sm3: Hash = _sm3_of_python if "sm3" in hashlib.algorithms_available else _sm3_of_library
ALGORITHMS: dict[str, Hash] = {"sha256": sha256, "sm3": sm3}


def leaf_hash(algorithm: str, commitment: bytes) -> bytes:
    """The hash of a leaf: of a zero and what it commits to."""
    return ALGORITHMS[algorithm](LEAF + commitment)


def inner_hash(algorithm: str, left: bytes, right: bytes) -> bytes:
    """The hash of a node: of a one and its two children."""
    return ALGORITHMS[algorithm](INNER + left + right)


def complete(start: int, end: int) -> Iterator[Node]:
    """The complete subtrees that cover leaves start … end-1 from left to right; `start` is where such a range may begin."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def fold(algorithm: str, parts: Sequence[bytes]) -> bytes:
    """The hash of a range from those of its complete subtrees."""
    if not parts:
        return ALGORITHMS[algorithm](b"")
    found = parts[-1]
    for left in reversed(parts[:-1]):
        found = inner_hash(algorithm, left, found)
    return found


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges whose hashes prove that leaf `index` stands in a tree of this size, from the leaf upwards."""
    ranges, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency(old: int, new: int) -> list[tuple[int, int]]:
    """The ranges whose hashes prove that the tree of `old` leaves is the beginning of the one of `new` leaves."""
    if old in (0, new):
        return []
    ranges, start, end, whole = [], 0, new, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    return ([] if whole else [(start, end)]) + ranges[::-1]


def includes(algorithm: str, commitment: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from a leaf to the root (RFC 9162, 2.1.3.2)."""
    if index >= size:
        return False
    place, last, found = index, size - 1, leaf_hash(algorithm, commitment)
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = inner_hash(algorithm, step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = inner_hash(algorithm, found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def extends(algorithm: str, old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the smaller tree is the beginning of the larger (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path
    if old > new or not path:
        return False
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = inner_hash(algorithm, step, before), inner_hash(algorithm, step, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = inner_hash(algorithm, after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
