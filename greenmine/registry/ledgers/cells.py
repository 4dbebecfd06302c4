"""One cell into one lowered value: figures with units, days as text, words as officials write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from fractions import Fraction
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


@dataclass(frozen=True, slots=True)
class Remark:
    """What has to be said about a cell."""

    zh: str
    en: str
    severity: str = ERROR


Read = tuple[Any, Remark | None]  # the lowered value (None: unknown) and what has to be said


def read_cell(fact: Fact, cell: object, unit: str = "") -> Read:
    """The lowered value of a cell under a fact; unknown stays None, what is not understood comes with its sentence."""
    text = unicodedata.normalize("NFKC", cell).strip() if isinstance(cell, str) else ""
    if cell is None or isinstance(cell, str) and text.lower() in UNKNOWN_WORDS:
        return None, None
    if text and EXCEL_ERRORS.fullmatch(text):
        return None, Remark(f"公式出错（{text}）：请改填数值", f"the formula failed ({text}): enter the value itself")
    if text and fact.may_be_none and text.lower() in NONE_WORDS:
        return NONE, None
    try:
        return _READERS[fact.type](fact, cell, text, unit)
    except ValueProblem as problem:
        return None, Remark(f"{problem.zh}：请核对", f"{problem.en}: check it")


def _enum(fact: Fact, cell: object, text: str, unit: str) -> Read:
    words = enum_words(fact)
    said = plain_heading(text or str(cell))
    code = words.get(said)
    if code is None and fact.name == "mineral":
        parts = [part for part in re.split(r"[、,，;；/+]| 和 ", text) if part.strip()]
        code = words.get(plain_heading(parts[0])) if len(parts) > 1 else words.get(said.removesuffix("矿"))
        if code is not None and len(parts) > 1:
            first = fact.domain[code]
            return fact.parse(code), Remark(
                f"“{text}”按主矿种“{first['zh']}”读取", f"“{text}” is read as {first['en']}, the first named", NOTICE
            )
    if code is not None:
        return fact.parse(code), None
    choices = "、".join(one["zh"] for one in list(fact.domain.values())[:8])
    return None, Remark(
        f"“{text or cell}”不在取值（{choices}{'…' if len(fact.domain) > 8 else ''}）之内，按未知处理",
        f"“{text or cell}” is none of the values of {fact.name}; left unknown",
        NOTICE,
    )


_WORDS: dict[int, tuple[Fact, dict[str, str]]] = {}


def enum_words(fact: Fact) -> dict[str, str]:
    """Every word that means a value of an enum, as plain headings are written, to its code."""
    known = _WORDS.get(id(fact))
    if known is not None and known[0] is fact:
        return known[1]
    words: dict[str, str] = {}
    for code, label in fact.domain.items():
        for word in (label["zh"], label.get("en", ""), code, *fact.synonyms.get(code, ())):
            if word:
                words.setdefault(_plain_word(word), code)
                words.setdefault(plain_heading(word), code)
    _WORDS[id(fact)] = (fact, words)
    return words


def _plain_word(word: str) -> str:
    return unicodedata.normalize("NFKC", word).lower().strip()


def _boolean(fact: Fact, cell: object, text: str, unit: str) -> Read:
    if isinstance(cell, bool):
        return cell, None
    said = text.lower() if text else ("1" if cell == 1 else "0" if cell == 0 else "")
    if said in YES or said in NO:
        return said in YES, None
    return None, Remark(f"“{text or cell}”应为“是”或“否”：请改填", f"“{text or cell}” must be yes or no")


def _date(fact: Fact, cell: object, text: str, unit: str) -> Read:
    if isinstance(cell, datetime):
        return fact.parse(cell.date().isoformat()), None
    if isinstance(cell, date):
        return fact.parse(cell.isoformat()), None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and int(cell) == cell:
        if int(cell) in SERIALS:
            day = SERIAL_FIRST_DAY + timedelta(days=int(cell))
            return fact.parse(day.isoformat()), Remark(
                f"数字 {int(cell)} 按表格日期读作 {day}", f"the number {int(cell)} is read as the day {day}", NOTICE
            )
        text = str(int(cell))
    if text in LONG_TERM and fact.may_be_none:
        return NONE, None
    if fact.name.endswith("_until") and len(SPAN.split(text)) == 2:
        text = SPAN.split(text)[1].strip()
        if text in LONG_TERM and fact.may_be_none:
            return NONE, None
    match = DAY.fullmatch(text) or COMPACT_DAY.fullmatch(text)
    if match is None:
        return None, Remark(
            f"“{text or cell}”不是完整日期：请写成 2025-12-31", f"“{text or cell}” is no full day: write 2025-12-31"
        )
    return fact.parse(f"{int(match[1]):04d}-{int(match[2]):02d}-{int(match[3]):02d}"), None


def _year(fact: Fact, cell: object, text: str, unit: str) -> Read:
    if isinstance(cell, (date, datetime)):
        return fact.parse(cell.year), None
    if isinstance(cell, (int, float)) and int(cell) == cell:
        return fact.parse(int(cell)), None
    match = YEAR.fullmatch(text)
    if match is None:
        return None, Remark(f"“{text or cell}”不是年份：请写成 2022", f"“{text or cell}” is no year: write 2022")
    return fact.parse(int(match[1])), None


def _division(fact: Fact, cell: object, text: str, unit: str) -> Read:
    code = str(int(cell)) if isinstance(cell, (int, float)) and int(cell) == cell else text
    if len(code) in (9, 12) and code.isdigit() and not code[6:].strip("0"):
        code = code[:6]
    if len(code) in (2, 4) and code.isdigit():
        code = code.ljust(6, "0")
    return fact.parse(code), None


def _text(fact: Fact, cell: object, text: str, unit: str) -> Read:
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell)), None
    return (cell.strip() if isinstance(cell, str) else str(cell)), None


def _number(fact: Fact, cell: object, text: str, unit: str) -> Read:
    figure, own_unit = _figure(cell, text)
    if figure is None:
        return None, Remark(f"“{text or cell}”不是数：请只填数字", f"“{text or cell}” is no number: enter figures only")
    by = factor(own_unit or unit, fact.unit)
    if by is None:
        return None, Remark(
            f"看不懂单位“{own_unit or unit}”（应为 {fact.unit or '无单位'}）：请换算后填写",
            f"the unit “{own_unit or unit}” is not understood (wanted: {fact.unit or 'none'}): convert it",
        )
    if fact.is_ratio:
        return _ratio(fact, figure, by, bool(own_unit), bool(unit))
    return _scaled(fact, figure * by)


def _ratio(fact: Fact, figure: Fraction, by: Fraction, percent_in_cell: bool, percent_in_heading: bool) -> Read:
    """A share: 85 % is 0.85. A bare figure above 1 is a percentage; one up to 1 under a % heading could be either."""
    if percent_in_cell or (by == 1 and figure <= 1):
        return _scaled(fact, figure * by)
    if by == 1:
        value, _ = _scaled(fact, figure / 100)
        shown = float(figure)
        return value, Remark(f"{shown:g} 按 {shown:g}% 读取", f"{shown:g} is read as {shown:g} %", NOTICE)
    if percent_in_heading and 0 < figure <= 1:
        return None, Remark(
            f"表头为百分数而单元格为 {float(figure):g}：请写明是 {float(figure):g}% 还是 {float(figure) * 100:g}%",
            f"the heading says % and the cell {float(figure):g}: write which percentage is meant",
        )
    return _scaled(fact, figure * by)


def _figure(cell: object, text: str) -> tuple[Fraction | None, str]:
    """The exact figure of a cell and the unit written beside it."""
    if isinstance(cell, bool):
        return None, ""
    if isinstance(cell, int):
        return Fraction(cell), ""
    try:
        if isinstance(cell, float):
            return Fraction(Decimal(f"{cell:.{DIGITS_A_SHEET_KEEPS}g}")), ""
        match = NUMBER.fullmatch(text)
        if match is None or len(match[1]) > 40:
            return None, ""
        return Fraction(Decimal(match[1].replace(",", ""))), match[2]
    except (InvalidOperation, ValueError, OverflowError):
        return None, ""


def _scaled(fact: Fact, figure: Fraction) -> Read:
    """The figure at the fact's scale; finer digits are rounded and said, except for coordinates."""
    moved = figure * 10**fact.scale
    whole = int((Decimal(moved.numerator) / Decimal(moved.denominator)).quantize(Decimal(1), ROUND_HALF_EVEN))
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
