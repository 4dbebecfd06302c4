"""The writes all acts share: the lock on an assessment, one row of history, the totals that lists show."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone

from greenmine.assessment.models import AnswerChange, AnswerFields, Assessment, ItemAnswer
from greenmine.law.indicators import Result
from greenmine.registry.models import Counter

ANSWER = ("indicator", "state", "score", "met", "comment", "reason", "effort", "version", "by", "at", "taken_from")


def locked(assessment: Assessment) -> Assessment:
    """The assessment as it is now, held until the transaction ends: saves of one assessment follow one another."""
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("last").defer("frozen", "last__frozen")
    return rows.get(pk=assessment.pk)


def append(item: ItemAnswer, *, outcome: str, seen: int, on: date) -> AnswerChange:
    """Write the history of an item: what it says now, and how it came to it."""
    return AnswerChange.objects.create(
        assessment_id=item.assessment_id, outcome=outcome, seen=seen, on=on, **fields_of(item)
    )


def fields_of(item: AnswerFields) -> dict[str, Any]:
    """What an answer says, by column."""
    return {name: getattr(item, name) for name in ANSWER}


def keep_totals(assessment: Assessment, result: Result) -> None:
    """The bounds and the verdict that lists show; only these columns are written."""
    assessment.low, assessment.high = result.total
    assessment.verdict = str(result.verdict)
    assessment.changed_at = timezone.now()
    assessment.save(update_fields=["low", "high", "verdict", "changed_at"])


def next_version(assessment: Assessment) -> int:
    """A version no row of this assessment ever had: what somebody still has on his screen can never match it."""
    latest = AnswerChange.objects.filter(assessment=assessment).aggregate(latest=Max("version"))["latest"]
    return (latest or 0) + 1


def next_number(on: date) -> str:
    """ZP-2026-0001: the year and the number within it; two transactions never get the same."""
    kind = f"ZP-{on.year}"
    Counter.objects.get_or_create(kind=kind)
    counter = Counter.objects.select_for_update().get(kind=kind)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{kind}-{counter.last:04d}"
