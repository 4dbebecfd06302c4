"""One cell into one lowered value: figures with units, days as text, words as officials write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import isfinite
from typing import Any

from greenmine.law import NONE, Fact
from greenmine.law.problems import ValueProblem
from greenmine.registry.ledgers.headings import plain_heading
from greenmine.registry.ledgers.problems import ERROR, NOTICE
from greenmine.registry.ledgers.units import factor

UNKNOWN_WORDS = frozenset((
    "", "-", "--", "—", "——", "/", "\\", "?", "？", "不详", "不明", "未知", "待定", "待查", "待核实", "未填",
    "unknown", "n/a", "na", "null", "nan", "暂无数据", "无数据",
))  # fmt: skip
NONE_WORDS = frozenset(("无", "none", "没有", "未发生", "未签订", "未申请", "未办理", "未开展"))
LONG_TERM = frozenset(("长期", "长期有效", "无固定期限"))
YES = frozenset(("是", "有", "√", "✓", "✔", "y", "yes", "true", "对", "1", "已落实", "通过", "达标"))
NO = frozenset(("否", "无", "没有", "×", "✗", "x", "n", "no", "false", "0", "不是", "未落实", "未通过", "不达标"))
EXCEL_ERRORS = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|GETTING_DATA)", re.IGNORECASE)
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]\d{1,2}:\d{2}.*)?")
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
YEAR = re.compile(r"(\d{4})\s*年?度?(?:\s*[-/.]?\s*\d{1,2}\s*月?)?(?:\s*[-/.]?\s*\d{1,2}\s*日?)?")
SPAN = re.compile(r"\s*(?:至|到|~|～|—|–)\s*")
NUMBER = re.compile(r"([+-]?[\d,]*\.?\d+(?:[eE][+-]?\d{1,3})?)\s*(\S*)")
SERIAL_FIRST_DAY = date(1899, 12, 30)
SERIALS = range(20_000, 80_000)  # days from 1954 to 2119 as a spreadsheet counts them
DIGITS_A_SHEET_KEEPS = 15
SEVERAL = re.compile(r"[、,，;；/+]| 和 ")
LONGEST_QUOTE = 40
CHOICES_NAMED = 8
COUNTY_CODE = 6
TOWN_CODES, SHORT_CODES = (9, 12), (2, 4)  # a town's or village's code, a province's or prefecture's without zeros


@dataclass(frozen=True, slots=True)
class Remark:
    """What has to be said about a cell."""

    zh: str
    en: str
    severity: str = ERROR


Read = tuple[Any, Remark | None]  # the lowered value (None: unknown) and what has to be said


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell says: itself, its text without width and blanks ('' for figures and days), and its column's unit."""

    cell: Any
    text: str
    unit: str = ""

    @property
    def shown(self) -> str:
        """The cell as a sentence quotes it."""
        words = self.text or str(self.cell)
        return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"

    @property
    def whole(self) -> int | None:
        """The cell as a whole number, if it is one (a spreadsheet keeps 2022 as 2022.0)."""
        cell = self.cell
        is_whole = isinstance(cell, int | float) and not isinstance(cell, bool) and cell == int(cell)
        return int(cell) if is_whole else None


def read_cell(fact: Fact, cell: object, unit: str = "") -> Read:
    """The lowered value of a cell under a fact; unknown stays None, what is not understood comes with its sentence."""
    text = unicodedata.normalize("NFKC", cell).strip() if isinstance(cell, str) else ""
    if cell is None or (isinstance(cell, str) and text.lower() in UNKNOWN_WORDS):
        return None, None
    if EXCEL_ERRORS.fullmatch(text) or (isinstance(cell, float) and not isfinite(cell)):
        shown = text or str(cell)
        return None, Remark(f"公式出错（{shown}）：请改填数值", f"the formula failed ({shown}): enter the value itself")
    if fact.may_be_none and text.lower() in NONE_WORDS:
        return NONE, None
    try:
        return _READERS[fact.type](fact, Said(cell, text, unit))
    except ValueProblem as problem:
        return None, Remark(f"{problem.zh}：请核对", f"{problem.en}: check it")


