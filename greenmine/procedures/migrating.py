"""A running case goes over to another step table (改换步骤表): a preview first, then a person's act, which can be undone.

A case keeps the table it was opened under until somebody does this; the law may have changed meanwhile, the case has not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.editions import procedures as tables
from greenmine.editions import readings
from greenmine.law.steps import Deadline, State, Step, Table
from greenmine.law.steps.table import MIGRATED, MIGRATION_UNDONE, OPENING
from greenmine.ledger import actions as ledger
from greenmine.procedures import opinions, working
from greenmine.procedures.clocks import calendar, times_of
from greenmine.procedures.models import Case, CaseStep, Migration, Opinion
from greenmine.procedures.payloads import written
from greenmine.procedures.permissions import CannotTake, Overtaken, check_runs
from greenmine.procedures.running import as_kept, keep, table_of

VERB = "cases.manage"


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One step that is open before or after, and its last day then and now."""

    step: Step
    before: Deadline | None
    after: Deadline | None

    @property
    def changes(self) -> bool:
        """Whether anything is different."""
        return self.before is None or self.after is None or self.before.on != self.after.on


@dataclass(frozen=True, slots=True)
class Preview:
    """What would change: where the case would stand, which clocks, readings and opinions, and what has no place."""

    case: Case
    old: Table
    new: Table
    state: State | None
    clocks: tuple[ClockChange, ...]
    lost_steps: tuple[Step, ...]
    lost_opinions: tuple[Opinion, ...]
    new_readings: tuple[tuple[str, str, str], ...]  # question, before, after
    refusal: CannotTake | None = None

    @property
    def needs_state(self) -> bool:
        """Whether the place where the case stands does not exist in the new table: a person has to name it."""
        return self.state is None

    @property
    def may(self) -> bool:
        """Whether it can be done as it stands."""
        return self.refusal is None and self.state is not None


def preview_migration(case: Case, table: str | Table, *, state: str = "", on: date) -> Preview:
    """What going over to another table would change; nothing is written. `state` says where the case is to stand."""
    old = table_of(case)
    identifier = table if isinstance(table, str) else table.id
    new, said = _with_readings(tables.table(identifier), case, on=on)
    wanted = state or case.state
    stands = new.states.get(wanted)
    taken = list(case.steps.order_by("order"))
    mark = _mark(case, wanted, on)
    refusal = _refusal(case, old, new, stands, wanted, said)
    after = [*taken, mark] if wanted != case.state else taken
    clocks = _clocks(case, old, new, taken, after, wanted) if stands else ()
    lost = tuple(old.step(name) for name in dict.fromkeys(row.step for row in taken) if not _known(new, name))
    kept_round = stands.opinions if stands else ""
    waiting = case.opinions.filter(given_on=None, ended_on=None)
    lost_opinions = tuple(one for one in waiting if one.round != kept_round or one.round not in new.opinions)
    return Preview(case, old, new, stands, clocks, lost, lost_opinions, _changed_readings(case, said), refusal)


