"""Scoring (评分): a standard, answers, a mine's facts and a day come to scores with bounds, vetoes and a verdict.

Pure and exact: whole hundredths and fractions, never a float; the order of the inputs does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from greenmine.law.indicators.bounds import highest, lowest
from greenmine.law.indicators.compiled import Program, program
from greenmine.law.indicators.items import judge_item, judge_precondition
from greenmine.law.indicators.points import said
from greenmine.law.indicators.results import (
    Answer,
    Bounds,
    DimensionResult,
    ItemResult,
    PreconditionResult,
    Result,
    Said,
    Verdict,
)
from greenmine.law.indicators.standard import PassMarks, Standard
from greenmine.law.indicators.telling import words
from greenmine.law.sheets import Sheet

CELLS_SHOWN = 6
Tally = tuple[Bounds, Bounds, tuple[Fraction, Fraction] | None, bool]


def score(standard: Standard, answers: Mapping[str, Answer], sheet: Sheet, *, on: date) -> Result:
    """What the answers and facts come to on a day."""
    ready = program(standard, on)
    values = ready.values(sheet)
    items = tuple(judge_item(ready, one, facets, check, sheet, values, answers) for one, facets, check in ready.items)
    preconditions = tuple(
        judge_precondition(ready, one, facets, check, sheet, values, answers) for one, facets, check in ready.conditions
    )
    return _Whole(ready, sheet, items, preconditions).result(answers)


def tally(items: Sequence[ItemResult], *, full: bool) -> Tally:
    """Total, possible and share with bounds; the last says whether it may be that nothing applies.

    With `full`, what does not apply counts with all its points; otherwise it leaves the possible points.
    """
    low = high = least = most = sure_low = sure_high = 0
    optional: list[ItemResult] = []
    for item in items:
        points = item.points or 0
        if item.applies is False:
            if full:
                low, high, least, most = low + points, high + points, least + points, most + points
            continue
        most += points
        if item.applies is None and not full:
            optional.append(item)
            high += item.high
            continue
        least += points
        low += item.low
        high += points if item.applies is None else item.high
        sure_high += item.high
        sure_low += item.low
    if full:
        share = (Fraction(low, most), Fraction(high, most)) if most else None
        return (low, high), (least, most), share, most == 0
    up = highest(sure_high, least, [(item.high, item.points or 0) for item in optional if item.points])
    down = lowest(sure_low, least, [(item.low, item.points or 0) for item in optional if item.points])
    share = None if up is None or down is None else (down, up)
    return (low, high), (least, most), share, least == 0


def reaches(share: tuple[Fraction, Fraction] | None, mark: Fraction, *, may_be_empty: bool) -> bool | None:
    """Whether a share reaches a mark in every reading (True), in none (False), or it depends (None)."""
    if share is None or mark == 0 or share[0] >= mark:
        return True
    return False if share[1] < mark and not may_be_empty else None


class _Whole:
    """Puts the items together."""

    def __init__(
        self, ready: Program, sheet: Sheet, items: tuple[ItemResult, ...], preconditions: tuple[PreconditionResult, ...]
    ) -> None:
        self.ready, self.standard, self.sheet = ready, ready.standard, sheet
        self.items, self.preconditions = items, preconditions
        self.marks: PassMarks = self.standard.pass_marks
        self.full = self.standard.not_applicable == "full"

    def result(self, answers: Mapping[str, Answer]) -> Result:
        standard = self.standard
        total, possible, share, empty = tally(self.items, full=self.full)
        reached = self.total_reached(share, empty=empty)
        dimensions = tuple(self.dimension(dimension.id) for dimension in standard.dimensions)
        vetoes, open_vetoes = self.vetoes()
        refused = self.refusal()
        verdict = self.verdict(reached, dimensions, vetoes, open_vetoes) if refused is None else "undecided"
        reasons = self.reasons(verdict, reached, share, dimensions, vetoes, open_vetoes, refused)
        known = {*standard.by_id, *(one.id for one in standard.preconditions or ())}
        return Result(
            standard=standard.id, standard_digest=standard.digest, on=self.ready.on, total=total, possible=possible,
            ratio=share, points=standard.points, reached=reached, dimensions=dimensions, preconditions=self.preconditions,
            items=self.items, vetoes=vetoes, open_vetoes=open_vetoes, verdict=verdict, reasons=reasons,
            missing=self.missing(verdict, refused), refused=refused,
            ignored=tuple(sorted(name for name in answers if name not in known)),
        )  # fmt: skip

    def total_reached(self, share: tuple[Fraction, Fraction] | None, *, empty: bool) -> bool | None:
        """The total mark as a share of all points; nothing at all to score decides nothing."""
        if self.marks.total == 0:
            return True
        if self.marks.total is None or not self.standard.points or share is None:
            return None
        mark = Fraction(self.marks.total, self.standard.points)
        reached = reaches(share, mark, may_be_empty=empty)
        return None if reached and empty and mark else reached

    def dimension(self, identifier: str) -> DimensionResult:
        items = [item for item in self.items if item.dimension == identifier]
        total, possible, share, empty = tally(items, full=self.full)
        mark = self.marks.dimension_ratio
        reached = None if mark is None else reaches(share, mark, may_be_empty=empty)
        return DimensionResult(identifier, *total, possible, share, reached)

    def vetoes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Preconditions first, then binding indicators: those that fail, and those still open."""
        found = [(one.id, one.outcome) for one in self.preconditions]
        if self.marks.binding_all is not False:
            found += [(item.id, item.met) for item in self.items if item.binding]
        failed = tuple(name for name, outcome in found if outcome is False)
        return failed, tuple(name for name, outcome in found if outcome is None)

    def refusal(self) -> Said | None:
        """Why no verdict can be issued on this text for this mine, or None."""
        standard = self.standard
        if standard.status == "structure_only":
            return words(
                "本指标体系仅收录结构，未录入正式文本，不能据以作出结论",
                "only the structure of this set is held, not its official table; no verdict can be given on it",
            )
        cells = standard.needed_cells
        if cells:
            shown = "、".join(cells[:CELLS_SHOWN])
            return words(
                f"指标体系有 {len(cells)} 处关键内容未知，不能作出结论：{shown}",
                f"{len(cells)} cells a verdict needs are unknown: {shown.replace('、', ', ')}",
            )
        whole = self.ready.whole
        if whole is not None and whole.ask(self.sheet, self.ready.values(self.sheet))[0] is False:
            return words("本指标体系不适用于该矿山", "this set is not for this mine")
        return None

    @staticmethod
    def verdict(
        reached: bool | None,
        dimensions: tuple[DimensionResult, ...],
        vetoes: tuple[str, ...],
        open_vetoes: tuple[str, ...],
    ) -> Verdict:
        outcomes = [reached, *(dimension.reached for dimension in dimensions)]
        if vetoes or False in outcomes:
            return "fail"
        return "undecided" if open_vetoes or None in outcomes else "pass"

    def missing(self, verdict: Verdict, refused: Said | None) -> tuple[str, ...]:
        """Facts and items that would settle an undecided verdict; nothing where it is decided or cannot be."""
        if verdict != "undecided" or refused is not None:
            return ()
        names: set[str] = set()
        for one in self.preconditions:
            if one.outcome is None:
                names.update(f"fact:{name}" for name in one.missing)
                names.add(f"item:{one.id}")
        for item in self.items:
            if item.is_open:
                names.update(f"fact:{name}" for name in item.missing)
                names.add(f"item:{item.id}")
        return tuple(sorted(names))

    def reasons(
        self, verdict: Verdict, reached: bool | None, share: tuple[Fraction, Fraction] | None,
        dimensions: tuple[DimensionResult, ...], vetoes: tuple[str, ...], open_vetoes: tuple[str, ...], refused: Said | None,
    ) -> tuple[Said, ...]:  # fmt: skip
        """Why, the weightiest first: what cannot be decided, vetoes, marks."""
        told = [] if refused is None else [refused]
        told += [self.named(name, "不满足", "fails") for name in vetoes]
        if refused is None and verdict != "fail":
            told += [self.named(name, "待核实", "is open") for name in open_vetoes]
        told += self.about_total(reached, share)
        mark = self.marks.dimension_ratio
        for dimension in dimensions:
            if mark and dimension.reached is not True and dimension.ratio:
                told.append(self.about_dimension(dimension, mark))
        if verdict == "pass":
            told.append(
                words("先决条件、约束性指标和各达标线均已满足", "preconditions, binding indicators and marks are met")
            )
        return tuple(told)

    def named(self, identifier: str, zh: str, en: str) -> Said:
        """A precondition or binding indicator by its name."""
        binding = identifier in self.standard.by_id
        name = (self.standard.indicator(identifier) if binding else self.standard.precondition(identifier)).name
        sort = ("约束性指标", "binding indicator") if binding else ("先决条件", "precondition")
        return words(f"{sort[0]}“{name['zh']}”{zh}", f"{sort[1]} “{name['en']}” {en}")

    def about_total(self, reached: bool | None, share: tuple[Fraction, Fraction] | None) -> list[Said]:
        """How the total stands against its mark."""
        if share is None:
            return [words("没有适用的计分指标", "no scored indicator applies")] if self.standard.indicators else []
        if not self.marks.total or not self.standard.points:
            return []
        figures, mark = said_range(share), percent(Fraction(self.marks.total, self.standard.points))
        how = {True: ("达到", "reaches"), False: ("未达到", "misses"), None: ("尚不能确定是否达到", "may reach")}[
            reached
        ]
        return [
            words(f"总得分率 {figures}，{how[0]}达标线 {mark}", f"the total of {figures} {how[1]} the mark of {mark}")
        ]

    def about_dimension(self, dimension: DimensionResult, mark: Fraction) -> Said:
        """How a dimension stands against its mark."""
        name = self.standard.dimension(dimension.id).name
        figures = said_range(dimension.ratio or (Fraction(0), Fraction(0)))
        how = ("未达到", "misses") if dimension.reached is False else ("尚不能确定是否达到", "may reach")
        return words(
            f"“{name['zh']}”得分率 {figures}，{how[0]}分项达标线 {percent(mark)}",
            f"“{name['en']}” at {figures} {how[1]} the mark of {percent(mark)}",
        )


def percent(share: Fraction) -> str:
    """A share in per cent with at most two decimals, rounded down; an idle zero is left out."""
    return f"{said(share.numerator * 10000 // share.denominator)}%"


def said_range(share: tuple[Fraction, Fraction]) -> str:
    """One figure, or from–to."""
    low, high = percent(share[0]), percent(share[1])
    return low if share[0] == share[1] else f"{low}–{high}"
