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
