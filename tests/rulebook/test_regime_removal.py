"""Removal as the regime reads it: what is a ground, what is cured, and what only a person decides."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from greenmine.editions.edition import Edition
from greenmine.evaluation.judging import judge
from greenmine.evaluation.standing import StandingTable
from greenmine.law import bind
from tests.rulebook.regime import LISTED, sheet_of

# --- removal: national grounds, and what a person decides


def ground(findings: Any, topic: str, place: str = "SN", **facts: Any) -> tuple[str, list[str]]:
    found = findings(place, "2025-10-01", **{**LISTED, **facts})[f"cn-2024-1.removal.{topic}"]
    return str(found.outcome), list(found.flags)


def test_only_a_stop_by_own_fault_is_a_ground(findings: Any) -> None:
    for cause in ("seasonal", "policy", "order", "technical", "force_majeure"):
        assert ground(findings, "own-fault-stop", operating_status="suspended", suspension_cause=cause) == (
            "satisfied",
            [],
        )
    assert ground(findings, "own-fault-stop", operating_status="suspended", suspension_cause="own") == ("breached", [])
    assert ground(findings, "own-fault-stop", operating_status="suspended") == ("unknown", [])
    assert ground(findings, "own-fault-stop", operating_status="producing") == ("satisfied", [])


EVENTS = [
    ("2022-01-09", ["needs_confirmation"]),  # before entry
    ("2022-01-10", ["needs_confirmation"]),  # the day of entry, but before the notice was in force
    ("2024-04-14", ["needs_confirmation"]),
    ("2024-04-15", []),
]


@pytest.mark.parametrize("row", EVENTS, ids=[row[0] for row in EVENTS])
def test_an_accident_before_entry_or_before_the_notice_is_shown_and_flagged(findings: Any, row: Any) -> None:
    day, flags = row
    assert ground(findings, "safety-accident", safety_accident_level="larger", safety_accident_on=day) == (
        "breached",
        flags,
    )


def test_a_general_accident_is_no_ground_and_an_unknown_day_sets_no_flag(findings: Any) -> None:
    assert ground(findings, "safety-accident", safety_accident_level="general", safety_accident_on="2025-01-01") == (
        "satisfied",
        [],
    )
    assert ground(findings, "safety-accident", safety_accident_level="major") == ("breached", [])


def test_entry_after_the_notice_is_the_day_events_count_from(findings: Any) -> None:
    entered = {"provincial_entered_on": "2025-02-01", "safety_accident_level": "larger"}
    assert ground(findings, "safety-accident", **entered, safety_accident_on="2025-01-31") == (
        "breached",
        ["needs_confirmation"],
    )
    assert ground(findings, "safety-accident", **entered, safety_accident_on="2025-02-01") == ("breached", [])


def test_serious_soil_or_groundwater_pollution_is_always_for_a_person(findings: Any) -> None:
    assert ground(findings, "soil-groundwater-pollution", soil_groundwater_pollution=True) == (
        "breached",
        ["needs_confirmation"],
    )


def test_leaving_the_abnormal_list_cures_the_ground(findings: Any) -> None:
    assert ground(findings, "abnormal-list", abnormal_listing=True) == ("breached", [])
    assert ground(findings, "abnormal-list", abnormal_listing=False) == ("satisfied", [])


def test_the_sixth_ground_needs_an_overdue_rectification(findings: Any) -> None:
    def sixth(due: str, done: str) -> str:
        return ground(findings, "eia-not-done", eia_measures_done=False, environmental_rectification_due_on=due,
                      environmental_rectified_on=done)[0]  # fmt: skip

    assert sixth("2025-09-30", "none") == "breached"
    assert sixth("2025-10-01", "none") == "satisfied"
    assert sixth("none", "none") == "satisfied"
    assert sixth("2025-09-30", "2025-09-30") == "satisfied"


def test_a_lapsed_licence_is_no_ground_when_renewal_was_filed_in_time(findings: Any) -> None:
    def licence(until: str, filed: str) -> str:
        return ground(
            findings, "mining-licence-expired", mining_license_valid_until=until, license_renewal_filed_on=filed
        )[0]

    assert licence("2025-09-30", "none") == "breached"
    assert licence("2025-10-01", "none") == "satisfied"
    assert licence("2025-09-30", "2025-09-30") == "satisfied"
    assert licence("2025-09-29", "2025-09-30") == "breached"


def test_a_penalty_is_overdue_from_the_day_after_its_term(findings: Any) -> None:
    for due, outcome in (("2025-09-30", "breached"), ("2025-10-01", "satisfied"), ("none", "satisfied")):
        assert ground(findings, "penalty-unperformed", earliest_unperformed_penalty_due_on=due) == (outcome, [])


def test_a_mine_that_is_not_listed_has_no_ground_of_removal(findings: Any, edition: Edition) -> None:
    unlisted = {**LISTED, "provincial_entry": "none", "provincial_entered_on": "none"}
    for place in ("SN", "NM", "GS", "YN", "KZ"):
        for rule, found in findings(place, "2025-10-01", **unlisted).items():
            if found.rule.kind == "removal":
                assert str(found.outcome) == "not_applicable", rule


BELOW = {"meets_green_standard": False}
ORDERS = [
    # due, rectified, outcome where missing the standard alone leads to removal
    ("none", "none", "satisfied"),
    ("2025-10-01", "none", "satisfied"),
    ("2025-09-30", "none", "breached"),
    ("2025-09-30", "2025-09-30", "satisfied"),
]


@pytest.mark.parametrize(
    ("rule", "place"), [("cn-2024-1.removal.below-standard", "SN"), ("yn-2025.removal.below-standard", "YN")]
)
@pytest.mark.parametrize("row", ORDERS, ids=[f"{row[0]} {row[1]}" for row in ORDERS])
def test_a_missed_standard_is_rectified_first_and_removal_is_only_a_reading(
    findings: Any, row: tuple[str, str, str], rule: str, place: str
) -> None:
    due, done, outcome = row
    found = findings(place, "2025-10-01", **LISTED, **BELOW, rectification_due_on=due, rectified_on=done)[rule]
    assert (str(found.outcome), list(found.flags)) == (outcome, ["needs_confirmation"])


# --- what may open a removal by itself


def test_a_ground_that_is_lapsed_or_only_a_reading_never_decides_the_standing(edition: Edition) -> None:
    table = StandingTable.read(edition.standing)
    by_reading = {**LISTED, "soil_groundwater_pollution": True}
    certain = {**LISTED, "abnormal_listing": True}
    for facts, on, state in (
        (by_reading, date(2025, 10, 1), "undecided"),
        (certain, date(2025, 10, 1), "ground_present"),
        (certain, date(2029, 4, 14), "ground_present"),
    ):
        assert judge(bind(edition, on), table, sheet_of(edition, "SN", **facts)).standing.state == state
    after = judge(bind(edition, date(2029, 4, 15)), table, sheet_of(edition, "SN", **certain)).standing
    assert after.state != "ground_present"
