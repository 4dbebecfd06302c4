"""The whole way of a mine in a real browser: from its first self-assessment to a third party's signed report, accepted.

Nobody acts by the program here: what is done is done on the pages, by whoever does it in life. Each kind of control is used
by hand once; items of which one more click would show nothing new go through the address the page itself saves to.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.e2e.conftest import PHONE, PICTURES, Desk
from tests.e2e.page_scripts import OPEN, PAPERS, SAVE, SCALES, SEND
from tests.e2e.test_commissioning import press, switch, unfold

MINE = "草原煤矿"  # produces, lies in the city's region, was never assessed
WHERE = {"latitude": 36.72, "longitude": 105.68, "accuracy": 9}
OK = 200
BY_HAND = (
    ("zones", "met", "0"),
    ("order", "score", "0"),
    ("greening-care", "number", "1.5"),
)  # one of each kind of scale


@pytest.fixture
def demo(whole_demo: dict[str, str]) -> dict[str, str]:
    """The demonstration with its agencies; the mine of the test has nothing yet."""
    return whole_demo


def glimpse(desk: Any, name: str) -> None:
    """Keep what the window shows; the page is very long."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    desk.page.screenshot(path=PICTURES / f"{name}.png")


def on_item(desk: Any, name: str) -> Any:
    """One item on the working page."""
    return desk.page.locator(f"#item-{name}")


def saved(item: Any) -> None:
    """The item says that it is saved."""
    item.locator(".save-status:has-text('已保存')").wait_for()


def typed(desk: Any, item: str, field: str, value: str) -> None:
    """Type into a field of an item and leave it: what was typed is saved."""
    row = on_item(desk, item)
    with desk.page.expect_response(lambda answer: f"/items/{item}/" in answer.url and answer.status == OK):
        row.locator(f"[name={field}]").fill(value)
        row.locator(f"[name={field}]").blur()
    saved(row)


def opened(desk: Any) -> str:
    """The enterprise opens the first self-assessment of a mine; its number."""
    page = desk.page
    switch(desk, "enterprise")
    page.locator("tr", has_text=MINE).locator("a:has-text('开始自评')").click()
    page.wait_for_selector("text=系统建议")
    assert "该矿山没有已提交的自评" in page.locator("main").inner_text()
    desk.picture("way-01-opening")
    page.get_by_role("button", name="开始自评").click()
    page.wait_for_selector("#assessment-summary")
    return str(page.url).rstrip("/").rsplit("/", 1)[1]


def filled(desk: Any, number: str, picture: bytes) -> None:
    """Each kind of control by hand, the rest through the address of the page; the total moves, gaps and gates are read."""
    page = desk.page
    before = page.locator("#total").inner_text()
    first = page.locator("article[data-stop]").first
    first.locator("input[name=claim][value=yes]").check()
    saved(first)
    order = on_item(desk, "order")
    order.locator("input[name=claim][value='150']").check()
    saved(order)
    assert page.locator("#total").inner_text() != before
    typed(desk, "order", "comment", "废石场一角待清理")
    typed(desk, "order", "effort", "12")
    care = on_item(desk, "greening-care")
    care.locator("input[name=claim][value=typed]").check()
    care.locator(".save-status:has-text('请填写得分')").wait_for()
    typed(desk, "greening-care", "score", "1.5")
    oil = on_item(desk, "storage-oil")
    oil.locator("input[name=claim][value=na]").check()
    oil.locator(".save-status:has-text('请填写不适用的理由')").wait_for()
    typed(desk, "storage-oil", "reason", "矿区没有储油罐")
    order.locator("summary:has-text('添加佐证')").click()
    order.locator("input[type=file]").set_input_files(
        {"name": "矿容矿貌.jpg", "mimeType": "image/jpeg", "buffer": picture}
    )
    order.get_by_role("button", name="上传").click()
    page.wait_for_selector("text=已添加 1 份佐证")
    assert "矿容矿貌" in on_item(desk, "order").locator("[id^=evidence-]").inner_text()
    for name, first in page.evaluate(OPEN):
        said = {"claim": first, "score": "1"} if first == "typed" else {"claim": first}
        assert page.evaluate(SAVE, [name, said]) == [OK, ""], name
    page.reload()
    glimpse(desk, "way-02-filled")
    page.get_by_role("link", name="差距与改进").click()
    page.wait_for_selector("text=先改什么")
    assert "矿容矿貌整洁" in page.locator("main").inner_text()
    desk.picture("way-03-gaps")
    page.go_back()
    page.get_by_role("link", name="预审").click()
    page.wait_for_selector("text=这是按已知事实的预演")
    assert "还没有提交过自评报告" in page.locator("main").inner_text()
    desk.picture("way-04-gates")


