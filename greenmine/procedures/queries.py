"""What can be asked of procedures: cases in one's reach, what waits for a person, and the history of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from greenmine.accounts import queries as people
from greenmine.accounts.matrix import matrix
from greenmine.accounts.models import Organisation, Person
from greenmine.law.steps import Deadline, Drawing, OpinionNote, OutOfTurn, Step, draw
from greenmine.procedures import opinions, permissions, requirements
from greenmine.procedures.clocks import calendar, times_of
from greenmine.procedures.delegating import absent_for
from greenmine.procedures.dossier import dossier
from greenmine.procedures.models import Case, CaseStep, Copy, Opinion, Supervision, WorkItem
from greenmine.procedures.permissions import CannotTake, NotAllowed
from greenmine.procedures.running import table_of

__all__ = [
    "Choice", "WorkLine", "cases_about", "cases_for", "choices", "copied_to", "done_by", "dossier", "history", "inbox_for",
    "late_opinions", "opinions_for", "opinions_of", "overdue", "picture", "requirements_of", "supervised_for", "table_of",
    "waiting_opinions", "work_of",
]  # fmt: skip
SEE = "cases.see"


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


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One piece of open work for the page: what, for whom, until when, and how many days are left."""

    item: WorkItem
    title: Any
    office: str
    days_left: int | None

    @property
    def is_late(self) -> bool:
        """Whether its last day has passed (逾期)."""
        return self.days_left is not None and self.days_left < 0


def cases_about(kind: str, key: str) -> QuerySet[Case]:
    """The cases about one subject, latest first. Not scoped: for rooms that have checked the subject."""
    return Case.objects.filter(subject_kind=kind, subject_key=key).select_related("kept").order_by("-id")


def cases_for(person: Any, verb: str, *, on: date) -> QuerySet[Case]:
    """The cases within the reach of a verb, and those to which the person's organisation is a party.

    Who may see cases also sees those that were copied to his organisation, and those on which it is asked for its opinion.
    """
    own = [held.organisation.key for held in people.memberships(person, on=on)]
    reach = people.scope_for(person, verb, on=on)
    if reach is None:
        return Case.objects.none()
    within = reach.condition() | Q(organisation__in=own)
    for kind in permissions.KINDS:
        for key in own:
            within |= Q(**{f"parties__{kind}": key})
    if verb == SEE:
        asked = Q(pk__in=[])
        for held in people.memberships(person, on=on):
            to_kind, to_key = held.organisation.address
            asked |= Q(to_kind=to_kind, to_key=to_key)
        within |= Q(pk__in=Copy.objects.filter(organisation__in=own).values("case_id"))
        within |= Q(pk__in=Opinion.objects.filter(asked).values("case_id"))
    return Case.objects.filter(within).select_related("kept").order_by("-id")


def inbox_for(person: Any, *, on: date) -> QuerySet[WorkItem]:
    """What waits for a person (待办): his own, that of whom he deputises, and his offices' by his roles; due first first."""
    mine = _mine(person, on=on)
    for held, verbs in _offices(person, on=on):
        kind, key = held.address
        mine |= Q(person=None, to_kind=kind, to_key=key, verb__in=verbs)
    waiting = WorkItem.objects.filter(mine, state=WorkItem.State.OPEN).select_related("case", "case__kept", "person")
    return waiting.order_by(F("due_on").asc(nulls_last=True), "id")


def opinions_for(person: Any, *, on: date) -> QuerySet[Opinion]:
    """The opinions that wait for a person (待反馈意见), as `inbox_for`."""
    mine = _mine(person, on=on)
    for held, verbs in _offices(person, on=on):
        kind, key = held.address
        mine |= Q(person=None, to_kind=kind, to_key=key, verb__in=verbs)
    return waiting_opinions().filter(mine).order_by(F("due_on").asc(nulls_last=True), "id")


def _mine(person: Any, *, on: date) -> Q:
    """What was given to this person, or to somebody whose deputy he is today."""
    if not isinstance(person, Person):
        return Q(pk__in=[])
    return Q(person_id__in=[person.pk, *absent_for(person, on=on)])


def _offices(person: Any, *, on: date) -> list[tuple[Organisation, list[str]]]:
    """The organisations of a person, each with the verbs his role there allows."""
    return [
        (held.organisation, [verb for verb in matrix().verbs if matrix().lets(held.organisation, held.role, verb)])
        for held in people.memberships(person, on=on)
    ]


def done_by(person: Person) -> QuerySet[CaseStep]:
    """The steps a person took, himself or through a deputy (已办), the latest first."""
    own = Q(by=person) | Q(behalf_of=person)
    return CaseStep.objects.filter(own).select_related("case", "case__kept").order_by("-id")


