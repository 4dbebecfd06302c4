"""The main job in a real browser: from sign-in to the reason why a mine stands where it stands. One journey for each desk."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import PHONE

LEDGER = """会宁县矿山台账
矿山编号,矿山名称,采矿权人,行政区代码,矿种,设计生产能力（万吨/年）,生产状态
E2E-1,新来煤矿,新来矿业有限公司,620422,煤,120,生产
E2E-2,坏行煤矿,新来矿业有限公司,620422,煤,很多,生产
"""
PAGES = (
    "/authority/dashboard/", "/authority/mines/", "/authority/mines/M00000001/", "/authority/mines/M00000001/state/?fact=tailings_pond",
    "/authority/requests/", "/authority/requests/BL-2026-0001/", "/authority/requests/new/?mine=M00000001", "/authority/to-fill/",
    "/authority/imports/", "/authority/imports/{batch}/", "/authority/rulebook/", "/authority/rulebook/?q=尾矿库", "/authority/rulebook/gs-2023/",
    "/authority/rulebook/cn-2024-1/17.2/", "/authority/rulebook/rules/cn-2024-1.removal.penalty-unperformed/", "/notices/",
)  # fmt: skip


def test_an_official_finds_a_mine_and_reads_by_keyboard_why_it_stands_there(desk) -> None:
    page = desk.page
    desk.sign_in("reviewer")
    assert page.locator("h1").inner_text() == "总览"
    page.wait_for_selector("#by-region svg")
    assert page.locator("#by-region svg path").count() > 3
    desk.picture("dashboard")

    page.click("nav >> text=矿山")
    page.fill("#q", "青山")
    page.press("#q", "Enter")
    page.wait_for_selector("text=共 1 座矿山")
    page.click("a:text-is('青山煤矿')")
    assert "涉嫌移出情形（待确认）" in page.locator(".card").first.inner_text()

    button = page.locator("#group-grounds button[hx-get]").first
    for _ in range(60):  # as far as the reason is from the top, by the tab key alone
        page.keyboard.press("Tab")
        if button.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#group-grounds .explanation table")
    told = page.locator("#group-grounds .explanation").first.inner_text()
    assert "最早未履行行政处罚的履行期限" in told
    assert "甘肃省自然资源厅（演示）" in told
    desk.picture("mine")

    page.click("#group-grounds a:has-text('（十七）第2项')")
    page.wait_for_selector("text=受行政处罚后")
    page.click("a:has-text('行政处罚逾期未履行')")
    page.wait_for_selector("text=今日由本规则判定的矿山")
    page.click("a:text-is('青山煤矿')")
    page.wait_for_url("**#rule-cn-2024-1.removal.penalty-unperformed")
    desk.picture("rule")

    page.click("text=English")
    page.wait_for_selector("h2:has-text('Timeline')")
    assert page.evaluate("document.documentElement.lang") == "en"
    desk.picture("mine-english")


def test_an_enterprise_answers_what_it_was_asked(desk, worker) -> None:
    page = desk.page
    desk.sign_in("enterprise")
    page.click("nav >> text=待填补录")
    rows = page.locator("tbody tr").count()
    assert rows > 0
    page.locator("tbody tr", has_text="修复方案按期执行").locator("text=填报").click()
    page.select_option("#id_value", "true")
    page.set_input_files(
        "#id_evidence", {"name": "年度执行报告.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    desk.picture("state-a-fact")
    page.click("main button:has-text('填报')")
    page.wait_for_selector("text=已填报：修复方案按期执行")
    worker()
    page.click("nav >> text=待填补录")
    assert page.locator("tbody tr").count() == rows - 1


def test_a_ledger_is_imported_with_its_progress_and_judged(desk, worker) -> None:
    page = desk.page
    desk.sign_in("county")
    page.click("nav >> text=导入台账")
    page.set_input_files("#file", {"name": "会宁.csv", "mimeType": "text/csv", "buffer": LEDGER.encode()})
    page.click("text=上传并预览")
    page.wait_for_selector("#progress")
    worker()
    page.wait_for_selector("text=有 1 行存在问题")  # the page asks again by itself
    assert page.locator("text=很多").count() > 0
    desk.picture("import-preview")
    page.click("text=只写入合格行")
    page.wait_for_selector("#progress")
    worker()
    page.click("text=查看矿山")
    page.fill("#q", "新来")
    page.press("#q", "Enter")
    page.wait_for_selector("text=共 1 座矿山")
    page.click("a:text-is('新来煤矿')")
    assert "待核实" in page.locator(".card").first.inner_text()


@pytest.mark.parametrize("username", ["reviewer", "enterprise"])
def test_no_page_scrolls_sideways_on_a_phone_in_either_language(desk, username) -> None:
    from greenmine.registry.models import ImportBatch

    batch = ImportBatch.objects.get().pk
    desk.sign_in(username)
    pages = (
        PAGES if username == "reviewer" else ("/authority/mines/", "/authority/mines/M00000001/", "/authority/to-fill/")
    )
    desk.page.set_viewport_size(PHONE)
    for language in ("zh", "en"):
        wide = []
        for path in pages:
            desk.go(path.format(batch=batch))
            if desk.sideways() > 0:
                wide.append((path, desk.sideways()))
        assert wide == [], language
        desk.picture(f"phone-{username}-{language}")
        if language == "zh":
            desk.page.click("text=English")
            desk.page.wait_for_load_state()
