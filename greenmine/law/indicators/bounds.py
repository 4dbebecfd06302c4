"""Bounds of a share (得分率) where it is not known which items apply: exact, by the mediant inequality.

Adding (s, p) to (S, P) raises S/P just when s/p is above S/P; so the best choice takes items by falling share while
they still raise the whole, and the worst by rising share while they still lower it.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

Part = tuple[int, int]  # score, possible


def _share(part: Part) -> Fraction:
    return Fraction(*part)


def highest(score: int, possible: int, optional: Iterable[Part]) -> Fraction | None:
    """The highest share any choice of the optional parts can give; None where nothing is possible at all."""
    for more, room in sorted(optional, key=_share, reverse=True):
        if possible == 0 or more * possible > score * room:
            score, possible = score + more, possible + room
    return Fraction(score, possible) if possible else None


def lowest(score: int, possible: int, optional: Iterable[Part]) -> Fraction | None:
    """The lowest share any choice of the optional parts can give; None where nothing is possible at all."""
    for more, room in sorted(optional, key=_share):
        if possible == 0 or more * possible < score * room:
            score, possible = score + more, possible + room
    return Fraction(score, possible) if possible else None
