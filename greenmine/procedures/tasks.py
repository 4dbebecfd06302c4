"""What happens by itself in procedures: reminders before and after a day, the level above, terms of keeping.

No step is ever taken by a task, and nothing is destroyed by one: it tells, or proposes.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from greenmine.accounts.models import Person
from greenmine.editions.calendars import Calendar
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications
from greenmine.notifications.models import Notice
from greenmine.procedures import opinions, queries, working
from greenmine.procedures.addresses import above, office_of
from greenmine.procedures.clocks import calendar, figure
from greenmine.procedures.models import Case, Opinion, RetentionProposal, WorkItem
from greenmine.procedures.overseeing import still_waits
from greenmine.procedures.retaining import last_day

OVERDUE, ESCALATED = working.OVERDUE, "procedures.escalated"
REMINDER, ESCALATION, RETENTION = (
    "procedure-reminder-days", "procedure-escalation-days", "procedure-retention-years",
)  # fmt: skip
ONE_DAY = timedelta(days=1)
BATCH = 500
Waiting = WorkItem | Opinion


def remind_overdue(*, on: date) -> int:
    """Chase the notices of work and opinions whose last day has passed (催办), and tell the authority that runs the case."""
    late: list[Waiting] = [
        *queries.overdue(on=on).exclude(reminded_on=on).order_by("id"),
        *queries.late_opinions(on=on).exclude(reminded_on=on).order_by("id"),
    ]
    for waiting in late:
        _remind(waiting, on=on)
    return len(late)


def remind_soon(*, on: date) -> int:
    """Tell whoever has work whose last day comes near (临期提醒), once."""
    days = figure(REMINDER, on)
    if days is None:
        return 0
    until = calendar().add(on, days).on
    soon: list[Waiting] = [
        *WorkItem.objects.filter(state=WorkItem.State.OPEN, due_on__gte=on, due_on__lte=until, soon_on=None)
        .select_related("case__kept", "person")
        .order_by("id"),
        *queries.waiting_opinions().filter(due_on__gte=on, due_on__lte=until, soon_on=None).order_by("id"),
    ]
    for waiting in soon:
        _remind_soon(waiting, on=on)
    return len(soon)


def escalate(*, on: date) -> int:
    """Tell the level above of work that is still undone some working days after its last day (逾期上报). It decides."""
    days = figure(ESCALATION, on)
    if days is None:
        return 0
    table = calendar()
    late: list[Waiting] = [
        *queries.overdue(on=on).filter(escalated_on=None).order_by("id"),
        *queries.late_opinions(on=on).filter(escalated_on=None).order_by("id"),
    ]
    done = [waiting for waiting in late if _is_long_late(waiting, days, table, on)]
    for waiting in done:
        _escalate(waiting, on=on)
    return len(done)


def propose_retention(*, on: date) -> int:
    """Propose a decision on closed cases whose term of keeping has run out (保管期满). A person decides."""
    years = figure(RETENTION, on)
    if years is None:
        return 0
    before = _years_before(on, years)
    closed = Case.objects.filter(closed_on__lt=before, destroyed_on=None).exclude(
        pk__in=RetentionProposal.objects.filter(decided_on=None).values("case_id")
    )
    kept = RetentionProposal.objects.filter(keep_until__gte=on).values("case_id")
    found = 0
    for case in closed.exclude(pk__in=kept).order_by("id")[:BATCH]:
        if case.closed_on is not None and last_day(case.closed_on, years) < on:
            _propose(case, on=on)
            found += 1
    return found


def _is_long_late(waiting: Waiting, days: int, table: Calendar, on: date) -> bool:
    return waiting.due_on is not None and table.add(waiting.due_on, days).on < on


@transaction.atomic
def _remind(waiting: Waiting, *, on: date) -> None:
    if not still_waits(waiting).exclude(reminded_on=on).update(reminded_on=on):
        return
    about, verbs = _about(waiting)
    open_notices = Notice.objects.filter(about_kind=about[0], about_key=about[1], verb__in=verbs, done_at=None)
    for notice in open_notices.exclude(chased_on=on):
        notifications.chase(notice, on=on)
    if waiting.reminded_on is not None:
        return
    number, what = waiting.case.number, _what(waiting)
    text = {
        "zh": f"{number}“{what['zh']}”已逾期（期限 {waiting.due_on}）",
        "en": f"{number}: “{what['en']}” is overdue since {waiting.due_on}",
    }
    verb = OVERDUE if isinstance(waiting, WorkItem) else opinions.OVERDUE
    notifications.tell(verb, to=_to(waiting), about=about, due_on=waiting.due_on, text=text)
    running = office_of(waiting.case)
    if running is not None and running.address != (waiting.to_kind, waiting.to_key):
        notifications.tell(OVERDUE, to=running, about=("case", number), todo=False, text=text)


@transaction.atomic
def _remind_soon(waiting: Waiting, *, on: date) -> None:
    if not still_waits(waiting).filter(soon_on=None).update(soon_on=on):
        return
    about, _ = _about(waiting)
    number, what = waiting.case.number, _what(waiting)
    notifications.tell(
        working.SOON if isinstance(waiting, WorkItem) else opinions.SOON,
        to=_to(waiting),
        about=about,
        due_on=waiting.due_on,
        todo=False,
        text={
            "zh": f"{number}“{what['zh']}”将于 {waiting.due_on} 到期",
            "en": f"{number}: “{what['en']}” is due on {waiting.due_on}",
        },
    )


@transaction.atomic
def _escalate(waiting: Waiting, *, on: date) -> None:
    if not still_waits(waiting).filter(escalated_on=None).update(escalated_on=on):
        return
    case, what = waiting.case, _what(waiting)
    to = _above(waiting)
    sentence = {
        "zh": f"{case.number}“{what['zh']}”逾期未办（期限 {waiting.due_on}），报上一级督办",
        "en": f"{case.number}: “{what['en']}” undone since {waiting.due_on}, reported to the level above",
    }
    ledger.record(
        ESCALATED,
        subject=("case", case.number),
        by=ledger.SYSTEM,
        on=on,
        region_code=case.region_code,
        payload={"late": [waiting.to_kind, waiting.to_key], "told": list(to or ())},
        sentence=sentence,
    )
    if to is not None:
        notifications.tell(ESCALATED, to=to, about=("case", case.number), text=sentence)


@transaction.atomic
def _propose(case: Case, *, on: date) -> None:
    _, created = RetentionProposal.objects.get_or_create(case=case, decided_on=None, defaults={"proposed_on": on})
    running = office_of(case)
    if created and running is not None:
        notifications.tell(
            "procedures.retention",
            to=running,
            about=("case", case.number),
            text={
                "zh": f"{case.number} 保管期已满，请决定延长保管或销毁",
                "en": f"{case.number}: the term of keeping is over; decide to keep it longer or to destroy it",
            },
        )


def _about(waiting: Waiting) -> tuple[tuple[str, str], tuple[str, ...]]:
    if isinstance(waiting, WorkItem):
        return ("case", waiting.case.number), working.VERBS
    return ("opinion", str(waiting.pk)), opinions.VERBS


def _what(waiting: Waiting) -> dict[str, str]:
    if isinstance(waiting, WorkItem):
        return dict(queries.table_of(waiting.case).step(waiting.step).title)
    return {"zh": "出具书面意见", "en": "give an opinion in writing"}


def _to(waiting: Waiting) -> Person | tuple[str, str]:
    return waiting.person or (waiting.to_kind, waiting.to_key)


def _above(waiting: Waiting) -> tuple[str, str] | None:
    """The level above whoever is late; for enterprises and agencies that of the authority that runs the case."""
    if waiting.to_key.isdecimal():
        return above(waiting.to_kind, waiting.to_key)
    running = office_of(waiting.case)
    return above(*running.address) if running else None


def _years_before(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return date(on.year - years, 2, 28)
