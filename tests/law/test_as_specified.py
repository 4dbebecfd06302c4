"""The engine held against its specification by a reader who has not seen it.

Written from the normative sentences alone: values and none, outcome tables, missing facts, days, flags, force,
territory, yielding and quotas. Each table row is one sentence of the specification.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from greenmine.law import Finding, RulebookError, Sheet, bind, evaluate_one
from tests.law.small_edition import SmallEdition, edition, instrument, sheet

FACTS = """
- {name: a, label: {zh: 甲, en: a}, type: boolean, subject: mine, stated_by: [enterprise]}
- {name: b, label: {zh: 乙, en: b}, type: boolean, subject: mine, stated_by: [enterprise]}
- {name: c, label: {zh: 丙, en: c}, type: boolean, subject: mine, stated_by: [enterprise]}
- {name: x, label: {zh: 比例, en: x}, type: decimal, scale: 2, max: 1000, may_be_none: true, subject: mine, stated_by: [enterprise]}
- {name: y, label: {zh: 另一比例, en: y}, type: decimal, scale: 4, max: 1000, subject: mine, stated_by: [enterprise]}
- {name: n, label: {zh: 次数, en: n}, type: integer, max: 100, subject: mine, stated_by: [enterprise]}
- {name: size, label: {zh: 规模, en: size}, type: enum, subject: mine, stated_by: [enterprise],
   domain: {large: {zh: 大型, en: large}, medium: {zh: 中型, en: medium}, small: {zh: 小型, en: small}}}
- {name: provincial_entry, label: {zh: 省级名录, en: provincial entry}, type: enum, subject: mine, stated_by: [system],
   domain: {none: {zh: 无, en: none}, listed: {zh: 在录, en: listed}, removed: {zh: 移出, en: removed}}}
- {name: provincial_entered_on, label: {zh: 省级入库日, en: provincial entry day}, type: date, may_be_none: true,
   subject: mine, stated_by: [system]}
- {name: national_entered_on, label: {zh: 国家入库日, en: national entry day}, type: date, may_be_none: true,
   subject: mine, stated_by: [system]}
- {name: start, label: {zh: 起算日, en: start day}, type: date, may_be_none: true, subject: mine, stated_by: [enterprise]}
- {name: begun, label: {zh: 开工日, en: day begun}, type: date, subject: mine, stated_by: [enterprise]}
- {name: done, label: {zh: 完成日, en: done day}, type: date, may_be_none: true, subject: mine, stated_by: [enterprise]}
- {name: accident_on, label: {zh: 事故日, en: accident day}, type: date, may_be_none: true, subject: mine,
   stated_by: [enterprise]}
- {name: accident, label: {zh: 事故, en: accident}, type: boolean, subject: mine, stated_by: [enterprise],
   event_on: accident_on}
- {name: spend, label: {zh: 投入, en: spend}, type: decimal, scale: 4, max: 1, subject: enterprise,
   stated_by: [enterprise]}
"""

VALUES = """
- id: sure
  title: {zh: 确定值, en: sure}
  type: decimal
  scale: 2
  max: 100
  versions:
    - {from: 2024-01-01, value: "5", confidence: S, source: {zh: 文, en: text}}
    - {from: 2025-01-01, value: "7", confidence: S, source: {zh: 文, en: text}}
- id: doubtful
  title: {zh: 存疑值, en: doubtful}
  type: decimal
  scale: 2
  max: 100
  versions: [{from: 2024-01-01, value: "5", confidence: M, source: {zh: 记忆, en: memory}}]
- id: by-size
  title: {zh: 按规模, en: by size}
  type: decimal
  scale: 2
  max: 100
  keys: [size]
  versions:
    - {from: 2024-01-01, confidence: S, source: {zh: 文, en: text}, rows: [[large, "5"], [medium, "6", "?"]]}
