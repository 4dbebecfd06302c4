"""The tree, against the definitions of RFC 6962 written out naively, and against known answers."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenmine.publiclog import merkle

ALGORITHMS = list(merkle.ALGORITHMS)


def naive(algorithm: str, leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1."""
    made = merkle.ALGORITHMS[algorithm]
    if not leaves:
        return made(b"")
    if len(leaves) == 1:
        return made(b"\x00" + leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return made(b"\x01" + naive(algorithm, leaves[:k]) + naive(algorithm, leaves[k:]))


def path(algorithm: str, leaves: list[bytes], ranges: list[tuple[int, int]]) -> list[bytes]:
    return [naive(algorithm, leaves[start:end]) for start, end in ranges]


def some(count: int) -> list[bytes]:
    return [f"statement {n}".encode() for n in range(count)]


def test_sm3_gives_the_example_of_the_standard() -> None:
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert merkle.sm3(b"abc").hex() == expected
    assert merkle._sm3_of_library(b"abc").hex() == expected


def test_the_empty_tree_and_the_first_leaf_have_the_hashes_of_the_rfc() -> None:
    assert merkle.fold("sha256", []).hex() == hashlib.sha256(b"").hexdigest()
    assert merkle.leaf_hash("sha256", b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33])
def test_complete_subtrees_fold_to_the_root(size) -> None:
    leaves = some(size)
    parts = [naive("sha256", leaves[i << level : (i + 1) << level]) for level, i in merkle.complete(0, size)]
    assert merkle.fold("sha256", parts) == naive("sha256", leaves)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13])
def test_every_leaf_is_proved_and_no_other_place_of_it(algorithm, size) -> None:
    leaves = some(size)
    root = naive(algorithm, leaves)
    for index in range(size):
        steps = path(algorithm, leaves, merkle.inclusion(index, size))
        assert merkle.includes(algorithm, leaves[index], index, size, steps, root)
        assert not merkle.includes(algorithm, b"another", index, size, steps, root)
        assert not merkle.includes(algorithm, leaves[index], size, size, steps, root)
        assert not merkle.includes(algorithm, leaves[index], index, size, [*steps, root], root)
        for other in set(range(size)) - {index}:
            assert not merkle.includes(algorithm, leaves[index], other, size, steps, root)


@given(st.integers(1, 40), st.integers(0, 40))
def test_a_longer_log_is_proved_to_extend_a_shorter(old, more) -> None:
    leaves = some(old + more)
    steps = path("sha256", leaves, merkle.consistency(old, old + more))
    roots = naive("sha256", leaves[:old]), naive("sha256", leaves)
    assert merkle.extends("sha256", old, old + more, steps, *roots)
    changed = [b"altered", *leaves[1:]]
    other = naive("sha256", changed)
    if more:
        assert not merkle.extends("sha256", old, old + more, steps, roots[0], other)
        assert not merkle.extends(
            "sha256", old, old + more, path("sha256", changed, merkle.consistency(old, old + more)), roots[0], other
        )


def test_nothing_is_extended_by_what_is_smaller() -> None:
    assert not merkle.extends("sha256", 3, 2, [b""], b"", b"")
    assert merkle.extends("sha256", 0, 2, [], b"", b"")
    assert not merkle.extends("sha256", 1, 2, [], b"", b"")
