"""The directory at the desk: every page opens for whom it is, shows nothing to others, and keeps what was typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from greenmine.directory import actions as directory
from greenmine.directory.models import Entry, Objection, PublicNotice, Removal
from greenmine.web.components import clock
from tests.conftest import TODAY
from tests.directory.conftest import WORDS, World, law, refused, world  # noqa: F401 -- fixtures of the room

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DAY = TODAY + timedelta(days=6)
NAME, GROUND = "马秀英", "经查实夜间违法开采三处"


def client_of(who: Any) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The desk's day: the one after the entry."""
    from greenmine.accounts import queries as accounts
    from greenmine.web.authority import (
        directory,
        directory_changes,
        directory_exchange,
        directory_forms,
        directory_notices,
        directory_objections,
        directory_removals,
        directory_shared,
        directory_transition,
    )
    from greenmine.web.components import desk, files

    for module in (
        clock, directory, directory_changes, directory_exchange, directory_forms, directory_notices, directory_objections, directory_removals,
        directory_shared, directory_transition, files,
    ):  # fmt: skip
        monkeypatch.setattr(module, "today", lambda: DAY)
    monkeypatch.setattr(accounts, "today", lambda: DAY)
    assert desk
    return DAY


@pytest.fixture
def entry(world: World, today: Any) -> Entry:  # noqa: F811
    return world.listed()


def opened(who: Any, name: str, *keys: Any, **asked: Any) -> Any:
    return client_of(who).get(reverse(f"authority:{name}", args=keys), asked)


def posted(who: Any, place: str, *keys: Any, **fields: Any) -> Any:
    return client_of(who).post(reverse(f"authority:{place}", args=keys), fields)


def upload() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("证据.txt", "现场记录".encode())


def proposed(world: World, entry: Entry) -> Removal:  # noqa: F811
    ground = directory.Ground("person", "cn-2024-1/17.4.a", GROUND)
    return directory.propose_removal(entry, ground, evidence_files=[world.file()], **world.as_("county", DAY))


def test_the_list_shows_what_stands_and_what_stood_on_a_day(world: World, entry: Entry) -> None:  # noqa: F811
    page = opened(world.cast.county, "directory").content.decode()
    assert entry.number in page
    assert "省级 1 座" in page
    before = opened(world.cast.county, "directory", on="2026-11-01").content.decode()
    assert entry.number not in before
    assert entry.number not in opened(world.cast.county, "directory", state="removed").content.decode()
    assert opened(world.cast.county, "directory", on="2026-02-30", after="x", tier="县级").status_code == 200


def test_the_list_takes_as_many_queries_for_thirty_rows_as_for_one(
    world: World,  # noqa: F811
    entry: Entry,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        client = client_of(world.cast.province)
        client.get(reverse("authority:directory"))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("authority:directory")).status_code == 200
        return len(seen)

    one = count()
    Entry.objects.bulk_create(
        Entry(
            number=f"ML-2025-{number:04d}", mine=f"M1000{number:04d}", mine_name=f"矿{number}", region_code="620422", tier="provincial",
            owner=entry.owner, owner_name=entry.owner_name, entered_on=DAY, decision_number="x", entered_by="x", recorded_on=DAY,
        )
        for number in range(60)
    )  # fmt: skip
    assert count() == one
    page = client_of(world.cast.province).get(reverse("authority:directory"))
    assert page.context["next_after"]
    assert client_of(world.cast.province).get(reverse("authority:directory_export")).status_code == 200


def test_an_entry_shows_its_history_why_it_is_listed_and_today(world: World, entry: Entry) -> None:  # noqa: F811
    page = opened(world.cast.county, "entry", entry.number).content.decode()
    assert "纳入省级绿色矿山名录（甘自然资发〔2026〕88号）" in page
    assert "为何在册" in page
    assert "今天呢" in page


def test_buttons_are_grey_with_the_reason(world: World, entry: Entry) -> None:  # noqa: F811
    Entry.objects.update(certificate_number="", certificate_issued_on=None)
    page = opened(world.cast.county, "entry", entry.number).content.decode()
    assert "省级名录的移出和变更由甘肃省自然资源厅决定。" in page
    assert 'value="propose_person"' in page


