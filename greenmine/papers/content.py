"""What stands in a paper (文书内容), without a format: the same content becomes .docx and PDF, and its hash means something."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

DEEPEST_HEADING = 4
CHINESE = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading (小标题) of level 1–4; its number 一、（一）1.（1） is counted, not typed."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph (段落), its first line indented by two characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table (表格) whose header stands again on every page; without header, rows of name and value."""

    rows: tuple[tuple[str, ...], ...]
    header: tuple[str, ...] = ()
    caption: str = ""
    widths: tuple[int, ...] = ()

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return max([len(self.header), *(len(row) for row in self.rows)], default=0)

    def shares(self) -> tuple[int, ...]:
        """The columns' widths in parts; equal where none are given."""
        return self.widths if len(self.widths) == self.columns else (1,) * self.columns


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (影像) as JPEG or PNG, with a caption."""

    data: bytes
    caption: str = ""

    @property
    def ending(self) -> str:
        """The ending by content: png or jpg."""
        return "png" if self.data.startswith(b"\x89PNG") else "jpg"


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A line to sign (签字): what as, who, and when; a blank stays blank."""

    label: str
    name: str = ""
    on: date | None = None


Block = Heading | Paragraph | Table | Picture | SignatureLine


@dataclass(frozen=True, slots=True)
class Imprint:
    """The imprint (版记): copies to, printed by, and the day."""

    copies: str = ""
    printed_by: str = ""
    printed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """One paper: red head (发文机关标志) and number where it has them, title, addressee, blocks, attachments, signature."""

    title: str
    blocks: tuple[Block, ...] = ()
    red_head: str = ""
    number: str = ""
    addressee: str = ""
    attachments: tuple[str, ...] = ()
    signature: str = ""
    signed_on: date | None = None
    dated: bool = True
    imprint: Imprint | None = None
    marks: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values; pictures by their hash."""
        return {
            "title": self.title,
            "red_head": self.red_head,
            "number": self.number,
            "addressee": self.addressee,
            "blocks": [_plain(block) for block in self.blocks],
            "attachments": list(self.attachments),
            "signature": self.signature,
            "signed_on": iso(self.signed_on),
            "dated": self.dated,
            "imprint": None
            if self.imprint is None
            else {
                "copies": self.imprint.copies,
                "printed_by": self.imprint.printed_by,
                "printed_on": iso(self.imprint.printed_on),
            },
            "marks": list(self.marks),
        }

    @property
    def digest(self) -> str:
        """The hash of what the paper says: equal content, equal hash, on every machine."""
        text = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def labelled(blocks: Sequence[Block]) -> Iterator[tuple[str, Block]]:
    """Each block with its label: the number of a heading, 图1 or 表1 of what has a caption, nothing for the rest."""
    counts = [0] * (DEEPEST_HEADING + 1)
    pictures = tables = 0
    for block in blocks:
        label = ""
        if isinstance(block, Heading):
            level = min(max(block.level, 1), DEEPEST_HEADING)
            counts[level] += 1
            counts[level + 1 :] = [0] * (DEEPEST_HEADING - level)
            label = heading_number(level, counts[level])
        elif isinstance(block, Picture):
            pictures += 1
            label = f"图{pictures}"
        elif isinstance(block, Table) and block.caption:
            tables += 1
            label = f"表{tables}"
        yield label, block


def heading_number(level: int, count: int) -> str:
    """一、 （一） 1. （1） as official papers number their headings."""
    return {1: f"{chinese_number(count)}、", 2: f"（{chinese_number(count)}）", 3: f"{count}.", 4: f"（{count}）"}[
        level
    ]


def chinese_number(count: int) -> str:
    """1–99 in Chinese; larger ones in digits."""
    tens, ones = divmod(count, 10)
    if not 0 < count < 100:  # noqa: PLR2004 -- nobody counts headings beyond
        return str(count)
    return f"{CHINESE[tens] if tens > 1 else ''}{'十' if tens else ''}{CHINESE[ones] if ones else ''}"


def chinese_day(on: date | None) -> str:
    """2026年11月20日; a blank to fill in where there is no day."""
    return f"{on.year}年{on.month}月{on.day}日" if on else "　　　年　　月　　日"


def iso(on: date | None) -> str:
    """The day as text; empty for none."""
    return on.isoformat() if on else ""


def _plain(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "text": block.text, "level": block.level}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": block.text}
    if isinstance(block, Table):
        return {
            "kind": "table",
            "caption": block.caption,
            "header": list(block.header),
            "rows": [list(row) for row in block.rows],
            "widths": list(block.widths),
        }
    if isinstance(block, Picture):
        return {"kind": "picture", "sha256": sha256(block.data).hexdigest(), "caption": block.caption}
    return {"kind": "signature", "label": block.label, "name": block.name, "on": iso(block.on)}


def printable(text: str) -> str:
    """The text with line ends as one sign, without what no document can hold: controls but tab, lone surrogates, ￾, ￿."""
    kept = "".join(sign for sign in text if _can_stand(ord(sign)))
    return kept.replace("\r\n", "\n").replace("\r", "\n")


def _can_stand(point: int) -> bool:
    return point in {9, 10, 13} or 0x20 <= point < 0xD800 or 0xE000 <= point < 0xFFFE or point >= 0x10000  # noqa: PLR2004 -- XML's own ranges
