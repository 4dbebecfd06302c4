"""Conflicts of interest: what the records show, what was declared, what nobody knows, and what a person decides."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from greenmine.assessors import actions as assessors
from greenmine.assessors import queries
from greenmine.assessors.conflicts import CLEAR, CONFLICT, UNKNOWN, conflicts
from greenmine.assessors.models import Agency
from greenmine.assessors.refusals import CannotCommission, CannotEngage
from greenmine.registry import actions as registry
from greenmine.registry.models import Control, Enterprise

from .conftest import NO_PERSONAL_TIES, NO_TIES, ON, World, again, terms


def kinds(ties: Any) -> dict[str, str]:
    return {one.kind: one.outcome for one in ties}


def owned(world: World) -> Enterprise:
    """The agency as an enterprise of the registry."""
    return registry.register_enterprise(world.agency.name, credit_code=world.agency.credit_code, by="测试", on=ON)


def controls(parent: Enterprise, child: Enterprise, **days: Any) -> None:
    Control.objects.create(parent=parent, child=child, holds_from=date(2020, 1, 1), **days)


@pytest.mark.shows("cn-2024-1/8.6.g", by="record", refusal=True)
@pytest.mark.shows("gs-2023/3.10.g", by="act", refusal=True)
def test_what_nobody_declared_is_unknown_and_blocks_the_commission(world: World) -> None:
    found = world.drafted()
    check = assessors.check_conflicts(found, **world.as_("province_clerk"))
    assert {one["kind"]: one["outcome"] for one in check.findings} == {
        "same_legal_person": CLEAR, "control_chain": UNKNOWN, "staff_history": UNKNOWN, "business": UNKNOWN,
        "self_assessment_help": UNKNOWN,
    }  # fmt: skip
    with pytest.raises(CannotEngage, match="待核实"):
        assessors.decide_conflicts(check, "proceed", "没有问题", **world.as_("province_clerk"))
    with pytest.raises(CannotCommission, match="待核实"):
        assessors.commission(again(found), terms(), **world.as_("province"))


@pytest.mark.shows("cn-2024-1/8.6.g", by="record")
@pytest.mark.shows("gs-2023/3.10.g", by="act")
def test_a_signed_declaration_settles_it_before_the_commission(world: World) -> None:
    found = world.checked()
    check = found.conflict_checks.get()
    assert {one["outcome"] for one in check.findings} == {CLEAR}
    declaration = found.declarations.get()
    assert (declaration.signed_by, declaration.signed_on, len(declaration.text_hash)) == ("许评估", ON, 64)
    assert f"declaration:{declaration.pk}" in {proof for one in check.findings for proof in one["evidence"]}
    assert assessors.commission(found, terms(), **world.as_("province")).state == "commissioned"


def test_every_point_is_declared_and_a_tie_described(world: World) -> None:
    found = world.drafted()
    with pytest.raises(CannotEngage, match="逐项"):
        assessors.declare_independence(found, {}, **world.as_("agency"))
    given = {**NO_TIES, "business": {"tie": True, "text": " "}}
    with pytest.raises(CannotEngage, match="说明情况"):
        assessors.declare_independence(found, given, **world.as_("agency"))
    with pytest.raises(CannotEngage, match="不由本机构"):
        assessors.declare_independence(found, NO_TIES, **world.as_("other_agency"))


def test_a_declared_tie_needs_a_persons_decision_with_its_reason(world: World) -> None:
    found = world.drafted()
    given = {**NO_TIES, "business": {"tie": True, "text": "2023年提供过水文勘察"}}
    assessors.declare_independence(found, given, **world.as_("agency"))
    check = assessors.check_conflicts(found, **world.as_("province_clerk"))
    with pytest.raises(CannotCommission, match="处理决定"):
        assessors.commission(again(found), terms(), **world.as_("province"))
    with pytest.raises(CannotEngage, match="理由"):
        assessors.decide_conflicts(check, "proceed", " ", **world.as_("province_clerk"))
    decided = assessors.decide_conflicts(check, "proceed", "三年前一次性业务，金额小", **world.as_("province_reviewer"))
    assert (decided.decision, decided.decided_by) == ("proceed", "韩审核")
    assert assessors.commission(again(found), terms(), **world.as_("province")).state == "commissioned"


def test_an_agency_that_is_to_stand_aside_is_not_commissioned(world: World) -> None:
    found = world.drafted()
    given = {**NO_TIES, "self_assessment_help": {"tie": True, "text": "代编自评报告"}}
    assessors.declare_independence(found, given, **world.as_("agency"))
    check = assessors.check_conflicts(found, **world.as_("province_clerk"))
    assessors.decide_conflicts(check, "recuse", "参与过自评", **world.as_("province_clerk"))
    with pytest.raises(CannotCommission, match="利益冲突"):
        assessors.commission(again(found), terms(), **world.as_("province"))
    ended = assessors.recuse_agency(again(found), "参与过自评", **world.as_("province_clerk"))
    assert (ended.state, ended.recusals.get().reason) == ("recused", "参与过自评")


def test_the_holder_itself_can_only_stand_aside(world: World) -> None:
    assert world.mine.holder is not None
    Agency.objects.filter(pk=world.agency.pk).update(credit_code=world.mine.holder.credit_code)
    found = world.drafted()
    assessors.declare_independence(found, NO_TIES, **world.as_("agency"))
    check = assessors.check_conflicts(found, **world.as_("province_clerk"))
    with pytest.raises(CannotEngage, match="只能回避"):
        assessors.decide_conflicts(check, "proceed", "照常", **world.as_("province_clerk"))


def test_a_shared_parent_is_found_in_the_chains_of_control(world: World) -> None:
    group = registry.register_enterprise("某集团", by="测试", on=ON)
    holder = world.mine.holder
    assert holder is not None
    own = owned(world)
    controls(group, holder)
    controls(group, own)
    found = {one.kind: one for one in queries.conflicts_of(world.edition, world.agency, world.mine, on=ON)}
    assert found["control_chain"].outcome == CONFLICT
    assert found["control_chain"].evidence == (f"enterprise:{group.key}",)


@pytest.mark.parametrize(("ends", "outcome"), [(date(2026, 11, 20), UNKNOWN), (date(2026, 11, 21), CONFLICT)])
def test_control_that_has_ended_does_not_count(world: World, ends: date, outcome: str) -> None:
    assert world.mine.holder is not None
    controls(owned(world), world.mine.holder, holds_to=ends)
    assert kinds(queries.conflicts_of(world.edition, world.agency, world.mine, on=ON))["control_chain"] == outcome


def test_another_chain_is_clear_but_a_declared_tie_stands_beside_it(world: World) -> None:
    controls(registry.register_enterprise("另一集团", by="测试", on=ON), owned(world))
    assert kinds(queries.conflicts_of(world.edition, world.agency, world.mine, on=ON))["control_chain"] == CLEAR
    found = world.drafted()
    given = {**NO_TIES, "control_chain": {"tie": True, "text": "股东参股青山矿业"}}
    assessors.declare_independence(found, given, **world.as_("agency"))
    ties = queries.conflicts_of(world.edition, world.agency, world.mine, on=ON, engagement_of=again(found))
    assert [one.outcome for one in ties if one.kind == "control_chain"] == [CLEAR, CONFLICT]


@pytest.mark.parametrize(
    ("until", "tied"),
    [(None, True), (date(2026, 6, 30), True), (date(2023, 11, 21), True), (date(2023, 11, 20), False)],
)
def test_staff_who_worked_for_the_holder_count_for_three_years(world: World, until: date | None, tied: bool) -> None:
    assert world.mine.holder is not None
    person = world.people[2]
    assessors.add_former_house(person, "青山矿业", enterprise=world.mine.holder.key, until=until, **world.as_("agency"))
    ties = queries.conflicts_of(world.edition, world.agency, world.mine, on=ON)
    assert [one.subject for one in conflicts(ties)] == ([("assessor", person.key)] if tied else [])


def test_a_member_tied_to_the_mine_is_not_on_the_team(world: World) -> None:
    assert world.mine.holder is not None
    found = world.accepted()
    assessors.add_former_house(
        world.people[2], "青山矿业", credit_code=world.mine.holder.credit_code, **world.as_("agency")
    )
    with pytest.raises(CannotEngage, match="须回避"):
        assessors.name_team(found, world.team(), **world.as_("agency"))


def test_a_member_who_declares_a_tie_holds_the_work_up_until_replaced(world: World) -> None:
    found = world.accepted()
    assessors.name_team(found, world.team(), **world.as_("agency"))
    tied = world.people[4]
    for one in world.people:
        ties = (
            {**NO_PERSONAL_TIES, "business": {"tie": True, "text": "承包过监测"}} if one == tied else NO_PERSONAL_TIES
        )
        assessors.declare(found, one.key, ties, committed=True, paper="纸-1", **world.as_("agency"))
    assert again(found).state == "team_named"
    recusal = assessors.recuse_member(found, tied.key, "有业务往来", **world.as_("province_clerk"))
    assert recusal.by == "秦经办"
    with pytest.raises(CannotEngage, match="须回避"):
        assessors.name_team(again(found), world.team(), **world.as_("agency"))
    new = assessors.employ(
        world.agency, assessors.NewAssessor("替补", disciplines=("environment",)), since=ON, **world.as_("agency")
    ).assessor
    assessors.name_team(again(found), world.team([*world.people[:4], new]), **world.as_("agency"))
    assessors.declare(again(found), new.key, NO_PERSONAL_TIES, committed=True, paper="纸-2", **world.as_("agency"))
    assert again(found).state == "declared"
