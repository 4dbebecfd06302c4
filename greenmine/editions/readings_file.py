"""Reading `rulebook/readings.yaml` strictly: every question, its options, and its default per territory and day."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from greenmine.law import RulebookError
from greenmine.law.shape import Shape, Words
from greenmine.law.steps.reading_work import CONFIDENCES, LEVELS
from greenmine.law.strict_yaml import Map, load

KEYS = ("id", "numbers", "kind", "question", "options", "unit", "min", "max", "defaults")
DEFAULT_KEYS = ("territory", "from", "value", "confidence", "cite", "source")
KINDS = ("level", "number", "choice")
IDENTIFIER = re.compile(r"[a-z][a-z0-9-]{0,59}")
TERRITORY = re.compile(r"[0-9]{6}")
DIGITS = 5


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question, in words."""

    value: str
    words: Words


@dataclass(frozen=True, slots=True)
class Default:
    """What is read in a territory from a day until somebody confirms it (默认口径)."""

    territory: str
    from_on: date
    value: str
    confidence: str
    cite: str
    source: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One open question of procedure (程序口径): its number in the list of ambiguities, its answers and its defaults."""

    id: str
    numbers: tuple[int, ...]
    kind: str
    question: Words
    options: tuple[Option, ...]
    unit: Words
    least: int
    most: int
    defaults: tuple[Default, ...]

    def takes(self, value: str) -> bool:
        """Whether this is one of the answers."""
        if self.kind == "number":
            return (
                value.isascii() and value.isdecimal() and len(value) <= DIGITS and self.least <= int(value) <= self.most
            )
        return any(option.value == value for option in self.options)

    def words(self, value: str) -> Words:
        """An answer as people say it."""
        if self.kind == "number":
            return {"zh": f"{value}{self.unit['zh']}", "en": f"{value} {self.unit['en']}"}
        return next((option.words for option in self.options if option.value == value), {"zh": value, "en": value})


def read_questions(text: str, *, file: str = "", provisions: Container[str] | None = None) -> dict[str, Question]:
    """Every question of the file by its id; RulebookError lists every problem."""
    shape = Shape(file)
    found: dict[str, Question] = {}
    for entry in shape.entries(load(text, file=file)):
        one = _question(shape, entry, provisions)
        if one.id in found:
            shape.refuse(f"口径“{one.id}”重复", f"the reading “{one.id}” stands twice", entry.line)
        found[one.id] = one
    shape.raise_if_any()
    return found


def _question(shape: Shape, entry: Map, provisions: Container[str] | None) -> Question:
    shape.known_keys(entry, KEYS, ("id", "numbers", "kind", "question", "defaults"))
    identifier = shape.text(entry, "id")
    if not IDENTIFIER.fullmatch(identifier):
        shape.refuse(f"“{identifier}”不是合规的编号", f"“{identifier}” is no id", entry.line_of("id"))
    kind = shape.choice(entry, "kind", KINDS)
    options = tuple(_option(shape, one, kind) for one in shape.entries(entry.get("options", "")))
    if (kind == "number") == bool(options):
        shape.refuse(
            "只有 level 和 choice 有 options，且必须有",
            "options belong to level and choice, and are needed there",
            entry.line_of("options"),
        )
    found = Question(
        identifier,
        tuple(int(number) for number in shape.texts(entry, "numbers") if number.isdecimal()),
        kind,
        shape.words(entry, "question"),
        options,
        shape.words(entry, "unit", needed=kind == "number"),
        shape.whole(entry, "min", 0) or 0,
        shape.whole(entry, "max", 0) or 0,
        tuple(_default(shape, one, provisions) for one in shape.entries(entry.get("defaults", ""))),
    )
    if not found.defaults:
        shape.refuse(f"口径“{identifier}”没有默认值", f"“{identifier}” has no default", entry.line)
    for default in found.defaults:
        if not found.takes(default.value):
            shape.refuse(
                f"口径“{identifier}”的默认值“{default.value}”不在可选范围",
                f"“{identifier}”: the default “{default.value}” is none of the answers",
                entry.line_of("defaults"),
            )
    return found


def _option(shape: Shape, entry: Map, kind: str) -> Option:
    shape.known_keys(entry, ("value", "zh", "en"), ("value", "zh", "en"))
    value = shape.text(entry, "value")
    if kind == "level" and not set(value.split("+")) <= set(LEVELS):
        shape.refuse(f"不认识的层级“{value}”", f"unknown level “{value}”", entry.line_of("value"))
    return Option(value, {lang: shape.text(entry, lang) for lang in ("zh", "en")})


def _default(shape: Shape, entry: Map, provisions: Container[str] | None) -> Default:
    shape.known_keys(entry, DEFAULT_KEYS, ("territory", "from", "value", "confidence", "source"))
    territory, cite = shape.text(entry, "territory"), shape.text(entry, "cite")
    if not TERRITORY.fullmatch(territory):
        shape.refuse(f"地区“{territory}”应为六位代码", f"“{territory}” is no division code", entry.line_of("territory"))
    if cite and provisions is not None and cite not in provisions:
        shape.refuse(f"规则库没有条款“{cite}”", f"there is no provision “{cite}”", entry.line_of("cite"))
    from_on = shape.day(entry, "from")
    if from_on is None:
        shape.refuse("缺少 from", "from is missing", entry.line_of("from"))
    return Default(
        territory,
        from_on or date.min,
        shape.text(entry, "value"),
        shape.choice(entry, "confidence", CONFIDENCES),
        cite,
        shape.words(entry, "source"),
    )


__all__ = ["Default", "Option", "Question", "RulebookError", "read_questions"]
