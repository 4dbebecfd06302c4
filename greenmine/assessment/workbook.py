"""Filling in by workbook (Excel 填报): one sheet a dimension; a filled one is compared row by row before anything is written.

Text is written as text, never as a formula. Each row carries the version it was made from: what changed since is shown
and not written over.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from django.db import transaction

from greenmine.accounts.models import Person
from greenmine.assessment import scoring
from greenmine.assessment.actions.answering import answer
from greenmine.assessment.drafts import Draft, points_words, settled
from greenmine.assessment.models import Assessment, ItemAnswer
from greenmine.assessment.permissions import CannotAssess, check_can_fill
from greenmine.law.dictionary import scaled
from greenmine.law.indicators import Levels, asked
from greenmine.law.indicators.points import DIGITS
from greenmine.law.indicators.standard import Indicator, Precondition
from greenmine.registry.ledgers.grids import Grid, read_grids
from greenmine.registry.ledgers.opening import open_ledger
from greenmine.registry.ledgers.problems import LedgerRefused

COLUMNS = ("编号", "指标", "评分标准", "所需佐证", "状态", "得分", "是否满足", "不适用理由", "说明", "投入", "版本")
WIDTHS = (20, 28, 50, 30, 10, 8, 10, 24, 40, 12, 8)
FILLED_FROM = 4
STATES = {"未填": "unanswered", "已填": "scored", "不适用": "not_applicable"}
WORDS = {code: word for word, code in STATES.items()}
YES = {"是": True, "否": False, "": None}
INFO = "说明"
FIRST = "先决条件"
HEAD_ROW = 1
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
LONGEST_NAME = 31


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that says something else than what stands: before and after, and whether somebody changed it since."""

    sheet: str
    row: int
    indicator: str
    name: Mapping[str, str]
    before: ItemAnswer
    after: Draft
    seen: int
    overtaken: bool


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row, in both languages, with its place."""

    sheet: str
    row: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a filled workbook would change, what it cannot, and how many rows say nothing new."""

    differences: Sequence[Difference]
    problems: Sequence[RowProblem]
    same: int

    @property
    def writable(self) -> list[Difference]:
        """The rows that can be written: nobody changed them since the workbook was made."""
        return [one for one in self.differences if not one.overtaken]

    @property
    def overtaken(self) -> list[Difference]:
        """The rows somebody changed since: shown, never written over."""
        return [one for one in self.differences if one.overtaken]


def write(assessment: Assessment) -> bytes:
    """The template with scales, evidence needs, and the answers as they stand."""
    standard = scoring.standard_of(assessment)
    rows = {row.indicator: row for row in ItemAnswer.objects.filter(assessment=assessment)}
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    info = book.add_worksheet(INFO)
    info.set_column(0, 1, 60)
    for place, (label, said) in enumerate(_information(assessment, standard.title["zh"])):
        info.write_string(place, 0, label)
        info.write_string(place, 1, said)
    names = {INFO}
    _sheet(book, FIRST, standard.preconditions or (), rows, names)
    for dimension in standard.dimensions:
        _sheet(book, dimension.name["zh"], dimension.indicators, rows, names)
    book.close()
    return out.getvalue()


def preview(assessment: Assessment, content: bytes, *, filename: str = "assessment.xlsx") -> Preview:
    """Compare a filled workbook with what stands (差异预览); writes nothing. CannotAssess where it is no such workbook."""
    grids = _opened(content, filename)
    _check_is_of(assessment, grids)
    parts = scoring.parts_by_id(scoring.standard_of(assessment))
    rows = {row.indicator: row for row in ItemAnswer.objects.filter(assessment=assessment)}
    differences: list[Difference] = []
    problems: list[RowProblem] = []
    same, met = 0, set()
    for grid, number, cells in _rows(grids):
        part = parts.get(cells[0])
        if part is None:
            problems.append(
                RowProblem(grid.name, number, f"没有编号为“{cells[0]}”的指标", f"no item is called {cells[0]!r}")
            )
            continue
        if part.id in met:
            problems.append(RowProblem(grid.name, number, f"“{part.id}”重复出现", f"{part.id!r} appears twice"))
            continue
        met.add(part.id)
        before = rows.get(part.id) or ItemAnswer(assessment=assessment, indicator=part.id)
        try:
            after, seen = _draft(cells, part), _version(cells)
        except CannotAssess as wrong:
            problems.append(RowProblem(grid.name, number, wrong.zh, wrong.en))
            continue
        if _same(before, after):
            same += 1
        else:
            overtaken = before.version != seen
            differences.append(Difference(grid.name, number, part.id, part.name, before, after, seen, overtaken))
    return Preview(differences, problems, same)


@transaction.atomic
def apply(assessment: Assessment, previewed: Preview, *, by: Person, on: date) -> int:
    """Write what the preview showed as writable, each with its history; returns how many. All or nothing."""
    check_can_fill(by, assessment, on=on)
    if previewed.problems:
        first = previewed.problems[0]
        raise CannotAssess(
            f"工作簿有 {len(previewed.problems)} 处问题，请改正后重新上传。第一处：“{first.sheet}”第 {first.row} 行，{first.zh}",
            f"The workbook has {len(previewed.problems)} problems. The first: {first.sheet}, row {first.row}: {first.en}",
        )
    for one in previewed.writable:
        answer(assessment, one.indicator, one.after, seen=one.seen, by=by, on=on)
    return len(previewed.writable)


