"""Random typed expressions over a small dictionary, with random sheets: material for the agreement of all engines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

FACTS = """
- {name: flag_a, label: {zh: 甲, en: a}, type: boolean, subject: mine}
- {name: flag_b, label: {zh: 乙, en: b}, type: boolean, subject: mine}
- {name: method, label: {zh: 开采方式, en: method}, type: enum, subject: mine, domain: {open_pit: {zh: 露天, en: open pit}, underground: {zh: 地下, en: underground}, both: {zh: 联合, en: both}, other: {zh: 其他, en: other}}}
- {name: approved_method, label: {zh: 批准开采方式, en: approved method}, type: enum, subject: mine, domain: {open_pit: {zh: 露天, en: open pit}, underground: {zh: 地下, en: underground}, both: {zh: 联合, en: both}, other: {zh: 其他, en: other}}}
- {name: rate, label: {zh: 回采率, en: rate}, type: decimal, scale: 4, max: 1, subject: mine}
- {name: life, label: {zh: 剩余年限, en: life}, type: decimal, scale: 2, max: 1000, may_be_none: true, subject: mine}
- {name: spent, label: {zh: 投入, en: spent}, type: decimal, scale: 2, max: 1000000, may_be_none: true, subject: mine}
- {name: ponds, label: {zh: 尾矿库, en: ponds}, type: integer, max: 50, subject: mine}
- {name: opened_in, label: {zh: 投产年份, en: opened in}, type: year, subject: mine}
- {name: listed_on, label: {zh: 入库日, en: listed on}, type: date, may_be_none: true, subject: mine}
- {name: began_on, label: {zh: 开工日, en: began on}, type: date, subject: mine}
- {name: licence_until, label: {zh: 有效期至, en: licence until}, type: date, may_be_none: true, subject: mine}
- {name: share, label: {zh: 占比, en: share}, type: decimal, scale: 4, max: 1, subject: enterprise}
"""
VALUES = """
- id: least-rate
  title: {zh: 最低回采率, en: least rate}
  type: decimal
  scale: 2
  max: 1
  keys: [method]
  versions:
    - {from: 2000-01-01, confidence: S, source: {zh: 甲, en: a}, rows: [[open_pit, "0.95"], [underground, "0.85", M], [both, "0.9"]]}
    - {from: 2025-01-01, confidence: S, source: {zh: 甲, en: a}, rows: [[open_pit, "0.96"], [underground, "0.8"]]}
- id: least-life
  title: {zh: 最低年限, en: least life}
  type: decimal
  scale: 1
  max: 100
  versions: [{from: 2000-01-01, value: "3.5", confidence: S, source: {zh: 甲, en: a}}]
- id: begins
  title: {zh: 施行, en: begins}
  type: date
  versions: [{from: 2000-01-01, value: 2024-02-29, confidence: S, source: {zh: 甲, en: a}}]
- id: never-known
  title: {zh: 未知, en: never known}
  type: decimal
  scale: 2
  max: 10
  versions: [{from: 2190-01-01, value: "3.5", confidence: S, source: {zh: 甲, en: a}}]
