"""What can happen in a procedure: a case is opened, a step is taken, work is given to a person, the case is withdrawn.

A step is one transaction: its record, the new state, the ledger, opinions asked, the next work and who is told. A crash
leaves none of it. Opinions, deputies, supervision, migration and keeping have files of their own, named here again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.editions import procedures as tables
from greenmine.editions import readings
from greenmine.editions.calendars import Calendar
from greenmine.law.steps import Step, Table
from greenmine.law.steps.table import OPENING, WITHDRAWN
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications
from greenmine.procedures import opinions, permissions, requirements, working
from greenmine.procedures.addresses import Addresses
from greenmine.procedures.clocks import calendar, times_of
from greenmine.procedures.delegating import absent_for, delegate, end_delegation
from greenmine.procedures.migrating import migrate, preview_migration, undo_migration
from greenmine.procedures.models import Case, CaseStep, Delegation, Opinion, WorkItem
from greenmine.procedures.opinions import give_opinion
from greenmine.procedures.overseeing import chase, copy_to, end_supervision, supervise
from greenmine.procedures.payloads import check_votes, counts_from, storable, written
from greenmine.procedures.permissions import CannotTake, Overtaken
from greenmine.procedures.retaining import decide_retention
from greenmine.procedures.running import as_kept, keep, table_of
from greenmine.procedures.working import ASSIGNED

__all__ = [
    "CannotTake", "Overtaken", "assign", "chase", "copy_to", "decide_retention", "delegate", "end_delegation",
    "end_supervision", "give_opinion", "hand_over", "migrate", "open_case", "preview_migration", "supervise", "take",
    "undo_migration", "withdraw",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, for which organisation, on behalf of whom, and when."""

    by: Person
    organisation: Organisation
    on: date
    absent: Person | None = None

    @property
    def snapshot(self) -> dict[str, Any]:
        """The person as the ledger keeps him (`Person.snapshot`), from the roles that were read already."""
        held = people.memberships(self.by, on=self.on)
        first = held[0].organisation if held else None
        return {
            "id": self.by.pk,
            "username": self.by.username,
            "name": self.by.name,
            "organisation": first.key if first else "",
            "organisation_name": first.name if first else "",
            "roles": sorted({one.role for one in held}),
        }

    @property
    def deputising(self) -> tuple[str, str]:
        """What a sentence adds where somebody acts for another."""
        return (f"（代{self.absent.name}）", f" (for {self.absent.name})") if self.absent else ("", "")


@dataclass(frozen=True, slots=True)
class Move:
    """One step about to be written: what it is, with what, after which steps."""

    table: Table
    step: Step
    payload: dict[str, Any]
    taken: Sequence[CaseStep]
    days: Calendar
    waiting: Sequence[WorkItem] = ()
    opinions: Sequence[Opinion] = ()


@transaction.atomic
def open_case(
    table: str | Table,
    *,
    subject: tuple[str, str],
    region_code: str,
    by: Person,
    organisation: Organisation,
    on: date,
    title: str = "",
    parties: Mapping[str, str] | None = None,
    payload: Mapping[str, Any] | None = None,
    mine: str = "",
    runs: Organisation | None = None,
) -> Case:
    """Open a case (立案、受理) under the table and the readings as they stand today.

    `parties` names, for each actor or department, the organisation's key; `mine` is the one whose facts preconditions read;
    `runs` is the office that runs the case where another one than who opens it.
    """
    identifier = table if isinstance(table, str) else table.id
    text = tables.text_of(identifier)
    found, said = _settled(tables.read(text, identifier), region_code, on=on)
    permissions.check_can_open(found, by, organisation, region_code=region_code, on=on)
    given = storable(payload or {})
    if found.opening is not None:
        permissions.check_needs(found.opening, given)
        check_votes(found.opening, given)
    case = Case(
        number=working.next_number(found.prefix, on),
        table=identifier,
        kept=keep(found, text),
        subject_kind=subject[0],
        subject_key=subject[1],
        title=title[:300],
        region_code=region_code,
        organisation=(runs or organisation).key,
        parties=dict(parties or {}),
        mine=mine or (subject[1] if subject[0] == "mine" else ""),
        readings=said,
        state=found.start,
        state_since=on,
        opened_by=by.name,
        opened_on=on,
        version=1,
    )
    if found.opening is not None:
        requirements.check(case, found.opening, on=on)
    case.save(force_insert=True)
    act = Act(by, organisation, on)
    taken = _write(case, OPENING, "", found.start, given, act)
    opening = found.opening
    ledger.record(
        "procedures.opened",
        subject=("case", case.number),
        by=by,
        organisation=organisation,
        on=on,
        cite=opening.provisions if opening else (),
        region_code=region_code,
        payload={"table": identifier, "digest": found.digest, "about": list(subject), "readings": _values(said)},
        sentence={
            "zh": f"{found.title['zh']} {case.number}：{opening.title['zh'] if opening else '开始办理'}",
            "en": f"{found.title['en']} {case.number}: {opening.title['en'] if opening else 'begun'}",
        },
    )
    days = calendar()
    opinions.ask(found, case, [taken], days, on=on)
    working.ask_for_next(found, case, [taken], days, on=on)
    return case


