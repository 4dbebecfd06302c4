"""What was typed stands in Word and PDF, in the layout of official papers, whatever was typed."""

from __future__ import annotations

import io
import re
import time
import zipfile
import zlib
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenmine.papers import writing
from greenmine.papers.content import (
    Content,
    Heading,
    Imprint,
    Paragraph,
    Picture,
    SignatureLine,
    Table,
    chinese_number,
    labelled,
    printable,
)
from greenmine.papers.writing.glyphs import shown_by
from greenmine.papers.writing.pdf import FONTS
from tests.papers.conftest import W, jpeg, paragraphs, part

HOSTILE = {
    "typst": '#let x = read("/etc/passwd") $a^2$ \\ *b* _c_ `d` <e> @f // g /* h */ ~ -- ...',
    "xml": "<w:t>&amp;</w:t>]]>\"'<!-- x -->&#0;&lt;",
    "words": "{party} {{x}} %s {0} ${env}",
    "right to left": "公司\u202efdp.exe",
    "Arabic": "شركة التعدين",
    "emoji": "矿山😀𠮷",
    "lines": "一\n二\r\n三\r四",
    "blanks": "  前后  空格\t制表  ",
    "formula": '=HYPERLINK("http://x","y")',
}
WHOLE = Content(
    title="关于开展绿色矿山\n第三方评估的通知",
    red_head="甘肃省自然资源厅文件",
    number="绿矿评告〔2026〕1号",
    addressee="陇原评估咨询有限公司",
    blocks=(
        Paragraph("第一段。"),
        Heading("违规事实"),
        Heading("主要证据", 2),
        Heading("影像", 3),
        Heading("逐项", 4),
        Heading("另一项", 4),
        Heading("处理", 1),
        Table(
            rows=tuple((str(row), f"指标{row}") for row in range(60)),
            header=("序号", "指标"),
            caption="评分",
            widths=(1, 4),
        ),
        Table(rows=(("矿山", "青山煤矿"),)),
        Picture(jpeg(), "排土场"),
        SignatureLine("项目负责人", "许评估", date(2026, 11, 20)),
        SignatureLine("签字法人"),
    ),
    attachments=("评分明细", "影像索引"),
    signature="甘肃省自然资源厅",
    signed_on=date(2026, 11, 20),
    imprint=Imprint("会宁县自然资源局", "甘肃省自然资源厅办公室", date(2026, 11, 20)),
)


def pages(pdf: bytes) -> int:
    counts = [int(found) for found in re.findall(rb"/Count (\d+)", pdf + _streams(pdf))]
    return max(counts)


def _streams(pdf: bytes) -> bytes:
    found = []
    for raw in re.findall(rb"stream\r?\n(.*?)endstream", pdf, flags=re.DOTALL):
        try:
            found.append(zlib.decompress(raw))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_headings_are_numbered_as_official_papers_number_them() -> None:
    labels = [label for label, block in labelled(WHOLE.blocks) if isinstance(block, Heading)]
    assert labels == ["一、", "（一）", "1.", "（1）", "（2）", "二、"]
    assert [chinese_number(count) for count in (1, 10, 11, 20, 21, 99, 100)] == [
        "一", "十", "十一", "二十", "二十一", "九十九", "100",
    ]  # fmt: skip


def test_word_holds_every_word_in_order() -> None:
    text = [line for line in paragraphs(writing.docx(WHOLE)) if line]
    assert text[:9] == [
        "甘肃省自然资源厅文件", "绿矿评告〔2026〕1号", "关于开展绿色矿山\n第三方评估的通知", "陇原评估咨询有限公司：", "第一段。",
        "一、违规事实", "（一）主要证据", "1.影像", "（1）逐项",
    ]  # fmt: skip
    assert text[-8:] == [
        "项目负责人：许评估　　2026年11月20日", "签字法人：＿＿＿＿＿＿＿　　　　　年　　月　　日", "附件：1. 评分明细",
        "　　　2. 影像索引", "甘肃省自然资源厅", "2026年11月20日", "抄送：会宁县自然资源局", "甘肃省自然资源厅办公室\t2026年11月20日印发",
    ]  # fmt: skip


def test_word_has_the_measures_of_gb_t_9704() -> None:
    section = part(writing.docx(WHOLE)).find(f".//{W}sectPr")
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")

    def millimetres(element, name: str) -> float:
        return round(int(element.get(f"{W}{name}")) / 56.6929)

    assert (millimetres(size, "w"), millimetres(size, "h")) == (210, 297)
    assert [millimetres(margins, side) for side in ("top", "right", "bottom", "left")] == [37, 26, 35, 28]
    styles = {
        style.get(f"{W}styleId"): style for style in part(writing.docx(WHOLE), "word/styles.xml").iter(f"{W}style")
    }
    assert styles["Normal"].find(f".//{W}spacing").get(f"{W}line") == "579"  # 28.95 pt
    assert styles["Title"].find(f".//{W}sz").get(f"{W}val") == "44"  # 二号, 22 pt
    assert styles["Title"].find(f".//{W}rFonts").get(f"{W}eastAsia") == "方正小标宋简体"
    assert styles["BodyText"].find(f".//{W}ind").get(f"{W}firstLineChars") == "200"
    assert styles["Heading1"].find(f".//{W}rFonts").get(f"{W}eastAsia") == "黑体"