def _enum(fact: Fact, said: Said) -> Read:
    words = enum_words(fact)
    exact, plain = _plain_word(said.shown), plain_heading(said.shown)
    code = words.get(exact) or words.get(plain)
    if code is None and fact.name == "mineral":
        parts = [part for part in SEVERAL.split(said.text) if part.strip()]
        code = words.get(_plain_word(parts[0])) if len(parts) > 1 else words.get(plain.removesuffix("矿"))
        if code is not None and len(parts) > 1:
            zh, en = fact.domain[code]["zh"], fact.domain[code]["en"]
            return fact.parse(code), Remark(
                f"“{said.shown}”按主矿种“{zh}”读取", f"“{said.shown}” is read as {en}, the first named", NOTICE
            )
    if code is not None:
        return fact.parse(code), None
    choices = "、".join(one["zh"] for one in list(fact.domain.values())[:CHOICES_NAMED])
    more = "…" if len(fact.domain) > CHOICES_NAMED else ""
    return None, Remark(
        f"“{said.shown}”不在取值（{choices}{more}）之内，按未知处理",
        f"“{said.shown}” is none of the values of {fact.name}; left unknown",
        NOTICE,
    )


_WORDS: dict[int, tuple[Fact, dict[str, str]]] = {}


def enum_words(fact: Fact) -> dict[str, str]:
    """Every word that means a value of an enum to its code: as written first, then without brackets."""
    known = _WORDS.get(id(fact))
    if known is not None and known[0] is fact:
        return known[1]
    words: dict[str, str] = {}
    for form in (_plain_word, plain_heading):
        for code, label in fact.domain.items():
            for word in (label["zh"], label.get("en", ""), code, *fact.synonyms.get(code, ())):
                if word:
                    words.setdefault(form(word), code)
    _WORDS[id(fact)] = (fact, words)
    return words


def _plain_word(word: str) -> str:
    return unicodedata.normalize("NFKC", word).lower().replace(" ", "")


def _boolean(_fact: Fact, said: Said) -> Read:
    if isinstance(said.cell, bool):
        return said.cell, None
    word = said.text.lower() or str(said.whole)
    if word in YES or word in NO:
        return word in YES, None
    return None, Remark(f"“{said.shown}”应为“是”或“否”：请改填", f"“{said.shown}” must be yes or no")


def _date(fact: Fact, said: Said) -> Read:
    if isinstance(said.cell, date):  # a datetime is one too
        return fact.parse(said.cell.isoformat()[:10]), None
    whole = said.whole
    if whole is not None and whole in SERIALS:
        day = (SERIAL_FIRST_DAY + timedelta(days=whole)).isoformat()
        return fact.parse(day), Remark(
            f"数字 {whole} 按表格日期读作 {day}", f"the number {whole} is read as the day {day}", NOTICE
        )
    text = str(whole) if whole is not None else said.text
    if fact.name.endswith("_until"):  # 2017-01-05至2027-01-05: the licence is valid until the second day
        text = SPAN.split(text)[-1].strip()
    if text in LONG_TERM and fact.may_be_none:
        return NONE, None
    match = DAY.fullmatch(text) or COMPACT_DAY.fullmatch(text)
    if match is None:
        return None, Remark(
            f"“{said.shown}”不是完整日期：请写成 2025-12-31", f"“{said.shown}” is no full day: write 2025-12-31"
        )
    return fact.parse(f"{int(match[1]):04d}-{int(match[2]):02d}-{int(match[3]):02d}"), None


def _year(fact: Fact, said: Said) -> Read:
    if isinstance(said.cell, date):
        return fact.parse(said.cell.year), None
    match = YEAR.fullmatch(said.text or str(said.whole))
    if match is None:
        return None, Remark(f"“{said.shown}”不是年份：请写成 2022", f"“{said.shown}” is no year: write 2022")
    return fact.parse(int(match[1])), None