def explained(desk: Any, number: str) -> None:
    """The clerk gives the reasons the hints ask for; the button to submit says why it is not his."""
    page = desk.page
    desk.go(f"/enterprise/assessments/{number}/submit/")
    for box in page.locator("#asking input[name=reason]").all():
        box.fill("材料另存档案室，现场可查")
    page.get_by_role("button", name="保存已填写的说明").click()
    page.wait_for_selector("text=没有待处理的问题")
    assert page.get_by_role("button", name="提交自评报告").is_disabled()
    assert "您的岗位不能提交自评报告" in page.locator("main").inner_text()
    desk.picture("way-05-clerk-may-not-submit")


def submitted(desk: Any, number: str) -> None:
    """The manager reads the commitment and submits."""
    page = desk.page
    switch(desk, "manager")
    page.click("nav >> text=自评")
    page.click(f"a:text-is('{number}')")
    page.get_by_role("link", name="检查并提交").click()
    page.check("input[name=agreed]")
    page.get_by_role("button", name="提交自评报告").click()
    page.wait_for_selector("text=与提交时一致")
    glimpse(desk, "way-06-submitted")


def given_back(desk: Any, number: str) -> None:
    """The city reads it and gives it back once, with a reason of an item and one of the whole."""
    page = desk.page
    switch(desk, "city")
    page.click("nav >> text=自评报告")
    page.click(f"a:text-is('{number}')")
    with page.expect_download() as got:
        page.locator("main, .page-header").get_by_role("link", name="PDF").first.click()
    assert got.value.path().read_bytes().startswith(b"%PDF")
    page.fill("#give-whole", "请补充边坡监测记录")
    press(desk, "退回补正")
    page.wait_for_selector("text=企业正在修改")
    glimpse(desk, "way-07-given-back")


def mended(desk: Any, number: str) -> None:
    """The enterprise finds the reason in its to-dos, mends, answers it; the manager submits again."""
    page = desk.page
    switch(desk, "enterprise")
    page.locator(".list-group-item", has_text=number).get_by_role("link", name="办理").first.click()
    assert "请补充边坡监测记录" in page.locator(".alert-warning").first.inner_text()
    glimpse(desk, "way-08-mending")
    order = on_item(desk, "order")
    order.locator("input[name=claim][value='300']").check()
    saved(order)
    desk.go(f"/enterprise/assessments/{number}/submit/")
    page.locator("#blocking input[name=reason]").first.fill("边坡监测记录已补充上传")
    page.get_by_role("button", name="保存已填写的说明").click()
    page.wait_for_selector("text=已说明")
    submitted(desk, number)


