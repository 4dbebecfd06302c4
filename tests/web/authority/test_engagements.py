"""The commissioning side's pages: register, experts, drafting, checking, commissioning, and everything up to the closing."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from greenmine.assessors import actions as assessors
from greenmine.assessors.models import Agency, Confirmation, Engagement, Expert, ExpertDraw, FeeDemand
from greenmine.law.draw import draw
from greenmine.registry.models import Enterprise
from tests.assessors.conftest import (
    NO_TIES,
    again,
    credit_code,
    edition,  # noqa: F401 -- a fixture
    make_agency,
    world,  # noqa: F401 -- a fixture
)
from tests.web.authority.conftest import BACKEND

TERMS = {
    "funding": "public_budget", "budget_line": "2200109 自然资源调查评估", "procurement_notice": "甘财采〔2026〕88号",
    "contract": "GSLKHT-2026-17", "contract_on": "2026-11-02", "amount": "60,000",
    "pay_name": ["首付款", ""], "pay_after": ["accepted", "received"], "pay_amount": ["20000", ""],
}  # fmt: skip


def browser(who: Any) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def text(client: Client, name: str, *arguments: Any, query: str = "") -> str:
    response = client.get(reverse(f"authority:{name}", args=arguments) + query)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def act(client: Client, engagement: Engagement, what: str, **fields: Any) -> Any:
    return client.post(reverse("authority:engagement_act", args=[engagement.number]), {"act": what, **fields})


def refused(response: Any, *words: str) -> bool:
    """Whether the page says these words and nothing was done."""
    shown = response.content.decode()
    return response.status_code == 400 and all(one in shown for one in words)


def test_every_page_opens(world) -> None:  # noqa: F811
    found = world.filed()
    client = browser(world.cast.province_clerk)
    for name in ("agencies", "agency_new", "experts", "engagements", "engagement_new", "engagement_confirmations"):
        text(client, name)
    text(client, "agency", world.agency.key)
    text(client, "engagement", found.number)
    assert "选择并预查" in text(client, "engagement_new", query=f"?mine={world.mine.key}")
    assert "利益冲突预查" in text(client, "engagement_new", query=f"?mine={world.mine.key}&agency={world.agency.key}")
    assert world.mine.key in text(client, "engagement_new", query="?q=青山")


def test_lists_filter_and_go_out_as_they_are_seen(world) -> None:  # noqa: F811
    found, client = world.drafted(), browser(world.cast.province_clerk)
    shown = {
        "?q=青山": True, "?q=白石": False, "?state=drafted": True, "?state=ended": False, "?state=open": True,
        "?purpose=recheck": False, "?agency=评估机构1": True, "?overdue=1": False, "?after=0": False, "?after=²": True,
        "?region=620400": True, "?region=620500": False,
    }  # fmt: skip
    assert {query: found.number in text(client, "engagements", query=query) for query in shown} == shown
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(reverse("authority:engagements_export")).content))
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()] == ["编号", found.number]
    agencies = {"?q=评估机构1": True, "?q=没有": False, "?kind=enterprise": True, "?held=debarred": False, "?held=open": False,
                "?held=unchecked": False, "?held=suspended": False}  # fmt: skip
    assert {query: world.agency.key in text(client, "agencies", query=query) for query in agencies} == agencies
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(reverse("authority:agencies_export")).content))
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()] == ["编号", world.agency.key]


def test_from_the_draft_to_the_commission(world) -> None:  # noqa: F811
    clerk, decider = browser(world.cast.province_clerk), browser(world.cast.province)
    fields = {
        "mine": world.mine.key,
        "agency": world.agency.key,
        "purpose": "first",
        "first_review_passed_on": "2026-10-09",
    }
    assert refused(
        clerk.post(reverse("authority:engagement_new"), {**fields, "first_review_passed_on": "2026-02-31"}),
        "不是有效日期",
    )
    assert clerk.post(reverse("authority:engagement_new"), fields).status_code == 302
    found = Engagement.objects.get()
    act(clerk, found, "check_conflicts")
    assert "尚未声明" in text(clerk, "engagement", found.number)
    assert refused(
        act(decider, found, "commission", **TERMS), "利益冲突待核实", "GSLKHT-2026-17"
    )  # what was typed stays
    on = timezone.localdate()
    assessors.declare_independence(again(found), NO_TIES, **world.as_("agency", on))
    act(clerk, found, "check_conflicts")
    assert act(clerk, found, "commission", **TERMS).status_code == 400  # a clerk does not commission
    assert refused(act(decider, found, "commission", **{**TERMS, "amount": "NaN"}), "应为金额")
    assert refused(act(decider, found, "commission", **{**TERMS, "funding": "mine"}), "不得向被评估矿山企业收取")
    assert act(decider, found, "commission", **TERMS).status_code == 302
    done = again(found)
    assert (done.state, done.amount, done.milestones.count()) == ("commissioned", 60000, 1)
    letter = act(clerk, found, "task_letter", letter_due_on="2027-03-01", demands="逐项核查\n附影像")
    assert letter.status_code == 302
    assert "任务书" in text(clerk, "engagement", found.number)


def test_a_conflict_is_decided_by_a_person_with_a_reason(world) -> None:  # noqa: F811
    found, client = world.drafted(), browser(world.cast.province_clerk)
    on = timezone.localdate()
    ties = {**NO_TIES, "business": {"tie": True, "text": "2024年为其编制开发利用方案"}}
    assessors.declare_independence(found, ties, **world.as_("agency", on))
    act(client, found, "check_conflicts")
    shown = text(client, "engagement", found.number)
    assert ("2024年为其编制开发利用方案" in shown, "依据：声明" in shown) == (True, True)
    check = found.conflict_checks.get()
    assert refused(act(browser(world.cast.province), found, "commission", **TERMS), "须先作出处理决定")
    assert refused(
        act(client, found, "decide_conflicts", check=check.pk, decision="recuse", conflict_reason=" "), "说明理由"
    )
    assert (
        act(
            client, found, "decide_conflicts", check=check.pk, decision="recuse", conflict_reason="有业务往来"
        ).status_code
        == 302
    )
    assert refused(act(client, found, "recuse", recuse_reason=""), "请说明理由")
    assert act(client, found, "recuse", recuse_reason="机构与矿业权人有业务往来").status_code == 302
    assert again(found).state == "recused"


def test_a_holder_without_a_code_is_identified_where_the_check_asks_for_it(world) -> None:  # noqa: F811
    Enterprise.objects.filter(pk=world.mine.holder_id).update(credit_code="")
    found, client = world.checked(), browser(world.cast.province_clerk)
    assert 'name="credit_code"' in text(client, "engagement", found.number)
    assert refused(act(client, found, "identify", credit_code="123"), "123")
    assert act(client, found, "identify", credit_code=credit_code(901234)).status_code == 302
    act(client, found, "check_conflicts")
    assert 'name="credit_code"' not in text(client, "engagement", found.number)


def test_the_work_is_rated_paid_and_closed(world) -> None:  # noqa: F811
    found = world.filed()
    on = timezone.localdate()
    clerk, decider = browser(world.cast.province_clerk), browser(world.cast.province)
    assessors.accept_report(found, **world.as_("province", on))
    points = {f"rate-{one.id}": "5" for one in assessors.criteria(on)}
    assert refused(act(clerk, found, "rate", **{**points, next(iter(points)): "九"}), "整数")
    assert act(clerk, found, "rate", **points).status_code == 302
    first, last = found.milestones.order_by("id")
    assert refused(act(clerk, found, "pay", milestone=first.pk, paid_on="2026-11-02", voucher=""), "凭证号")
    assert refused(act(clerk, found, "pay", milestone="9" * 12, paid_on="2026-11-02", voucher="1"), "已不存在")
    assert refused(act(decider, found, "close"), "尚有未付款节点")
    for one in (first, last):
        assert act(clerk, found, "pay", milestone=one.pk, paid_on=on.isoformat(), voucher="凭证-1").status_code == 302
    assert act(decider, found, "close").status_code == 302
    assert again(found).state == "closed"


def test_a_fee_demand_reaches_the_commissioning_side_and_never_the_agency(world) -> None:  # noqa: F811
    found = world.declared()
    told = {"act": "fee", "fee_text": "要求支付差旅费", "demanded_on": "2026-11-12", "fee_amount": "3000"}
    address = reverse("enterprise:engagement_act", args=[found.number])
    assert browser(world.cast.enterprise).post(address, {**told, "demanded_on": ""}).status_code == 400
    assert browser(world.cast.enterprise).post(address, told).status_code == 302
    assert "要求支付差旅费" in text(browser(world.cast.province_clerk), "engagement", found.number)
    seen = browser(world.cast.agency).get(reverse("assessor:engagement", args=[found.number])).content.decode()
    assert "差旅费" not in seen
    done = act(
        browser(world.cast.province_clerk),
        found,
        "handle_fee_demand",
        demand=FeeDemand.objects.get().pk,
        fee_outcome="已责令退还",
    )
    assert (done.status_code, FeeDemand.objects.get().outcome) == (302, "已责令退还")


def test_an_agency_is_entered_checked_suspended_and_restored(world) -> None:  # noqa: F811
    client = browser(world.cast.province_clerk)
    fields = {"name": "河西评估中心", "credit_code": credit_code(77), "kind": "enterprise", "legal_person": "yes"}
    assert refused(client.post(reverse("authority:agency_new"), {**fields, "credit_code": "91"}), "河西评估中心")
    assert refused(client.post(reverse("authority:agency_new"), {**fields, "legal_person": "no"}), "独立法人")
    assert client.post(reverse("authority:agency_new"), fields).status_code == 302
    made = Agency.objects.get(name="河西评估中心")
    address = reverse("authority:agency_act", args=[made.key])
    assert "待资格审核" in text(client, "agency", made.key)
    check = {"act": "check", "eligible": "no", "capable": "no", "check_reason": "业绩不足"}
    assert refused(client.post(address, {**check, "eligible": ""}), "业绩不足")
    assert client.post(address, check).status_code == 302
    assert "审核不合格" in text(client, "agency", made.key)
    assert client.post(address, {"act": "suspend", "suspend_reason": "报告质量差"}).status_code == 302
    held = made.key in text(client, "agencies", query="?held=suspended")
    lift = {"act": "lift", "suspension": "1", "lift_reason": "已整改"}
    from greenmine.assessors.models import Suspension

    lift["suspension"] = str(Suspension.objects.get().pk)
    assert (held, client.post(address, lift).status_code) == (True, 302)
    assert client.post(reverse("authority:agency_act", args=["A9999999"]), check).status_code == 404


@pytest.mark.shows("yn-2025/A.1.c", by="record")
def test_experts_are_entered_declare_and_are_drawn_so_that_anybody_can_repeat_it(world) -> None:  # noqa: F811
    client, address = browser(world.cast.province_clerk), reverse("authority:expert_act")
    for name in ("方教授", "冉高工", "柏高工"):
        assert (
            client.post(address, {"act": "enter", "name": name, "grade": "senior", "discipline": "ecology"}).status_code
            == 302
        )
    first, second, third = Expert.objects.order_by("key")
    for one in (first, second):
        assert client.post(address, {"act": "declare", "expert": one.key, "none": "yes"}).status_code == 302
    assert client.post(address, {"act": "draw", "count": "1", "seed": "20261121"}).status_code == 302
    made = ExpertDraw.objects.get()
    assert made.drawn == draw([first.key, second.key], 1, seed="20261121")
    shown = text(client, "expert_draw", made.number)
    assert ("结果一致" in shown, f"{third.name}" in shown, "尚未申报利益关系" in shown) == (True, True, True)


@pytest.mark.shows("yn-2025/A.1.c", by="record", refusal=True)
def test_a_draw_is_not_repeated_and_needs_enough_experts(world) -> None:  # noqa: F811
    client, address = browser(world.cast.province_clerk), reverse("authority:expert_act")
    assert refused(client.post(address, {"act": "draw", "count": "2", "seed": "s1"}), "不足 2 人", "s1")
    assert refused(client.post(address, {"act": "draw", "count": "²", "seed": "s1"}), "抽取人数")
    assert refused(client.post(address, {"act": "declare", "expert": "X404", "none": "yes"}), "没有这位专家")
    assert browser(world.cast.county).post(address, {"act": "draw", "count": "1", "seed": "s"}).status_code == 403


def test_a_lower_level_commissions_only_on_a_recorded_confirmation(world) -> None:  # noqa: F811
    decider, address = browser(world.cast.province), reverse("authority:engagement_confirmations")
    fields = {
        "act": "confirm",
        "territory": "620422",
        "level": "county",
        "person": "李厅长",
        "document": "甘资〔2026〕9号",
    }
    assert refused(decider.post(address, {**fields, "confirmed_on": "x"}), "甘资〔2026〕9号")
    assert decider.post(address, {**fields, "confirmed_on": "2026-11-01"}).status_code == 302
    assert Confirmation.objects.get().document == "甘资〔2026〕9号"
    assert refused(decider.post(address, {**fields, "confirmed_on": "2026-11-01"}), "已登记")
    found = world.checked()
    assert "甘资〔2026〕9号" in text(browser(world.cast.county_decider), "engagement", found.number)
    assert act(browser(world.cast.county_decider), found, "commission", **TERMS).status_code == 302
    assert again(found).commissioned_level == "county"


def test_many_agencies_are_told_apart_as_one_by_one(world) -> None:  # noqa: F811
    from greenmine.assessors import queries, standings

    on = timezone.localdate()
    listed = [world.agency, *(make_agency(world.cast, number=n, ready=n % 2 == 0) for n in range(5, 9))]
    world.commissioned(on - timedelta(days=1))
    decided = on - timedelta(days=1)
    assessors.debar(
        "agency", listed[2].key, ground="cn-2024-1/17.0.3", reason="虚假报告", decision_number="罚1", decided_on=decided,
        notified_on=decided, **world.as_("province", on),
    )  # fmt: skip
    for day in (on, decided, on + timedelta(days=1200)):
        found = standings.standings(listed, on=day)
        assert found == {one.key: queries.standing_of(one, on=day) for one in listed}
    assert set(standings.standings(listed, on=on).values()) == {"engaged", "debarred", "to_be_checked", "eligible"}


def test_the_mines_page_leads_to_the_draft(world) -> None:  # noqa: F811
    shown = text(browser(world.cast.province_clerk), "mine", world.mine.key)
    assert f"{reverse('authority:engagement_new')}?mine={world.mine.key}" in shown
    assert reverse("authority:engagement_new") not in text(browser(world.cast.enterprise), "mine", world.mine.key)
