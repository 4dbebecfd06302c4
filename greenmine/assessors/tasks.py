"""What time does: a step that is overdue is told to the commissioning side, once a day due passed. It decides nothing."""

from __future__ import annotations

from datetime import date

from greenmine.assessors import queries, steps
from greenmine.assessors.models import Engagement
from greenmine.notifications.models import Notice


def remind_overdue(*, on: date) -> int:
    """Tell the commissioning side of every engagement whose next step is overdue (催办); returns how many were told."""
    table = queries.table()
    late = Engagement.objects.filter(due_on__lt=on).exclude(state__in=queries.ENDED).select_related("agency")
    told = 0
    for engagement in late.order_by("id"):
        if Notice.objects.filter(
            verb="assessors.overdue", about_kind="engagement", about_key=engagement.number, due_on=engagement.due_on
        ).exists():
            continue
        following = steps.next_step(table, engagement.state)
        title = following.title if following is not None else table.states[engagement.state].title
        steps.tell(
            engagement, "assessors.overdue", steps.commissioning_side(engagement),
            f"“{title['zh']}”已逾期（应于 {engagement.due_on} 前）", f"“{title['en']}” is overdue since {engagement.due_on}",
            due_on=engagement.due_on,
        )  # fmt: skip
        told += 1
    return told
