"""What can happen in a procedure: a case is opened, a step is taken, work is given to a person and handed over.

A step is one transaction: its record, the new state, the ledger, the next work and who is told. A crash leaves none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.editions import procedures as tables
from greenmine.law.steps import Step, Table
from greenmine.law.steps.table import OPENING, SAME
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications
from greenmine.procedures import permissions
from greenmine.procedures.clocks import Times, calendar, times_of
from greenmine.procedures.models import Case, CaseStep, KeptTable, WorkItem
from greenmine.procedures.permissions import CannotTake, Overtaken
from greenmine.procedures.queries import table_of

__all__ = ["CannotTake", "Overtaken", "assign", "hand_over", "open_case", "take"]
SERVED = "served_on"  # a step that serves a paper names its day: clocks run from it
TURN, ASSIGNED, OVERDUE = "procedures.turn", "procedures.assigned", "procedures.overdue"
LONGEST_TEXT = 20_000


@transaction.atomic
def open_case(
    table: str,
    *,
    subject: tuple[str, str],
    region_code: str,
    by: Person,
    organisation: Organisation,
    on: date,
    title: str = "",
    parties: Mapping[str, str] | None = None,
    payload: Mapping[str, Any] | None = None,
) -> Case:
    """Open a case (立案、受理) under the table as it stands today. `parties` names, for each actor, the organisation's key."""
    text = tables.text_of(table)
    found = tables.read(text, table)
    permissions.check_can_open(found, by, organisation, region_code=region_code, on=on)
    given = _storable(payload or {})
    if found.opening is not None:
        permissions.check_needs(found.opening, given)
    kept, _ = KeptTable.objects.get_or_create(digest=found.digest, defaults={"table": table, "content": text})
    case = Case.objects.create(
        number=_next_number(found.prefix, on),
        table=table,
        kept=kept,
        subject_kind=subject[0],
        subject_key=subject[1],
        title=title[:300],
        region_code=region_code,
        organisation=organisation.key,
        parties=dict(parties or {}),
        state=found.start,
        state_since=on,
        opened_by=by.name,
        opened_on=on,
        version=1,
    )
    taken = _write(case, OPENING, "", found.start, given, by=by, organisation=organisation, on=on)
    opening = found.opening
    ledger.record(
        "procedures.opened",
        subject=("case", case.number),
        by=by,
        organisation=organisation,
        on=on,
        cite=opening.provisions if opening else (),
        region_code=region_code,
        payload={"table": table, "digest": found.digest, "about": list(subject)},
        sentence={
            "zh": f"{found.title['zh']} {case.number}：{opening.title['zh'] if opening else '开始办理'}",
            "en": f"{found.title['en']} {case.number}: {opening.title['en'] if opening else 'begun'}",
        },
    )
    _ask_for_next(found, case, [taken], on=on)
    return case


@transaction.atomic
def take(
    case: Case,
    step: str,
    payload: Mapping[str, Any] | None = None,
    *,
    by: Person,
    on: date,
    organisation: Organisation | None = None,
    seen: int | None = None,
) -> CaseStep:
    """Take a step (办理). OutOfTurn, NotAllowed, CannotTake or Overtaken say why not; then nothing is written.

    `seen` is the version the person looked at (the case's own where it is not given): who acts on an older one is told so.
    """
    found = table_of(case)
    version = case.version if seen is None else seen
    current = Case.objects.select_for_update().get(pk=case.pk)
    if current.version != version:
        raise _overtaken(found, current)
    wanted = found.check(current.state, step)
    acting = organisation or people.acting_for(by, wanted.verb, on=on)
    if acting is None:
        accounts.check_can(by, wanted.verb, on=on)
        raise NotAllowed("您目前没有任何岗位。", "You hold no role at present.")
    taken = list(current.steps.order_by("order"))
    given = _storable(payload or {})
    times = times_of(found, current, wanted, taken, calendar())
    permissions.check_turn(current, wanted, by, acting, on=on)
    permissions.check_is_separate(wanted, by, taken)
    permissions.check_needs(wanted, given)
    permissions.check_is_open(times.waits.on, times.waits.reason, on=on)
    return _take(found, current, wanted, given, taken, case=case, by=by, organisation=acting, on=on)


