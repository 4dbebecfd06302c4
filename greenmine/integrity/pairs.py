"""Who is always paired with whom (固定搭配): more often than chance would have it. Pure.

If assignments fell by chance among the agencies that work in a province, the number of times an agency meets a holder
would follow the hypergeometric distribution. The tail is computed exactly, in whole numbers, and corrected for how many
pairs were looked at (Bonferroni): among thousands of honest pairs some meet often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb


@dataclass(frozen=True)
class Meeting:
    """One engagement: who assessed, and the other one (holder, commissioning body); `kind` says which."""

    engagement: str
    assessor: str
    other: str
    stratum: str


@dataclass(frozen=True)
class Pair:
    """Two that meet too often: how often, how often by chance, and how improbable that is."""

    assessor: str
    other: str
    stratum: str
    met: int
    expected: float
    of_assessor: int
    of_other: int
    all: int
    chance: float
    engagements: tuple[str, ...]


def tail(met: int, *, assessor: int, other: int, everything: int) -> Fraction:
    """The exact probability of at least so many meetings: `assessor` drawn from `everything` that hold `other` of them."""
    most = min(assessor, other)
    ways = sum(comb(other, k) * comb(everything - other, assessor - k) for k in range(met, most + 1))
    return Fraction(ways, comb(everything, assessor))


def pairs(meetings: Iterable[Meeting], *, chance: float, least: int) -> list[Pair]:
    """The pairs that met at least so often and, corrected for all pairs looked at, less probably than `chance`."""
    found = []
    for stratum, rows in _by_stratum(meetings).items():
        met = Counter((row.assessor, row.other) for row in rows)
        assessors, others = Counter(row.assessor for row in rows), Counter(row.other for row in rows)
        looked_at = len(assessors) * len(others)
        if len(assessors) < 2:  # noqa: PLR2004 -- with one agency there is nobody else to meet
            continue
        for (assessor, other), count in sorted(met.items()):
            if count < least:
                continue
            p = tail(count, assessor=assessors[assessor], other=others[other], everything=len(rows)) * looked_at
            if p < Fraction(chance).limit_denominator(10**9):
                numbers = tuple(sorted(r.engagement for r in rows if (r.assessor, r.other) == (assessor, other)))
                found.append(
                    Pair(
                        assessor,
                        other,
                        stratum,
                        count,
                        round(assessors[assessor] * others[other] / len(rows), 2),
                        assessors[assessor],
                        others[other],
                        len(rows),
                        float(p),
                        numbers,
                    )
                )
    return sorted(found, key=lambda pair: (pair.chance, pair.assessor, pair.other))


def _by_stratum(meetings: Iterable[Meeting]) -> Mapping[str, list[Meeting]]:
    found: dict[str, list[Meeting]] = {}
    for meeting in meetings:
        found.setdefault(meeting.stratum, []).append(meeting)
    return found
