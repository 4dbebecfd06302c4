"""Leniency (评分宽严偏差): how many points an agency or a leader gives more than others would have given the same mines. Pure.

Good mines get good scores, so scores alone say nothing. The model: a score is what mines of its kind get, moved by what
the mine says of itself and what facts say of it, plus the mine, plus who assessed, plus noise:

    score = stratum + a · self score + b · score of the items facts decided + mine + assessor + noise

The score is that of the items people judged; items that a fact decided are an anchor instead, as nobody can be lenient
about them. Re-checks and blind assessments of the same mine are further observations of it, by somebody else; whoever
knows that he is compared may judge otherwise than usual, so they have an effect of their own. Mine and noise are random, assessors too: few observations pull an estimate towards nought. Most assessors differ little and a few
differ much, so their distribution has heavy tails (Student's t): a large effect seen often is pulled less than a small one.
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
GUESSED_PAIRS: Final = 5  # what is guessed of two looks at one mine is worth as much as so many mines seen twice
TAILS: Final = 4.0  # degrees of freedom of the t distribution of assessors: the usual choice for heavy tails


@dataclass(frozen=True)
class Score:
    """One assessment as the model sees it: points in 100 over the items that people judged."""

    assessor: str
    mine: str
    stratum: str
    points: float
    self_points: float | None = None
    fact_points: float | None = None
    again: bool = (
        False  # a re-check or a blind assessment: a measure of the mine, not of how its assessor usually judges
    )

    @property
    def effect(self) -> tuple[str, bool]:
        """Whose effect is in it: the same body at its own work and at re-checks are two."""
        return self.assessor, self.again


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
        counts[row.assessor] += not row.again
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
        if counts[name]
    ]
    return sorted(found, key=lambda one: (-one.points, one.assessor))


def _solved(rows: Sequence[Score]) -> tuple[dict[str, float], dict[str, float]]:
    """Estimate effects and variances in turn until they settle."""
    names = sorted({row.effect for row in rows})
    fixed, assessors = _columns(rows, names)
    design, points, groups = (
        np.hstack([fixed, assessors]),
        np.array([row.points for row in rows], dtype=np.float64),
        _groups(rows),
    )
    first = fixed.shape[1]
    left, free = points - points.mean(), 1.0
    between, weights = 4.0, np.ones(len(names))
    effects, deviation = np.zeros(len(names)), np.zeros(len(names))
    for _ in range(ROUNDS):
        together = max(float((left * left).sum()) / max(1.0, len(rows) - free), LEAST_VARIANCE)
        inside = _inside(left, groups, together)
        mine = max(together - inside, LEAST_VARIANCE)
        whitened, wanted = _whitened(design, points, groups, inside, mine)
        penalty = np.concatenate([np.full(first, 1e-6), weights / between])
        covariance = np.asarray(np.linalg.inv(whitened.T @ whitened + np.diag(penalty)), dtype=np.float64)
        solution = covariance @ whitened.T @ wanted
        left = points - design @ solution
        effects, certain = solution[first:], np.diag(covariance)[first:]
        free = first + float((1.0 - certain * weights / between).sum())
        square = effects * effects + certain
        weights = (TAILS + 1.0) / (TAILS + square / between)
        between = max(float((weights * square).mean()), LEAST_VARIANCE)
        deviation = np.sqrt(certain)
    usual = [(place, name) for place, (name, again) in enumerate(names) if not again]
    return {name: float(effects[place]) for place, name in usual}, {
        name: float(deviation[place]) for place, name in usual
    }


def _columns(rows: Sequence[Score], names: Sequence[tuple[str, bool]]) -> tuple[Numbers, Numbers]:
    """What is known of the mine (kind, what it says of itself, what facts say of it), and who assessed."""
    strata = sorted({row.stratum for row in rows})
    fixed = np.zeros((len(rows), len(strata)))
    assessors = np.zeros((len(rows), len(names)))
    for place, row in enumerate(rows):
        fixed[place, strata.index(row.stratum)] = 1.0
        assessors[place, names.index(row.effect)] = 1.0
    anchors = [_anchor([row.self_points for row in rows]), _anchor([row.fact_points for row in rows])]
    return np.hstack([fixed, *anchors]), assessors


def _anchor(known: Sequence[float | None]) -> Numbers:
    """Two columns: the figure less its mean, nought where nobody knows it; and whether nobody does."""
    given = [one for one in known if one is not None]
    middle = sum(given) / len(given) if given else 0.0
    return np.array([(0.0, 1.0) if one is None else (one - middle, 0.0) for one in known], dtype=np.float64)


def _groups(rows: Sequence[Score]) -> list[list[int]]:
    groups: Mapping[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[row.mine].append(place)
    return list(groups.values())


def _inside(left: Numbers, groups: Sequence[Sequence[int]], together: float) -> float:
    """The variance of two looks at the same mine: from what is left of mines seen twice, half of everything where none was."""
    pairs = [float(left[one] - left[two]) ** 2 / 2 for group in groups for one, two in pairwise(group)]
    guessed = together / 2
    found = (sum(pairs) + GUESSED_PAIRS * guessed) / (len(pairs) + GUESSED_PAIRS)
    return min(max(found, LEAST_VARIANCE), together)


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
