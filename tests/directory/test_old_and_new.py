"""Old city and county lists, legacy directories, and campaigns that read listed mines by a new indicator set."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from greenmine.assessment.models import Assessment
from greenmine.directory import actions as directory
from greenmine.directory import campaigns, queries
from greenmine.directory.models import CampaignMine, Entry, IncomingFile, LegacyMine
from greenmine.editions import standards
from tests.conftest import TODAY
from tests.directory.conftest import Upload, known

pytestmark = pytest.mark.django_db
DAY = TODAY + timedelta(days=6)
HEAD = "矿山名称,行政区划代码,名录级别,纳入日期,决定文号,名录状态,移出日期\n"


def brought(world: Any, who: str, kind: str, text: str, **more: Any) -> IncomingFile:
    given = directory.Brought(kind, "历史名录", "甘国土资发〔2021〕3号", **more)
    return directory.bring(given, Upload("名录.csv", text.encode()), **world.as_(who))


def old_list(world: Any) -> LegacyMine:
    text = f"矿山编号,矿山名称,行政区划代码,列入日期\n{world.mine.key},青山铁矿,620422,2019-05-01\n"
    directory.load(brought(world, "county", "old-list", text, level="county"), **world.as_("county"))
    return LegacyMine.objects.get()


def assessment(world: Any, verdict: str, *, digest: str = "b" * 64, party: str = "third_party") -> Assessment:
    from django.utils import timezone

    return Assessment.objects.create(
        number=f"ZP-2026-{Assessment.objects.count() + 1:04d}", party=party, state="submitted", mine=world.mine.key, region_code="620422",
        organisation="O1", engagement="WT-1" if party != "self" else "", year=2026, standard="demo", standard_digest=digest, edition=world.law.id,
        verdict=verdict, low=8800, high=8800, opened_on=TODAY, opened_by="x", changed_at=timezone.now(), submitted_on=TODAY, frozen_hash="x", frozen="",
    )  # fmt: skip


@pytest.mark.shows("cn-2024-1/2.3.d", by="act")
def test_an_old_list_is_history_and_opens_a_case_for_each_mine(world: Any) -> None:
    row = old_list(world)
    assert (row.number, row.state, row.level, row.listed_on) == ("CL-2026-0001", "imported", "county", date(2019, 5, 1))
    assert not Entry.objects.exists()
    assert known(world, "provincial_entry") in (None, "none")


@pytest.mark.shows("cn-2024-1/2.3.d", by="act", refusal=True)
def test_an_old_mine_moves_up_only_after_it_passed_its_assessment(world: Any, refused: Any) -> None:
    row = old_list(world)
    act = world.as_("province")
    assert "不能办理“择优推荐”" in refused(lambda: directory.move_up(row, "好", **act))
    assert refused(lambda: directory.judge_legacy(row, "ZP-2026-0009", **world.as_("county"))) == (
        "该矿山没有已提交的第三方评估，须先评估"
    )
    failed = assessment(world, "fail")
    row = directory.judge_legacy(row, failed.number, **world.as_("county"))
    assert refused(lambda: directory.move_up(row, "好", **act)) == "未通过第三方评估的矿山不能择优推荐"
    ended = directory.end_legacy(row, "未达标", **act)
    assert (ended.outcome, ended.state) == ("ended", "ended")


def test_the_best_are_recommended_and_their_entry_is_linked_when_it_comes(world: Any) -> None:
    row = directory.judge_legacy(old_list(world), assessment(world, "pass").number, **world.as_("county"))
    row = directory.move_up(row, "综合得分居前", **world.as_("province"))
    assert (row.outcome, row.passed) == ("moved_up", True)
    entry = world.listed()
    assert LegacyMine.objects.get().entry == entry.number


@pytest.mark.shows("gs-2023/1.d", by="record")
def test_the_baseline_of_gansu_is_reproduced_by_tier_as_of_a_day(world: Any) -> None:
    national = "".join(f"铁矿{n},620422,国家级,2019-12-01,自然资源部公告2019年第{n}号,在册,\n" for n in range(24))
    provincial = "".join(f"石矿{n},620422,省级,2020-06-01,甘国土资发〔2020〕{n}号,在册,\n" for n in range(5))
    for n in range(24):
        world.another_mine(f"铁矿{n}", clean=False)
    for n in range(5):
        world.another_mine(f"石矿{n}", clean=False)
    directory.load(brought(world, "ministry", "directory", HEAD + national), **world.as_("ministry"))
    directory.load(brought(world, "province", "directory", HEAD + provincial), **world.as_("province"))
    assert queries.counts_on(date(2020, 12, 31), prefix="62") == {
        "national": 24, "provincial": 5, "provincial_only": 5, "mines": 29,
    }  # fmt: skip
    assert queries.counts_on(date(2019, 12, 31), prefix="62")["mines"] == 24
    assert queries.counts_on(date(2019, 11, 30), prefix="62")["mines"] == 0


@pytest.mark.shows("gs-2023/1.d", by="record", refusal=True)
def test_a_legacy_list_of_another_owner_or_with_wrong_rows_is_not_taken_over(world: Any, refused: Any) -> None:
    file = brought(world, "province", "directory", HEAD + "青山铁矿,620422,国家级,2019-12-01,部〔2019〕1号,在册,\n")
    assert (file.good, file.bad) == (0, 1)
    assert file.rows.get().problems[0]["zh"] == "“名录级别”该级名录不由本单位管理"
    assert refused(lambda: directory.load(file, **world.as_("province"))).startswith("有 1 行存在问题")
    assert refused(lambda: directory.load(file, good_only=True, **world.as_("province"))) == "没有可导入的行"
    assert "岗位不能纳入名录" in refused(lambda: brought(world, "county", "directory", HEAD))


def test_a_legacy_entry_that_left_keeps_both_days(world: Any) -> None:
    text = HEAD + "青山铁矿,620422,省级,2020-06-01,甘〔2020〕1号,已移出,2022-03-01\n"
    directory.load(brought(world, "province", "directory", text), **world.as_("province"))
    entry = Entry.objects.get()
    assert (entry.legacy, entry.state, entry.left_on) == (True, "removed", date(2022, 3, 1))
    assert queries.listed_on(date(2022, 2, 28)).count() == 1
    assert queries.listed_on(date(2022, 3, 1)).count() == 0
    assert known(world, "provincial_entry") == "removed"


@pytest.fixture
def new_set() -> Any:
    return next(one.standard for one in standards.listed() if one.standard.status == "demonstration")


def campaign(world: Any, new_set: Any, **more: Any) -> Any:
    given = directory.Plan("按新指标复核", "provincial", new_set.id, **{"due_on": DAY + timedelta(days=90), **more})
    return directory.open_transition_campaign(given, **world.as_("province", DAY))


def test_a_campaign_lists_who_stands_under_an_older_set_with_a_due_day(world: Any, new_set: Any, refused: Any) -> None:
    entry = world.listed()
    found = campaign(world, new_set)
    row = found.rows.get()
    assert (row.entry, row.standard_before, row.due_on) == (entry, "demo-2024", DAY + timedelta(days=90))
    row.entry.standard_digest = new_set.digest
    row.entry.save()
    assert refused(lambda: campaign(world, new_set)) == "没有依旧评价指标纳入的在册矿山"


def test_a_campaign_needs_a_set_that_can_judge_and_an_owner(world: Any, new_set: Any, refused: Any) -> None:
    world.listed()
    hollow = next(one.standard for one in standards.listed() if one.standard.status == "structure_only")
    assert refused(lambda: campaign(world, hollow)) == "该指标仅有结构，不能据以判断"
    plan = directory.Plan("x", "provincial", "no-such-set")
    assert refused(lambda: directory.open_transition_campaign(plan, **world.as_("province", DAY))) == "请选择新评价指标"
    assert refused(lambda: directory.open_transition_campaign(plan, **world.as_("county", DAY))).startswith(
        "绿色矿山名录只有"
    )


@pytest.mark.shows("cn-2024-1/17.b", by="record", refusal=True)
def test_without_an_account_under_the_new_set_the_result_is_unknown_not_below(
    world: Any, new_set: Any, refused: Any
) -> None:
    world.listed()
    row = directory.judge_campaign(campaign(world, new_set).rows.get(), **world.as_("province_clerk", DAY))
    assert (row.result, row.figures) == ("unknown", {"by": "none"})
    for decision, words in (("keep", "不能作为符合新指标继续在册"), ("rectify", "只有不符合新指标的矿山才责令整改")):
        assert words in refused(
            lambda decision=decision: directory.decide_campaign(
                row, decision, "理由", evidence_files=(world.file(),), **world.as_("province", DAY)
            )
        )


@pytest.mark.shows("cn-2024-1/17.b", by="record")
def test_the_new_set_reads_the_mine_and_another_person_decides(world: Any, new_set: Any, refused: Any) -> None:
    entry = world.listed()
    assessment(world, "pass", digest=new_set.digest)
    row = directory.judge_campaign(campaign(world, new_set).rows.get(), **world.as_("province", DAY))
    assert (row.result, row.assessment, row.figures["low"]) == ("meets", "ZP-2026-0001", 8800)
    assert "提出人不能同时作出决定" in refused(
        lambda: directory.decide_campaign(row, "keep", "符合", **world.as_("province", DAY))
    )
    kept = directory.decide_campaign(row, "keep", "符合新指标", **world.as_(world.second_decider, DAY))
    now = Entry.objects.get(pk=entry.pk)
    assert (kept.decision, now.standard_digest, now.stands) == ("keep", new_set.digest, True)
    closed = directory.close_campaign(kept.campaign, **world.as_("province", DAY))
    assert closed.closed_on == DAY


def test_a_mine_below_the_new_set_rectifies_and_nothing_removes_it_by_itself(
    world: Any, new_set: Any, refused: Any
) -> None:
    entry = world.listed()
    assessment(world, "fail", digest=new_set.digest)
    found = campaign(world, new_set)
    row = directory.judge_campaign(found.rows.get(), **world.as_("province_clerk", DAY))
    assert row.result == "below"
    assert (
        refused(lambda: directory.decide_campaign(row, "rectify", "不符合", **world.as_("province", DAY)))
        == "请附复核材料"
    )
    decided = directory.decide_campaign(
        row, "rectify", "边坡治理不到位", evidence_files=(world.file(),), **world.as_("province", DAY)
    )
    assert decided.removal == "YC-2026-0001"
    assert Entry.objects.get(pk=entry.pk).stands
    assert campaigns.read_by_new(world.mine.key, found, on=DAY)[0] == CampaignMine.Result.BELOW


def test_a_campaign_closes_when_everybody_was_decided(world: Any, new_set: Any, refused: Any) -> None:
    world.listed()
    found = campaign(world, new_set)
    assert refused(lambda: directory.close_campaign(found, **world.as_("province", DAY))) == "还有 1 座矿山待决定"
