"""Opening a file nobody has vouched for: what it is by its bytes, how large it gets, and only then its cells."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from greenmine.registry.ledgers.problems import LedgerRefused, refuse

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_UNPACKED = 512 * 1024 * 1024
LARGEST_RATIO = 300
RATIO_MATTERS_FROM = 32 * 1024 * 1024
MOST_PARTS = 2000
CHUNK = 1 << 20
OVERLAP = 4096
MOST_BROKEN = 10_000
MOST_CELLS = 20_000_000  # of the rectangle a sheet spans: the reader lays all of it out, blank cells too
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
KINDS = {".xlsx": "xlsx", ".xls": "xls", ".csv": "csv"}
ERROR_CELL = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3}\d{1,7})"[^>]*>')
EMPTY_FORMULA = re.compile(rb'<c\b[^>]*\br="([A-Z]{1,3}\d{1,7})"[^>]*><f[^>]*(?:/>|>[^<]*</f>)(?:<v></v>|<v/>)?</c>')
# A cell or row that says where it lies. A single cell in the far corner makes the reader ask for hundreds of gigabytes.
PLACE = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*["']([A-Za-z]{1,9})0*(\d{1,18})["'][^>]*(?<!/)>""")
ROW_PLACE = re.compile(rb"""<(?:\w+:)?row\s(?:[^>]*?\s)?r\s*=\s*["']0*(\d{1,18})["'][^>]*(?<!/)>""")
# What the standard library raises over a damaged archive; a refusal of ours is none of these.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError, KeyError, ValueError,
    OverflowError,
)  # fmt: skip
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Opened:
    """The bytes of a file with its true kind, and the cells whose formula has no usable result, by sheet part."""

    kind: str  # xlsx xls csv
    content: bytes
    broken: dict[str, frozenset[str]]  # part name → cell references
    parts: dict[str, str]  # sheet name → part name


def open_ledger(source: Path | bytes, filename: str) -> Opened:
    """Read a file after its size, kind and unpacked size are known to be harmless; LedgerRefused says why not."""
    kind = KINDS.get(Path(filename).suffix.lower())
    if kind is None:
        raise refuse(
            f"“{filename}”不是可读取的台账：请另存为 .xlsx、.xls 或 .csv",
            f"“{filename}” is no ledger that can be read: save it as .xlsx, .xls or .csv",
        )
    content = _bytes(source, filename)
    true_kind = _kind_by_bytes(content)
    if true_kind != kind:
        raise _misnamed(filename, kind, true_kind)
    if kind != "xlsx":
        return Opened(kind, content, {}, {})
    return _open_xlsx(content, filename)


def _bytes(source: Path | bytes, filename: str) -> bytes:
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > LARGEST_FILE:
            raise refuse(
                f"“{filename}”有 {size >> 20} MB，超过上限 {LARGEST_FILE >> 20} MB：请拆成几个文件或去掉图片",
                f"“{filename}” is {size >> 20} MB, more than {LARGEST_FILE >> 20} MB: split it or remove pictures",
            )
        content = source if isinstance(source, bytes) else source.read_bytes()
    except OSError as problem:
        raise refuse(
            f"打不开“{filename}”（{problem.strerror}）：请核对路径和权限",
            f"“{filename}” cannot be opened ({problem.strerror}): check path and permission",
        ) from None
    if not content.strip():
        raise refuse(f"“{filename}”是空文件：请重新导出", f"“{filename}” is empty: export it again")
    return content


