"""A visit to the mine in a real browser: installed, the network cut, items answered and photographed, synchronised, signed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone

from tests.conftest import cast
from tests.e2e.conftest import PHONE, Desk
from tests.fieldwork.world import LATITUDE, LONGITUDE, FieldWorld, build, photograph

ITEMS = ("order", "facilities")


@pytest.fixture
def world(transactional_db: None, settings: Any, tmp_path: Any) -> FieldWorld:
    settings.DEMO = True
    settings.DATA = tmp_path
    return build(cast.__wrapped__(None), timezone.localdate())


@pytest.fixture
def phone(browser: Any, live_server: Any, world: FieldWorld) -> Any:
    """A phone that knows where it is."""
    context = browser.new_context(
        viewport=PHONE, locale="zh-CN", permissions=["geolocation"],
        geolocation={"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy": 12},
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(15_000)
    desk = Desk(page, live_server.url, {name: f"{name}-{name}-9" for name in ("agency", "agency2")})
    yield desk
    context.close()


def open_item(page: Any, item: str) -> Any:
    card = page.locator(f"#item-{item}")
    if card.locator("details").get_attribute("open") is None:
        card.locator("summary").click()
    return card


def answer(page: Any, item: str, place: int = 0) -> None:
    """The best level of an item, with a few words."""
    card = open_item(page, item)
    card.locator("input[name=claim][value=scored]").check()
    card.locator("input[name=score]").first.check()
    card.locator("textarea[name=comment]").fill(f"现场属实{place}")
    card.locator("button:has-text('保存结论')").click()
    card.locator("li:has-text('结论：')").first.wait_for()


def shoot(page: Any, item: str, shade: int) -> None:
    card = open_item(page, item)
    picture = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photograph(shade)}
    card.locator("input[type=file]").set_input_files(picture)
    card.locator(
        "li:has-text('影像：') span.badge:has-text('待同步'), li:has-text('影像：') span.badge:has-text('已同步')"
    ).first.wait_for()


def check_photographs() -> None:
    """What arrived is what was taken: bytes by hash, place and clock as the phone had them."""
    from greenmine.fieldwork.models import Capture

    for row in Capture.objects.select_related("provenance"):
        assert row.provenance is not None
        assert row.provenance.file_id == row.sha256
        assert (row.latitude, row.longitude, row.accuracy_m) == (LATITUDE, LONGITUDE, 12)
        assert row.drift_ms is not None
        assert abs(row.drift_ms) < 5000
        assert [one["code"] for one in row.checks] == ["exif_absent"]


def test_a_visit_without_signal_is_kept_synchronised_and_signed(phone: Desk, world: FieldWorld) -> None:
    from greenmine.fieldwork.models import Operation, Signature

    visit = world.planned(ITEMS)
    page, here = phone.page, f"/assessor/site/{world.engagement}/1/"
    phone.sign_in("agency")
    phone.go(here)
    page.wait_for_selector("#site[data-ready=yes]")
    page.click("summary:has-text('本机与核查计划')")
    page.click("button:has-text('下载到本机')")
    page.wait_for_selector("text=没有信号也可以打开本页")
    phone.picture("site-installed")

    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("#site[data-ready=yes]")
    page.locator("[data-role=line]:has-text('无信号')").wait_for()
    for place, item in enumerate(ITEMS):
        answer(page, item, place)
        shoot(page, item, 40 + place)
    card = open_item(page, ITEMS[1])
    card.locator("textarea[name=text]").fill("洗车平台在用")
    card.locator("button:has-text('保存记录')").click()
    card.locator("li:has-text('洗车平台在用')").wait_for()
    card.locator("textarea[name=text]").fill("还没写完的")
    assert Operation.objects.count() == 0
    page.reload()  # the battery was changed: nothing is lost
    page.wait_for_selector("#site[data-ready=yes]")
    assert "已核查 2 / 2" in page.locator("#site").inner_text()
    assert "5 条在本机待同步" in page.locator("#site").inner_text()
    assert open_item(page, ITEMS[1]).locator("textarea[name=text]").input_value() == "还没写完的"
    assert phone.sideways() <= 0
    phone.picture("site-offline")
    offline = [said for said in phone.troubles if "ERR_INTERNET_DISCONNECTED" not in said]

    page.context.set_offline(False)
    page.click("button:has-text('立即同步')")
    page.wait_for_selector("text=全部已同步")
    page.locator("[data-role=waiting]:has-text('全部已同步')").wait_for()
    kinds = sorted(Operation.objects.filter(visit=visit).values_list("kind", flat=True))
    assert kinds == ["capture", "capture", "finding", "finding", "note"]
    check_photographs()
    phone.picture("site-synchronised")

    page.click("text=核查记录与签字")
    page.wait_for_selector("text=我已查看，签字")
    assert page.locator("figure img").first.evaluate(
        "one => one.complete && one.naturalWidth > 0 || one.decode().then(() => true)"
    )
    assert "洗车平台在用" in page.locator("main").inner_text()
    page.click("text=我已查看，签字")
    page.wait_for_selector("text=已签署现场核查记录")
    assert Signature.objects.filter(visit=visit, person=world.cast.agency).count() == 1
    assert phone.sideways() <= 0
    phone.picture("site-signed")
    assert [said for said in phone.troubles if "ERR_INTERNET_DISCONNECTED" not in said] == offline == []


def test_nothing_is_lost_when_the_sign_in_expired_or_the_engagement_ended(phone: Desk, world: FieldWorld) -> None:
    from greenmine.assessors.models import Engagement
    from greenmine.fieldwork.models import Operation

    world.planned(ITEMS)
    page, here = phone.page, f"/assessor/site/{world.engagement}/1/"
    phone.sign_in("agency")
    phone.go(here)
    page.wait_for_selector("#site[data-ready=yes]")
    page.click("summary:has-text('本机与核查计划')")
    page.click("button:has-text('下载到本机')")
    page.wait_for_selector("text=没有信号也可以打开本页")

    page.context.set_offline(True)
    answer(page, ITEMS[0])
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.click("button:has-text('立即同步')")
    page.wait_for_selector("text=登录已过期，记录都在本机")
    assert Operation.objects.count() == 0
    page.click("a:has-text('重新登录')")
    page.fill("#id_login", "agency")
    page.fill("#id_password", "agency-agency-9")
    page.press("#id_password", "Enter")
    page.wait_for_selector("#site[data-ready=yes]")
    page.locator("[data-role=waiting]:has-text('全部已同步')").wait_for()
    assert Operation.objects.count() == 1

    page.context.set_offline(True)
    answer(page, ITEMS[1])
    Engagement.objects.filter(number=world.engagement).update(state="cancelled")
    page.context.set_offline(False)
    page.click("button:has-text('立即同步')")
    page.wait_for_selector("text=已结束，不能再办理")
    page.reload()  # the server refuses the page by now: the phone still shows what it holds
    page.wait_for_selector("#site[data-ready=yes]")
    page.click("summary:has-text('本机与核查计划')")
    with page.expect_download() as waiting:
        page.click("button:has-text('导出为文件')")
    kept = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert [one["item"] for one in kept["operations"]] == list(ITEMS)
    assert Operation.objects.count() == 1


def test_a_place_that_is_not_allowed_is_absent_and_never_invented(
    browser: Any, live_server: Any, world: FieldWorld
) -> None:
    from greenmine.fieldwork.models import Capture

    world.planned(ITEMS)
    context = browser.new_context(viewport=PHONE, locale="zh-CN", permissions=[])
    page = context.new_page()
    desk = Desk(page, live_server.url, {"agency2": "agency2-agency2-9"})
    desk.sign_in("agency2")
    desk.go(f"/assessor/site/{world.engagement}/1/")
    page.wait_for_selector("#site[data-ready=yes]")
    card = open_item(page, ITEMS[0])
    card.locator("[data-role=place]").fill("1200 中段掘进面")
    shoot(page, ITEMS[0], 9)
    page.locator("[data-role=waiting]:has-text('全部已同步')").wait_for()
    row = Capture.objects.get()
    assert (row.latitude, row.longitude, row.accuracy_m, row.place) == (None, None, None, "1200 中段掘进面")
    assert row.no_position == "denied"
    assert [one["code"] for one in row.checks if one["weight"] == "doubt"] == ["no_position"]
    context.close()


def test_a_report_is_drafted_reviewed_by_three_and_filed_in_the_browser(
    browser: Any, live_server: Any, world: FieldWorld
) -> None:
    from greenmine.fieldwork.models import Report
    from tests.fieldwork.test_reports import visited

    visited(world)
    names = ("agency", "agencyreviewer", "agencydecider")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(20_000)
    desk = Desk(page, live_server.url, {name: f"{name}-{name}-9" for name in names})
    work = f"/assessor/fieldwork/{world.engagement}"

    desk.sign_in("agency")
    for name, path in (
        ("work", "/"),
        ("desk", "/desk/"),
        ("answers", "/answers/"),
        ("plan", "/plan/"),
        ("visit", "/visits/1/"),
    ):
        desk.go(work + path)
        desk.picture(f"fieldwork-{name}")
        page.set_viewport_size(PHONE)
        assert desk.sideways() <= 0, path
        desk.picture(f"fieldwork-{name}-phone")
        page.set_viewport_size({"width": 1280, "height": 900})
    desk.go(f"{work}/report/")
    page.fill("#conclusion", "现场与材料相符，达到指标要求。")
    page.fill("#recommendations", "加强边坡监测。")
    page.click("text=编制并提交内部审核")
    page.wait_for_selector("text=报告已编制，进入内部审核")
    for username in names:
        if username != "agency":
            page.context.clear_cookies()
            desk.sign_in(username)
            desk.go(f"{work}/report/")
        page.fill("#comment", "同意")
        page.click("button:has-text('通过')")
        page.wait_for_selector("text=审核意见已登记")
    page.click("text=提交委托方")
    page.wait_for_selector("text=请先阅读并签署真实性承诺")
    page.check("input[name=agreed]")
    page.click("text=提交委托方")
    page.wait_for_selector("text=报告已提交委托方")
    report = Report.objects.get()
    assert (report.state, report.committed_by) == ("filed", "贺法人")
    with page.expect_download() as waiting:
        page.click("a:has-text('PDF')")
    assert waiting.value.path().read_bytes().startswith(b"%PDF")
    desk.picture("fieldwork-report")
    page.set_viewport_size(PHONE)
    assert desk.sideways() <= 0
    desk.picture("fieldwork-report-phone")
    context.close()
    assert desk.troubles == []
