"""Values, outcomes and days as the specification says them, by a reader who has not seen the engine.

Each row of a table is one sentence of the normative text.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from greenmine.law import RulebookError, bind, evaluate_one
from tests.law.small_edition import sheet
from tests.law.specified import DEADLINE, judge, rule, seen, small, threshold

# --- 2. values: unknown, a value, or none

OPERATORS = [
    # text, x = 5, x = 7, x none, x unknown
    ("x = 5", "T", "F", "F", "U"),
    ("x IS NOT NONE AND x <> 5", "F", "T", "F", "U"),
    ("x < 6", "T", "F", "F", "U"),
    ("x <= 5", "T", "F", "F", "U"),
    ("x > 6", "F", "T", "F", "U"),
    ("x >= 7", "F", "T", "F", "U"),
    ("x IN (5, 6)", "T", "F", "F", "U"),
    ("x IS NOT NONE AND x NOT IN (5, 6)", "F", "T", "F", "U"),
    ("x IS NONE OR NOT (x = 5)", "F", "T", "T", "U"),
    ("x BETWEEN 5 AND 6", "T", "F", "F", "U"),
    ("x BETWEEN 6 AND 7", "F", "T", "F", "U"),
    ("x IS NOT NONE AND x NOT BETWEEN 5 AND 6", "F", "T", "F", "U"),
    ("x IS NONE", "F", "F", "T", "U"),
    ("x IS NOT NONE", "T", "T", "F", "U"),
    ("x + 1 = 6", "T", "F", "F", "U"),
    ("x - 1 < 5", "T", "F", "F", "U"),
    ("2 * x = 14", "F", "T", "F", "U"),
    ("x + x > 10", "F", "T", "F", "U"),
    ("x < value('sure')", "T", "F", "F", "U"),
]


@pytest.mark.parametrize("row", OPERATORS, ids=[row[0] for row in OPERATORS])
def test_every_operator_keeps_unknown_none_and_value_apart(row: tuple[str, str, str, str, str]) -> None:
    text, five, seven, none, unknown = row
    assert threshold(text, x="5")[0] == five
    assert threshold(text, x="7")[0] == seven
    assert threshold(text, x="none")[0] == none
    assert threshold(text) == (unknown, ["x"])


KLEENE = [
    # text, facts, outcome, missing
    ("a AND b", {}, "U", ["a", "b"]),
    ("a AND b", {"a": True}, "U", ["b"]),
    ("a AND b", {"a": False}, "F", []),
    ("a AND b", {"b": False}, "F", []),
    ("a OR b", {}, "U", ["a", "b"]),
    ("a OR b", {"a": False}, "U", ["b"]),
    ("a OR b", {"b": True}, "T", []),
    ("NOT a", {}, "U", ["a"]),
    ("NOT a", {"a": False}, "T", []),
    ("NOT (a AND b)", {"a": True}, "U", ["b"]),
    ("NOT (a OR b)", {"b": True}, "F", []),
    ("(a AND b) OR c", {"a": False}, "U", ["c"]),
    ("(a AND b) OR c", {"a": True}, "U", ["b", "c"]),
    ("(a OR b) AND (b OR c)", {"c": True}, "U", ["a", "b"]),
    ("a OR NOT a", {}, "U", ["a"]),
    ("y < n", {}, "U", ["n", "y"]),
    ("y < n", {"n": 3}, "U", ["y"]),
    ("x = y", {"x": "none", "y": "1"}, "F", []),
    ("x < y", {"x": "5", "y": "5.0001"}, "T", []),
    ("x = y", {"x": "5", "y": "5"}, "T", []),
    ("size IN ('large','medium')", {"size": "medium"}, "T", []),
    ("size NOT IN ('large','medium')", {"size": "medium"}, "F", []),
    ("size NOT IN ('large','medium')", {}, "U", ["size"]),
    ("provincial_entry = 'none'", {"provincial_entry": "none"}, "T", []),
    ("provincial_entry <> 'none'", {"provincial_entry": "none"}, "F", []),
    ("y < 0.015 * n", {"y": "0.4499", "n": 30}, "T", []),
    ("y < 0.015 * n", {"y": "0.45", "n": 30}, "F", []),
    ("done < :on", {"done": "2025-06-29"}, "T", []),
    ("done < :on", {"done": "2025-06-30"}, "F", []),
    ("done < :on", {"done": "none"}, "F", []),
    ("done > DATE '2025-12-31'", {"done": "2026-01-01"}, "T", []),
    ("done > DATE '2025-12-31'", {"done": "2025-12-31"}, "F", []),
]


@pytest.mark.parametrize("row", KLEENE, ids=[f"{row[0]} {row[1]}" for row in KLEENE])
def test_and_or_not_follow_kleene_and_name_only_what_is_missing(row: tuple[str, Any, str, list[str]]) -> None:
    text, facts, outcome, missing = row
    assert threshold(text, **facts) == (outcome, missing)


def test_a_comparison_with_none_is_false_even_when_the_other_side_is_unknown() -> None:
    assert threshold("x < y", x="none") == ("F", [])


def test_a_value_without_a_row_is_unknown_and_so_is_one_with_an_unknown_key() -> None:
    assert threshold("x < value('by-size', size)", x="1", size="small")[0] == "U"
    assert threshold("x < value('by-size', size)", x="1") == ("U", ["size"])
    assert threshold("x < value('by-size', size)") == ("U", ["size", "x"])
    assert threshold("x < value('by-size', size)", x="1", size="large") == ("T", [])


def test_a_value_is_the_one_in_force_on_the_day() -> None:
    assert threshold("x = value('sure')", date(2023, 12, 31), x="5")[0] == "U"
    assert threshold("x = value('sure')", date(2024, 1, 1), x="5")[0] == "T"
    assert threshold("x = value('sure')", date(2024, 12, 31), x="5")[0] == "T"
    assert threshold("x = value('sure')", date(2025, 1, 1), x="5")[0] == "F"


@pytest.mark.parametrize(
    "text", ["NOT (x = 5)", "x <> 5", "x NOT IN (5, 6)", "x NOT BETWEEN 1 AND 2", "NOT (x < 5 OR a)"]
)
def test_a_negated_comparison_on_a_may_be_none_fact_needs_is_none_beside_it(text: str) -> None:
    with pytest.raises(RulebookError):
        small(rule(require=text))


@pytest.mark.parametrize(
    "text", ["x / 2 = 1", "x * y = 1", "a = 1", "size = 'huge'", "x < 100000", "x = 0.001", "y IS NONE", "nosuch", "x = NULL",
             "x", "start + 1 < :on", "a IS NONE", "size < 'large'", "value('nosuch') < x", "value('by-size') < x"],
)  # fmt: skip
def test_what_the_language_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(RulebookError):
        small(rule(require=text))


# --- 3. outcomes by kind

KINDS = [
    # kind, key, T, F
    ("scope", "require", "satisfied", "not_applicable"),
    ("eligibility", "require", "satisfied", "breached"),
    ("threshold", "require", "satisfied", "breached"),
    ("obligation", "require", "satisfied", "breached"),
    ("removal", "ground", "breached", "satisfied"),
    ("sanction", "ground", "breached", "satisfied"),
    ("benefit", "qualifies", "satisfied", "not_applicable"),
]


@pytest.mark.parametrize("row", KINDS, ids=[row[0] for row in KINDS])
def test_each_kind_reads_its_condition_its_own_way(row: tuple[str, str, str, str]) -> None:
    kind, key, true, false = row
    text = rule(kind=kind, applies="b", **{key: "a"})
    assert seen(judge(text, b=True, a=True)) == (true, None, [], [])
    assert seen(judge(text, b=True, a=False)) == (false, None, [], [])
    assert seen(judge(text, b=True)) == ("unknown", None, ["a"], [])
    assert seen(judge(text, b=False)) == ("not_applicable", None, [], [])
    assert seen(judge(text, b=False, a=True)) == ("not_applicable", None, [], [])
    assert seen(judge(text)) == ("unknown", None, ["a", "b"], [])
    assert seen(judge(text, a=True)) == ("unknown", None, ["b"], [])
    assert seen(judge(text, a=False)) == ("unknown", None, ["b"], [])


DEADLINES = [
    # facts, on, outcome, due, missing, flags
    ({"start": "2024-07-01", "done": "2025-07-01"}, "2025-07-01", "satisfied", "2025-07-01", [], []),
    ({"start": "2024-07-01", "done": "2025-07-02"}, "2025-07-02", "breached", "2025-07-01", [], ["remedied"]),
    ({"start": "2024-07-01", "done": "2025-07-02"}, "2025-07-01", "pending", "2025-07-01", [], []),
    ({"start": "2024-07-01", "done": "2025-07-05"}, "2025-07-02", "breached", "2025-07-01", [], []),
    ({"start": "2024-07-01", "done": "2025-06-30"}, "2025-06-29", "pending", "2025-07-01", [], []),
    ({"start": "2024-07-01", "done": "2025-06-30"}, "2025-06-30", "satisfied", "2025-07-01", [], []),
    ({"start": "2024-07-01", "done": "none"}, "2025-07-01", "pending", "2025-07-01", [], []),
    ({"start": "2024-07-01", "done": "none"}, "2025-07-02", "breached", "2025-07-01", [], []),
    ({"start": "2024-07-01"}, "2025-07-02", "unknown", "2025-07-01", ["done"], []),
    ({"done": "2024-07-01"}, "2025-07-02", "unknown", None, ["start"], []),
    ({"done": "none"}, "2025-07-02", "unknown", None, ["start"], []),
    ({}, "2025-07-02", "unknown", None, ["done", "start"], []),
    ({"start": "2024-02-29", "done": "none"}, "2025-02-28", "pending", "2025-02-28", [], []),
    ({"start": "2024-02-29", "done": "none"}, "2025-03-01", "breached", "2025-02-28", [], []),
]


@pytest.mark.parametrize("kind", ["deadline", "report"])
@pytest.mark.parametrize("row", DEADLINES, ids=[f"{row[0]} {row[1]}" for row in DEADLINES])
def test_a_deadline_counts_the_due_day_in_and_no_act_of_tomorrow(row: Any, kind: str) -> None:
    facts, on, outcome, due, missing, flags = row
    found = judge(rule(kind=kind, **DEADLINE), date.fromisoformat(on), **facts)
    assert seen(found) == (outcome, due, missing, flags)


def test_the_due_day_is_given_whatever_the_outcome_and_applies_adds_the_rest() -> None:
    text = rule(kind="deadline", applies="a", **DEADLINE)
    assert seen(judge(text, a=False, start="2025-01-01", done="none")) == ("not_applicable", "2026-01-01", [], [])
    assert seen(judge(text, start="2025-01-01", done="none")) == ("unknown", "2026-01-01", ["a"], [])
    assert seen(judge(text, start="2025-01-01")) == ("unknown", "2026-01-01", ["a", "done"], [])
    assert seen(judge(text)) == ("unknown", None, ["a", "done", "start"], [])
    assert seen(judge(text, a=False)) == ("not_applicable", None, [], [])


def test_warn_changes_neither_outcome_nor_flags() -> None:
    facts = {"start": "2024-07-01", "done": "none"}
    for on in (date(2025, 1, 1), date(2025, 7, 1), date(2025, 7, 2)):
        plain = judge(rule(kind="deadline", **DEADLINE), on, **facts)
        warned = judge(rule(kind="deadline", warn="6 MONTHS", **DEADLINE), on, **facts)
        assert seen(plain) == seen(warned)


# --- days


def plus_months(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError


@pytest.mark.parametrize("months", [1, -1, 6, -6, 13])
@pytest.mark.parametrize("on", [date(2024, 2, 29), date(2024, 3, 31), date(2025, 2, 28), date(2024, 4, 30)])
def test_months_clamp_to_the_end_of_the_month_both_ways_under_every_comparison(months: int, on: date) -> None:
    sign = "+" if months > 0 else "-"
    built = {
        op: small(rule(require=f"begun {sign} {abs(months)} MONTHS {op} :on"))
        for op in ("=", "<>", "<", "<=", ">", ">=")
    }
    bounds = {op: bind(each, on) for op, each in built.items()}
    centre = plus_months(on, -months)
    for shift in range(-40, 41):
        day = centre + timedelta(days=shift)
        moved = plus_months(day, months)
        truth = {"=": moved == on, "<>": moved != on, "<": moved < on, "<=": moved <= on, ">": moved > on,
                 ">=": moved >= on}  # fmt: skip
        for op, bound in bounds.items():
            found = evaluate_one(bound, sheet(built[op], begun=day.isoformat()))["t.r"]
            assert (op, day, str(found.outcome)) == (op, day, "satisfied" if truth[op] else "breached")
