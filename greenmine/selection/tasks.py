"""What happens by itself in selection: an application follows its case where somebody withdrew that elsewhere. Nothing else."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from greenmine.ledger import actions as ledger
from greenmine.procedures.models import Case
from greenmine.selection.models import Application


def follow_withdrawn(*, on: date) -> int:
    """Close the applications whose case a person withdrew on the desk of cases (撤回): the case says who and why."""
    cases = Case.objects.filter(withdrawn_on__isnull=False).values("number")
    return sum(_follow(one, on=on) for one in Application.objects.filter(closed_on=None, case__in=cases).order_by("id"))


@transaction.atomic
def _follow(application: Application, *, on: date) -> int:
    """An application was withdrawn with its case (申报随案件撤回)."""
    case = Case.objects.get(number=application.case)
    last = case.steps.order_by("-order").first()
    reason = str(last.payload.get("reason", "")) if last is not None else ""
    changed = Application.objects.filter(pk=application.pk, closed_on=None).update(
        state="withdrawn", state_since=case.withdrawn_on, closed_on=case.withdrawn_on, due_on=None,
        outcome=Application.Outcome.WITHDRAWN, outcome_reason=reason,
    )  # fmt: skip
    if changed:
        ledger.record(
            "selection.withdrawn", subject=application.subject, by=ledger.SYSTEM, on=on, region_code=application.region_code,
            sentence={
                "zh": f"{application.number} 随案件 {case.number} 撤回{f'：{reason}' if reason else ''}",
                "en": f"{application.number} was withdrawn with its case {case.number}",
            },
        )  # fmt: skip
    return changed