def test_page_numbers_are_fields_right_on_odd_and_left_on_even_pages() -> None:
    document = writing.docx(WHOLE)
    sides = {}
    for reference in part(document).iter(f"{W}footerReference"):
        name = reference.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
        footer = part(document, f"word/{name.removeprefix('rId')}.xml")
        assert footer.find(f".//{W}instrText").text == " PAGE "
        sides[reference.get(f"{W}type")] = footer.find(f".//{W}jc").get(f"{W}val")
    assert sides == {"default": "right", "even": "left"}
    assert part(document, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None


def test_a_header_row_stands_again_on_every_page() -> None:
    tables = list(part(writing.docx(WHOLE)).iter(f"{W}tbl"))
    assert [len(list(table.iter(f"{W}tblHeader"))) for table in tables] == [1, 0]


ORDER = {  # the order in which the schema of WordprocessingML wants the children of these elements
    "pPr": "pStyle keepNext keepLines pBdr tabs wordWrap spacing ind jc outlineLvl",
    "rPr": "rFonts color sz szCs lang",
    "tcPr": "tcW vAlign",
    "tblPr": "tblStyle tblW tblLayout tblBorders",
    "sectPr": "footerReference pgSz pgMar docGrid",
    "style": "name basedOn qFormat pPr rPr tblPr",
    "settings": "evenAndOddHeaders characterSpacingControl compat themeFontLang",
    "tbl": "tblPr tblGrid tr",
    "tc": "tcPr p",
    "p": "pPr r",
}


def test_every_part_is_well_formed_declared_related_and_in_the_order_of_the_schema() -> None:
    with zipfile.ZipFile(io.BytesIO(writing.docx(WHOLE))) as archive:
        names = archive.namelist()
        assert names[0] == "[Content_Types].xml"
        trees = {name: ET.fromstring(archive.read(name)) for name in names if name.endswith((".xml", ".rels"))}
        picture = archive.read("word/media/image1.jpg")
    assert picture == jpeg()
    types = trees["[Content_Types].xml"]
    declared = {one.get("PartName") for one in types if one.tag.endswith("Override")}
    endings = {one.get("Extension") for one in types if one.tag.endswith("Default")}
    assert {name.rsplit(".", 1)[1] for name in names} <= endings
    assert declared <= {f"/{name}" for name in names}
    related = {one.get("Id"): one.get("Target") for one in trees["word/_rels/document.xml.rels"]}
    assert {f"word/{target}" for target in related.values()} <= set(names)
    document = trees["word/document.xml"]
    used = {value for one in document.iter() for key, value in one.attrib.items() if key.endswith(("}id", "}embed"))}
    assert {one for one in used if one.startswith("rId")} <= set(related)
    styled = {one.get(f"{W}val") for one in document.iter(f"{W}pStyle")}
    assert styled <= {one.get(f"{W}styleId") for one in trees["word/styles.xml"].iter(f"{W}style")}
    for name, tree in trees.items():
        for element in tree.iter():
            kind = element.tag.rsplit("}", 1)[1]
            if kind in ORDER and element.tag.startswith(W):
                wanted = ORDER[kind].split()
                order = [wanted.index(child.tag.rsplit("}", 1)[1]) for child in element]
                assert order == sorted(order), (name, kind)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_comes_out_of_word_as_it_was_typed(text) -> None:
    content = Content(title=text, addressee=text, signature=text, blocks=(Table(rows=((text, text),), caption=text),))
    typed = text.replace("\r\n", "\n").replace("\r", "\n")
    found = paragraphs(writing.docx(content))
    assert found[0] == typed
    assert found[1] == f"{typed}："
    assert found[2:5] == [f"表1　{typed}", typed, typed]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_set_in_pdf_and_never_read_as_source(text) -> None:
    content = Content(
        title=text, addressee=text, signature=text, attachments=(text,), imprint=Imprint(text, text, date(2026, 1, 1)),
        blocks=(Heading(text), Paragraph(text), Table(rows=((text, text),), header=(text,), caption=text), SignatureLine(text)),
    )  # fmt: skip
    laid = writing.lay_out(content)
    assert laid.pdf.startswith(b"%PDF-")
    assert b"root:" not in _streams(laid.pdf)


def test_control_characters_are_left_out_and_everything_else_stays() -> None:
    text = "".join(map(chr, range(0x20))) + "甲\ud800\udfff乙\ufffe\uffff丙\x7f"
    assert printable(text) == "\t\n\n甲乙丙\x7f"
    content = Content(title="题", blocks=(Paragraph(text),), dated=False)
    assert paragraphs(writing.docx(content)) == ["题", "\t", "", "甲乙丙\x7f"]
    assert writing.pdf(content).startswith(b"%PDF-")


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_whatever_is_typed_comes_out_of_word(text) -> None:
    found = "\n".join(paragraphs(writing.docx(Content(title="题", dated=False, blocks=(Paragraph(text),))))[1:])
    assert found == printable(text)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=120), st.text(max_size=40))
