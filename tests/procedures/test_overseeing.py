"""Chasing, supervising, copying, withdrawing: who may, who is told, what stays."""

from __future__ import annotations

from datetime import date

import pytest

from greenmine.accounts.permissions import NotAllowed, ProposerDecides
from greenmine.ledger.models import Record
from greenmine.notifications import queries as notices
from greenmine.notifications.models import Notice
from greenmine.procedures import actions, queries
from greenmine.procedures.models import Case, Copy, Supervision
from greenmine.procedures.permissions import CannotTake, Overtaken
from tests.conftest import person
from tests.procedures.conftest import ON

NEXT = date(2026, 11, 10)


def test_work_and_opinions_are_chased_once_a_day(cast, departments, reviewing):
    one, item = queries.opinions_of(reviewing)[0], reviewing.items.filter(state="open").first()
    actions.chase(one, by=cast.county_reviewer, on=ON, text="请尽快")
    actions.chase(item, by=cast.county_reviewer, on=ON)
    assert (one.chased, one.chased_on, item.chased) == (1, ON, 1)
    with pytest.raises(CannotTake, match="今天已催办"):
        actions.chase(one, by=cast.county_reviewer, on=ON)
    actions.chase(one, by=cast.county_reviewer, on=NEXT)
    assert one.chased == 2
    told = notices.for_person(departments["ecology"], on=ON).filter(verb="procedures.chased")
    assert told.first().zh == "催办：BL-2026-0001“出具书面意见”（期限 2026-11-23）"
    assert {row.zh for row in told} == {
        "催办：BL-2026-0001“出具书面意见”（期限 2026-11-23），请尽快", "催办：BL-2026-0001“出具书面意见”（期限 2026-11-23）",
    }  # fmt: skip


def test_what_is_done_is_not_chased(cast, departments, reviewing):
    one = queries.opinions_of(reviewing)[0]
    actions.give_opinion(one, "agree", "同意", by=departments["ecology"], on=ON)
    with pytest.raises(CannotTake, match="已办结，无需催办"):
        actions.chase(one, by=cast.county_reviewer, on=ON)


