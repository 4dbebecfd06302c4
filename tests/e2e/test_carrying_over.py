"""An official table arrives as a workbook: loaded by the operator, mapped, and an open self-assessment goes over and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from greenmine.editions.standards import columns, pairs
from greenmine.web.components.workbooks import XLSX, workbook
from tests.e2e.conftest import Desk
from tests.e2e.test_commissioning import switch
from tests.e2e.test_self_assessment import item
from tests.e2e.test_whole_way import typed
from tests.editions.standards.conftest import sheets_of

MINE, OURS, OFFICIAL = "西岭煤矿", "demo-2026-gansu", "cn-2024"
NOW = {  # what the "official" table says of itself; everything else is the template's
    "编号": OFFICIAL, "名称": "国家级绿色矿山建设评价指标（测试载入）", "英文名称": "national indicators (loaded by a test)",
    "性质": "正式", "层级": "国家级", "来源": "附件3（测试）", "施行日": "2024-04-15",
}  # fmt: skip
RENAMED = {"care": "绿化管护到位", "order": "矿容矿貌与标识"}


def official(template: bytes) -> bytes:
    """The template as an operator fills it: other head, two items of other names, one item gone and two points elsewhere."""
    found = sheets_of(template)
    for row in found[columns.HEAD][1:]:
        row[1] = NOW.get(row[0], row[1])
    titles, *rows = found[columns.INDICATORS]
    at = {title: place for place, title in enumerate(titles)}
    by_id = {row[at["编号"]]: row for row in rows}
    by_id["order"][at["名称"]] = RENAMED["order"]
    by_id["greening-care"][at["名称"]] = RENAMED["care"]
    by_id["zones"][at["编号"]] = "zoning"  # the same thing under another id: only the mapping knows
    return workbook([(name, lines[0], lines[1:]) for name, lines in found.items()])


def mapped(template: bytes) -> bytes:
    """The sheet of pairs filled in: most the same, one wider, one with another id, one without a counterpart."""
    lines = [list(row[: pairs.COLUMNS]) for row in sheets_of(template)[pairs.SHEET]]
    filled = []
    for old, old_name, new, new_name, *_ in lines[1:]:
        if old == "zones":
            filled.append([old, old_name, "zoning", "功能分区", "相同", "编号改变", ""])
        elif old == "greening-care":
            filled.append([old, old_name, new, new_name, "变宽", "新增成活率要求", ""])
        elif old == "order":
            filled += [
                [old, old_name, "", "", "无对应", "按新口径重填", ""],
                ["", "", new, new_name, "无对应", "新填", ""],
            ]
        elif old:
            filled.append([old, old_name, new, new_name, "相同" if new else "无对应", "", ""])
    return workbook([(pairs.SHEET, lines[0], filled)])


def given(desk: Desk, name: str, content: bytes, source: str) -> None:
    """Upload a workbook with its source and look at the preview."""
    page = desk.page
    page.set_input_files("input[type=file]", {"name": name, "mimeType": XLSX, "buffer": content})
    page.fill("input[name=source]", source)
    page.get_by_role("button", name="上传并预览").click()
    page.wait_for_load_state("load")


def downloaded(desk: Desk, link: Any) -> bytes:
    with desk.page.expect_download() as got:
        link.click()
    return Path(got.value.path()).read_bytes()


def written(desk: Desk) -> str:
    """The enterprise opens a self-assessment on the set of today and answers five items."""
    page = desk.page
    switch(desk, "enterprise")
    page.locator("tr", has_text=MINE).locator("a:has-text('开始自评')").click()
    page.get_by_role("button", name="开始自评").click()
    page.wait_for_selector("#assessment-summary")
    number = str(page.url).rstrip("/").rsplit("/", 1)[1]
    for name, claim, comment in (
        ("zones", "yes", "分区见总平面图"), ("order", "150", "一角待清理"), ("storage-oil", "150", ""), ("smart", "300", ""),
    ):  # fmt: skip
        item(page, name).locator(f"input[name=claim][value='{claim}']").check()
        item(page, name).locator(".save-status:has-text('已保存')").wait_for()
        if comment:
            typed(desk, name, "comment", comment)
    item(page, "greening-care").locator("input[name=claim][value=typed]").check()
    typed(desk, "greening-care", "score", "1.5")
    return number


def claims(desk: Desk, number: str) -> dict[str, tuple[str, str]]:
    """What stands of every item: the claim and the comment."""
    desk.go(f"/enterprise/assessments/{number}/")
    found = desk.page.evaluate(
        "Array.from(document.querySelectorAll('article[data-stop]')).map(one => [one.id.slice(5), "
        "one.querySelector('input[name=claim]:checked').value, one.querySelector('textarea[name=comment]').value])"
    )
    return {name: (claim, comment) for name, claim, comment in found if (claim, comment) != ("none", "")}


def loaded(desk: Desk) -> None:
    """The operator downloads a template, uploads the filled one, looks, and loads it; a wrong one names its cell."""
    page = desk.page
    switch(desk, "operator")
    page.click("nav >> text=指标表")
    row = page.locator(".list-group-item", has=page.locator("code:text-is('demo-2026')"))
    template = downloaded(desk, row.get_by_role("link", name="导出 Excel"))
    wrong = sheets_of(official(template))
    kind = wrong[columns.INDICATORS][0].index("类型")
    wrong[columns.INDICATORS][1][kind] = "重要"
    broken = workbook([(name, lines[0], lines[1:]) for name, lines in wrong.items()])
    given(desk, "指标表.xlsx", broken, "附件3（测试）")
    assert "指标 第 2 行 类型" in page.locator(".alert-danger").inner_text()
    assert page.input_value("input[name=source]") == "附件3（测试）"
    given(desk, "指标表.xlsx", official(template), "附件3（测试）")
    assert "内容齐备，载入后可以据此出具结论" in page.locator("main").inner_text()
    desk.picture("carrying-01-preview")
    page.check("input[name=looked]")
    page.get_by_role("button", name="载入", exact=True).click()
    page.wait_for_selector("text=已载入指标表")
    desk.picture("carrying-02-loaded")
    desk.go(f"/operator/indicator-sets/compare/?before={OURS}&after={OFFICIAL}")
    desk.picture("carrying-03-compared")
    desk.go(f"/operator/indicator-sets/{OURS}/to/{OFFICIAL}/")
    sheet = downloaded(desk, page.get_by_role("link", name="下载对应表模板"))
    given(desk, "对应.xlsx", mapped(sheet), "对照附件3逐项比对")
    assert "检查无误" in page.locator("main").inner_text()
    desk.picture("carrying-04-mapping")
    page.get_by_role("button", name="载入", exact=True).click()
    page.wait_for_selector("text=已载入指标对应表")


def test_an_open_assessment_goes_over_to_an_official_table_and_back(desk: Desk) -> None:
    page = desk.page
    number = written(desk)
    before = claims(desk, number)
    assert len(before) == 5
    loaded(desk)
    switch(desk, "enterprise")
    assert claims(desk, number) == before  # nothing moves by itself
    page.get_by_role("link", name="换用指标").click()
    page.select_option("#to", OFFICIAL)
    page.get_by_role("button", name="预览可以带过去的内容").click()
    shown = page.locator("main").inner_text()
    assert "绿化管护到位" in shown
    assert "新指标中没有，留在历史" in shown
    desk.picture("carrying-05-weighed")
    page.get_by_role("button", name="确认换用").click()
    page.wait_for_selector("text=已换用指标")
    after = claims(desk, number)
    assert after["zoning"] == before["zones"]  # carried by the mapping although its id changed
    assert after["storage-oil"] == before["storage-oil"]
    assert "order" not in after
    desk.picture("carrying-06-moved")
    typed(desk, "zoning", "comment", "换用后补充")
    page.get_by_role("link", name="换用指标").click()
    page.get_by_role("button", name="撤销换用").click()
    page.wait_for_selector("text=已撤销换用")
    assert claims(desk, number) == before
    desk.go(f"/enterprise/assessments/{number}/items/zones/")
    desk.picture("carrying-07-back")


@pytest.mark.parametrize("who", ["enterprise", "county"])
def test_only_the_operator_loads_a_table(desk: Desk, who: str) -> None:
    switch(desk, who)
    assert desk.page.goto(f"{desk.url}/operator/indicator-sets/").status in (403, 404)
    desk.troubles[:] = [one for one in desk.troubles if "status of 40" not in one]
