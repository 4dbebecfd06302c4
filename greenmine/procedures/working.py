"""Work that waits (待办事项): made when a case comes to stand somewhere, done or dropped when it moves on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from django.db.models import F

from greenmine.editions.calendars import Calendar
from greenmine.law.steps import Step, Table
from greenmine.law.steps.table import SAME
from greenmine.notifications import actions as notifications
from greenmine.notifications.models import Notice
from greenmine.procedures.addresses import Addresses
from greenmine.procedures.clocks import Times, times_of
from greenmine.procedures.models import Case, CaseCounter, CaseStep, WorkItem

TURN, ASSIGNED = "procedures.turn", "procedures.assigned"
OVERDUE, SOON = "procedures.overdue", "procedures.soon"
VERBS = (TURN, ASSIGNED, OVERDUE, SOON)
OPEN, DONE, DROPPED = WorkItem.State.OPEN, WorkItem.State.DONE, WorkItem.State.DROPPED


def open_items(case: Case) -> list[WorkItem]:
    """The work that waits in a case, with the people it was given to."""
    return list(case.items.filter(state=OPEN).select_related("person").order_by("id"))


def close(
    case: Case, step: str, waiting: Sequence[WorkItem], *, by: str, on: date, all_of_them: bool
) -> list[WorkItem]:
    """What was done is done; when the state changes, the other work of the old state is not needed any more.

    Gives what still waits.
    """
    done = [item.pk for item in waiting if item.step == step]
    rest = [item for item in waiting if item.step != step]
    if done:
        WorkItem.objects.filter(pk__in=done, state=OPEN).update(state=DONE, done_on=on)
    if not all_of_them:
        return rest
    if rest:
        WorkItem.objects.filter(pk__in=[item.pk for item in rest], state=OPEN).update(state=DROPPED, done_on=on)
    settle("case", case.number, VERBS, by=by)
    return []


def settle(kind: str, key: str, verbs: Sequence[str], *, by: str) -> None:
    """Close every open notice of these verbs about a subject, by one statement."""
    waiting = Notice.objects.filter(about_kind=kind, about_key=key, verb__in=verbs, done_at=None)
    waiting.update(done_at=datetime.now(UTC), done_by=by)


def ask_for_next(
    table: Table,
    case: Case,
    taken: Sequence[CaseStep],
    days: Calendar,
    *,
    on: date,
    waiting: Sequence[WorkItem] = (),
    addresses: Addresses | None = None,
    entered: bool = True,
) -> None:
    """Work for every step that is open now, and one notice to each organisation whose turn it is.

    A step that leaves the state as it is may be taken any number of times: it waits for somebody only where it has a time
    limit, and once for each time the state is `entered`.
    """
    steps = [step for step in table.open_steps(case.state) if step.to != SAME or (entered and step.clock)]
    if not steps:
        return
    already = {item.step for item in waiting}
    addresses = addresses or Addresses(case)
    told: dict[tuple[str, str], list[tuple[Step, Times]]] = {}
    items = []
    for step in steps:
        address = addresses.of(step.actor)
        if step.id in already or address is None:
            continue
        times = times_of(table, case, step, taken, days)
        items.append(_item(case, step, address, times, on=on))
        told.setdefault(address, []).append((step, times))
    WorkItem.objects.bulk_create(items)
    for address, now in told.items():
        notifications.tell(
            TURN,
            to=address,
            about=("case", case.number),
            due_on=min((times.due.on for _, times in now if times.due.on), default=None),
            text={
                "zh": f"{table.title['zh']} {case.number} 待办：{'、'.join(s.title['zh'] for s, _ in now)}",
                "en": f"{table.title['en']} {case.number}: {', '.join(s.title['en'] for s, _ in now)}",
            },
        )


def _item(case: Case, step: Step, address: tuple[str, str], times: Times, *, on: date) -> WorkItem:
    return WorkItem(
        case=case,
        step=step.id,
        verb=step.verb,
        to_kind=address[0],
        to_key=address[1],
        due_on=times.due.on,
        provisional=times.due.provisional,
        no_day=dict(times.due.reason),
        opens_on=times.waits.on,
        opened_on=on,
    )


def next_number(prefix: str, on: date) -> str:
    """DC-2026-0001: the year and the number within it, counted under the lock of the counter's row."""
    counter, created = CaseCounter.objects.get_or_create(prefix=prefix, year=on.year)
    if created:  # cases from before there was a counter
        last = Case.objects.filter(number__startswith=f"{prefix}-{on.year}-").order_by("-id").first()
        if last is not None:
            CaseCounter.objects.filter(pk=counter.pk).update(last=int(last.number.rsplit("-", 1)[1]))
    CaseCounter.objects.filter(pk=counter.pk).update(last=F("last") + 1)
    counter.refresh_from_db()
    return f"{prefix}-{on.year}-{counter.last:04d}"


def drop_all(case: Case, *, by: str, on: date) -> None:
    """Nothing of a case waits any more."""
    close(case, "", open_items(case), by=by, on=on, all_of_them=True)
