"""How long a closed case is kept (案卷保管): a task proposes when the term has run out, a person decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.ledger import actions as ledger
from greenmine.procedures.models import Case, CaseStep, Opinion, RetentionProposal
from greenmine.procedures.payloads import written
from greenmine.procedures.permissions import CannotTake

VERB = "cases.manage"
KEEP, DESTROY = RetentionProposal.Decision.KEEP, RetentionProposal.Decision.DESTROY
DESTROYED = {"destroyed": True}


@transaction.atomic
def decide_retention(
    proposal: RetentionProposal, decision: str, reason: str, *, by: Person, on: date, keep_until: date | None = None
) -> RetentionProposal:
    """Keep a case longer, or destroy what was written in it (保管期满处置); that it ran, and when, stays for ever.

    Who decides has taken no step of the case. The ledger keeps the fact and the hash of every act, not the words.
    """
    case = proposal.case
    accounts.check_can(by, VERB, on=on, region=case.region_code or None, organisation=case.organisation)
    organisation = people.acting_for(by, VERB, on=on)
    if case.steps.filter(by=by).exists():
        raise NotAllowed(
            "办理过本案的人员不能决定销毁或续存。", "Who worked on the case does not decide on keeping it."
        )
    text = written("reason", reason)
    if not text:
        raise CannotTake("请写明处置理由", "give the reason")
    if decision not in {KEEP, DESTROY}:
        raise CannotTake("请选择延长保管或销毁", "choose: keep longer, or destroy")
    if decision == KEEP and (keep_until is None or keep_until <= on):
        raise CannotTake("延长保管须写明以后的日期", "a case is kept until a later day")
    changed = RetentionProposal.objects.filter(pk=proposal.pk, decided_on=None).update(
        decision=decision,
        keep_until=keep_until if decision == KEEP else None,
        reason=text,
        by_name=by.name,
        decided_on=on,
    )
    if not changed:
        raise CannotTake("该事项已作出决定", "this was decided already")
    proposal.refresh_from_db()
    if decision == DESTROY:
        _destroy(case, on)
    zh, en = ("销毁", "destroyed") if decision == DESTROY else (f"延长保管至 {keep_until}", f"kept until {keep_until}")
    ledger.record(
        "procedures.retention_decided",
        subject=("case", case.number),
        by=by,
        organisation=organisation,
        on=on,
        region_code=case.region_code,
        payload={"decision": decision, "reason": text},
        sentence={
            "zh": f"{case.number} 保管期满：{zh}（{text}）",
            "en": f"{case.number}: term of keeping over, {en} ({text})",
        },
    )
    return proposal


def _destroy(case: Case, on: date) -> None:
    """What people wrote goes; days, names of steps and who took them stay."""
    CaseStep.objects.filter(case=case).update(payload=DESTROYED)
    Opinion.objects.filter(case=case).update(text="", evidence=[])
    case.supervisions.update(reason="", result="")
    Case.objects.filter(pk=case.pk).update(title="", destroyed_on=on)


def last_day(closed_on: date, years: int) -> date:
    """The last day of a term of keeping: the same day so many years later; 29 February becomes the 28th."""
    try:
        return closed_on.replace(year=closed_on.year + years)
    except ValueError:
        return date(closed_on.year + years, 2, 28)


def waiting(by: Any, *, on: date) -> list[RetentionProposal]:
    """The proposals that wait for a decision within somebody's reach."""
    reach = people.scope_for(by, VERB, on=on)
    if reach is None:
        return []
    found = RetentionProposal.objects.filter(reach.condition(region="case__region_code"), decided_on=None)
    return list(found.select_related("case").order_by("id"))
