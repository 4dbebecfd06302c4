"""The picture as SVG text: plain elements and attributes, no style and no script, every word escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenmine.law.steps.drawing import Arrow, Box, Drawing

BLUE, GREY, GREEN, INK, PALE, WHITE, SLATE = (
    "#206bc4", "#9aa5b1", "#2fb344", "#1d273b", "#e6f4ea", "#ffffff", "#49566c",
)  # fmt: skip
FIRST_WIDE = 0x2E80  # from here on signs are as wide as two letters
LABEL = {"zh": "流程图，文字说明见步骤清单", "en": "flow chart; the list of steps says the same in words"}
HEAD = (
    '<defs><marker id="step-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0 L8 4 L0 8 z" fill="#667382"/></marker></defs>'
)


def picture_svg(drawing: Drawing, language: str = "zh") -> str:
    """The whole picture in one language."""
    size = f'width="{drawing.width}" height="{drawing.height}" viewBox="0 0 {drawing.width} {drawing.height}"'
    label = f'role="img" aria-label="{escape(LABEL[language])}" font-size="13" font-family="sans-serif"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {label}>',
        HEAD,
        *(_way(arrow) for arrow in drawing.arrows),
        *(_box(box, language) for box in drawing.boxes),
        *(_badge(arrow) for arrow in drawing.arrows),
        "</svg>",
    ]
    return "".join(parts)


def _way(arrow: Arrow) -> str:
    stroke, width = (BLUE, "2") if arrow.open else (GREY, "1.2")
    return (
        f'<path d="{arrow.path}" fill="none" stroke="{stroke}" stroke-width="{width}" marker-end="url(#step-arrow)"/>'
    )


def _box(box: Box, language: str) -> str:
    fill = BLUE if box.current else PALE if box.passed else WHITE
    stroke = GREEN if box.passed else BLUE if box.current else GREY
    ink = WHITE if box.current else INK
    rows = "".join(_text(box, line, words[language], ink, 12) for line, words in box.note_lines)
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="{20 if box.final else 4}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="1.4"/>'
        + _text(box, box.text_y, box.title[language], ink, 13)
        + rows
    )


def _text(box: Box, y: int, words: str, ink: str, size: int) -> str:
    wide = sum(2 if ord(sign) > FIRST_WIDE else 1 for sign in words)
    fit = f' textLength="{box.text_width}" lengthAdjust="spacingAndGlyphs"' if wide * size > 2 * box.text_width else ""
    return f'<text x="{box.text_x}" y="{y}" text-anchor="middle" font-size="{size}" fill="{ink}"{fit}>{escape(words)}</text>'


def _badge(arrow: Arrow) -> str:
    fill, stroke, ink = (BLUE, BLUE, WHITE) if arrow.open else (WHITE, GREY, SLATE)
    return (
        f'<rect x="{arrow.badge_x}" y="{arrow.badge_y}" width="{arrow.badge_width}" height="20" rx="10" '
        f'fill="{fill}" stroke="{stroke}"/><text x="{arrow.x}" y="{arrow.text_y}" text-anchor="middle" font-size="11" '
        f'fill="{ink}">{arrow.label}</text>'
    )
