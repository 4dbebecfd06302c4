"""An application in a real browser, from the enterprise's filing to the preliminary review passed; then the public's side.

What is done is done on the pages by whoever does it in life: enterprise, county, two departments, a decider who may not pass
the gate, a stranger who objects, the ministry, and an outsider who checks the public log with his own script.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from greenmine.config.demo_applying import MINE
from greenmine.config.demo_pictures import site_picture
from tests.e2e.conftest import PHONE, Desk
from tests.e2e.listing_stage import build
from tests.e2e.test_commissioning import press, switch, unfold

TEXT = "公示矿山排土场紧邻村道，雨后有泥浆流入农田，请核实后再决定。"
DEFECTS = (("images", "请补充采场现状影像"), ("form", "请核对申报书中的设计生产能力"))
REFUSED, HOLDS, BROKEN = 400, 0, 1


@pytest.fixture
def demo(transactional_db: None, settings: Any, tmp_path: Path) -> dict[str, str]:
    """Gansu's demonstration and a second mine."""
    settings.DEMO = True
    settings.DATA = tmp_path
    return build()


def test_from_filing_to_the_review_passed_and_what_the_public_does(desk: Desk, tmp_path: Path) -> None:
    desk.page.set_default_timeout(60_000)  # a busy machine is slow, not wrong
    number = begun(desk)
    filed(desk, number)
    returned_once(desk, number)
    answered(desk, number)
    accepted(desk, number)
    opined(desk, number)
    stopped_by_a_penalty(desk, number)
    passed(desk, number)
    letter, code = objected(desk)
    registered(desk, letter)
    followed(desk, code)
    verified(desk, tmp_path)


def main(desk: Desk) -> str:
    """What stands on the page."""
    return str(desk.page.locator("main").inner_text())


def forgiven(desk: Desk) -> None:
    """A refusal answers with 400, which the browser notes; it was expected here."""
    desk.troubles[:] = [one for one in desk.troubles if f"status of {REFUSED}" not in one]


def opened(desk: Desk, username: str, number: str) -> None:
    """Somebody of an authority opens the application from the list."""
    switch(desk, username)
    desk.page.click("nav >> text=遴选")
    desk.page.click(f"a:text-is('{number}')")


def begun(desk: Desk) -> str:
    """The clerk joins the batch with the mine; what is missing is named before anything is filed."""
    page = desk.page
    desk.sign_in("gs-mine-clerk")
    page.click("nav >> text=申报")
    desk.picture("listing-01-applications")
    page.locator("a", has_text="参加申报").first.click()
    page.locator(".list-group-item", has_text=MINE).locator("a", has_text="选择").click()
    page.wait_for_selector("text=准备情况")
    desk.picture("listing-02-ready")
    press(desk, "开始填写")
    page.wait_for_selector("text=必填材料未备齐")
    assert "您的岗位不能提交申报" in main(desk)
    return str(page.url).rstrip("/").rsplit("/", 1)[1]


def filed(desk: Desk, number: str) -> None:
    """The manager files: refused with the name of the fact that is missing; he states it; it is filed."""
    page = desk.page
    switch(desk, "gs-mine-chief")
    desk.go(f"/enterprise/applications/{number}/")
    page.check("input[name=agreed]")
    page.get_by_role("button", name="提交申报").click()
    page.wait_for_selector("#refused")
    assert "必填材料不全" in page.locator("#refused").inner_text()
    desk.picture("listing-03-missing-fact")
    forgiven(desk)
    page.locator("#refused a", has_text="绿色矿山建设任务完成日期").click()
    page.fill("#id_value", (timezone.localdate() - timedelta(days=40)).isoformat())
    press(desk, "填报")
    desk.go(f"/enterprise/applications/{number}/")
    page.check("input[name=agreed]")
    press(desk, "提交申报")
    page.wait_for_selector("text=已提交，待受理")
    desk.picture("listing-04-filed")


def returned_once(desk: Desk, number: str) -> None:
    """The county tells two defects at once."""
    opened(desk, "gs-county-clerk", number)
    desk.picture("listing-05-county")
    unfold(desk, "退回补正")
    for place, (item, text) in enumerate(DEFECTS):
        desk.page.select_option(f"#return_for_correction-defects-{place}-item", item)
        desk.page.fill(f"#return_for_correction-defects-{place}-text", text)
    press(desk, "退回补正", within="#step-return_for_correction")
    assert all(text in main(desk) for _item, text in DEFECTS)


