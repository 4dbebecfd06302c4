"""The stored tree: complete subtrees as rows, so that a seal and a proof read a few of them, never all leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from greenmine.publiclog import merkle
from greenmine.publiclog.models import LEVEL_BITS, Link, Node

Pair = tuple[bytes, bytes]  # a hash in SHA-256, and the same in SM3
NAMES = tuple(merkle.ALGORITHMS)


@dataclass(frozen=True)
class Grown:
    """What new leaves add: the complete subtrees they finish, and both roots."""

    nodes: list[Node]
    sha256: str
    sm3: str


def place_of(level: int, index: int) -> int:
    """Where a node is stored."""
    return (level << LEVEL_BITS) + index


def leaf_pair(sha256: str, sm3: str) -> Pair:
    """The hashes of a leaf from what it commits to."""
    return merkle.leaf_hash("sha256", bytes.fromhex(sha256)), merkle.leaf_hash("sm3", bytes.fromhex(sm3))


def joined(left: Pair, right: Pair) -> Pair:
    """The hashes of a node."""
    return merkle.inner_hash("sha256", left[0], right[0]), merkle.inner_hash("sm3", left[1], right[1])


def grown(before: int, leaves: Sequence[tuple[str, str]]) -> Grown:
    """The tree of `before` leaves with these after them: like counting in binary, two of a level make one of the next."""
    standing = list(merkle.complete(0, before))
    frontier = list(zip(standing, fetch(standing), strict=True))
    nodes = []
    for index, commitment in enumerate(leaves, before):
        frontier.append(((0, index), leaf_pair(*commitment)))
        while len(frontier) > 1 and frontier[-1][0][0] == frontier[-2][0][0]:
            (level, place), right = frontier.pop()
            above = joined(frontier.pop()[1], right)
            frontier.append(((level + 1, place >> 1), above))
            nodes.append(Node(place=place_of(level + 1, place >> 1), sha256=above[0].hex(), sm3=above[1].hex()))
    sha256, sm3 = folded([pair for _, pair in frontier])
    return Grown(nodes, sha256.hex(), sm3.hex())


def folded(parts: Sequence[Pair]) -> Pair:
    """The hashes of a range from those of its complete subtrees."""
    return merkle.fold("sha256", [pair[0] for pair in parts]), merkle.fold("sm3", [pair[1] for pair in parts])


def ranges(asked: Sequence[tuple[int, int]]) -> list[Pair]:
    """The hashes of ranges of leaves, by at most two questions to the database."""
    wanted = [list(merkle.complete(*one)) for one in asked]
    nodes = [node for parts in wanted for node in parts]
    found = dict(zip(nodes, fetch(nodes), strict=True))
    return [folded([found[node] for node in parts]) for parts in wanted]


def fetch(asked: Iterable[merkle.Node]) -> list[Pair]:
    """The hashes of complete subtrees, in the order asked for."""
    nodes = list(asked)
    found: dict[merkle.Node, Pair] = {}
    if leaves := [index for level, index in nodes if level == 0]:
        linked = Link.objects.filter(number__in=[index + 1 for index in leaves])
        for number, sha256, sm3 in linked.values_list("number", "leaf__sha256", "leaf__sm3"):
            found[0, number - 1] = leaf_pair(sha256, sm3)
    if inner := {place_of(*node): node for node in nodes if node[0]}:
        for place, sha256, sm3 in Node.objects.filter(place__in=list(inner)).values_list("place", "sha256", "sm3"):
            found[inner[place]] = bytes.fromhex(sha256), bytes.fromhex(sm3)
    return [found[node] for node in nodes]
