"""What happens by itself: an enterprise is reminded when the last self-assessment of a mine is old (定期自评)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from greenmine.assessment.queries.listing import overdue
from greenmine.editions.edition import Edition
from greenmine.notifications import actions as notifications
from greenmine.notifications.models import Notice

VERB = "assessment.due"


@transaction.atomic
def remind(edition: Edition, *, on: date) -> int:
    """One open to-do for every mine that should assess itself again (cn-2024-1/7.1.a, kz-2024/4.1.d); returns how many.

    The text says 定期 and names no interval: ours is a dated value of low confidence, and the reminder says so.
    """
    told = set(Notice.objects.filter(verb=VERB, done_at=None).values_list("about_key", flat=True))
    count = 0
    for mine, last, months in overdue(edition, on=on):
        if mine.key in told or mine.holder is None:
            continue
        since = f"上次自评为 {last}" if last is not None else "尚未提交过自评"
        since_en = f"the last one was on {last}" if last is not None else "none was submitted yet"
        notifications.tell(
            VERB, to=("enterprise", mine.holder.key), about=("mine", mine.key),
            text={
                "zh": f"请开展“{mine.name}”的定期自评：{since}（文件未写间隔，按 {months} 个月提醒，口径待确认）。",
                "en": f"Please assess {mine.name} again: {since_en} (the text names no interval; reminded after {months} months, to be confirmed).",
            },
        )  # fmt: skip
        count += 1
    return count
