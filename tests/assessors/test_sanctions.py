"""Debarment and suspension: by a person's decision, for agency and persons separately, to the day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from greenmine.accounts.permissions import NotAllowed, ProposerDecides
from greenmine.assessors import actions as assessors
from greenmine.assessors import queries
from greenmine.assessors.models import Debarment
from greenmine.assessors.permissions import check_can_see_content
from greenmine.assessors.refusals import CannotCommission, CannotDebar, CannotEngage, CannotSee
from greenmine.ledger.models import Record

from .conftest import ON, World, again, make_agency, terms

NOTIFIED = date(2026, 11, 10)
DAY = timedelta(days=1)


def debar(world: World, kind: str = "agency", key: str = "", **changes: Any) -> Debarment:
    given = {
        "ground": "cn-2024-1/17.0.3", "reason": "与企业串通造假，查实", "decision_number": "甘资罚〔2026〕5号",
        "decided_on": date(2026, 11, 3), "notified_on": NOTIFIED, **changes,
    }  # fmt: skip
    return assessors.debar(kind, key or world.agency.key, **given, **world.as_("province"))


def test_the_term_runs_three_years_from_notification_and_the_end_day_is_free(world: World) -> None:
    found = debar(world)
    assert (found.since, found.until) == (NOTIFIED, date(2029, 11, 10))
    days = {
        NOTIFIED - DAY: False, NOTIFIED: True, date(2029, 11, 9): True, date(2029, 11, 10): False,
    }  # fmt: skip
    assert {day: queries.is_debarred("agency", world.agency.key, day) for day in days} == days
    assert Record.objects.get(verb="assessors.debarred").cite == [
        "cn-2024-1/17.0.3", "cn-2024-1/17.0.6", "cn-2024-1/17.0.7", "cn-2024-1/17.0.8",
    ]  # fmt: skip


def test_the_rule_on_debarment_reads_what_the_decision_stated(world: World) -> None:
    debar(world)
    for day, outcome in ((NOTIFIED, "breached"), (date(2029, 11, 9), "breached"), (date(2029, 11, 10), "satisfied")):
        findings = {one.rule.id: one for one in queries.conditions(world.edition, world.agency, None, on=day).findings}
        assert str(findings["cn-2024-1.agency.debarred"].outcome) == outcome


def test_the_decision_may_count_from_its_own_day(world: World) -> None:
    assert debar(world, counted_from="decided").since == date(2026, 11, 3)


def test_a_term_from_the_29th_of_february_ends_on_the_28th(world: World) -> None:
    given = {"decided_on": date(2028, 2, 29), "notified_on": date(2028, 2, 29)}
    by = world.as_("province", date(2028, 3, 1))
    found = assessors.debar(
        "agency", world.agency.key, ground="cn-2024-1/17.0.1", reason="转包", decision_number="1", **given, **by
    )
    assert found.until == date(2031, 2, 28)


@pytest.mark.parametrize(
    "changes",
    [
        {"ground": "cn-2024-1/17.1"},
        {"reason": " "},
        {"decision_number": ""},
        {"notified_on": date(2026, 11, 2)},
        {"notified_on": ON + DAY},
        {"counted_from": "someday"},
        {"key": "A9999999"},
        {"kind": "mine"},
    ],
)
def test_nobody_is_debarred_without_a_verified_ground_and_a_decision(world: World, changes: dict) -> None:
    with pytest.raises(CannotDebar):
        debar(world, **changes)
    assert not Debarment.objects.exists()


def test_only_a_decider_of_province_or_ministry_debars_and_not_who_proposed(world: World) -> None:
    for who in ("province_clerk", "province_reviewer", "county_decider", "agency_decider", "auditor"):
        with pytest.raises(NotAllowed):
            assessors.debar(
                "agency", world.agency.key, ground="cn-2024-1/17.0.1", reason="转包", decision_number="1",
                decided_on=NOTIFIED, notified_on=NOTIFIED, **world.as_(who),
            )  # fmt: skip
    with pytest.raises(ProposerDecides):
        debar(world, proposed_by_id=world.cast.province.pk)
    debar(world)
    with pytest.raises(CannotDebar, match="已"):
        debar(world)


def test_a_debarred_agency_is_engaged_nowhere(world: World) -> None:
    waiting = world.checked()
    debar(world)
    with pytest.raises(CannotEngage, match="不予采信"):
        assessors.commission(waiting, terms(), **world.as_("province"))
    with pytest.raises(CannotEngage, match="不予采信"):
        world.drafted(purpose="recheck")


def test_two_assessors_of_a_debarred_agency_are_blocked_as_persons_too(world: World) -> None:
    debar(world)
    for person in world.people[:2]:
        debar(world, "assessor", person.key)
    other = make_agency(world.cast, None, 2)
    moved = ON + DAY
    for person in world.people[:3]:
        assessors.end_employment(person.employments.get(), until=moved, **world.as_("province", moved))
        assessors.employ(other, person, since=moved, **world.as_("province", moved))
    assert [queries.is_debarred("assessor", one.key, moved) for one in world.people[:3]] == [True, True, False]
    assert not queries.is_debarred("agency", other.key, moved)


def test_a_debarred_person_is_on_no_team(world: World) -> None:
    found = world.accepted()
    debar(world, "assessor", world.people[1].key)
    with pytest.raises(CannotEngage, match="不予采信"):
        assessors.name_team(found, world.team(), **world.as_("agency"))


def test_a_report_filed_within_the_term_is_refused_even_when_it_waits(world: World) -> None:
    found = world.filed()
    debar(world)
    with pytest.raises(CannotEngage, match="不予采信"):
        assessors.accept_report(found, **world.as_("province"))
    assert again(found).state == "filed"  # nothing happened to it by itself


def test_a_report_filed_before_the_term_is_for_a_person_to_judge(world: World) -> None:
    found = world.filed()
    later = ON + DAY
    debar_day = {"decided_on": later, "notified_on": later}
    assessors.debar(
        "agency", world.agency.key, ground="cn-2024-1/17.0.2", reason="泄密", decision_number="2", **debar_day,
        **world.as_("province", later),
    )  # fmt: skip
    assert [one.number for one in queries.earlier_engagements("agency", world.agency.key, before=later)] == [
        found.number
    ]
    assert assessors.accept_report(found, **world.as_("province", later)).state == "received"


def test_after_the_term_somebody_checks_the_agency_anew(world: World) -> None:
    debar(world)
    after = date(2029, 11, 10)
    assert queries.standing_of(world.agency, on=NOTIFIED) == "debarred"
    assert queries.standing_of(world.agency, on=after) == "to_be_checked"
    assessors.check_agency(
        world.agency, eligible=True, capable=True, reason="期满重新审核", **world.as_("province", after)
    )
    assert queries.standing_of(world.agency, on=after) == "eligible"


def test_an_agency_not_checked_anew_is_not_commissioned(world: World) -> None:
    found = world.checked()
    world.agency.checks.all().delete()
    with pytest.raises(CannotCommission, match="重新审核"):
        assessors.commission(found, terms(), **world.as_("province"))


def test_a_decision_set_aside_no_longer_holds_from_that_day(world: World) -> None:
    found = debar(world)
    with pytest.raises(CannotDebar, match="撤销"):
        assessors.revoke(found, " ", **world.as_("province"))
    assessors.revoke(found, "行政复议撤销", **world.as_("province"))
    assert queries.is_debarred("agency", world.agency.key, ON - DAY)
    assert not queries.is_debarred("agency", world.agency.key, ON)


@pytest.mark.shows("gs-2023/3.10.h", by="act")
def test_quality_is_recorded_and_an_agency_suspended_within_the_region(world: World) -> None:
    reviewer = world.as_("province_reviewer")
    assessors.add_entry(world.agency, "recheck_result", "复核与评估相差18分", **reviewer)
    held = assessors.suspend("agency", world.agency.key, "复核差异过大", region_code="620000", **reviewer)
    with pytest.raises(CannotEngage, match="暂停承接"):
        world.drafted()
    assert not queries.is_suspended(world.edition, "agency", world.agency.key, "530102", ON)
    later = ON + DAY
    assessors.lift_suspension(held, "整改到位", **world.as_("province_reviewer", later))
    assert world.drafted(later).state == "drafted"


@pytest.mark.shows("gs-2023/3.10.h", by="act", refusal=True)
def test_nobody_is_suspended_without_reason_or_outside_the_region(world: World) -> None:
    with pytest.raises(CannotDebar, match="理由"):
        assessors.suspend("agency", world.agency.key, " ", region_code="620000", **world.as_("province"))
    with pytest.raises(CannotDebar, match="管辖"):
        assessors.suspend("agency", world.agency.key, "质量", region_code="530000", **world.as_("province"))
    with pytest.raises(NotAllowed):
        assessors.suspend("agency", world.agency.key, "质量", region_code="620422", **world.as_("county"))
    assert not queries.is_suspended(world.edition, "agency", world.agency.key, "620422", ON)


def test_an_agency_sees_its_own_and_the_content_only_while_engaged(world: World) -> None:
    found = world.commissioned()
    cast = world.cast
    seen = {
        name: [one.number for one in queries.engagements_for(getattr(cast, name), on=ON)]
        for name in ("agency", "other_agency", "province_clerk", "county", "other_county", "enterprise", "operator")
    }
    assert seen == {
        "agency": [found.number], "other_agency": [], "province_clerk": [found.number], "county": [found.number],
        "other_county": [], "enterprise": [], "operator": [],
    }  # fmt: skip
    assert queries.content_is_open(cast.agency, found, on=ON)
    assert not queries.content_is_open(cast.other_agency, found, on=ON)
    ended = assessors.cancel(found, "另行安排", **world.as_("province"))
    assert [one.number for one in queries.engagements_for(cast.agency, on=ON)] == [found.number]
    assert not queries.content_is_open(cast.agency, ended, on=ON)
    assert queries.content_is_open(cast.province_clerk, ended, on=ON)
    with pytest.raises(CannotSee, match="列表中仍保留"):
        check_can_see_content(cast.agency, ended, on=ON)


def test_the_enterprise_knows_its_commissioned_engagements_only(world: World) -> None:
    found = world.checked()
    assert list(queries.engagements_of_enterprise(world.cast.enterprise, on=ON)) == []
    assessors.commission(found, terms(), **world.as_("province"))
    assert [one.pk for one in queries.engagements_of_enterprise(world.cast.enterprise, on=ON)] == [found.pk]
    assert list(queries.engagements_of_enterprise(world.cast.other_enterprise, on=ON)) == []


@pytest.mark.parametrize(("name", "shown"), [("张", "张*"), ("张三", "张*"), ("欧阳修远", "欧***"), ("", "")])
def test_names_are_covered_for_the_public(name: str, shown: str) -> None:
    assert queries.redacted(name) == shown