def commissioned(desk: Any) -> str:
    """Drafted by the clerk, declared by the agency, checked by the clerk, commissioned by the decider with a task letter."""
    page, on = desk.page, timezone.localdate()
    switch(desk, "provinceclerk")
    page.click("nav >> text=委托评估")
    page.get_by_role("link", name="拟定委托").first.click()
    page.fill("#q", MINE)
    page.get_by_role("button", name="查找").click()
    page.click(f"a:has-text('{MINE}')")
    page.locator("tr", has_text="陇原").get_by_text("选择并预查").click()
    page.fill("#first_review_passed_on", on.isoformat())
    desk.picture("way-09-drafting")
    press(desk, "拟定委托")
    number = str(page.url).rstrip("/").rsplit("/", 1)[1]
    switch(desk, "agency")
    page.locator("a", has_text=number).first.click()
    for box in page.locator("#independence input[value=no]").all():
        box.check()
    press(desk, "签署独立性声明")
    switch(desk, "provinceclerk")
    desk.go(f"/authority/engagements/{number}/")
    press(desk, "核查利益冲突")
    desk.picture("way-10-checked")
    switch(desk, "province")
    desk.go(f"/authority/engagements/{number}/")
    fill = {
        "budget_line": "2200109 自然资源调查评估", "procurement_notice": "甘采〔2026〕演示-03", "contract": "演示-HT-2026-03",
        "contract_on": on.isoformat(), "amount": "42000",
    }  # fmt: skip
    for name, value in fill.items():
        page.fill(f"#{name}", value)
    page.select_option("#funding", "public_budget")
    press(desk, "委托评估")
    switch(desk, "provinceclerk")
    desk.go(f"/authority/engagements/{number}/")
    unfold(desk, "制作评估任务书")
    page.fill("#letter_due_on", (on + timedelta(days=90)).isoformat())
    press(desk, "制作任务书")
    with page.expect_download() as got:
        page.locator("main a:text-is('PDF')").first.click()
    assert got.value.path().read_bytes().startswith(b"%PDF")
    desk.picture("way-11-commissioned")
    return number


def team_signed(desk: Any, number: str) -> None:
    """The agency accepts, names the two who cover the five fields, and each of them signs."""
    page = desk.page
    switch(desk, "agency")
    desk.go(f"/assessor/engagements/{number}/")
    press(desk, "接受委托")
    for name in ("许评估", "宋评估"):
        for box in page.locator("form[data-team] tr", has_text=name).locator("input[type=checkbox]").all():
            box.check()
    page.locator("form[data-team] tr", has_text="许评估").locator("input[type=radio]").check()
    press(desk, "组建评估组")
    for who in ("agency2", "agency"):
        switch(desk, who)
        desk.go(f"/assessor/engagements/{number}/")
        form = page.locator("#sign details")
        form.locator("summary").first.click()
        for box in form.locator("input[value=no]").all():
            box.check()
        form.locator("input[name=committed]").check()
        press(desk, "签署", "#sign")
    press(desk, "开始书面审查")


def papers_reviewed(desk: Any, number: str) -> None:
    """Papers are returned once with a list; the enterprise answers; the review and the list of questions end."""
    page, on = desk.page, timezone.localdate()
    desk.go(f"/assessor/fieldwork/{number}/")
    page.click("main >> text=书面审查")
    rows = page.locator("tbody tr")
    for row in rows.all():
        row.locator("select").select_option("in_order")
    rows.last.locator("select").select_option("defective")
    rows.last.locator("input[name^=note-]").fill("缺少2025年度监测报告")
    page.fill("#due_on", (on + timedelta(days=7)).isoformat())
    desk.picture("way-12-desk-review")
    page.get_by_role("button", name="退回补正（一次性告知）").click()
    page.wait_for_selector("text=已一次性告知 1 项")
    switch(desk, "enterprise")
    page.click("nav >> text=第三方评估")
    page.click(f"a:text-is('{number}')")
    assert "缺少2025年度监测报告" in page.locator("#questions").inner_text()
    page.fill("textarea[name=answer]", "监测报告见附件")
    page.set_input_files(
        "#questions input[type=file]",
        {"name": "监测报告.csv", "mimeType": "text/csv", "buffer": "月,粉尘\n1,3\n".encode()},
    )
    press(desk, "提交答复")
    desk.picture("way-13-question-answered")
    switch(desk, "agency")
    desk.go(f"/assessor/engagements/{number}/")
    press(desk, "确认已补正")
    desk.go(f"/assessor/fieldwork/{number}/desk/")
    page.locator("tbody tr").last.locator("select").select_option("in_order")
    page.get_by_role("button", name="办结书面审查").click()
    page.wait_for_selector("text=书面审查已办结")
    desk.go(f"/assessor/engagements/{number}/")
    press(desk, "确认问题清单")


