"""Entries: who keeps a directory, what comes before an entry, what follows from it, and who was listed on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from greenmine.directory import actions as directory
from greenmine.directory import queries
from greenmine.directory.models import Entry, SharedNote
from greenmine.directory.published.models import PublishedMine, Statement
from greenmine.evaluation import reading as evaluation
from greenmine.ledger import queries as ledger
from tests.conftest import TODAY
from tests.directory.conftest import known

pytestmark = pytest.mark.django_db
DAY = TODAY + timedelta(days=6)  # a notice of five calendar days, and the day after


@pytest.mark.shows("cn-2024-1/9.1.c", by="act")
@pytest.mark.shows("gs-2023/3.3.u", by="act")
@pytest.mark.shows("nm-2020/5.2.e.2", by="act")
def test_after_its_notice_a_mine_enters_with_decision_certificate_and_owner(world: Any) -> None:
    entry = world.listed()
    assert (entry.number, entry.tier, entry.state, entry.entered_on) == ("ML-2026-0001", "provincial", "listed", DAY)
    assert (entry.decision_number, entry.certificate_number) == ("甘自然资发〔2026〕88号", "ZS-001")
    assert entry.owner_name == "甘肃省自然资源厅"
    assert entry.edition == world.law.id
    assert (known(world, "provincial_entry", on=DAY), known(world, "provincial_entered_on", on=DAY)) == (
        "listed", DAY.isoformat(),
    )  # fmt: skip
    assert known(world, "standard_status", on=DAY) == "listed"
    record = ledger.last("entry", entry.number)
    assert "纳入省级绿色矿山名录（甘自然资发〔2026〕88号）" in record.zh
    assert {"cn-2024-1/9.1.c", "gs-2023/3.3.u"} <= set(record.cite)
    assert "nm-2020/4.2.i" not in record.cite


@pytest.mark.shows("gs-2023/3.3.v", by="act")
@pytest.mark.shows("gs-2023/3.10.i", by="record")
def test_an_entry_is_public_with_its_decision_and_everybody_is_told(world: Any) -> None:
    from greenmine.notifications.models import Notice

    entry = world.listed()
    shown = PublishedMine.objects.get(key=world.mine.key)
    assert (shown.tier, shown.standing, shown.number, shown.entered_on) == ("provincial", "listed", entry.number, DAY)
    said = Statement.objects.get(kind="entry")
    assert (said.mine, said.body["decision_number"]) == (world.mine.key, entry.decision_number)
    told = {(one.to_kind, one.to_key) for one in Notice.objects.filter(verb="directory.entered")}
    assert told == {("enterprise", "E00000001"), ("county_nr", "620422")}
    assert SharedNote.objects.get(kind="status").mine == world.mine.key


@pytest.mark.shows("gs-2023/3.3.u", by="act", refusal=True)
@pytest.mark.shows("nm-2020/4.2.i", by="act", refusal=True)
def test_nobody_enters_without_a_notice_that_has_ended(world: Any, refused: Any) -> None:
    notice = world.noticed()
    given = {"application": "SB-1", "decision_number": "甘〔2026〕1号", **world.as_("province")}
    assert refused(lambda: directory.enter(world.mine.key, "provincial", notice="GS-2026-0099", **given)) == (
        "未经公示不得纳入名录：没有该公示"
    )
    assert refused(lambda: directory.enter(world.mine.key, "provincial", notice=notice, **given)).startswith(
        "公示尚未结束"
    )
    assert not Entry.objects.exists()


def test_nobody_enters_without_the_gate_of_the_day(world: Any, refused: Any) -> None:
    notice = world.ended(world.noticed())
    given = {"notice": notice, "application": "SB-1", "decision_number": "甘〔2026〕1号", **world.as_("province", DAY)}
    assert refused(lambda: directory.enter(world.mine.key, "provincial", **given)).startswith("未经“入名录”关口核验")
    world.gate(world.mine, "SB-2", DAY)
    assert refused(lambda: directory.enter(world.mine.key, "provincial", **given)).startswith("未经“入名录”关口核验")


@pytest.mark.shows("cn-2024-1/2.3.c", by="act", refusal=True)
@pytest.mark.shows("gs-2023/3.10.i", by="record", refusal=True)
@pytest.mark.parametrize("tier", ["county", "city", "", "市级", "provincial"])
def test_no_city_or_county_keeps_a_directory(world: Any, refused: Any, tier: str) -> None:
    notice = world.ended(world.noticed())
    sentence = refused(
        lambda: directory.enter(
            world.mine.key, tier, notice=notice, application="SB-1", decision_number="会自然资发〔2026〕1号",
            **world.as_("county_decider", DAY),
        )
    )  # fmt: skip
    assert sentence == (
        "绿色矿山名录只有国家级、省级两级，市、县两级不得设立名录（自然资规〔2024〕1号（二））；存量名单请作为历史导入后评估"
    )
    assert not Entry.objects.exists()


@pytest.mark.shows("cn-2024-1/2.3.c", by="act")
def test_the_database_knows_two_directories_only(world: Any) -> None:
    entry = world.listed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(tier="county")


@pytest.mark.shows("nm-2020/5.2.e.2", by="act", refusal=True)
def test_an_entry_is_written_by_the_owner_of_its_directory_only(world: Any, refused: Any) -> None:
    notice = world.ended(world.noticed())
    given = {"notice": notice, "application": "SB-1", "decision_number": "甘〔2026〕1号"}
    assert (
        refused(lambda: directory.enter(world.mine.key, "provincial", **given, **world.as_("ministry", DAY)))
        == "省级名录由省级自然资源主管部门管理"
    )
    assert (
        refused(lambda: directory.enter(world.mine.key, "national", **given, **world.as_("province", DAY)))
        == "国家级名录由国家级自然资源主管部门管理"
    )
    assert "岗位不能纳入名录" in refused(
        lambda: directory.enter(world.mine.key, "provincial", **given, **world.as_("province_clerk", DAY))
    )


@pytest.mark.shows("cn-2024-1/9.2.e", by="act")
@pytest.mark.shows("cn-2024-1/2.3.b", by="act")
def test_a_national_entry_stands_beside_the_provincial_one_each_with_its_owner(world: Any) -> None:
    provincial = world.listed()
    national = world.listed(tier="national", on=DAY)
    assert [(one.tier, one.owner_name, one.stands) for one in queries.entries_of(world.mine.key)] == [
        ("provincial", "甘肃省自然资源厅", True),
        ("national", "自然资源部", True),
    ]
    assert known(world, "national_entry", on=national.entered_on) == "listed"
    assert known(world, "provincial_entry", on=national.entered_on) == "listed"
    assert (provincial.events.count(), national.events.count()) == (1, 1)
    assert PublishedMine.objects.get(key=world.mine.key).tier == "national"


@pytest.mark.shows("cn-2024-1/9.2.e", by="act", refusal=True)
def test_only_a_mine_of_a_provincial_directory_enters_the_national_one(world: Any, refused: Any) -> None:
    assert refused(lambda: world.listed(tier="national")) == "国家级名录从省级名录中产生：该矿山不在省级名录中"


def test_nobody_is_entered_twice_by_two_officers(world: Any, refused: Any) -> None:
    entry = world.listed()
    notice = entry.notice
    world.gate(world.mine, f"SB-{world.mine.key}", DAY)
    sentence = refused(
        lambda: directory.enter(
            world.mine.key, "provincial", notice=notice, application=f"SB-{world.mine.key}", decision_number="甘〔2026〕2号",
            **world.as_(world.second_decider, DAY),
        )
    )  # fmt: skip
    assert sentence == "该矿山已在省级名录中（ML-2026-0001）"
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(
            number="ML-9", mine=entry.mine, mine_name="x", region_code="620422", tier="provincial", owner=entry.owner,
            owner_name="x", entered_on=DAY, decision_number="x", entered_by="x", recorded_on=DAY,
        )  # fmt: skip


def test_the_law_reads_the_entry_at_once(world: Any) -> None:
    from django.utils import timezone

    world.listed()
    judged = evaluation.judge_mine(world.law, world.mine.key, on=DAY, known_at=timezone.now())
    assert any(str(one.rule.kind) == "removal" and str(one.outcome) != "not_applicable" for one in judged.findings)


def test_a_certificate_is_handed_out_once(world: Any, refused: Any) -> None:
    entry = world.listed()
    Entry.objects.update(certificate_number="", certificate_issued_on=None)
    act = world.as_("province", DAY)
    assert refused(lambda: directory.issue_certificate(entry, directory.Certificate(" "), **act)) == "请填写证书编号"
    issued = directory.issue_certificate(entry, directory.Certificate("ZS-7", "PB-7"), **act)
    assert (issued.certificate_number, issued.emblem_number, issued.certificate_issued_on) == ("ZS-7", "PB-7", DAY)
    assert (
        refused(lambda: directory.issue_certificate(entry, directory.Certificate("ZS-8"), **act)) == "证书已发放：ZS-7"
    )
    assert refused(lambda: directory.take_back_certificate(entry, **act)) == "在册矿山的证书不收回"


@pytest.mark.shows("cn-2024-1/2.3.b", by="act", refusal=True)
def test_who_was_listed_on_a_day_follows_the_days_not_the_present(world: Any) -> None:
    entry = world.listed()
    assert list(queries.listed_on(DAY - timedelta(days=1))) == []
    assert list(queries.listed_on(DAY)) == [entry]
    assert queries.state_on(entry, DAY - timedelta(days=1)) == ""
    Entry.objects.filter(pk=entry.pk).update(state="removed", left_on=DAY + timedelta(days=9))
    assert list(queries.listed_on(DAY + timedelta(days=8))) == [entry]
    assert list(queries.listed_on(DAY + timedelta(days=9))) == []
    assert queries.counts_on(DAY) == {"national": 0, "provincial": 1, "provincial_only": 1, "mines": 1}


@pytest.mark.parametrize(("who", "count"), [("county", 1), ("province", 1), ("ministry", 1), ("enterprise", 1),
                                            ("other_county", 0), ("other_enterprise", 0), ("agency", 0), ("operator", 0)])  # fmt: skip
def test_an_entry_is_seen_over_its_place_and_by_its_enterprise(world: Any, who: str, count: int) -> None:
    world.listed()
    assert queries.entries_for(getattr(world.cast, who), on=DAY).count() == count


def test_a_pass_on_a_written_ground_becomes_public_with_the_notice(world: Any) -> None:
    from greenmine.gates import actions as gates
    from tests.gates import ground

    bare = ground.found_mine(
        world.law, world.cast, "无资料矿", holder="E00000002", holder_name="白石矿业有限公司", on=ground.before(TODAY)
    )
    check = gates.check(
        "notice", bare.key, about=("application", "SB-9"), by=world.cast.province_clerk, organisation=world.as_("province")["organisation"],
        on=TODAY,
    )  # fmt: skip
    gates.pass_closed(check, ground="资料在途，先行公示", **world.as_("province"))
    world.noticed(bare)
    shown = Statement.objects.get(kind="gate_pass")
    assert shown.body["ground"] == "资料在途，先行公示"
    assert "孙厅" not in str(shown.body)


def test_history_before_the_texts_of_the_day_needs_no_provincial_notice(world: Any) -> None:
    before = date(2024, 3, 1)
    world.gate(world.mine, "SB-1", TODAY)
    entry = directory.enter(
        world.mine.key, "provincial", notice=None, application="SB-1", decision_number="甘〔2024〕1号",
        table="selection-620000-2023", **world.as_("province"),
    )  # fmt: skip
    assert entry.notice is None
    assert before < entry.entered_on


@pytest.mark.shows("nm-2020/4.2.i", by="act")
def test_the_region_enters_a_mine_of_inner_mongolia_under_its_own_text(world: Any) -> None:
    from greenmine.accounts import actions as accounts
    from tests.conftest import person
    from tests.gates import ground

    region = accounts.found_organisation(
        kind="authority", name="内蒙古自治区自然资源厅", by=None, on=date(2026, 1, 5), department="natural_resources", level="province",
        division="150000",
    )  # fmt: skip
    chief = person(region, "nmchief", "巴特尔", "decider")
    mine = ground.found_mine(
        world.law, world.cast, "草原煤矿", region="150622", mineral="coal", on=ground.before(TODAY)
    )
    ground.say_clean(world.law, mine.key, since=ground.before(TODAY))
    act = {"by": chief, "organisation": region}
    notice = directory.open_notice(
        "provincial",
        [directory.NoticeRow(mine.key)],
        days=5,
        days_kind="calendar",
        contact="厅矿保处",
        title="公示",
        on=TODAY,
        **act,
    )
    notice = directory.end_notice(notice, by=chief, on=DAY)
    world.gate(mine, "SB-NM", DAY, chief)
    entry = directory.enter(
        mine.key,
        "provincial",
        notice=notice,
        application="SB-NM",
        decision_number="内自然资字〔2026〕1号",
        standard="nm",
        on=DAY,
        **act,
    )
    cited = set(ledger.last("entry", entry.number).cite)
    assert "nm-2020/4.2.i" in cited
    assert not {one for one in cited if one.startswith("gs-")}
    assert (entry.owner_name, entry.edition, entry.decision_number) == (
        "内蒙古自治区自然资源厅",
        world.law.id,
        "内自然资字〔2026〕1号",
    )


@pytest.mark.shows("cn-2024-1/9.2.f", by="act")
@pytest.mark.shows("nm-2020/4.2.j", by="act")
def test_the_national_directory_is_public_with_days_and_status(world: Any, client: Any) -> None:
    from django.urls import reverse

    world.listed()
    entry = world.listed(tier="national", on=DAY)
    shown = client.get(reverse("public:mines"), {"tier": "national"}).content.decode()
    assert "青山铁矿" in shown
    page = client.get(reverse("public:mine", args=[world.mine.key])).content.decode()
    assert entry.entered_on.isoformat() in page
    assert reverse("public:complaint") in page


@pytest.mark.shows("cn-2024-1/9.2.f", by="act", refusal=True)
@pytest.mark.shows("nm-2020/4.2.j", by="act", refusal=True)
def test_a_mine_that_never_entered_is_not_public(world: Any, client: Any) -> None:
    from django.urls import reverse

    assert "青山铁矿" not in client.get(reverse("public:mines"), {"tier": "national"}).content.decode()
    assert client.get(reverse("public:mine", args=[world.mine.key])).status_code == 404


@pytest.mark.shows("gs-2023/3.3.v", by="act", refusal=True)
def test_a_mine_on_notice_is_not_yet_published_as_listed(world: Any) -> None:
    world.noticed()
    shown = PublishedMine.objects.get(key=world.mine.key)
    assert (shown.standing, shown.number) == ("notice", "")
    assert not Statement.objects.filter(kind="entry").exists()


def test_no_prefecture_removes_or_enters_anything(world: Any, refused: Any) -> None:
    from greenmine.accounts import actions as accounts
    from tests.conftest import person

    city = accounts.found_organisation(
        kind="authority",
        name="白银市自然资源局",
        by=None,
        on=date(2026, 1, 5),
        department="natural_resources",
        level="city",
        division="620400",
    )
    chief = person(city, "citychief", "石签发", "decider")
    entry = world.listed()
    found = directory.propose_removal(
        entry,
        directory.Ground("person", "cn-2024-1/17.4.a", "违法开采"),
        evidence_files=[world.file()],
        by=chief,
        organisation=city,
        on=DAY,
    )
    assert "由甘肃省自然资源厅决定" in refused(
        lambda: directory.refute_removal(found, "x", by=chief, organisation=city, on=DAY)
    )
