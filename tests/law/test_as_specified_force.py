"""Force, flags, territory, yielding and quotas as the specification says them, by a reader who has not seen the engine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from greenmine.law import RulebookError, Sheet, bind, evaluate_one, quota
from tests.law.small_edition import instrument, sheet
from tests.law.specified import DEADLINE, ON, OPEN, judge, rule, seen, small

# --- flags and time against force

TERM = "{from: 2023-01-28, to: 2025-12-31, after: lapsed}"


@pytest.mark.parametrize(("on", "flags"), [("2025-12-31", []), ("2026-01-01", ["lapsed"]), ("2023-01-28", [])])
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
    text = rule(require="a").replace(f"  in_force: {OPEN}\n", "")
    assert "in_force" not in text
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


def test_a_confirmation_turns_yielding_off() -> None:
    rules = (rule(require="a", yields_to="[t.s]"), rule("t.s", require="a"))
    for confirmations, flags in (((), ["yielded"]), (({"rule": "t.r", "settles": "yields"},), [])):
        built = small(*rules, confirmations=confirmations)
        assert list(evaluate_one(bind(built, ON), sheet(built, a=True))["t.r"].flags) == flags


# --- quotas are bounds

SHARES = [
    # subjects as (a: in the population, b: a hit), outcome, least, most, deciding
    ([(True, True), (True, False)], "met", "0.5", "0.5", []),
    ([(True, False), (True, False)], "not_met", "0", "0", []),
    ([(True, True), (True, None)], "met", "0.5", "1", []),
    ([(True, False), (True, None), (True, False)], "not_met", "0", "0.3333", []),
    ([(True, False), (True, None)], "undecided", "0", "0.5", ["S1"]),
    ([(True, True), (None, False)], "met", "0.5", "1", []),
    ([(True, True), (None, False), (None, None)], "undecided", "0.3333", "1", ["S1", "S2"]),
    ([(True, False), (None, True)], "undecided", "0", "0.5", ["S1"]),
    ([(True, True), (False, False), (False, None)], "met", "1", "1", []),
]


@pytest.mark.parametrize("row", SHARES, ids=[str(row[0]) for row in SHARES])
def test_a_quota_is_met_not_met_or_undecided_by_its_bounds(row: Any) -> None:
    subjects, outcome, least, most, deciding = row
    built = small(rule(kind="quota", population="a", hit="b", by="province", target="0.5"))
    sheets = [
        Sheet("mine", f"S{number}", "620123", {name: value for name, value in (("a", a), ("b", b)) if value is not None},
              dictionary=built.dictionary)
        for number, (a, b) in enumerate(subjects)
    ]  # fmt: skip
    (found,) = quota(bind(built, ON), "t.r", sheets)
    shown = [found.least, found.most]
    assert None not in shown
    assert [round(share, 4) for share in shown if share is not None] == [Decimal(least), Decimal(most)]
    assert (found.region, found.outcome, list(found.deciding)) == ("620000", outcome, deciding)


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
    ("territory", "region", "count"),
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
