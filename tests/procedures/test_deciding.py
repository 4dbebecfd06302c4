"""Preconditions over facts, votes, departments, days an officer enters."""

from __future__ import annotations

from datetime import date

import pytest

from greenmine.accounts.permissions import NotAllowed
from greenmine.editions import actions as editions
from greenmine.editions import queries as laws
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.procedures import actions, queries
from greenmine.procedures.models import CaseStep
from greenmine.procedures.permissions import CannotTake
from tests.procedures.conftest import ON, case_under

TABLE = """
id: test
title: {zh: 试办, en: trial}
prefix: CS
start: filed
states:
  filed: {zh: 已提交, en: filed}
  noticed: {zh: 公示中, en: notice}
  done: {zh: 办结, en: done, final: true}
steps:
  - id: accept
    title: {zh: 受理, en: accept}
    from: filed
    to: noticed
    verb: selection.accept
    actor: authority
    levels: [county]
    departments: [natural_resources]
    requires:
      - {check: "mineral = 'coal'", zh: 应为煤矿, en: it must be a coal mine}
    provision: cn-2024-1/7.3
  - id: forest
    title: {zh: 林草办理, en: forestry acts}
    from: filed
    to: noticed
    verb: selection.opine
    actor: authority
    levels: [county]
    departments: [forestry]
    provision: cn-2024-1/7.3
  - id: decide
    title: {zh: 集体决定, en: decide together}
    from: noticed
    to: done
    verb: selection.accept
    actor: authority
    collective: {members: 3}
    not_before: {days: {payload: days, step: accept}, kind: calendar, after: noticed}
    clock: {days: {payload: days, step: accept}, kind: calendar, after: noticed}
    provision: cn-2024-1/7.3
"""
FOR = [{"name": name, "vote": "for"} for name in ("甲", "乙", "丙")]


@pytest.fixture
def mine(cast):
    editions.activate(laws.candidate_text(), by="何运维", on=ON)
    facts.rebuild(laws.active(), on=ON)
    return "M00000001"


@pytest.fixture
def trial(cast, mine):
    return case_under(TABLE, organisation=cast.county.memberships.get().organisation, by=cast.county, mine=mine)


def state(mine, mineral):
    source = Source("county_nr", "O00000001", "会宁县自然资源局")
    facts.state(laws.active(), Statement("mine", mine, "mineral", mineral, since=date(2026, 1, 1)), source=source)


def test_a_precondition_that_is_unknown_refuses_and_names_what_is_missing(cast, trial, mine):
    one = queries.requirements_of(trial, queries.table_of(trial).steps["accept"], on=ON)[0]
    assert (one.outcome, one.missing) == ("unknown", ("mineral",))
    with pytest.raises(CannotTake) as caught:
        actions.take(trial, "accept", {"days": 7}, by=cast.county, on=ON)
    assert caught.value.zh == "不能办理“受理”：应为煤矿——尚不清楚，需补充：矿种"
    state(mine, "iron")
    with pytest.raises(CannotTake) as caught:
        actions.take(trial, "accept", {"days": 7}, by=cast.county, on=ON)
    assert (caught.value.zh, caught.value.en) == (
        "不能办理“受理”：应为煤矿", "“accept” cannot be taken: it must be a coal mine",
    )  # fmt: skip


def test_what_was_stated_a_moment_ago_opens_the_step(cast, trial, mine):
    state(mine, "coal")
    county = cast.county.memberships.get().organisation
    assert [(one.step.id, one.may) for one in queries.choices(trial, cast.county, county, on=ON)] == [
        ("accept", True), ("forest", False),
    ]  # fmt: skip
    actions.take(trial, "accept", {"days": 7}, by=cast.county, on=ON)
    assert trial.state == "noticed"


