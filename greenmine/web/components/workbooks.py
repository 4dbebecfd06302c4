"""Lists as workbooks (导出 Excel): what is on screen, as cells that never become formulas."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = {"bold": True, "bg_color": "#E6F0EA", "border": 1}
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
LONGEST_SHEET_NAME = 31


def workbook_response(filename: str, sheets: Iterable[Sheet]) -> HttpResponse:
    """A download of these sheets: (name, titles, rows)."""
    response = HttpResponse(workbook(sheets), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=\"export.xlsx\"; filename*=UTF-8''{quote(filename)}"
    return response


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The workbook itself; text stays text, whatever it begins with."""
    file = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(file, options)
    head = book.add_format(HEAD)
    for name, titles, rows in sheets:
        _write(book.add_worksheet(name[:LONGEST_SHEET_NAME]), titles, rows, head)
    book.close()
    return file.getvalue()


def _write(sheet: Any, titles: Sequence[str], rows: Iterable[Sequence[Any]], head: Any) -> None:
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, head)
        sheet.set_column(column, column, max(12, min(40, len(title) * 2 + 4)))
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, bool) or value is None:
                sheet.write_string(last, column, "" if value is None else str(value))
            elif isinstance(value, int | float):
                sheet.write_number(last, column, value)
            else:
                sheet.write_string(last, column, str(value))
    if last:
        sheet.autofilter(0, 0, last, len(titles) - 1)
