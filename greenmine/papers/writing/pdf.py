"""The PDF writer: our layout, set by typst; what stands in the paper goes in as JSON, never as source.

The fonts lie beside the program; a house that owns 仿宋_GB2312 and 小标宋 names their folder in GREENMINE_FONTS. A character
that no font shows becomes a box □ with a note. Equal content gives equal bytes.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
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
from greenmine.papers.writing.glyphs import shown_by

LAYOUT = Path(__file__).with_name("layout.typ")
FONTS = Path(__file__).parents[1] / "fonts"
BOX = "□"
FIXED_MOMENT = 1_767_225_600  # 2026-01-01: the file says nothing of when it was written, the paper does
MOST_NOTES = 20
DPI, MM_PER_INCH, TALLEST_MM = 150.0, 25.4, 180.0
INVISIBLE = frozenset({0x9, 0xA, 0xD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)})
LONG_RUN = re.compile(r"[!-~]{24}")  # a run without a blank would leave the page: it may break here
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Laid:
    """A paper as PDF, and what it could not show, in both languages."""

    pdf: bytes
    notes: tuple[dict[str, str], ...]


def pdf(content: Content) -> bytes:
    """The paper as PDF."""
    return lay_out(content).pdf


def lay_out(content: Content) -> Laid:
    """The paper as PDF, with notes about characters that no font here can show."""
    written, notes = _compiled(content, format="pdf", timestamp=FIXED_MOMENT)
    return Laid(written if isinstance(written, bytes) else b"".join(written), notes)


def pictures_of_pages(content: Content, *, ppi: float = 96) -> list[bytes]:
    """Every page as PNG, for looking at."""
    written, _ = _compiled(content, format="png", ppi=ppi)
    return [written] if isinstance(written, bytes) else list(written)


def _compiled(content: Content, **how: Any) -> tuple[Any, tuple[dict[str, str], ...]]:
    fonts = font_files()
    showing = _Showing(frozenset().union(*(shown_by(font) for font in fonts)))
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        given = _as_plain(content, Path(folder), showing)
        inputs = {"content": json.dumps(given, ensure_ascii=False)}
        with _one_at_a_time:
            written = _compiler(str(settings.FONTS)).compile(LAYOUT.read_bytes(), root=folder, sys_inputs=inputs, **how)
    return written, showing.notes


@lru_cache(maxsize=2)
def _compiler(extra: str) -> typst.Compiler:
    """Fonts are read once; system fonts never, so that every machine sets the same paper."""
    folders = [str(FONTS), *([extra] if extra else [])]
    return typst.Compiler(b"", font_paths=typst.Fonts(include_system_fonts=False, font_paths=folders))


def font_files() -> tuple[Path, ...]:
    """The fonts of the program and of the folder the house names."""
    folders = [FONTS, *([Path(settings.FONTS)] if settings.FONTS else [])]
    return tuple(
        sorted(
            file
            for folder in folders
            for file in folder.glob("*")
            if file.suffix.lower() in {".otf", ".ttf", ".ttc", ".otc"}
        )
    )


class _Showing:
    """Replaces what no font shows by a box and remembers which characters these were."""

    def __init__(self, shown: frozenset[int]) -> None:
        self.shown, self.missing = shown, dict[str, None]()

    def __call__(self, text: str) -> str:
        text = LONG_RUN.sub("\\g<0>\u200b", printable(text).replace("\t", "    "))
        lost = {sign for sign in set(text) if ord(sign) not in self.shown and ord(sign) not in INVISIBLE}
        if not lost:
            return text
        self.missing.update(dict.fromkeys(sorted(lost)))
        return text.translate({ord(sign): BOX for sign in lost})

    @property
    def notes(self) -> tuple[dict[str, str], ...]:
        """One note for each character that became a box."""
        return tuple(
            {
                "zh": f"字符“{sign}”（U+{ord(sign):04X}）缺少字形，PDF 中以□代替，Word 文件不受影响",
                "en": f"no font shows “{sign}” (U+{ord(sign):04X}): a box stands for it in the PDF, not in the Word file",
            }
            for sign in list(self.missing)[:MOST_NOTES]
        )


def _as_plain(content: Content, folder: Path, show: _Showing) -> dict[str, Any]:
    """The content as the layout reads it: labels before their words, days written out, pictures as files of the folder."""
    imprint = content.imprint
    printed = imprint.printed_on if imprint else None
    return {
        "measures": MEASURES,
        "title": show(content.title),
        "plain_title": show(content.title).replace("\n", " "),
        "red_head": show(content.red_head),
        "number": show(content.number),
        "addressee": show(f"{content.addressee}：") if content.addressee else "",
        "marks": [show(mark) for mark in content.marks],
        "blocks": [
            _block(label, block, folder, place, show) for place, (label, block) in enumerate(labelled(content.blocks))
        ],
        "attachments": list(_attachments(content, show)),
        "signature": [
            show(line) for line in (content.signature, chinese_day(content.signed_on) if content.dated else "") if line
        ],
        "imprint": {
            "copies": show(f"抄送：{imprint.copies}") if imprint.copies else "",
            "printed_by": show(imprint.printed_by),
            "printed_on": f"{chinese_day(printed)}印发" if printed else "",
        }
        if imprint
        else None,
    }


def _attachments(content: Content, show: _Showing) -> Iterator[str]:
    for place, name in enumerate(content.attachments, 1):
        number = f"{place}. " if len(content.attachments) > 1 else ""
        yield show(f"{'附件：' if place == 1 else '　　　'}{number}{name}")


def _block(label: str, block: Block, folder: Path, place: int, show: _Showing) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": show(label + block.text)}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": show(block.text)}
    if isinstance(block, Table):
        width = block.columns
        return {
            "kind": "table",
            "caption": show(f"{label}　{block.caption}") if block.caption else "",
            "header": [show(cell) for cell in _filled(block.header, width)] if block.header else [],
            "rows": [[show(cell) for cell in _filled(row, width)] for row in block.rows],
            "widths": list(block.shares()) or [1],
        }
    if isinstance(block, Picture):
        name = f"picture{place}.{block.ending}"
        (folder / name).write_bytes(block.data)
        caption = show(f"{label}　{block.caption}".rstrip("　"))
        return {
            "kind": "picture",
            "file": f"/{name}",
            "width": _width_mm(block),
            "caption": caption,
            "plain_caption": caption.replace("\n", " "),
        }
    return {"kind": "signature", "text": show(_sign_here(block))}


def _sign_here(line: SignatureLine) -> str:
    return f"{line.label}：{line.name or '＿＿＿＿＿＿＿'}　　{chinese_day(line.on)}"


def _filled(cells: tuple[str, ...], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _width_mm(picture: Picture) -> float:
    """As wide as the text at most, and never higher than a page leaves room for."""
    with Image.open(io.BytesIO(picture.data)) as opened:
        width, height = opened.size
    wide = min(m.TEXT_MM[0], width / DPI * MM_PER_INCH)
    return round(min(wide, TALLEST_MM * width / height), 2)


MEASURES = {
    "body": m.BODY_PT, "title": m.TITLE_PT, "small": m.SMALL_PT, "table": m.TABLE_PT, "head": m.HEAD_PT, "line": m.LINE_PT,
    "page": list(m.PAGE_MM), "top": m.TOP_MM, "right": m.RIGHT_MM, "bottom": m.BOTTOM_MM, "left": m.LEFT_MM,
    "number_below": m.NUMBER_BELOW_TEXT_MM, "head_drop": m.HEAD_DROP_MM, "red_line": m.RED_LINE_MM, "red": m.RED,
    "outer_line": m.OUTER_LINE_MM, "inner_line": m.INNER_LINE_MM, "date_indent": m.DATE_INDENT_CHARS,
}  # fmt: skip
