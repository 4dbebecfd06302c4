"""An engagement from the draft to the closing, and everything on the way that is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from greenmine.accounts.permissions import NotAllowed, ProposerDecides
from greenmine.assessors import actions as assessors
from greenmine.assessors import queries
from greenmine.assessors.models import Engagement, EngagementStep
from greenmine.assessors.refusals import CannotCommission, CannotEngage
from greenmine.ledger.models import Record
from greenmine.notifications.models import Notice

from .conftest import HASH, NO_TIES, ON, World, again, make_agency, terms


@pytest.mark.shows("cn-2024-1/8.2.b", by="act")
@pytest.mark.shows("nm-2020/4.2.e.2", by="act")
def test_the_province_commissions_from_public_budget(world: World) -> None:
    found = world.commissioned()
    assert (found.state, found.commissioned_by_name, found.commissioned_level) == (
        "commissioned",
        "甘肃省自然资源厅",
        "province",
    )
    assert (found.funding, found.procurement_notice, found.contract) == (
        "public_budget", "甘财采〔2026〕88号", "GSLKHT-2026-17",
    )  # fmt: skip
    assert found.ground["cite"] == "cn-2024-1/8.2.b"
    assert found.ground["by_default"] is True  # Gansu: the national duty goes before the city's “may”, by default
    last = Record.objects.filter(verb="assessors.commission").get()
    assert "cn-2024-1/8.2.b" in last.cite
    assert last.region_code == "620422"


@pytest.mark.shows("cn-2024-1/8.2.b", by="act", refusal=True)
def test_a_county_does_not_commission(world: World) -> None:
    found = world.checked()
    with pytest.raises(CannotCommission) as refused:
        assessors.commission(found, terms(), **world.as_("county_decider"))
    assert "省级自然资源主管部门委托" in refused.value.zh
    assert "默认口径" in refused.value.zh
    assert again(found).state == "checked"


def test_a_first_assessment_waits_for_the_preliminary_review(world: World) -> None:
    found = world.checked(first_review_passed_on=None)
    with pytest.raises(CannotCommission, match="初审"):
        assessors.commission(found, terms(), **world.as_("province"))


def test_whoever_drafted_it_does_not_commission_it(world: World) -> None:
    found = world.checked()
    Engagement.objects.filter(pk=found.pk).update(drafted_by_id=world.cast.province.pk)
    with pytest.raises(ProposerDecides):
        assessors.commission(again(found), terms(), **world.as_("province"))


@pytest.mark.shows("cn-2024-1/8.6.e", by="record")
@pytest.mark.shows("nm-2020/5.2.d.3", by="record")
def test_who_pays_and_the_budget_line_are_recorded(world: World) -> None:
    found = world.commissioned()
    assert (found.funding, found.budget_line, found.amount) == (
        "public_budget",
        "2200109 自然资源调查评估",
        Decimal(60000),
    )
    record = Record.objects.filter(verb="assessors.commission").get()
    assert "2200109 自然资源调查评估" in record.zh
    assert "nm-2020/5.2.d.3" in record.cite


@pytest.mark.shows("cn-2024-1/8.6.e", by="record", refusal=True)
@pytest.mark.shows("nm-2020/4.2.e.2", by="act", refusal=True)
def test_an_engagement_paid_by_the_mine_is_refused(world: World) -> None:
    found = world.checked()
    with pytest.raises(CannotCommission, match="不得向被评估矿山企业收取评估费用"):
        assessors.commission(found, terms(funding="mine"), **world.as_("province"))
    assert again(found).funding == ""


@pytest.mark.shows("nm-2020/5.2.d.3", by="record", refusal=True)
@pytest.mark.parametrize(
    "changes",
    [
        {"budget_line": " "},
        {"procurement_notice": ""},
        {"contract": ""},
        {"contract_on": None},
        {"contract_on": date(2026, 11, 21)},
        {"amount": None},
        {"amount": Decimal(-1)},
        {"amount": Decimal(59999)},
        {"funding": ""},
        {"payments": (("尾款", "nowhere", Decimal(1)),)},
        {"payments": (("尾款", "received", Decimal(0)),)},
        {"payments": (("尾款", "received", Decimal(1)), ("尾款", "filed", Decimal(1)))},
    ],
)
def test_a_commission_without_its_papers_is_refused(world: World, changes: dict) -> None:
    found = world.checked()
    with pytest.raises(CannotCommission):
        assessors.commission(found, terms(**changes), **world.as_("province"))
    assert again(found).state == "checked"


def test_the_day_of_the_contract_may_be_today(world: World) -> None:
    assert assessors.commission(world.checked(), terms(contract_on=ON), **world.as_("province")).state == "commissioned"


def test_the_table_knows_no_commission_without_public_money() -> None:
    constraint = next(one for one in Engagement._meta.constraints if one.name == "no_commission_is_paid_by_the_mine")
    assert "funding" in str(constraint)


def test_a_mine_reports_a_fee_demand_and_the_agency_never_sees_it(world: World) -> None:
    found = world.commissioned()
    demand = assessors.report_fee_demand(
        found, "评估人员索要劳务费", demanded_on=ON, amount=Decimal(3000), **world.as_("enterprise")
    )
    assert [one.pk for one in queries.fee_demands_for(world.cast.province_clerk, on=ON)] == [demand.pk]
    assert [one.pk for one in queries.fee_demands_for(world.cast.enterprise, on=ON)] == [demand.pk]
    assert list(queries.fee_demands_for(world.cast.agency, on=ON)) == []
    assert list(queries.fee_demands_for(world.cast.other_enterprise, on=ON)) == []
    handled = assessors.handle_fee_demand(demand, "已核实并责令退还", **world.as_("province_clerk"))
    assert (handled.handled_by, handled.outcome) == ("秦经办", "已核实并责令退还")
    with pytest.raises(CannotEngage):
        assessors.handle_fee_demand(handled, "再次处理", **world.as_("province_clerk"))
    with pytest.raises(CannotEngage, match="不属于本企业"):
        assessors.report_fee_demand(found, "冒名", demanded_on=ON, **world.as_("other_enterprise"))


def test_a_mine_has_one_open_engagement_of_a_purpose(world: World) -> None:
    first = world.drafted()
    with pytest.raises(CannotEngage, match=first.number):
        world.drafted()
    assert world.drafted(purpose="recheck").number != first.number
    assessors.cancel(first, "重新安排", **world.as_("province"))
    assert world.drafted().number == f"WT-2026-{3:04d}"


def test_the_whole_way_to_the_closing(world: World) -> None:
    found = world.filed()
    assert found.filed_on == ON
    found = assessors.accept_report(found, **world.as_("province"))
    points = {one.id: one.whole for one in assessors.criteria(ON)}
    rated = assessors.rate(found, points, comment="按期、真实", **world.as_("province_clerk"))
    assert rated.total == 100
    for milestone in found.milestones.order_by("id"):
        assessors.pay_milestone(milestone, paid_on=ON, voucher="凭证-9", **world.as_("province_clerk"))
    found = assessors.close(again(found), **world.as_("province"))
    assert (found.state, found.closed_on, found.due_on) == ("closed", ON, None)
    taken = list(EngagementStep.objects.filter(engagement=found).order_by("id").values_list("step", flat=True))
    assert taken == [
        "declare_independence", "check_conflicts", "commission", "accept", "name_team", "declare", "finish_desk_review",
        "settle_questions", "give_entry_notice", "finish_visit", "review", "file_report", "accept_report", "rate", "close",
    ]  # fmt: skip


def test_a_step_out_of_turn_says_what_is_open(world: World) -> None:
    found = world.commissioned()
    with pytest.raises(CannotEngage, match="接受委托"):
        assessors.finish_visit(found, **world.as_("agency"))


def test_nobody_acts_before_the_last_step(world: World) -> None:
    found = world.commissioned()
    with pytest.raises(CannotEngage, match="不能早于"):
        assessors.accept(found, **world.as_("agency", ON - timedelta(days=1)))


def test_another_agency_does_not_take_it_on(world: World) -> None:
    make_agency(world.cast, world.cast.other_agency.memberships.get().organisation, 2)
    with pytest.raises(CannotEngage, match="不由本机构承接"):
        assessors.accept(world.commissioned(), **world.as_("other_agency"))


def test_an_agency_may_decline_with_its_reason(world: World) -> None:
    found = world.commissioned()
    with pytest.raises(CannotEngage, match="理由"):
        assessors.decline(found, " ", **world.as_("agency"))
    assert assessors.decline(found, "人员不足", **world.as_("agency")).state == "declined"


def test_an_overdue_step_is_told_to_the_commissioning_side_once(world: World) -> None:
    from greenmine.assessors.tasks import remind_overdue

    found = world.commissioned()
    assert found.due_on == date(2026, 11, 25)  # three working days
    assert remind_overdue(on=found.due_on) == 0
    assert remind_overdue(on=found.due_on + timedelta(days=1)) == 1
    assert remind_overdue(on=found.due_on + timedelta(days=2)) == 0
    told = Notice.objects.get(verb="assessors.overdue")
    assert (told.to_kind, told.to_key) == ("province_nr", "620000")
    assessors.accept(found, **world.as_("agency", found.due_on + timedelta(days=3)))
    told.refresh_from_db()
    assert told.done_at is not None
    assert again(found).state == "accepted"  # being late decides nothing


def test_a_payment_waits_for_its_step_and_comes_from_the_commissioning_side(world: World) -> None:
    found = world.commissioned()
    first = found.milestones.get(name="首付款")
    with pytest.raises(CannotEngage, match="尚未达到付款条件"):
        assessors.pay_milestone(first, paid_on=ON, voucher="1", **world.as_("province_clerk"))
    assessors.accept(found, **world.as_("agency"))
    with pytest.raises(CannotEngage, match="委托方支付"):
        assessors.pay_milestone(first, paid_on=ON, voucher="1", **world.as_("county"))
    paid = assessors.pay_milestone(first, paid_on=ON, voucher="1", **world.as_("province_clerk"))
    assert paid.paid_by == found.commissioned_by
    with pytest.raises(CannotEngage, match="已登记付款"):
        assessors.pay_milestone(paid, paid_on=ON, voucher="1", **world.as_("province_clerk"))


def test_an_unpaid_engagement_is_not_closed(world: World) -> None:
    found = assessors.accept_report(world.filed(), **world.as_("province"))
    points = {one.id: 0 for one in assessors.criteria(ON)}
    assessors.rate(found, points, **world.as_("province_clerk"))
    with pytest.raises(CannotEngage, match="尾款"):
        assessors.close(found, **world.as_("province"))


@pytest.mark.parametrize("change", [1, -1])
def test_points_lie_within_the_criterion(world: World, change: int) -> None:
    found = assessors.accept_report(world.filed(), **world.as_("province"))
    points = {one.id: one.whole for one in assessors.criteria(ON)}
    points["performance-quality"] = 40 + change if change > 0 else -1
    with pytest.raises(CannotEngage, match="报告质量"):
        assessors.rate(found, points, **world.as_("province_clerk"))
    del points["performance-quality"]
    with pytest.raises(CannotEngage, match="逐项"):
        assessors.rate(found, points, **world.as_("province_clerk"))


def test_two_who_decide_at_once_have_one_winner(world: World) -> None:
    found = world.commissioned()
    stale = again(found)
    assessors.accept(found, **world.as_("agency"))
    with pytest.raises(CannotEngage, match="已接受"):
        assessors.decline(stale, "迟了", **world.as_("agency_decider"))


def test_a_declaration_after_the_check_asks_for_another_check(world: World) -> None:
    found = world.checked()
    assessors.declare_independence(found, NO_TIES, **world.as_("agency"))
    with pytest.raises(CannotCommission, match="重新核查"):
        assessors.commission(found, terms(), **world.as_("province"))
    assessors.check_conflicts(found, **world.as_("province_clerk"))
    assert assessors.commission(found, terms(), **world.as_("province")).state == "commissioned"


def test_three_different_persons_review_in_order(world: World) -> None:
    found = world.visited()
    with pytest.raises(CannotEngage, match="项目负责人"):
        assessors.review(found, "quality", HASH, passed=True, **world.as_("agency_reviewer"))
    assessors.review(found, "leader", HASH, passed=True, **world.as_("agency_reviewer"))
    with pytest.raises(CannotEngage, match="三名不同人员"):
        assessors.review(found, "quality", HASH, passed=True, **world.as_("agency_reviewer"))
    with pytest.raises(NotAllowed):
        assessors.review(found, "quality", HASH, passed=True, **world.as_("agency"))
    assert again(found).state == "visited"


def test_a_changed_report_is_reviewed_anew(world: World) -> None:
    found = world.visited()
    assessors.review(found, "leader", HASH, passed=True, **world.as_("agency"))
    with pytest.raises(CannotEngage, match="已修改"):
        assessors.review(found, "quality", "cd" * 32, passed=True, **world.as_("agency_reviewer"))
    assessors.review(found, "quality", HASH, passed=False, comment="第三项缺依据", **world.as_("agency_reviewer"))
    assessors.review(found, "leader", "cd" * 32, passed=True, **world.as_("agency"))
    assessors.review(found, "quality", "cd" * 32, passed=True, **world.as_("agency_reviewer"))
    assessors.review(found, "signatory", "cd" * 32, passed=True, **world.as_("agency_decider"))
    found = again(found)
    assert (found.state, found.report_hash) == ("reviewed", "cd" * 32)
    with pytest.raises(CannotEngage, match="不一致"):
        assessors.file_report(found, HASH, **world.as_("agency_decider"))


def test_a_report_changed_without_a_word_is_signed_anew_from_the_leader(world: World) -> None:
    found = world.visited()
    assessors.review(found, "leader", HASH, passed=True, **world.as_("agency"))
    assessors.review(found, "leader", "cd" * 32, passed=True, **world.as_("agency"))
    assessors.review(found, "quality", "cd" * 32, passed=True, **world.as_("agency_reviewer"))
    assert list(found.reviews.order_by("id").values_list("round", "role")) == [
        (1, "leader"), (2, "leader"), (2, "quality"),
    ]  # fmt: skip


def test_a_report_changed_after_all_signed_is_not_filed_until_signed_anew(world: World) -> None:
    found = world.reviewed()
    assessors.review(found, "leader", "cd" * 32, passed=True, **world.as_("agency"))
    for digest in (HASH, "cd" * 32):
        with pytest.raises(CannotEngage, match="不一致"):
            assessors.file_report(again(found), digest, **world.as_("agency_decider"))
    assessors.review(found, "quality", "cd" * 32, passed=True, **world.as_("agency_reviewer"))
    assessors.review(found, "signatory", "cd" * 32, passed=True, **world.as_("agency_decider"))
    assert assessors.file_report(again(found), "cd" * 32, **world.as_("agency_decider")).state == "filed"


def test_a_returned_report_comes_back_after_another_review(world: World) -> None:
    found = world.filed()
    with pytest.raises(CannotEngage, match="一次性"):
        assessors.return_report(found, [" "], **world.as_("province_clerk"))
    found = assessors.return_report(found, ["缺影像", "缺签名"], **world.as_("province_clerk"))
    assert found.state == "returned"
    for role, who in (("leader", "agency"), ("quality", "agency_reviewer"), ("signatory", "agency_decider")):
        assessors.review(found, role, "ef" * 32, passed=True, **world.as_(who))
    assert assessors.file_report(again(found), "ef" * 32, **world.as_("agency_decider")).state == "filed"


def test_questions_are_answered_and_confirmed_with_their_day(world: World) -> None:
    found = assessors.finish_desk_review(world.declared(), **world.as_("agency"))
    due = date(2026, 11, 27)
    question = assessors.raise_question(found, "请补充水土保持方案", due_on=due, **world.as_("agency"))
    silent = assessors.raise_question(found, "请补充监测报告", due_on=due, **world.as_("agency"))
    with pytest.raises(CannotEngage, match="1、2"):
        assessors.settle_questions(found, **world.as_("agency"))
    with pytest.raises(CannotEngage, match="尚未答复"):
        assessors.confirm(question, **world.as_("agency"))
    with pytest.raises(CannotEngage, match="不属于本企业"):
        assessors.answer_question(question, "冒名", **world.as_("other_enterprise"))
    question = assessors.answer_question(question, "见附件", **world.as_("enterprise"))
    assessors.confirm(question, **world.as_("agency"))
    with pytest.raises(CannotEngage, match="期限未到"):
        assessors.confirm_question(silent, resolved=False, **world.as_("agency", due))
    late = due + timedelta(days=1)
    silent = assessors.confirm_question(silent, resolved=False, **world.as_("agency", late))
    assert silent.unresolved
    assert assessors.settle_questions(found, **world.as_("agency", late)).state == "questions_settled"


def test_the_mine_signs_for_the_entry_notice(world: World) -> None:
    found = assessors.finish_desk_review(world.declared(), **world.as_("agency"))
    found = assessors.settle_questions(found, **world.as_("agency"))
    with pytest.raises(CannotEngage, match="进场日期"):
        assessors.give_entry_notice(found, visit_from=ON - timedelta(days=1), visit_to=ON, **world.as_("agency"))
    notice = assessors.give_entry_notice(
        found, visit_from=date(2026, 11, 24), visit_to=date(2026, 11, 25), focus="排土场", **world.as_("agency")
    )
    assert assessors.receive_entry_notice(notice, **world.as_("enterprise")).received_by == "陈填报"
    with pytest.raises(CannotEngage, match="尚未到"):
        assessors.finish_visit(again(found), **world.as_("agency", date(2026, 11, 23)))
    assert assessors.finish_visit(again(found), **world.as_("agency", date(2026, 11, 24))).state == "visited"


def test_an_unknown_mine_or_agency_is_a_sentence(world: World) -> None:
    with pytest.raises(CannotEngage, match="M99999999"):
        assessors.draft_engagement("M99999999", world.agency.key, **world.as_("province_clerk"))
    with pytest.raises(CannotEngage, match="A9999999"):
        assessors.draft_engagement(world.mine.key, "A9999999", **world.as_("province_clerk"))