@transaction.atomic
def migrate(
    case: Case, table: str | Table, reason: str, *, by: Person, on: date, state: str = "", seen: int | None = None
) -> Migration:
    """Take a running case over to another table (改换步骤表), after looking at the preview; the reason is recorded."""
    current = _locked(case, seen)
    organisation = _check_may(current, by, on=on)
    text = written("reason", reason)
    if not text:
        raise CannotTake("请写明改换步骤表的理由", "say why the case goes over to another table")
    preview = preview_migration(current, table, state=state, on=on)
    if preview.refusal is not None:
        raise preview.refusal
    if preview.state is None:
        raise CannotTake("请指明改换后所处的状态", "name where the case stands in the new table")
    new, said = _with_readings(tables.table(preview.new.id), current, on=on)
    move = Migration.objects.create(
        case=current,
        order=current.version + 1,
        from_table=current.table,
        from_kept=current.kept,
        from_state=current.state,
        from_state_since=current.state_since,
        from_readings=current.readings,
        to_table=new.id,
        to_kept=keep(new, tables.text_of(new.id)),
        to_state=preview.state.id,
        reason=text,
        by=by,
        by_name=by.name,
        on=on,
    )
    current.readings = said
    _go(current, move.to_table, move.to_kept_id, move.to_state, MIGRATED, {"reason": text, "migration": move.pk},
        by=by, organisation=organisation, on=on)  # fmt: skip
    _record("procedures.migrated", current, organisation, by, on, {
        "from": [preview.old.id, preview.old.digest, move.from_state], "to": [new.id, new.digest, move.to_state],
        "reason": text,
    }, {
        "zh": f"{current.number} 改换步骤表：{preview.old.title['zh']} → {new.title['zh']}（{text}）",
        "en": f"{current.number} goes over from “{preview.old.title['en']}” to “{new.title['en']}” ({text})",
    })  # fmt: skip
    _copy_back(case, current)
    return move


@transaction.atomic
def undo_migration(move: Migration, reason: str, *, by: Person, on: date) -> Case:
    """Undo it (撤销改换), while no step was taken after it: the case stands where it stood, under the table it had."""
    current = _locked(move.case, None, fresh=True)
    organisation = _check_may(current, by, on=on)
    text = written("reason", reason)
    if not text:
        raise CannotTake("请写明撤销的理由", "say why it is undone")
    if move.undone_on is not None or current.version != move.order:
        raise CannotTake(
            "改换之后已有办理记录，不能撤销；可再次改换", "something was done since; migrate it again instead"
        )
    since = move.from_state_since
    current.readings = move.from_readings
    _go(current, move.from_table, move.from_kept_id, move.from_state, MIGRATION_UNDONE,
        {"reason": text, "migration": move.pk}, by=by, organisation=organisation, on=on, since=since)  # fmt: skip
    Migration.objects.filter(pk=move.pk).update(undone_on=on, undone_by=by.name, undone_reason=text)
    move.refresh_from_db()
    _record("procedures.migration_undone", current, organisation, by, on, {"migration": move.pk, "reason": text}, {
        "zh": f"{current.number} 撤销改换步骤表（{text}）", "en": f"{current.number}: move to another table undone ({text})",
    })  # fmt: skip
    return current


def _go(
    case: Case, table: str, kept: str, state: str, mark: str, payload: dict[str, object], *, by: Person,
    organisation: Organisation, on: date, since: date | None = None,
) -> None:  # fmt: skip
    """Stand in a state of a table: the mark in the history, the work and the opinions of that state."""
    origin, version = case.state, case.version
    moves = origin != state
    case.table, case.kept_id, case.state, case.version = table, kept, state, version + 1
    case.state_since = since or (on if moves else case.state_since)
    changed = Case.objects.filter(pk=case.pk, version=version).update(
        table=table,
        kept=kept,
        state=state,
        state_since=case.state_since,
        readings=case.readings,
        version=F("version") + 1,
    )
    if not changed:
        raise _overtaken()
    case = Case.objects.select_related("kept").get(pk=case.pk)
    CaseStep.objects.create(
        case=case, order=case.version, step=mark, origin=origin, to=state, by=by, by_name=by.name,
        organisation=organisation.key, organisation_name=organisation.name, on=on, counts_from=on, payload=payload,
    )  # fmt: skip
    found = table_of(case)
    taken, days = list(case.steps.order_by("order")), calendar()
    working.drop_all(case, by=by.name, on=on)
    if moves or found.states[state].opinions not in {
        one.round for one in case.opinions.filter(given_on=None, ended_on=None)
    }:
        opinions.end(case, by=by.name, on=on)
        if moves or not opinions.of_round(case, found.states[state].opinions):
            opinions.ask(found, case, taken, days, on=on)
    working.ask_for_next(found, case, taken, days, on=on)


