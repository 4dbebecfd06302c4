"""The comparison of the five documents, row by row: what wins where, and which reading is only a default.

Written from the regime's tables of precedence and ambiguities, before the rules were read.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from greenmine.editions.edition import Edition
from greenmine.evaluation.judging import judge
from greenmine.evaluation.standing import StandingTable
from greenmine.law import bind
from tests.rulebook.regime import QUALIFIED, REGIONS, documents, seen, sheet_of

CN_LIMIT = "cn-2024-1.new-mine.verified-in-time"
GS_LIMIT = "gs-2023.new-mine.within-one-year"
NM_2025 = "nm-2020.target.all-mines-2025"
YN_LIMIT = "yn-2025.new-mine.verified-in-time"
YN_CONTRACT = "yn-2025.contract.signed-by-enterprise"


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


@pytest.mark.parametrize(("rule", "place"), [("cn-2024-1.scope.mine", "SN"), ("yn-2025.scope.mine", "YN")])
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