def _kind_by_bytes(content: bytes) -> str:
    if content.startswith(ZIP):
        return "xlsx"
    if content.startswith(OLE):
        return "locked" if "EncryptedPackage".encode("utf-16-le") in content else "xls"
    start = content[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        return "web page"
    if start.startswith(b"%pdf"):
        return "PDF"
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return "picture or archive"
    return "csv" if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" not in content[:65536] else "binary"


def _misnamed(filename: str, kind: str, true_kind: str) -> LedgerRefused:
    if true_kind == "locked":
        return refuse(
            f"“{filename}”有密码保护：请取消密码后再上传", f"“{filename}” is password-protected: remove the password"
        )
    if kind == "csv" and true_kind == "binary":
        return refuse(
            f"“{filename}”不是 UTF-8 或 GB18030 文本：请另存为“CSV UTF-8”",
            f"“{filename}” is no UTF-8 or GB18030 text: save it as “CSV UTF-8”",
        )
    words = {"web page": "网页", "picture or archive": "图片或压缩包", "binary": "二进制文件"}
    return refuse(
        f"“{filename}”的内容不是 .{kind}，而是{words.get(true_kind, true_kind)}：请用表格软件打开后另存为 .xlsx",
        f"“{filename}” is not a .{kind} inside but {true_kind}: open it in a spreadsheet and save it as .xlsx",
    )


def _open_xlsx(content: bytes, filename: str) -> Opened:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bombs(archive, filename, len(content))
            broken = {info.filename: frozenset(_unpack(archive, info)) for info in archive.infolist()}
            names = {info.filename for info in archive.infolist()}
            if "xl/workbook.xml" not in names:
                raise refuse(
                    f"“{filename}”是压缩包或其他文档，不是工作簿：请上传 .xlsx 台账本身",
                    f"“{filename}” is an archive or another document, not a workbook: upload the .xlsx ledger itself",
                )
            parts = _sheet_parts(archive, names)
    except DAMAGE:
        raise truncated(filename) from None
    return Opened("xlsx", content, {name: cells for name, cells in broken.items() if cells}, parts)


def truncated(filename: str) -> LedgerRefused:
    """The refusal of a file that ends early or is damaged."""
    return refuse(
        f"“{filename}”不完整或已损坏：请重新下载，或用表格软件打开后另存",
        f"“{filename}” is incomplete or damaged: download it again, or open it in a spreadsheet and save it",
    )


def _refuse_bombs(archive: zipfile.ZipFile, filename: str, packed: int) -> None:
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    too_dense = unpacked > RATIO_MATTERS_FROM and unpacked > LARGEST_RATIO * packed
    if len(infos) > MOST_PARTS or unpacked > LARGEST_UNPACKED or too_dense:
        raise refuse(
            f"“{filename}”解压后有 {unpacked >> 20} MB、{len(infos)} 个部分，不像台账：请删去空白行列和图片后另存",
            f"“{filename}” unpacks to {unpacked >> 20} MB in {len(infos)} parts, unlike a ledger: "
            "delete blank rows, columns and pictures and save it",
        )


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> set[str]:
    """Unpack a part once to the end, so that a size that lies is found before anybody trusts it; keep broken cells."""
    wanted = info.filename.startswith("xl/worksheets/sheet")
    found: set[str] = set()
    before, box = b"", (0, 0)
    with archive.open(info) as part:
        for chunk in iter(lambda: part.read(CHUNK), b""):
            text = before + chunk
            box = _spanned(text, box)
            if box[0] * box[1] > MOST_CELLS:
                raise _too_wide(*box)
            if wanted and len(found) < MOST_BROKEN:
                if b't="e"' in text:
                    found.update(ref.decode() for ref in ERROR_CELL.findall(text))
                if b"<f" in text:
                    found.update(ref.decode() for ref in EMPTY_FORMULA.findall(text))
            before = text[-OVERLAP:]
    return found


def _spanned(text: bytes, box: tuple[int, int]) -> tuple[int, int]:
    """The rows and columns a sheet spans as far as it has been read: the last row and column that hold something."""
    rows, columns = box
    letters: set[bytes] = set()
    for column, row in PLACE.findall(text):
        letters.add(column)
        rows = max(rows, int(row))
    rows = max((rows, *(int(row) for row in ROW_PLACE.findall(text))))
    return rows, max((columns, *(_column(one) for one in letters)))


def _column(letters: bytes) -> int:
    """A column's number: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_wide(rows: int, columns: int) -> LedgerRefused:
    return refuse(
        f"工作表的内容延伸到第 {rows} 行、第 {columns} 列，不像台账：请删去远处的单元格和空白行列后另存",
        f"the sheet reaches to row {rows} and column {columns}, unlike a ledger: delete the far cells, blank rows and "
        "columns and save it",
    )


def _sheet_parts(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """Which part holds which sheet."""
    targets = {}
    if "xl/_rels/workbook.xml.rels" in names:
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        for link in _elements(links, "Relationship"):
            targets[link.get("Id", "")] = "xl/" + link.get("Target", "").removeprefix("/xl/").removeprefix("xl/")
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    return {sheet.get("name", ""): targets.get(sheet.get("r:id", ""), "") for sheet in _elements(book, "sheet")}


def _elements(text: str, name: str) -> Iterator[dict[str, str]]:
    for tag in re.findall(rf"<{name}\b[^>]*>", text):
        yield {key: value.replace("&amp;", "&").replace("&lt;", "<") for key, value in ATTRIBUTE.findall(tag)}
