"""Somebody without an account, in a real browser: finds a mine, reads why, complains, and follows the answer by his code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.conftest import person
from tests.directory.published.conftest import edition_text
from tests.e2e.conftest import PHONE, Desk
from tests.publiclog.publishing import publish, standing

TEXT = "该矿夜间越界开采，影响村民安全，多次反映无人处理。"
PAGES = (
    "/public/", "/public/mines/", "/public/mines/M00000001/", "/public/map/", "/public/statistics/", "/public/notices/",
    "/public/notices/GS-2026-0001/", "/public/notices/GS-2026-0001/object/", "/public/statements/", "/public/statements/GK-2026-000002/",
    "/public/complain/", "/public/mines/M00000001/correct/", "/public/letters/", "/public/batch/", "/public/data/", "/public/check/",
    "/public/log/", "/public/about/?words=公示",
)  # fmt: skip


@pytest.fixture
def visitor(transactional_db: None, settings: Any, tmp_path: Any, live_server: Any, page: Any) -> Iterator[Desk]:
    """A browser before a published directory; an official of the county exists."""
    from greenmine.accounts import actions as accounts
    from greenmine.directory.published import writing
    from greenmine.editions import actions as editions
    from greenmine.publiclog import tasks

    settings.DEMO = True
    settings.DATA = tmp_path
    editions.activate(edition_text(), by="首次启用人", on=date(2026, 1, 5))
    county = accounts.found_organisation(
        kind="authority", name="会宁县自然资源局", level="county", division="620422", department="natural_resources", by=None,
        on=date(2026, 1, 5),
    )  # fmt: skip
    person(county, "county", "王经办", "clerk")
    on = timezone.localdate()
    publish("M00000001")
    publish("M00000002", standing("national"), name="白石铜矿", region_code="620525", mineral="copper", longitude=106.2)
    publish("M00000003", standing("", "notice", number="", entered_on=None), name="黑河金矿", longitude=104.4)
    writing.publish_notice(
        writing.PublicNoticeRow(
            "GS-2026-0001", "provincial", "甘肃省自然资源厅", "O1", "620000", {"zh": "第一批公示", "en": "First batch"}, on,
            on + timedelta(days=5), "0931-0000000", [writing.NoticeMine("M00000003", "黑河金矿", "黑河矿业有限公司", "620422")],
        )
    )  # fmt: skip
    writing.state(
        "entry", mine="M00000001", region_code="620422", on=on, title={"zh": "青山煤矿纳入省级名录", "en": "entered"},
        body={"decision_number": "甘自然资告〔2026〕3号"}, office="甘肃省自然资源厅",
    )  # fmt: skip
    tasks.seal()
    found = Desk(page, live_server.url, {"county": "county-county-9"})
    page.set_default_timeout(15_000)
    yield found
    assert found.troubles == []


def test_a_stranger_finds_a_mine_complains_and_reads_the_answer(visitor: Desk) -> None:
    page = visitor.page
    visitor.go("/accounts/login/")
    page.click("text=不登录，查询绿色矿山名录")
    page.fill("input[name=words]", "青山煤矿")
    page.press("input[name=words]", "Enter")
    page.wait_for_selector("text=共 1 座矿山")
    page.click("a:text-is('青山煤矿')")
    page.wait_for_selector("text=青山煤矿纳入省级名录")
    visitor.picture("public-mine")
    page.click("a:has-text('投诉举报'):not(nav a)")
    page.fill("#text", TEXT)
    page.select_option("#category", "illegal_mining")
    page.check("input[name=named][value=named]")
    page.fill("#name", "刘举报")
    page.fill("#contact", "13912345678")
    page.set_input_files("#files", {"name": "照片.txt", "mimeType": "text/plain", "buffer": "证据".encode()})
    page.click("button:has-text('提交投诉举报')")
    code = page.locator(".public-code").inner_text()
    visitor.picture("public-sent")
    visitor.sign_in("county")
    page.click("nav >> text=公众来件")
    page.click("a:text-is('LJ-2026-000001')")
    assert TEXT in page.locator("main").inner_text()
    assert "刘举报" not in page.content()
    page.click("button:text-is('受理')")
    page.wait_for_selector("text=已受理")
    page.fill("#answer", "已责令停止越界开采并立案。")
    page.click("button:text-is('答复')")
    page.wait_for_selector("text=已责令停止越界开采并立案。")
    visitor.picture("authority-letter")
    page.click("button:has-text('退出')")
    visitor.go("/public/letters/")
    page.fill("#code", code.lower())
    page.press("#code", "Enter")
    page.wait_for_selector("text=已责令停止越界开采并立案。")
    visitor.picture("public-status")


def test_the_map_is_drawn_and_leads_to_the_mines_of_a_square(visitor: Desk) -> None:
    page = visitor.page
    visitor.go("/public/map/")
    page.wait_for_selector("canvas[data-count='3']")
    page.focus("#public-map")
    for key in ("+", "+", "ArrowUp", "-"):
        page.keyboard.press(key)
    page.click("[data-zoom=all]")
    box = page.locator("#public-map").bounding_box()
    # the square of 白石铜矿: 106.0–106.5 E, 35.5–36.0 N, where the page's own projection puts it
    scale = min(box["width"] / (136 - 73), box["height"] / ((54 - 17) * 1.28))
    across = box["width"] / 2 + (106.25 - (73 + 136) / 2) * scale
    down = box["height"] / 2 - (35.75 - (17 + 54) / 2) * scale * 1.28
    page.mouse.click(box["x"] + across, box["y"] + down)
    page.wait_for_selector("#public-map-list >> text=共 1 座矿山")
    assert page.locator("#public-map-list a").first.inner_text() == "白石铜矿"
    visitor.picture("public-map")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_public_page_reads_on_a_phone(visitor: Desk, language: str) -> None:
    page = visitor.page
    page.set_viewport_size(PHONE)
    visitor.go("/public/")
    if language == "en":
        page.click("text=English")
        page.wait_for_load_state()
    for address in PAGES:
        visitor.go(address)
        assert visitor.sideways() <= 0, address
        assert page.locator("h1").count() == 1
