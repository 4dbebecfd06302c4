"""What the commissioning side does with an engagement (委托方办理): each act reads its form and calls the room."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext as _

from greenmine.assessors import actions as assessors
from greenmine.assessors import queries
from greenmine.assessors.models import Engagement
from greenmine.assessors.refusals import CannotEngage
from greenmine.fieldwork import queries as fieldwork
from greenmine.fieldwork import reporting
from greenmine.fieldwork.models import Report
from greenmine.registry import actions as registry
from greenmine.registry import queries as mines
from greenmine.web.authority.asked import number_in
from greenmine.web.components.clock import today
from greenmine.web.components.desk import refuse_unless
from greenmine.web.components.engagements import (
    Unreadable,
    Who,
    amount_in,
    lines_in,
    wanted_amount,
    wanted_day,
    wanted_day_or_none,
)

MOST_PAYMENTS = 5
GONE = Unreadable("该条记录已不存在，请刷新页面", "it is gone: reload the page")


def draft(request: HttpRequest, mine: str, agency: str, by: Who) -> Engagement:
    """Draft an engagement as the form says."""
    said = request.POST
    return assessors.draft_engagement(
        mine, agency, purpose=said.get("purpose", ""), standard=_standard(said.get("standard", "")),
        first_review_passed_on=wanted_day_or_none(
            request, "first_review_passed_on", "初审通过日期", "the day of the preliminary review"
        ), **by,
    )  # fmt: skip


def check_conflicts(request: HttpRequest, engagement: Engagement, by: Who) -> str:  # noqa: ARG001 -- acts take the form
    """Check for conflicts of interest."""
    found = assessors.check_conflicts(engagement, **by)
    return _("已核查利益冲突 %(n)s 项") % {"n": len(found.findings)}


def decide_conflicts(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Say what follows from the conflicts found."""
    check = engagement.conflict_checks.filter(pk=number_in(request.POST.get("check", "")) or 0).first()
    if check is None:
        raise GONE
    said = request.POST
    assessors.decide_conflicts(check, said.get("decision", ""), said.get("conflict_reason", "")[:500], **by)
    return _("已登记处理意见")


