"""The clocks of a case (时限): from which day each runs, and until when; counted on the working days of the active edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from greenmine.editions import queries as editions
from greenmine.editions.calendars import Calendar
from greenmine.editions.edition import Edition
from greenmine.editions.queries import NoEditionActive
from greenmine.editions.shipped import load_shipped
from greenmine.law import limits
from greenmine.law.steps import Clock, Deadline, Step, Table
from greenmine.law.steps.table import count
from greenmine.procedures.models import Case, CaseStep


@dataclass(frozen=True, slots=True)
class Times:
    """When a step is due, and the last day on which it has to wait."""

    due: Deadline
    waits: Deadline = field(default_factory=lambda: Deadline(None))


def edition() -> Edition:
    """The active edition; the shipped one before any is active."""
    try:
        return editions.active()
    except NoEditionActive:
        return load_shipped()


def calendar() -> Calendar:
    """The working days of the active edition; of the shipped one before any is active."""
    return edition().calendar


def figure(name: str, on: date) -> int | None:
    """A dated figure of running procedures (rulebook/values/procedures.yaml); None where none holds on the day."""
    value = edition().values.get(name)
    version = value.on(on) if value else None
    return version.rows[()].value if version else None


def times_of(table: Table, case: Case, step: Step, taken: Sequence[CaseStep], days: Calendar) -> Times:
    """The clocks of one step as the case stands: nothing where the clock has not begun.

    A step that has to wait is not overdue on the first day on which it may be taken.
    """
    due = _counted(table, case, step.clock, taken, days)
    waits = _counted(table, case, step.not_before, taken, days)
    if due.on is not None and waits.on is not None and due.on <= waits.on:
        due = replace(due, on=days.add(waits.on, 1).on)
    return Times(due, waits)


def days_entered(clock: Clock, taken: Sequence[CaseStep]) -> Clock:
    """The clock with the days that an officer entered with a step, where it has its days from there."""
    if not clock.payload:
        return clock
    for one in reversed(taken):
        if one.step == clock.step and clock.payload in one.payload:
            return replace(clock, days=_whole(one.payload[clock.payload]))
    return clock


def _whole(given: object) -> int:
    text = str(given)
    found = int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(limits.DAYS)) else 0
    return found if found <= limits.DAYS else 0


def _counted(table: Table, case: Case, clock: Clock | None, taken: Sequence[CaseStep], days: Calendar) -> Deadline:
    if clock is None:
        return Deadline(None)
    since = _began(table, case, clock, taken)
    return count(days_entered(clock, taken), since, days) if since else Deadline(None)


def _began(table: Table, case: Case, clock: Clock, taken: Sequence[CaseStep]) -> date | None:
    """The day on which the clock began: the latest time its step was taken, or its state entered from another."""
    for one in reversed(taken):
        entered = one.to if one.to != one.origin else ""
        if clock.counts_from(step=one.step, state=entered):
            return one.counts_from
    return case.opened_on if clock.after == table.start else None
