"""The parts of a Word document that are the same in every paper: styles, page, footers, settings, relations."""

from __future__ import annotations

from collections.abc import Sequence

from greenmine.papers.writing import measures as m

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_MAIN = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NAMESPACES = (
    f'{_MAIN} xmlns:r="{_OFFICE}" xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture" '
    f'xmlns:wp="{_DRAWING}/wordprocessingDrawing"'
)
PARTS = {
    "styles": "styles",
    "settings": "settings",
    "fontTable": "fontTable",
    "footer1": "footer",
    "footer2": "footer",
}


def _twips(millimetres: float) -> int:
    return round(millimetres * 56.6929)


_LINE = round(m.LINE_PT * 20)
_CHAR = round(m.BODY_PT * 20)

CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="jpg" ContentType="image/jpeg"/><Default Extension="png" ContentType="image/png"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    + "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD}.{kind}+xml"/>' for part, kind in PARTS.items()
    )
    + '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>"
)
ROOT_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>{title}</dc:title></cp:coreProperties>"
)
SETTINGS = (
    f'<w:settings {_MAIN}><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)
FONT_TABLE = (
    f"<w:fonts {_MAIN}>"
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>' for name, other in m.ALTERNATIVES.items()
    )
    + "</w:fonts>"
)
SECTION = (
    f'<w:sectPr><w:footerReference w:type="default" r:id="rIdfooter1"/><w:footerReference w:type="even" r:id="rIdfooter2"/>'
    f'<w:pgSz w:w="{_twips(m.PAGE_MM[0])}" w:h="{_twips(m.PAGE_MM[1])}"/>'
    f'<w:pgMar w:top="{_twips(m.TOP_MM)}" w:right="{_twips(m.RIGHT_MM)}" w:bottom="{_twips(m.BOTTOM_MM)}" '
    f'w:left="{_twips(m.LEFT_MM)}" w:header="851" '
    f'w:footer="{_twips(m.BOTTOM_MM - m.NUMBER_BELOW_TEXT_MM) - round(m.SMALL_PT * 20)}" w:gutter="0"/>'
    f'<w:docGrid w:type="lines" w:linePitch="{_LINE}"/></w:sectPr>'
)