def _information(assessment: Assessment, title: str) -> Iterable[tuple[str, str]]:
    return (
        ("自评编号", assessment.number),
        ("指标", title),
        ("指标校验值", assessment.standard_digest),
        ("填写方法", "每行一项。状态填：未填、已填、不适用；先决条件和是否类指标在“是否满足”列填是或否，其余填得分。"),
        ("", "请勿修改编号和版本两列；下载之后被他人改过的项只提示，不覆盖。"),
    )


def _sheet(
    book: Any, title: str, parts: Iterable[Indicator | Precondition], rows: Mapping[str, ItemAnswer], names: set[str]
) -> None:
    name = title.translate(FORBIDDEN)[:LONGEST_NAME].strip() or "Sheet"
    while name in names:
        name = f"{name[: LONGEST_NAME - 2]}_{len(names)}"
    names.add(name)
    sheet = book.add_worksheet(name)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bg_color": "#E6F0EA", "border": 1, "text_wrap": True})
    for column, (word, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width, wrap)
        sheet.write_string(0, column, word, head)
    sheet.freeze_panes(1, 2)
    for place, part in enumerate(parts, start=1):
        for column, cell in enumerate(_cells(part, rows.get(part.id))):
            sheet.write_string(place, column, cell)
        sheet.data_validation(place, FILLED_FROM, place, FILLED_FROM, {"validate": "list", "source": list(STATES)})
        sheet.data_validation(place, 6, place, 6, {"validate": "list", "source": ["是", "否"]})


def _cells(part: Indicator | Precondition, row: ItemAnswer | None) -> Sequence[str]:
    needs = "；".join(
        need.name["zh"] + (f"（{need.valid_months} 个月内）" if need.valid_months else "") for need in part.evidence
    )
    said = row or ItemAnswer(indicator=part.id)
    met = {True: "是", False: "否", None: ""}[said.met]
    score = "" if said.score is None else points_words(said.score)
    effort = "" if said.effort is None else str(said.effort)
    return (
        part.id, part.name["zh"], _scale(part), needs, WORDS[said.state], score, met, said.reason, said.comment, effort,
        str(said.version),
    )  # fmt: skip


def _scale(part: Indicator | Precondition) -> str:
    if isinstance(part, Precondition):
        return "是否满足"
    if isinstance(part.scale, Levels):
        return "\n".join(f"{points_words(level.points)} 分：{level.words['zh']}" for level in part.scale.levels)
    return asked(part)["zh"]


def _opened(content: bytes, filename: str) -> list[Grid]:
    try:
        return read_grids(open_ledger(content, filename), filename)
    except LedgerRefused as refused:
        first = refused.problems[0]
        raise CannotAssess(first.zh, first.en) from refused


def _check_is_of(assessment: Assessment, grids: Sequence[Grid]) -> None:
    """A workbook of another assessment, or of another text of the indicators, is refused as a whole."""
    info = next((grid for grid in grids if grid.name == INFO), None)
    said = {str(row[0]): str(row[1]) for row in (info.rows() if info is not None else ()) if len(row) > 1}
    if said.get("自评编号") != assessment.number:
        raise CannotAssess(
            f"这不是 {assessment.number} 的工作簿，请使用本页下载的模板。",
            f"This is no workbook of {assessment.number}: use the template of this page.",
        )
    if said.get("指标校验值") != assessment.standard_digest:
        raise CannotAssess(
            "下载之后已换用另一套指标，请重新下载模板。",
            "The assessment went over to another set of indicators since: download the template again.",
        )


def _rows(grids: Sequence[Grid]) -> Iterable[tuple[Grid, int, list[str]]]:
    for grid in grids:
        if grid.name == INFO:
            continue
        for number, row in enumerate(grid.rows(), start=1):
            cells = [_text(cell) for cell in row[: len(COLUMNS)]]
            cells += [""] * (len(COLUMNS) - len(cells))
            if number > HEAD_ROW and any(cells):
                yield grid, number, cells


def _text(cell: Any) -> str:
    """A cell as its reader sees it: 3.0 is 3, a blank is nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _draft(cells: Sequence[str], part: Indicator | Precondition) -> Draft:
    """What a row says, checked on its scale; CannotAssess says what is wrong with it."""
    _, _, _, _, state, score, met, reason, comment, effort, _ = cells
    if state not in STATES and state:
        raise CannotAssess(f"状态“{state}”应为：{'、'.join(STATES)}", f"the state is one of {', '.join(STATES)}")
    if met not in YES:
        raise CannotAssess(f"“是否满足”应填是或否，而不是“{met}”", f"met is 是 or 否, not {met!r}")
    filled = bool(score or met)
    named = STATES.get(state) or ("scored" if filled else "unanswered")
    if named == "unanswered" and filled:
        named = "scored"
    draft = Draft(named, _points(score), YES[met], comment, reason, _whole(effort))
    return settled(draft, part)


def _points(text: str) -> int | None:
    if not text:
        return None
    try:
        return scaled(text, DIGITS)
    except ValueError as wrong:
        raise CannotAssess(
            f"得分“{text}”不是最多两位小数的数", f"{text!r} is no number with at most two decimals"
        ) from wrong


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise CannotAssess(f"投入“{text}”不是非负整数", f"the effort {text!r} is no whole number")
    return int(text)


def _version(cells: Sequence[str]) -> int:
    text = cells[len(COLUMNS) - 1]
    if not text.isascii() or not text.isdigit():
        raise CannotAssess("版本列被改动，请重新下载模板", "the version was changed: download the template again")
    return int(text)


def _same(before: ItemAnswer, after: Draft) -> bool:
    said = Draft(before.state, before.score, before.met, before.comment, before.reason, before.effort)
    return said == after