def _with_readings(table: Table, case: Case, *, on: date) -> tuple[Table, dict[str, object]]:
    """The new table with what its readings say today."""
    if not table.readings:
        return table, {}
    try:
        said = readings.values_of(table.readings, case.region_code, on)
    except readings.UnknownReading as unknown:
        raise CannotTake(unknown.zh, unknown.en) from unknown
    return table.settled({name: one.value for name, one in said.items()}), as_kept(said)


def _refusal(
    case: Case, old: Table, new: Table, stands: State | None, wanted: str, said: dict[str, object]
) -> CannotTake | None:
    if case.closed_on is not None:
        return CannotTake("本案已办结，不能改换步骤表", "the case is closed")
    if old.digest == new.digest and wanted == case.state and case.readings == said:
        return CannotTake("本案正在使用该步骤表，没有变化", "the case runs this very table; nothing would change")
    if stands is not None and stands.final:
        return CannotTake("不能改换到已办结的状态", "a case is not closed by migrating it")
    if wanted != case.state and stands is None:
        return CannotTake("新步骤表没有该状态", "the new table has no such state")
    return None


def _clocks(
    case: Case, old: Table, new: Table, taken: list[CaseStep], after: list[CaseStep], state: str
) -> tuple[ClockChange, ...]:
    days = calendar()
    before_by = {one.id: one for one in old.open_steps(case.state)}
    after_by = {one.id: one for one in new.open_steps(state)}
    return tuple(
        ClockChange(
            {**before_by, **after_by}[name],
            times_of(old, case, before_by[name], taken, days).due if name in before_by else None,
            times_of(new, case, after_by[name], after, days).due if name in after_by else None,
        )
        for name in dict.fromkeys([*before_by, *after_by])
    )


def _changed_readings(case: Case, said: dict[str, object]) -> tuple[tuple[str, str, str], ...]:
    found = []
    for name in dict.fromkeys([*case.readings, *said]):
        before, after = _value(case.readings.get(name)), _value(said.get(name))
        if before != after:
            found.append((name, before, after))
    return tuple(found)


def _value(kept: object) -> str:
    return str(kept.get("value", "")) if isinstance(kept, dict) else ""


def _known(table: Table, step: str) -> bool:
    return step in table.steps or step == OPENING or step.startswith(":")


def _mark(case: Case, state: str, on: date) -> CaseStep:
    """The step that migrating would write: it begins the clocks of the state entered by it."""
    return CaseStep(
        case=case, order=case.version + 1, step=MIGRATED, origin=case.state, to=state, on=on, counts_from=on
    )


def _locked(case: Case, seen: int | None, *, fresh: bool = False) -> Case:
    current = Case.objects.select_for_update(of=("self",)).select_related("kept").get(pk=case.pk)
    if not fresh and current.version != (case.version if seen is None else seen):
        raise _overtaken()
    check_runs(current)
    return current


def _check_may(case: Case, by: Person, *, on: date) -> Organisation:
    accounts.check_can(by, VERB, on=on, region=case.region_code or None, organisation=case.organisation)
    found = people.acting_for(by, VERB, on=on)
    if found is None:
        raise NotAllowed("您目前没有任何岗位。", "You hold no role at present.")
    return found


def _overtaken() -> Overtaken:
    return Overtaken(
        "本案已由他人办理，您的操作未保存，请刷新后再办",
        "somebody else was faster; nothing of yours was saved, look again",
    )


def _record(
    verb: str, case: Case, organisation: Organisation, by: Person, on: date, payload: dict[str, object],
    sentence: dict[str, str],
) -> None:  # fmt: skip
    ledger.record(
        verb, subject=("case", case.number), by=by, organisation=organisation, on=on, region_code=case.region_code,
        payload=payload, sentence=sentence,
    )  # fmt: skip


def _copy_back(case: Case, current: Case) -> None:
    fresh = Case.objects.get(pk=current.pk)
    for name in ("table", "kept_id", "state", "state_since", "version", "readings"):
        setattr(case, name, getattr(fresh, name))