def test_whatever_is_typed_is_set_in_pdf(text, title) -> None:
    assert writing.pdf(Content(title=title, blocks=(Paragraph(text), Table(rows=((text, title),))))).startswith(
        b"%PDF-"
    )


def test_a_hundred_thousand_characters_are_a_paper_of_many_pages() -> None:
    content = Content(title="长文", blocks=(Paragraph("绿色矿山建设" * 17_000), Paragraph("A" * 100_000)))
    laid = writing.lay_out(content)
    assert pages(laid.pdf) > 150
    assert len("".join(paragraphs(writing.docx(content)))) > 200_000


def test_a_character_without_glyph_is_a_box_and_a_note() -> None:
    laid = writing.lay_out(Content(title="矿山\U0001f600", blocks=(Paragraph("王\U00020bb7"),)))
    assert [note["zh"] for note in laid.notes] == [
        "字符“\U0001f600”（U+1F600）缺少字形，PDF 中以□代替，Word 文件不受影响",
        "字符“\U00020bb7”（U+20BB7）缺少字形，PDF 中以□代替，Word 文件不受影响",
    ]
    assert writing.lay_out(WHOLE).notes == ()


def test_the_shipped_font_shows_gbk_and_every_character_of_the_papers() -> None:
    shown = shown_by(FONTS / "NotoSerifCJKsc-Regular-subset.otf")
    needed = {
        sign
        for high in range(0x81, 0xFF)
        for low in range(0x40, 0xFF)
        for sign in bytes((high, low)).decode("gbk", "ignore")
        if "\u4e00" <= sign <= "\u9fa5"
    }
    from greenmine.editions import rulebook_files

    for file in (rulebook_files.folder() / "papers").glob("*.yaml"):
        needed |= {sign for sign in file.read_text(encoding="utf-8") if sign.isprintable()}
    assert {sign for sign in needed | set("玥翀昇珺㎡□〔〕—") if ord(sign) not in shown} == set()
    assert sum(file.stat().st_size for file in FONTS.glob("*.otf")) <= 8 * 1024 * 1024
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_a_file_that_is_no_font_shows_nothing(tmp_path) -> None:
    broken = tmp_path / "broken.otf"
    broken.write_bytes(b"OTTO\xff\xff nothing")
    assert shown_by(broken) == frozenset()
    assert shown_by(tmp_path / "absent.ttf") == frozenset()


def test_a_folder_of_further_fonts_is_used(settings, tmp_path) -> None:
    (tmp_path / "broken.otf").write_bytes(b"nothing")
    settings.FONTS = str(tmp_path)
    assert writing.pdf(WHOLE).startswith(b"%PDF-")


def test_equal_content_gives_equal_bytes_and_another_word_others() -> None:
    again = Content(**{field: getattr(WHOLE, field) for field in WHOLE.__dataclass_fields__})
    assert (writing.docx(again), writing.pdf(again), again.digest) == (
        writing.docx(WHOLE),
        writing.pdf(WHOLE),
        WHOLE.digest,
    )
    other = Content(title="别的", blocks=WHOLE.blocks)
    assert other.digest != WHOLE.digest
    assert writing.pdf(other) != writing.pdf(WHOLE)


def test_the_pages_are_of_a4_and_their_pictures_show_something() -> None:
    from PIL import Image

    first, *more = writing.pictures_of_pages(WHOLE, ppi=25.4)  # a pixel each millimetre
    with Image.open(io.BytesIO(first)) as page:
        assert page.size == (210, 297)
        grey = page.convert("L")
        assert grey.crop((0, 0, 27, 297)).getextrema() == (255, 255)  # the left margin is empty
        assert grey.crop((185, 0, 210, 297)).getextrema() == (255, 255)
        assert grey.crop((28, 37, 184, 262)).getextrema()[0] < 128
        red = page.convert("RGB").getcolors(maxcolors=100_000)
        assert any(r > 150 and g < 60 and b < 60 for _, (r, g, b) in red)
    assert len(more) >= 2


def test_a_later_paper_takes_well_below_a_tenth_of_a_second() -> None:
    writing.pdf(WHOLE)
    best = min(_seconds() for _ in range(5))
    assert best < 0.1


def _seconds() -> float:
    began = time.perf_counter()
    writing.pdf(WHOLE)
    return time.perf_counter() - began
