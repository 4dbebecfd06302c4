"""Deputies: the work of an absent person goes to his deputy within the days, and the act names both."""

from __future__ import annotations

from datetime import date

import pytest

from greenmine.accounts.permissions import NotAllowed, ProposerDecides
from greenmine.ledger.models import Record
from greenmine.procedures import actions, delegating, queries
from greenmine.procedures.models import Delegation
from greenmine.procedures.permissions import CannotTake
from tests.conftest import person
from tests.procedures.conftest import ON

SINCE, UNTIL = date(2026, 11, 10), date(2026, 11, 13)


@pytest.fixture
def deputy(cast, office):
    return person(office, "deputy", "姚代办", "reviewer")


@pytest.fixture
def away(cast, deputy):
    return actions.delegate(
        cast.province_reviewer, deputy, since=SINCE, until=UNTIL, reason="出差", by=cast.province_reviewer, on=ON
    )


@pytest.mark.parametrize(
    ("on", "seen"), [(ON, 0), (SINCE, 1), (UNTIL, 1), (date(2026, 11, 14), 0)], ids=["before", "first", "last", "after"]
)
def test_the_work_of_the_absent_goes_to_his_deputy_on_those_days(cast, case, deputy, away, on, seen):
    actions.assign(case.items.get(state="open"), cast.province_reviewer, by=cast.province, on=ON)
    assert queries.inbox_for(deputy, on=on).count() == seen
    assert queries.inbox_for(cast.province_reviewer, on=on).count() == 1


def test_the_act_of_a_deputy_names_both(cast, case, deputy, away):
    actions.assign(case.items.get(state="open"), cast.province_reviewer, by=cast.province, on=ON)
    row = actions.take(case, "investigate", by=deputy, on=SINCE)
    assert (row.by_name, row.behalf_of_name) == ("姚代办", "韩审核")
    record = Record.objects.get(verb="procedures.taken")
    assert record.zh == "第三方评估失信调查 DC-2026-0001：开展调查（调查中）（代韩审核）"
    assert record.payload["behalf_of"] == {"id": cast.province_reviewer.pk, "name": "韩审核"}
    assert record.by["name"] == "姚代办"
    assert queries.done_by(cast.province_reviewer)[0] == row
    assert list(queries.done_by(deputy)) == [row]


def test_outside_the_days_a_colleague_acts_for_himself_only(cast, case, deputy, away):
    actions.assign(case.items.get(state="open"), cast.province_reviewer, by=cast.province, on=ON)
    assert actions.take(case, "investigate", by=deputy, on=ON).behalf_of_name == ""


def test_a_deputy_counts_as_both_where_another_person_must_decide(cast, case, office, deputy):
    actions.take(case, "investigate", by=cast.province_reviewer, on=ON)
    decider = person(office, "otherdecider", "纪签发", "decider")
    actions.delegate(cast.province, decider, since=SINCE, until=UNTIL, reason="学习", by=cast.province, on=ON)
    from greenmine.accounts import actions as accounts

    accounts.add_role(cast.province_reviewer, office, role="decider", by=_admin(office), on=ON)
    both = type(cast.province).objects.get(pk=cast.province_reviewer.pk)
    actions.assign(case.items.get(step="refute", state="open"), both, by=cast.province, on=ON)
    actions.delegate(both, deputy, since=SINCE, until=UNTIL, reason="出差", by=both, on=ON)
    accounts.add_role(deputy, office, role="decider", by=_admin(office), on=ON)
    now = type(cast.province).objects.get(pk=deputy.pk)
    with pytest.raises(
        ProposerDecides, match="须由另一人作出"
    ):  # 韩审核 opened the case; his deputy cannot decide it for him
        actions.take(case, "refute", {"reasons": ["x"]}, by=now, on=SINCE)


def _admin(office):
    from greenmine.accounts.models import Person

    return Person.objects.filter(username="provinceadmin").first() or person(
        office, "provinceadmin", "杜管理", "org_admin"
    )


def test_a_delegation_ends_early(cast, case, deputy, away):
    actions.assign(case.items.get(state="open"), cast.province_reviewer, by=cast.province, on=ON)
    actions.end_delegation(away, by=cast.province_reviewer, on=date(2026, 11, 12))
    assert queries.inbox_for(deputy, on=date(2026, 11, 11)).count() == 1
    assert queries.inbox_for(deputy, on=date(2026, 11, 12)).count() == 0
    with pytest.raises(CannotTake, match="已经结束"):
        actions.end_delegation(away, by=cast.province_reviewer, on=date(2026, 11, 12))


@pytest.mark.parametrize(
    ("since", "until", "reason", "words"),
    [
        (date(2026, 11, 8), UNTIL, "出差", "从今天或以后开始"),
        (UNTIL, SINCE, "出差", "不早于开始之日结束"),
        (SINCE, UNTIL, " ", "理由"),
    ],
)
def test_days_and_reason_of_a_delegation_make_sense(cast, deputy, since, until, reason, words):
    with pytest.raises(CannotTake, match=words):
        actions.delegate(
            cast.province_reviewer, deputy, since=since, until=until, reason=reason, by=cast.province_reviewer, on=ON
        )
    assert Delegation.objects.count() == 0


def test_nobody_has_two_deputies_and_no_deputy_is_absent_himself(cast, office, deputy, away):
    third = person(office, "third", "石三", "reviewer")
    with pytest.raises(CannotTake, match="已有代办人"):
        actions.delegate(
            cast.province_reviewer, third, since=UNTIL, until=UNTIL, reason="x", by=cast.province_reviewer, on=ON
        )
    with pytest.raises(CannotTake, match="不能再代办"):
        actions.delegate(third, cast.province_reviewer, since=SINCE, until=SINCE, reason="x", by=third, on=ON)
    with pytest.raises(CannotTake, match="另一人"):
        actions.delegate(third, third, since=SINCE, until=SINCE, reason="x", by=third, on=ON)


@pytest.mark.parametrize("who", ["county_decider", "enterprise_decider", "auditor", "province_clerk", "operator"])
def test_nobody_else_names_deputies(cast, deputy, who):
    with pytest.raises(NotAllowed):
        actions.delegate(
            cast.province_reviewer, deputy, since=SINCE, until=UNTIL, reason="x", by=getattr(cast, who), on=ON
        )


def test_a_deputy_is_of_the_same_house(cast):
    with pytest.raises(CannotTake, match="同一单位"):
        actions.delegate(
            cast.province_reviewer, cast.county_reviewer, since=SINCE, until=UNTIL, reason="x", by=cast.province_reviewer, on=ON
        )  # fmt: skip


def test_the_delegations_of_a_house_are_listed(cast, office, away):
    assert list(delegating.delegations_of(office.key, on=ON)) == [away]
    assert list(delegating.delegations_of(office.key, on=date(2026, 11, 14))) == []
