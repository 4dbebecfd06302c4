"""From the draft of an engagement to its closing in a real browser: province, agency, enterprise, each in its own desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests.e2e.conftest import PHONE

MINE = "柳林石灰岩矿"  # has a self-assessment that was submitted; it is assessed once more (复核评估)
BUDGET = "2200109 自然资源调查评估"
WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def demo(whole_demo: dict[str, str]) -> dict[str, str]:
    """The demonstration with its agencies and engagements."""
    return whole_demo


def switch(desk: Any, username: str) -> None:
    """Somebody else sits down."""
    desk.page.context.clear_cookies()
    desk.sign_in(username)


def press(desk: Any, words: str, within: str = "main") -> None:
    """Press a button and wait for the page that follows; no refusal on it."""
    page = desk.page
    page.locator(within).get_by_role("button", name=words, exact=True).first.click()
    page.wait_for_load_state("load")
    assert page.locator("main .alert-danger").count() == 0, page.locator("main .alert-danger").first.inner_text()


def unfold(desk: Any, words: str) -> None:
    """Open a part that is folded."""
    part = desk.page.locator("details", has=desk.page.locator("summary", has_text=words)).last
    if part.get_attribute("open") is None:
        part.locator("summary").first.click()


def drafted(desk: Any) -> str:
    """The province's clerk drafts from the mine's page; the number."""
    page = desk.page
    switch(desk, "provinceclerk")
    desk.go("/authority/engagements/")
    desk.picture("engagements")
    desk.go("/authority/engagements/new/?q=柳林")
    page.click(f"a:has-text('{MINE}')")
    page.wait_for_selector("text=选择并预查")
    desk.picture("engagement-new")
    page.locator("tr", has_text="陇原").get_by_text("选择并预查").click()
    page.wait_for_selector("text=利益冲突预查")
    desk.picture("engagement-new-checked")
    page.select_option("#purpose", "recheck")
    press(desk, "拟定委托")
    return str(page.url).rstrip("/").rsplit("/", 1)[1]


def declared_independent(desk: Any, number: str) -> None:
    """The agency answers every question before anybody commissions it; it sees nothing of the mine yet."""
    page = desk.page
    switch(desk, "agency")
    desk.picture("agency-home")
    desk.go(f"/assessor/engagements/{number}/")
    assert "企业自评" not in page.locator("main").inner_text()
    for box in page.locator("#independence input[value=no]").all():
        box.check()
    desk.picture("agency-declares")
    press(desk, "签署独立性声明")


def commissioned(desk: Any, number: str) -> None:
    """Checked by the clerk, commissioned by the decider; money of the mine is refused with the clause."""
    page = desk.page
    switch(desk, "provinceclerk")
    desk.go(f"/authority/engagements/{number}/")
    press(desk, "核查利益冲突")
    desk.picture("engagement-checked")
    switch(desk, "province")
    desk.go(f"/authority/engagements/{number}/")
    fill = {
        "budget_line": BUDGET, "procurement_notice": "甘采〔2026〕演示-02", "contract": "演示-HT-2026-02",
        "contract_on": timezone.localdate().isoformat(), "amount": "36000",
    }  # fmt: skip
    for name, value in fill.items():
        page.fill(f"#{name}", value)
    page.select_option("#funding", "mine")
    page.get_by_role("button", name="委托评估", exact=True).click()
    page.wait_for_selector(".alert-danger:has-text('不得向被评估矿山企业收取')")
    assert page.input_value("#budget_line") == BUDGET  # what was typed is still there
    desk.picture("engagement-refused")
    page.select_option("#funding", "public_budget")
    page.locator("input[name=pay_name]").first.fill("首付款")
    page.locator("input[name=pay_amount]").first.fill("10000")
    press(desk, "委托评估")
    switch(desk, "provinceclerk")
    desk.go(f"/authority/engagements/{number}/")
    unfold(desk, "制作评估任务书")
    page.fill("#letter_due_on", "2027-03-31")
    press(desk, "制作任务书")
    assert page.locator("main").get_by_text("PDF").count() >= 1
    desk.picture("engagement-commissioned")


def team_named(desk: Any, number: str) -> None:
    """Accepted; the five fields light up while choosing; both members sign."""
    page = desk.page
    switch(desk, "agency")
    desk.go(f"/assessor/engagements/{number}/")
    press(desk, "接受委托")
    covered = page.locator("form[data-team] [data-mark]:text-is('已涵盖')")
    assert covered.count() == 0
    for name in ("许评估", "宋评估"):
        row = page.locator("form[data-team] tr", has_text=name)
        for box in row.locator("input[type=checkbox]").all():
            box.check()
    page.locator("form[data-team] tr", has_text="许评估").locator("input[type=radio]").check()
    assert covered.count() == 5
    desk.picture("agency-team")
    press(desk, "组建评估组")
    for who in ("agency", "agency2"):
        if who != "agency":
            switch(desk, who)
            desk.go(f"/assessor/engagements/{number}/")
        form = page.locator("#sign details")
        form.locator("summary").first.click()
        for box in form.locator("input[value=no]").all():
            box.check()
        form.locator("input[name=committed]").check()
        desk.picture(f"agency-signs-{who}")
        press(desk, "签署", "#sign")
    assert "书面审查中" in page.locator("main").inner_text()


def asked_and_answered(desk: Any, number: str) -> None:
    """A question with a day, answered by the enterprise, confirmed by the agency."""
    page = desk.page
    switch(desk, "agency")
    desk.go(f"/assessor/engagements/{number}/self/")
    assert "真实性承诺" in page.locator("main").inner_text()
    desk.picture("agency-reads-self-assessment")
    desk.go(f"/assessor/engagements/{number}/")
    press(desk, "开始书面审查")
    desk.go(f"/assessor/engagements/{number}/")
    unfold(desk, "提出问题")
    page.fill("#question", "请补充2025年度能耗台账")
    page.fill("#question_due_on", "2027-01-15")
    press(desk, "提出问题")
    switch(desk, "enterprise")
    desk.go("/enterprise/engagements/")
    desk.picture("enterprise-engagements")
    page.click(f"a:has-text('{number}')")
    page.fill("textarea[name=answer]", "台账见附件")
    page.set_input_files(
        "#questions input[type=file]", {"name": "台账.csv", "mimeType": "text/csv", "buffer": "月,能耗\n1,3\n".encode()}
    )
    press(desk, "提交答复")
    desk.picture("enterprise-engagement")
    switch(desk, "agency")
    desk.go(f"/assessor/engagements/{number}/")
    press(desk, "确认已补正")
    desk.picture("agency-engagement")


def on_site(number: str) -> None:
    """The desk review and the visit, by the room's own actions: their pages have a test of their own."""
    from greenmine.assessment.models import Assessment
    from greenmine.assessment.queries import result_of
    from greenmine.assessment.scoring import standard_by
    from greenmine.assessors import actions as assessors
    from greenmine.assessors import queries as assessors_queries
    from greenmine.config import demo_site
    from greenmine.config.demo_third_parties import stage_of
    from greenmine.fieldwork import actions as fieldwork
    from greenmine.fieldwork import desk as papers
    from greenmine.fieldwork.hindrances import site_items
    from greenmine.fieldwork.merging import digest
    from greenmine.fieldwork.models import Fieldwork
    from greenmine.fieldwork.queries import canonical_of, last_operation
    from greenmine.registry.models import Mine
    from greenmine.web.components.clock import today

    on = today()
    leader, second = stage_of("agency", on), stage_of("agency2", on)
    file = Fieldwork.objects.select_related("desk_review").get(engagement=number)
    papers.decide(
        file.desk_review, {row.pk: ("in_order", "") for row in file.desk_review.items.all()}, by=leader.by, on=on
    )
    papers.complete(file.desk_review, **leader(on))
    assessors.settle_questions(assessors_queries.engagement(number), **leader(on))
    standard = standard_by(file.standard, file.standard_digest)
    items = site_items(standard, result_of(Assessment.objects.get(number=file.assessment)))
    visit = fieldwork.plan_visit(
        file,
        from_on=on,
        until_on=on,
        route="采场—排土场",
        items=items,
        members=[leader.by.pk, second.by.pk],
        **leader(on),
    )
    mine = Mine.objects.get(key=file.mine)
    for place, item in enumerate(items):
        demo_site._seen(visit, mine, standard, item, place, (leader, second)[place % 2], on)
    for one in (leader, second):
        text = canonical_of(visit)
        fieldwork.sign(visit, seen_hash=digest(text), seen_op=last_operation(visit), **one(on))
    fieldwork.close_visit(visit, **leader(on))
    demo_site._answer_the_rest(file, standard, leader, on)
    demo_site._explain(file, leader, on)


