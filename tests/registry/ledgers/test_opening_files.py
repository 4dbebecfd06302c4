"""Files nobody has vouched for: each gets a sentence, and nothing is lost."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from greenmine.registry.ledgers import opening
from greenmine.registry.ledgers.problems import LedgerRefused
from tests.registry.ledgers.conftest import HEADINGS, MINE, Read, ledger, workbook

TEXT = "矿山编号,矿山名称,矿种,生产状态\nM1,敖汉旗一号煤矿,煤,生产\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_in_the_usual_encodings_is_read(read: Read, encoding: str) -> None:
    assert [row.name for row in read(TEXT.encode(encoding), "台账.csv").rows] == ["敖汉旗一号煤矿"]


def test_tabs_and_semicolons_separate_too(read: Read) -> None:
    for delimiter in "\t;":
        assert len(read(TEXT.replace(",", delimiter).encode(), "台账.csv").rows) == 1


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        (TEXT.encode("utf-16"), "台账.csv", "不是 UTF-8 或 GB18030 文本"),
        (b"\xff" * 400, "台账.csv", "不是 UTF-8 或 GB18030 文本"),
        (b"", "台账.csv", "是空文件"),
        (b"   \n", "台账.xlsx", "是空文件"),
        (TEXT.encode(), "台账.xlsx", "内容不是 .xlsx"),
        (b"<html><table></table></html>", "台账.xls", "而是网页"),
        (b"%PDF-1.7 ...", "台账.xlsx", "而是PDF"),
        (TEXT.encode(), "台账.docx", "另存为 .xlsx、.xls 或 .csv"),
        (TEXT.encode(), "台账", "另存为 .xlsx、.xls 或 .csv"),
        (opening.OLE + b"\0" * 600, "台账.xls", "不完整或已损坏"),
        (opening.OLE + "EncryptedPackage".encode("utf-16-le"), "台账.xlsx", "有密码保护"),
        (opening.OLE + b"\0" * 600, "台账.xlsx", "内容不是 .xlsx"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_gets_a_sentence(
    read: Read, content: bytes, filename: str, words: str
) -> None:
    with pytest.raises(LedgerRefused, match=words):
        read(content, filename)


def test_a_workbook_named_csv_gets_a_sentence(read: Read) -> None:
    with pytest.raises(LedgerRefused, match=r"内容不是 \.csv"):
        read(ledger(MINE), "台账.csv")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_gets_a_sentence(read: Read, share: float) -> None:
    content = ledger(MINE)
    with pytest.raises(LedgerRefused, match="不完整或已损坏"):
        read(content[: int(len(content) * share)])


def test_a_workbook_with_one_flipped_byte_in_its_cells_gets_a_sentence(read: Read) -> None:
    content = bytearray(ledger(MINE))
    at = content.find(b"xl/worksheets/sheet1.xml") + 60
    content[at] ^= 0xFF
    with pytest.raises(LedgerRefused, match="不完整或已损坏"):
        read(bytes(content))


def test_an_archive_that_is_no_workbook_gets_a_sentence(read: Read) -> None:
    with pytest.raises(LedgerRefused, match="不是工作簿"):
        read(packed({"word/document.xml": b"<w/>"}))


def test_a_zip_bomb_is_refused_before_it_unpacks(read: Read) -> None:
    bomb = packed({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * (64 << 20)})
    assert len(bomb) < 200_000
    with pytest.raises(LedgerRefused, match="不像台账"):
        read(bomb)


def test_a_zip_bomb_that_lies_about_its_size_is_found(read: Read) -> None:
    bomb = bytearray(packed({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * (64 << 20)}))
    size = (64 << 20).to_bytes(4, "little")
    while (at := bomb.find(size)) >= 0:
        bomb[at : at + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(LedgerRefused, match="不完整或已损坏"):
        read(bytes(bomb))


def test_a_cell_in_the_far_corner_is_refused_before_the_sheet_is_laid_out(read: Read) -> None:
    """The reader would ask for hundreds of gigabytes and take the whole process with it."""
    far = workbook(HEADINGS, MINE, more=lambda _book, sheet: sheet.write(1_048_575, 16_383, "远"))
    with pytest.raises(LedgerRefused, match="延伸到第 1048576 行、第 16384 列"):
        read(far)


@pytest.mark.parametrize(
    "cell",
    [
        '<row><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>',
        "<row><c t='inlineStr' r='xfd1048576'><is><t>x</t></is></c></row>",
        '<row r="1048576"><c t="inlineStr"><is><t>x</t></is></c></row><row><c r="XFD1"><v>1</v></c></row>',
        '<x:row><x:c\nr = "XFD1048576"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_a_far_cell_is_found_however_it_is_written(read: Read, cell: str) -> None:
    sheet = f'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{cell}</sheetData></worksheet>'
    book = packed({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/elsewhere.xml": sheet.encode()})
    with pytest.raises(LedgerRefused, match="不像台账"):
        read(book)


def test_a_formatted_but_blank_cell_far_away_does_no_harm(read: Read) -> None:
    def blank(book: Any, sheet: Any) -> None:
        sheet.write_blank(1_048_575, 40, None, book.add_format({"bold": True}))

    assert len(read(workbook(HEADINGS, MINE, more=blank)).rows) == 1


def test_a_file_too_large_is_refused_unread(read: Read, tmp_path: Path) -> None:
    huge = tmp_path / "台账.csv"
    with huge.open("wb") as file:
        file.truncate(200 << 20)
    with pytest.raises(LedgerRefused, match="有 200 MB，超过上限 64 MB"):
        read(huge, huge.name)


def test_a_missing_file_gets_a_sentence(read: Read, tmp_path: Path) -> None:
    with pytest.raises(LedgerRefused, match="打不开"):
        read(tmp_path / "没有.csv", "没有.csv")


def test_an_unclosed_quotation_does_not_swallow_the_file_in_silence(read: Read) -> None:
    text = TEXT + 'M2,"未闭合,煤,生产\n' + "M3,丙矿,煤,生产\n" * 20_000
    with pytest.raises(LedgerRefused, match="引号"):
        read(text.encode(), "台账.csv")


def packed(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()
