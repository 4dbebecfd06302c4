"""Reading a workbook as a set (读入指标表): cells become the text of the format, problems become rows and columns.

Nothing is guessed: a word that is no choice, a row without a category, a cell nobody reads is a sentence that says where.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from greenmine.editions.standards import columns as form
from greenmine.editions.standards import shelf
from greenmine.editions.standards.columns import Column
from greenmine.editions.standards.steps import CannotRead, evidence_of, scale_of
from greenmine.law import limits
from greenmine.law.indicators import Standard, StandardError, dump_standard
from greenmine.law.problems import Problem

Sheets = Mapping[str, Sequence[Sequence[Any]]]
MOST_ROWS = 2_000
MOST_TEXT = 4_000
Entry = dict[str, Any]
HEADINGS = {one.key: one.zh for one in (*form.HEAD_ROWS, *form.STRUCTURE_COLUMNS, *form.INDICATOR_COLUMNS)}
LISTED = {*form.LISTED, "regions", "provisions", "tags"}


@dataclass(frozen=True)
class Parsed:
    """What a workbook came to: the set and its text, or the problems with sheet, row and column."""

    standard: Standard | None
    text: str
    problems: tuple[Problem, ...]


def read_sheets(sheets: Sheets) -> Parsed:
    """The set a workbook says, or every problem in it."""
    return _Reading(sheets).done()


@dataclass
class _Reading:
    sheets: Sheets
    problems: list[Problem] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)  # line of the text → sheet and row
    ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.words = form.vocabulary(shelf.law_in_use().dictionary, shelf.classes())

    def done(self) -> Parsed:
        for name in form.SHEETS:
            if name not in self.sheets:
                self.refuse(f"缺少工作表“{name}”", f"the sheet “{name}” is missing", name)
            elif len(self.sheets[name]) > MOST_ROWS:
                self.refuse(f"超过 {MOST_ROWS} 行", f"more than {MOST_ROWS} rows", name)
        if self.problems:
            return Parsed(None, "", tuple(self.problems))
        text = self.text(self.head(), *(self.rows(name) for name in form.SHEETS[1:]))
        if self.problems:
            return Parsed(None, text, tuple(self.problems))
        try:
            standard = shelf.read(text)
        except StandardError as refused:
            return Parsed(None, text, tuple(self.placed(problem) for problem in refused.problems))
        return Parsed(standard, dump_standard(standard), ())

    def refuse(self, zh: str, en: str, where: str) -> None:
        """One problem, with sheet, row and column."""
        self.problems.append(Problem(zh, en, where))

    def placed(self, problem: Problem) -> Problem:
        """A problem of the text, at the row it came from, with the headings of the workbook for the keys."""
        zh = problem.zh
        for key, title in HEADINGS.items():
            zh = zh.replace(f"“{key}”", f"“{title}”")
        return replace(problem, zh=zh, file=self.places.get(problem.line, form.HEAD), line=0)

    # -- cells

    def head(self) -> Entry:
        """The first sheet: one key a row."""
        known = {one.zh: one for one in form.HEAD_ROWS} | {one.key: one for one in form.HEAD_ROWS}
        found: Entry = {}
        for number, row in enumerate(self.sheets[form.HEAD], start=1):
            title = _text(row[0]) if row else ""
            value = _text(row[1]) if len(row) > 1 else ""
            if number == 1 or not title:
                continue
            if title not in known:
                self.refuse(f"不认识的项目“{title}”", f"unknown entry “{title}”", f"{form.HEAD} 第 {number} 行")
            elif value:
                found[known[title].key] = self.cell(known[title], value, f"{form.HEAD} 第 {number} 行")
        return found

    def rows(self, name: str) -> list[tuple[str, Entry]]:
        """The rows of a table that say anything: where they stand, and their cells by key."""
        lines = self.sheets[name]
        known = {one.zh: one for one in form.COLUMNS[name]} | {one.key: one for one in form.COLUMNS[name]}
        titles = [_text(cell) for cell in (lines[0] if lines else ())]
        for title in titles:
            if title and title not in known:
                self.refuse(f"不认识的表头“{title}”", f"unknown heading “{title}”", f"{name} 第 1 行")
        if len(set(filter(None, titles))) != len([one for one in titles if one]):
            self.refuse("表头重复", "a heading appears twice", f"{name} 第 1 行")
        found = []
        for number, row in enumerate(lines[1:], start=2):
            entry: Entry = {}
            for title, raw in zip(titles, row, strict=False):
                value = _text(raw)
                if value and title in known:
                    entry[known[title].key] = self.cell(known[title], value, f"{name} 第 {number} 行 {title}")
            if any(key not in ("part", "kind", "points", "scale") for key in entry):
                found.append((f"{name} 第 {number} 行", entry))
            elif entry and name == form.INDICATORS and entry.get("points") not in (None, "unknown"):
                self.refuse("有分值而没有名称", "points without a name", f"{name} 第 {number} 行")
        return found

    def cell(self, one: Column, value: str, where: str) -> Any:
        """A cell as the format writes it."""
        if len(value) > MOST_TEXT:
            self.refuse(f"超过 {MOST_TEXT} 字", f"longer than {MOST_TEXT} characters", where)
            return ""
        key = one.key.rpartition(".")[2]
        if key in LISTED:
            parts = [part.strip() for part in _split(value)]
            return [self.code(one, part, where) if one.choices else part for part in parts if part]
        if one.choices:
            return self.code(one, value, where)
        if value == form.UNKNOWN_WORD and (one.key in ("points", "pass") or one.key.startswith("pass_marks")):
            return "unknown"
        if value == form.NONE_WORD and one.key.startswith("pass_marks"):
            return "none"
        return value

    def code(self, one: Column, value: str, where: str) -> str:
        """The code of a word; a word that is no choice is a problem."""
        table = self.words[one.choices]
        if value in table:
            return value
        found = next((code for code, word in table.items() if word == value), None)
        if found is None:
            allowed = "、".join(table.values())
            self.refuse(f"“{value}”应为：{allowed}", f"“{value}” is not one of: {allowed}", where)
            return next(iter(table))
        return found

    # -- text

    def text(self, head: Entry, preconditions: list[Any], structure: list[Any], indicators: list[Any]) -> str:
        """The text of the format, one entry a line, so that a problem's line is a row."""
        lines = ["{"]
        for key, value in self.nested(head, form.HEAD).items():
            lines.append(f"{_json(key)}: {_json(value)},")
        lines.append('"kind": "standalone",')
        lines.append('"preconditions": [')
        self.listed(lines, ((where, self.part(where, one, "p")) for where, one in preconditions))
        known = head.get("counts.preconditions")
        if not preconditions and (known not in ("0", None) or head.get("status") == "structure_only"):
            lines[-1] = '"preconditions": "unknown"'
        else:
            lines.append("]")
        lines[-1] += ","
        lines.append('"dimensions": [')
        self.tree(lines, structure, indicators)
        lines.append("]}")
        return "\n".join(lines)

    def listed(self, lines: list[str], entries: Any) -> None:
        entries = list(entries)
        for number, (where, entry) in enumerate(entries):
            self.places[len(lines) + 1] = where
            lines.append(_json(entry) + ("," if number + 1 < len(entries) else ""))

    def tree(self, lines: list[str], structure: list[Any], indicators: list[Any]) -> None:
        """Dimensions with their categories with their indicators; rows that belong nowhere are problems."""
        dimensions: list[tuple[str, Entry, list[tuple[str, Entry, list[Any]]]]] = []
        by_name: dict[str, list[Any]] = {}
        for where, row in structure:
            entry = self.part(
                where,
                {key: value for key, value in row.items() if key != "part"},
                "d" if row.get("part") == "dimension" else "c",
            )
            if row.get("part") == "dimension":
                dimensions.append((where, entry, []))
                continue
            if not dimensions:
                self.refuse("二级指标前面没有一级指标", "a category before any dimension", where)
                continue
            below: list[Any] = []
            dimensions[-1][2].append((where, entry, below))
            for name in {entry["id"], entry.get("name", {}).get("zh", "")}:
                if name in by_name:
                    by_name[name] = None  # type: ignore[assignment]
                else:
                    by_name[name] = below
        for where, row in indicators:
            wanted = row.get("category", "")
            below_of = by_name.get(wanted)
            if below_of is None:
                said = f"所属二级指标“{wanted}”不在结构表中或不唯一" if wanted else "没有写所属二级指标"
                self.refuse(said, f"the category “{wanted}” is not (once) on the sheet of the structure", where)
                continue
            below_of.append((where, self.part(where, {k: v for k, v in row.items() if k != "category"}, "i")))
        self.write_tree(lines, dimensions)

    def write_tree(self, lines: list[str], dimensions: list[Any]) -> None:
        for place, (where, entry, categories) in enumerate(dimensions):
            self.places[len(lines) + 1] = where
            lines.append(_json(entry)[:-1] + ', "categories": [')
            for number, (below_where, category, indicators) in enumerate(categories):
                self.places[len(lines) + 1] = below_where
                lines.append(_json(category)[:-1] + ', "indicators": [')
                self.listed(lines, indicators)
                lines.append("]}" + ("," if number + 1 < len(categories) else ""))
            lines.append("]}" + ("," if place + 1 < len(dimensions) else ""))

    def part(self, where: str, row: Entry, letter: str) -> Entry:
        """One row as an entry of the format."""
        entry = dict(row)
        entry["id"] = self.named(entry.get("id", ""), letter)
        if "scale" in entry or "steps" in entry:
            self.scale(entry, where)
        if "evidence" in entry:
            try:
                entry["evidence"] = evidence_of(entry["evidence"])
            except CannotRead as refused:
                self.refuse(refused.zh, refused.en, f"{where} 佐证")
                entry["evidence"] = []
        return self.nested(entry, where)

    def scale(self, entry: Entry, where: str) -> None:
        try:
            entry["scale"] = scale_of(entry.get("scale", "unknown"), entry.pop("steps", ""))
        except CannotRead as refused:
            self.refuse(refused.zh, refused.en, f"{where} 评分内容")
            entry["scale"] = "unknown"

    def nested(self, flat: Entry, where: str) -> Entry:
        """`name.zh` under name; the facets under applies; an English text left out is the Chinese one."""
        found: Entry = {}
        for key, value in flat.items():
            first, _, rest = key.partition(".")
            if key in {one.key for one in form.FACETS}:
                found.setdefault("applies", {})[key] = value
            elif rest:
                found.setdefault(first, {})[rest] = value
            else:
                found[key] = value
        for key in ("title", "name", "help", "typical", "source"):
            words = found.get(key)
            if isinstance(words, dict):
                if not words.get("zh") and words.get("en"):
                    self.refuse("只有英文没有中文", "English without Chinese", where)
                words.setdefault("zh", "")
                words["en"] = words.get("en") or words["zh"]
        return found

    def named(self, given: str, letter: str) -> str:
        """The id of a row; a number like 1.2.3 or nothing becomes one."""
        name = given if not given or limits.ID.fullmatch(given) else f"{letter}-{given.lower()}"
        if name:
            return name
        number = 1
        while f"{letter}-{number:02}" in self.ids:
            number += 1
        self.ids.add(f"{letter}-{number:02}")
        return f"{letter}-{number:02}"


def _split(value: str) -> list[str]:
    for mark in ("，", ",", "；", ";", "\n", " "):
        value = value.replace(mark, "、")
    return value.split("、")


def _text(raw: Any) -> str:
    """What a cell says: whole numbers without .0, days as ISO."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() else repr(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    return str(raw).replace("\r\n", "\n").replace("_x000D_", "").strip()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