def answered(desk: Desk, number: str) -> None:
    """The clerk brings the picture; the manager answers each defect and files again."""
    page = desk.page
    switch(desk, "gs-mine-clerk")
    desk.go(f"/enterprise/applications/{number}/")
    line = page.locator("#material-images")
    line.locator("summary", has_text="补充文件或说明").click()
    line.locator("input[type=file]").set_input_files(
        {"name": "采场.jpg", "mimeType": "image/jpeg", "buffer": site_picture(number, 1)}
    )
    press(desk, "保存", within="#material-images")
    assert "采场.jpg" in page.locator("#material-images").inner_text()
    switch(desk, "gs-mine-chief")
    desk.go(f"/enterprise/applications/{number}/")
    boxes = page.locator("#step-resubmit textarea").all()
    assert len(boxes) == len(DEFECTS)
    for box in boxes:
        box.fill("已补充并核对")
    desk.picture("listing-06-answers")
    press(desk, "补正后重新提交", within="#step-resubmit")
    assert "已补正" in page.locator("#returns").inner_text()


def accepted(desk: Desk, number: str) -> None:
    """The county accepts: from now on it is under review and two departments are asked at once."""
    opened(desk, "gs-county-clerk", number)
    unfold(desk, "受理")
    press(desk, "受理", within="#step-accept")
    waiting = desk.page.locator("#opinions").inner_text()
    assert waiting.count("待反馈") == len(("ecology", "forestry"))


def opined(desk: Desk, number: str) -> None:
    """One department answers from its list of matters, the other on the application; nobody passes before both did."""
    page = desk.page
    opened(desk, "gs-county-reviewer", number)
    assert page.get_by_role("button", name="初审合格").is_disabled()
    switch(desk, "gs-ecology")
    page.click("nav >> text=办件")
    desk.picture("listing-07-asked")
    page.locator(".card", has_text="请本单位出具意见").locator("tr", has_text=MINE).locator("a").first.click()
    page.select_option("select[name=verdict]", "agree")
    page.locator("textarea[name=text]").first.fill("环评措施已落实，同意")
    press(desk, "出具意见")
    assert "环评措施已落实，同意" in main(desk)
    opened(desk, "gs-forestry", number)
    page.check("#opinions input[value=agree]")
    page.fill("#opinions textarea", "不涉及林地和自然保护地，同意")
    press(desk, "出具意见", within="#opinions")
    desk.picture("listing-08-opinions")


def stopped_by_a_penalty(desk: Desk, number: str) -> None:
    """A penalty that fell due unpaid becomes known: the gate closes with its reason, and a decider cannot pass it."""
    page = desk.page
    state_penalty(desk, number, (timezone.localdate() - timedelta(days=3)).isoformat())
    opened(desk, "gs-county-reviewer", number)
    unfold(desk, "初审合格")
    page.fill("#pass_review-reasons", "材料齐全，部门意见一致")
    page.locator("#step-pass_review button:text-is('初审合格')").click()
    page.wait_for_selector("#refused")
    assert "处罚" in page.locator("#refused").inner_text()
    assert page.input_value("#pass_review-reasons") == "材料齐全，部门意见一致"
    desk.picture("listing-09-gate-closed")
    forgiven(desk)
    opened(desk, "gs-county-chief", number)
    gate = page.locator("#gates")
    assert "未通过" in gate.inner_text()
    assert gate.get_by_role("button", name="说明理由后通过").is_disabled()
    assert "存在不符合的核验项，不能说明理由通过" in gate.inner_text()
    desk.picture("listing-10-nobody-passes-it")


def state_penalty(desk: Desk, number: str, due: str) -> None:
    """The county's clerk states until when the oldest unpaid penalty was due; empty: there is none."""
    page = desk.page
    opened(desk, "gs-county-clerk", number)
    page.locator("dl a", has_text=MINE).first.click()
    page.click("a:has-text('填报事实')")
    page.fill("#fact", "earliest_unperformed_penalty_due_on")
    press(desk, "下一步")
    if due:
        page.fill("#id_value", due)
    else:
        page.check("#id_is_none")
    press(desk, "填报")


