"""A standard (评价指标体系): dimensions, categories and indicators with points, scales and pass marks, as read from data.

Points are whole hundredths. None is an unknown cell, never zero. Everything is frozen: a standard is a text, and its
digest names what it means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal

from greenmine.law.dictionary import Dictionary
from greenmine.law.ir import Condition
from greenmine.law.problems import Problem, RulebookError

Words = Mapping[str, str]
Status = Literal["official", "structure_only", "demonstration", "local"]
Kind = Literal["binding", "improvement"]
POINT = 100  # hundredths in a point


class StandardError(RulebookError):
    """A text of a standard was refused; `problems` lists every reason with zh, en and where."""

    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Check:
    """A condition over the mine's facts: its text as written, and as read."""

    text: str
    node: Condition = field(repr=False, compare=False, hash=False)


@dataclass(frozen=True, slots=True)
class Applies:
    """For which mines (适用范围): every facet that is given must hold; an empty one says nothing.

    `minerals` are the minerals of the industries, resolved when the text was read.
    """

    industries: tuple[str, ...] = ()
    minerals: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    climates: tuple[str, ...] = ()
    when: Check | None = None

    @property
    def is_universal(self) -> bool:
        """Whether it speaks of every mine."""
        return self == EVERYWHERE


EVERYWHERE = Applies()


@dataclass(frozen=True, slots=True)
class EvidenceNeed:
    """Evidence an indicator asks for (佐证材料), and for how many months it stays good (None: no term)."""

    id: str
    name: Words
    kinds: tuple[str, ...] = ()
    valid_months: int | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a scale with its description."""

    points: int
    words: Words


@dataclass(frozen=True, slots=True)
class Levels:
    """A scale of described levels, in the order of the text."""

    levels: tuple[Level, ...]
    name: str = "levels"


@dataclass(frozen=True, slots=True)
class Range:
    """Any multiple of `step` from nothing to the indicator's points."""

    step: int
    name: str = "range"


@dataclass(frozen=True, slots=True)
class YesNo:
    """All points or none; with a check the facts decide."""

    check: Check | None = None
    name: str = "yes_no"


@dataclass(frozen=True, slots=True)
class Band:
    """A band of a measured scale: `at_least`, `at_most` (lowered figure) or `is` (lowered codes) gives points."""

    how: Literal["at_least", "at_most", "is"]
    values: tuple[int, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Measured:
    """Points by a fact: the first band that holds, else `otherwise`; `when_none` where the fact is said to be none."""

    fact: str
    bands: tuple[Band, ...]
    otherwise: int = 0
    when_none: int | None = None
    name: str = "measured"


@dataclass(frozen=True, slots=True)
class UnknownScale:
    """The text's scale is not held."""

    name: str = "unknown"


Scale = Levels | Range | YesNo | Measured | UnknownScale


@dataclass(frozen=True, slots=True)
class Indicator:
    """One item (三级指标). `pass_at` is the bottom line of a binding one: None where full marks or being met is asked."""

    id: str
    name: Words
    kind: Kind | None
    points: int | None
    scale: Scale
    dimension: str
    category: str
    pass_at: int | None = None
    applies: Applies = EVERYWHERE
    may_not_apply: bool = True
    alternative: str = ""
    evidence: tuple[EvidenceNeed, ...] = ()
    checked: Literal["desk", "site", "both"] = "both"
    help: Words = field(default_factory=dict)
    typical: Words = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    confidence: str = "?"


@dataclass(frozen=True, slots=True)
class Category:
    """A category (二级指标)."""

    id: str
    name: Words
    points: int | None
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension (一级指标). `counts` are numbers the text is known to have, whether held here or not."""

    id: str
    name: Words
    points: int | None
    categories: tuple[Category, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Its indicators in order."""
        return tuple(indicator for category in self.categories for indicator in category.indicators)


@dataclass(frozen=True, slots=True)
class Precondition:
    """A precondition (先决条件): with a check the facts decide, otherwise a person answers."""

    id: str
    name: Words
    check: Check | None = None
    evidence: tuple[EvidenceNeed, ...] = ()
    applies: Applies = EVERYWHERE
    may_not_apply: bool = False
    provisions: tuple[str, ...] = ()
    help: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PassMarks:
    """Pass marks (达标线): None is unknown, zero says there is none. `dimension_ratio` is exact."""

    total: int | None = None
    dimension_ratio: Fraction | None = None
    binding_all: bool | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an overlay does to its base; `proven` where the comparison itself shows it, not only the author's word."""

    what: Literal["adds", "replaces", "tightens", "loosens", "removes", "fills"]
    subject: str
    zh: str
    en: str
    provisions: tuple[str, ...] = ()
    proven: bool = True


@dataclass(frozen=True)
class Standard:
    """A whole set of indicators. `counts` are numbers known of the text; `changes` what an overlay did to its base."""

    id: str
    title: Words
    status: Status
    tier: Literal["national", "provincial", "any"]
    kind: Literal["standalone", "overlay"]
    territory: str
    in_force: tuple[date | None, date | None]
    points: int | None
    pass_marks: PassMarks
    not_applicable: Literal["rescale", "full"] | None
    preconditions: tuple[Precondition, ...] | None
    dimensions: tuple[Dimension, ...]
    dictionary: Dictionary = field(repr=False, compare=False, hash=False)
    base: str = ""
    applies: Applies = EVERYWHERE
    counts: Mapping[str, int] = field(default_factory=dict)
    source: Words = field(default_factory=dict)
    confidence: str = "?"
    provisions: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator, in the order of the text."""
        return tuple(indicator for dimension in self.dimensions for indicator in dimension.indicators)

    @cached_property
    def by_id(self) -> Mapping[str, Indicator]:
        """Indicators by id."""
        return {indicator.id: indicator for indicator in self.indicators}

    def indicator(self, identifier: str) -> Indicator:
        """The indicator with this id; KeyError where there is none."""
        return self.by_id[identifier]

    def dimension(self, identifier: str) -> Dimension:
        """The dimension with this id; KeyError where there is none."""
        return next(dimension for dimension in self.dimensions if dimension.id == identifier)

    def precondition(self, identifier: str) -> Precondition:
        """The precondition with this id; KeyError where there is none."""
        for precondition in self.preconditions or ():
            if precondition.id == identifier:
                return precondition
        raise KeyError(identifier)

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.indicators)

    @cached_property
    def digest(self) -> str:
        """Sha-256 of the canonical text: two standards with the same digest mean the same."""
        from greenmine.law.indicators.canonical import digest_of  # noqa: PLC0415 -- canonical reads these classes

        return digest_of(self)

    @cached_property
    def unknown_cells(self) -> tuple[str, ...]:
        """Every cell that is not held, as paths: pass_marks.total, indicators.x.points, counts.indicators (49, held 0)."""
        from greenmine.law.indicators.cells import unknown_cells  # noqa: PLC0415 -- cells reads these classes

        return unknown_cells(self)

    @cached_property
    def needed_cells(self) -> tuple[str, ...]:
        """Those unknown cells without which no verdict can be given."""
        from greenmine.law.indicators.cells import needed_cells  # noqa: PLC0415 -- cells reads these classes

        return needed_cells(self)

    @property
    def can_decide(self) -> bool:
        """Whether a verdict can be issued on this text at all."""
        return self.status != "structure_only" and not self.needed_cells

    def in_force_on(self, on: date) -> bool:
        """Whether the text holds on a day (both ends included)."""
        begins, ends = self.in_force
        return (begins is None or begins <= on) and (ends is None or on <= ends)