def identify(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Enter the holder's credit code, without which nobody can say whether the agency is the holder itself."""
    refuse_unless(request, "engagements.prepare", region=engagement.region_code)
    mine = mines.mines_for(request.user).select_related("holder").filter(key=engagement.mine).first()
    if mine is None or mine.holder is None:
        raise GONE
    registry.identify_enterprise(
        mine.holder, request.POST.get("credit_code", ""), by=by["by"].name, on=by["on"], region=engagement.region_code
    )
    return _("已登记信用代码，请重新核查利益冲突")


def commission(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Commission the assessment on public money."""
    said = request.POST
    terms = assessors.Terms(
        funding=said.get("funding", ""),
        budget_line=said.get("budget_line", "")[:200],
        procurement_notice=said.get("procurement_notice", "")[:200],
        contract=said.get("contract", "")[:200],
        contract_on=wanted_day_or_none(request, "contract_on", "合同签订日期", "the day of the contract"),
        amount=wanted_amount(request, "amount", "合同金额", "the amount of the contract"),
        procured_on=wanted_day_or_none(request, "procured_on", "采购公告日期", "the day of the procurement notice"),
        jointly_with=tuple(part.strip() for part in said.get("jointly_with", "").split("、") if part.strip()),
        payments=_payments(request),
    )
    assessors.commission(engagement, terms, **by)
    return _("已委托，等待机构接受")


def _payments(request: HttpRequest) -> tuple[tuple[str, str, Decimal], ...]:
    """The payments typed: a name, the step after which it is due, an amount; empty lines left out."""
    said = request.POST
    rows = zip(said.getlist("pay_name"), said.getlist("pay_after"), said.getlist("pay_amount"), strict=False)
    found = []
    for name, after, typed in list(rows)[:MOST_PAYMENTS]:
        if not name.strip() and not typed.strip():
            continue
        amount = amount_in(typed, "付款金额", "the amount of a payment")
        if not name.strip() or amount is None:
            raise Unreadable("付款节点须有名称和金额", "a payment has a name and an amount")
        found.append((name.strip()[:100], after, amount))
    return tuple(found)


def task_letter(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Make the task letter."""
    said = request.POST
    assessors.task_letter(
        engagement, due_on=wanted_day(request, "letter_due_on", "提交报告期限", "the day the report is due"),
        contact=said.get("contact", "")[:200], demands=lines_in(request, "demands")[:30], **by,
    )  # fmt: skip
    return _("已制作评估任务书，请签发并送达")


def cancel(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """End the engagement."""
    assessors.cancel(engagement, request.POST.get("cancel_reason", ""), **by)
    return _("已取消委托")


def recuse(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Decide that the agency stands aside."""
    assessors.recuse_agency(engagement, request.POST.get("recuse_reason", "")[:500], **by)
    return _("已决定机构回避，请另行拟定委托")


def recuse_member(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Decide that a member of the team stands aside."""
    said = request.POST
    assessors.recuse_member(engagement, said.get("member", ""), said.get("member_reason", "")[:500], **by)
    return _("已决定该人员回避，并已通知机构更换")


def return_report(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Give the report back with everything at once."""
    reporting.return_report(_report(request, engagement), lines_in(request, "defects"), **by)
    return _("已退回补正")


def accept_report(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Accept the report."""
    reporting.accept_report(_report(request, engagement), **by)
    return _("已验收报告")


def _report(request: HttpRequest, engagement: Engagement) -> Report:
    found = fieldwork.reports_for(request.user, on=today()).filter(fieldwork__engagement=engagement.number)
    report = found.order_by("-version").first()
    if report is None or report.number != request.POST.get("report", report.number):
        raise Unreadable("报告已有新的版本或尚未提交，请刷新页面", "there is a newer report, or none: reload the page")
    return report


def rate(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Rate the work, criterion by criterion."""
    points = {}
    for one in assessors.criteria(by["on"]):
        typed = number_in(request.POST.get(f"rate-{one.id}", "").strip())
        if typed is None:
            raise Unreadable(f"请填写“{one.title['zh']}”的得分（整数）", f"give “{one.title['en']}” as a whole number")
        points[one.id] = typed
    made = assessors.rate(engagement, points, comment=request.POST.get("rate_comment", "")[:500], **by)
    return _("已作履约评价：%(n)s 分") % {"n": made.total}


def pay(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Enter that a part was paid."""
    found = engagement.milestones.filter(pk=number_in(request.POST.get("milestone", "")) or 0).first()
    if found is None:
        raise GONE
    assessors.pay_milestone(
        found, paid_on=wanted_day(request, "paid_on", "付款日期", "the day of the payment"),
        voucher=request.POST.get("voucher", "")[:100], **by,
    )  # fmt: skip
    return _("已登记付款")


def close(request: HttpRequest, engagement: Engagement, by: Who) -> str:  # noqa: ARG001 -- acts take the form
    """Close it."""
    assessors.close(engagement, **by)
    return _("已办结")


def handle_fee_demand(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Say what came of a reported fee demand."""
    mine = queries.fee_demands_for(request.user, on=today()).filter(engagement=engagement)
    found = mine.filter(pk=number_in(request.POST.get("demand", "")) or 0).first()
    if found is None:
        raise GONE
    assessors.handle_fee_demand(found, request.POST.get("fee_outcome", "")[:500], **by)
    return _("已登记处理结果")


def _standard(typed: str) -> str:
    if len(typed) > 64:  # noqa: PLR2004 -- the column's length
        raise CannotEngage("没有这套指标表", "there is no such set")
    return typed


ACTS = {
    "check_conflicts": check_conflicts, "decide_conflicts": decide_conflicts, "identify": identify,
    "commission": commission, "task_letter": task_letter, "cancel": cancel, "recuse": recuse,
    "recuse_member": recuse_member, "return_report": return_report, "accept_report": accept_report, "rate": rate,
    "pay": pay, "close": close, "handle_fee_demand": handle_fee_demand,
}  # fmt: skip
