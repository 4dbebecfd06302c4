"""The register: conditions of agencies, people who join and leave, trainings, records of quality, measures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessors import actions as assessors
from greenmine.assessors import queries
from greenmine.assessors.models import Agency, Assessor
from greenmine.assessors.refusals import CannotCommission, CannotRegister
from greenmine.facts import queries as facts
from greenmine.ledger.models import Record

from .conftest import FIELDS, ON, World, again, credit_code, house, make_agency, terms


def registered(world: World, number: int = 7, **changes: Any) -> Agency:
    given = {
        "credit_code": credit_code(number), "kind": "enterprise", "independent_legal_person": True, "looked_up": True,
        **changes,
    }  # fmt: skip
    return assessors.register_agency("兰州评估公司", **given, **world.as_("province"))


def sheet(world: World, key: str, on: date = ON) -> dict[str, Any]:
    from datetime import UTC, datetime

    found = facts.sheet_of(world.edition, "agency", key, on=on, known_at=datetime.now(UTC))
    return {name: found.shown(name) for name in found.values}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"credit_code": "91620422MA7"}, "18位"),
        ({"credit_code": credit_code(7)[:-1] + ("0" if credit_code(7)[-1] != "0" else "1")}, "校验位"),
        ({"kind": "other"}, "限企业、事业单位或行业协会"),
        ({"kind": "partnership"}, "限企业、事业单位或行业协会"),
        ({"independent_legal_person": False}, "独立法人资格"),
    ],
)
def test_what_the_notice_does_not_admit_is_not_registered(world: World, changes: dict, said: str) -> None:
    with pytest.raises(CannotRegister, match=said):
        registered(world, **changes)
    assert Agency.objects.count() == 1


def test_a_credit_code_is_one_agency(world: World) -> None:
    first = registered(world)
    with pytest.raises(CannotRegister, match=first.key):
        registered(world)


def test_only_province_and_ministry_keep_the_register(world: World) -> None:
    for who in ("county", "county_decider", "agency", "enterprise", "operator"):
        with pytest.raises((NotAllowed, CannotRegister)):
            assessors.register_agency(
                "乱登记", credit_code=credit_code(8), kind="enterprise", independent_legal_person=True, **world.as_(who)
            )


@pytest.mark.shows("cn-2024-1/8.3", by="record")
@pytest.mark.shows("yn-2025/5.3.a", by="record")
def test_the_register_keeps_qualification_cases_quality_and_misconduct(world: World) -> None:
    found = world.commissioned()
    act = world.as_("province_reviewer")
    assessors.add_entry(world.agency, "quality_check", "抽查2份报告", result="合格", engagement=found.number, **act)
    assessors.add_entry(world.agency, "joint_review", "联合评议", departments=["生态环境厅", "财政厅"], **act)
    assessors.add_entry(world.agency, "false_report", "第12项结论失实", engagement=found.number, **act)
    assessors.suspend("agency", world.agency.key, "报告质量差", region_code="620000", **act)
    lines = [(one.kind, one.departments, one.result) for one in world.agency.entries.order_by("id")]
    assert lines == [
        ("quality_check", [], "合格"), ("joint_review", ["生态环境厅", "财政厅"], ""), ("false_report", [], ""),
    ]  # fmt: skip
    assert [one.number for one in world.agency.engagements.all()] == [found.number]
    assert world.agency.checks.get().findings[0]["rule"] == "cn-2024-1.agency.capacity"
    assert queries.is_suspended(world.edition, "agency", world.agency.key, "620422", ON)
    assert ["yn-2025/5.3.a" in one.cite for one in Record.objects.filter(verb="assessors.entry_added")] == [True] * 3


@pytest.mark.shows("cn-2024-1/8.3", by="record", refusal=True)
@pytest.mark.shows("yn-2025/5.3.a", by="record", refusal=True)
def test_an_agency_does_not_write_its_own_quality_record(world: World) -> None:
    for kind in ("quality_check", "joint_review", "misconduct", "false_report", "recheck_result"):
        with pytest.raises((CannotRegister, NotAllowed)):
            assessors.add_entry(world.agency, kind, "自我表扬", departments=["无"], **world.as_("agency"))
    with pytest.raises(CannotRegister, match="部门"):
        assessors.add_entry(world.agency, "joint_review", "评议", departments=[" "], **world.as_("province"))
    assert world.agency.entries.count() == 0


@pytest.mark.shows("yn-2025/5.3.c", by="record")
def test_staff_equipment_and_projects_are_kept_and_a_person_judges(world: World) -> None:
    assessors.add_entry(world.agency, "equipment", "无人机2台", **world.as_("agency"))
    assessors.add_entry(world.agency, "past_project", "2025年评估12座矿山", **world.as_("agency"))
    assert sorted(world.agency.entries.values_list("kind", flat=True)) == ["equipment", "past_project"]
    assert len(queries.staff(world.agency, on=ON)) == 5
    check = world.agency.checks.get()
    assert (check.capable, check.by, check.reason) == (True, "孙厅", "材料齐全，业绩真实")


@pytest.mark.shows("yn-2025/5.3.c", by="record", refusal=True)
def test_capacity_nobody_judged_is_unknown_and_blocks_the_commission(world: World) -> None:
    found = world.checked()
    raw = make_agency(world.cast, None, 3, ready=False)
    by = world.as_("province")
    for field in FIELDS:
        assessors.employ(raw, assessors.NewAssessor(field, disciplines=(field,)), since=date(2025, 1, 1), **by)
    conditions = queries.conditions(world.edition, raw, "530102", on=ON)
    assert conditions.missing == ["assessor_blacklisted_on", "assessor_capacity_evidence"]
    found.agency = raw
    found.save()
    with pytest.raises(CannotCommission, match="待核实"):
        assessors.commission(found, terms(), **by)
    assert again(found).state == "checked"


def test_an_agency_that_does_not_meet_a_condition_is_not_found_eligible(world: World) -> None:
    raw = make_agency(world.cast, None, 3, ready=False)
    with pytest.raises(CannotRegister, match="不符合条件"):
        assessors.check_agency(raw, eligible=True, capable=False, reason="能力不足", **world.as_("province"))
    assert not assessors.check_agency(
        raw, eligible=False, capable=False, reason="能力不足", **world.as_("province")
    ).eligible
    assert queries.standing_of(raw, on=ON) == "ineligible"


def test_unsure_figures_are_hints_and_refuse_nothing(world: World) -> None:
    conditions = queries.conditions(world.edition, world.agency, "620422", on=ON)
    assert [one.rule.id for one in conditions.hints] == ["cn-2024-1.agency.staff"]  # five of fifteen
    assert conditions.breached == []
    assert world.commissioned().state == "commissioned"


def test_an_agency_whose_fields_have_gaps_is_not_commissioned(world: World) -> None:
    leaving = world.agency.employments.get(assessor__disciplines=["ecology"])
    assessors.end_employment(leaving, until=ON, **world.as_("province"))
    assert sheet(world, world.agency.key)["assessor_covers_ecology"] is False
    assert sheet(world, world.agency.key, ON - timedelta(days=1))["assessor_covers_ecology"] is True
    with pytest.raises(CannotCommission, match="涵盖"):
        world.commissioned()


@pytest.mark.shows("cn-2024-1/8.5.c", by="record")
def test_a_person_leaves_one_agency_joins_another_and_keeps_the_history(world: World) -> None:
    other = make_agency(world.cast, None, 2)
    mover = world.people[0].employments.get()
    found = world.accepted()
    assessors.name_team(found, world.team(), **world.as_("agency"))
    day = ON + timedelta(days=10)
    assessors.end_employment(mover, until=day, **world.as_("province", day))
    assessors.employ(other, mover.assessor, since=day, **world.as_("province", day))
    rows = list(mover.assessor.employments.order_by("since").values_list("agency__key", "since", "until"))
    assert rows == [(world.agency.key, date(2024, 1, 1), day), (other.key, day, None)]
    assert [one.engagement.number for one in queries.cases_of(mover.assessor)] == [found.number]
    flow = queries.turnover(world.agency, on=day)
    assert (flow.at_start, flow.at_end, flow.joined, flow.left, flow.stayed) == (5, 4, 0, 1, 4)
    assert queries.turnover(other, on=day).joined == 1
    assert mover.assessor not in queries.staff(world.agency, on=day)
    assert mover.assessor in queries.staff(world.agency, on=day - timedelta(days=1))


@pytest.mark.shows("cn-2024-1/8.5.c", by="record", refusal=True)
def test_nobody_works_for_two_agencies_at_once(world: World) -> None:
    other = make_agency(world.cast, None, 2)
    with pytest.raises(CannotRegister, match="须先登记离职"):
        assessors.employ(other, world.people[0], since=ON, **world.as_("province"))
    mover = world.people[0].employments.get()
    with pytest.raises(CannotRegister, match="离职日"):
        assessors.end_employment(mover, until=mover.since, **world.as_("province"))


def test_a_known_identity_is_the_same_person_and_the_number_is_not_kept(world: World) -> None:
    entered = assessors.NewAssessor("方工", "senior", ("mining",), identity_number="620102198001011234")
    first = assessors.employ(world.agency, entered, since=date(2025, 1, 1), **world.as_("agency"))
    assessors.end_employment(first, until=date(2026, 1, 1), **world.as_("agency"))
    other = make_agency(world.cast, None, 2)
    again_entered = assessors.NewAssessor("方工（新）", identity_number=" 620102198001011234")
    second = assessors.employ(other, again_entered, since=date(2026, 1, 1), **world.as_("province"))
    assert second.assessor == first.assessor
    assert second.assessor.name == "方工"
    assert "620102198001011234" not in str(Assessor.objects.filter(pk=first.assessor.pk).values().get())


@pytest.mark.shows("cn-2024-1/8.5.a", by="record")
def test_trainings_and_test_results_are_kept(world: World) -> None:
    trained = assessors.record_training(
        world.people[0], "2026年绿色矿山评估培训", trained_on=date(2026, 6, 1), score=Decimal("92.5"), passed=True,
        hours=Decimal(16), **world.as_("agency"),
    )  # fmt: skip
    assert (trained.score, trained.passed) == (Decimal("92.5"), True)
    assert Record.objects.get(verb="assessors.trained").cite == ["cn-2024-1/8.5.a"]


@pytest.mark.shows("cn-2024-1/8.5.a", by="record", refusal=True)
def test_an_unknown_test_result_stays_unknown_and_is_shown(world: World) -> None:
    from greenmine.assessors.teams import hints

    person = world.people[0]
    assessors.record_training(person, "培训", trained_on=ON, **world.as_("agency"))
    assert person.trainings.get().passed is None
    found = world.accepted()
    assessors.name_team(found, world.team(), **world.as_("agency"))
    said = [one["zh"] for one in hints(world.edition, found, on=ON)]
    assert f"{person.name} 没有考核合格的培训记录（待核实）" in said
    for wrong in ({"trained_on": ON + timedelta(days=1)}, {"score": Decimal(101)}):
        given = {"trained_on": ON, **wrong}
        with pytest.raises(CannotRegister):
            assessors.record_training(person, "另一培训", **given, **world.as_("agency"))
    with pytest.raises(CannotRegister, match="已登记"):
        assessors.record_training(person, "培训", trained_on=ON, **world.as_("agency"))


@pytest.mark.shows("gs-2023/3.10.e", by="record")
def test_measures_are_kept_and_found_for_a_region(world: World) -> None:
    held = assessors.record_measure(
        "甘肃省绿色矿山第三方评估管理办法", territory="620000", holds_from=date(2026, 1, 1), **world.as_("province")
    )
    assert queries.measures_for(world.edition, "620422", on=ON) == [held]
    assert queries.measures_for(world.edition, "620422", on=date(2025, 12, 31)) == []
    assert queries.measures_for(world.edition, "530102", on=ON) == []
    assert "文本未收录" in Record.objects.get(verb="assessors.measure_recorded").zh


@pytest.mark.shows("gs-2023/3.10.e", by="record", refusal=True)
def test_measures_of_another_province_or_twice_are_refused(world: World) -> None:
    title = "甘肃省绿色矿山第三方评估管理办法"
    with pytest.raises(CannotRegister, match="管辖"):
        assessors.record_measure("云南办法", territory="530000", **world.as_("province"))
    assessors.record_measure(title, territory="620000", **world.as_("province"))
    with pytest.raises(CannotRegister, match="已登记"):
        assessors.record_measure(title, territory="620000", **world.as_("province"))
    with pytest.raises(CannotRegister, match="失效日"):
        assessors.record_measure(
            title, territory="620000", number="2", holds_from=ON, holds_to=ON, **world.as_("province")
        )


def test_what_was_looked_up_is_known_and_what_was_not_is_unknown(world: World) -> None:
    assert sheet(world, registered(world).key)["assessor_blacklisted_on"] == "none"
    assert "assessor_blacklisted_on" not in sheet(world, registered(world, 9, looked_up=False).key)


def test_an_agency_linked_to_an_account_keeps_its_own_record(world: World) -> None:
    other = registered(world)
    with pytest.raises(CannotRegister, match="评估机构的账号"):
        assessors.link_account(other, house(world.cast.enterprise), **world.as_("province"))
    with pytest.raises(CannotRegister, match="其他机构"):
        assessors.link_account(other, house(world.cast.agency), **world.as_("province"))
    assessors.link_account(other, house(world.cast.other_agency), **world.as_("province"))
    assessors.employ(other, assessors.NewAssessor("自登", disciplines=FIELDS), since=ON, **world.as_("other_agency"))
    with pytest.raises(NotAllowed):
        assessors.employ(world.agency, assessors.NewAssessor("越权"), since=ON, **world.as_("other_agency"))
