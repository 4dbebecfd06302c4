"""Headings (表头): which row they stand in, and which fact each column speaks of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from greenmine.law import Dictionary, Fact
from greenmine.registry.ledgers.units import factor, is_unit

LOOKED_AT = 40
BRACKETS = re.compile(r"[（(\[【]([^）)\]】]*)[）)\]】]")
NOISE = re.compile(r"[\s*★※:：、，,。.·_\-—/\"'“”‘’]+")
LEAST_RECOGNISED = 2
LONGEST_HEADING = 60
PREFIX = {"enterprise": "holder.", "region": "region."}
# Columns that are known and are no facts: the department's own number, place names, and what is knowingly left aside.
ID, PLACE, UNIT, ASIDE, FACT, UNMAPPED = "id", "place", "unit", "aside", "fact", "unmapped"
KNOWN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ledger_number": (ID, ("矿山编号", "编号", "矿山代码", "矿山编码", "矿山标识", "id", "mine id")),
    "province_name": (PLACE, ("省", "所在省", "省份", "省（区、市）", "所在省区市", "省级", "省名称")),
    "city_name": (
        PLACE,
        ("市", "所在市", "所在地市", "地市", "市州", "盟市", "州市", "所在盟市", "所在州", "市级", "地级市"),
    ),
    "county_name": (
        PLACE,
        ("县", "所在县", "所在区县", "区县", "县区", "旗县", "县市区", "旗县区", "县级", "所在旗县"),
    ),
    "serial": (ASIDE, ("序号", "行号", "no", "no.", "#")),
    "name_in_english": (ASIDE, ("英文名", "英文名称", "english name", "name in english")),
    "remark": (ASIDE, ("备注", "说明", "附注", "数据来源", "来源", "remark", "remarks", "note", "notes", "source")),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading as written, what it is, the fact it states and the unit its figures are in."""

    index: int
    heading: str
    role: str
    name: str = ""
    unit: str = ""
    unit_column: int | None = None
    aside: bool = False  # ignored because a person said so


def plain_heading(text: str) -> str:
    """A heading without width, brackets and punctuation: 设计生产能力（万吨/年） → 设计生产能力."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return NOISE.sub("", BRACKETS.sub("", folded)) or NOISE.sub("", folded)


def unit_in(text: str) -> str:
    """The unit a heading carries in brackets or after a slash, or nothing."""
    folded = unicodedata.normalize("NFKC", text)
    for inside in BRACKETS.findall(folded):
        if is_unit(inside) or "/" in inside or "%" in inside:
            return str(inside).strip()
    return "%" if folded.rstrip().endswith("%") else ""


class Headings:
    """What the dictionary and its synonyms make of headings."""

    def __init__(self, dictionary: Dictionary, mapping: Mapping[str, str] | None = None) -> None:
        self.dictionary = dictionary
        self.facts: dict[str, Fact] = {}
        self._names: dict[str, tuple[str, str]] = {}
        self._chosen = {plain_heading(heading): name for heading, name in (mapping or {}).items()}
        for name, (role, words) in KNOWN.items():
            for word in words:
                self._names.setdefault(plain_heading(word), (role, name))
        for name, fact in sheet_names(dictionary):
            self.facts[name] = fact
        for pick in (_labels, _synonyms, _english):  # a label goes before a synonym, Chinese before English
            for name, fact in self.facts.items():
                for word in pick(name, fact):
                    self._names.setdefault(plain_heading(word), (FACT, name))

    def column(self, index: int, heading: str) -> Column:
        """The column under one heading."""
        plain = plain_heading(heading)
        if plain in self._chosen:
            name = self._chosen[plain]
            if not name:
                return Column(index, heading, ASIDE, aside=True)
            role, name = (
                (FACT, name) if name in self.facts else (KNOWN[name][0], name) if name in KNOWN else (UNMAPPED, "")
            )
        else:
            role, name = self._names.get(plain, (UNMAPPED, ""))
        if role == UNMAPPED and plain.endswith("单位") and plain not in ("填报单位", "单位"):
            return Column(index, heading, UNIT)
        return Column(index, heading, role, name, unit_in(heading) if role == FACT else "")

    def recognised(self, cells: Iterable[object]) -> int:
        """How many cells of a row are known headings."""
        return sum(
            self.column(0, cell).role not in (UNMAPPED, UNIT)
            for cell in cells
            if isinstance(cell, str) and cell.strip() and len(cell) < LONGEST_HEADING
        )


def sheet_names(dictionary: Dictionary) -> list[tuple[str, Fact]]:
    """Every name a mine's sheet may carry, with its fact: plain, holder.<name> (enterprise), region.<name> (region)."""
    mine = [(fact.name, fact) for fact in dictionary.for_subject("mine")]
    others = [(prefix + fact.name, fact) for kind, prefix in PREFIX.items() for fact in dictionary.for_subject(kind)]
    return mine + others


