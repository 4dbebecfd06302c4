"""A self-assessment in a real browser: opened, answered, two tabs collide, the line breaks, the decider submits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import PHONE

DECIDER = "e2edecider"


@pytest.fixture
def with_decider(desk: Any) -> Any:
    """The demonstration's enterprise with somebody who signs for it."""
    from greenmine.accounts.models import Person
    from tests.conftest import person

    house = Person.objects.get(username="enterprise").memberships.get().organisation
    person(house, DECIDER, "高矿长", "decider")
    desk.passwords[DECIDER] = f"{DECIDER}-{DECIDER}-9"
    desk.house = house
    return desk


def opened(desk: Any) -> str:
    """Open a self-assessment by the pages; its number."""
    page = desk.page
    desk.sign_in("enterprise")
    assert page.locator("h1").inner_text() == "企业工作台"
    desk.picture("enterprise-home")
    page.locator("tr", has_text="青山煤矿").locator("a:has-text('开始自评')").click()
    page.wait_for_selector("text=系统建议")
    desk.picture("assessment-new")
    page.click("button:has-text('开始自评')")
    page.wait_for_selector("#assessment-summary")
    return str(page.url).rstrip("/").rsplit("/", 1)[1]


def item(page: Any, name: str) -> Any:
    """One item on the working page."""
    return page.locator(f"#item-{name}")


def test_two_tabs_collide_and_nothing_is_lost(with_decider) -> None:
    desk = with_decider
    page, number = desk.page, opened(desk)
    before = page.locator("#total").inner_text()
    other = page.context.new_page()
    other.goto(f"{desk.url}/enterprise/assessments/{number}/")

    first = item(page, "zones")
    first.locator("input[name=claim]").nth(2).check()
    first.locator(".save-status:has-text('已保存')").wait_for()
    assert page.locator("#total").inner_text() != before

    late = item(other, "zones")
    late.locator("textarea[name=comment]").fill("另一个窗口写的说明")
    late.locator("input[name=claim]").nth(1).check()
    late.locator("text=采用我的").wait_for()
    assert "现在保存的" in late.inner_text()
    other.screenshot(path="build/pictures/assessment-overtaken.png")
    late.locator("text=采用我的").click()
    late.locator(".save-status:has-text('已保存')").wait_for()
    other.close()
    page.reload()
    assert item(page, "zones").locator("textarea[name=comment]").input_value() == "另一个窗口写的说明"
    desk.troubles[:] = [one for one in desk.troubles if "409" not in one]


def test_what_is_typed_without_a_line_is_kept_and_sent_when_it_is_back(with_decider) -> None:
    desk = with_decider
    page = desk.page
    opened(desk)
    page.context.set_offline(True)
    box = item(page, "zones").locator("textarea[name=comment]")
    box.fill("断网时写的说明")
    item(page, "zones").locator(".save-status:has-text('网络中断')").wait_for()
    desk.picture("assessment-offline")
    page.context.set_offline(False)
    item(page, "zones").locator(".save-status:has-text('已保存')").wait_for(timeout=30_000)
    page.reload()
    assert item(page, "zones").locator("textarea[name=comment]").input_value() == "断网时写的说明"
    desk.troubles[:] = [one for one in desk.troubles if "ERR_INTERNET_DISCONNECTED" not in one]


def test_items_are_reached_and_answered_by_keyboard(with_decider) -> None:
    desk = with_decider
    page = desk.page
    opened(desk)
    page.locator("#content").focus()
    first = page.locator("article[data-stop]").first
    page.keyboard.press("j")
    assert first.evaluate("node => node === document.activeElement")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert first.evaluate("node => node === document.activeElement")
    zones = item(page, "zones")
    zones.focus()
    page.keyboard.press("2")
    zones.locator(".save-status:has-text('已保存')").wait_for()
    assert zones.locator("input[name=claim]").nth(1).is_checked()


def test_the_decider_submits_and_the_county_gives_it_back(with_decider) -> None:
    from greenmine.accounts.models import Person
    from greenmine.assessment.models import Assessment
    from tests.web.enterprise.conftest import explain, fill

    desk = with_decider
    page, number = desk.page, opened(desk)
    desk.picture("assessment-working")
    found, clerk = Assessment.objects.get(number=number), Person.objects.get(username="enterprise")
    fill(found, clerk)
    desk.go(f"/enterprise/assessments/{number}/gaps/")
    desk.picture("assessment-gaps")
    desk.go(f"/enterprise/assessments/{number}/submit/")
    assert page.locator("button:has-text('提交自评报告')").is_disabled()
    assert "您的岗位不能提交自评报告" in page.locator("main").inner_text()
    desk.picture("assessment-submit-clerk")
    explain(found, clerk)
    for path in (f"mines/{found.mine}/gates", f"mines/{found.mine}/risk"):
        desk.go(f"/enterprise/{path}/")
        desk.picture(f"enterprise-{path.rsplit('/', 1)[1]}")
    page.click("text=退出")
    desk.sign_in(DECIDER)
    desk.go(f"/enterprise/assessments/{number}/submit/")
    page.check("input[name=agreed]")
    desk.picture("assessment-submit-decider")
    page.click("button:has-text('提交自评报告')")
    page.wait_for_selector("text=与提交时一致")
    desk.picture("assessment-report")
    page.click("text=退出")
    desk.sign_in("city")
    page.click("nav >> text=自评报告")
    page.click(f"a:text-is('{number}')")
    desk.picture("authority-assessment")
    page.fill("#give-whole", "请补充边坡监测记录")
    page.click("button:has-text('退回补正')")
    page.wait_for_selector("text=企业正在修改")
    page.click("text=退出")
    desk.sign_in("enterprise")
    desk.go(f"/enterprise/assessments/{number}/")
    assert "请补充边坡监测记录" in page.locator(".alert-warning").first.inner_text()


def test_no_page_scrolls_sideways_on_a_phone_in_either_language(with_decider) -> None:
    desk = with_decider
    number = opened(desk)
    paths = (
        "", "assessments/", f"assessments/{number}/", f"assessments/{number}/items/zones/", f"assessments/{number}/gaps/",
        f"assessments/{number}/submit/", f"assessments/{number}/share/", f"assessments/{number}/move/?to=demo-2027",
        f"assessments/{number}/compare/", "mines/M00000001/gates/", "mines/M00000001/risk/", "assessments/new/",
        "assessments/new/?mine=M00000004",
    )  # fmt: skip
    desk.page.set_viewport_size(PHONE)
    for language in ("zh", "en"):
        wide = []
        for place, path in enumerate(paths):
            desk.go(f"/enterprise/{path}")
            if desk.sideways() > 0:
                wide.append((path, desk.sideways()))
            desk.picture(f"phone-enterprise-{language}-{place}")
        assert wide == [], language
        if language == "zh":
            desk.page.click("text=English")
            desk.page.wait_for_load_state()
