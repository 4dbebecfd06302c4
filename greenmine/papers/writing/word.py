"""The Word writer (.docx): WordprocessingML parts written by us and zipped with fixed dates, so equal papers have equal bytes.

Nothing but named styles, real header rows and real page-number fields, so that an official can go on editing.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

from PIL import Image

from greenmine.papers.content import (
    Block,
    Content,
    Heading,
    Paragraph,
    Picture,
    SignatureLine,
    Table,
    chinese_day,
    labelled,
    printable,
)
from greenmine.papers.writing import measures as m
from greenmine.papers.writing.word_parts import (
    CONTENT_TYPES,
    CORE,
    FONT_TABLE,
    NAMESPACES,
    ROOT_RELATIONS,
    SECTION,
    SETTINGS,
    STYLES,
    footer,
    relations,
)

FIXED = (2026, 1, 1, 0, 0, 0)
TWIPS_PER_MM = 56.6929
EMU_PER_MM = 36000
TALLEST_MM = 180.0
DPI = 150.0
MM_PER_INCH = 25.4


def docx(content: Content) -> bytes:
    """The paper as a Word document."""
    body = "".join(_body(content))
    pictures = [block for block in content.blocks if isinstance(block, Picture)]
    media = [(f"media/image{place}.{one.ending}", one.data) for place, one in enumerate(pictures, 1)]
    parts: list[tuple[str, bytes]] = [
        ("[Content_Types].xml", CONTENT_TYPES.encode()),
        ("_rels/.rels", ROOT_RELATIONS.encode()),
        ("docProps/core.xml", CORE.format(title=_escaped(content.title)).encode()),
        ("word/document.xml", f"<w:document {NAMESPACES}><w:body>{body}{SECTION}</w:body></w:document>".encode()),
        ("word/styles.xml", STYLES.encode()),
        ("word/settings.xml", SETTINGS.encode()),
        ("word/fontTable.xml", FONT_TABLE.encode()),
        ("word/footer1.xml", footer("right").encode()),
        ("word/footer2.xml", footer("left").encode()),
        ("word/_rels/document.xml.rels", relations([name for name, _ in media]).encode()),
        *((f"word/{name}", data) for name, data in media),
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            head = (
                b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
                if name.endswith((".xml", ".rels"))
                else b""
            )
            entry = zipfile.ZipInfo(name, FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, head + data)
    return out.getvalue()


def _body(content: Content) -> Iterator[str]:
    for mark in content.marks:
        yield _paragraph(mark, "Mark")
    if content.red_head:
        yield _paragraph(content.red_head, "RedHead")
        yield _paragraph(content.number, "NumberUnderHead")
    yield _paragraph(content.title, "Title")
    if content.number and not content.red_head:
        yield _paragraph(content.number, "Number")
    if content.addressee:
        yield _paragraph(f"{content.addressee}：", "Addressee")
    place = 0
    for label, block in labelled(content.blocks):
        place += isinstance(block, Picture)
        yield _block(label, block, place)
    yield from _attachments(content)
    yield from _signature(content)
    yield from _imprint(content)


def _block(label: str, block: Block, place: int) -> str:
    if isinstance(block, Heading):
        return _paragraph(label + block.text, f"Heading{block.level}")
    if isinstance(block, Paragraph):
        return "".join(_paragraph(line, "BodyText") for line in printable(block.text).split("\n"))
    if isinstance(block, Table):
        caption = _paragraph(f"{label}　{block.caption}", "TableCaption") if block.caption else ""
        return caption + _table(block) + _paragraph("", "AfterTable")
    if isinstance(block, Picture):
        return _picture(block, place) + _paragraph(f"{label}　{block.caption}".rstrip("　"), "Caption")
    return _sign_here(block)


def _sign_here(line: SignatureLine) -> str:
    return _paragraph(f"{line.label}：{line.name or '＿＿＿＿＿＿＿'}　　{chinese_day(line.on)}", "SignHere")


def _attachments(content: Content) -> Iterator[str]:
    for place, name in enumerate(content.attachments, 1):
        lead = "附件：" if place == 1 else "　　　"
        number = f"{place}. " if len(content.attachments) > 1 else ""
        yield _paragraph(f"{lead}{number}{name}", "FirstAttachment" if place == 1 else "Attachment")


def _signature(content: Content) -> Iterator[str]:
    """Name over date, centred on each other, four characters from the right (成文日期右空四字)."""
    day = chinese_day(content.signed_on) if content.dated else ""
    lines = [line for line in (content.signature, day) if line]
    if not lines:
        return
    widest = max(m.width_of(line) for line in lines)
    room = m.TEXT_MM[0] / MM_PER_INCH * 72 - m.DATE_INDENT_CHARS * m.BODY_PT
    indent = f'<w:ind w:left="{max(0, round((room - widest) * 20))}" w:right="{round(m.DATE_INDENT_CHARS * m.BODY_PT * 20)}"/>'
    for place, line in enumerate(lines):
        yield _paragraph(line, "Signature" if place == 0 else "SignatureDate", indent)


def _imprint(content: Content) -> Iterator[str]:
    if content.imprint is None:
        return
    if content.imprint.copies:
        yield _paragraph(f"抄送：{content.imprint.copies}", "Copies")
    day = f"{chinese_day(content.imprint.printed_on)}印发" if content.imprint.printed_on else ""
    yield _paragraph(f"{content.imprint.printed_by}\t{day}", "Imprint")


def _paragraph(text: str, style: str, more: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{_run(text)}</w:p>'


def _run(text: str) -> str:
    if not text:
        return ""
    lines = printable(text).split("\n")
    return f"<w:r>{'<w:br/>'.join(_line(line) for line in lines)}</w:r>"


def _line(line: str) -> str:
    return "<w:tab/>".join(
        f'<w:t xml:space="preserve">{_escaped(part)}</w:t>' if part else "" for part in line.split("\t")
    )


def _escaped(text: str) -> str:
    return escape(printable(text), {'"': "&quot;"})


def _table(table: Table) -> str:
    total = round(m.TEXT_MM[0] * TWIPS_PER_MM)
    shares = table.shares()
    widths = [total * share // sum(shares) for share in shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = [_row(table.header, widths, header=True)] if table.header else []
    rows += [_row(row, widths, header=False, named=not table.header) for row in table.rows]
    if not rows:
        return ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _row(cells: tuple[str, ...], widths: list[int], *, header: bool, named: bool = False) -> str:
    again = "<w:trPr><w:tblHeader/></w:trPr>" if header else ""
    filled = [*cells, *[""] * (len(widths) - len(cells))]
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(cell, 'TableHead' if header or (named and place == 0) else 'TableText')}</w:tc>"
        for place, (cell, width) in enumerate(zip(filled, widths, strict=True))
    )
    return f"<w:tr>{again}{inner}</w:tr>"


def _picture(picture: Picture, place: int) -> str:
    with Image.open(io.BytesIO(picture.data)) as opened:
        width, height = opened.size
    wide = min(m.TEXT_MM[0], width / DPI * MM_PER_INCH)
    scale = min(1.0, TALLEST_MM / (wide * height / width))
    across, down = round(wide * scale * EMU_PER_MM), round(wide * scale * height / width * EMU_PER_MM)
    name = f"image{place}.{picture.ending}"
    described = _escaped(picture.caption).replace("\n", " ")
    return (
        '<w:p><w:pPr><w:pStyle w:val="Picture"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{across}" cy="{down}"/><wp:docPr id="{place}" name="{name}" descr="{described}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{place}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="rIdMedia{place}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{across}" cy="{down}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