def _settled(table: Table, region_code: str, *, on: date) -> tuple[Table, dict[str, Any]]:
    """The table with what its readings say in the region today."""
    if not table.readings:
        return table, {}
    try:
        said = readings.values_of(table.readings, region_code, on)
    except readings.UnknownReading as unknown:
        raise CannotTake(unknown.zh, unknown.en) from unknown
    return table.settled({name: one.value for name, one in said.items()}), as_kept(said)


def _values(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one["value"] for name, one in said.items()}


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
    version = case.version if seen is None else seen
    current = Case.objects.select_for_update(of=("self",)).select_related("kept").get(pk=case.pk)
    found = table_of(current)
    if current.version != version:
        raise _overtaken(found, current)
    permissions.check_runs(current)
    wanted = found.check(current.state, step)
    acting = organisation or people.acting_for(by, wanted.verb, on=on)
    if acting is None:
        accounts.check_can(by, wanted.verb, on=on)
        raise NotAllowed("您目前没有任何岗位。", "You hold no role at present.")
    taken = list(current.steps.order_by("order"))
    given, days = storable(payload or {}), calendar()
    waiting = working.open_items(current)
    absent = _absent(waiting, wanted, by, on=on)
    times = times_of(found, current, wanted, taken, days)
    permissions.check_turn(current, wanted, by, acting, on=on)
    permissions.check_is_separate(wanted, by, taken, absent)
    permissions.check_needs(wanted, given)
    permissions.check_is_open(times.waits.on, times.waits.reason, on=on)
    came_in = opinions.check_came_in(current, wanted, on=on)
    check_votes(wanted, given)
    requirements.check(current, wanted, on=on)
    move = Move(found, wanted, given, taken, days, waiting, came_in)
    return _take(current, move, Act(by, acting, on, absent), case=case)


def _take(current: Case, move: Move, act: Act, *, case: Case) -> CaseStep:
    """Write a step that may be taken: state, record, ledger, the opinions and the work that follow."""
    table, step, origin = move.table, move.step, current.state
    to = step.lands_in(origin)
    moves = to != origin
    values: dict[str, Any] = {"version": F("version") + 1}
    if moves:
        values |= {"state": to, "state_since": act.on, "closed_on": act.on if table.is_final(to) else None}
    # The condition holds where select_for_update is no lock of its own (SQLite): one winner, whatever the database.
    if not Case.objects.filter(pk=current.pk, version=current.version).update(**values):
        raise _overtaken(table, Case.objects.select_related("kept").get(pk=current.pk))
    current.version += 1
    if moves:
        current.state, current.state_since, current.closed_on = to, act.on, values["closed_on"]
    row = _write(current, step.id, origin, to, move.payload, act)
    zh, en = act.deputising
    ledger.record(
        "procedures.taken",
        subject=("case", current.number),
        by=act.snapshot,
        organisation=act.organisation,
        on=act.on,
        cite=step.provisions,
        region_code=current.region_code,
        payload=_recorded(move, act, origin, to),
        sentence={
            "zh": f"{table.title['zh']} {current.number}：{step.title['zh']}（{table.states[to].title['zh']}）{zh}",
            "en": f"{table.title['en']} {current.number}: {step.title['en']} ({table.states[to].title['en']}){en}",
        },
    )
    rest = working.close(current, step.id, move.waiting, by=act.by.name, on=act.on, all_of_them=moves)
    after, where = [*move.taken, row], Addresses(current)
    if moves:
        if table.states[origin].opinions:
            opinions.end(current, by=act.by.name, on=act.on)
        opinions.ask(table, current, after, move.days, on=act.on, where=where)
    working.ask_for_next(table, current, after, move.days, on=act.on, waiting=rest, addresses=where, entered=moves)
    for name in ("version", "state", "state_since", "closed_on"):
        setattr(case, name, getattr(current, name))
    return row


def _recorded(move: Move, act: Act, origin: str, to: str) -> dict[str, Any]:
    """What the ledger keeps of a step: what was given, the opinions before it, and for whom it was taken."""
    kept: dict[str, Any] = {"step": move.step.id, "from": origin, "to": to, "given": move.payload}
    if move.opinions:
        kept["opinions"] = opinions.as_payload(move.opinions, act.on)
    if act.absent:
        kept["behalf_of"] = {"id": act.absent.pk, "name": act.absent.name}
    return kept


