"""Codes that somebody asks about at once (批量查询): read from pasted text or a workbook, answered one by one."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import python_calamine

from greenmine.accounts.credit_code import credit_code_problem
from greenmine.directory.published import queries
from greenmine.directory.published.models import PublishedMine
from greenmine.registry.confined import TooMuch, confined

MOST_CODES = 2000
LARGEST = 5 * 1024 * 1024
MOST_ROWS = 20_000
SECONDS, MEGABYTES = 10, 256
_CODE = re.compile(r"[0-9A-Za-z]{8,24}")


class CannotRead(Exception):
    """Why codes cannot be read, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


class Upload(Protocol):
    """A file as a form brings it."""

    size: int | None

    def read(self) -> bytes:
        """The content."""
        ...


@dataclass(frozen=True)
class Line:
    """One code: what is wrong with it, or the published mines of its holder."""

    code: str
    problem: dict[str, str] = field(default_factory=dict)
    mines: tuple[PublishedMine, ...] = ()


def codes_in(text: str) -> list[str]:
    """Codes in pasted text, each once, in order."""
    return _once(found.upper() for found in _CODE.findall(text))


def codes_in_workbook(upload: Upload) -> list[str]:
    """Codes in any cell of the first sheet; read in a child with limits, for nobody has vouched for the file."""
    if (upload.size or 0) > LARGEST:
        raise CannotRead("表格超过 5 MB，请拆分", "the workbook is larger than 5 MB; split it")
    content = upload.read()
    try:
        cells = confined(lambda: _cells(content), seconds=SECONDS, megabytes=MEGABYTES)
    except TooMuch:
        raise CannotRead("表格过大，无法读取，请拆分", "the workbook is too large to be read; split it") from None
    except Exception:  # noqa: BLE001 -- whatever the parser says, the file is no workbook we can read
        raise CannotRead(
            "无法读取该文件，请上传 .xlsx 或 .xls 表格", "this file cannot be read; upload a workbook"
        ) from None
    return _once(cell.upper() for cell in cells if _CODE.fullmatch(cell))


def answer(codes: Iterable[str]) -> list[Line]:
    """What is published for each code, by one question."""
    asked = list(codes)
    if len(asked) > MOST_CODES:
        raise CannotRead(f"一次最多查询 {MOST_CODES} 个代码", f"at most {MOST_CODES} codes at once")
    wrong = {code: problem for code in asked if (problem := credit_code_problem(code)) is not None}
    found: dict[str, list[PublishedMine]] = {}
    for mine in queries.mines_of(code for code in asked if code not in wrong):
        found.setdefault(mine.credit_code, []).append(mine)
    return [
        Line(code, {"zh": wrong[code][0], "en": wrong[code][1]} if code in wrong else {}, tuple(found.get(code, ())))
        for code in asked
    ]


def _cells(content: bytes) -> list[str]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_index(0).to_python()[:MOST_ROWS]
    return [str(cell).strip() for row in rows for cell in row if cell]


def _once(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))
