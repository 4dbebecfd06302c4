"""The measures of GB/T 9704-2012 (党政机关公文格式), said once for both writers: millimetres, points, names of fonts."""

from __future__ import annotations

from typing import Final

# Sizes of type by their Chinese names: 二号 title, 三号 body, 四号 page number and imprint, 小四 tables.
TITLE_PT: Final = 22.0
BODY_PT: Final = 16.0
SMALL_PT: Final = 14.0
TABLE_PT: Final = 12.0
HEAD_PT: Final = 36.0
LINE_PT: Final = 28.95  # 22 lines on 225 mm
PAGE_MM: Final = (210.0, 297.0)
TOP_MM, RIGHT_MM, BOTTOM_MM, LEFT_MM = 37.0, 26.0, 35.0, 28.0
TEXT_MM: Final = (156.0, 225.0)
NUMBER_BELOW_TEXT_MM: Final = 7.0
HEAD_DROP_MM: Final = 35.0
RED_LINE_MM: Final = 4.0
RED: Final = "C00000"
OUTER_LINE_MM, INNER_LINE_MM = 0.35, 0.25
DATE_INDENT_CHARS: Final = 4
# The first family that the reader's machine has is used; in PDF the last is always there.
FANGSONG: Final = "仿宋_GB2312"
XIAOBIAOSONG: Final = "方正小标宋简体"
HEITI: Final = "黑体"
KAITI: Final = "楷体_GB2312"
SONGTI: Final = "宋体"
LATIN: Final = "Times New Roman"
ALTERNATIVES: Final = {
    FANGSONG: "仿宋",
    XIAOBIAOSONG: "华文中宋",
    HEITI: "SimHei",
    KAITI: "楷体",
    SONGTI: "SimSun",
}
HEADING_FONTS: Final = {1: HEITI, 2: KAITI, 3: FANGSONG, 4: FANGSONG}


def width_of(text: str, size: float = BODY_PT) -> float:
    """About how wide a line of text is in points: Chinese signs are as wide as high, others half as wide."""
    return sum(size if ord(sign) > 0x2E7F else size / 2 for sign in text)  # noqa: PLR2004 -- where Chinese begins
