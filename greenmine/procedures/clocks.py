"""The clocks of a case (时限): from which day each runs, and until when; counted on the working days of the active edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from greenmine.editions import queries as editions
from greenmine.editions.calendars import Calendar
from greenmine.editions.queries import NoEditionActive
from greenmine.editions.shipped import load_shipped
from greenmine.law.steps import Clock, Deadline, Step, Table
from greenmine.law.steps.table import count
from greenmine.procedures.models import Case, CaseStep


@dataclass(frozen=True, slots=True)
class Times:
    """When a step is due, and the last day on which it has to wait."""

    due: Deadline
    waits: Deadline = field(default_factory=lambda: Deadline(None))


def calendar() -> Calendar:
    """The working days of the active edition; of the shipped one before any is active."""
    try:
        return editions.active().calendar
    except NoEditionActive:
        return load_shipped().calendar


def times_of(table: Table, case: Case, step: Step, taken: Sequence[CaseStep], days: Calendar) -> Times:
    """The clocks of one step as the case stands: nothing where the clock has not begun."""
    due = _counted(table, case, step.clock, taken, days)
    waits = _counted(table, case, step.not_before, taken, days)
    return Times(due, waits)


def _counted(table: Table, case: Case, clock: Clock | None, taken: Sequence[CaseStep], days: Calendar) -> Deadline:
    if clock is None:
        return Deadline(None)
    since = _began(table, case, clock, taken)
    return count(clock, since, days) if since else Deadline(None)


def _began(table: Table, case: Case, clock: Clock, taken: Sequence[CaseStep]) -> date | None:
    """The day on which the clock began: the latest time its step was taken, or its state entered from another."""
    for one in reversed(taken):
        entered = one.to if one.to != one.origin else ""
        if clock.counts_from(step=one.step, state=entered):
            return one.counts_from
    return case.opened_on if clock.after == table.start else None