def _division(fact: Fact, said: Said) -> Read:
    code = said.text or str(said.whole)
    if len(code) in TOWN_CODES and code.isdigit() and not code[COUNTY_CODE:].strip("0"):
        code = code[:COUNTY_CODE]
    if len(code) in SHORT_CODES and code.isdigit():
        code = code.ljust(COUNTY_CODE, "0")
    return fact.parse(code), None


def _text(_fact: Fact, said: Said) -> Read:
    whole = said.whole
    if whole is not None:
        return str(whole), None
    return (said.cell.strip() if isinstance(said.cell, str) else str(said.cell)), None


def _number(fact: Fact, said: Said) -> Read:
    figure, own_unit = _figure(said)
    if figure is None:
        return None, Remark(f"“{said.shown}”不是数：请只填数字", f"“{said.shown}” is no number: enter figures only")
    unit = own_unit or said.unit
    by = factor(unit, fact.unit)
    if by is None:
        return None, Remark(
            f"看不懂单位“{unit}”（应为 {fact.unit or '无单位'}）：请换算后填写",
            f"the unit “{unit}” is not understood (wanted: {fact.unit or 'none'}): convert it",
        )
    if fact.is_ratio:
        return _ratio(fact, figure, by, percent_in_heading=bool(said.unit) and not own_unit)
    return _scaled(fact, figure * by)


def _ratio(fact: Fact, figure: Fraction, by: Fraction, *, percent_in_heading: bool) -> Read:
    """A share: 85 % is 0.85. A bare figure above 1 is a percentage; one up to 1 under a % heading could be either."""
    shown = f"{float(figure):g}"
    if by == 1 and figure > 1:
        value, _ = _scaled(fact, figure / 100)
        return value, Remark(f"{shown} 按 {shown}% 读取", f"{shown} is read as {shown} %", NOTICE)
    if by != 1 and percent_in_heading and 0 < figure <= 1:
        return None, Remark(
            f"表头为百分数而单元格为 {shown}：请写明是 {shown}% 还是 {float(figure * 100):g}%",
            f"the heading says % and the cell {shown}: write which percentage is meant",
        )
    return _scaled(fact, figure * by)


def _figure(said: Said) -> tuple[Fraction | None, str]:
    """The exact figure of a cell and the unit written beside it."""
    cell = said.cell
    try:
        if isinstance(cell, float):
            return Fraction(Decimal(f"{cell:.{DIGITS_A_SHEET_KEEPS}g}")), ""
        if isinstance(cell, int) and not isinstance(cell, bool):
            return Fraction(cell), ""
        match = NUMBER.fullmatch(said.text)
        if match is None or len(match[1]) > LONGEST_QUOTE:
            return None, ""
        return Fraction(Decimal(match[1].replace(",", ""))), match[2]
    except (InvalidOperation, ValueError, OverflowError):
        return None, ""


def _scaled(fact: Fact, figure: Fraction) -> Read:
    """The figure at the fact's scale; finer digits are rounded and said, except for coordinates."""
    moved = figure * 10**fact.scale
    whole = round(moved)  # half to even
    lowered = fact.parse(Decimal(whole).scaleb(-fact.scale)) if fact.scale else fact.parse(whole)
    if moved.denominator == 1 or fact.unit == "°":
        return lowered, None
    if fact.type == "integer":
        return None, Remark(f"{float(figure):g} 应为整数：请核对", f"{float(figure):g} must be a whole number")
    return lowered, Remark(
        f"{float(figure):.10g} 保留 {fact.scale} 位小数",
        f"{float(figure):.10g} is kept to {fact.scale} decimals",
        NOTICE,
    )


_READERS = {
    "boolean": _boolean, "date": _date, "decimal": _number, "integer": _number, "year": _year, "enum": _enum,
    "division": _division, "text": _text,
}  # fmt: skip