def filed(desk: Any, number: str) -> None:
    """Drafted by the leader, reviewed by three persons, filed by the signatory."""
    page = desk.page
    switch(desk, "agency")
    desk.go(f"/assessor/fieldwork/{number}/report/")
    page.fill("#conclusion", "经书面审查和现场核查，各项先决条件满足。")
    press(desk, "编制并提交内部审核")
    press(desk, "通过")
    for who in ("quality", "signatory"):
        switch(desk, who)
        desk.go(f"/assessor/fieldwork/{number}/report/")
        press(desk, "通过")
    page.locator("input[name=agreed]").check()
    press(desk, "提交委托方")


def closed(desk: Any, number: str) -> None:
    """Accepted, rated, paid, closed."""
    page = desk.page
    switch(desk, "province")
    desk.go(f"/authority/engagements/{number}/")
    with page.expect_download() as got:
        page.locator("#report a:has-text('PDF')").first.click()
    assert got.value.path().read_bytes().startswith(b"%PDF")
    desk.picture("engagement-filed")
    press(desk, "验收报告")
    switch(desk, "provinceclerk")
    desk.go(f"/authority/engagements/{number}/")
    for box in page.locator("#rating input[name^='rate-']").all():
        box.fill("5")
    press(desk, "提交评价")
    page.locator("#payments input[name=paid_on]").fill(timezone.localdate().isoformat())
    page.locator("#payments input[name=voucher]").fill("凭证-7")
    press(desk, "登记付款")
    switch(desk, "province")
    desk.go(f"/authority/engagements/{number}/")
    press(desk, "办结")
    desk.picture("engagement-closed")


