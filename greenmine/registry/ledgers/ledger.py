"""Reading a ledger (台账): a file into rows of lowered facts, with every doubt said in a sentence.

>>> ledger = read_ledger(Path("ledger.xlsx"), "ledger.xlsx", dictionary=edition.dictionary, divisions=edition.divisions)
>>> [(row.id, row.facts["mineral"]) for row in ledger.rows]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from greenmine.editions.territories import Divisions
from greenmine.law import Dictionary
from greenmine.registry.ledgers import grids
from greenmine.registry.ledgers.headings import (
    FACT,
    ID,
    LOOKED_AT,
    UNMAPPED,
    Column,
    Headings,
    find_heading_row,
    read_columns,
    understood_unit,
)
from greenmine.registry.ledgers.opening import open_ledger
from greenmine.registry.ledgers.places import Places
from greenmine.registry.ledgers.problems import NOTICE, LedgerProblem, refuse
from greenmine.registry.ledgers.rows import LedgerRow, RowReader, check_together

MOST_PROBLEMS = 20_000


@dataclass(slots=True)
class Ledger:
    """A ledger as read: its columns, its rows in order, what is wrong, and the headings nobody knows."""

    filename: str
    sheet: str
    heading_row: int
    columns: tuple[Column, ...]
    rows: list[LedgerRow] = field(default_factory=list)
    problems: list[LedgerProblem] = field(default_factory=list)

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Headings that are no fact and no known other thing; their columns are not read."""
        return tuple(column.heading for column in self.columns if column.role == UNMAPPED)

    @property
    def bad_rows(self) -> frozenset[int]:
        """Numbers of the rows that have at least one error (a notice does not make a row bad)."""
        return frozenset(one.row for one in self.problems if one.row is not None and one.severity != NOTICE)


def read_ledger(
    source: Path | bytes,
    filename: str,
    *,
    dictionary: Dictionary,
    divisions: Divisions,
    mapping: Mapping[str, str] | None = None,
) -> Ledger:
    """Read a .xlsx, .xls or .csv; `mapping` (heading → fact name, '' to leave aside) is what a person decided.

    LedgerRefused when the file as a whole cannot be taken; whatever is wrong with a row or a cell is in `problems`.
    """
    headings = Headings(dictionary, mapping)
    found = grids.read_grids(open_ledger(source, filename), filename)
    grid, at, others = _choose(headings, found, filename)
    top = list(islice(grid.rows(), at + 4))
    columns, first = read_columns(headings, top, at)
    ledger = Ledger(filename, grid.name, at + 1, tuple(columns))
    ledger.problems.extend(_about_sheets(others))
    ledger.columns = tuple(_usable(headings, ledger))
    reader = RowReader(headings, ledger.columns, Places(divisions), grid.broken)
    for number, cells in _rows_from(grid, first):
        row = reader.read(number, cells, ledger.problems)
        if row is not None:
            ledger.rows.append(row)
    if not ledger.rows:
        raise refuse(
            f"“{filename}”第 {ledger.heading_row} 行是表头，其下没有矿山：请核对是否选错文件",
            f"“{filename}” has headings in row {ledger.heading_row} and no mine below: is it the right file?",
        )
    check_together(ledger.rows, ledger.problems)
    _shorten(ledger)
    return ledger


def _choose(headings: Headings, found: list[grids.Grid], filename: str) -> tuple[grids.Grid, int, list[str]]:
    """The first sheet with a heading row, where that row is (from 0), and the other sheets that look like ledgers."""
    chosen: tuple[grids.Grid, int] | None = None
    others = []
    for grid in found:
        top = list(islice(grid.rows(), LOOKED_AT))
        at = find_heading_row(headings, top)
        if at is None:
            continue
        if chosen is None:
            chosen = grid, at
        else:
            others.append(grid.name)
    if chosen is None:
        raise refuse(
            f"“{filename}”前 {LOOKED_AT} 行里找不到表头：表头至少要有“矿山名称”“矿种”这样的两列",
            f"“{filename}” has no heading row in its first {LOOKED_AT} rows: it needs at least two headings "
            "such as 矿山名称 and 矿种",
        )
    return *chosen, others


def _about_sheets(others: list[str]) -> Iterator[LedgerProblem]:
    for name in others:
        yield LedgerProblem(
            f"工作表“{name}”也像台账，没有读取：请另存为单独的文件",
            f"sheet “{name}” looks like a ledger too and was not read: save it as a file of its own",
            severity=NOTICE,
        )


def _usable(headings: Headings, ledger: Ledger) -> Iterator[Column]:
    """The columns, without a second one for the same fact and without those whose unit is not understood."""
    taken: dict[tuple[str, str], str] = {}
    for column in ledger.columns:
        key = (column.role, column.name)
        problem = None
        if column.role in (FACT, ID) and key in taken:
            problem = _second(column, taken[key])
        elif column.role == FACT and not understood_unit(headings.facts[column.name], column.unit):
            problem = _strange_unit(column, headings.facts[column.name].unit)
        if problem is not None:
            ledger.problems.append(problem)
        else:
            taken.setdefault(key, column.heading)
        yield column if problem is None else replace(column, role=UNMAPPED, name="")


def _second(column: Column, first: str) -> LedgerProblem:
    return LedgerProblem(
        f"与“{first}”是同一事实，没有读取：请删去一列",
        f"states the same fact as “{first}” and was not read: delete one of the two",
        column=column.heading,
        severity=NOTICE,
    )


def _strange_unit(column: Column, wanted: str) -> LedgerProblem:
    return LedgerProblem(
        f"看不懂单位“{column.unit}”，这一列没有读取：请改用 {wanted or '无单位'}",
        f"the unit “{column.unit}” is not understood, the column was not read: use {wanted or 'none'}",
        column=column.heading,
        severity=NOTICE,
    )


def _rows_from(grid: grids.Grid, first: int) -> Iterator[tuple[int, list[Any]]]:
    for number, cells in enumerate(grid.rows(), start=1):
        if number > first:
            yield number, cells


def _shorten(ledger: Ledger) -> None:
    """A file with everything wrong is told so once more; but a row that is wrong stays wrong, listed or not."""
    listed, left = ledger.problems[:MOST_PROBLEMS], ledger.problems[MOST_PROBLEMS:]
    if not left:
        return
    listed.append(
        LedgerProblem(
            f"另有 {len(left)} 处问题未列出：请先改正以上各处再重新导入",
            f"{len(left)} more problems are not listed: correct these first and import again",
            severity=NOTICE,
        )
    )
    told = {problem.row for problem in listed if problem.severity != NOTICE}
    first = {problem.row: problem for problem in reversed(left) if problem.severity != NOTICE}
    ledger.problems[:] = [*listed, *(problem for row, problem in sorted(first.items(), key=_by_row) if row not in told)]


def _by_row(found: tuple[int | None, LedgerProblem]) -> int:
    return found[0] or 0
