"""The pages of integrity: who sees what, an inquiry from the signal to the closing in the browser's own forms, bad input."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from greenmine.integrity.models import Inquiry, Signal
from tests.integrity.conftest import House, signal_of


@pytest.fixture
def house(world: Any) -> House:
    house = House()
    house.engage("WT-2026-0001", world.green.key)
    house.engage("WT-2026-0002", world.red.key)
    return house


@pytest.fixture
def signal(house: House) -> Signal:
    return signal_of(house)


def test_the_region_sees_its_signals_and_nobody_else_does(at_desk: Any, world: Any, house: House) -> None:
    signal_of(house, "XH-2026-00001", zh="只在甘肃的信号")
    signal_of(house, "XH-2026-00002", region_code="530100", zh="云南才看得见的信号")
    page = at_desk(world.province).get(reverse("authority:integrity")).content.decode()
    assert "只在甘肃的信号" in page
    assert "云南才看得见的信号" not in page
    assert at_desk(world.auditor).get(reverse("authority:integrity")).status_code == 200
    for other in (world.county, world.firm, world.rival, world.operator, world.other_county):
        assert at_desk(other).get(reverse("authority:integrity")).status_code == 403
    assert at_desk(world.province).get(reverse("authority:integrity_signal", args=["XH-2026-00002"])).status_code == 404


def test_a_signal_shows_threshold_and_innocent_explanation(at_desk: Any, world: Any, signal: Signal) -> None:
    page = at_desk(world.province).get(reverse("authority:integrity_signal", args=[signal.number])).content.decode()
    assert "可能的正当解释" in page
    assert "存档影像" in page
    assert "integrity-photo-fit" in page


def test_filters_workbook_and_pages(at_desk: Any, world: Any, house: House) -> None:
    for number in range(1, 36):
        signal_of(house, f"XH-2026-{number:05d}", kind="off_site" if number % 2 else "lenient")
    desk = at_desk(world.province)
    first = desk.get(reverse("authority:integrity")).content.decode()
    assert "XH-2026-00035" in first
    assert "XH-2026-00005<" not in first
    assert "下一页" in first
    only = desk.get(reverse("authority:integrity"), {"kind": "lenient"}).content.decode()
    assert "XH-2026-00034" in only
    assert "XH-2026-00033" not in only
    assert desk.get(reverse("authority:integrity_export"), {"kind": "lenient"}).status_code == 200
    for strange in ("\0", "' OR 1=1", "²", "9" * 30):
        assert desk.get(reverse("authority:integrity"), {"after": strange, "agency": strange}).status_code == 200


def test_the_list_asks_as_much_for_one_row_as_for_thirty(at_desk: Any, world: Any, house: House) -> None:
    desk = at_desk(world.province)
    signal_of(house, "XH-2026-00001")
    desk.get(reverse("authority:integrity"))
    with CaptureQueriesContext(connection) as one:
        desk.get(reverse("authority:integrity"))
    for number in range(2, 31):
        signal_of(house, f"XH-2026-{number:05d}")
    with CaptureQueriesContext(connection) as thirty:
        desk.get(reverse("authority:integrity"))
    assert len(thirty) == len(one)


def test_photographs_beside_one_another_without_what_the_camera_wrote(at_desk: Any, world: Any, house: House) -> None:
    from greenmine.evidence import actions as evidence
    from tests.integrity.worlds import cheat, jpeg, scene

    first = jpeg(scene(1, 1))
    kept = [
        evidence.keep(SimpleUploadedFile("a.jpg", content), by=world.county, on=timezone.localdate())
        for content in (first, cheat(first, "mirrored cropped"))
    ]
    photos = [
        {"sha256": one.file_id, "engagement": f"WT-2026-000{n}", "agency": "甲", "mine": "矿", "region": region, "item": "i1",
         "taken_at": "2026-05-01T10:00:00", "author": "许", "capture": n}
        for n, (one, region) in enumerate(zip(kept, ("620422", "530100"), strict=True), 1)
    ]  # fmt: skip
    signal = signal_of(
        house,
        evidence={"photos": photos, "fit": 99, "distance": 2, "mirrored": True, "cropped": True, "box": [0, 0, 1, 1]},
    )
    desk = at_desk(world.province)
    page = desk.get(reverse("authority:integrity_signal", args=[signal.number])).content.decode()
    assert "左右镜像" in page
    assert "不在您的管辖范围内" in page
    shown = desk.get(reverse("authority:integrity_photo", args=[signal.number, 0]))
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert desk.get(reverse("authority:integrity_photo", args=[signal.number, 1])).status_code == 404
    assert desk.get(reverse("authority:integrity_photo", args=[signal.number, 7])).status_code == 404


def test_a_signal_is_dismissed_on_the_page_only_with_a_reason(at_desk: Any, world: Any, signal: Signal) -> None:
    desk, url = at_desk(world.province), reverse("authority:integrity_handle", args=[signal.number])
    page = desk.post(url, {"act": "dismiss", "reason": " "}, follow=True).content.decode()
    assert "请填写排除的理由" in page
    desk.post(url, {"act": "dismiss", "reason": "同一矿区的存档影像"})
    signal.refresh_from_db()
    assert (signal.state, signal.reason) == ("dismissed", "同一矿区的存档影像")
    assert at_desk(world.auditor).post(url, {"act": "look"}).status_code == 403


class Inquirer:
    """Two people at their desks, clicking."""

    def __init__(self, at_desk: Any, world: Any) -> None:
        self.reviewer, self.decider = at_desk(world.province), at_desk(world.decider)
        self.number = ""

    def act(self, who: Any, act: str, **given: Any) -> str:
        return str(
            who.post(
                reverse("authority:inquiry_act", args=[self.number]), {"act": act, **given}, follow=True
            ).content.decode()
        )


def test_an_inquiry_from_signal_to_closing_in_the_browser(
    at_desk: Any, world: Any, house: House, signal: Signal
) -> None:
    on = timezone.localdate().isoformat()
    at = Inquirer(at_desk, world)
    opened = at.reviewer.post(
        reverse("authority:inquiry_new"),
        {"agency": "A0000001", "signal": signal.number, "ground": "cn-2024-1/17.0.3", "origin": "signal", "source": "影像雷同", "person": "P0000001"},
        follow=True,
    )  # fmt: skip
    assert "已立案" in opened.content.decode()
    at.number = Inquiry.objects.get().number
    at.act(at.reviewer, "investigate")
    at.act(
        at.reviewer, "record", text="三张照片取自另一矿山", evidence=SimpleUploadedFile("比对.txt", "逐张比对".encode())
    )
    assert "不能办理" in at.act(at.decider, "verify", facts="事实", reasons="理由")
    at.act(at.reviewer, "draft", kind="prior-notice")
    assert "待签发人签发" in at.reviewer.get(reverse("authority:inquiry", args=[at.number])).content.decode()
    assert "签发并编号事先告知书" in at.decider.get(reverse("authority:inquiry", args=[at.number])).content.decode()
    at.act(at.decider, "sign", kind="prior-notice")
    at.act(at.reviewer, "serve", kind="prior-notice", day=on, way="direct", received_by="贺法人")
    at.act(at.reviewer, "plead", how="heard", text="系误放")
    refused = at.act(at.decider, "verify", facts="事实", reasons="理由")
    assert "请选择查实的机构或人员" in refused
    parties = list(Inquiry.objects.get().parties.values_list("pk", flat=True))
    at.act(at.decider, "verify", facts="三张照片取自另一矿山", reasons="申辩不成立", party=parties, term_from=on)
    at.act(at.reviewer, "draft", kind="debarment-decision")
    at.act(at.decider, "sign", kind="debarment-decision")
    at.act(at.reviewer, "serve", kind="debarment-decision", day=on, way="direct", received_by="贺法人")
    at.act(at.decider, "debar")
    page = at.reviewer.get(reverse("authority:inquiry", args=[at.number])).content.decode()
    assert "任何矿山都不因本案自动移出名录" in page
    at.act(at.reviewer, "notification")
    at.act(at.decider, "sign", kind="debarment-notice")
    at.act(at.decider, "publish")
    for recheck in Inquiry.objects.get().rechecks.all():
        at.act(at.reviewer, "look_again", recheck=recheck.pk, outcome="stands", note="影像未见问题")
    assert "本案已办结" in at.act(at.reviewer, "close")
    notices = at.reviewer.get(reverse("authority:integrity_notices")).content.decode()
    assert "陇原评估咨询有限公司" in notices
    assert "许**" in notices
    assert "许评估" not in notices


def test_strange_input_is_a_sentence_or_a_page_not_found(at_desk: Any, world: Any, house: House) -> None:
    desk = at_desk(world.province)
    for name, args in (
        ("integrity_signal", ["XH-1"]),
        ("inquiry", ["DC-1"]),
        ("integrity_draw", ["MP-1"]),
        ("integrity_agency", ["A9"]),
    ):
        assert desk.get(reverse(f"authority:{name}", args=args)).status_code == 404
    assert desk.post(reverse("authority:inquiry_new"), {"agency": "A0000001", "ground": "x"}).status_code == 200
    assert (
        "有效的起止日期"
        in desk.post(
            reverse("authority:integrity_draw_new"),
            {"from_on": "2026-02-30", "until_on": "x", "seed": "1"},
            follow=True,
        ).content.decode()
    )
    assert desk.get(reverse("authority:integrity_agency", args=["A0000001"])).status_code == 200
    assert desk.get(reverse("authority:integrity_leniency")).status_code == 200
    assert desk.get(reverse("authority:integrity_draws")).status_code == 200


# what a visit looked like


def visited(house: House, world: Any, number: str, places: list[tuple[float, float] | None]) -> Any:
    """A visit of `world.green` with a photograph every ten minutes at these places."""
    from datetime import UTC, datetime, timedelta

    from greenmine.fieldwork.models import Capture, Fieldwork, Operation, Visit

    day = timezone.localdate() - timedelta(days=20)
    work = Fieldwork.objects.create(
        engagement=number, assessment=f"ZP-{number}", mine=world.green.key, region_code="620422", holder="E00000001",
        organisation="O1", standard="demo-2026", standard_digest="0" * 64, leader=world.county, opened_on=day, opened_by="许",
    )  # fmt: skip
    visit = Visit.objects.create(
        fieldwork=work, number=1, from_on=day, until_on=day, route="采场", items=["i1"], planned_by="许", planned_on=day
    )
    for n, place in enumerate(places):
        at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(minutes=10 * n)
        done = Operation.objects.create(
            visit=visit, op=f"{number}-{n}", author=world.county, author_name="许评估", sequence=n, device_time=at, drift_ms=0,
            kind="capture", item=f"i{n}", payload={}, received_at=at,
        )  # fmt: skip
        Capture.objects.create(
            operation=done, visit=visit, item=f"i{n}", author_name="许评估" if n % 2 else "邓质控", sha256="0" * 64, size=1,
            taken_at=at, drift_ms=0, longitude=place[0] if place else None, latitude=place[1] if place else None,
            accuracy_m=8.0 if place else None,
        )  # fmt: skip
    return visit


def test_a_signal_about_a_visit_shows_where_and_when_each_photograph_was_taken(
    at_desk: Any, world: Any, house: House
) -> None:
    visit = visited(house, world, "WT-2026-0001", [(104.1, 35.7), (104.9, 35.9), None])
    captures = [str(one.pk) for one in visit.captures.order_by("id")]
    signal = signal_of(
        house, kind="off_site", mine=world.green.key, engagement="WT-2026-0001", evidence={"captures": captures, "visit": "WT-2026-0001/1"}
    )  # fmt: skip
    page = at_desk(world.province).get(reverse("authority:integrity_signal", args=[signal.number])).content.decode()
    assert "影像位置与矿区" in page
    assert page.count('fill="#d63939"') == 2  # two of the three have a position
    assert "现场核查时间线" in page
    assert page.count('fill="#206bc4"') == 3
    assert ("许评估" in page, "邓质控" in page, "104.90000" in page) == (True, True, True)


def test_everything_on_the_map_lies_within_it_however_far_apart(world: Any, house: House) -> None:
    from greenmine.web.authority.integrity_shapes import MAP_HEIGHT, MAP_WIDTH, ground

    far = (
        [(104.1, 35.7), (104.2, 35.8)],
        [(104.1, 35.7), (104.1, 39.0)],
        [(95.0, 35.7), (108.0, 35.7)],
        [(104.1, 35.7)],
    )
    for n, places in enumerate(far):
        visit = visited(house, world, f"WT-2026-10{n}", list(places))
        drawn = ground([[(104.1, 35.7), (104.11, 35.7), (104.11, 35.71)]], (104.105, 35.705), visit.captures.all())
        assert len(drawn["shots"]) == len(places)
        for shot in drawn["shots"]:
            assert 0 < shot["x"] < MAP_WIDTH
            assert 0 < shot["y"] < MAP_HEIGHT
    assert drawn["kilometres"] == 2.1


def test_a_visit_without_positions_and_one_of_a_single_photograph_are_shown_too(
    at_desk: Any, world: Any, house: House
) -> None:
    for number, places in (("WT-2026-0001", [None, None]), ("WT-2026-0002", [(104.1, 35.7)])):
        captures = [str(one.pk) for one in visited(house, world, number, places).captures.all()]
        signal = signal_of(
            house, f"XH-{number[-4:]}", kind="clock_off", mine=world.green.key, evidence={"captures": captures}
        )
        page = at_desk(world.province).get(reverse("authority:integrity_signal", args=[signal.number]))
        assert page.status_code == 200
        assert "现场核查时间线" in page.content.decode()
    gone = signal_of(house, "XH-2026-00009", kind="off_site", mine="M99999999", evidence={"captures": ["999999"]})
    assert at_desk(world.province).get(reverse("authority:integrity_signal", args=[gone.number])).status_code == 200


# the blind sample


@pytest.fixture
def filed(world: Any, house: House) -> Any:
    """Two reports filed by one agency, and another agency that can look again."""
    from datetime import timedelta

    from greenmine.assessors import numbers
    from greenmine.assessors.models import Agency
    from greenmine.fieldwork.models import Fieldwork, Report

    on = timezone.localdate()
    for number, mine in (("WT-2026-0001", world.green), ("WT-2026-0002", world.red)):
        numbers.take_yearly("WT", on)  # the house numbered its engagements itself
        work = Fieldwork.objects.create(
            engagement=number, assessment=f"ZP-{number}", mine=mine.key, region_code="620422", holder="E00000001",
            organisation="O1", standard="demo-2026", standard_digest="0" * 64, leader=world.county, opened_on=on, opened_by="许",
        )  # fmt: skip
        Report.objects.create(
            fieldwork=work, number=f"PG-{number}", version=1, state="filed", content_hash="x", drafted_on=on, filed_on=on - timedelta(days=9)
        )  # fmt: skip
    return Agency.objects.create(
        key="A0000002", name="祁连技术服务中心", credit_code="12620000MB0000000E", kind="institution",
        independent_legal_person=True, registered_on=on, registered_by="登记人",
    )  # fmt: skip


def drawn_by(desk: Any, **given: str) -> Any:
    from datetime import timedelta

    on = timezone.localdate()
    asked = {
        "from_on": (on - timedelta(days=30)).isoformat(),
        "until_on": on.isoformat(),
        "seed": "第 2026135 期 07 12 21",
    }
    return desk.post(reverse("authority:integrity_draw_new"), asked | given, follow=True)


def test_a_blind_sample_is_drawn_ordered_and_becomes_blind_engagements_of_another_agency(
    at_desk: Any, world: Any, filed: Any
) -> None:
    from greenmine.assessors.models import Engagement
    from greenmine.integrity.drawing import stratified
    from greenmine.integrity.models import BlindDraw
    from greenmine.ledger import queries as ledger

    desk = at_desk(world.province)
    page = drawn_by(desk).content.decode()
    made = BlindDraw.objects.get()
    assert "第 2026135 期 07 12 21" in page
    assert made.pool == {"WT-2026-0001": "A0000001", "WT-2026-0002": "A0000001"}
    assert sorted(made.drawn) == stratified(made.pool, share=float(made.share), seed=made.seed)
    (number,) = made.drawn
    order = reverse("authority:integrity_draw_order", args=[made.number])
    assert f"请为 {number} 选择盲评机构" in desk.post(order, follow=True).content.decode()
    same = desk.post(order, {f"agency-{number}": "A0000001"}, follow=True).content.decode()
    assert "须由另一家机构承担" in same
    assert not Engagement.objects.filter(purpose="blind").exists()
    assert at_desk(world.auditor).post(order, {f"agency-{number}": "A0000002"}).status_code == 403
    done = desk.post(order, {f"agency-{number}": "A0000002"}, follow=True).content.decode()
    blind = Engagement.objects.get(purpose="blind")
    assert (blind.agency, blind.mine, blind.state) == (filed, Engagement.objects.get(number=number).mine, "drafted")
    assert blind.number in done
    made.refresh_from_db()
    assert (made.drawn, made.ordered_on) == ({number: blind.number}, timezone.localdate())
    assert ledger.last("draw", made.number).verb == "integrity.sample_ordered"
    assert "已下达" in desk.post(order, {f"agency-{number}": "A0000002"}, follow=True).content.decode()
    assert Engagement.objects.filter(purpose="blind").count() == 1


def test_a_mine_that_cannot_be_ordered_says_why_and_the_sample_stands(at_desk: Any, world: Any, filed: Any) -> None:
    from greenmine.assessors.models import Engagement
    from greenmine.integrity.models import BlindDraw

    desk = at_desk(world.province)
    drawn_by(desk)
    made = BlindDraw.objects.get()
    (number,) = made.drawn
    Engagement.objects.filter(number=number).update(mine="M99999999")
    page = desk.post(
        reverse("authority:integrity_draw_order", args=[made.number]), {f"agency-{number}": "A0000002"}, follow=True
    ).content.decode()
    made.refresh_from_db()
    assert made.drawn[number].startswith("— ")
    assert made.drawn[number] in page
    assert not Engagement.objects.filter(purpose="blind").exists()


def test_a_sample_needs_a_seed_a_period_that_has_passed_and_reports(at_desk: Any, world: Any, filed: Any) -> None:
    from greenmine.integrity.models import BlindDraw

    desk = at_desk(world.province)
    assert "请填写公开的随机种子" in drawn_by(desk, seed=" ").content.decode()
    assert "请填写公开的随机种子" in drawn_by(desk, seed="1" * 65).content.decode()
    assert "止日不能晚于今天" in drawn_by(desk, until_on="2999-01-01").content.decode()
    assert "没有已提交的评估报告" in drawn_by(desk, from_on="2001-01-01", until_on="2001-02-01").content.decode()
    assert at_desk(world.auditor).post(reverse("authority:integrity_draw_new"), {}).status_code == 403
    assert not BlindDraw.objects.exists()
