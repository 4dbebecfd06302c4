"""The fact dictionary (事实字典): every name the law may read, with its type, unit, scale and domain.

Values are *lowered* to exact Python values: boolean bool · enum index · day ordinal · decimal scaled integer · integer,
year and division int · text str. `NONE` is what was said to be none; unknown is absence and never a value.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final, Literal

from greenmine.law.days import iso, read_day
from greenmine.law.problems import ValueProblem


class Nothing(enum.Enum):
    """The value of a fact that was asserted to have none (never listed, not rectified)."""

    NONE = "none"

    def __repr__(self) -> str:
        return "NONE"


NONE: Final = Nothing.NONE
Lowered = bool | int | str | Literal[Nothing.NONE]
TYPES = ("boolean", "date", "decimal", "integer", "year", "enum", "division", "text")
NUMBERS = ("decimal", "integer", "year")
SUBJECTS = ("mine", "enterprise", "agency", "person", "region", "application", "contract", "entry")
PATHS = {"holder": "enterprise", "region": "region", "entry": "entry", "application": "application", "contract": "contract",
         "agency": "agency", "person": "person"}  # fmt: skip
YES = {"true": True, "false": False, "是": True, "否": False}
MOST_DIGITS = 24
EXACT = Context(prec=100)  # more digits than any figure of a file may have
LONGEST_EXPONENT_TEXT = 10
SHOWN_CHARACTERS = 40
SHOWN_CODES = 12
DIVISION_DIGITS = 6
PERCENT_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Fact:
    """One name of the dictionary. `scale` is the digits after the point; `least` and `most` are lowered bounds."""

    name: str
    type: str
    subject: str
    label: Mapping[str, str]
    unit: str = ""
    unit_words: Mapping[str, str] = field(default_factory=dict)
    scale: int = 0
    least: int | None = None
    most: int | None = None
    domain: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    may_be_none: bool = False
    stated_by: tuple[str, ...] = ()
    kept_by: str = "party"
    event_on: str = ""
    fold: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    help: Mapping[str, str] = field(default_factory=dict)
    headings: tuple[str, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    line: int = 0

    def parse(self, raw: Any) -> Lowered:
        """The lowered value of a JSON number, string, boolean or `none`; ValueProblem outside the domain."""
        if isinstance(raw, str):
            raw = raw.strip()
        if raw is NONE or raw == "none":
            if "none" not in self.codes:
                if not self.may_be_none:
                    raise self.problem(raw, "不能为 none", "cannot be none")
                return NONE
            raw = "none"
        return _PARSERS[self.type](self, raw)

    def show(self, lowered: Lowered | None) -> bool | int | str | None:
        """The JSON value of a lowered one: day and decimal as text, enum as its code; None for unknown."""
        if lowered is None:
            return None
        if lowered is NONE:
            return "none"
        written = _WRITERS.get(self.type)
        return written(self, lowered) if written else lowered

    def writer(self) -> Callable[[Any], Any]:
        """`show` for known values, as directly as the type allows."""
        return self.codes.__getitem__ if self.type == "enum" else self.show

    def words(self, lowered: Lowered | None, lang: str) -> str:
        """The value as a screen says it: 大型, 2025-01-01, 85.00 %, 无, 是."""
        zh = lang.startswith("zh")
        if lowered is None:
            return "未知" if zh else "unknown"
        if lowered is NONE:
            return "无" if zh else "none"
        if self.type == "boolean":
            return ("是" if lowered else "否") if zh else ("yes" if lowered else "no")
        if self.type == "enum":
            return self.domain[self.codes[int(lowered)]]["zh" if zh else "en"]
        return (
            self.number_words(int(lowered), self.scale, lang)
            if self.type in ("decimal", "integer")
            else str(self.show(lowered))
        )

    def number_words(self, lowered: int, scale: int, lang: str = "en") -> str:
        """A figure at some scale with the fact's unit; a ratio as a percentage."""
        if self.is_ratio and scale >= PERCENT_DIGITS:
            return f"{decimal_text(lowered, scale - 2)}%"
        text = decimal_text(lowered, scale)
        unit = self.unit_in(lang)
        return f"{text} {unit}" if unit else text

    def unit_in(self, lang: str) -> str:
        """The unit as people of a language write it: 万吨/年; a count has none."""
        unit = self.unit_words.get("zh" if lang.startswith("zh") else "en", self.unit)
        return "" if unit == "1" else unit

    @property
    def is_ratio(self) -> bool:
        """A decimal from 0 to 1 without a unit of its own is shown as a percentage."""
        return self.type == "decimal" and self.unit in ("", "1", "ratio", "%") and self.most == 10**self.scale

    def problem(self, raw: Any, zh: str, en: str) -> ValueProblem:
        """The sentence about a value that does not fit."""
        label = f"{self.label.get('zh', '')}（{self.name}）"
        return ValueProblem(f"{label}的值“{shorten(raw)}”{zh}", f"{self.name}: “{shorten(raw)}” {en}")

    def bounded(self, value: int, raw: Any) -> int:
        """The lowered number, if it lies between the bounds."""
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            low, high = (decimal_text(v, self.scale) if v is not None else "…" for v in (self.least, self.most))
            raise self.problem(raw, f"超出范围 {low} 至 {high}", f"is outside {low} to {high}")
        return value


