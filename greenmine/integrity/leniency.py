"""Leniency (评分宽严偏差): how many points an agency or a leader gives more than others would have given the same mines. Pure.

Good mines get good scores, so scores alone say nothing. The model: a score is what mines of its kind get, moved by what
the mine says of itself, plus the mine, plus who assessed, plus noise:

    score = stratum + b · self score + mine + assessor + noise

Re-checks and blind assessments of the same mine are further observations of it, by somebody else. Mine and noise are
random, assessors too (so few observations pull an estimate towards nought: shrinkage); what remains is least squares.
Items that a fact decided are left out before: whoever assesses has nothing to be lenient about there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
CERTAIN: Final = 1.96  # of a normal distribution, 95 in 100 lie within so many deviations
ROUNDS: Final = 40
LEAST_VARIANCE: Final = 1e-3


@dataclass(frozen=True)
class Score:
    """One assessment as the model sees it: points in 100 over the items that people judged."""

    assessor: str
    mine: str
    stratum: str
    points: float
    self_points: float | None = None


@dataclass(frozen=True)
class Leniency:
    """How lenient somebody is, in points of 100 (above nought: lenient), from how many assessments, how certain."""

    assessor: str
    count: int
    points: float
    low: float
    high: float
    too_few: bool


def leniency(scores: Iterable[Score], *, least: int) -> list[Leniency]:
    """The leniency of every assessor, most lenient first; below `least` assessments it says so and claims nothing."""
    rows = sorted(scores, key=lambda one: (one.mine, one.assessor, one.points))
    if not rows:
        return []
    effects, spread = _solved(rows)
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.assessor] += 1
    found = [
        Leniency(
            name,
            counts[name],
            round(effect, 2),
            round(effect - CERTAIN * spread[name], 2),
            round(effect + CERTAIN * spread[name], 2),
            counts[name] < least,
        )
        for name, effect in effects.items()
    ]
    return sorted(found, key=lambda one: (-one.points, one.assessor))


def _solved(rows: Sequence[Score]) -> tuple[dict[str, float], dict[str, float]]:
    """Estimate effects and variances in turn until they settle."""
    names = sorted({row.assessor for row in rows})
    fixed, assessors = _columns(rows, names)
    points = np.array([row.points for row in rows], dtype=np.float64)
    groups = _groups(rows)
    together, between = float(points.var()) + 1.0, 4.0
    solution: Numbers = np.zeros(0)
    covariance: Numbers = np.zeros((0, 0))
    for _ in range(ROUNDS):
        inside = _inside(rows, groups, together)
        mine = max(together - inside, LEAST_VARIANCE)
        design, wanted = _whitened(np.hstack([fixed, assessors]), points, groups, inside, mine)
        penalty = np.concatenate([np.full(fixed.shape[1], 1e-6), np.full(len(names), 1.0 / between)])
        covariance = np.asarray(np.linalg.inv(design.T @ design + np.diag(penalty)), dtype=np.float64)
        solution = covariance @ design.T @ wanted
        now = solution[fixed.shape[1] :]
        certain = np.diag(covariance)[fixed.shape[1] :]
        left = points - np.hstack([fixed, assessors]) @ solution
        lost = max(1, len(rows) - fixed.shape[1] - 1)
        together = max(float((left * left).sum()) / lost, LEAST_VARIANCE)
        between = max(float((now * now + certain).mean()), LEAST_VARIANCE)
    effects = solution[fixed.shape[1] :]
    deviation = np.sqrt(np.diag(covariance)[fixed.shape[1] :])
    return (
        {name: float(effects[place]) for place, name in enumerate(names)},
        {name: float(deviation[place]) for place, name in enumerate(names)},
    )


def _columns(rows: Sequence[Score], names: Sequence[str]) -> tuple[Numbers, Numbers]:
    strata = sorted({row.stratum for row in rows})
    known = [row.self_points for row in rows if row.self_points is not None]
    middle = sum(known) / len(known) if known else 0.0
    fixed = np.zeros((len(rows), len(strata) + 2))
    assessors = np.zeros((len(rows), len(names)))
    for place, row in enumerate(rows):
        fixed[place, strata.index(row.stratum)] = 1.0
        fixed[place, len(strata)] = 0.0 if row.self_points is None else row.self_points - middle
        fixed[place, len(strata) + 1] = float(row.self_points is None)
        assessors[place, names.index(row.assessor)] = 1.0
    return fixed, assessors


def _groups(rows: Sequence[Score]) -> list[list[int]]:
    groups: Mapping[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[row.mine].append(place)
    return list(groups.values())


def _inside(rows: Sequence[Score], groups: Sequence[Sequence[int]], together: float) -> float:
    """The variance of two looks at the same mine: from mines seen twice, half of everything where none was."""
    pairs = [(rows[one].points - rows[two].points) ** 2 / 2 for group in groups for one, two in pairwise(group)]
    guessed = together / 2
    weight = 5  # a guess is worth as much as five mines seen twice
    return max((sum(pairs) + weight * guessed) / (len(pairs) + weight), LEAST_VARIANCE)


def _whitened(
    design: Numbers, wanted: Numbers, groups: Sequence[Sequence[int]], inside: float, mine: float
) -> tuple[Numbers, Numbers]:
    """Make the rows independent: looks at one mine share its luck, and part of their common mean is taken out."""
    rows, values = design.copy(), wanted.copy()
    for group in groups:
        listed = list(group)
        part = 1.0 - sqrt(inside / (inside + len(listed) * mine))
        rows[listed] -= part * design[listed].mean(axis=0)
        values[listed] -= part * wanted[listed].mean()
    scale: Any = 1.0 / sqrt(inside)
    return rows * scale, values * scale
