"""What a page shows of one assessment, in a constant number of queries: items, result, hints, gaps, what to mend first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from greenmine.assessment import checks, scoring
from greenmine.assessment import flags as hints
from greenmine.assessment.flags import Flag
from greenmine.assessment.models import Assessment, ItemAnswer, ItemEvidence, Return
from greenmine.assessment.scoring import Ground
from greenmine.law.indicators import Advice, Answer, Measured, Result, Standard, YesNo
from greenmine.law.indicators import advise as advise_on
from greenmine.law.indicators.standard import Category, Dimension, EvidenceNeed, Indicator, Precondition
from greenmine.law.ir import facts_of

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FactShown:
    """A fact an item reads (预填): its words, who said it, of which day; `known` false where nobody has."""

    name: str
    label: Words
    value: Words
    known: bool
    source: str = ""
    since: date | None = None
    recorded_on: date | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item as the page shows it: what is asked, answered, proven, said by facts, and what does not fit."""

    part: Indicator | Precondition
    item: ItemAnswer
    scored: Any | None  # what the engine says of an indicator
    outcome: bool | None  # of a precondition
    links: Sequence[ItemEvidence]
    missing: Sequence[EvidenceNeed]
    flags: Sequence[Flag]
    facts: Sequence[FactShown]
    last: ItemAnswer | None

    @property
    def is_precondition(self) -> bool:
        """Whether it is a precondition."""
        return isinstance(self.part, Precondition)

    @property
    def decided_by_fact(self) -> bool:
        """Whether known facts alone decide it."""
        return bool(self.scored is not None and self.scored.decided_by_fact)


@dataclass(frozen=True, slots=True)
class Group:
    """A category with its items."""

    category: Category
    items: Sequence[ItemView]


@dataclass(frozen=True, slots=True)
class Section:
    """A dimension with its categories and what it came to."""

    dimension: Dimension
    result: Any
    groups: Sequence[Group]


@dataclass(frozen=True, slots=True)
class View:
    """Everything a page needs of one assessment."""

    assessment: Assessment
    ground: Ground
    result: Result
    preconditions: Sequence[ItemView]
    sections: Sequence[Section]
    flags: Sequence[Flag]
    returns: Sequence[Return] = field(default_factory=tuple)

    @property
    def standard(self) -> Standard:
        """The set of indicators it is scored by."""
        return self.ground.standard

    @property
    def items(self) -> Iterator[ItemView]:
        """Preconditions, then indicators in the order of the text."""
        yield from self.preconditions
        for section in self.sections:
            for group in section.groups:
                yield from group.items

    def item(self, identifier: str) -> ItemView | None:
        """The item with this id, or None."""
        return next((found for found in self.items if found.part.id == identifier), None)

    @property
    def blocking(self) -> list[Flag]:
        """What stops a submission."""
        return [one for one in self.flags if one.severity == hints.BLOCKS and one.is_open]

    @property
    def asking(self) -> list[Flag]:
        """What wants a reason before a submission."""
        return [one for one in self.flags if one.severity == hints.ASKS and one.is_open]

    @property
    def answered(self) -> tuple[int, int]:
        """How many items are settled (answered, or decided by facts), of how many that may apply."""
        due = [one for one in self.items if one.is_precondition or applies(one) is not False]
        return sum(1 for one in due if is_settled(one)), len(due)


@dataclass(frozen=True, slots=True)
class Gap:
    """An indicator that failed or is unproven (短板), why, and the evidence that would prove it (cn-2024-1/7.1.c)."""

    view: ItemView
    kind: str  # failed · short · unanswered · unproven · unknown
    zh: str
    en: str
    lost: int  # points that are certainly missing
    evidence: Sequence[EvidenceNeed]
    facts: Sequence[FactShown]


def view_of(assessment: Assessment, *, on: date, thorough: bool = False) -> View:
    """The assessment on a day, with the sources of the facts it reads."""
    ground = scoring.full_ground(assessment, on=on)
    rows = {row.indicator: row for row in ItemAnswer.objects.filter(assessment=assessment)}
    result = scoring.scored(ground, rows.values(), on=on)
    links = checks.links_of(assessment)
    known = checks.gather(assessment, ground, links, on=on, thorough=thorough)
    found = checks.all_flags(assessment, rows.values(), result, ground, known)
    flags_of: dict[str, list[Flag]] = {}
    for one in found:
        flags_of.setdefault(one.indicator, []).append(one)
    scored, said = checks.scored_by_id(result), checks.said_by_id(result)
    outcomes = checks.precondition_outcomes(result)

    def view(part: Indicator | Precondition) -> ItemView:
        item = rows.get(part.id) or ItemAnswer(assessment=assessment, indicator=part.id)
        own = links.get(part.id, [])
        by_fact = part.id in said and said[part.id].decided_by_fact
        return ItemView(
            part=part, item=item, scored=scored.get(part.id), outcome=outcomes.get(part.id), links=own,
            missing=hints.missing_needs(part, own, decided_by_fact=by_fact), flags=flags_of.get(part.id, []),
            facts=facts_read(part, ground), last=known.last.get(part.id),
        )  # fmt: skip

    dimensions = {one.id: one for one in result.dimensions}
    sections = [
        Section(
            dimension,
            dimensions.get(dimension.id),
            [Group(c, [view(indicator) for indicator in c.indicators]) for c in dimension.categories],
        )
        for dimension in ground.standard.dimensions
    ]
    returns = list(Return.objects.filter(assessment=assessment).order_by("-id"))
    first = [view(one) for one in ground.standard.preconditions or ()]
    return View(assessment, ground, result, first, sections, found, returns)


