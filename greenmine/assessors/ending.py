"""What can happen after a report was accepted: the work is rated, paid and closed; and what a mine reports of fees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import queries, steps
from greenmine.assessors.figures import Figure, figures
from greenmine.assessors.models import Engagement, FeeDemand, Milestone, Performance
from greenmine.assessors.permissions import check_is_holder
from greenmine.assessors.refusals import CannotEngage
from greenmine.assessors.steps import Act
from greenmine.editions import queries as editions
from greenmine.evidence.models import Provenance

CRITERIA = "performance-"
NO_FEE = "cn-2024-1/8.6.e"


def criteria(on: date) -> list[Figure]:
    """What work is rated by (履约评价标准) and the most points of each, as dated values."""
    return figures(editions.active(), CRITERIA, on)


@transaction.atomic
def rate(
    engagement: Engagement,
    points: Mapping[str, int],
    *,
    by: Person,
    organisation: Organisation,
    on: date,
    comment: str = "",
) -> Performance:
    """Rate the work (履约评价), every criterion within its points."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "rate", act)
    wanted = {one.id: one for one in criteria(on)}
    if set(points) != set(wanted):
        raise CannotEngage("请逐项评价", "rate every criterion")
    for name, one in wanted.items():
        if not 0 <= points[name] <= one.whole:
            raise CannotEngage(
                f"“{one.title['zh']}”应在 0 至 {one.whole} 分之间", f"“{one.title['en']}” takes 0 to {one.whole} points"
            )
    found = Performance.objects.create(
        engagement=engagement, criteria=dict(points), total=sum(points.values()), comment=comment.strip(), by=by.name,
        organisation=organisation.key, on=on,
    )  # fmt: skip
    steps.take(engagement, "rate", act, note=f"{found.total} 分")
    return found


@transaction.atomic
def close(engagement: Engagement, *, by: Person, organisation: Organisation, on: date) -> Engagement:
    """Close the engagement (办结): the agency then keeps its line in the list, not the content."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "close", act)
    waiting = engagement.milestones.filter(paid_on__isnull=True).values_list("name", flat=True)
    if waiting:
        raise CannotEngage(f"尚有未付款节点：{'、'.join(waiting)}", f"not paid yet: {', '.join(waiting)}")
    engagement.closed_on = on
    return steps.take(engagement, "close", act)


@transaction.atomic
def pay_milestone(
    milestone: Milestone, *, paid_on: date, voucher: str, by: Person, organisation: Organisation, on: date
) -> Milestone:
    """Enter that the commissioning side paid a part (登记付款) after the step it waits for; nobody else pays."""
    engagement, act = steps.lock(milestone.engagement), Act(by, organisation, on)
    accounts.check_can(by, "engagements.prepare", on=on, region=engagement.region_code)
    accounts.check_can(by, "engagements.prepare", on=on, organisation=organisation.key)
    milestone = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if milestone.paid_on is not None:
        raise CannotEngage("该节点已登记付款", "this part was paid already")
    if organisation.key != engagement.commissioned_by:
        raise CannotEngage("评估经费由委托方支付，其他单位不得代付", "the commissioning side pays, nobody else")
    if not engagement.steps.filter(after=milestone.after_state).exists():
        state = queries.table().states[milestone.after_state].title
        raise CannotEngage(f"尚未达到付款条件：{state['zh']}", f"not due before: {state['en']}")
    if not voucher.strip() or paid_on > on:
        raise CannotEngage("请填写凭证号，付款日期不能晚于今天", "give the voucher; the day must not lie ahead")
    milestone.paid_on, milestone.voucher = paid_on, voucher.strip()
    milestone.paid_by, milestone.recorded_by = organisation.key, by.name
    milestone.save()
    steps.write(
        engagement, "assessors.paid", act, f"支付“{milestone.name}” {milestone.amount} 元（{engagement.budget_line}）",
        f"paid “{milestone.name}”: {milestone.amount} yuan", ["nm-2020/5.2.d.3", NO_FEE],
    )  # fmt: skip
    return milestone


@transaction.atomic
def report_fee_demand(
    engagement: Engagement,
    text: str,
    *,
    demanded_on: date,
    by: Person,
    organisation: Organisation,
    on: date,
    amount: Decimal | None = None,
    evidence: Provenance | None = None,
) -> FeeDemand:
    """A mine reports that money was asked of it (反映评估收费); the agency is not told who said so by the system."""
    act = Act(by, organisation, on)
    check_is_holder(by, organisation, engagement, "fees.report", on=on)
    if not text.strip() or demanded_on > on or (amount is not None and amount < 0):
        raise CannotEngage(
            "请说明情况，日期不能晚于今天，金额不能为负", "say what happened; neither a day ahead nor less than nothing"
        )
    found = FeeDemand.objects.create(
        engagement=engagement, text=text.strip(), amount=amount, demanded_on=demanded_on, reported_by=by.name,
        organisation=organisation.key, reported_on=on, evidence=evidence,
    )  # fmt: skip
    steps.write(
        engagement,
        "assessors.fee_demand_reported",
        act,
        "企业反映被收取评估费用",
        "the enterprise reports a fee demand",
        [NO_FEE],
    )
    steps.tell(
        engagement, "assessors.fee_demand_reported", steps.commissioning_side(engagement), "企业反映被收取评估费用，请核实",
        "the enterprise reports that a fee was demanded: look into it",
    )  # fmt: skip
    return found


@transaction.atomic
def handle_fee_demand(
    demand: FeeDemand, outcome: str, *, by: Person, organisation: Organisation, on: date
) -> FeeDemand:
    """The authority says what came of it (处理收费反映)."""
    act = Act(by, organisation, on)
    accounts.check_can(by, "engagements.prepare", on=on, region=demand.engagement.region_code)
    if demand.handled_on is not None or not outcome.strip():
        raise CannotEngage("请填写处理结果；已处理的不能重复处理", "say what came of it, once")
    demand.outcome, demand.handled_by, demand.handled_on = outcome.strip(), by.name, on
    demand.save(update_fields=["outcome", "handled_by", "handled_on"])
    steps.write(
        demand.engagement, "assessors.fee_demand_handled", act, "处理收费反映", "a fee demand was looked into", [NO_FEE],
        note=demand.outcome,
    )  # fmt: skip
    return demand
