"""The standing of a mine is the first state of the table that holds, read from what binds the enterprise and counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from greenmine.editions.shipped import load_shipped
from greenmine.evaluation.judging import any_text_in_force, finding_as_json, judge
from greenmine.evaluation.standing import StandingTable
from greenmine.law import Sheet, bind

ON = date(2026, 6, 30)
LISTED = {
    "provincial_entry": "listed",
    "provincial_entered_on": "2025-03-01",
    "national_entry": "none",
    "national_entered_on": "none",
}


def standing_of(facts: dict[str, Any], region: str | None = "430181", on: date = ON) -> str:
    edition = load_shipped()
    values = {name: edition.dictionary[name].parse(value) for name, value in facts.items()}
    sheet = Sheet("mine", "M1", region, values, dictionary=edition.dictionary)
    return judge(bind(edition, on), StandingTable.read(edition.standing), sheet).standing.state


def test_a_mine_of_which_nothing_is_known_is_undecided() -> None:
    assert standing_of({}) == "undecided"


def test_a_closed_mine_is_closed_whatever_else_is_found() -> None:
    assert standing_of({"operating_status": "closed", **LISTED, "abnormal_listing": True}) == "closed"


def test_a_removal_ground_that_seems_present_comes_before_a_missed_deadline() -> None:
    facts = {
        **LISTED,
        "abnormal_listing": True,
        "construction_nature": "new",
        "commissioned_on": "2024-04-20",
        "verification_passed_on": "none",
    }
    assert standing_of(facts) == "ground_present"


def test_a_missed_deadline_comes_before_the_unknown() -> None:
    facts = {"construction_nature": "new", "commissioned_on": "2024-04-20", "verification_passed_on": "none"}
    assert standing_of(facts) == "overdue"


@pytest.mark.parametrize(("on", "expected"), [(date(2026, 4, 20), "undecided"), (date(2026, 4, 21), "overdue")])
def test_the_due_day_itself_is_in_time(on: date, expected: str) -> None:
    facts = {"construction_nature": "new", "commissioned_on": "2024-04-20", "verification_passed_on": "none"}
    assert standing_of(facts, on=on) == expected


def test_a_finding_by_default_reading_does_not_decide_the_standing() -> None:
    """The clock began before the notice was in force: both readings are shown, neither decides."""
    facts = {"construction_nature": "new", "commissioned_on": "2023-01-01", "verification_passed_on": "none"}
    assert standing_of(facts) == "undecided"


@pytest.mark.parametrize("on", [date(2019, 1, 1), date(2029, 4, 15)])
def test_a_mine_for_which_no_text_in_force_speaks_is_undecided_and_never_said_to_meet(on: date) -> None:
    assert standing_of({}, on=on) == "undecided"
    assert standing_of({"operating_status": "closed"}, on=on) == "closed"


def test_before_any_text_is_in_force_nothing_is_found() -> None:
    edition = load_shipped()
    assert not any_text_in_force(bind(edition, date(2020, 11, 4)))
    assert any_text_in_force(bind(edition, date(2020, 11, 5)))


def test_a_finding_is_published_with_its_keys_in_order_and_unknown_facts_as_null() -> None:
    edition = load_shipped()
    values = {"provincial_entry": edition.dictionary["provincial_entry"].parse("listed")}
    sheet = Sheet("mine", "M1", None, values, dictionary=edition.dictionary)
    judged = judge(bind(edition, ON), StandingTable.read(edition.standing), sheet)
    found = next(f for f in judged.findings if f.rule.id == "cn-2024-1.removal.penalty-unperformed")
    shown = finding_as_json(found)
    assert list(shown) == [
        "rule",
        "provisions",
        "kind",
        "bound",
        "outcome",
        "due_on",
        "missing",
        "flags",
        "facts",
        "reason",
    ]
    assert shown["outcome"] == "unknown"
    assert shown["missing"] == ["earliest_unperformed_penalty_due_on"]
    assert shown["facts"] == {
        "earliest_unperformed_penalty_due_on": None,
        "national_entry": None,
        "provincial_entry": "listed",
    }