def test_an_assessment_is_commissioned_done_filed_and_closed(desk) -> None:
    page = desk.page
    number = drafted(desk)
    declared_independent(desk, number)
    commissioned(desk, number)
    team_named(desk, number)
    asked_and_answered(desk, number)
    on_site(number)
    filed(desk, number)
    closed(desk, number)
    switch(desk, "agency")
    desk.go("/assessor/engagements/")
    assert number in page.locator("main").inner_text()  # the line stays
    desk.go(f"/assessor/engagements/{number}/")
    shown = page.locator("main").inner_text()
    assert "已办结" in shown
    assert "能耗台账" not in shown  # the content does not
    desk.picture("agency-closed")
    assert page.goto(f"{desk.url}/assessor/engagements/{number}/self/").status == 404
    desk.troubles[:] = [one for one in desk.troubles if "404" not in one and "400" not in one]  # asked for above


PAGES = {
    "provinceclerk": (
        "/authority/agencies/", "/authority/agencies/A0000001/", "/authority/agencies/new/", "/authority/experts/",
        "/authority/engagements/", "/authority/engagements/WT-2026-0001/", "/authority/engagements/confirmations/",
        "/authority/engagements/new/",
    ),
    "signatory": ("/assessor/", "/assessor/staff/", "/assessor/leniency/", "/assessor/engagements/"),
    "agency": ("/assessor/engagements/WT-2026-0001/", "/assessor/engagements/WT-2026-0001/self/"),
    "rival": ("/assessor/", "/assessor/engagements/", "/assessor/staff/"),
    "enterprise": ("/enterprise/engagements/", "/enterprise/engagements/WT-2026-0001/"),
}  # fmt: skip


def test_every_page_fits_its_window_in_both_languages(desk) -> None:
    page = desk.page
    for who, addresses in PAGES.items():
        page.set_viewport_size(WIDE)
        switch(desk, who)
        for size, window in (("desk", WIDE), ("phone", PHONE)):
            page.set_viewport_size(window)
            for address in addresses:
                desk.go(address)
                desk.picture(f"{address.strip('/').replace('/', '-')}-{size}")
                assert desk.sideways() <= 0, (address, size, desk.sideways())
        page.get_by_role("button", name="English").click()
        page.wait_for_load_state("load")
        for address in addresses:
            desk.go(address)
            desk.picture(f"{address.strip('/').replace('/', '-')}-phone-en")
            assert desk.sideways() <= 0, (address, desk.sideways())
