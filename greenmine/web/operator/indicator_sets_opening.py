"""Opening an uploaded table (指标表工作簿): guarded like every upload, macros and formulas refused, only then its cells."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from greenmine.editions.standards.actions import CannotLoad
from greenmine.editions.standards.reading import MOST_ROWS
from greenmine.evidence.contents import NotKept, recognise
from greenmine.registry.ledgers.grids import read_grids
from greenmine.registry.ledgers.opening import open_ledger
from greenmine.registry.ledgers.problems import LedgerRefused

LARGEST = 5 * 1024 * 1024
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")  # with or without a prefix of the name space
MOST_SHEETS = 12
Sheets = dict[str, list[list[Any]]]


def text_in(upload: UploadedFile[Any]) -> str:
    """The text of an uploaded YAML file."""
    content = _content(upload)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotLoad("文件不是 UTF-8 编码的文本", "the file is no UTF-8 text") from None


def is_workbook(upload: UploadedFile[Any]) -> bool:
    """Whether a workbook was sent (by its name; its content is looked at when it is opened)."""
    return Path(str(upload.name)).suffix.lower() not in (".yaml", ".yml", ".txt")


def sheets_in(upload: UploadedFile[Any]) -> Sheets:
    """The cells of an uploaded workbook, sheet by sheet; CannotLoad says why it is not taken."""
    content, name = _content(upload), Path(str(upload.name)).name
    if Path(name).suffix.lower() != ".xlsx":
        raise CannotLoad("请上传 .xlsx 工作簿或 .yaml 文本", "upload an .xlsx workbook or a .yaml text")
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        try:
            recognise(Path(file.name), name)
            opened = open_ledger(content, name)
            _refuse_formulas(content)
            grids = read_grids(opened, name)
            return {grid.name: _rows(grid.rows()) for grid in grids[:MOST_SHEETS]}
        except NotKept as refused:
            raise CannotLoad(refused.zh, refused.en) from None
        except LedgerRefused as refused:
            raise CannotLoad(refused.problems[0].zh, refused.problems[0].en) from None


def _content(upload: UploadedFile[Any]) -> bytes:
    if upload.size is None or upload.size > LARGEST:
        raise CannotLoad(f"文件超过 {LARGEST >> 20} MB", f"the file is larger than {LARGEST >> 20} MB")
    return bytes(upload.read())


def _refuse_formulas(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            if FORMULA.search(archive.read(name)):
                raise CannotLoad(
                    "工作簿含有公式，不予接收：请把公式粘贴为数值后再上传",
                    "the workbook holds formulas and is not taken: paste them as values",
                )


def _rows(rows: Any) -> list[list[Any]]:
    """No more rows than are ever read, and one to show that there are more."""
    found = []
    for row in rows:
        found.append(list(row))
        if len(found) > MOST_ROWS:
            break
    while found and not any(cell not in ("", None) for cell in found[-1]):
        found.pop()
    return found