def shorten(raw: Any) -> str:
    """At most forty characters of anything, for a sentence."""
    text = str(raw)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def decimal_text(lowered: int, scale: int) -> str:
    """The decimal text of a scaled integer: (8500, 4) → 0.8500."""
    if scale <= 0:
        return str(lowered)
    sign, digits = ("-" if lowered < 0 else ""), str(abs(lowered)).rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}"


def scaled(text: Any, scale: int) -> int:
    """A number or its text as a scaled integer, exactly; ValueError if it is no number or finer than the scale."""
    if isinstance(text, bool):
        raise ValueError(text)  # noqa: TRY004 -- a value outside the domain, like any other
    if isinstance(text, float):
        text = repr(text)
    if isinstance(text, str):
        if len(text) > MOST_DIGITS or any(character not in "0123456789.+-eE" for character in text):
            raise ValueError(text)
        if "e" in text.lower() and len(text) > LONGEST_EXPONENT_TEXT:
            raise ValueError(text)
    try:
        number = Decimal(text)
    except (InvalidOperation, TypeError):
        raise ValueError(text) from None
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS or len(number.as_tuple().digits) > EXACT.prec:
        raise ValueError(text)
    moved = number.scaleb(scale, EXACT)  # the usual context would round a long number into the domain
    whole = int(moved)
    if whole != moved:
        raise ValueError(text)
    return whole


def _boolean(fact: Fact, raw: Any) -> Lowered:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw in YES:
        return YES[raw]
    raise fact.problem(raw, "应为 true 或 false", "must be true or false")


def _date(fact: Fact, raw: Any) -> Lowered:
    try:
        return read_day(raw)
    except (ValueError, TypeError):
        raise fact.problem(
            raw, "不是 1900 至 2199 年间的日期（写法如 2025-12-31）", "is no day from 1900 to 2199 like 2025-12-31"
        ) from None


def _number(fact: Fact, raw: Any) -> Lowered:
    try:
        value = scaled(raw, fact.scale)
    except ValueError:
        digits = f"（最多 {fact.scale} 位小数）" if fact.scale else "（整数）"
        raise fact.problem(raw, f"不是数{digits}", f"is no number with at most {fact.scale} decimals") from None
    return fact.bounded(value, raw)


def _enum(fact: Fact, raw: Any) -> Lowered:
    if isinstance(raw, str) and raw in fact.codes:
        return fact.codes.index(raw)
    allowed = " | ".join(fact.codes[:SHOWN_CODES]) + (" …" if len(fact.codes) > SHOWN_CODES else "")
    raise fact.problem(raw, f"不在取值范围：{allowed}", f"is not one of: {allowed}")


def _division(fact: Fact, raw: Any) -> Lowered:
    text = str(raw) if isinstance(raw, (int, str)) and not isinstance(raw, bool) else ""
    if len(text) == DIVISION_DIGITS and text.isascii() and text.isdigit():
        return int(text)
    raise fact.problem(raw, "不是六位行政区划代码", "is no six-digit division code")


def _text(fact: Fact, raw: Any) -> Lowered:
    if isinstance(raw, str):
        return raw
    raise fact.problem(raw, "应为文字", "must be a text")


_PARSERS = {
    "boolean": _boolean, "date": _date, "decimal": _number, "integer": _number, "year": _number,
    "enum": _enum, "division": _division, "text": _text,
}  # fmt: skip


_WRITERS: Mapping[str, Callable[[Fact, Any], str]] = {
    "date": lambda _, lowered: iso(lowered),
    "decimal": lambda fact, lowered: decimal_text(lowered, fact.scale),
    "enum": lambda fact, lowered: fact.codes[lowered],
    "division": lambda _, lowered: f"{lowered:06d}",
}


class Dictionary(Mapping[str, Fact]):
    """Every fact by name. `dictionary["holder.x"]` is the enterprise's fact x, as a mine's rule reads it."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self._facts = dict(facts)

    def __getitem__(self, name: str) -> Fact:
        path, dot, plain = name.rpartition(".")
        fact = self._facts[plain]
        if dot and PATHS.get(path) != fact.subject:
            raise KeyError(name)
        return fact

    def __contains__(self, name: object) -> bool:
        try:
            self[name]  # type: ignore[index]
        except (KeyError, AttributeError):
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def for_subject(self, subject: str) -> tuple[Fact, ...]:
        """The facts stated about one kind of subject, in the dictionary's order."""
        return tuple(fact for fact in self._facts.values() if fact.subject == subject)