def passed(desk: Desk, number: str) -> None:
    """Paid, the gate is open; the reviewer, who did not accept it, passes the review; enterprise and ledger hear of it."""
    state_penalty(desk, number, "")
    opened(desk, "gs-county-reviewer", number)
    unfold(desk, "初审合格")
    desk.page.fill("#pass_review-reasons", "材料齐全，部门意见一致")
    press(desk, "初审合格", within="#step-pass_review")
    assert "初审合格" in desk.page.locator(".badge.fs-3").inner_text()
    desk.picture("listing-11-passed")
    switch(desk, "gs-mine-chief")
    desk.page.set_viewport_size(PHONE)
    desk.go(f"/enterprise/applications/{number}/")
    assert desk.sideways() <= 0
    assert "初审合格" in desk.page.locator(".badge.fs-3").inner_text()
    desk.picture("listing-12-phone")
    desk.page.set_viewport_size({"width": 1280, "height": 720})


def objected(desk: Desk) -> tuple[str, str]:
    """A stranger objects by name, with a file, to the mine on the ministry's running notice; number and code."""
    page = desk.page
    page.context.clear_cookies()
    desk.go("/public/notices/")
    page.locator("main a", has_text="国家级").first.click()
    page.click("a:has-text('提出异议')")
    page.select_option("#mine", index=1)
    page.fill("#text", TEXT)
    page.set_input_files(
        "#files", {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": site_picture("stranger", 2)}
    )
    page.check("input[name=named][value=named]")
    page.fill("#name", "田村民")
    page.fill("#contact", "13800000000")
    desk.picture("listing-13-objection")
    page.click("button:has-text('提交异议')")
    page.wait_for_selector(".public-code")
    desk.picture("listing-14-code")
    return page.locator("main strong").first.inner_text(), page.locator(".public-code").inner_text()


def registered(desk: Desk, letter: str) -> None:
    """The ministry registers it; who objected is not on the page."""
    page = desk.page
    switch(desk, "ministry-reviewer")
    page.click("nav >> text=公众来件")
    page.click(f"a:text-is('{letter}')")
    assert TEXT in main(desk)
    assert "田村民" not in page.content()
    press(desk, "登记异议")
    desk.picture("listing-15-letter")
    page.locator("main a", has_text="YY-").first.click()
    assert TEXT in main(desk)
    assert "田村民" not in page.content()
    desk.picture("listing-16-objection-registered")


def followed(desk: Desk, code: str) -> None:
    """By his code the stranger reads that it was registered."""
    desk.page.context.clear_cookies()
    desk.go("/public/letters/")
    desk.page.fill("#code", code.lower())
    desk.page.press("#code", "Enter")
    desk.page.wait_for_selector(".public-steps")
    assert "已登记" in main(desk)
    desk.picture("listing-17-status")


def verified(desk: Desk, folder: Path) -> None:
    """An outsider takes log, checkpoint and script from the page: the log holds; one altered line is found."""
    from greenmine.publiclog import tasks

    tasks.seal()  # what the worker does each second
    page = desk.page
    desk.go("/public/log/")
    desk.picture("listing-18-log")
    taken = {}
    for words in ("下载并自行保存", "下载脚本", "下载日志"):
        with page.expect_download() as coming:
            page.click(f"a:has-text('{words}')")
        taken[words] = folder / coming.value.suggested_filename
        coming.value.save_as(taken[words])
    checkpoint, script, log = taken.values()
    assert checked(script, log, checkpoint) == HOLDS
    text = log.read_text(encoding="utf-8")
    assert "云雾山铁矿" in text
    log.write_text(text.replace("云雾山铁矿", "云雾山铜矿", 1), encoding="utf-8")
    assert checked(script, log, checkpoint) == BROKEN


def checked(script: Path, log: Path, checkpoint: Path) -> int:
    """The outsider's script in a Python of its own; what it ends with."""
    return subprocess.run(
        [sys.executable, "-I", str(script), str(log), str(checkpoint)], check=False, capture_output=True
    ).returncode
