"""The comparison of the five documents, row by row: what wins where, and which reading is only a default.

Written from the regime's tables of precedence and ambiguities, before the rules were read.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from greenmine.editions.edition import Edition
from greenmine.editions.shipped import load_shipped
from greenmine.evaluation.judging import judge
from greenmine.evaluation.standing import StandingTable
from greenmine.law import Finding, Sheet, bind, evaluate_one

CN_LIMIT = "cn-2024-1.new-mine.verified-in-time"
GS_LIMIT = "gs-2023.new-mine.within-one-year"
NM_2025 = "nm-2020.target.all-mines-2025"
YN_LIMIT = "yn-2025.new-mine.verified-in-time"
YN_CONTRACT = "yn-2025.contract.signed-by-enterprise"
REGIONS = {"GS": "620123", "NM": "150421", "YN": "530111", "KZ": "653023", "XJ": "650121", "SN": "610102"}
LISTED = {"provincial_entry": "listed", "national_entry": "none", "provincial_entered_on": "2022-01-10",
          "national_entered_on": "none"}  # fmt: skip


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_shipped()


@pytest.fixture(scope="module")
def findings(edition: Edition) -> Any:
    def find(place: str | None, on: str, **facts: Any) -> dict[str, Finding]:
        return evaluate_one(bind(edition, date.fromisoformat(on)), sheet_of(edition, place, **facts))

    return find


def sheet_of(edition: Edition, place: str | None, **facts: Any) -> Sheet:
    values = {name.replace("__", "."): raw for name, raw in facts.items()}
    lowered = {name: edition.dictionary[name].parse(raw) for name, raw in values.items()}
    return Sheet("mine", "M1", REGIONS[place] if place else None, lowered, dictionary=edition.dictionary)


def documents(found: dict[str, Finding]) -> set[str]:
    return {rule.split(".")[0] for rule in found}


def seen(found: Finding) -> tuple[str, str | None, list[str]]:
    return str(found.outcome), found.due_on.isoformat() if found.due_on else None, list(found.flags)


# --- which texts speak, by place and day

TEXTS = [
    ("SN", "2024-04-14", set()),
    ("SN", "2024-04-15", {"cn-2024-1"}),
    ("SN", "2029-04-14", {"cn-2024-1"}),
    (None, "2025-01-01", {"cn-2024-1"}),
    ("NM", "2020-11-04", set()),
    ("NM", "2020-11-05", {"nm-2020"}),
    ("NM", "2024-04-14", {"nm-2020"}),
    ("NM", "2024-04-15", {"nm-2020", "cn-2024-1"}),
    ("NM", "2026-01-01", {"nm-2020", "cn-2024-1"}),
    ("GS", "2023-01-27", set()),
    ("GS", "2023-01-28", {"gs-2023"}),
    ("GS", "2024-04-14", {"gs-2023"}),
    ("GS", "2024-04-15", {"gs-2023", "cn-2024-1"}),
    ("GS", "2026-01-01", {"gs-2023", "cn-2024-1"}),
    ("YN", "2025-03-31", {"cn-2024-1"}),
    ("YN", "2025-04-01", {"yn-2025", "cn-2024-1"}),
    ("KZ", "2024-04-15", {"cn-2024-1"}),
    ("KZ", "2024-07-25", {"cn-2024-1"}),
    ("KZ", "2024-07-26", {"kz-2024", "cn-2024-1"}),
    ("XJ", "2024-07-26", {"cn-2024-1"}),
]


@pytest.mark.parametrize("row", TEXTS, ids=[f"{row[0]} {row[1]}" for row in TEXTS])
def test_the_texts_that_speak_in_a_place_on_a_day(findings: Any, row: tuple[str | None, str, set[str]]) -> None:
    place, on, expected = row
    assert documents(findings(place, on)) == expected


def test_a_prefecture_inherits_its_region_and_the_region_the_country(edition: Edition) -> None:
    for territory in ("000000", "650000", "653000"):
        assert edition.divisions.covers(territory, REGIONS["KZ"], date(2025, 1, 1))
    assert not edition.divisions.covers("653000", REGIONS["XJ"], date(2025, 1, 1))


def test_after_its_term_a_text_stays_visible_as_lapsed_and_only_that_text(findings: Any) -> None:
    for rule, found in findings("GS", "2025-12-31").items():
        assert "lapsed" not in found.flags, rule
    for rule, found in findings("GS", "2026-01-01").items():
        assert ("lapsed" in found.flags) == rule.startswith("gs-2023"), rule
    for rule, found in findings("SN", "2029-04-15").items():
        assert "lapsed" in found.flags, rule
    for rule, found in findings("NM", "2035-01-01").items():
        assert ("lapsed" in found.flags) == rule.startswith("cn-2024-1"), rule


def test_texts_without_an_effective_day_are_computed_and_always_flagged(findings: Any) -> None:
    for place, document in (("YN", "yn-2025"), ("KZ", "kz-2024")):
        for rule, found in findings(place, "2025-06-01").items():
            if rule.startswith(document):
                assert "needs_confirmation" in found.flags, rule


# --- new mines

NEW = {"construction_nature": "new", "commissioned_on": "2023-09-01", "normal_operation_since": "2024-09-01",
       "verification_passed_on": "none", "provincial_entered_on": "none"}  # fmt: skip


def test_in_gansu_both_limits_stand_side_by_side_and_end_with_different_acts(findings: Any) -> None:
    def both(on: str, **more: Any) -> list[tuple[str, str | None, list[str]]]:
        found = findings("GS", on, **{**NEW, "commissioned_on": "2024-05-01", **more})
        return [seen(found[CN_LIMIT]), seen(found[GS_LIMIT])]

    assert both("2025-09-01") == [("pending", "2026-05-01", []), ("pending", "2025-09-01", [])]
    assert both("2025-09-02") == [("pending", "2026-05-01", []), ("breached", "2025-09-01", [])]
    assert both("2025-09-02", verification_passed_on="2025-08-01") == [
        ("satisfied", "2026-05-01", []), ("breached", "2025-09-01", [])]  # fmt: skip
    assert both("2025-09-02", provincial_entered_on="2025-08-01") == [
        ("pending", "2026-05-01", []), ("satisfied", "2025-09-01", [])]  # fmt: skip
    assert both("2026-05-02") == [("breached", "2026-05-01", []), ("breached", "2025-09-01", ["lapsed"])]


def test_the_national_limit_is_two_years_from_commissioning_and_an_earlier_clock_is_flagged(findings: Any) -> None:
    def limit(start: str, on: str) -> tuple[str, str | None, list[str]]:
        return seen(findings("SN", on, **{**NEW, "commissioned_on": start})[CN_LIMIT])

    assert limit("2024-04-15", "2026-04-15") == ("pending", "2026-04-15", [])
    assert limit("2024-04-15", "2026-04-16") == ("breached", "2026-04-15", [])
    assert limit("2024-04-14", "2026-04-14") == ("pending", "2026-04-14", ["needs_confirmation"])
    assert limit("2027-04-14", "2028-01-01") == ("pending", "2029-04-14", [])
    assert limit("2027-04-15", "2028-01-01") == ("pending", "2029-04-15", ["needs_confirmation"])


def test_the_start_day_is_never_inferred_from_another(findings: Any) -> None:
    found = findings("GS", "2025-09-02", construction_nature="new", commissioned_on="2024-05-01",
                     verification_passed_on="none", provincial_entered_on="none")  # fmt: skip
    assert (seen(found[GS_LIMIT]), found[GS_LIMIT].missing) == (("unknown", None, []), ("normal_operation_since",))
    found = findings("GS", "2025-09-02", construction_nature="new", normal_operation_since="2024-09-01",
                     verification_passed_on="none", provincial_entered_on="none")  # fmt: skip
    assert (seen(found[CN_LIMIT]), found[CN_LIMIT].missing) == (("unknown", None, []), ("commissioned_on",))


@pytest.mark.parametrize("nature", ["renovated", "expanded", "existing"])
def test_no_national_figure_binds_a_mine_that_is_not_new_but_gansus_binds_rebuilt_ones(
    findings: Any, nature: str
) -> None:
    found = findings("GS", "2025-09-02", **{**NEW, "construction_nature": nature})
    assert str(found[CN_LIMIT].outcome) == "not_applicable"
    assert str(found[GS_LIMIT].outcome) == ("not_applicable" if nature == "existing" else "breached")


def test_in_yunnan_the_time_limit_is_the_national_one_by_default(findings: Any) -> None:
    found = findings("YN", "2025-10-01", **NEW)
    assert seen(found[YN_LIMIT])[:2] == seen(found[CN_LIMIT])[:2] == ("breached", "2025-09-01")
    assert "needs_confirmation" in found[YN_LIMIT].flags
    assert YN_LIMIT not in findings("YN", "2025-03-31", **NEW)


# --- Inner Mongolia after 2025

RUNNING = {"construction_nature": "existing", "operating_status": "producing", "verification_passed_on": "none"}


def test_the_2025_target_of_inner_mongolia_is_shown_but_never_counts_by_itself(findings: Any, edition: Edition) -> None:
    for on, outcome in (("2025-12-31", "pending"), ("2026-01-01", "breached"), ("2031-01-01", "breached")):
        found = findings("NM", on, **RUNNING)[NM_2025]
        assert seen(found) == (outcome, "2025-12-31", ["needs_confirmation"])
        assert not found.counted
    assert (
        seen(findings("NM", "2026-01-01", **{**RUNNING, "verification_passed_on": "2025-12-31"})[NM_2025])[0]
        == "satisfied"
    )
    table = StandingTable.read(edition.standing)
    sheet = sheet_of(edition, "NM", **RUNNING)
    judged = judge(bind(edition, date(2026, 1, 1)), table, sheet)
    assert NM_2025 not in judged.standing.decided_by
    assert judged.standing.state != "overdue"


def test_no_rule_orders_a_closure(edition: Edition) -> None:
    assert [rule.id for rule in edition.rules if "closure" in rule.id and rule.kind in ("removal", "sanction")] == []


# --- scope

QUALIFIED = {
    "operating_status": "producing", "mining_license_status": "valid", "mining_license_valid_until": "2030-01-01",
    "safety_license_status": "valid", "safety_license_valid_until": "2030-01-01", "business_license_status": "valid",
    "business_license_valid_until": "none", "produced_normally_last_3_years": True, "remaining_life_years": "3",
}  # fmt: skip


@pytest.mark.parametrize("rule, place", [("cn-2024-1.scope.mine", "SN"), ("yn-2025.scope.mine", "YN")])
def test_the_three_tests_bind_producing_mines_only(findings: Any, rule: str, place: str) -> None:
    def scope(**facts: Any) -> str:
        return str(findings(place, "2025-10-01", **facts)[rule].outcome)

    assert scope(construction_nature="existing", **QUALIFIED) == "satisfied"
    for changed in (
        {"remaining_life_years": "2.99"}, {"produced_normally_last_3_years": False}, {"mining_license_status": "expired"},
        {"mining_license_valid_until": "2025-09-30"}, {"safety_license_valid_until": "2025-09-30"},
        {"business_license_valid_until": "2025-09-30"}, {"operating_status": "suspended"},
    ):  # fmt: skip
        assert scope(construction_nature="existing", **{**QUALIFIED, **changed}) == "not_applicable", changed
        for nature in ("new", "renovated", "expanded"):
            assert scope(construction_nature=nature, **{**QUALIFIED, **changed}) == "satisfied", changed
    assert (
        scope(construction_nature="existing", **{**QUALIFIED, "mining_license_valid_until": "2025-10-01"})
        == "satisfied"
    )
    assert scope(construction_nature="existing") == "unknown"


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
    "rule, place", [("cn-2024-1.removal.below-standard", "SN"), ("yn-2025.removal.below-standard", "YN")]
)
@pytest.mark.parametrize("row", ORDERS, ids=[f"{row[0]} {row[1]}" for row in ORDERS])
def test_a_missed_standard_is_rectified_first_and_removal_is_only_a_reading(
    findings: Any, row: tuple[str, str, str], rule: str, place: str
) -> None:
    due, done, outcome = row
    found = findings(place, "2025-10-01", **LISTED, **BELOW, rectification_due_on=due, rectified_on=done)[rule]
    assert (str(found.outcome), list(found.flags)) == (outcome, ["needs_confirmation"])


# --- mines near their end, contracts, figures


def test_under_three_years_the_duties_before_closure_bind_and_the_contract_does_not(findings: Any) -> None:
    facts = {
        **QUALIFIED,
        "construction_nature": "existing",
        "scale": "large",
        "construction_contract_signed_on": "none",
    }
    for life, applies in (("3", False), ("2.99", True)):
        found = findings("YN", "2025-10-01", **{**facts, "remaining_life_years": life})
        assert (str(found["yn-2025.near-closure.management"].outcome) != "not_applicable") is applies
        assert (str(found["cn-2024-1.near-end.management"].outcome) != "not_applicable") is applies
        assert str(found[YN_CONTRACT].outcome) == ("not_applicable" if applies else "breached")


@pytest.mark.parametrize(
    ("scale", "outcome"), [("large", "breached"), ("medium", "breached"), ("small", "not_applicable")]
)
def test_the_yunnan_contract_binds_large_and_medium_mines_by_the_end_of_may_2025(
    findings: Any, scale: str, outcome: str
) -> None:
    facts = {**QUALIFIED, "construction_nature": "existing", "scale": scale, "construction_contract_signed_on": "none"}
    assert seen(findings("YN", "2025-06-01", **facts)[YN_CONTRACT]) == (outcome, "2025-05-31", ["needs_confirmation"])
    before = "pending" if outcome == "breached" else outcome
    assert seen(findings("YN", "2025-05-31", **facts)[YN_CONTRACT]) == (before, "2025-05-31", ["needs_confirmation"])


def test_duties_at_grant_renewal_and_change_bind_the_granting_authority(edition: Edition) -> None:
    found = {rule.id: rule.bound for rule in edition.rules
             if any(part in rule.id for part in (".contract-", ".grant.", ".renewal.", ".change."))}  # fmt: skip
    assert found
    assert set(found.values()) == {"granting_authority"}


GS_FIGURES = [
    ("gs-2023.innovation.rnd-and-upgrade", {"holder__rnd_spend_ratio": "0.0100", "holder__tech_upgrade_spend_ratio": "0.0050"}, "satisfied"),
    ("gs-2023.innovation.rnd-and-upgrade", {"holder__rnd_spend_ratio": "0.0100", "holder__tech_upgrade_spend_ratio": "0.0049"}, "breached"),
    ("gs-2023.utilisation.beneficiation-water-recycling", {"has_beneficiation_plant": True, "beneficiation_water_recycling_rate": "0.8500"}, "satisfied"),
    ("gs-2023.utilisation.beneficiation-water-recycling", {"has_beneficiation_plant": True, "beneficiation_water_recycling_rate": "0.8499"}, "breached"),
    ("gs-2023.utilisation.beneficiation-water-recycling", {"has_beneficiation_plant": False}, "not_applicable"),
    ("gs-2023.harmony.safety-standardisation", {"operating_status": "producing", "safety_standardisation_level": 3}, "satisfied"),
    ("gs-2023.harmony.safety-standardisation", {"operating_status": "producing", "safety_standardisation_level": "none"}, "breached"),
]  # fmt: skip


@pytest.mark.parametrize("row", GS_FIGURES, ids=[f"{row[0]} {row[2]}" for row in GS_FIGURES])
def test_the_figures_of_gansu_hold_in_gansu_only_and_lapse_with_the_plan(findings: Any, row: Any) -> None:
    rule, facts, outcome = row
    facts = {"operating_status": "producing", **facts}
    assert seen(findings("GS", "2025-12-31", **facts)[rule]) == (outcome, None, [])
    assert seen(findings("GS", "2026-01-01", **facts)[rule]) == (outcome, None, ["lapsed"])
    assert rule not in findings("SN", "2025-12-31", **facts)


def test_a_new_mine_in_kizilsu_reaches_the_minimum_scale(findings: Any) -> None:
    def scale(capacity: str, nature: str = "new") -> str:
        return str(findings("KZ", "2025-01-01", construction_nature=nature, designed_capacity=capacity, minimum_scale="30")[
            "kz-2024.access.national-minimum-scale"].outcome)  # fmt: skip

    assert [scale("30"), scale("29.99"), scale("29.99", "existing")] == ["satisfied", "breached", "not_applicable"]


def test_restoration_in_kizilsu_is_finished_before_the_day_of_closure(findings: Any) -> None:
    facts = {"operating_status": "closing", "remaining_life_years": "1", "planned_closure_on": "2025-06-30"}
    for done, outcome in (("2025-06-29", "satisfied"), ("2025-06-30", "breached")):
        found = findings("KZ", "2025-07-01", **facts, restoration_completed_on=done)[
            "kz-2024.near-closure.restoration-done"
        ]
        assert (str(found.outcome), found.due_on) == (outcome, date(2025, 6, 29))


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