def test_a_removal_is_proposed_from_the_entry_and_seen_by_no_outsider(world: World, entry: Entry) -> None:  # noqa: F811
    sent = posted(
        world.cast.county, "entry_act", entry.number, act="propose_person", form="propose_person", provision="cn-2024-1/17.4.a",
        text=GROUND, evidence=upload(),
    )  # fmt: skip
    removal = Removal.objects.get()
    assert sent.url == reverse("authority:removal", args=[removal.number])
    assert GROUND in opened(world.cast.province, "removal", removal.number).content.decode()
    for who in (
        world.cast.enterprise,
        world.cast.other_enterprise,
        world.cast.agency,
        world.cast.other_county,
        world.cast.operator,
    ):
        for name, keys in (
            ("removal", [removal.number]),
            ("directory_removals", []),
            ("entry", [entry.number]),
            ("directory", []),
        ):
            found = opened(who, name, *keys)
            assert found.status_code in (200, 403, 404)
            assert GROUND not in found.content.decode()
            assert keys[:1] == [removal.number] or removal.number not in found.content.decode()
    own = opened(world.cast.enterprise, "entry", entry.number)
    assert own.status_code == 200
    assert "拟移出" not in own.content.decode()
    assert "bg-yellow-lt" not in own.content.decode()
    assert "在册" in own.content.decode()


def test_what_was_typed_stays_when_it_is_refused(world: World, entry: Entry) -> None:  # noqa: F811
    page = posted(
        world.cast.county,
        "entry_act",
        entry.number,
        act="propose_person",
        form="propose_person",
        provision="cn-2024-1/17.4.a",
        text=GROUND,
    )
    shown = page.content.decode()
    assert page.status_code == 200
    assert "人工认定的移出情形须附证据材料" in shown
    assert GROUND in shown
    assert not Removal.objects.exists()


def test_a_removal_is_taken_through_its_steps_at_the_desk(world: World, entry: Entry) -> None:  # noqa: F811
    removal = proposed(world, entry)
    key = removal.number
    posted(world.cast.province_clerk, "removal_act", key, act="note", text="现场核对", evidence=upload())
    posted(world.cast.province_clerk, "removal_act", key, act="verify", findings="属实")
    posted(world.cast.province_clerk, "removal_act", key, act="draft", kind="removal-prior-notice")
    page = opened(world.cast.province_clerk, "removal", key).content.decode()
    assert "审核、签发、编号并用印后才能送达" in page
    from tests.directory.conftest import signed

    paper = directory_paper(removal)
    signed(paper, signer=world.cast.province, reviewer=world.cast.province_reviewer, legal=world.second_decider, on=DAY)
    posted(
        world.cast.province_clerk, "removal_act", key, act="serve", kind="removal-prior-notice", day=DAY.isoformat(), way="direct",
        received_by="收发室",
    )  # fmt: skip
    posted(world.cast.province_clerk, "removal_act", key, act="hear_plea", text="请求从宽")
    posted(world.cast.province, "removal_act", key, act="decide", reasons="事实清楚")
    now = Removal.objects.get()
    assert (now.state, now.outcome) == ("decided", "removed")
    assert "自送达之日移出名录" in opened(world.cast.province_clerk, "removal", key).content.decode()


def directory_paper(removal: Removal) -> Any:
    from greenmine.directory.removing_papers import papers_of

    return papers_of(removal)[-1]


def test_an_objection_is_registered_at_the_desk_and_its_name_shows_only_when_opened(world: World, today: Any) -> None:  # noqa: F811
    notice = world.noticed(on=DAY - timedelta(days=1))
    sent = posted(
        world.cast.province_clerk, "directory_notice_act", notice.number, act="object", form="object", mine=world.mine.key, way="post",
        received_on=DAY.isoformat(), text=WORDS, name=NAME, phone="13900001111",
    )  # fmt: skip
    objection = Objection.objects.get()
    assert sent.url == reverse("authority:objection", args=[objection.number])
    page = opened(world.cast.province_clerk, "objection", objection.number).content.decode()
    assert WORDS in page
    assert NAME not in page
    seen = posted(
        world.cast.province_reviewer, "objection_act", objection.number, act="identity", reason="电话核实"
    ).content.decode()
    assert NAME in seen
    assert "电话核实" in seen
    for who in (
        world.cast.county,
        world.cast.county_decider,
        world.cast.other_county,
        world.cast.enterprise,
        world.cast.agency,
        world.cast.auditor,
    ):
        for name, keys in (
            ("objection", [objection.number]),
            ("directory_objections", []),
            ("directory_notice", [notice.number]),
        ):
            found = opened(who, name, *keys)
            assert found.status_code in (200, 403, 404)
            assert NAME not in found.content.decode()
            assert WORDS not in found.content.decode()
            assert keys[:1] == [objection.number] or objection.number not in found.content.decode()