def visit_planned(desk: Any, number: str) -> None:
    """Days, route, who goes, what is seen; the enterprise is told and signs for it."""
    page, on = desk.page, timezone.localdate()
    desk.go(f"/assessor/fieldwork/{number}/")
    page.get_by_role("link", name="安排现场核查").click()
    page.fill("#from_on", on.isoformat())
    page.fill("#until_on", (on + timedelta(days=1)).isoformat())
    page.fill("#route", "办公区—工业广场—排土场")
    desk.picture("way-14-planning")
    page.get_by_role("button", name="安排并告知企业").click()
    page.wait_for_selector("text=已安排现场核查，并已告知企业")
    switch(desk, "enterprise")
    desk.go(f"/enterprise/engagements/{number}/")
    press(desk, "签收")
    assert "已签收" in page.locator("#notices").inner_text()


def on_site(phone: Desk, number: str, photograph: Callable[[int], bytes]) -> None:
    """The leader's phone without signal: a finding of each kind of scale with a photograph, then synchronised."""
    page = phone.page
    phone.go("/assessor/site/")
    page.locator(f"a[href*='{number}']").first.click()
    page.wait_for_selector("#site[data-ready=yes]")
    page.click("summary:has-text('本机与核查计划')")
    page.click("button:has-text('下载到本机')")
    page.wait_for_selector("text=没有信号也可以打开本页")
    page.context.set_offline(True)
    page.reload()
    page.locator("[data-role=line]:has-text('无信号')").wait_for()
    for place, (item, control, value) in enumerate(BY_HAND):
        card = page.locator(f"#item-{item}")
        card.locator("summary").first.click()
        card.locator("input[name=claim][value=scored]").check()
        if control == "number":
            card.locator("input[name=score]").fill(value)
        else:
            card.locator(f"input[name={control}]").nth(int(value)).check()
        card.locator("textarea[name=comment]").fill(f"现场属实，见影像{place}")
        card.locator("button:has-text('保存结论')").click()
        card.locator("li:has-text('结论：')").first.wait_for()
        picture = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photograph(place)}
        card.locator("input[type=file]").set_input_files(picture)
        card.locator("li:has-text('影像：') span.badge:has-text('待同步')").wait_for()
    assert phone.sideways() <= 0
    glimpse(phone, "way-15-offline")
    page.context.set_offline(False)
    page.click("button:has-text('立即同步')")
    page.locator("[data-role=waiting]:has-text('全部已同步')").wait_for()
    glimpse(phone, "way-16-synchronised")


def the_rest_sent(phone: Desk, number: str, photograph: Callable[[int], bytes]) -> None:
    """The other assessor's findings and photographs arrive at the address his phone synchronises with."""
    page = phone.page
    phone.go(f"/assessor/site/{number}/1/")
    page.wait_for_selector("#site[data-ready=yes]")
    rest = page.evaluate(SCALES, [one[0] for one in BY_HAND])
    where = {"latitude": WHERE["latitude"], "longitude": WHERE["longitude"], "accuracy_m": WHERE["accuracy"]}
    for place, one in enumerate(rest):
        photo = b64encode(photograph(len(BY_HAND) + place)).decode()
        one |= {"at": 2 * place + 1, "where": where, "photo": photo}
    assert len(rest) > len(BY_HAND)
    assert page.evaluate(SEND, [f"{phone.url}/assessor/site/{number}/1/", rest])["refused"] == []