def _labels(_: str, fact: Fact) -> list[str]:
    return [fact.label["zh"]]


def _synonyms(_: str, fact: Fact) -> list[str]:
    return list(fact.headings)


def _english(name: str, fact: Fact) -> list[str]:
    return [name, fact.label.get("en", "")] if fact.label.get("en") else [name]


def find_heading_row(headings: Headings, rows: Sequence[Sequence[object]]) -> int | None:
    """The row (from 0) with the most known headings among the first rows, or None if no row has enough."""
    counts = [headings.recognised(row) for row in rows[:LOOKED_AT]]
    best = max(counts, default=0)
    return counts.index(best) if best >= LEAST_RECOGNISED else None


def read_columns(headings: Headings, rows: Sequence[Sequence[object]], at: int) -> tuple[list[Column], int]:
    """The columns under a heading row, and the first row after it (a second heading row and a unit row included)."""
    texts = [_text(cell) for cell in rows[at]]
    after = at + 1
    if after < len(rows) and _continues(headings, texts, rows[after]):
        below = [_text(cell) for cell in rows[after]] + [""] * len(texts)
        wide = max(len(texts), len(rows[after]))
        texts = [
            two if two and (not one or headings.column(0, one).role == UNMAPPED) else one
            for one, two in zip(texts + [""] * (wide - len(texts)), below[:wide], strict=True)
        ]
        after += 1
    columns = [headings.column(index, text) for index, text in enumerate(texts) if text]
    if after < len(rows) and _is_unit_row(rows[after]):
        units = {index: _text(cell) for index, cell in enumerate(rows[after])}
        columns = [
            replace(column, unit=units.get(column.index, "")) if column.role == FACT and not column.unit else column
            for column in columns
        ]
        after += 1
    return _with_unit_columns(headings, columns), after


def _text(cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _continues(headings: Headings, texts: Sequence[str], row: Sequence[object]) -> bool:
    """Whether the next row is the lower half of two-line headings: only texts, known ones where the first has none."""
    if any(cell != "" and not isinstance(cell, str) for cell in row):
        return False
    open_below = [
        cell
        for index, cell in enumerate(row)
        if index >= len(texts) or not texts[index] or headings.column(0, texts[index]).role == UNMAPPED
    ]
    others = sum(bool(_text(cell)) for cell in row) - sum(bool(_text(cell)) for cell in open_below)
    return headings.recognised(open_below) > 0 and others == 0


def _is_unit_row(row: Sequence[object]) -> bool:
    texts = [_text(cell) for cell in row if cell != ""]
    return bool(texts) and all(text and is_unit(text) for text in texts)


def _with_unit_columns(headings: Headings, columns: Sequence[Column]) -> list[Column]:
    """A column of units speaks for the nearest column of figures to its left."""
    figures: Column | None = None
    speaks: dict[int, int] = {}
    for column in columns:
        if column.role == UNIT and figures is not None:
            speaks[figures.index] = column.index
        if column.role == FACT and headings.facts[column.name].type == "decimal":
            figures = column
    return [
        replace(column, unit_column=speaks[column.index]) if column.index in speaks else column for column in columns
    ]


def understood_unit(fact: Fact, unit: str) -> bool:
    """Whether figures in this unit can be turned into the fact's."""
    return fact.type not in ("decimal", "integer") or factor(unit, fact.unit) is not None