def test_a_notice_shows_the_days_left_and_why_it_cannot_end(world: World, today: Any) -> None:  # noqa: F811
    notice = world.noticed(on=DAY - timedelta(days=1))
    page = opened(world.cast.province, "directory_notice", notice.number).content.decode()
    assert "公示中，还有 5 天" in page
    assert "期满后方可结束" in page
    posted(world.cast.province, "directory_notice_act", notice.number, act="end")
    assert PublicNotice.objects.get().state == "running"
    assert opened(world.cast.county, "directory_notices").content.decode().count(notice.number) >= 1
    assert notice.number not in opened(world.cast.other_county, "directory_notices").content.decode()


def test_a_change_of_holder_is_reported_checked_and_decided_at_the_desk(world: World, entry: Entry) -> None:  # noqa: F811
    world.another_mine()
    sent = posted(
        world.cast.county, "entry_act", entry.number, act="transfer", form="transfer", enterprise="E00000002", changed_on=DAY.isoformat(),
        reason="采矿权转让登记", evidence=upload(),
    )  # fmt: skip
    number = sent.url.rstrip("/").rsplit("/", 1)[-1]
    assert "变更核实中" in opened(world.cast.county, "entry", entry.number).content.decode()
    posted(world.cast.county, "change_act", number, act="check", findings="仍符合标准")
    row = entry.changes.get()
    posted(
        world.cast.province,
        "change_act",
        number,
        act="settle",
        form=f"settle-{row.pk}",
        row=row.pk,
        outcome="continued",
        reasons="条件未变",
    )
    now = Entry.objects.get(pk=entry.pk)
    assert (now.changing, now.holder) == (False, "E00000002")


def test_a_merger_with_unknown_mines_is_refused_in_words(world: World, entry: Entry) -> None:  # noqa: F811
    page = posted(
        world.cast.county, "directory_change_report", act="merge", form="merge", mines="M99, M98", into="M97", changed_on=DAY.isoformat(),
        reason="整合", evidence=upload(),
    )  # fmt: skip
    assert "没有编号为 M99 的矿山" in page.content.decode()
    assert "M99, M98" in page.content.decode()


def test_a_package_is_made_handed_over_and_receipted_at_the_desk(world: World, entry: Entry) -> None:  # noqa: F811
    sent = posted(world.cast.province_clerk, "exchange_make", act="make", format="directory", until_on=DAY.isoformat())
    number = sent.url.rstrip("/").rsplit("/", 1)[-1]
    posted(
        world.cast.province_clerk,
        "package_act",
        number,
        act="deliver",
        way="upload",
        where="全国绿色矿山名录管理系统",
        day=DAY.isoformat(),
    )
    page = opened(world.cast.province_clerk, "package", number)
    delivery = page.context["package"].deliveries.get()
    posted(
        world.cast.province_clerk,
        "package_act",
        number,
        act="receipt",
        form="x",
        delivery=delivery.pk,
        number="HZ-1",
        day=DAY.isoformat(),
    )
    assert "HZ-1" in opened(world.cast.province_clerk, "package", number).content.decode()
    kept = page.context["package"].file_id
    assert opened(world.cast.province_clerk, "package_file", number, kept).status_code == 200
    for who in (world.cast.county, world.cast.ministry, world.cast.enterprise):
        assert opened(who, "package", number).status_code in (403, 404)
        assert opened(who, "package_file", number, kept).status_code in (403, 404)