def _take(
    table: Table,
    current: Case,
    step: Step,
    payload: dict[str, Any],
    taken: Sequence[CaseStep],
    *,
    case: Case,
    by: Person,
    organisation: Organisation,
    on: date,
) -> CaseStep:
    """Write a step that may be taken: state, record, ledger, the work that follows."""
    origin, to = current.state, step.lands_in(current.state)
    moves = to != origin
    values: dict[str, Any] = {"version": F("version") + 1}
    if moves:
        values |= {"state": to, "state_since": on, "closed_on": on if table.is_final(to) else None}
    # The condition holds where select_for_update is no lock of its own (SQLite): one winner, whatever the database.
    if not Case.objects.filter(pk=current.pk, version=current.version).update(**values):
        raise _overtaken(table, Case.objects.get(pk=current.pk))
    current.refresh_from_db()
    row = _write(current, step.id, origin, to, payload, by=by, organisation=organisation, on=on)
    ledger.record(
        "procedures.taken",
        subject=("case", current.number),
        by=by,
        organisation=organisation,
        on=on,
        cite=step.provisions,
        region_code=current.region_code,
        payload={"step": step.id, "from": origin, "to": to, "given": payload},
        sentence={
            "zh": f"{table.title['zh']} {current.number}：{step.title['zh']}（{table.states[to].title['zh']}）",
            "en": f"{table.title['en']} {current.number}: {step.title['en']} ({table.states[to].title['en']})",
        },
    )
    _close_items(current, step, by=by, on=on, all_of_them=moves)
    _ask_for_next(table, current, [*taken, row], on=on)
    case.refresh_from_db()
    return row


@transaction.atomic
def assign(item: WorkItem, person: Person, *, by: Person, on: date) -> WorkItem:
    """Give an open piece of work to one person of the organisation it waits for (分办)."""
    organisation = people.find_address(item.to_kind, item.to_key)
    if organisation is None or item.state != WorkItem.State.OPEN:
        raise CannotTake("该事项已办结或没有承办单位", "this work is done, or its organisation has no account here")
    if all(held.organisation_id != organisation.pk for held in people.memberships(by, on=on)):
        raise NotAllowed("只能分办本单位的事项。", "Only the organisation's own work is given to its people.")
    if people.acting_for(person, item.verb, on=on) != organisation:
        raise CannotTake(
            f"{person.name}的岗位不能办理该事项", f"the role of {person.name} does not allow this piece of work"
        )
    item.person = person
    item.save(update_fields=["person"])
    ledger.record(
        "procedures.assigned",
        subject=("case", item.case.number),
        by=by,
        organisation=organisation,
        on=on,
        region_code=item.case.region_code,
        sentence={"zh": f"{item.case.number} 分办给 {person.name}", "en": f"{item.case.number} given to {person.name}"},
    )
    notifications.tell(
        ASSIGNED,
        to=person,
        about=("case", item.case.number),
        due_on=item.due_on,
        text={"zh": f"请办理 {item.case.number}", "en": f"please work on {item.case.number}"},
    )
    return item


def hand_over(leaving: Person, successor: Person) -> int:
    """Give the open work of somebody who leaves to his successor (交接); accounts calls it when somebody leaves."""
    return WorkItem.objects.filter(person=leaving, state=WorkItem.State.OPEN).update(person=successor)


def _write(
    case: Case,
    step: str,
    origin: str,
    to: str,
    payload: dict[str, Any],
    *,
    by: Person,
    organisation: Organisation,
    on: date,
) -> CaseStep:
    return CaseStep.objects.create(
        case=case,
        order=case.version,
        step=step,
        origin=origin,
        to=to,
        by=by,
        by_name=by.name,
        organisation=organisation.key,
        organisation_name=organisation.name,
        on=on,
        counts_from=_counts_from(payload, case, on=on),
        payload=payload,
    )


def _counts_from(payload: Mapping[str, Any], case: Case, *, on: date) -> date:
    """The day of service where the step names one: neither before the case nor after today."""
    if not payload.get(SERVED):
        return on
    try:
        day = date.fromisoformat(str(payload[SERVED]))
    except ValueError:
        raise CannotTake(
            "送达日期无效，应为 2026-11-20 的写法", "the day of service is no day like 2026-11-20"
        ) from None
    if not case.opened_on <= day <= on:
        raise CannotTake("送达日期应在立案之后、今天以前", "the day of service lies between the opening and today")
    return day