@pytest.mark.parametrize(
    "who", ["county", "other_county", "enterprise_decider", "agency_decider", "auditor", "operator"]
)
def test_only_who_manages_cases_there_chases_supervises_and_copies(cast, office, reviewing, who):
    by = getattr(cast, who)
    for act in (
        lambda: actions.chase(reviewing.items.filter(state="open").first(), by=by, on=ON),
        lambda: actions.supervise(reviewing, "超期", by=by, on=ON),
        lambda: actions.copy_to(reviewing, [office], by=by, on=ON),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert (Supervision.objects.count(), Copy.objects.count()) == (0, 0)


def test_the_province_supervises_and_ends_it_with_a_result(cast, reviewing):
    found = actions.supervise(reviewing, "群众反映强烈", by=cast.province_reviewer, on=ON, due_on=date(2026, 11, 20))
    told = notices.waiting(cast.county, on=ON).get(verb="procedures.supervised")
    assert (told.zh, told.due_on) == ("甘肃省自然资源厅督办 BL-2026-0001：群众反映强烈", date(2026, 11, 20))
    for who in (cast.province, cast.county_reviewer):
        assert [one.pk for one in queries.supervised_for(who, on=ON)] == [found.pk]
    for who in (cast.other_county, cast.enterprise_decider):
        assert list(queries.supervised_for(who, on=ON)) == []
    with pytest.raises(CannotTake, match="已在督办"):
        actions.supervise(reviewing, "再次", by=cast.province_reviewer, on=ON)
    with pytest.raises(NotAllowed, match="由发起督办的单位办结"):
        actions.end_supervision(found, "完成", by=cast.county_reviewer, on=NEXT)
    with pytest.raises(CannotTake, match="督办结果"):
        actions.end_supervision(found, " ", by=cast.province_reviewer, on=NEXT)
    actions.end_supervision(found, "已按期办理", by=cast.province_reviewer, on=NEXT)
    assert not notices.waiting(cast.county, on=NEXT).filter(verb="procedures.supervised").exists()
    assert Record.objects.filter(verb="procedures.supervision_ended").get().zh.endswith("已按期办理")


@pytest.mark.parametrize(("reason", "due_on"), [(" ", None), ("由", date(2026, 11, 8))])
def test_a_supervision_has_a_reason_and_a_day_to_come(cast, reviewing, reason, due_on):
    with pytest.raises(CannotTake):
        actions.supervise(reviewing, reason, by=cast.province_reviewer, on=ON, due_on=due_on)


def test_a_copy_goes_to_authorities_once(cast, office, departments, reviewing):
    ecology = departments["ecology"].memberships.get().organisation
    actions.copy_to(reviewing, [office, ecology, office], by=cast.county_reviewer, on=ON)
    assert [one.case.number for one in queries.copied_to(cast.province, on=ON)] == ["BL-2026-0001"]
    assert list(queries.copied_to(cast.other_county, on=ON)) == []
    assert list(queries.cases_for(cast.other_county, "cases.see", on=ON)) == []
    actions.copy_to(reviewing, [cast.other_county.memberships.get().organisation], by=cast.county_reviewer, on=ON)
    assert [one.number for one in queries.cases_for(cast.other_county, "cases.see", on=ON)] == ["BL-2026-0001"]
    with pytest.raises(CannotTake, match="均已抄送"):
        actions.copy_to(reviewing, [office], by=cast.county_reviewer, on=ON)
    firm = cast.enterprise.memberships.get().organisation
    with pytest.raises(CannotTake, match="只抄送主管部门"):
        actions.copy_to(reviewing, [firm], by=cast.county_reviewer, on=ON)
    with pytest.raises(CannotTake, match="请选择"):
        actions.copy_to(reviewing, [], by=cast.county_reviewer, on=ON)


def test_the_enterprise_withdraws_its_application_and_nothing_waits_any_more(cast, departments, reviewing):
    actions.withdraw(reviewing, "企业暂缓申报", by=cast.enterprise_decider, on=NEXT)
    kept = Case.objects.get()
    assert (kept.state, kept.withdrawn_on, kept.closed_on) == ("reviewing", NEXT, NEXT)
    assert not kept.items.filter(state="open").exists()
    assert list(queries.opinions_for(departments["ecology"], on=NEXT)) == []
    assert not Notice.objects.filter(done_at=None, kind="todo").exists()
    assert queries.table_of(kept).step(queries.history(kept)[-1].step).title["zh"] == "撤回"
    with pytest.raises(CannotTake, match="已于 2026-11-10 撤回"):
        actions.take(kept, "return_review", {"defects": ["x"]}, by=cast.county_reviewer, on=NEXT)
    with pytest.raises(CannotTake, match="撤回"):
        actions.withdraw(kept, "再撤", by=cast.enterprise_decider, on=NEXT)


@pytest.mark.parametrize(
    "who", ["enterprise", "other_enterprise", "county", "county_decider", "agency_decider", "operator"]
)
def test_nobody_else_withdraws_it(cast, reviewing, who):
    with pytest.raises(NotAllowed):
        actions.withdraw(reviewing, "撤", by=getattr(cast, who), on=ON)
    assert Case.objects.get().withdrawn_on is None


def test_who_looked_at_an_older_case_withdraws_nothing(cast, reviewing):
    with pytest.raises(Overtaken):
        actions.withdraw(reviewing, "撤", by=cast.enterprise_decider, on=ON, seen=1)
    with pytest.raises(CannotTake, match="理由"):
        actions.withdraw(reviewing, " ", by=cast.enterprise_decider, on=ON)


def test_an_inquiry_is_withdrawn_by_a_decider_who_did_not_open_it(cast, case, office):
    with pytest.raises(ProposerDecides):
        actions.withdraw(case, "撤案", by=cast.province_reviewer, on=ON)
    with pytest.raises(NotAllowed, match="由签发人撤回"):
        actions.withdraw(case, "撤案", by=person(office, "second", "齐审核", "reviewer"), on=ON)
    actions.withdraw(case, "线索重复", by=cast.province, on=ON)
    assert Record.objects.get(verb="procedures.withdrawn").zh == "第三方评估失信调查 DC-2026-0001 已撤回：线索重复"