def visited(desk: Any, number: str, photograph: Callable[[int], bytes]) -> None:
    """The visit by phone: recorded without signal, synchronised, merged, signed by both, ended by the leader."""
    context = desk.page.context.browser.new_context(
        viewport=PHONE, locale="zh-CN", permissions=["geolocation"], geolocation=WHERE
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    phone = type(desk)(page, desk.url, desk.passwords)
    phone.sign_in("agency")
    on_site(phone, number, photograph)
    switch(phone, "agency2")
    the_rest_sent(phone, number, photograph)
    for who in ("agency2", "agency"):
        switch(phone, who)
        phone.go(f"/assessor/fieldwork/{number}/visits/1/")
        page.get_by_role("button", name="我已查看，签字").click()
        page.wait_for_selector("text=已签署现场核查记录")
    glimpse(phone, "way-17-signed")
    page.get_by_role("button", name="结束现场核查").click()
    page.wait_for_load_state("load")
    assert page.locator("main .alert-danger").count() == 0
    desk.troubles += [said for said in phone.troubles if "ERR_INTERNET_DISCONNECTED" not in said]
    context.close()


def judged_on_paper(desk: Any, number: str) -> None:
    """What nobody has to see is scored from the papers; every hint is explained; nothing is missing any more."""
    page = desk.page
    switch(desk, "agency")
    desk.go(f"/assessor/fieldwork/{number}/answers/")
    glimpse(desk, "way-18-on-paper")
    form = page.locator("main form:has(input[name=item])").first
    form.locator("input[name=claim][value=scored]").check()
    form.locator("input[name=met][value=yes], input[type=radio][name=score]").first.check()
    form.locator("textarea").fill("书面材料齐全")
    form.get_by_role("button", name="保存").click()
    page.wait_for_selector("text=已保存")
    page.evaluate(PAPERS)
    page.reload()
    for box in page.locator("#hints input[name=reason]").all():
        box.fill("已与书面材料和现场影像核对")
    page.get_by_role("button", name="保存已填写的说明").click()
    page.wait_for_selector("main >> text=条说明")
    desk.go(f"/assessor/fieldwork/{number}/")
    desk.picture("way-19-ready")
    assert "已具备编制报告的条件" in page.locator("main").inner_text()


def reported(desk: Any, number: str) -> None:
    """Drafted by the leader, reviewed by three persons, filed by the signatory under the commitment."""
    page = desk.page
    switch(desk, "agency")
    desk.go(f"/assessor/fieldwork/{number}/report/")
    page.fill("#conclusion", "经书面审查和现场核查，各项先决条件满足。")
    press(desk, "编制并提交内部审核")
    press(desk, "通过")
    for who in ("quality", "signatory"):
        switch(desk, who)
        page.locator("a:has-text('办理')").first.click()
        desk.go(f"/assessor/fieldwork/{number}/report/")
        press(desk, "通过")
    page.locator("input[name=agreed]").check()
    desk.picture("way-20-filing")
    press(desk, "提交委托方")


def accepted(desk: Any, number: str) -> None:
    """The province opens the signed report and accepts it."""
    page = desk.page
    switch(desk, "province")
    desk.go(f"/authority/engagements/{number}/")
    with page.expect_download() as got:
        page.locator("#report a:has-text('PDF')").first.click()
    assert got.value.path().read_bytes().startswith(b"%PDF")
    press(desk, "验收报告")
    assert "报告已验收" in page.locator("main").inner_text()
    desk.picture("way-21-accepted")


def test_a_mine_goes_from_its_first_self_assessment_to_an_accepted_report(desk: Desk) -> None:
    from greenmine.config.demo_pictures import site_picture

    number = opened(desk)
    filled(desk, number, site_picture("way:self", 0))
    explained(desk, number)
    submitted(desk, number)
    given_back(desk, number)
    mended(desk, number)
    engagement = commissioned(desk)
    team_signed(desk, engagement)
    papers_reviewed(desk, engagement)
    visit_planned(desk, engagement)
    visited(desk, engagement, lambda place: site_picture("way:site", place))
    judged_on_paper(desk, engagement)
    reported(desk, engagement)
    accepted(desk, engagement)
