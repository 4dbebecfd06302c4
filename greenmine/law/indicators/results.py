"""Answers and results (填报与结果): what a person said of each item, and what the engine makes of it.

Points are whole hundredths, ratios exact fractions. Every pair is (low, high): true bounds of everything the unknown
parts may still turn out to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from greenmine.law.indicators.canonical import canonical_text

Said = Mapping[str, str]
Bounds = tuple[int, int]
State = Literal["unanswered", "scored", "not_applicable"]
Verdict = Literal["pass", "fail", "undecided"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `score` in hundredths; `met` answers preconditions and yes-or-no items; `reason` goes with not_applicable."""

    state: State = "unanswered"
    score: int | None = None
    reason: str = ""
    met: bool | None = None


UNANSWERED = Answer()
Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One indicator.

    `applies` None: not known yet, both readings are in the bounds. `low`/`high` are what it counts where it applies
    (0, 0 where it does not). `claimed` is the person's score; `fact_says` what the facts give; the facts count where
    they are known, and a claim that differs is a `contradiction`. `met` is the bottom line of a binding indicator
    (None: open), and None for others. `missing` names the facts that would decide it.
    """

    id: str
    dimension: str
    applies: bool | None
    state: State
    low: int
    high: int
    points: int | None
    claimed: int | None
    decided_by_fact: bool
    fact_says: int | None
    contradiction: bool
    impossible: bool
    binding: bool
    met: bool | None
    missing: tuple[str, ...]
    reasons: tuple[Said, ...]

    @property
    def is_open(self) -> bool:
        """Whether what it counts may still change: unanswered, impossible, or not known to apply."""
        return self.applies is None or self.low != self.high or (self.binding and self.met is None)


@dataclass(frozen=True, slots=True)
class PreconditionResult:
    """One precondition: met, failed, or open (None). A precondition that does not apply counts as met."""

    id: str
    outcome: bool | None
    applies: bool | None
    claimed: bool | None
    decided_by_fact: bool
    contradiction: bool
    missing: tuple[str, ...]
    reasons: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """One dimension. `ratio` is None where nothing of it applies; then its mark is reached, as nothing can miss it."""

    id: str
    low: int
    high: int
    possible: Bounds
    ratio: tuple[Fraction, Fraction] | None
    reached: bool | None


@dataclass(frozen=True)
class Result:
    """The whole: scores with bounds, vetoes, verdict, and why. `refused` says why a text cannot decide at all.

    `vetoes` are preconditions and binding indicators that fail, `open_vetoes` those still open. `missing` names what
    would settle an undecided verdict: fact:name and item:id. `ignored` are answers to no item of this text.
    """

    standard: str
    standard_digest: str
    on: date
    total: Bounds
    possible: Bounds
    ratio: tuple[Fraction, Fraction] | None
    points: int | None
    reached: bool | None
    dimensions: tuple[DimensionResult, ...]
    preconditions: tuple[PreconditionResult, ...]
    items: tuple[ItemResult, ...]
    vetoes: tuple[str, ...]
    open_vetoes: tuple[str, ...]
    verdict: Verdict
    reasons: tuple[Said, ...]
    missing: tuple[str, ...]
    refused: Said | None
    ignored: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, ItemResult]:
        """Items by indicator id."""
        return {item.id: item for item in self.items}

    def item(self, identifier: str) -> ItemResult:
        """The result of one indicator; KeyError where there is none."""
        return self.by_id[identifier]

    @property
    def scaled(self) -> Bounds | None:
        """The score on the standard's full scale (折算得分), in hundredths, rounded down; only for showing."""
        if self.ratio is None or self.points is None:
            return None
        low, high = (int(share * self.points) for share in self.ratio)
        return low, high

    @property
    def missing_facts(self) -> tuple[str, ...]:
        """Names of facts among `missing`."""
        return tuple(name[5:] for name in self.missing if name.startswith("fact:"))

    @property
    def missing_items(self) -> tuple[str, ...]:
        """Ids of items and preconditions among `missing`."""
        return tuple(name[5:] for name in self.missing if name.startswith("item:"))

    @property
    def contradictions(self) -> tuple[str, ...]:
        """Ids of items and preconditions whose claim the facts contradict."""
        judged: tuple[PreconditionResult | ItemResult, ...] = (*self.preconditions, *self.items)
        return tuple(one.id for one in judged if one.contradiction)

    def canonical(self) -> str:
        """Stable JSON of everything: the same inputs give the same bytes."""
        return canonical_text(_plain(self))

    @cached_property
    def digest(self) -> str:
        """Sha-256 of the canonical text."""
        return sha256(self.canonical().encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    names = getattr(value, "__dataclass_fields__", None)
    return value if names is None else {name: _plain(getattr(value, name)) for name in names}
