"""Teams: five fields, one leader, everybody employed that day, and signatures by the persons themselves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from greenmine.assessors import actions as assessors
from greenmine.assessors import queries
from greenmine.assessors.models import Employment
from greenmine.assessors.refusals import CannotEngage
from greenmine.assessors.teams import hints

from .conftest import FIELDS, HASH, NO_PERSONAL_TIES, ON, World, again, make_agency


def test_the_team_is_named_with_its_leader_first(world: World) -> None:
    found = world.accepted()
    team = assessors.name_team(found, world.team(), **world.as_("agency"))
    assert (team[0].assessor, team[0].leader) == (world.people[0], True)
    assert sorted(field for one in team for field in one.disciplines) == sorted(FIELDS)


@pytest.mark.parametrize("missing", range(5))
def test_a_team_that_lacks_a_field_is_refused_by_its_name(world: World, missing: int) -> None:
    names = ("地质", "采矿", "选矿", "生态", "环境")
    people = [one for number, one in enumerate(world.people) if number != missing]
    with pytest.raises(CannotEngage, match=f"尚缺：{names[missing]}"):
        assessors.name_team(world.accepted(), world.team(people), **world.as_("agency"))


def test_a_field_nobody_is_registered_for_is_not_claimed(world: World) -> None:
    members = [assessors.Member(world.people[0].key, FIELDS, leader=True)]
    with pytest.raises(CannotEngage, match="登记的专业"):
        assessors.name_team(world.accepted(), members, **world.as_("agency"))


def test_one_person_of_five_fields_covers_them_and_the_size_is_a_hint(world: World) -> None:
    one = assessors.employ(
        world.agency, assessors.NewAssessor("全才", "intermediate", FIELDS), since=ON, **world.as_("agency")
    ).assessor
    found = world.accepted()
    assessors.name_team(found, [assessors.Member(one.key, FIELDS, leader=True)], **world.as_("agency"))
    said = [line["zh"] for line in hints(world.edition, found, on=ON)]
    assert [line.split("（")[0] for line in said[:2]] == [
        "评估组人数 1，参考值不少于 5",
        "高级职称人数 0，参考值不少于 2",
    ]


def test_nobody_of_another_house_or_twice_or_unknown_is_named(world: World) -> None:
    other = make_agency(world.cast, None, 2)
    stranger = other.employments.order_by("id").first()
    assert stranger is not None
    found = world.accepted()
    with pytest.raises(CannotEngage, match="转让或外包"):
        assessors.name_team(found, [*world.team(), assessors.Member(stranger.assessor.key, ())], **world.as_("agency"))
    with pytest.raises(CannotEngage, match="重复"):
        assessors.name_team(found, [*world.team(), world.team()[1]], **world.as_("agency"))
    with pytest.raises(CannotEngage, match="P9999999"):
        assessors.name_team(found, [assessors.Member("P9999999", ())], **world.as_("agency"))
    members = [assessors.Member(one.assessor, one.disciplines) for one in world.team()]
    with pytest.raises(CannotEngage, match="组长"):
        assessors.name_team(found, members, **world.as_("agency"))
    assert queries.team_of(found) == []


@pytest.mark.parametrize(("until", "allowed"), [(ON, False), (ON + timedelta(days=1), True)])
def test_the_last_day_of_an_employment_still_counts(world: World, until: date, allowed: bool) -> None:
    found = world.accepted()
    Employment.objects.filter(assessor=world.people[1]).update(until=until)
    if allowed:
        assert len(assessors.name_team(found, world.team(), **world.as_("agency"))) == 5
    else:
        with pytest.raises(CannotEngage, match="不在"):
            assessors.name_team(found, world.team(), **world.as_("agency"))


def test_whoever_has_an_account_signs_himself(world: World) -> None:
    found = world.accepted()
    leader = world.people[0]
    leader.account = world.cast.agency_reviewer
    leader.save()
    assessors.name_team(found, world.team(), **world.as_("agency"))
    with pytest.raises(CannotEngage, match="本人签署"):
        assessors.declare(found, leader.key, NO_PERSONAL_TIES, committed=True, paper="x", **world.as_("agency"))
    with pytest.raises(CannotEngage, match="没有系统账号"):
        assessors.declare(found, world.people[1].key, NO_PERSONAL_TIES, committed=True, **world.as_("agency"))
    with pytest.raises(CannotEngage, match="承诺书"):
        assessors.declare(found, leader.key, NO_PERSONAL_TIES, committed=False, **world.as_("agency_reviewer"))
    signed = assessors.declare(found, leader.key, NO_PERSONAL_TIES, committed=True, **world.as_("agency_reviewer"))
    assert (signed.signed_by, signed.committed) == ("邓质控", True)
    assert again(found).state == "team_named"  # four others have not


def test_a_leader_with_an_account_reviews_himself(world: World) -> None:
    found = world.visited()
    leader = world.people[0]
    leader.account = world.cast.agency_reviewer
    leader.save()
    with pytest.raises(CannotEngage, match="本人审核"):
        assessors.review(found, "leader", HASH, passed=True, **world.as_("agency"))


def test_a_replaced_member_signs_before_work_goes_on(world: World) -> None:
    found = world.declared()
    new = assessors.employ(
        world.agency, assessors.NewAssessor("接替", disciplines=("mining",)), since=ON, **world.as_("agency")
    ).assessor
    people = [new if "mining" in one.disciplines else one for one in world.people]
    assessors.name_team(found, world.team(people), **world.as_("agency"))
    assert again(found).state == "declared"
    with pytest.raises(CannotEngage, match="尚未签署承诺与声明：接替"):
        assessors.finish_desk_review(again(found), **world.as_("agency"))
    assessors.declare(again(found), new.key, NO_PERSONAL_TIES, committed=True, paper="纸", **world.as_("agency"))
    assert assessors.finish_desk_review(again(found), **world.as_("agency")).state == "desk_reviewed"
    assert found.team.count() == 6