def supervised_for(person: Any, *, on: date) -> QuerySet[Supervision]:
    """The supervisions a person sees (督办): those of his organisations, and those over cases of his organisations."""
    keys = [held.organisation.key for held in people.memberships(person, on=on) if _sees(held)]
    addresses = Q(pk__in=[])
    for held in people.memberships(person, on=on):
        if _sees(held):
            kind, key = held.organisation.address
            addresses |= Q(to_kind=kind, to_key=key)
    working = WorkItem.objects.filter(addresses, case=OuterRef("case"))
    found = Supervision.objects.filter(Q(organisation__in=keys) | Q(case__organisation__in=keys) | Exists(working))
    return found.select_related("case", "case__kept").order_by(F("ended_on").desc(nulls_first=True), "-id")


def copied_to(person: Any, *, on: date) -> QuerySet[Copy]:
    """The cases that were copied to a person's organisations (抄送), the latest first."""
    keys = [held.organisation.key for held in people.memberships(person, on=on) if _sees(held)]
    return Copy.objects.filter(organisation__in=keys).select_related("case", "case__kept").order_by("-id")


def _sees(held: Any) -> bool:
    return matrix().lets(held.organisation, held.role, SEE) is not None


def overdue(*, on: date) -> QuerySet[WorkItem]:
    """Open work whose last day has passed (逾期)."""
    found = WorkItem.objects.filter(state=WorkItem.State.OPEN, due_on__lt=on)
    return found.select_related("case", "case__kept", "person")


def waiting_opinions() -> QuerySet[Opinion]:
    """Opinions that were neither given nor are no longer waited for."""
    return Opinion.objects.filter(given_on=None, ended_on=None).select_related("case", "case__kept", "person")


def late_opinions(*, on: date) -> QuerySet[Opinion]:
    """Opinions that did not come in time (逾期未反馈)."""
    return waiting_opinions().filter(due_on__lt=on)


def history(case: Case) -> list[CaseStep]:
    """The steps a case took, in order, with what else happened to it (withdrawn, migrated)."""
    return list(case.steps.order_by("order"))


def opinions_of(case: Case) -> list[Opinion]:
    """Every opinion that was asked in a case, round by round."""
    return list(case.opinions.order_by("entry", "id"))


def work_of(case: Case, *, on: date) -> list[WorkLine]:
    """The open work of a case: what, for whom, until when."""
    table = table_of(case)
    items = list(case.items.filter(state=WorkItem.State.OPEN).select_related("person").order_by("id"))
    keys = {item.to_key for item in items}
    rows = Organisation.objects.filter(Q(division__in=keys) | Q(enterprise__in=keys) | Q(key__in=keys)).order_by("id")
    offices = {one.address: one.name for one in reversed(rows)}
    return [
        WorkLine(
            item,
            table.step(item.step).title,
            item.person.name if item.person else offices.get((item.to_kind, item.to_key), ""),
            None if item.due_on is None else (item.due_on - on).days,
        )
        for item in items
    ]


def choices(case: Case, person: Person, organisation: Organisation, *, on: date) -> list[Choice]:
    """The steps open in a case for the page: each with its time limit, and the sentence that makes its button grey."""
    table, taken, days = table_of(case), history(case), calendar()
    absent = absent_for(person, on=on)
    items = {item.step: item.person for item in case.items.filter(state=WorkItem.State.OPEN).select_related("person")}
    found = []
    for step in table.open_steps(case.state):
        times = times_of(table, case, step, taken, days)
        given_to = items.get(step.id)
        refusal: Exception | None = None
        try:
            permissions.check_runs(case)
            permissions.check_turn(case, step, person, organisation, on=on)
            permissions.check_is_separate(step, person, taken, given_to if given_to and given_to.pk in absent else None)
            permissions.check_is_open(times.waits.on, times.waits.reason, on=on)
            opinions.check_came_in(case, step, on=on)
            requirements.check(case, step, on=on)
        except (NotAllowed, CannotTake, OutOfTurn) as refused:
            refusal = refused
        found.append(Choice(step, times.due, refusal))
    return found


def requirements_of(case: Case, step: Step, *, on: date) -> list[requirements.Judged]:
    """The preconditions of a step over the facts as they are known now, each with what is missing."""
    return requirements.judged(case, step.requires, on=on)


def picture(case: Case, *, on: date | None = None) -> Drawing:
    """The picture of a case's table: where it stands, what it came through, open opinions and the days left."""
    taken, table = history(case), table_of(case)
    passed = {one.to for one in taken} | {one.origin for one in taken}
    days_left: dict[str, int] = {}
    notes: list[OpinionNote] = []
    if on is not None and case.closed_on is None:
        due = case.items.filter(state=WorkItem.State.OPEN).values_list("step", "due_on")
        days_left = {step: (day - on).days for step, day in due if day is not None}
        notes = [
            OpinionNote(
                dict(zip(("zh", "en"), permissions.department_words(one.department), strict=True)),
                opinions.STANDINGS[one.standing(on)],
                one.standing(on),
                one.days_left(on),
            )
            for one in opinions.of_round(case, table.states[case.state].opinions)
        ]
    return draw(table, case.state, frozenset(passed), days_left=days_left, opinions=notes)
