"""Advice (提升建议): what still stands between a mine and passing, and what to mend first.

Vetoes come first: no score outweighs them. Then the cheapest set of items that, brought to their full points at the
effort the enterprise states, reaches the total and every dimension mark. Unanswered items count their least, and items
that may not apply are taken to apply, so that the advice does not promise what may not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from greenmine.law.indicators.cheapest import Choice, Need, cheapest
from greenmine.law.indicators.points import said
from greenmine.law.indicators.results import Answer, ItemResult, Result, Said
from greenmine.law.indicators.scales import least_and_most
from greenmine.law.indicators.scoring import percent, score
from greenmine.law.indicators.standard import Standard
from greenmine.law.indicators.telling import words
from greenmine.law.sheets import Sheet

Efforts = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to mend: from what it counts `now` to `then` (hundredths), at the stated effort (None: not stated)."""

    id: str
    sort: Literal["precondition", "binding", "item"]
    now: int
    then: int
    effort: int | None
    reasons: tuple[Said, ...]

    @property
    def gain(self) -> int:
        """The points it brings."""
        return self.then - self.now


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a dimension, or the whole (id ''), is from its mark: points now, points needed, of points possible."""

    id: str
    now: int
    needed: int
    possible: int

    @property
    def lacking(self) -> int:
        """The points that are lacking; 0 where the mark is reached."""
        return max(0, self.needed - self.now)


@dataclass(frozen=True, slots=True)
class Advice:
    """What to mend first. `reachable`: whether all steps together reach every mark.

    `exact`: the items are the cheapest possible set; False where efforts are not stated (`without_effort`), since such
    an item might be cheaper. `assumed` are items that may not apply and were taken to apply.
    """

    verdict: str
    gaps: tuple[Gap, ...]
    vetoes: tuple[Step, ...]
    items: tuple[Step, ...]
    effort: int
    reachable: bool
    exact: bool
    without_effort: tuple[str, ...]
    assumed: tuple[str, ...]
    refused: Said | None
    notes: tuple[Said, ...]


def advise(standard: Standard, answers: Mapping[str, Answer], sheet: Sheet, efforts: Efforts, *, on: date) -> Advice:
    """What stands between this mine and passing, and the cheapest way to mend it."""
    return advice_on(standard, score(standard, answers, sheet, on=on), efforts)


def advice_on(standard: Standard, result: Result, efforts: Efforts) -> Advice:
    """The advice for a result that is already computed."""
    known = {name: effort for name, effort in efforts.items() if effort is not None and effort >= 0}
    vetoes = _vetoes(standard, result, known)
    mended = {step.id: step.then for step in vetoes}
    gaps = _gaps(standard, result, {})
    assumed = tuple(item.id for item in result.items if item.applies is None)
    if result.refused is not None:
        return Advice(result.verdict, gaps, vetoes, (), 0, False, False, (), assumed, result.refused, (result.refused,))
    candidates = [item for item in result.items if item.id not in mended and _gain(standard, item) > 0]
    items, reachable, exact = _cheapest(standard, result, candidates, mended, known)
    without = tuple(item.id for item in candidates if item.id not in known) if not _reached(gaps) else ()
    steps = (*vetoes, *items)
    effort = sum(step.effort or 0 for step in steps)
    notes = _notes(result, gaps, steps, without, assumed, reachable=reachable)
    return Advice(
        result.verdict, gaps, vetoes, items, effort, reachable, exact and not without, without, assumed, None, notes
    )


def _reached(gaps: tuple[Gap, ...]) -> bool:
    return not any(gap.lacking for gap in gaps)


def _most(standard: Standard, item: ItemResult) -> int:
    return least_and_most(standard.indicator(item.id))[1]


def _gain(standard: Standard, item: ItemResult) -> int:
    return 0 if item.applies is False else _most(standard, item) - item.low


def _vetoes(standard: Standard, result: Result, known: Mapping[str, int]) -> tuple[Step, ...]:
    """Everything that fails or is open and outweighs any score: those that fail first."""
    found = []
    for name in (*result.vetoes, *result.open_vetoes):
        if name in standard.by_id:
            item = result.item(name)
            found.append(Step(name, "binding", item.low, _most(standard, item), known.get(name), item.reasons))
        else:
            one = next(one for one in result.preconditions if one.id == name)
            found.append(Step(name, "precondition", 0, 0, known.get(name), one.reasons))
    return tuple(found)


def _gaps(standard: Standard, result: Result, mended: Mapping[str, int]) -> tuple[Gap, ...]:
    """The whole first, then each dimension; only marks that exist."""
    marks = standard.pass_marks
    gaps = []
    if marks.total and standard.points:
        gaps.append(_gap("", result.items, Fraction(marks.total, standard.points), standard, mended))
    if marks.dimension_ratio:
        for dimension in result.dimensions:
            items = tuple(item for item in result.items if item.dimension == dimension.id)
            gaps.append(_gap(dimension.id, items, marks.dimension_ratio, standard, mended))
    return tuple(gaps)


def _gap(
    name: str, items: tuple[ItemResult, ...], mark: Fraction, standard: Standard, mended: Mapping[str, int]
) -> Gap:
    now = possible = 0
    for item in items:
        points = item.points or 0
        if item.applies is False:
            if standard.not_applicable == "full":
                now, possible = now + points, possible + points
            continue
        now += mended.get(item.id, item.low)
        possible += points
    return Gap(name, now, -(-mark.numerator * possible // mark.denominator), possible)


def _cheapest(
    standard: Standard, result: Result, candidates: list[ItemResult], mended: Mapping[str, int], known: Mapping[str, int]
) -> tuple[tuple[Step, ...], bool, bool]:  # fmt: skip
    gaps = _gaps(standard, result, mended)
    total = next((gap.lacking for gap in gaps if not gap.id), 0)
    of_dimension = {gap.id: gap.lacking for gap in gaps if gap.id}
    choices = [Choice(item.id, item.dimension, _gain(standard, item), known.get(item.id)) for item in candidates]
    found = cheapest(choices, Need(total, of_dimension))
    if found is None:
        chosen, reachable, exact = {choice.id for choice in choices}, False, True
    else:
        chosen, reachable, exact = set(found.ids), True, found.exact
    steps = [
        Step(item.id, "item", item.low, _most(standard, item), known.get(item.id), item.reasons)
        for item in candidates
        if item.id in chosen
    ]
    return tuple(sorted(steps, key=_worth)), reachable, exact


def _worth(step: Step) -> tuple[bool, Fraction]:
    """The least effort for a point first; items without an effort last."""
    return step.effort is None, Fraction(step.effort or 0, step.gain)


def _notes(
    result: Result, gaps: tuple[Gap, ...], steps: tuple[Step, ...], without: tuple[str, ...], assumed: tuple[str, ...],
    *, reachable: bool,
) -> tuple[Said, ...]:  # fmt: skip
    told = []
    if result.verdict == "pass":
        told.append(words("已达到要求，无须提升", "every requirement is met; nothing needs mending"))
    whole = next((gap for gap in gaps if not gap.id), None)
    if whole is not None and whole.lacking:
        mark = percent(Fraction(whole.needed, whole.possible)) if whole.possible else "—"
        told.append(
            words(
                f"距总分达标还差 {said(whole.lacking)} 分（须达 {said(whole.needed)} 分，即 {mark}）",
                f"{said(whole.lacking)} points short of the total mark ({said(whole.needed)}, that is {mark})",
            )
        )
    if not reachable:
        told.append(
            words(
                "即使所列各项全部得满分，仍达不到达标线", "even with full points everywhere the marks are not reached"
            )
        )
    unstated = [step.id for step in steps if step.effort is None]
    if unstated or without:
        number = len({*unstated, *without})
        told.append(
            words(
                f"有 {number} 项未填写投入，无法比较其成本；填写后建议可能更省",
                f"{number} items have no stated effort and cannot be compared; with it the advice may be cheaper",
            )
        )
    if assumed:
        told.append(
            words(
                f"有 {len(assumed)} 项是否适用待核实，此处按适用计算",
                f"{len(assumed)} items may not apply; here they are taken to apply",
            )
        )
    return tuple(told)
