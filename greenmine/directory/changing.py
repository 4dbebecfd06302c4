"""Changes of listed mines (变更核实): another holder, a merger, a split. Benefits freeze, nothing is cancelled, a person decides.

The registry keeps what happened to the mine (`registry.Succession`); the entries wait as 变更核实中 until their owner has
decided on each: it goes on, goes on under the mine that followed, or ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.directory import permissions, publishing, sharing
from greenmine.directory.acts import Act, event, lock, mine_of, next_number, state_entry, write
from greenmine.directory.models import Change, ChangeEntry, Entry, EntryEvent, Tier
from greenmine.directory.permissions import CannotSettle, check_words
from greenmine.editions import queries as editions
from greenmine.editions import readings
from greenmine.evidence.models import Provenance
from greenmine.law.steps import OutOfTurn, Step
from greenmine.notifications import actions as notifications
from greenmine.procedures import actions as procedures
from greenmine.procedures.models import Case
from greenmine.procedures.permissions import CannotTake, check_is_separate
from greenmine.procedures.queries import table_of
from greenmine.registry import actions as registry
from greenmine.registry.models import Enterprise, Mine, Succession

TABLE = "holder-change"
FREEZE = "freeze"
KINDS = {"transfer": "采矿权人变更", "merge": "整合", "split": "分立"}
CITE = ("cn-2024-1/2.3.b", "cn-2024-1/10.a", "gs-2023/3.10.j", "yn-2025/5.4.a")


@dataclass(frozen=True)
class Reported:
    """What was reported of a change: from which day, why, on which evidence."""

    changed_on: date
    reason: str
    evidence_files: Sequence[Provenance] = ()


@transaction.atomic
def change_holder(
    mine_key: str, to_enterprise: str, reported: Reported, *, by: Person, organisation: Organisation, on: date
) -> Change:
    """A listed mine has another holder (采矿权人变更): the registry follows, its entries wait for their owners."""
    mine = mine_of(mine_key, CannotSettle)
    holder = Enterprise.objects.filter(key=to_enterprise, withdrawn_at__isnull=True).first()
    if holder is None:
        raise CannotSettle("请选择受让企业", "choose the enterprise that takes over")
    before = mine.holder.name if mine.holder else ""

    def happened() -> Succession:
        return registry.transfer(
            editions.active(), mine, holder, by=by, on=reported.changed_on, reason=reported.reason[:500],
            evidence=[one.file_id for one in reported.evidence_files],
        )  # fmt: skip

    return _open(
        Change.Kind.TRANSFER, [mine], mine, happened, reported, Act(by, organisation, on), holders=(before, holder.name)
    )


@transaction.atomic
def merge(
    mine_keys: Sequence[str], into_key: str, reported: Reported, *, by: Person, organisation: Organisation, on: date
) -> Change:
    """Mines, at least one of them listed, became one (整合)."""
    mines = [mine_of(key, CannotSettle) for key in dict.fromkeys([*mine_keys, into_key])]
    into = next(mine for mine in mines if mine.key == into_key)

    def happened() -> Succession:
        return registry.merge(mines, into, by=by, on=reported.changed_on, reason=reported.reason[:500])

    return _open(Change.Kind.MERGE, mines, into, happened, reported, Act(by, organisation, on))


@transaction.atomic
def split(
    mine_key: str, into_keys: Sequence[str], reported: Reported, *, by: Person, organisation: Organisation, on: date
) -> Change:
    """A listed mine became several (分立)."""
    mine = mine_of(mine_key, CannotSettle)
    into = [mine_of(key, CannotSettle) for key in dict.fromkeys(into_keys)]

    def happened() -> Succession:
        return registry.split(mine, into, by=by, on=reported.changed_on, reason=reported.reason[:500])

    return _open(Change.Kind.SPLIT, [mine], mine, happened, reported, Act(by, organisation, on))


def _open(
    kind: str, mines: Sequence[Mine], named: Mine, happened: Callable[[], Succession], reported: Reported, act: Act,
    *, holders: tuple[str, str] = ("", ""),
) -> Change:  # fmt: skip
    """Register the change (登记变更): what happened goes to the registry, each standing entry waits."""
    for mine in mines:
        permissions.check_can_change(act.by, act.organisation, mine.region_code, on=act.on)
    reason = check_words(reported.reason, "变更事由", "why it changed", CannotSettle)
    if not reported.evidence_files:
        raise CannotSettle("请附变更证明材料（如变更登记、批复）", "add the papers that prove the change")
    if reported.changed_on > act.on:
        raise CannotSettle("变更日期不能晚于今天", "the change cannot lie in the future")
    entries = list(
        Entry.objects.select_for_update(of=("self",))
        .filter(mine__in=[one.key for one in mines], left_on__isnull=True)
        .order_by("id")
    )
    if not entries:
        raise CannotSettle(
            "所涉矿山均不在名录中，请在矿山登记中办理", "none of these mines is listed: change it in the registry"
        )
    if waiting := [one for one in entries if one.changing]:
        raise CannotSettle(f"{waiting[0].number} 已在变更核实中", f"{waiting[0].number} is under review already")
    try:
        succession = happened()
    except registry.CannotRegister as refused:
        raise CannotSettle(refused.zh, refused.en) from None
    case = _open_case(named, reason, act)
    change = Change.objects.create(
        number=case.number, kind=kind, mine=named.key, mine_name=named.name, region_code=named.region_code,
        organisation=act.organisation.key, succession=succession, changed_on=reported.changed_on, from_holder=holders[0],
        to_holder=holders[1], reason=reason, state=case.state, opened_by=act.who, opened_by_id=act.by.pk, opened_on=act.on,
    )  # fmt: skip
    change.evidence.set(reported.evidence_files)
    label = KINDS[kind]
    read = readings.value("holder-change", named.region_code, act.on)
    benefits = "优惠暂缓" if read.value == FREEZE else "优惠不变"
    for entry in entries:
        ChangeEntry.objects.create(change=change, entry=entry)
        entry.changing = True
        entry.save(update_fields=["changing"])
        event(
            entry, EntryEvent.Kind.CHANGING, act, f"{label}（{reported.changed_on}），变更核实中，{benefits}", f"{kind} on {reported.changed_on}: under review",
            CITE[:2], case=change.number,
        )  # fmt: skip
        publishing.publish(entry.mine, on=act.on)
        _tell_owner(entry, change)
    write(act, "change_opened", ("change", change.number), f"登记{label} {change.number}：{named.name}", f"{kind} {change.number} registered",
          CITE[:2], region=named.region_code)  # fmt: skip
    return change


def _tell_owner(entry: Entry, change: Change) -> None:
    owner = Organisation.objects.get(key=entry.owner)
    notifications.tell(
        "directory.changing", to=owner, about=("change", change.number),
        text={"zh": f"{entry.number} {entry.mine_name} 变更核实（{change.number}）", "en": f"{entry.number} changed: {change.number}"},
    )  # fmt: skip
    if entry.holder:
        notifications.tell(
            "directory.changing", to=("enterprise", entry.holder), about=("entry", entry.number), todo=False,
            text={
                "zh": f"{entry.mine_name}变更核实中，绿色矿山优惠暂缓，不取消",
                "en": f"{entry.mine_name} is under review after a change: benefits wait, they are not cancelled",
            },
        )  # fmt: skip


def _open_case(mine: Mine, reason: str, act: Act) -> Case:
    try:
        return procedures.open_case(
            TABLE, subject=("mine", mine.key), region_code=mine.region_code, by=act.by, organisation=act.organisation,
            on=act.on, title=mine.name, payload={"reason": reason[:2000]},
        )  # fmt: skip
    except CannotTake as refused:
        raise CannotSettle(refused.zh, refused.en) from None


def check_step(change: Change, step: str, *, by: Any, on: date, entry: Entry | None = None) -> Step:
    """The step, if it is its turn and this person's; a decision on an entry is its owner's."""
    case = Case.objects.get(number=change.number)
    if entry is not None and case.withdrawn_on is not None:
        permissions.check_can_settle(by, change, entry, on=on)
        return table_of(case).step(step)  # the mine has changed all the same: its entries still wait for their owner
    try:
        found = table_of(case).check(case.state, step)
    except OutOfTurn as refused:
        raise CannotSettle(refused.zh, refused.en) from None
    if entry is not None:
        permissions.check_can_settle(by, change, entry, on=on)
    else:
        accounts.check_can(by, found.verb, on=on, region=change.region_code)
    check_is_separate(found, by, list(case.steps.order_by("order")))
    return found


def _take(change: Change, step: Step, act: Act, given: dict[str, Any]) -> None:
    case = Case.objects.get(number=change.number)
    if case.withdrawn_on is not None:
        change.closed_on = act.on if step.id == "settle" else None
        change.save()
        return
    try:
        procedures.take(case, step.id, given, by=act.by, on=act.on, organisation=act.organisation)
    except (OutOfTurn, CannotTake) as refused:
        raise CannotSettle(refused.zh, refused.en) from None
    change.state, change.closed_on = case.state, case.closed_on
    change.save()


@transaction.atomic
def check_change(change: Change, findings: str, *, by: Person, organisation: Organisation, on: date) -> Change:
    """Check the changed mine (核实变更后情况): whether it still meets what it was listed for."""
    now, act = lock(change), Act(by, organisation, on)
    step = check_step(now, "check", by=by, on=on)
    now.checked = check_words(findings, "核实情况", "what the check found", CannotSettle)
    _take(now, step, act, {"findings": now.checked})
    write(
        act,
        "change_checked",
        ("change", now.number),
        f"{now.number}：核实变更后情况",
        f"{now.number} was checked",
        CITE[:2],
        region=now.region_code,
    )
    return now


@dataclass(frozen=True)
class Settlement:
    """What is decided of one entry: `continued`, `moved` to a mine that followed, or `ended`."""

    outcome: str
    reasons: str
    decision_number: str = ""
    successor_mine: str = ""


@transaction.atomic
def settle(
    row: ChangeEntry, settlement: Settlement, *, by: Person, organisation: Organisation, on: date
) -> ChangeEntry:
    """Decide on one entry of a change (变更决定). With the last one the change is settled."""
    change, act = lock(row.change), Act(by, organisation, on)
    now = ChangeEntry.objects.select_for_update(of=("self",)).select_related("entry").get(pk=row.pk)
    if now.outcome:
        raise CannotSettle("该条目已决定", "this entry was decided already")
    last = not change.rows.filter(outcome="").exclude(pk=now.pk).exists()
    step = check_step(change, "settle" if last else "decide", by=by, on=on, entry=now.entry)
    now.reasons = check_words(settlement.reasons, "决定的理由", "the reasons", CannotSettle)
    now.decision_number = settlement.decision_number.strip()[:100]
    entry = lock(now.entry)
    outcomes = {"continued": _continue, "moved": _move, "ended": _end}
    if settlement.outcome not in outcomes:
        raise CannotSettle("请选择继续在册、转至承继矿山或终止在册", "say whether it continues, moves or ends")
    now.successor = outcomes[settlement.outcome](entry, change, settlement, act)
    now.outcome, now.decided_by, now.decided_by_id, now.decided_on = settlement.outcome, act.who, by.pk, on
    now.save()
    _take(change, step, act, {"reasons": now.reasons})
    return now


def _continue(entry: Entry, change: Change, _: Settlement, act: Act) -> None:
    mine = mine_of(entry.mine, CannotSettle)
    if mine.ended_on is not None:
        raise CannotSettle(
            "该矿山已并入或分立，不能原样继续：请选择转至承继矿山或终止", "the mine has ended: move the entry or end it"
        )
    entry.changing = False
    entry.mine_name, entry.region_code = mine.name, mine.region_code
    entry.holder, entry.holder_name = (mine.holder.key, mine.holder.name) if mine.holder else ("", "")
    entry.save()
    _settled(entry, change, act, "变更核实办结：继续在册", "settled: it stays listed", EntryEvent.Kind.SETTLED)


def _end(entry: Entry, change: Change, settlement: Settlement, act: Act) -> None:
    _leave(entry, act)
    words = settlement.reasons.strip()[:200]
    _settled(entry, change, act, f"变更后终止在册：{words}", "ended after the change", EntryEvent.Kind.ENDED)


def _move(entry: Entry, change: Change, settlement: Settlement, act: Act) -> Entry:
    """The entry goes on under the mine that followed: a new entry that names the old one; the old one ends."""
    followed = change.succession.after.filter(key=settlement.successor_mine).exclude(key=entry.mine).first()
    if followed is None:
        raise CannotSettle("请选择承继的矿山", "choose the mine that follows")
    if Entry.objects.filter(mine=followed.key, tier=entry.tier, left_on__isnull=True).exists():
        raise CannotSettle(f"{followed.name}已在该级名录中", f"{followed.name} is in this directory already")
    decision = check_words(settlement.decision_number, "决定文号", "the number of the decision", CannotSettle, most=100)
    _leave(entry, act)
    made = Entry.objects.create(
        number=next_number("ML", act.on), mine=followed.key, mine_name=followed.name, region_code=followed.region_code,
        holder=followed.holder.key if followed.holder else "", holder_name=followed.holder.name if followed.holder else "",
        tier=entry.tier, owner=entry.owner, owner_name=entry.owner_name, entered_on=act.on, decision_number=decision,
        application=entry.application, notice=entry.notice, standard=entry.standard, standard_digest=entry.standard_digest,
        edition=editions.active().id, legacy=entry.legacy, source=entry.source, predecessor=entry, entered_by=act.who,
        recorded_on=act.on,
    )  # fmt: skip
    event(
        made,
        EntryEvent.Kind.ENTERED,
        act,
        f"承继 {entry.number}（{entry.mine_name}）",
        f"follows {entry.number}",
        CITE[:2],
        case=change.number,
    )
    state_entry(made, act, "listed", since=act.on, entered=True)
    publishing.publish(made.mine, on=act.on)
    _settled(
        entry,
        change,
        act,
        f"转至承继矿山 {made.mine_name}（{made.number}）",
        f"goes on as {made.number}",
        EntryEvent.Kind.ENDED,
    )
    return made


def _leave(entry: Entry, act: Act) -> None:
    entry.changing, entry.state, entry.left_on, entry.rectify_by = False, Entry.State.ENDED, act.on, None
    entry.save()
    open_one = entry.removals.filter(closed_on__isnull=True).first()
    if open_one is not None:
        raise CannotSettle(
            f"该条目有办理中的移出事项 {open_one.number}，请先办结",
            f"a removal is open: settle {open_one.number} first",
        )
    state_entry(entry, act, "none", since=act.on)


def _settled(entry: Entry, change: Change, act: Act, zh: str, en: str, kind: str) -> None:
    event(entry, kind, act, zh, en, CITE, case=change.number)
    publishing.publish(entry.mine, on=act.on)
    publishing.state(
        "change", entry, on=act.on, zh=f"{entry.mine_name}：{zh}", en=f"{entry.mine_name}: {en}",
        body={
            "kind": change.kind, "on": change.changed_on, "holder_before": change.from_holder, "holder_after": change.to_holder,
            "state": entry.state, "tier": Tier(entry.tier).value,
        },
    )  # fmt: skip
    sharing.status_changed(entry, act, zh)
