"""Keeping an eye on cases (督办、催办、抄送): somebody is asked again, an authority watches, others get to know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F, QuerySet

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications
from greenmine.procedures.addresses import office_of
from greenmine.procedures.models import Case, Copy, Opinion, Supervision, WorkItem
from greenmine.procedures.payloads import written
from greenmine.procedures.permissions import CannotTake, check_runs
from greenmine.procedures.running import table_of

MANAGE, SEE = "cases.manage", "cases.see"
CHASED, SUPERVISED, COPIED = "procedures.chased", "procedures.supervised", "procedures.copied"
MOST_COPIES = 50


@transaction.atomic
def chase(waiting: WorkItem | Opinion, *, by: Person, on: date, text: str = "") -> WorkItem | Opinion:
    """Chase open work or an opinion (催办), once a day: its addressee is told, and how often is remembered."""
    case = waiting.case
    organisation = _office(by, case, on=on)
    still = still_waits(waiting)
    if not still.exists():
        raise CannotTake("该事项已办结，无需催办", "this is done; there is nothing to chase")
    if not still.exclude(chased_on=on).update(chased=F("chased") + 1, chased_on=on):
        raise CannotTake("今天已催办", "this was chased today already")
    waiting.refresh_from_db()
    what = _what(waiting)
    said = written("text", text)
    until = {"zh": f"（期限 {waiting.due_on}）", "en": f" (until {waiting.due_on})"} if waiting.due_on else {}
    sentence = {
        "zh": f"催办：{case.number}“{what['zh']}”{until.get('zh', '')}{'，' + said if said else ''}"[:500],
        "en": f"reminder: {case.number} “{what['en']}”{until.get('en', '')}{': ' + said if said else ''}"[:500],
    }
    ledger.record(
        CHASED,
        subject=("case", case.number),
        by=by,
        organisation=organisation,
        on=on,
        region_code=case.region_code,
        payload={"to": [waiting.to_kind, waiting.to_key], "times": waiting.chased},
        sentence=sentence,
    )
    about = ("case", case.number) if isinstance(waiting, WorkItem) else ("opinion", str(waiting.pk))
    to = waiting.person or (waiting.to_kind, waiting.to_key)
    notifications.tell(CHASED, to=to, about=about, due_on=waiting.due_on, todo=False, text=sentence)
    return waiting


def still_waits(waiting: WorkItem | Opinion) -> QuerySet[WorkItem] | QuerySet[Opinion]:
    """The row of work or of an opinion, if it still waits."""
    if isinstance(waiting, WorkItem):
        return WorkItem.objects.filter(pk=waiting.pk, state=WorkItem.State.OPEN)
    return Opinion.objects.filter(pk=waiting.pk, given_on=None, ended_on=None)


def _what(waiting: WorkItem | Opinion) -> dict[str, str]:
    if isinstance(waiting, Opinion):
        return {"zh": "出具书面意见", "en": "give an opinion in writing"}
    return dict(table_of(waiting.case).step(waiting.step).title)


@transaction.atomic
def supervise(case: Case, reason: str, *, by: Person, on: date, due_on: date | None = None) -> Supervision:
    """Put a case under supervision (督办): why, and until when an answer is expected."""
    check_runs(case)
    organisation = _office(by, case, on=on)
    text = written("reason", reason)
    if not text:
        raise CannotTake("请写明督办的理由和要求", "say why it is supervised and what is asked")
    if case.closed_on is not None:
        raise CannotTake("本案已办结，无需督办", "the case is closed")
    if due_on is not None and due_on < on:
        raise CannotTake("督办期限不能早于今天", "the day by which it is asked has passed")
    if Supervision.objects.filter(case=case, organisation=organisation.key, ended_on=None).exists():
        raise CannotTake("本单位已在督办本案", "your office supervises this case already")
    found = Supervision.objects.create(
        case=case,
        organisation=organisation.key,
        organisation_name=organisation.name,
        reason=text,
        due_on=due_on,
        by_name=by.name,
        on=on,
    )
    sentence = {
        "zh": f"{organisation.name}督办 {case.number}：{text}"[:500],
        "en": f"{organisation.name} supervises {case.number}: {text}"[:500],
    }
    _note(SUPERVISED, case, sentence, by=by, organisation=organisation, on=on)
    for address in sorted(_in_charge(case)):
        notifications.tell(SUPERVISED, to=address, about=("case", case.number), due_on=due_on, text=sentence)
    return found


@transaction.atomic
def end_supervision(found: Supervision, result: str, *, by: Person, on: date) -> Supervision:
    """End a supervision with what came of it (督办办结)."""
    organisation = _office(by, found.case, on=on)
    if organisation.key != found.organisation:
        raise NotAllowed("由发起督办的单位办结。", "The office that supervises ends it.")
    text = written("result", result)
    if not text:
        raise CannotTake("请写明督办结果", "say what came of it")
    changed = Supervision.objects.filter(pk=found.pk, ended_on=None).update(ended_on=on, ended_by=by.name, result=text)
    if not changed:
        raise CannotTake("该督办已办结", "this supervision has ended already")
    found.refresh_from_db()
    notifications.settle("case", found.case.number, SUPERVISED, by=by.name)
    sentence = {"zh": f"{found.case.number} 督办办结：{text}", "en": f"{found.case.number}: supervision ended: {text}"}
    _note("procedures.supervision_ended", found.case, sentence, by=by, organisation=organisation, on=on)
    return found


@transaction.atomic
def copy_to(case: Case, organisations: Sequence[Organisation], *, by: Person, on: date) -> list[Copy]:
    """Let other organisations know of a case (抄送): they may read it, nothing waits for them."""
    office = _office(by, case, on=on)
    if not organisations or len(organisations) > MOST_COPIES:
        raise CannotTake(f"请选择 1 至 {MOST_COPIES} 个抄送单位", f"choose 1 to {MOST_COPIES} organisations")
    already = set(case.copies.values_list("organisation", flat=True))
    new = [one for one in dict.fromkeys(organisations) if one.key not in already]
    if any(one.kind != "authority" for one in new):
        raise CannotTake("内部案件只抄送主管部门", "internal cases are copied to authorities only")
    if not new:
        raise CannotTake("所选单位均已抄送", "all of them have a copy already")
    made = [
        Copy.objects.create(case=case, organisation=one.key, organisation_name=one.name, by_name=by.name, on=on)
        for one in new
    ]
    names = "、".join(one.name for one in new)
    sentence = {"zh": f"{case.number} 抄送{names}", "en": f"{case.number} copied to {names}"}
    _note(COPIED, case, sentence, by=by, organisation=office, on=on)
    for one in new:
        notifications.tell(
            COPIED,
            to=one,
            about=("case", case.number),
            todo=False,
            text={
                "zh": f"{office.name}抄送案件 {case.number}{'：' + case.title if case.title else ''}"[:500],
                "en": f"{office.name} sends you a copy of case {case.number}"[:500],
            },
        )
    return made


def _office(by: Person, case: Case, *, on: date) -> Organisation:
    """The authority for which somebody manages cases; refused outside its region."""
    accounts.check_can(by, MANAGE, on=on, region=case.region_code or None, organisation=case.organisation)
    found = people.acting_for(by, MANAGE, on=on)
    if found is None:
        raise NotAllowed("您目前没有任何岗位。", "You hold no role at present.")
    return found


def _in_charge(case: Case) -> set[tuple[str, str]]:
    """Who has to move: for whom work is open, and the office that runs the case."""
    found = set(case.items.filter(state=WorkItem.State.OPEN).values_list("to_kind", "to_key"))
    running = office_of(case)
    return found | ({running.address} if running else set())


def _note(verb: str, case: Case, sentence: dict[str, str], *, by: Person, organisation: Organisation, on: date) -> None:
    ledger.record(
        verb,
        subject=("case", case.number),
        by=by,
        organisation=organisation,
        on=on,
        region_code=case.region_code,
        sentence=sentence,
    )