def _absent(waiting: Sequence[WorkItem], step: Step, by: Person, *, on: date) -> Person | None:
    """The absent person whose work this is, where `by` is his deputy today."""
    given_to = next((item.person for item in waiting if item.step == step.id), None)
    if given_to is None or given_to.pk == by.pk:
        return None
    return given_to if given_to.pk in absent_for(by, on=on) else None


@transaction.atomic
def withdraw(case: Case, reason: str, *, by: Person, on: date, seen: int | None = None) -> CaseStep:
    """Withdraw a case that still runs (撤回): by who opened it; a case of the authority by another decider of it."""
    version = case.version if seen is None else seen
    current = Case.objects.select_for_update(of=("self",)).select_related("kept").get(pk=case.pk)
    table = table_of(current)
    if current.version != version:
        raise _overtaken(table, current)
    permissions.check_runs(current)
    organisation = permissions.check_can_withdraw(table, current, by, on=on)
    text = written("reason", reason)
    if not text:
        raise CannotTake("请写明撤回的理由", "say why it is withdrawn")
    changed = Case.objects.filter(pk=current.pk, version=version).update(
        version=F("version") + 1, withdrawn_on=on, closed_on=on
    )
    if not changed:
        raise _overtaken(table, Case.objects.select_related("kept").get(pk=current.pk))
    current.version, current.withdrawn_on, current.closed_on = version + 1, on, on
    row = _write(current, WITHDRAWN, current.state, current.state, {"reason": text}, Act(by, organisation, on))
    ledger.record(
        "procedures.withdrawn",
        subject=("case", current.number),
        by=by,
        organisation=organisation,
        on=on,
        region_code=current.region_code,
        payload={"state": current.state, "reason": text},
        sentence={
            "zh": f"{table.title['zh']} {current.number} 已撤回：{text}",
            "en": f"{table.title['en']} {current.number} withdrawn: {text}",
        },
    )
    opinions.end(current, by=by.name, on=on)
    working.drop_all(current, by=by.name, on=on)
    for name in ("version", "withdrawn_on", "closed_on"):
        setattr(case, name, getattr(current, name))
    return row


@transaction.atomic
def assign(item: WorkItem | Opinion, person: Person, *, by: Person, on: date) -> WorkItem | Opinion:
    """Give a piece of work or an opinion to one person of the organisation it waits for (分办)."""
    organisation = people.find_address(item.to_kind, item.to_key)
    if isinstance(item, WorkItem):
        is_open = item.state == WorkItem.State.OPEN
    else:
        is_open = item.given_on is None and item.ended_on is None
    if organisation is None or not is_open:
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
    about = ("case", item.case.number) if isinstance(item, WorkItem) else ("opinion", str(item.pk))
    notifications.tell(
        ASSIGNED if isinstance(item, WorkItem) else opinions.ASKED,
        to=person,
        about=about,
        due_on=item.due_on,
        text={"zh": f"请办理 {item.case.number}", "en": f"please work on {item.case.number}"},
    )
    return item


def hand_over(leaving: Person, successor: Person) -> int:
    """Give the open work of somebody who leaves to his successor (交接); accounts calls it when somebody leaves."""
    moved = WorkItem.objects.filter(person=leaving, state=WorkItem.State.OPEN).update(person=successor)
    moved += Opinion.objects.filter(person=leaving, given_on=None, ended_on=None).update(person=successor)
    later = Delegation.objects.filter(deputy=leaving, ended_on=None).exclude(absent=successor)
    later.update(deputy=successor)
    return moved


def _write(case: Case, step: str, origin: str, to: str, payload: dict[str, Any], act: Act) -> CaseStep:
    return CaseStep.objects.create(
        case=case,
        order=case.version,
        step=step,
        origin=origin,
        to=to,
        by=act.by,
        by_name=act.by.name,
        organisation=act.organisation.key,
        organisation_name=act.organisation.name,
        behalf_of=act.absent,
        behalf_of_name=act.absent.name if act.absent else "",
        on=act.on,
        counts_from=counts_from(payload, case, on=act.on),
        payload=payload,
    )


def _overtaken(table: Table, current: Case) -> Overtaken:
    last = current.steps.order_by("-order").first()
    who = last.by_name if last else ""
    state = table.states[current.state].title
    return Overtaken(
        f"{who} 已先行办理，目前为“{state['zh']}”；您的操作未保存，请刷新后再办",
        f"{who} was faster: the case is “{state['en']}” now. Nothing of yours was saved; look again and repeat",
    )