def relations(media: Sequence[str]) -> str:
    """What the document refers to: its other parts, and the pictures in order."""
    parts = "".join(
        f'<Relationship Id="rId{part}" Type="{_OFFICE}/{kind}" Target="{part}.xml"/>' for part, kind in PARTS.items()
    )
    pictures = "".join(
        f'<Relationship Id="rIdMedia{place}" Type="{_OFFICE}/image" Target="{name}"/>'
        for place, name in enumerate(media, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{parts}{pictures}</Relationships>'


def footer(side: str) -> str:
    """The page number — 1 — at the outer edge, one character in (页码: 单页居右空一字，双页居左空一字)."""
    indent = f'<w:ind w:{side}="{round(m.SMALL_PT * 20)}"/>'
    fonts = _fonts(m.SONGTI, m.SONGTI)
    size = f'<w:rPr>{fonts}<w:sz w:val="{round(m.SMALL_PT * 2)}"/></w:rPr>'
    field = "".join(
        f"<w:r>{size}{inner}</w:r>"
        for inner in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    return f'<w:ftr {_MAIN}><w:p><w:pPr><w:pStyle w:val="Footer"/>{indent}<w:jc w:val="{side}"/></w:pPr>{field}</w:p></w:ftr>'


def _fonts(east: str, latin: str = m.LATIN) -> str:
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:cs="{latin}" w:eastAsia="{east}"/>'


def _style(
    name: str, title: str, paragraph: str = "", run: str = "", based_on: str = "Normal", *, default: bool = False
) -> str:
    base = "" if default else f'<w:basedOn w:val="{based_on}"/>'
    first = ' w:default="1"' if default else ""
    return (
        f'<w:style w:type="paragraph"{first} w:styleId="{name}"><w:name w:val="{title}"/>{base}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def _exact(line: int = _LINE, before: int = 0, after: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="exact"/>'


_LOOSE = '<w:spacing w:before="{0}" w:after="{1}" w:line="240" w:lineRule="auto"/>'
_TWO_IN = f'<w:ind w:firstLineChars="200" w:firstLine="{2 * _CHAR}"/>'
_CENTRE = '<w:jc w:val="center"/>'
_RED = f'<w:color w:val="{m.RED}"/>'
_LINE_BELOW_HEAD = f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="{round(m.RED_LINE_MM / 25.4 * 72)}" w:color="{m.RED}"/></w:pBdr>'


def _rules(top: bool, thickness: float = m.OUTER_LINE_MM) -> str:
    eighths = round(thickness / 25.4 * 72 * 8)
    line = f'w:val="single" w:sz="{eighths}" w:space="1" w:color="000000"'
    upper = f"<w:top {line}/>" if top else ""
    return f"<w:pBdr>{upper}<w:bottom {line}/></w:pBdr>"


_HEADINGS = "".join(
    _style(
        f"Heading{level}",
        f"heading {level}",
        f'<w:keepNext/>{_exact()}{_TWO_IN}<w:outlineLvl w:val="{level - 1}"/>',
        f"{_fonts(font)}{_size(m.BODY_PT)}",
    )
    for level, font in m.HEADING_FONTS.items()
)
STYLES = (
    f"<w:styles {_MAIN}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(m.FANGSONG)}{_size(m.BODY_PT)}"
    '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>'
    + _style("Normal", "Normal", f'<w:wordWrap w:val="0"/>{_exact()}<w:jc w:val="both"/>', default=True)
    + _style("BodyText", "Body Text", _TWO_IN)
    + _style("Mark", "Mark", "", f"{_fonts(m.HEITI)}")
    + _style(
        "RedHead",
        "Red Head",
        f"{_exact(round(m.HEAD_PT * 26), round(m.HEAD_DROP_MM / 25.4 * 72 * 20) // 2)}{_CENTRE}",
        f"{_fonts(m.XIAOBIAOSONG)}{_RED}{_size(m.HEAD_PT)}",
    )
    + _style(
        "NumberUnderHead", "Number Under Head", f"{_LINE_BELOW_HEAD}{_exact(before=2 * _LINE, after=_LINE)}{_CENTRE}"
    )
    + _style(
        "Title",
        "Title",
        f"<w:keepNext/>{_exact(round(m.TITLE_PT * 30), _LINE, _LINE)}{_CENTRE}",
        f"{_fonts(m.XIAOBIAOSONG)}{_size(m.TITLE_PT)}",
    )
    + _style("Number", "Number", f"{_exact(after=_LINE)}{_CENTRE}")
    + _style("Addressee", "Addressee")
    + _HEADINGS
    + _style("TableText", "Table Text", f'{_LOOSE.format(40, 40)}<w:jc w:val="left"/>', _size(m.TABLE_PT))
    + _style("TableHead", "Table Head", f"{_LOOSE.format(40, 40)}{_CENTRE}", f"{_fonts(m.HEITI)}{_size(m.TABLE_PT)}")
    + _style(
        "TableCaption",
        "Table Caption",
        f"<w:keepNext/>{_LOOSE.format(120, 60)}{_CENTRE}",
        f"{_fonts(m.HEITI)}{_size(m.SMALL_PT)}",
    )
    + _style("AfterTable", "After Table", _exact(round(m.TABLE_PT * 20)))
    + _style("Picture", "Picture", f"<w:keepNext/>{_LOOSE.format(120, 60)}{_CENTRE}")
    + _style("Caption", "caption", f"{_LOOSE.format(0, 120)}{_CENTRE}", _size(m.TABLE_PT))
    + _style("SignHere", "Sign Here", _TWO_IN)
    + _style("FirstAttachment", "First Attachment", f"{_exact(before=_LINE)}{_TWO_IN}")
    + _style("Attachment", "Attachment", _TWO_IN)
    + _style("Signature", "Signature", f"<w:keepNext/><w:keepLines/>{_exact(before=2 * _LINE)}{_CENTRE}")
    + _style("SignatureDate", "Signature Date", f"<w:keepLines/>{_exact()}{_CENTRE}")
    + _style(
        "Copies",
        "Copies",
        f'{_rules(top=True)}{_exact(before=2 * _LINE)}<w:ind w:left="280" w:right="280"/>',
        _size(m.SMALL_PT),
    )
    + _style(
        "Imprint",
        "Imprint",
        f'{_rules(top=True)}<w:tabs><w:tab w:val="right" w:pos="{_twips(m.TEXT_MM[0]) - 280}"/></w:tabs>{_exact()}<w:ind w:left="280" w:right="280"/>',
        _size(m.SMALL_PT),
    )
    + _style("Footer", "footer", _exact(round(m.SMALL_PT * 20)), _size(m.SMALL_PT))
    + '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders></w:tblPr></w:style></w:styles>"
)