def test_a_case_without_a_mine_leaves_its_preconditions_unknown(cast, mine):
    bare = case_under(TABLE, organisation=cast.county.memberships.get().organisation, by=cast.county)
    with pytest.raises(CannotTake, match="本案未关联矿山"):
        actions.take(bare, "accept", {"days": 7}, by=cast.county, on=ON)


def test_a_step_is_for_the_department_the_table_names(cast, departments, trial):
    item = trial.items.get(step="forest", state="open")
    assert (item.to_kind, item.to_key) == ("forestry", "620422")
    with pytest.raises(NotAllowed, match="该步骤由林业和草原部门办理"):
        actions.take(trial, "forest", by=cast.county, on=ON)
    actions.take(trial, "forest", by=departments["forestry"], on=ON)
    assert trial.state == "noticed"


@pytest.fixture
def noticed(cast, trial, mine):
    state(mine, "coal")
    actions.take(trial, "accept", {"days": 7}, by=cast.county, on=ON)
    return trial


def test_the_days_an_officer_entered_run_and_the_step_waits_for_them(cast, noticed):
    item = noticed.items.get(state="open")
    assert (item.opens_on, item.due_on) == (date(2026, 11, 16), date(2026, 11, 17))
    given = {"minutes": "纪要1号", "votes": FOR}
    with pytest.raises(CannotTake, match="期限至 2026-11-16"):
        actions.take(noticed, "decide", given, by=cast.county, on=date(2026, 11, 16))
    actions.take(noticed, "decide", given, by=cast.county, on=date(2026, 11, 17))
    assert noticed.state == "done"


@pytest.mark.parametrize("days", ["", "0", "-3", "many", "999999", None, "٣"])
def test_days_that_are_none_leave_the_clock_unknown_and_the_step_waits(cast, trial, mine, days):
    state(mine, "coal")
    actions.take(trial, "accept", {"days": days}, by=cast.county, on=ON)
    assert trial.items.get(state="open").no_day["zh"] == "该期限的天数尚未登记"
    with pytest.raises(CannotTake, match="尚未登记"):
        actions.take(trial, "decide", {"minutes": "x", "votes": FOR}, by=cast.county, on=date(2027, 1, 1))


AGAINST = {"name": "丁", "vote": "against", "reason": "权属有争议"}


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"votes": FOR}, "须附会议纪要"),
        ({"minutes": "x"}, "须登记表决情况"),
        ({"minutes": "x", "votes": "all"}, "须登记表决情况"),
        ({"minutes": "x", "votes": ["甲", "乙", "丙"]}, "须登记表决情况"),
        ({"minutes": "x", "votes": FOR[:2]}, "须至少 3 人表决，现为 2 人"),
        ({"minutes": "x", "votes": [*FOR[:2], FOR[0]]}, "不得重复"),
        ({"minutes": "x", "votes": [*FOR[:2], {"name": " ", "vote": "for"}]}, "逐一列明"),
        ({"minutes": "x", "votes": [*FOR[:2], {"name": "丁", "vote": "maybe"}]}, "应为赞成、反对或弃权"),
        ({"minutes": "x", "votes": [*FOR[:2], {"name": "丁", "vote": "abstain"}]}, "丁弃权，须写明理由"),
        ({"minutes": "x", "votes": [*FOR[:2], AGAINST, {**AGAINST, "name": "戊"}]}, "未超过表决人数 4 人的半数"),
    ],
)
def test_a_collective_decision_without_minutes_votes_or_majority_is_refused(cast, noticed, payload, words):
    with pytest.raises(CannotTake, match=words):
        actions.take(noticed, "decide", payload, by=cast.county, on=date(2026, 11, 17))
    assert noticed.state == "noticed"


def test_votes_and_reasons_stay_with_the_step(cast, noticed):
    votes = [*FOR, AGAINST]
    actions.take(noticed, "decide", {"minutes": "纪要1号", "votes": votes}, by=cast.county, on=date(2026, 11, 17))
    assert CaseStep.objects.get(step="decide").payload["votes"] == votes