def answers_of(assessment: Assessment) -> dict[str, Answer]:
    """The answers as the engine reads them."""
    return scoring.answers_in(ItemAnswer.objects.filter(assessment=assessment))


def result_of(assessment: Assessment, *, on: date | None = None) -> Result:
    """The result, computed anew from the answers and the facts of a day; without one, the day the sheets speak of."""
    day = on or scoring.rolled()
    ground = scoring.quick_ground(assessment) if on is None else scoring.full_ground(assessment, on=day)
    return scoring.scored(ground, ItemAnswer.objects.filter(assessment=assessment), on=day)


def frozen_of(assessment: Assessment) -> dict[str, Any] | None:
    """What was last submitted, exactly as it was; None before."""
    return json.loads(assessment.frozen) if assessment.frozen else None


def flags(assessment: Assessment, *, on: date) -> list[Flag]:
    """Every hint of the consistency checks, serious ones first within each item."""
    return list(view_of(assessment, on=on).flags)


def gaps(view: View) -> list[Gap]:
    """Every failed or unproven indicator, preconditions first, with the evidence that is needed."""
    return [gap for one in view.items if (gap := _gap(one)) is not None]


def advice(view: View, *, on: date) -> Advice:
    """What to mend first (达标差距与优先改进建议), by the efforts the enterprise stated."""
    rows = {one.part.id: one.item for one in view.items}
    efforts = {identifier: row.effort for identifier, row in rows.items()}
    answers = scoring.answers_in(rows.values())
    return advise_on(view.standard, answers, view.ground.sheet, efforts, on=on)


def applies(one: ItemView) -> bool | None:
    """Whether an indicator applies to the mine; None where facts are missing that decide it."""
    return True if one.scored is None else one.scored.applies


def is_settled(one: ItemView) -> bool:
    """Whether the item is answered or decided by facts."""
    if one.is_precondition:
        return one.outcome is not None
    return one.item.state != "unanswered" or one.decided_by_fact


def facts_read(part: Indicator | Precondition, ground: Ground) -> list[FactShown]:
    """The facts an item reads, with value, source and day."""
    dictionary = ground.edition.dictionary
    return [_shown(name, ground) for name in _names(part) if name in dictionary]


def _names(part: Indicator | Precondition) -> list[str]:
    if isinstance(part, Precondition):
        return sorted(facts_of(part.check.node)) if part.check is not None else []
    if isinstance(part.scale, Measured):
        return [part.scale.fact]
    if isinstance(part.scale, YesNo) and part.scale.check is not None:
        return sorted(facts_of(part.scale.check.node))
    return []


def _shown(name: str, ground: Ground) -> FactShown:
    fact, lowered = ground.edition.dictionary[name], ground.sheet.values.get(name)
    source = ground.sheet.sources.get(name)
    return FactShown(
        name=name,
        label=fact.label,
        value={"zh": fact.words(lowered, "zh"), "en": fact.words(lowered, "en")},
        known=lowered is not None,
        source=source.label or source.source if source is not None else "",
        since=source.since if source is not None else None,
        recorded_on=source.recorded_at.date() if source is not None and source.recorded_at else None,
    )


def _gap(one: ItemView) -> Gap | None:
    unknown = [fact for fact in one.facts if not fact.known]
    if one.is_precondition:
        if one.outcome is True:
            return None
        kind = "failed" if one.outcome is False else "unknown"
        words = (
            ("先决条件不满足", "a precondition is not met") if kind == "failed" else ("先决条件待核实", "not known yet")
        )
        return Gap(one, kind, *words, 0, one.missing, unknown)
    if applies(one) is False or one.item.state == "not_applicable":
        return None
    part = one.part
    points = part.points if isinstance(part, Indicator) else None
    low = one.scored.low if one.scored is not None else 0
    lost = max((points or 0) - (one.scored.high if one.scored is not None else 0), 0)
    if not is_settled(one):
        return Gap(one, "unanswered", "尚未填写", "not answered", lost, one.missing, unknown)
    if points is not None and low < points:
        binding = isinstance(part, Indicator) and part.kind == "binding"
        words = ("约束性指标未得满分", "binding, not full marks") if binding else ("未得满分", "not full marks")
        return Gap(one, "failed" if binding and not low else "short", *words, lost, one.missing, unknown)
    if one.missing:
        return Gap(one, "unproven", "已填得分，缺少佐证", "claimed without its evidence", 0, one.missing, unknown)
    return None
