"""Where an application stands (办理状态): kept in step with its case, so that lists need no other table."""

from __future__ import annotations

from datetime import date

from greenmine.procedures.models import Case, WorkItem
from greenmine.procedures.queries import table_of
from greenmine.selection.models import Application
from greenmine.selection.permissions import CannotSelect


def case_of(application: Application) -> Case:
    """The case that runs an application; CannotSelect for a draft."""
    found = Case.objects.select_related("kept").filter(number=application.case).first() if application.case else None
    if found is None:
        raise CannotSelect("该申报尚未提交", "this application was not filed yet")
    return found


def keep_in_step(application: Application, case: Case) -> None:
    """Take state, day and end over from the case; the outcome is the word of the final state."""
    application.state, application.state_since = case.state, case.state_since
    application.due_on = first_day(case)
    if table_of(case).is_final(case.state):
        application.outcome = Application.Outcome(case.state)
        application.closed_on = case.closed_on
    application.save()


def first_day(case: Case) -> date | None:
    """The first last day among the work that waits in a case."""
    waiting = case.items.filter(state=WorkItem.State.OPEN, due_on__isnull=False)
    return waiting.order_by("due_on").values_list("due_on", flat=True).first()
