"""The national tier: ranked candidates, a person decides, experts vote, a field check, the ministry's notice, a second entry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from greenmine.accounts.permissions import NotAllowed
from greenmine.directory.models import Entry
from greenmine.law.steps import OutOfTurn
from greenmine.selection import actions as selection
from greenmine.selection import queries, recommending
from greenmine.selection.models import Application, Recommendation
from greenmine.selection.permissions import CannotSelect
from tests.selection import ground


@pytest.fixture
def listed(world_of: Any) -> tuple[ground.World, list[Entry]]:
    """Two mines of Yunnan in the provincial directory, the second with the higher score, and a national batch."""
    from greenmine.assessment.models import Assessment
    from greenmine.editions import standards

    world, digest = world_of(ground.YUNNAN), standards.get("demo-2026").digest
    other = ground.clean_mine(world, "青山二矿")
    filed = [ground.filed(world, mine) for mine in (world.mine, other)]
    filed = [ground.walk(world, one, "confirmed") for one in filed]
    ground.walk(world, filed[0], "noticed")
    entries = []
    for number, one in enumerate(filed):
        application = ground.walk(world, ground.again(one))
        entries.append(Entry.objects.get(number=application.entry))
        Assessment.objects.create(
            number=f"PG-ZP-{number}", party="third_party", state="submitted", mine=application.mine, engagement=application.engagement,
            region_code=application.region_code, holder=application.holder, organisation="O99", year=2026, standard="demo-2026",
            standard_digest=digest, edition="e", low=8400 + 500 * number, high=9000, verdict="pass", opened_on=world.on,
            opened_by="评估", changed_at="2026-08-20T00:00:00Z", submitted_on=world.on, frozen='{"result": {"dimensions": []}}', frozen_hash="f" * 64,
        )  # fmt: skip
    world.batch = ground.opened_batch(world, title="2026年国家级遴选", tier="national")
    return world, entries


def recommended(world: ground.World, mine: str) -> Application:
    chosen = [{"mine": mine, "reason": "资源利用水平全省领先"}]
    made = selection.propose_recommendation(world.batch, chosen, **world.act("province.reviewer"))
    return selection.decide_recommendation(made, **world.act("province.decider"))[0]


def walked(world: ground.World, application: Any, until: str = "listed") -> Any:
    for one in ground.NATIONAL:
        if application.state == until:
            return application
        application = one(world, application)
    assert application.state == until
    return application


@pytest.mark.shows("yn-2025/5.4.f", by="act")
def test_candidates_are_ranked_by_score_and_the_basis_is_kept(listed: Any) -> None:
    from greenmine.papers.models import Paper

    world, (first, second) = listed
    found = queries.candidates(world.batch, world.people["province"]["reviewer"], on=world.on)
    assert [(one.rank, one.entry, one.points) for one in found] == [(1, second.number, 8900), (2, first.number, 8400)]
    application = recommended(world, first.mine)
    kept = Recommendation.objects.get()
    assert [(one["rank"], one["mine"]) for one in kept.ranking] == [(1, second.mine), (2, first.mine)]
    assert (kept.quota, kept.quota_source["confidence"]) == (10, "I")
    assert (application.tier, application.state, application.table) == ("national", "recommended", "national-2024")
    letter = Paper.objects.get(kind="national-recommendation")
    assert letter.fields["mines"][0][1:3] == [first.number, "青山铁矿"]


@pytest.mark.shows("yn-2025/5.4.f", by="act", refusal=True)
def test_only_active_provincial_entries_are_recommended_and_by_another_than_who_proposed(listed: Any) -> None:
    world, (first, second) = listed
    outside = ground.clean_mine(world, "未入库矿")
    with pytest.raises(CannotSelect, match="只能从现行省级名录"):
        selection.propose_recommendation(
            world.batch, [{"mine": outside.key, "reason": "x"}], **world.act("province.reviewer")
        )
    Entry.objects.filter(pk=second.pk).update(changing=True)
    with pytest.raises(CannotSelect, match="只能从现行省级名录"):
        selection.propose_recommendation(
            world.batch, [{"mine": second.mine, "reason": "x"}], **world.act("province.reviewer")
        )
    with pytest.raises(CannotSelect, match="推荐理由"):
        selection.propose_recommendation(
            world.batch, [{"mine": first.mine, "reason": ""}], **world.act("province.reviewer")
        )
    with pytest.raises(CannotSelect, match="由省级自然资源主管部门推荐"):
        selection.propose_recommendation(
            world.batch, [{"mine": first.mine, "reason": "x"}], **world.act("county.reviewer")
        )
    made = selection.propose_recommendation(
        world.batch, [{"mine": first.mine, "reason": "好"}], **world.act("province.decider")
    )
    with pytest.raises(NotAllowed, match="不能同时作出决定"):
        selection.decide_recommendation(made, **world.act("province.decider"))
    assert Application.objects.filter(tier="national").count() == 0


@pytest.mark.shows("cn-2024-1/9.2.b", "cn-2024-1/9.2.c", "cn-2024-1/9.2.d", by="act")
def test_experts_field_check_notice_and_a_second_entry_with_its_own_owner(listed: Any) -> None:
    world, (first, _) = listed
    application = recommended(world, first.mine)
    application = walked(world, application)
    assert (application.state, application.outcome) == ("listed", "listed")
    held = application.meetings.get(kind="experts")
    assert (held.favour, [one.vote for one in held.votes.all()], held.minutes is not None) == (3, ["for"] * 3, True)
    check = application.verifications.get()
    assert (check.stage, check.confirmed, len(check.views)) == ("field", True, 2)
    entries = Entry.objects.filter(mine=first.mine).order_by("tier")
    assert [(one.tier, one.owner) for one in entries] == [
        ("national", world.people["ministry"][""].key), ("provincial", world.people["province"][""].key),
    ]  # fmt: skip
    assert entries[0].notice is not None
    assert (entries[0].notice.stage, entries[0].notice.state) == ("national", "ended")


@pytest.mark.shows("cn-2024-1/9.2.b", by="act", refusal=True)
def test_without_the_experts_majority_or_minutes_nothing_goes_on(listed: Any) -> None:
    world, (first, _) = listed
    application = recommended(world, first.mine)
    with pytest.raises(OutOfTurn):
        ground.take(
            world, application, "plan_field_check", "ministry.reviewer", {"team": ground.TEAM, "planned_on": world.on}
        )
    with pytest.raises(CannotSelect, match="未过半数"):
        ground.take(world, application, "support", "ministry.decider", ground.meeting(world, 1, 2))
    without = {key: value for key, value in ground.meeting(world).items() if key != "minutes"}
    with pytest.raises(CannotSelect, match="会议纪要"):
        ground.take(world, application, "support", "ministry.decider", without)
    with pytest.raises(NotAllowed):
        ground.take(world, application, "support", "province.decider", ground.meeting(world))
    application = ground.take(world, application, "not_support", "ministry.decider", ground.meeting(world, 1, 2))
    assert (application.state, application.outcome) == ("not_supported", "not_supported")


@pytest.mark.shows("cn-2024-1/9.2.c", by="act", refusal=True)
def test_a_field_check_that_fails_ends_the_recommendation_and_keeps_the_provincial_entry(listed: Any) -> None:
    world, (first, _) = listed
    application = walked(world, recommended(world, first.mine), "checking")
    application = ground.take(
        world, application, "record_field_check", "ministry.reviewer", ground.sight(world, met=False)
    )
    with pytest.raises(CannotSelect, match="存在不符合"):
        ground.take(world, application, "confirm_field_check", "ministry.decider", ground.REASONS)
    application = ground.take(world, application, "refuse_field_check", "ministry.decider", {"reasons": "现场不符"})
    assert application.outcome == "verification_failed"
    assert Entry.objects.get(mine=first.mine).state == "listed"


@pytest.mark.shows("cn-2024-1/9.2.d", by="act", refusal=True)
def test_the_ministrys_notice_is_not_ended_early_nor_given_by_a_province(listed: Any) -> None:
    from greenmine.directory.models import PublicNotice

    world, (first, _) = listed
    application = walked(world, recommended(world, first.mine), "confirmed")
    with pytest.raises((CannotSelect, NotAllowed)):
        selection.open_notice(world.batch, "national", days=7, contact="010-1", **world.act("province.decider"))
    made = selection.open_notice(world.batch, "national", days=7, contact="010-1", **world.act("ministry.decider"))
    world.on = PublicNotice.objects.get(number=made.number).until_on
    with pytest.raises(CannotSelect):
        selection.end_notice(made, **world.act("ministry.decider"))
    assert ground.again(application).state == "in_notice"
    with pytest.raises(OutOfTurn):
        ground.take(world, ground.again(application), "decide", "ministry.decider", ground.meeting(world))


@pytest.mark.shows("nm-2020/4.2.c", by="act")
def test_a_mine_of_inner_mongolia_goes_the_national_way(world_of: Any) -> None:
    from greenmine.ledger.models import Record

    world = world_of(ground.INNER_MONGOLIA)
    ground.walk(world, ground.filed(world))
    world.batch = ground.opened_batch(world, title="2026年国家级遴选", tier="national")
    application = recommended(world, world.mine.key)
    assert (application.table, application.state) == ("national-2024", "recommended")
    said = Record.objects.get(verb="selection.recommended")
    assert (said.subject_key, said.cite) == (application.number, ["cn-2024-1/9.2.a", "nm-2020/4.2.c"])


@pytest.mark.shows("nm-2020/4.2.c", by="act", refusal=True)
def test_before_the_national_notice_no_national_procedure_is_held(law: Any) -> None:
    from greenmine.editions import procedures

    day = ground.INNER_MONGOLIA_2020.start
    with pytest.raises(procedures.NoTableInForce, match="未收录"):
        procedures.choose("national", "150423", day)


def test_an_unscored_mine_stands_last_and_a_proposed_quota_only_shows(listed: Any) -> None:
    from greenmine.assessment.models import Assessment

    world, (first, second) = listed
    Assessment.objects.filter(mine=second.mine, party="third_party").delete()
    found = recommending.candidates("530000")
    assert [(one.mine, one.points) for one in found] == [(first.mine, 8400), (second.mine, None)]
    assert (recommending.quota_on(world.on).binds, recommending.quota_on(world.on).figure) == (False, 10)
    assert recommending.quota_on(world.on.replace(year=2024, month=4, day=14)).figure is None
    assert recommending.candidates("150000") == []


def test_a_province_withdraws_its_recommendation(listed: Any) -> None:
    world, (first, _) = listed
    application = recommended(world, first.mine)
    with pytest.raises(NotAllowed):
        ground.take(world, application, "withdraw_recommendation", "firm.decider", {"reasons": "x"})
    application = ground.take(
        world, application, "withdraw_recommendation", "province.decider", {"reasons": "发现新情况"}
    )
    assert (application.outcome, application.closed_on) == ("withdrawn", world.on)
    world.wait(40)
    with pytest.raises(CannotSelect, match="截止，请参加下一批次"):
        selection.propose_recommendation(
            world.batch, [{"mine": first.mine, "reason": "x"}], **world.act("province.reviewer")
        )
    assert world.on - application.closed_on == timedelta(days=40)
