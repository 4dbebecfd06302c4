"""Judging one item or one precondition: does it apply, what do the facts say, what was claimed, and what counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenmine.law.indicators import telling
from greenmine.law.indicators.compiled import Asked, Facets, Program
from greenmine.law.indicators.results import UNANSWERED, Answer, ItemResult, PreconditionResult
from greenmine.law.indicators.scales import allows, by_fact, least_and_most
from greenmine.law.indicators.standard import Indicator, Measured, Precondition, YesNo
from greenmine.law.sheets import Sheet

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """What the facts say of an item: applicability, points, and which facts are missing for either."""

    applies: bool | None
    says: int | None
    holds: bool | None
    missing_applies: tuple[str, ...]
    missing: tuple[str, ...]


def judge_item(
    ready: Program, indicator: Indicator, facets: Facets | None, check: Asked | None, sheet: Sheet, values: Values,
    answers: Mapping[str, Answer],
) -> ItemResult:  # fmt: skip
    """The result of one indicator."""
    answer = answers.get(indicator.id, UNANSWERED)
    read = _read(indicator, facets, check, sheet, values)
    if read.applies is False:
        return _absent(ready, indicator, facets, answer, values)
    if answer.state == "not_applicable" and _accepted(indicator, facets, read):
        return _excused(ready, indicator, read, answer)
    return _counted(ready, indicator, read, answer, facets, check, values)


def _read(indicator: Indicator, facets: Facets | None, check: Asked | None, sheet: Sheet, values: Values) -> Read:
    applies, missing_applies = (True, ()) if facets is None else facets.ask(sheet, values)
    if applies is False:
        return Read(False, None, None, (), ())
    scale = indicator.scale
    if check is not None:
        holds = check.ask(values)
        says = None if holds is None or indicator.points is None else indicator.points if holds else 0
        return Read(applies, says, holds, missing_applies, () if holds is not None else check.missing(values))
    if isinstance(scale, Measured):
        says = by_fact(scale, values.get(scale.fact))
        missing = (scale.fact,) if values.get(scale.fact) is None else ()
        return Read(applies, says, None, missing_applies, missing)
    return Read(applies, None, None, missing_applies, ())


def _accepted(indicator: Indicator, facets: Facets | None, read: Read) -> bool:
    """Whether a person's word that it does not apply may stand: the text allows it, and no fact says otherwise."""
    if not indicator.may_not_apply or read.says is not None:
        return False
    return facets is None or read.applies is None


def _absent(ready: Program, indicator: Indicator, facets: Facets | None, answer: Answer, values: Values) -> ItemResult:
    claimed = claimed_score(indicator, answer)
    contradiction = answer.state == "scored"
    return ItemResult(
        indicator.id, indicator.dimension, False, "not_applicable", 0, 0, indicator.points, claimed, True, None,
        contradiction, False, indicator.kind == "binding", True if indicator.kind == "binding" else None, (),
        telling.absent(ready, facets, values, contradiction=contradiction),
    )  # fmt: skip


def _excused(ready: Program, indicator: Indicator, read: Read, answer: Answer) -> ItemResult:
    """Claimed not to apply: it does not count; where the facts may still say that it applies, both readings stand."""
    unsure = read.applies is None
    low, high = least_and_most(indicator) if unsure else (0, 0)
    binding = indicator.kind == "binding"
    return ItemResult(
        indicator.id, indicator.dimension, None if unsure else False, "not_applicable", low, high, indicator.points,
        None, False, None, False, False, binding, (None if unsure else True) if binding else None, read.missing_applies,
        telling.excused(ready, answer, read.missing_applies),
    )  # fmt: skip


def claimed_score(indicator: Indicator, answer: Answer) -> int | None:
    """The score a person claims; a plain yes or no is worth all points or none."""
    if answer.state != "scored":
        return None
    if answer.score is not None:
        return answer.score
    if isinstance(indicator.scale, YesNo) and answer.met is not None and indicator.points is not None:
        return indicator.points if answer.met else 0
    return None


def _counted(
    ready: Program, indicator: Indicator, read: Read, answer: Answer, facets: Facets | None, check: Asked | None,
    values: Values,
) -> ItemResult:  # fmt: skip
    claimed = claimed_score(indicator, answer)
    impossible = claimed is not None and not allows(indicator, claimed)
    by_person = None if impossible else claimed
    counts = read.says if read.says is not None else by_person
    low, high = least_and_most(indicator) if counts is None else (counts, counts)
    excused = answer.state == "not_applicable"
    refuted = excused and (read.applies is True or read.says is not None)
    contradiction = refuted or (claimed is not None and read.says is not None and claimed != read.says)
    if read.holds is not None and answer.state == "scored" and answer.met is not None and answer.met is not read.holds:
        contradiction = True
    binding = indicator.kind == "binding"
    met = _met(indicator, read, None if impossible else answer, low, high) if binding else None
    missing = tuple(sorted({*read.missing_applies, *(read.missing if read.says is None else ())}))
    return ItemResult(
        indicator.id, indicator.dimension, read.applies, "unanswered" if excused or claimed is None else "scored",
        low, high, indicator.points, claimed, read.says is not None or read.holds is not None, read.says, contradiction, impossible, binding,
        True if met is True else None if read.applies is None else met, missing,
        telling.counted(ready, indicator, telling.Case(read.applies, read.says, read.holds, claimed, excused, impossible, met, missing), facets, check, values),
    )  # fmt: skip


def _met(indicator: Indicator, read: Read, answer: Answer | None, low: int, high: int) -> bool | None:
    """Whether the bottom line is met; at a yes or no being met is enough, whatever its points."""
    if isinstance(indicator.scale, YesNo):
        if read.holds is not None:
            return read.holds
        if answer is None or answer.state != "scored":
            return None
        if answer.met is not None:
            return answer.met
        return answer.score == indicator.points if answer.score is not None and indicator.points else None
    if indicator.pass_at is None:
        return None
    return True if low >= indicator.pass_at else False if high < indicator.pass_at else None


def judge_precondition(
    ready: Program, one: Precondition, facets: Facets | None, check: Asked | None, sheet: Sheet, values: Values,
    answers: Mapping[str, Answer],
) -> PreconditionResult:  # fmt: skip
    """The result of one precondition."""
    answer = answers.get(one.id, UNANSWERED)
    applies, missing = (True, ()) if facets is None else facets.ask(sheet, values)
    claimed = answer.met if answer.state == "scored" else None
    if applies is False:
        told = telling.precondition(ready, None, "absent", answer, (), values)
        return PreconditionResult(one.id, True, False, claimed, True, False, (), told)
    says = check.ask(values) if check is not None else None
    excused = answer.state == "not_applicable" and one.may_not_apply and says is None
    if excused and (facets is None or applies is None):
        outcome = None if applies is None else True
        told = telling.precondition(ready, check, "excused", answer, missing, values)
        return PreconditionResult(one.id, outcome, applies and None, None, False, False, missing, told)
    if check is not None and says is None:
        missing = tuple(sorted({*missing, *check.missing(values)}))
    outcome = says if says is not None else claimed
    contradiction = answer.state == "not_applicable" or (None not in (says, claimed) and says is not claimed)
    how = "fact" if says is not None else "claim" if claimed is not None else "open"
    if outcome is False and applies is None:
        outcome = None
    told = telling.precondition(ready, check, how, answer, missing, values, contradiction=contradiction)
    return PreconditionResult(one.id, outcome, applies, claimed, says is not None, contradiction, missing, told)
