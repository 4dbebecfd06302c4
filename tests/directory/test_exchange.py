"""Exchange: closed formats with manifest and hashes, delivery and receipt, files taken in with a preview, news with receipts."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenmine.directory import actions as directory
from greenmine.directory import queries, sending
from greenmine.directory.formats import FORMATS
from greenmine.directory.models import Delivery, Entry, OutgoingPackage, SharedNote
from greenmine.evidence.places import path_of
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source
from tests.conftest import TODAY
from tests.directory.conftest import Upload, known
from tests.directory.test_removals import removed

pytestmark = pytest.mark.django_db
DAY = TODAY + timedelta(days=6)
LATER = TODAY + timedelta(days=10)
CODE = "91620422MA71ABCD1U"


@pytest.fixture
def entry(world: Any) -> Entry:
    from greenmine.registry.models import Enterprise

    Enterprise.objects.filter(key="E00000001").update(credit_code=CODE)
    return world.listed()


def penalty(world: Any, number: str = "会环罚〔2026〕7号", on: date = DAY) -> None:
    facts.add_row(
        world.law, ("mine", world.mine.key), "penalty", number, source=Source("ecology", "O-eco", "生态环境局"),
        fields={"document": number, "content": "罚款二十万元", "due_on": "2026-12-20"}, from_on=on,
    )  # fmt: skip


def made(world: Any, name: str, who: str = "province_clerk", **more: Any) -> OutgoingPackage:
    return directory.make_package(
        directory.Wanted(name, **{"until_on": DAY, **more}), **world.as_(who, more.get("until_on", DAY))
    )


def opened(package: OutgoingPackage) -> tuple[dict[str, Any], list[dict[str, str]]]:
    content = path_of(package.file.file_id).read_bytes()
    assert hashlib.sha256(content).hexdigest() == package.sha256
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        for name, digest in manifest["files"].items():
            assert hashlib.sha256(packed.read(name)).hexdigest() == digest
        rows = list(csv.DictReader(io.StringIO(packed.read("data.csv").decode("utf-8-sig"))))
    return manifest, rows


@pytest.mark.shows("gs-2023/3.9.b", by="record")
def test_a_package_carries_its_own_format_and_hashes(world: Any, entry: Entry) -> None:
    package = made(world, "directory")
    manifest, rows = opened(package)
    assert (manifest["format"], manifest["version"], manifest["rows"]) == ("directory", 1, 1)
    assert [one["name"] for one in manifest["columns"]] == [one.name for one in FORMATS["directory"].columns]
    assert rows[0]["名录编号"] == entry.number
    assert (rows[0]["名录级别"], rows[0]["名录状态"], rows[0]["统一社会信用代码"]) == ("省级", "在册", CODE)


@pytest.mark.shows("gs-2023/3.9.b", by="record", refusal=True)
def test_an_unknown_format_or_somebody_without_the_right_makes_nothing(world: Any, entry: Entry, refused: Any) -> None:
    assert refused(lambda: made(world, "everything")) == "请选择交换格式"
    assert refused(lambda: made(world, "old-list")) == "请选择交换格式"
    assert refused(lambda: made(world, "directory", "enterprise")).startswith("您的岗位不能办理信息交换")
    assert refused(lambda: made(world, "directory", "auditor")).startswith("您的岗位不能办理信息交换")
    assert refused(lambda: made(world, "directory", until_on=DAY, from_on=LATER)) == "起止日期有误"


@pytest.mark.shows("gs-2023/3.3.w", by="act")
def test_an_entry_goes_to_credit_china_and_its_delivery_is_logged(world: Any, entry: Entry) -> None:
    package = made(world, "credit-china", from_on=DAY)
    _, rows = opened(package)
    assert [(one["事项"], one["日期"], one["决定文号"]) for one in rows] == [
        ("入库", DAY.isoformat(), entry.decision_number)
    ]
    act = world.as_("province_clerk", DAY)
    sent = directory.hand_over(package, directory.Handover("upload", "信用中国（甘肃）", DAY), **act)
    sent = directory.note_receipt(sent, "受理号 8", day=DAY, **act)
    assert (sent.where, sent.receipt_number, sent.by) == ("信用中国（甘肃）", "受理号 8", "甘肃省自然资源厅 · 秦经办")


@pytest.mark.shows("gs-2023/3.3.w", by="act", refusal=True)
def test_nothing_is_delivered_before_it_was_made_or_receipted_twice(world: Any, entry: Entry, refused: Any) -> None:
    package = made(world, "credit-china")
    act = world.as_("province_clerk", DAY)
    assert (
        refused(lambda: directory.hand_over(package, directory.Handover("upload", "x", DAY - timedelta(days=1)), **act))
        == "交付日期应在生成之后、今天以前"
    )
    assert (
        refused(lambda: directory.hand_over(package, directory.Handover("pigeon", "x", DAY), **act)) == "请选择交付方式"
    )
    assert (
        refused(
            lambda: directory.hand_over(package, directory.Handover("upload", "x", DAY), **world.as_("county", DAY))
        )
        == "该交换包由其他单位生成"
    )
    sent = directory.hand_over(package, directory.Handover("upload", "x", DAY), **act)
    directory.note_receipt(sent, "1", day=DAY, **act)
    assert refused(lambda: directory.note_receipt(sent, "2", day=DAY, **act)) == "回执已登记"
    assert Delivery.objects.get().receipt_number == "1"


@pytest.mark.shows("gs-2023/3.9.k", by="act")
@pytest.mark.shows("nm-2020/4.1.4.e", by="act")
@pytest.mark.shows("gs-2023/3.10.k", by="act")
def test_a_removal_goes_to_credit_china_and_the_credit_system_with_its_ground(world: Any, entry: Entry) -> None:
    penalty(world)
    removed(world, entry)
    _, rows = opened(made(world, "credit-china", until_on=LATER))
    assert [(one["事项"], one["日期"]) for one in rows] == [("入库", DAY.isoformat()), ("移出", LATER.isoformat())]
    assert "（十七）" in rows[1]["移出情形"]
    _, events = opened(made(world, "credit-bureau", until_on=LATER))
    assert [one["事项"] for one in events] == ["在册", "移出", "行政处罚"]


@pytest.mark.shows("gs-2023/3.9.k", by="act", refusal=True)
@pytest.mark.shows("nm-2020/4.1.4.e", by="act", refusal=True)
@pytest.mark.shows("gs-2023/3.10.k", by="act", refusal=True)
def test_a_removal_that_nobody_decided_is_in_no_package(world: Any, entry: Entry) -> None:
    ground = directory.Ground("person", "cn-2024-1/17.4.a", "越界")
    directory.propose_removal(entry, ground, evidence_files=[world.file()], **world.as_("county", DAY))
    for name in ("directory", "mining-rights", "credit-china", "credit-bureau"):
        content = path_of(made(world, name).file.file_id).read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            text = packed.read("data.csv").decode()
        assert "在册" in text or "入库" in text
        assert "拟移出" not in text
        assert "越界" not in text


@pytest.mark.shows("cn-2024-1/15.4.a", by="act")
@pytest.mark.shows("yn-2025/A.0.f", by="record")
def test_penalties_go_to_the_credit_publicity_system_by_credit_code(world: Any, entry: Entry) -> None:
    penalty(world)
    package = made(world, "penalties")
    _, rows = opened(package)
    assert [(one["统一社会信用代码"], one["处罚决定书文号"], one["处罚内容"]) for one in rows] == [
        (CODE, "会环罚〔2026〕7号", "罚款二十万元")
    ]
    sent = directory.hand_over(
        package, directory.Handover("interface", "国家企业信用信息公示系统", DAY), **world.as_("province_clerk", DAY)
    )
    assert directory.note_receipt(sent, "R1", day=DAY, **world.as_("province_clerk", DAY)).receipt_on == DAY


@pytest.mark.shows("cn-2024-1/15.4.a", by="act", refusal=True)
@pytest.mark.shows("yn-2025/A.0.f", by="record", refusal=True)
def test_a_penalty_without_a_credit_code_is_completed_first(world: Any, refused: Any) -> None:
    penalty(world)
    assert refused(lambda: made(world, "penalties")) == "青山铁矿缺“统一社会信用代码”，请补齐后再生成"
    assert not OutgoingPackage.objects.exists()


@pytest.mark.shows("nm-2020/4.1.4.f", by="act")
@pytest.mark.shows("yn-2025/3.4.g", by="record")
def test_a_bank_gets_standing_history_and_risk_with_consent(world: Any, entry: Entry) -> None:
    penalty(world)
    wanted = directory.Wanted(
        "bank-extract", DAY, mines=[world.mine.key], recipient="某银行会宁支行", purpose="绿色信贷审查"
    )
    package = directory.make_package(wanted, consent=Upload("授权书.txt", b"x"), **world.as_("province_clerk", DAY))
    _, rows = opened(package)
    assert (rows[0]["省级名录"], rows[0]["国家级名录"], rows[0]["行政处罚（件）"]) == ("在册", "未入名录", "1")
    assert "纳入省级绿色矿山名录" in rows[0]["名录沿革"]
    assert (package.recipient, package.purpose, package.consent is not None) == ("某银行会宁支行", "绿色信贷审查", True)


@pytest.mark.shows("nm-2020/4.1.4.f", by="act", refusal=True)
@pytest.mark.shows("yn-2025/3.4.g", by="record", refusal=True)
def test_without_consent_purpose_or_name_no_bank_gets_anything(world: Any, entry: Entry, refused: Any) -> None:
    act = world.as_("province_clerk", DAY)
    wanted = directory.Wanted("bank-extract", DAY, mines=[world.mine.key], recipient="某银行", purpose="审查")
    assert "须附企业授权书" in refused(lambda: directory.make_package(wanted, **act))
    nameless = directory.Wanted("bank-extract", DAY, mines=[world.mine.key], purpose="审查")
    assert refused(lambda: directory.make_package(nameless, consent=Upload("a.txt", b"x"), **act)) == "请填写查询机构"
    idle = directory.Wanted("bank-extract", DAY, mines=[world.mine.key], recipient="某银行")
    assert refused(lambda: directory.make_package(idle, consent=Upload("a.txt", b"x"), **act)) == "请填写用途"


def test_a_package_holds_ones_own_region_only_and_is_seen_by_its_maker_only(world: Any, entry: Entry) -> None:
    package = made(world, "directory", "other_county")
    assert package.rows == 0
    assert list(queries.packages_for(world.cast.other_county, on=DAY)) == [package]
    for who in ("county", "province", "ministry", "enterprise", "agency"):
        assert list(queries.packages_for(getattr(world.cast, who), on=DAY)) == []


def test_what_goes_out_comes_back_in_without_typing(world: Any, entry: Entry) -> None:
    content = path_of(made(world, "directory").file.file_id).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        book = packed.read("data.xlsx")
    Entry.objects.filter(pk=entry.pk).update(state="ended", left_on=DAY)
    brought = directory.bring(
        directory.Brought("directory", "名录", "国家系统导出"),
        Upload("data.xlsx", book),
        **world.as_("province", LATER),
    )
    assert (brought.good, brought.bad) == (1, 0)
    directory.load(brought, **world.as_("province", LATER))
    again = Entry.objects.get(left_on__isnull=True)
    assert (again.mine, again.entered_on, again.decision_number, again.legacy) == (
        entry.mine,
        DAY,
        entry.decision_number,
        True,
    )


def test_licences_of_the_mining_right_system_become_facts(world: Any, refused: Any) -> None:
    text = "采矿许可证号,矿山名称,行政区划代码,有效期至\nC6204222020017110123456,青山铁矿,620422,2031-06-30\n"
    brought = directory.bring(
        directory.Brought("mining-licences", "采矿权数据", "矿业权系统"),
        Upload("证.csv", text.encode()),
        **world.as_("county"),
    )
    directory.load(brought, **world.as_("county"))
    assert known(world, "mining_license_number") == "C6204222020017110123456"
    bad = "采矿许可证号,矿山名称,行政区划代码,有效期至\nC1,青山铁矿,620422,明年\n"
    again = directory.bring(
        directory.Brought("mining-licences", "x", "y"), Upload("证.csv", bad.encode()), **world.as_("county")
    )
    assert again.rows.get().problems[0]["zh"] == "“有效期至”“明年”不是日期（应为 2024-01-31）"


@pytest.mark.parametrize(
    ("name", "content"),
    [("空.csv", b""), ("图.xlsx", b"\x89PNG"), ("无表头.csv", "甲,乙\n1,2\n".encode()), ("程序.exe", b"MZ")],
)
def test_a_file_that_is_none_of_ours_is_refused_in_words(world: Any, refused: Any, name: str, content: bytes) -> None:
    sentence = refused(
        lambda: directory.bring(
            directory.Brought("mining-licences", "x", "y"), Upload(name, content), **world.as_("county")
        )
    )
    assert len(sentence) > 4


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=30))
def test_no_cell_becomes_a_formula(text: str) -> None:
    kept = sending.guarded(text)
    assert not kept.startswith(sending.GUARDED)
    assert kept.removeprefix("'") == text or kept == text


@pytest.mark.shows("gs-2023/3.9.e", by="act")
@pytest.mark.shows("cn-2024-1/15.2.c", by="act")
@pytest.mark.shows("yn-2025/A.0.d", by="record")
def test_what_one_department_finds_is_told_to_the_others_at_once_with_receipts(world: Any) -> None:
    from greenmine.notifications.models import Notice

    note = directory.share(world.mine.key, "problem", "发现排土场滑移迹象", **world.as_("county"))
    told = {one["name"] for one in note.told}
    assert told == {"甘肃省自然资源厅", "自然资源部"}
    assert Notice.objects.filter(verb="directory.shared").count() == 2
    read = directory.acknowledge(note, **world.as_("province"))
    assert [(one["name"], one["person"]) for one in read.read] == [("甘肃省自然资源厅", "孙厅")]
    assert list(queries.news_for(world.cast.province, on=TODAY)) == [note]


@pytest.mark.shows("gs-2023/3.9.e", by="act", refusal=True)
@pytest.mark.shows("cn-2024-1/15.2.c", by="act", refusal=True)
@pytest.mark.shows("yn-2025/A.0.d", by="record", refusal=True)
def test_news_goes_to_nobody_it_was_not_sent_to_and_is_read_once(world: Any, refused: Any) -> None:
    note = directory.share(world.mine.key, "progress", "完成复绿", **world.as_("county"))
    assert refused(lambda: directory.acknowledge(note, **world.as_("other_county"))) == "该通报未发送给本单位。"
    directory.acknowledge(note, **world.as_("province"))
    assert refused(lambda: directory.acknowledge(note, **world.as_("province"))) == "本单位已签收"
    assert "不在您的管辖" in refused(
        lambda: directory.share(world.mine.key, "problem", "x", **world.as_("other_county"))
    )
    assert refused(lambda: directory.share(world.mine.key, "gossip", "x", **world.as_("county"))) == "请选择通报类别"
    assert list(queries.news_for(world.cast.other_county, on=TODAY)) == []
    assert SharedNote.objects.count() == 1
