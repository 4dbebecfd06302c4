"""A step is whole or not at all: killed at each of its writes, it leaves nothing; taken by two, one wins and one is told."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.apps import apps
from django.db import OperationalError, connection, connections

from greenmine.procedures import actions, queries
from greenmine.procedures.models import Case, CaseStep, Opinion
from greenmine.procedures.permissions import CannotTake, Overtaken
from tests.procedures.conftest import ON

WRITES = ("INSERT", "UPDATE", "DELETE")
ROOMS = ("procedures", "ledger", "notifications")


class Crash(Exception):
    """The machine stops."""


class Killer:
    """Counts the writes of a connection and stops the program at one of them."""

    def __init__(self, at: int = 0) -> None:
        self.at, self.seen, self.tables = at, 0, []

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().startswith(WRITES):
            self.seen += 1
            self.tables.append(sql.split('"')[1])
            if self.seen == self.at:
                raise Crash
        return execute(sql, params, many, context)


def everything():
    """Every row of the rooms a step writes in."""
    return {
        model.__name__: sorted(map(str, model.objects.values_list()))
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
    }


def killed_at_every_write(act):
    """Run an act and kill it at its first write, its second…; then run it whole. Gives the tables it writes."""
    before = everything()
    for at in range(1, 100):
        killer = Killer(at)
        with connection.execute_wrapper(killer):
            try:
                act()
            except Crash:
                assert everything() == before, f"write {at} of {killer.tables}"
                continue
        assert everything() != before
        assert at > len(ROOMS)
        return killer.tables
    raise AssertionError("it never ends")


def test_opening_a_case(cast, office):
    written = killed_at_every_write(
        lambda: actions.open_case(
            "misconduct-inquiry", subject=("agency", "A0000001"), region_code="620000", by=cast.province_reviewer,
            organisation=office, on=ON, payload={"grounds": ["x"], "source": "x"},
        )
    )  # fmt: skip
    assert {
        "procedures_case",
        "procedures_casestep",
        "procedures_workitem",
        "ledger_record",
        "notifications_notice",
    } <= set(written)


def test_a_step_that_asks_for_opinions(cast, application):
    written = killed_at_every_write(lambda: actions.take(Case.objects.get(), "accept", by=cast.county, on=ON))
    assert {"procedures_opinion", "procedures_workitem", "ledger_record", "notifications_notice"} <= set(written)


def test_giving_an_opinion(departments, reviewing):
    one = queries.opinions_of(reviewing)[0].pk
    killed_at_every_write(
        lambda: actions.give_opinion(Opinion.objects.get(pk=one), "agree", "同意", by=departments["ecology"], on=ON)
    )


def test_leaving_opinions_behind(cast, reviewing):
    killed_at_every_write(
        lambda: actions.take(Case.objects.get(), "return_review", {"defects": ["x"]}, by=cast.county_reviewer, on=ON)
    )


def test_withdrawing_and_migrating(cast, reviewing):
    killed_at_every_write(
        lambda: actions.migrate(Case.objects.get(), "selection-000000-2024", "改", by=cast.county_reviewer, on=ON)
    )
    killed_at_every_write(lambda: actions.withdraw(Case.objects.get(), "撤", by=cast.enterprise_decider, on=ON))


def together(*acts):
    """Run acts at the same moment; what each came to."""
    barrier, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        barrier.wait(timeout=30)
        for _ in range(2000):
            try:
                act()
                outcomes.append("won")
            except (Overtaken, CannotTake) as told:
                outcomes.append(told.zh)
            except OperationalError:  # SQLite in memory refuses at once what a file would wait for
                continue
            break
        connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return sorted(outcomes, key=lambda outcome: outcome != "won")


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_decide_differently_one_wins_and_one_is_told(cast, application):
    mine, yours = Case.objects.get(), Case.objects.get()
    outcomes = together(
        lambda: actions.take(mine, "accept", by=cast.county, on=ON),
        lambda: actions.take(yours, "return_for_correction", {"defects": ["缺图件"]}, by=cast.county_reviewer, on=ON),
    )
    assert outcomes[0] == "won"
    assert "已先行办理" in outcomes[1]
    assert "您的操作未保存" in outcomes[1]
    assert (Case.objects.get().version, CaseStep.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_two_people_of_a_department_give_one_opinion(departments, reviewing):
    from tests.conftest import person

    other = person(departments["ecology"].memberships.get().organisation, "ecology2", "陆环保", "clerk")
    rows = [queries.opinions_of(reviewing)[0] for _ in range(2)]
    outcomes = together(
        lambda: actions.give_opinion(rows[0], "agree", "同意", by=departments["ecology"], on=ON),
        lambda: actions.give_opinion(rows[1], "disagree", "不同意", by=other, on=ON),
    )
    assert outcomes[0] == "won"
    assert "反馈" in outcomes[1]
    assert Opinion.objects.exclude(given_on=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_cases_opened_at_once_have_two_numbers(cast, office):
    def open_one(number):
        return lambda: actions.open_case(
            "misconduct-inquiry", subject=("agency", f"A000000{number}"), region_code="620000", by=cast.province_reviewer,
            organisation=office, on=date(2026, 11, 9), payload={"grounds": ["x"], "source": "x"},
        )  # fmt: skip

    assert together(*(open_one(number) for number in range(4))) == ["won"] * 4
    assert sorted(Case.objects.values_list("number", flat=True)) == [f"DC-2026-000{number}" for number in range(1, 5)]