def test_a_file_is_previewed_with_its_problems_before_it_is_taken_over(world: World, today: Any) -> None:  # noqa: F811
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = "矿山名称,行政区划代码,列入日期\n青山铁矿,620422,2019-05-01\n没有的矿,620422,2019-05-01\n"
    sent = posted(
        world.cast.county, "exchange_make", act="bring", format="old-list", title="会宁县绿色矿山名单", origin="会国土发〔2019〕9号", level="county",
        upload=SimpleUploadedFile("名单.csv", text.encode()),
    )  # fmt: skip
    number = sent.url.rstrip("/").rsplit("/", 1)[-1]
    page = opened(world.cast.county, "incoming_file", number).content.decode()
    assert "未找到该矿山" in page
    assert "有 1 行存在问题" in posted(world.cast.county, "incoming_file_act", number, act="load").content.decode()
    posted(world.cast.county, "incoming_file_act", number, act="load", good_only="yes")
    legacy = opened(world.cast.county, "directory_legacy").content.decode()
    assert "青山铁矿" in legacy
    key = opened(world.cast.county, "directory_legacy").context["rows"][0][0].number
    assert "没有可选项" not in opened(world.cast.county, "legacy_mine", key).content.decode()
    assert "已作为历史导入" in opened(world.cast.county, "legacy_mine", key).content.decode()
    assert not Entry.objects.exists()


def test_a_campaign_is_opened_read_and_decided_at_the_desk(world: World, entry: Entry) -> None:  # noqa: F811
    from greenmine.editions import standards

    new = next(one.standard for one in standards.listed() if one.standard.status == "demonstration")
    sent = posted(
        world.cast.province, "campaign_open", act="open", title="按新指标复核", tier="provincial", indicator_set=new.id,
        due_on=(DAY + timedelta(days=90)).isoformat(),
    )  # fmt: skip
    number = sent.url.rstrip("/").rsplit("/", 1)[-1]
    row = entry.campaign_rows.get()
    posted(world.cast.province_clerk, "campaign_act", number, act="judge", row=row.pk)
    page = opened(world.cast.province, "campaign", number, row=row.pk).content.decode()
    assert "材料不足，待核实" in page
    refusal = posted(
        world.cast.province,
        "campaign_act",
        number,
        act="decide",
        form="decide",
        row=row.pk,
        decision="keep",
        reasons="看着挺好",
    ).content.decode()
    assert "不能作为符合新指标继续在册" in refusal
    assert "看着挺好" in refusal


def test_news_is_told_at_once_and_acknowledged(world: World, entry: Entry) -> None:  # noqa: F811
    posted(world.cast.county, "entry_act", entry.number, act="share", kind="problem", text="发现排土场滑移迹象")
    page = opened(world.cast.province, "directory_news").content.decode()
    assert "发现排土场滑移迹象" in page
    note = opened(world.cast.province, "directory_news").context["rows"][0][0]
    posted(world.cast.province, "directory_news_read", note.number, act="read")
    assert "1 个已签收" in opened(world.cast.county, "directory_news").content.decode()
    assert "发现排土场滑移迹象" not in opened(world.cast.other_county, "directory_news").content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "entry",
        "directory_notice",
        "objection",
        "removal",
        "change",
        "legacy_mine",
        "campaign",
        "package",
        "incoming_file",
    ],
)
@pytest.mark.parametrize("key", ["XX-2026-0001", "%00", "' OR 1=1", "矿" * 80])
def test_an_unknown_key_is_a_missing_page(world: World, today: Any, name: str, key: str) -> None:  # noqa: F811
    assert opened(world.cast.province_clerk, name, key).status_code in (403, 404)


@pytest.mark.parametrize(
    "name", ["directory", "directory_notices", "directory_objections", "directory_removals", "directory_changes", "directory_legacy",
             "directory_campaigns", "directory_exchange", "directory_news"],
)  # fmt: skip
def test_an_empty_page_says_what_to_do(world: World, today: Any, name: str) -> None:  # noqa: F811
    page = opened(world.cast.province_clerk, name)
    assert page.status_code == 200
    assert "empty" in page.content.decode()


@pytest.mark.parametrize("name", ["entry_act", "removal_act"])
def test_an_act_nobody_knows_is_a_missing_page(world: World, entry: Entry, name: str) -> None:  # noqa: F811
    key = proposed(world, entry).number if name == "removal_act" else entry.number
    assert posted(world.cast.province, name, key, act="drop table").status_code == 404