def _close_items(case: Case, step: Step, *, by: Person, on: date, all_of_them: bool) -> None:
    """What was done is done; when the state changes, the other work of the old state is not needed any more."""
    waiting = case.items.filter(state=WorkItem.State.OPEN)
    waiting.filter(step=step.id).update(state=WorkItem.State.DONE, done_on=on)
    if all_of_them:
        waiting.update(state=WorkItem.State.DROPPED, done_on=on)
        for verb in (TURN, ASSIGNED, OVERDUE):
            notifications.settle("case", case.number, verb, by=by.name)


def _ask_for_next(table: Table, case: Case, taken: Sequence[CaseStep], *, on: date) -> None:
    """Work for every step that is open now, and one notice to each organisation whose turn it is."""
    days = calendar()
    already = set(case.items.filter(state=WorkItem.State.OPEN).values_list("step", flat=True))
    told: dict[tuple[str, str], list[tuple[Step, Times]]] = {}
    for step in table.open_steps(case.state):
        address = _address(case, step)
        if step.id in already or address is None or step.to == SAME:
            continue
        times = times_of(table, case, step, taken, days)
        WorkItem.objects.create(
            case=case,
            step=step.id,
            verb=step.verb,
            to_kind=address[0],
            to_key=address[1],
            due_on=times.due.on,
            provisional=times.due.provisional,
            no_day=dict(times.due.reason),
            opens_on=times.waits.on,
            opened_on=on,
        )
        told.setdefault(address, []).append((step, times))
    for address, steps in told.items():
        notifications.tell(
            TURN,
            to=address,
            about=("case", case.number),
            due_on=min((times.due.on for _, times in steps if times.due.on), default=None),
            text={
                "zh": f"{table.title['zh']} {case.number} 待办：{'、'.join(s.title['zh'] for s, _ in steps)}",
                "en": f"{table.title['en']} {case.number}: {', '.join(s.title['en'] for s, _ in steps)}",
            },
        )


def _address(case: Case, step: Step) -> tuple[str, str] | None:
    """For whom a step waits: the party of the case, or the authority that runs it, or the one above of the right level."""
    key = case.parties.get(step.actor.kind) or (case.organisation if step.actor.kind == "authority" else "")
    organisation = Organisation.objects.filter(key=key).first()
    if organisation is None:
        return None
    if not step.actor.levels or organisation.level in step.actor.levels:
        return organisation.address
    division = {"ministry": "000000", "province": f"{case.region_code[:2]}0000", "city": f"{case.region_code[:4]}00"}
    level = step.actor.levels[0]
    return f"{level}_nr", division.get(level, case.region_code)


def _overtaken(table: Table, current: Case) -> Overtaken:
    last = current.steps.order_by("-order").first()
    who = last.by_name if last else ""
    state = table.states[current.state].title
    return Overtaken(
        f"{who} 已先行办理，目前为“{state['zh']}”；您的操作未保存，请刷新后再办",
        f"{who} was faster: the case is “{state['en']}” now. Nothing of yours was saved; look again and repeat",
    )


def _storable(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values only: days as text, no NUL; a text of unreasonable length is refused."""
    return {name: _plain(name, value) for name, value in payload.items()}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(name, one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(name, one) for key, one in value.items()}
    if not isinstance(value, str):
        return value
    text = value.replace("\0", "").encode("utf-8", "ignore").decode().strip()
    if len(text) > LONGEST_TEXT:
        raise CannotTake(f"“{name}”最多 {LONGEST_TEXT} 字", f"“{name}” has at most {LONGEST_TEXT} characters")
    return text


def _next_number(prefix: str, on: date) -> str:
    """DC-2026-0001: the year and the number within it."""
    last = Case.objects.filter(number__startswith=f"{prefix}-{on.year}-").order_by("-number").first()
    return f"{prefix}-{on.year}-{(int(last.number.rsplit('-', 1)[1]) if last else 0) + 1:04d}"
