"""Rows of cells out of an opened file: workbooks through calamine, text through its delimiter; merged cells filled."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import python_calamine

from greenmine.registry.ledgers.opening import Opened, truncated
from greenmine.registry.ledgers.problems import refuse

Cell = str | float | int | bool | date | datetime | time | timedelta
Rows = Callable[[], Iterator[list[Cell]]]
MOST_ROWS = 200_000
MOST_COLUMNS = 1_000
MOST_MERGED_CELLS = 500_000
LONGEST_CELL = 32_767
PLAIN_ENDS = (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError)


@dataclass(frozen=True)
class Grid:
    """One sheet: its rows from the first on (row 1 is the first), and the cells whose formula failed."""

    name: str
    rows: Rows
    broken: frozenset[str] = frozenset()


def read_grids(opened: Opened, filename: str) -> list[Grid]:
    """Every sheet of a file, in order."""
    if opened.kind == "csv":
        return [Grid("", _csv_rows(opened.content, filename))]
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(opened.content))
        names = book.sheet_names
        return [_sheet(book, name, opened) for name in names]
    except PLAIN_ENDS:
        raise
    except BaseException as problem:  # a broken file may make the reader panic, which is no Exception
        if isinstance(problem, Exception) and hasattr(problem, "problems"):
            raise
        raise truncated(filename) from None


def _sheet(book: python_calamine.CalamineWorkbook, name: str, opened: Opened) -> Grid:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise refuse(
            f"工作表“{name}”有 {sheet.total_height} 行 {sheet.total_width} 列，超过 {MOST_ROWS} 行 {MOST_COLUMNS} 列："
            "请删去空白行列或拆分",
            f"sheet “{name}” has {sheet.total_height} rows and {sheet.total_width} columns, more than "
            f"{MOST_ROWS} × {MOST_COLUMNS}: delete blank ones or split it",
        )
    left = sheet.start[1] if sheet.start else 0
    filled = _merged(sheet.merged_cell_ranges or [])
    broken = opened.broken.get(opened.parts.get(name, ""), frozenset())

    def rows() -> Iterator[list[Cell]]:
        kept: dict[tuple[int, int], Cell] = {}
        for number, found in enumerate(sheet.iter_rows()):
            row: list[Cell] = [""] * left + list(found)
            for column, first in filled.get(number, {}).items():
                while len(row) <= column:
                    row.append("")
                if first == (number, column):
                    kept[first] = row[column]
                elif row[column] == "":
                    row[column] = kept.get(first, "")
            yield row

    return Grid(name, rows, broken)


def _merged(ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> Mapping[int, Mapping[int, tuple[int, int]]]:
    """Row → column → the first cell of its merge; only merges down one column are filled, titles stay titles."""
    filled: dict[int, dict[int, tuple[int, int]]] = {}
    cells = 0
    for (top, left), (bottom, right) in ranges:
        if right != left or bottom == top:
            continue
        cells += bottom - top + 1
        if cells > MOST_MERGED_CELLS:
            break
        for row in range(top, bottom + 1):
            filled.setdefault(row, {})[left] = (top, left)
    return filled


def decode(content: bytes, filename: str) -> str:
    """The text of a .csv in UTF-8 (with or without mark) or GB18030; anything else is refused in words."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and not any("\ue000" <= one <= "\uf8ff" for one in text[:100_000]):
            return text
    raise refuse(
        f"“{filename}”不是 UTF-8 或 GB18030 文本：请另存为“CSV UTF-8”",
        f"“{filename}” is no UTF-8 or GB18030 text: save it as “CSV UTF-8”",
    )


def _csv_rows(content: bytes, filename: str) -> Rows:
    text = decode(content, filename)
    start = text[:8192]
    delimiter = max(",\t;", key=start.count)

    def rows() -> Iterator[list[Cell]]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            for number, row in enumerate(reader):
                if number >= MOST_ROWS or len(row) > MOST_COLUMNS:
                    raise refuse(
                        f"“{filename}”超过 {MOST_ROWS} 行或 {MOST_COLUMNS} 列：请拆分",
                        f"“{filename}” has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns: split it",
                    )
                yield [*row]
        except csv.Error:
            raise refuse(
                f"“{filename}”第 {reader.line_num} 行附近的引号或单元格不成对：请用表格软件另存后再试",
                f"“{filename}” is broken near line {reader.line_num} (quotes): save it again from a spreadsheet",
            ) from None

    return rows
