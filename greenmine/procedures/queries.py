"""What can be asked of procedures: cases in one's reach, what waits for a person, and the history of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from greenmine.accounts import queries as people
from greenmine.accounts.matrix import matrix
from greenmine.accounts.models import Organisation, Person
from greenmine.editions import procedures as tables
from greenmine.law.steps import Deadline, Drawing, OutOfTurn, Step, Table, draw
from greenmine.procedures import permissions
from greenmine.procedures.clocks import calendar, times_of
from greenmine.procedures.models import Case, CaseStep, WorkItem
from greenmine.procedures.permissions import CannotTake, NotAllowed


@dataclass(frozen=True, slots=True)
class Choice:
    """A step that is open in a case, until when, and, if this person may not take it, why not."""

    step: Step
    due: Deadline
    refusal: Exception | None

    @property
    def may(self) -> bool:
        """Whether this person may take it today."""
        return self.refusal is None


def table_of(case: Case) -> Table:
    """The table a case was opened under."""
    return tables.read(case.kept.content, case.table)


def cases_about(kind: str, key: str) -> QuerySet[Case]:
    """The cases about one subject, latest first. Not scoped: for rooms that have checked the subject."""
    return Case.objects.filter(subject_kind=kind, subject_key=key).select_related("kept").order_by("-id")


def cases_for(person: Any, verb: str, *, on: date) -> QuerySet[Case]:
    """The cases within the reach of a verb, and those to which the person's organisation is a party."""
    own = [held.organisation.key for held in people.memberships(person, on=on)]
    reach = people.scope_for(person, verb, on=on)
    if reach is None:
        return Case.objects.none()
    within = reach.condition() | Q(organisation__in=own)
    for kind in permissions.KINDS:
        for key in own:
            within |= Q(**{f"parties__{kind}": key})
    return Case.objects.filter(within).select_related("kept").order_by("-id")


def inbox_for(person: Any, *, on: date) -> QuerySet[WorkItem]:
    """What waits for a person (待办): his own, and that of his organisations which his roles allow; due first stands first."""
    mine = Q(person=person) if isinstance(person, Person) else Q(pk__in=[])
    for held in people.memberships(person, on=on):
        verbs = [verb for verb in matrix().verbs if matrix().lets(held.organisation, held.role, verb)]
        kind, key = held.organisation.address
        mine |= Q(person=None, to_kind=kind, to_key=key, verb__in=verbs)
    waiting = WorkItem.objects.filter(mine, state=WorkItem.State.OPEN).select_related("case", "case__kept")
    return waiting.order_by(F("due_on").asc(nulls_last=True), "id")


def overdue(*, on: date) -> QuerySet[WorkItem]:
    """Open work whose last day has passed (逾期)."""
    return WorkItem.objects.filter(state=WorkItem.State.OPEN, due_on__lt=on).select_related("case", "case__kept")


def history(case: Case) -> list[CaseStep]:
    """The steps a case took, in order."""
    return list(case.steps.order_by("order"))


def choices(case: Case, person: Person, organisation: Organisation, *, on: date) -> list[Choice]:
    """The steps open in a case for the page: each with its time limit, and the sentence that makes its button grey."""
    table, taken, days = table_of(case), history(case), calendar()
    found = []
    for step in table.open_steps(case.state):
        times = times_of(table, case, step, taken, days)
        refusal: Exception | None = None
        try:
            permissions.check_turn(case, step, person, organisation, on=on)
            permissions.check_is_separate(step, person, taken)
            permissions.check_is_open(times.waits.on, times.waits.reason, on=on)
        except (NotAllowed, CannotTake, OutOfTurn) as refused:
            refusal = refused
        found.append(Choice(step, times.due, refusal))
    return found


def picture(case: Case) -> Drawing:
    """The picture of a case's table with the place where it stands."""
    passed = {one.to for one in history(case)} | {one.origin for one in history(case)}
    return draw(table_of(case), case.state, frozenset(passed))
