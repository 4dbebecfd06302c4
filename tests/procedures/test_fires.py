"""Every clock of every shipped table fires: its work or opinion is late the day after its last day, told, and reported above."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest

from greenmine.editions import procedures as tables
from greenmine.editions import readings
from greenmine.notifications.models import Notice
from greenmine.procedures import opinions, running, tasks, working
from greenmine.procedures.clocks import calendar, figure
from greenmine.procedures.models import Case, CaseStep
from tests.procedures.conftest import ON

ENTERED = 4
OPENED = date(2026, 1, 5)
PLACES = {"000000": "110101", "150000": "150430", "530000": "530102", "620000": "620422", "653000": "653022"}


@cache
def default_readings(identifier):
    questions = readings.questions()
    return {name: {"value": questions[name].defaults[0].value} for name in tables.table(identifier).readings}


def clocks(table):
    """State and step of every clock of a table; for opinions the name of their round."""
    steps = [(origin, step.id) for step in table.steps.values() for origin in step.origins if step.clock]
    return steps + [(name, one.opinions) for name, one in table.states.items() if one.opinions]


def standing_in(table, state, clock, cast):
    """A case that stands where the clock runs, with the steps before it that begin it or give its days."""
    firm, agency = (who.memberships.get().organisation for who in (cast.enterprise, cast.agency))
    county = cast.county.memberships.get().organisation
    text = tables.text_of(table.id)
    case = Case.objects.create(
        number=working.next_number("FR", ON), table=table.id, kept=running.keep(table, text), subject_kind="mine",
        subject_key="M00000001", region_code=PLACES[table.territory], organisation=county.key, state=state,
        parties={"enterprise": firm.key, "agency": agency.key}, readings=default_readings(table.id), state_since=ON,
        opened_by="甲", opened_on=ON, version=9,
    )  # fmt: skip
    rows = [("open", "", table.start)]
    if clock and clock.step:
        rows.append((clock.step, "", table.start))
    if clock and clock.after in table.steps:
        rows.append((clock.after, "", table.start))
    elif clock and clock.after != state and clock.after in table.states:
        rows.append(("x", "y", clock.after))
    rows.append(("x", "y", state))
    taken = [
        CaseStep.objects.create(
            case=case, order=number, step=step, origin=origin, to=to, by=cast.county, by_name="甲", organisation=county.key,
            organisation_name=county.name, on=ON, counts_from=ON,
            payload={clock.payload: ENTERED} if clock and clock.payload else {},
        )
        for number, (step, origin, to) in enumerate(rows, 1)
    ]  # fmt: skip
    settled = running.table_of(case)
    opinions.ask(settled, case, taken, calendar(), on=ON)
    working.ask_for_next(settled, case, taken, calendar(), on=ON)
    return case


def test_there_are_clocks_to_fire():
    assert sum(len(clocks(table)) for table in tables.tables()) > 100


@pytest.mark.parametrize("identifier", tables.names())
def test_every_clock_of_the_table_fires(cast, identifier):
    table = tables.table(identifier)
    for state, what in clocks(table):
        fires(table, state, what, cast)


def fires(table, state, what, cast):
    """The reminder goes out the day after the last day, and later the level above learns of it."""
    step = table.steps.get(what)
    case = standing_in(table, state, step.clock if step else None, cast)
    waiting = [case.items.get(step=what)] if step else list(case.opinions.filter(round=what))
    assert waiting
    days = [one.due_on for one in waiting]
    assert all(day is not None and ON < day < date(2027, 1, 1) for day in days), [one.no_day for one in waiting]
    tasks.remind_overdue(on=min(days))
    assert not any(overdue(one, case, step).exists() for one in waiting)
    tasks.remind_overdue(on=max(days) + timedelta(days=1))
    title = step.title["zh"] if step else "出具书面意见"
    for one in waiting:
        told = f"{case.number}“{title}”已逾期（期限 {one.due_on}）"
        assert told in overdue(one, case, step).values_list("zh", flat=True)
        one.refresh_from_db()
        assert one.reminded_on == max(days) + timedelta(days=1)
    later = calendar().add(max(days), figure("procedure-escalation-days", ON)).on
    tasks.escalate(on=later)
    assert any(type(one).objects.get(pk=one.pk).escalated_on is None for one in waiting if one.due_on == max(days))
    tasks.escalate(on=later + timedelta(days=1))
    assert all(type(one).objects.get(pk=one.pk).escalated_on for one in waiting)


def overdue(one, case, step):
    """What its addressee was told of its lateness."""
    kind, key = ("case", case.number) if step else ("opinion", str(one.pk))
    return Notice.objects.filter(about_kind=kind, about_key=key, verb__contains="overdue", due_on=one.due_on)
