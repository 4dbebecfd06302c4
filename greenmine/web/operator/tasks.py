"""What the operator's desk leaves to the worker: comparing two editions, and judging all mines under a new one."""

from __future__ import annotations

from datetime import UTC, datetime

from django_tasks import task

from greenmine.accounts.queries import today
from greenmine.editions import queries as editions
from greenmine.evaluation import tasks as evaluation
from greenmine.web.operator import comparing
from greenmine.web.operator.models import EditionComparison


@task()
def compare_editions(comparison: int) -> None:
    """Judge every mine under both editions of a comparison; one that is done stays as it was seen."""
    found = EditionComparison.objects.get(pk=comparison)
    if found.state == EditionComparison.State.DONE:
        return
    try:
        comparing.run(found, editions.stored(found.before), editions.stored(found.after))
    except Exception:
        EditionComparison.objects.filter(pk=comparison).update(state=EditionComparison.State.FAILED)
        raise


@task()
def judge_all_mines() -> int:
    """Judge every mine that was last judged under another edition or for another day; returns how many."""
    return evaluation.rejudge_day(editions.active(), on=today(), known_at=datetime.now(UTC))
