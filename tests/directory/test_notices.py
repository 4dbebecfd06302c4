"""Public notices: who gives them, how long they run, who may object, when they end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from greenmine.directory import actions as directory
from greenmine.directory import noticing, queries
from greenmine.directory.models import NoticeMine, PublicNotice
from greenmine.directory.published.models import PublishedNotice, Statement
from greenmine.ledger import queries as ledger
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


def test_a_notice_runs_for_the_days_an_officer_entered_and_is_public_at_once(world: Any) -> None:
    notice = world.noticed(days=5)
    assert (notice.number, notice.from_on, notice.until_on) == ("GS-2026-0001", TODAY, TODAY + timedelta(days=5))
    assert [row.mine for row in notice.rows.all()] == [world.mine.key]
    shown = PublishedNotice.objects.get(number=notice.number)
    assert (shown.until_on, shown.state, shown.title_zh) == (notice.until_on, "running", "第一批公示")
    assert Statement.objects.filter(kind="notice", notice=notice.number).count() == 1
    assert "发起省级公示 GS-2026-0001：1 座矿山，5日" in ledger.last("notice", notice.number).zh


def test_working_days_leave_out_weekends_and_say_where_the_calendar_is_unsure(world: Any) -> None:
    until, _ = noticing.last_day(5, "working", date(2026, 11, 20))
    assert until == date(2026, 11, 27)
    assert noticing.last_day(5, "calendar", date(2026, 11, 20)) == (date(2026, 11, 25), False)


def test_the_days_are_a_reading_that_a_province_confirms(world: Any) -> None:
    days, kind = noticing.proposed_days("620000", TODAY)
    assert (days.value, kind.value, days.confidence) == ("7", "working", "I")


def test_a_county_gives_no_notice(world: Any, refused: Any) -> None:
    rows = [directory.NoticeRow(world.mine.key)]
    sentence = refused(
        lambda: directory.open_notice("provincial", rows, days=5, contact="x", title="y", **world.as_("county_decider"))
    )
    assert sentence == "该阶段公示由省级自然资源主管部门发起"


def test_the_province_gives_no_national_notice(world: Any, refused: Any) -> None:
    sentence = refused(
        lambda: directory.open_notice(
            "national", [directory.NoticeRow(world.mine.key)], days=5, contact="x", title="y", **world.as_("province")
        )
    )
    assert sentence == "该阶段公示由国家级自然资源主管部门发起"


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_notice_without_a_sensible_length_is_refused(world: Any, refused: Any, days: int) -> None:
    assert refused(lambda: world.noticed(days=days)) == "公示天数应为 1 至 365"


def test_nobody_stands_twice_on_a_notice_or_on_two_at_once(world: Any, refused: Any) -> None:
    assert refused(lambda: world.noticed(world.mine, world.mine)) == "青山铁矿重复列入"
    world.noticed()
    assert refused(world.noticed) == "青山铁矿正在公示中"


def test_a_batch_has_one_notice_at_a_stage(world: Any, refused: Any) -> None:
    world.ended(world.noticed(batch="PC-2026-0001"))
    other = world.another_mine()
    assert refused(lambda: world.noticed(other, batch="PC-2026-0001")) == "该批次在本阶段已公示过"


def test_an_empty_list_is_no_notice(world: Any, refused: Any) -> None:
    assert (
        refused(
            lambda: directory.open_notice("provincial", [], days=5, contact="x", title="y", **world.as_("province"))
        )
        == "公示名单应有 1 至 500 座矿山"
    )


def test_a_notice_does_not_end_on_its_last_day_but_on_the_next(world: Any, refused: Any) -> None:
    notice = world.noticed()
    last = notice.until_on
    assert refused(lambda: directory.end_notice(notice, by=world.cast.province, on=last)) == (
        f"公示期至 {last}，期满后方可结束"
    )
    ended = directory.end_notice(notice, by=world.cast.province, on=last + timedelta(days=1))
    assert (ended.state, ended.rows.get().outcome) == ("ended", NoticeMine.Outcome.CLEAR)
    assert PublishedNotice.objects.get(number=notice.number).state == "ended"


def test_a_notice_ends_by_a_persons_act_only(world: Any) -> None:
    notice = world.noticed()
    from greenmine.evaluation import tasks

    tasks.roll(on=notice.until_on + timedelta(days=30)) if hasattr(tasks, "roll") else None
    assert PublicNotice.objects.get(pk=notice.pk).state == "running"


def test_another_authority_does_not_end_it(world: Any, refused: Any) -> None:
    notice = world.noticed()
    after = notice.until_on + timedelta(days=1)
    assert refused(lambda: directory.end_notice(notice, by=world.cast.county_decider, on=after)) == (
        "该公示由甘肃省自然资源厅发起，由其办理。"
    )


def test_a_notice_is_withdrawn_with_a_reason_the_public_sees(world: Any, refused: Any) -> None:
    notice = world.noticed()
    assert refused(lambda: directory.withdraw_notice(notice, " ", by=world.cast.province, on=TODAY)) == "请填写撤回理由"
    directory.withdraw_notice(notice, "名单有误", by=world.cast.province, on=TODAY)
    shown = PublishedNotice.objects.get(number=notice.number)
    assert (shown.state, shown.outcome_zh) == ("withdrawn", "撤回：名单有误")
    world.noticed()


def test_a_county_sees_the_notice_that_names_its_mine_and_its_neighbour_does_not(world: Any) -> None:
    notice = world.noticed()
    assert list(queries.notices_for(world.cast.county, on=TODAY)) == [notice]
    assert list(queries.notices_for(world.cast.other_county, on=TODAY)) == []
    assert list(queries.notices_for(world.cast.enterprise, on=TODAY)) == []
    assert list(queries.notices_for(world.cast.agency, on=TODAY)) == []
