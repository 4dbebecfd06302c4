"""Make the small fonts of the papers from Noto Serif CJK SC, by hand, when the rulebook needs new characters.

    python -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools
    /tmp/fonts/bin/python deploy/subset_font.py /usr/share/fonts/opentype/noto greenmine/papers/fonts

The first folder holds NotoSerifCJK-Regular.ttc and -Bold.ttc (Debian: fonts-noto-cjk). The regular face keeps GBK (names
of people and mines use more than GB 2312), the bold one, for headings, the common half of GB 2312; both keep every
character of the rulebook and the program, Latin, digits and punctuation.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset  # type: ignore[import-not-found]  # not a dependency: run by hand
from fontTools.ttLib import TTCollection  # type: ignore[import-not-found]

ROOT = Path(__file__).resolve().parents[1]
FAMILY = "Noto Serif CJK SC"
SIGNS = "㎡㎥㎏㎜㎝㎞℃‰№①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳〇〔〕〖〗【】﹝﹞△▲▽▼□■○●◎☆★√×÷±≤≥≠≈∞∑∏∠⊥∥→←↑↓⇒☐☑☒✓✗█▢"


def encoded(encoding: str, highs: range, lows: range) -> set[int]:
    """The code points that a double-byte encoding names in a part of its table."""
    texts = (bytes((high, low)).decode(encoding, "ignore") for high in highs for low in lows)
    return {ord(sign) for text in texts for sign in text}


def always() -> set[int]:
    """Latin, Greek, Cyrillic, punctuation, and every character the rulebook and the program use."""
    kept = set(range(0x20, 0x250)) | set(range(0x370, 0x460)) | set(range(0x2010, 0x2060)) | set(range(0x3000, 0x3020))
    kept |= set(range(0xFF01, 0xFF5F)) | {0xFFE5, 0xFFFD} | {ord(sign) for sign in SIGNS}
    for folder, ending in (
        ("rulebook", "*.yaml"), ("rulebook", "*.csv"), ("greenmine", "*.py"), ("greenmine", "*.html"),
    ):  # fmt: skip
        for file in (ROOT / folder).rglob(ending):
            kept |= {ord(sign) for sign in file.read_text(encoding="utf-8")}
    return kept


WEIGHTS = {
    "Regular": lambda: always() | encoded("gbk", range(0x81, 0xFF), range(0x40, 0xFF)),
    "Bold": lambda: always() | encoded("gb2312", range(0xA1, 0xD8), range(0xA1, 0xFF)),
}


def shrink(collection: Path, target: Path, points: set[int]) -> None:
    """Take the simplified Chinese face out of a collection and keep the wanted characters of it."""
    faces = TTCollection(str(collection)).fonts
    face = next(one for one in faces if one["name"].getDebugName(1) == FAMILY)
    options = subset.Options(
        layout_features=["ccmp", "kern"],
        hinting=False,
        desubroutinize=False,
        name_IDs=["*"],
        notdef_outline=True,
        glyph_names=False,
        drop_tables=["DSIG", "VORG"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(face)
    face.save(str(target))
    print(f"{target}: {target.stat().st_size / 1_000_000:.1f} MB, {len(face.getGlyphOrder())} glyphs")


def main(source: str, folder: str) -> None:
    """Both weights, into the folder of the papers."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for weight, points in WEIGHTS.items():
        target = Path(folder) / f"NotoSerifCJKsc-{weight}-subset.otf"
        shrink(Path(source) / f"NotoSerifCJK-{weight}.ttc", target, points())


if __name__ == "__main__":
    main(*sys.argv[1:])