"""

ON = date(2025, 6, 30)
OPEN = "{from: 2020-01-01}"


def rule(
    key: str = "t.r", *, kind: str = "threshold", force: str = OPEN, territory: str = "000000", subject: str = "mine",
    **more: str,
) -> str:
    """One rule as YAML text; expressions are quoted, the rest goes in as it stands."""
    lines = [
        f"- id: {key}", "  provision: [t/1]", f"  kind: {kind}", "  title: {zh: 规则, en: a rule}",
        f'  territory: "{territory}"', f"  in_force: {force}", f"  subject: {subject}", "  bound: enterprise",
    ]  # fmt: skip
    plain = {"done_on", "warn", "clock_before_force", "due_after_term", "look_back", "event_on", "yields_to"}
    for name, said in more.items():
        lines.append(f"  {name}: {said}" if name in plain else f'  {name}: "{said}"')
    return "\n".join(lines) + "\n"


def small(*rules: str, **more: Any) -> SmallEdition:
    return edition(FACTS, "rules:\n" + "".join(rules), VALUES, **more)


def judge(text: str, on: date = ON, region: str | None = None, **facts: Any) -> Finding:
    built = small(text)
    found = evaluate_one(bind(built, on), sheet(built, region=region, **facts))
    assert list(found) == ["t.r"]
    return found["t.r"]


def seen(finding: Finding) -> tuple[str, str | None, list[str], list[str]]:
    due = finding.due_on.isoformat() if finding.due_on else None
    return str(finding.outcome), due, list(finding.missing), list(finding.flags)


def threshold(text: str, on: date = ON, **facts: Any) -> tuple[str, list[str]]:
    finding = judge(rule(require=text), on, **facts)
    return {"satisfied": "T", "breached": "F", "unknown": "U"}[str(finding.outcome)], list(finding.missing)


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


@pytest.mark.parametrize("text", ["NOT (x = 5)", "x <> 5", "x NOT IN (5, 6)", "x NOT BETWEEN 1 AND 2", "NOT (x < 5 OR a)"])
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


DEADLINE = {"due": "start + 1 YEAR", "done_on": "done"}
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
        op: small(rule(require=f"begun {sign} {abs(months)} MONTHS {op} :on")) for op in ("=", "<>", "<", "<=", ">", ">=")
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


# --- flags and time against force

TERM = "{from: 2023-01-28, to: 2025-12-31, after: lapsed}"


@pytest.mark.parametrize(
    "on, flags", [("2025-12-31", []), ("2026-01-01", ["lapsed"]), ("2023-01-28", [])]
)
def test_the_last_day_is_in_force_and_the_next_is_lapsed(on: str, flags: list[str]) -> None:
    assert list(judge(rule(force=TERM, require="a"), date.fromisoformat(on), a=True).flags) == flags


def test_before_force_and_after_an_ended_term_there_is_no_finding() -> None:
    built = small(rule(force="{from: 2023-01-28, to: 2025-12-31, after: ended}", require="a"))
    for on, count in (("2023-01-27", 0), ("2023-01-28", 1), ("2025-12-31", 1), ("2026-01-01", 0)):
        assert len(evaluate_one(bind(built, date.fromisoformat(on)), sheet(built, a=True))) == count


CLOCKS = [
    # setting, start, due, flags
    ("flag", "2023-01-27", "2024-01-27", ["needs_confirmation"]),
    ("flag", "2023-01-28", "2024-01-28", []),
    ("apply", "2023-01-27", "2024-01-27", []),
    ("from_force", "2023-01-27", "2024-01-28", []),
    ("from_force", "2023-01-28", "2024-01-28", []),
    ("from_force", "2023-01-29", "2024-01-29", []),
]


@pytest.mark.parametrize("row", CLOCKS, ids=[f"{row[0]} {row[1]}" for row in CLOCKS])
def test_a_clock_that_began_before_force(row: tuple[str, str, str, list[str]]) -> None:
    setting, start, due, flags = row
    text = rule(kind="deadline", force=TERM, clock_before_force=setting, **DEADLINE)
    assert seen(judge(text, date(2023, 6, 1), start=start, done="none")) == ("pending", due, [], flags)


TERMS = [
    # setting, start, outcome, due, flags
    ("flag", "2024-12-31", "pending", "2025-12-31", []),
    ("flag", "2025-01-01", "pending", "2026-01-01", ["needs_confirmation"]),
    ("run_on", "2025-01-01", "pending", "2026-01-01", []),
    ("drop", "2024-12-31", "pending", "2025-12-31", []),
    ("drop", "2025-01-01", "not_applicable", "2026-01-01", []),
]


@pytest.mark.parametrize("row", TERMS, ids=[f"{row[0]} {row[1]}" for row in TERMS])
def test_a_due_day_after_the_term(row: tuple[str, str, str, str, list[str]]) -> None:
    setting, start, outcome, due, flags = row
    text = rule(kind="deadline", force=TERM, due_after_term=setting, **DEADLINE)
    assert seen(judge(text, date(2025, 6, 1), start=start, done="none")) == (outcome, due, [], flags)


def test_a_due_without_a_period_has_no_clock_and_an_uncomputable_one_sets_no_flag() -> None:
    plain = rule(kind="deadline", force=TERM, due="start", done_on="done")
    assert seen(judge(plain, date(2023, 6, 1), start="2022-01-01", done="none")) == ("breached", "2022-01-01", [], [])
    fixed = rule(kind="deadline", force=TERM, due="DATE '2026-06-01'", done_on="done")
    assert seen(judge(fixed, date(2025, 6, 1), done="none")) == ("pending", "2026-06-01", [], ["needs_confirmation"])
    assert seen(judge(rule(kind="deadline", force=TERM, **DEADLINE), done="none")) == ("unknown", None, ["start"], [])


def test_both_default_readings_and_lapsing_are_said_together_and_sorted() -> None:
    text = rule(kind="deadline", force=TERM, **DEADLINE)
    assert seen(judge(text, date(2026, 3, 2), start="2025-06-01", done="none")) == (
        "pending", "2026-06-01", [], ["lapsed", "needs_confirmation"])  # fmt: skip


EVENTS = [
    # setting, entered, event, outcome, flags
    ("flag", "2024-06-01", "2024-06-01", "breached", []),
    ("flag", "2024-06-01", "2024-05-31", "breached", ["needs_confirmation"]),
    ("any", "2024-06-01", "2024-05-31", "breached", []),
    ("from_entry", "2024-06-01", "2024-06-01", "breached", []),
    ("from_entry", "2024-06-01", "2024-05-31", "satisfied", []),
    ("flag", "2022-06-01", "2023-01-27", "breached", ["needs_confirmation"]),
    ("flag", "2022-06-01", "2023-01-28", "breached", []),
    ("flag", "2022-06-01", None, "breached", []),
]


@pytest.mark.parametrize("row", EVENTS, ids=[f"{row[0]} {row[1]} {row[2]}" for row in EVENTS])
def test_an_event_before_entry_or_force_is_looked_back_at_as_the_rule_says(row: Any) -> None:
    setting, entered, event, outcome, flags = row
    text = rule(kind="removal", force=TERM, ground="accident", event_on="accident_on", look_back=setting)
    facts = {"accident": True, "provincial_entered_on": entered, "national_entered_on": "none"}
    if event:
        facts["accident_on"] = event
    found = judge(text, **facts)
    assert (str(found.outcome), list(found.flags)) == (outcome, flags)


def test_a_doubtful_value_is_flagged_only_when_it_was_read() -> None:
    assert list(judge(rule(require="x < value('doubtful')"), x="1").flags) == ["low_confidence"]
    assert list(judge(rule(require="x < value('sure')"), x="1").flags) == []
    text = rule(require="x < value('by-size', size)")
    assert list(judge(text, x="1", size="large").flags) == []
    assert list(judge(text, x="1", size="medium").flags) == ["low_confidence"]
    assert list(judge(text, x="1").flags) == []


def test_conflict_and_disputed_are_flagged_only_on_facts_the_rule_reads() -> None:
    built = small(rule(require="a"))
    bound = bind(built, ON)

    def marked(values: dict[str, Any], marks: dict[str, str]) -> tuple[str, str | None, list[str], list[str]]:
        return seen(evaluate_one(bound, Sheet("mine", "M1", None, values, marks, dictionary=built.dictionary))["t.r"])

    assert marked({}, {"a": "conflict"}) == ("unknown", None, ["a"], ["conflict"])
    assert marked({"a": True}, {"a": "disputed"}) == ("satisfied", None, [], ["disputed"])
    assert marked({"a": True}, {"b": "conflict", "c": "disputed"}) == ("satisfied", None, [], [])


def test_an_instrument_without_an_effective_day_is_computed_and_flagged_from_not_before_on() -> None:
    force = '\n  not_before: "2024-07-26"'
    head = rule(require="a").replace(f"in_force: {OPEN}", "_")
    text = head.replace("  _\n", "")
    assert force and "in_force" not in text
    built = small(text, instruments={"t": instrument(not_before="2024-07-26")})
    assert evaluate_one(bind(built, date(2024, 7, 25)), sheet(built, a=True)) == {}
    for on in (date(2024, 7, 26), date(2035, 1, 1)):
        assert seen(evaluate_one(bind(built, on), sheet(built, a=True))["t.r"]) == (
            "satisfied", None, [], ["needs_confirmation"])  # fmt: skip
    clock = rule(kind="deadline", clock_before_force="from_force", **DEADLINE).replace(f"  in_force: {OPEN}\n", "")
    built = small(clock, instruments={"t": instrument(not_before="2024-07-26")})
    found = evaluate_one(bind(built, ON), sheet(built, start="2024-07-25", done="none"))["t.r"]
    assert (str(found.outcome), found.due_on) == ("unknown", None)


# --- yields_to

def yielding(on: str, other_force: str, other_applies: str = "b", territory: str = "000000", **facts: Any) -> list[str]:
    built = small(
        rule(require="a", yields_to="[t.s]"),
        rule("t.s", force=other_force, territory=territory, require="a", applies=other_applies),
    )
    found = evaluate_one(bind(built, date.fromisoformat(on)), sheet(built, region="620100", a=False, **facts))
    assert str(found["t.r"].outcome) == "breached"
    return list(found["t.r"].flags)


def test_a_finding_yields_where_the_other_rule_is_in_force_covers_and_applies() -> None:
    assert yielding("2025-01-01", TERM, b=True) == ["yielded"]
    assert yielding("2025-12-31", TERM, b=True) == ["yielded"]
    assert yielding("2026-01-01", TERM, b=True) == []
    assert yielding("2023-01-28", TERM, b=True) == ["yielded"]
    assert yielding("2023-01-27", TERM, b=True) == []
    assert yielding("2025-01-01", TERM, b=False) == []
    assert yielding("2025-01-01", TERM) == ["yielded"]
    assert yielding("2025-01-01", TERM, territory="620000", b=True) == ["yielded"]
    assert yielding("2025-01-01", TERM, territory="150000", b=True) == []


def test_a_circle_of_yielding_is_refused() -> None:
    with pytest.raises(RulebookError):
        small(rule(require="a", yields_to="[t.s]"), rule("t.s", require="a", yields_to="[t.r]"))
    with pytest.raises(RulebookError):
        small(rule(require="a", yields_to="[t.r]"))


# --- holder and territory

def test_an_enterprise_rule_is_judged_on_the_mines_holder_under_holder_names() -> None:
    built = small(rule(subject="enterprise", require="spend >= 0.015"))
    bound = bind(built, ON)
    found = evaluate_one(bound, sheet(built, holder__spend="0.015"))["t.r"]
    assert (str(found.outcome), dict(found.facts)) == ("satisfied", {"holder.spend": "0.0150"})
    found = evaluate_one(bound, sheet(built))["t.r"]
    assert (str(found.outcome), list(found.missing), dict(found.facts)) == (
        "unknown", ["holder.spend"], {"holder.spend": None})  # fmt: skip
    own = evaluate_one(bound, sheet(built, kind="enterprise", spend="0.0149"))["t.r"]
    assert (str(own.outcome), dict(own.facts)) == ("breached", {"spend": "0.0149"})


def test_a_mines_own_rule_may_read_its_holder() -> None:
    found = judge(rule(require="holder.spend >= 0.015"), holder__spend="0.0149")
    assert (str(found.outcome), dict(found.facts)) == ("breached", {"holder.spend": "0.0149"})


@pytest.mark.parametrize(
    "territory, region, count",
    [("000000", None, 1), ("000000", "620123", 1), ("620000", "620123", 1), ("620100", "620123", 1),
     ("620200", "620123", 0), ("620000", None, 0), ("150000", "620123", 0), ("620100", "620000", 0)],
)  # fmt: skip
def test_a_text_covers_its_division_and_what_lies_below(territory: str, region: str | None, count: int) -> None:
    built = small(rule(territory=territory, require="a"))
    assert len(evaluate_one(bind(built, ON), sheet(built, region=region, a=True))) == count


def test_findings_come_by_rule_id_and_name_every_fact_read() -> None:
    built = small(rule("t.z", require="a"), rule("t.b", require="a AND b"), rule("t.m", applies="c", require="a"))
    found = evaluate_one(bind(built, ON), sheet(built, a=False))
    assert list(found) == ["t.b", "t.m", "t.z"]
    assert dict(found["t.b"].facts) == {"a": False, "b": None}
    assert list(found["t.m"].facts) == ["a", "c"]
