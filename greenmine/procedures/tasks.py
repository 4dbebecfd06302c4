"""What happens by itself in procedures: whoever is late is reminded, once a day. No step is ever taken by a task."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from greenmine.accounts.models import Organisation
from greenmine.notifications import actions as notifications
from greenmine.notifications.models import Notice
from greenmine.procedures import queries
from greenmine.procedures.models import WorkItem

OVERDUE = "procedures.overdue"


def remind_overdue(*, on: date) -> int:
    """Chase the notices of work whose last day has passed (催办), and tell the authority that runs the case (督办)."""
    late = list(queries.overdue(on=on).exclude(reminded_on=on).order_by("id"))
    for item in late:
        _remind(item, on=on)
    return len(late)


@transaction.atomic
def _remind(item: WorkItem, *, on: date) -> None:
    if (
        not WorkItem.objects.filter(pk=item.pk, state=WorkItem.State.OPEN)
        .exclude(reminded_on=on)
        .update(reminded_on=on)
    ):
        return
    number = item.case.number
    for notice in Notice.objects.filter(about_kind="case", about_key=number, done_at=None).exclude(chased_on=on):
        notifications.chase(notice, on=on)
    if item.reminded_on is not None:
        return
    step = queries.table_of(item.case).step(item.step).title
    late = (item.to_kind, item.to_key) if item.person is None else item.person
    text = {
        "zh": f"{number}“{step['zh']}”已逾期（期限 {item.due_on}）",
        "en": f"{number}: “{step['en']}” is overdue since {item.due_on}",
    }
    notifications.tell(OVERDUE, to=late, about=("case", number), due_on=item.due_on, text=text)
    running = Organisation.objects.filter(key=item.case.organisation).first()
    if running is not None and running.address != (item.to_kind, item.to_key):
        notifications.tell(OVERDUE, to=running, about=("case", number), todo=False, text=text)