- id: by-two
  title: {zh: 双键, en: by two}
  type: decimal
  scale: 2
  max: 100
  keys: [method, ponds]
  versions:
    - from: 2000-01-01
      confidence: S
      source: {zh: 甲, en: a}
      rows: [""" + ", ".join(f'[{method}, "{ponds}", "{ponds}.{number}5"]' for number, method in enumerate(["open_pit", "underground", "other"]) for ponds in range(8)) + "]\n"  # fmt: skip
METHODS = ("open_pit", "underground", "both", "other")
DAYS = ("listed_on", "began_on", "licence_until")
NUMBERS = ("rate", "life", "spent", "ponds")
MAY_BE_NONE = ("life", "spent", "listed_on", "licence_until")
OPS = st.sampled_from(["<", "<=", ">", ">=", "=", "<>"])


def tables(on: date) -> dict[str, dict[tuple[Any, ...], Any]]:
    """What the oracle knows of the values on a day."""
    rates = (
        {"open_pit": "0.95", "underground": "0.85", "both": "0.9"}
        if on < date(2025, 1, 1)
        else {"open_pit": "0.96", "underground": "0.8"}
    )
    two = {
        (m, Decimal(p)): Decimal(f"{p}.{n}5")
        for n, m in enumerate(["open_pit", "underground", "other"])
        for p in range(8)
    }
    return {
        "least-rate": {(method,): Decimal(rate) for method, rate in rates.items()},
        "least-life": {(): Decimal("3.5")},
        "begins": {(): date(2024, 2, 29)},
        "never-known": {},
        "by-two": two,
    }


boundary_days = st.sampled_from(
    [date(2024, 2, 29), date(2024, 1, 31), date(2023, 2, 28), date(2025, 2, 28), date(2025, 12, 31), date(2026, 3, 31)]
)
days = st.one_of(boundary_days, st.dates(date(2019, 1, 1), date(2029, 12, 31)))


@st.composite
def day_terms(draw: st.DrawFn) -> str:
    base = draw(st.sampled_from([*DAYS, ":on", "value('begins')"]) | days.map(lambda day: f"DATE '{day}'"))
    for _ in range(draw(st.integers(0, 2))):
        unit = draw(st.sampled_from(["DAYS", "MONTHS", "MONTHS", "YEAR"]))
        base += f" {draw(st.sampled_from(['+', '-']))} {draw(st.integers(0, 36 if unit != 'YEAR' else 4))} {unit}"
    return base


@st.composite
def number_terms(draw: st.DrawFn, depth: int = 1) -> str:
    choice = draw(st.integers(0, 7 if depth else 4))
    if choice <= 3:
        return NUMBERS[choice]
    if choice == 4:
        return draw(
            st.sampled_from(
                [
                    "value('least-rate', method)",
                    "value('least-life')",
                    "value('by-two', method, ponds)",
                    "value('never-known')",
                ]
            )
        )
    if choice == 5:
        return f"{draw(st.sampled_from(['0.3', '2', '0.015', '1.5']))} * ({draw(number_terms(depth - 1))})"
    return f"({draw(number_terms(depth - 1))} {draw(st.sampled_from(['+', '-']))} {draw(number_terms(depth - 1))})"


@st.composite
def conditions(draw: st.DrawFn, depth: int = 3) -> str:
    choice = draw(st.integers(0, 11 if depth else 7))
    if choice == 0:
        return draw(st.sampled_from(["flag_a", "flag_b", "NOT flag_a"]))
    if choice == 1:
        codes = draw(st.lists(st.sampled_from(METHODS), min_size=1, max_size=3, unique=True))
        return f"method {draw(st.sampled_from(['IN', 'NOT IN']))} ({', '.join(repr(code) for code in codes)})"
    if choice == 2:
        return f"method {draw(st.sampled_from(['=', '<>']))} {draw(st.sampled_from(['approved_method', *map(repr, METHODS)]))}"
    if choice == 3:
        return f"{draw(st.sampled_from(MAY_BE_NONE))} IS {draw(st.sampled_from(['', 'NOT ']))}NONE"
    if choice == 4:
        return f"{draw(day_terms())} {draw(OPS)} {draw(day_terms())}"
    if choice == 5:
        return f"{draw(number_terms())} {draw(OPS)} {draw(number_terms())}"
    if choice == 6:
        return f"{draw(st.sampled_from(DAYS))} BETWEEN {draw(day_terms())} AND {draw(day_terms())}"
    if choice == 7:
        return f"{draw(st.sampled_from(NUMBERS[:1]))} {draw(OPS)} {draw(st.sampled_from(['0', '0.85', '0.9500', '1']))}"
    if choice <= 10:
        word = draw(st.sampled_from([" AND ", " OR "]))
        return "(" + word.join(draw(st.lists(conditions(depth - 1), min_size=2, max_size=3))) + ")"
    return f"NOT ({draw(conditions(depth - 1))})"


@st.composite
def sheets(draw: st.DrawFn) -> dict[str, Any]:
    """JSON-like values for the oracle: Decimal, date, str, bool, "none"; unknown ones are absent."""
    said: dict[str, Any] = {
        "flag_a": st.booleans(), "flag_b": st.booleans(), "method": st.sampled_from(METHODS),
        "approved_method": st.sampled_from(METHODS), "rate": st.decimals(0, 1, places=4),
        "life": st.decimals(0, 9, places=2), "spent": st.decimals(0, 9, places=2), "ponds": st.integers(0, 9).map(Decimal),
        "opened_in": st.integers(2010, 2030).map(Decimal), **dict.fromkeys(DAYS, days),
    }  # fmt: skip
    values = {}
    for name, strategy in said.items():
        state = draw(st.integers(0, 5))
        if state == 0:
            continue
        values[name] = "none" if state == 1 and name in MAY_BE_NONE else draw(strategy)
    return values
