"""Removals (移出名录): proposed on a ground, verified by another, told, heard, decided by the owner's decider, served, announced.

Nothing is public before the decision is served. Whoever only misses the standard rectifies first; a ground of the national
notice carries no rectification (regime ambiguity 22).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.directory import permissions, publishing
from greenmine.directory.acts import Act, Figure, event, figure, lock, months_after, state_entry, write
from greenmine.directory.models import Entry, EntryEvent, Removal, RemovalRecord, Tier
from greenmine.directory.permissions import CannotRemove, check_words
from greenmine.editions import queries as editions
from greenmine.editions import readings
from greenmine.evaluation import reading as evaluation
from greenmine.evidence import actions as evidence
from greenmine.evidence.models import Provenance
from greenmine.law.steps import OutOfTurn, Step
from greenmine.notifications import actions as notifications
from greenmine.papers import actions as papers
from greenmine.procedures import actions as procedures
from greenmine.procedures.models import Case, CaseStep
from greenmine.procedures.permissions import CannotTake, check_is_separate
from greenmine.procedures.queries import table_of

TABLE = "removal"
CATCH_ALL = "cn-2024-1/17.13"
STANDARD_GROUNDS = ("cn-2024-1/10.b", "yn-2025/5.4.b", "nm-2020/4.3.f.1", "gs-2023/3.9.i", "gs-2023/3.9.h")


@dataclass(frozen=True)
class Ground:
    """On what a removal is proposed: a rule's finding, a person's ground, or that the mine misses the standard."""

    kind: str
    provision: str
    text: str
    rule: str = ""


@transaction.atomic
def propose_removal(
    entry: Entry,
    ground: Ground,
    *,
    by: Person,
    organisation: Organisation,
    on: date,
    evidence_files: Sequence[Provenance] = (),
) -> Removal:
    """Propose a removal (提出移出建议). A rule's ground is judged anew here; a person's needs evidence. Decides nothing."""
    now, act = lock(entry), Act(by, organisation, on)
    permissions.check_can_propose_removal(by, organisation, now, on=on)
    words = check_words(ground.text, "移出情形和事实", "the ground and its facts", CannotRemove)
    provision, finding = _check_ground(now, ground, evidence_files, on)
    owner = Organisation.objects.get(key=now.owner)
    case = _open_case(now, provision, words, owner, act)
    made = Removal.objects.create(
        number=case.number, entry=now, mine=now.mine, mine_name=now.mine_name, region_code=now.region_code,
        organisation=organisation.key, organisation_name=organisation.name, ground_kind=ground.kind, rule=ground.rule,
        provision=provision, finding=finding, ground=words, state=case.state, state_before=now.state,
        proposed_by=act.who, proposed_by_id=by.pk, proposed_on=on,
    )  # fmt: skip
    made.evidence.set(evidence_files)
    now.state = Entry.State.REMOVAL_PROPOSED
    now.save()
    cited = list(dict.fromkeys(["cn-2024-1/10.b", "cn-2024-1/17.c", provision]))
    event(
        now, EntryEvent.Kind.PROPOSED, act, f"提出移出建议 {made.number}（{_clause(provision)}）",
        f"removal proposed: {made.number}", cited, case=made.number, public=False,
    )  # fmt: skip
    state_entry(now, act, "removal_proposed", since=on)
    notifications.tell(
        "directory.removal_proposed", to=owner, about=("removal", made.number),
        text={"zh": f"{organisation.name}提出移出建议 {made.number}：{now.mine_name}", "en": f"a removal was proposed: {made.number}"},
    )  # fmt: skip
    _tell_other_directory(now, made, on)
    return made


def _tell_other_directory(entry: Entry, removal: Removal, on: date) -> None:
    """The owner of the mine's other directory learns of the proposal: how the two go together is a reading (22, 23)."""
    read = readings.value("removal-both-tiers", entry.region_code, on)
    for other in Entry.objects.filter(mine=entry.mine, left_on__isnull=True).exclude(pk=entry.pk):
        notifications.tell(
            "directory.removal_proposed", to=Organisation.objects.get(key=other.owner), about=("entry", other.number),
            text={
                "zh": f"{entry.mine_name}的{Tier(entry.tier).zh}条目已提出移出建议（{removal.number}）；口径：{read.words['zh']}",
                "en": f"a removal of {entry.number} was proposed ({removal.number}); as read: {read.words['en']}",
            },
        )  # fmt: skip


def _clause(provision: str) -> str:
    return editions.active().cite(provision)


def _check_ground(entry: Entry, ground: Ground, files: Sequence[Provenance], on: date) -> tuple[str, dict[str, Any]]:
    edition = editions.active()
    if ground.kind == Removal.GroundKind.RULE:
        return _rule_ground(entry, ground, on)
    if not edition.has_provision(ground.provision):
        raise CannotRemove("请选择移出情形所依据的条款", "choose the clause of the ground")
    if edition.provision(ground.provision).capability != "directory" and ground.kind == Removal.GroundKind.PERSON:
        raise CannotRemove("该条款不是移出情形", "this clause is no ground of removal")
    if ground.kind == Removal.GroundKind.STANDARD and ground.provision not in STANDARD_GROUNDS:
        raise CannotRemove("请选择不符合标准所依据的条款", "choose the clause on missing the standard")
    if ground.kind not in Removal.GroundKind.values:
        raise CannotRemove("请选择移出情形的来源", "say what the ground rests on")
    if not files:
        raise CannotRemove("人工认定的移出情形须附证据材料", "a ground found by a person needs evidence")
    return ground.provision, {}


def _rule_ground(entry: Entry, ground: Ground, on: date) -> tuple[str, dict[str, Any]]:
    """The rule's finding, judged now with everything that is known: only a ground that is there can be proposed."""
    edition, known_at = editions.active(), timezone.now()
    judged = evaluation.judge_mine(edition, entry.mine, on=on, known_at=known_at)
    found = next((one for one in judged.findings if one.rule.id == ground.rule), None)
    if found is None or found.rule.kind != "removal":
        raise CannotRemove("没有该移出规则", "there is no such rule of removal")
    if str(found.outcome) != "breached":
        missing = "、".join(
            edition.dictionary[name].label["zh"] for name in found.missing if name in edition.dictionary
        )
        raise CannotRemove(
            f"该移出情形目前为“{'待核实' if str(found.outcome) == 'unknown' else '未构成'}”，不能据此提出"
            + (f"（缺：{missing}）" if missing else ""),
            f"the finding is “{found.outcome}” today: no removal can rest on it",
        )
    return found.rule.provisions[0], {
        "rule": ground.rule, "outcome": str(found.outcome), "flags": sorted(found.flags), "edition": edition.id,
        "on": on.isoformat(), "known_at": known_at.isoformat(),
        "cite": [edition.cite(one) for one in found.rule.provisions],
    }  # fmt: skip


def _open_case(entry: Entry, provision: str, words: str, owner: Organisation, act: Act) -> Case:
    try:
        return procedures.open_case(
            TABLE, subject=("entry", entry.number), region_code=entry.region_code, by=act.by, organisation=act.organisation,
            on=act.on, title=f"{entry.mine_name}（{Tier(entry.tier).zh}）", mine=entry.mine, parties={"authority": owner.key},
            payload={"ground": words[:2000], "provision": provision},
        )  # fmt: skip
    except CannotTake as refused:
        raise CannotRemove(refused.zh, refused.en) from None


def case_of(removal: Removal) -> Case:
    """The case that runs the step table."""
    return Case.objects.get(number=removal.number)


OWNER_STEPS = frozenset({
    "verify", "serve_prior_notice", "hear_plea", "note_waiver", "note_silence", "serve_decision", "announce", "tell_benefits", "tell_kept",
})  # fmt: skip
DECISIONS = frozenset({"decide", "refute", "accept_rectification"})


def check_step(removal: Removal, step: str, *, by: Any, on: date) -> Step:
    """The step, if it is its turn, of this person's house, and nobody decides what he proposed."""
    case = case_of(removal)
    try:
        found = table_of(case).check(case.state, step)
    except OutOfTurn as refused:
        raise CannotRemove(refused.zh, refused.en) from None
    if step in DECISIONS:
        permissions.check_can_decide_removal(by, removal, on=on)
    elif step in OWNER_STEPS:
        permissions.check_owner_decides(by, removal.entry, on=on, verb=found.verb)
    else:
        accounts.check_can(by, found.verb, on=on, region=removal.region_code)
    if step == "order_rectification":
        check_may_rectify(removal)
    check_is_separate(found, by, list(case.steps.order_by("order")))
    return found


def check_may_rectify(removal: Removal) -> None:
    """Only whoever misses the standard rectifies first; the grounds of the national notice know no such step."""
    if removal.ground_kind != Removal.GroundKind.STANDARD:
        raise CannotRemove(
            "自然资规〔2024〕1号（十七）所列情形有一即移，不设整改期；整改只适用于不符合标准的矿山",
            "a ground of article 17 carries no rectification: only a mine below the standard rectifies first",
        )


def take(
    removal: Removal, step: Step, act: Act, given: Mapping[str, Any] | None = None, *, zh: str = "", en: str = ""
) -> None:
    """Take a step that was checked: the case moves by the table, the removal with it, and the act is written down."""
    case = case_of(removal)
    try:
        procedures.take(case, step.id, given, by=act.by, on=act.on, organisation=act.organisation)
    except (OutOfTurn, CannotTake) as refused:
        raise CannotRemove(refused.zh, refused.en) from None
    removal.state, removal.closed_on = case.state, case.closed_on
    removal.save()
    cited = list(dict.fromkeys([*step.provisions, removal.provision]))
    write(
        act, f"removal_{step.id}", ("removal", removal.number), f"{removal.number}：{zh or step.title['zh']}",
        f"{removal.number}: {en or step.title['en']}", cited, region=removal.region_code,
    )  # fmt: skip


def proposed_term(removal: Removal, on: date) -> Figure | None:
    """The months of rectification: of a national mine as the ministry wrote them, else as read for the region."""
    if removal.entry.tier == Tier.NATIONAL:
        return figure("removal-rectification-months", on)
    try:
        read = readings.value("below-standard-months", removal.region_code, on)
    except readings.UnknownReading:
        return None
    return Figure(read.id, int(read.value), read.confidence, dict(read.question), dict(read.source))


@transaction.atomic
def order_rectification(
    removal: Removal, rectify_by: date | None = None, *, by: Person, organisation: Organisation, on: date
) -> Removal:
    """Order rectification within a time (责令限期整改) of a mine that misses the standard; without a day, the rulebook's months."""
    now, act = lock(removal), Act(by, organisation, on)
    step = check_step(now, "order_rectification", by=by, on=on)
    term = proposed_term(now, on)
    if rectify_by is None and term is None:
        raise CannotRemove("请填写整改期限", "give the day by which it rectifies")
    until = rectify_by or months_after(on, term.figure if term else 0)
    if until <= on:
        raise CannotRemove("整改期限应晚于今天", "the term ends after today")
    if now.entry.tier == Tier.NATIONAL and term is not None and until > months_after(on, term.figure):
        raise CannotRemove(
            f"国家级绿色矿山的整改期不超过 {term.figure} 个月", f"a national mine has at most {term.figure} months"
        )
    now.rectify_by, now.rectify_months = until, term.as_json() if term else {}
    entry = _set_entry(now, Entry.State.RECTIFYING, rectify_by=until)
    event(
        entry, EntryEvent.Kind.RECTIFYING, act, f"责令限期整改，期限至 {until}", f"to rectify by {until}", step.provisions,
        case=now.number,
    )  # fmt: skip
    state_entry(entry, act, "rectifying", since=on)
    publishing.publish(entry.mine, on=on)
    take(now, step, act, {"rectify_by": until})
    if entry.holder:
        notifications.tell(
            "directory.rectify", to=("enterprise", entry.holder), about=("entry", entry.number), due_on=until,
            text={"zh": f"{entry.mine_name}须在 {until} 前整改到位", "en": f"{entry.mine_name} has to rectify by {until}"},
        )  # fmt: skip
    return now


def _set_entry(removal: Removal, state: str, *, rectify_by: date | None = None) -> Entry:
    entry = lock(removal.entry)
    entry.state, entry.rectify_by = state, rectify_by
    entry.save()
    removal.entry = entry
    return entry


def _back(removal: Removal, act: Act, kind: str, zh: str, en: str, cite: Sequence[str]) -> None:
    """The entry is listed again, or, where it was rectifying before another case, that again."""
    entry = _set_entry(removal, removal.state_before)
    event(entry, kind, act, zh, en, cite, case=removal.number, public=kind == EntryEvent.Kind.RECTIFIED)
    state_entry(entry, act, entry.state, since=act.on)
    publishing.publish(entry.mine, on=act.on)


@transaction.atomic
def accept_rectification(
    removal: Removal, reasons: str, *, by: Person, organisation: Organisation, on: date
) -> Removal:
    """Accept the rectification (整改验收通过): the mine stays listed, and the case is closed."""
    now, act = lock(removal), Act(by, organisation, on)
    step = check_step(now, "accept_rectification", by=by, on=on)
    _decide(now, Removal.Outcome.RECTIFIED, reasons, act)
    _back(now, act, EntryEvent.Kind.RECTIFIED, "整改验收通过，继续在册", "rectified and kept", step.provisions)
    take(now, step, act, {"reasons": now.reasons})
    return now


@transaction.atomic
def note_overdue(removal: Removal, text: str, *, by: Person, organisation: Organisation, on: date) -> Removal:
    """Find that it was not rectified in time (逾期未整改到位): a person says so, after the term, with what was seen."""
    now, act = lock(removal), Act(by, organisation, on)
    step = check_step(now, "note_overdue", by=by, on=on)
    if now.rectify_by is None or on <= now.rectify_by:
        raise CannotRemove(f"整改期限至 {now.rectify_by}，期满后方可认定", f"the term runs until {now.rectify_by}")
    words = check_words(text, "整改情况", "what was rectified and what was not", CannotRemove)
    entry = _set_entry(now, Entry.State.REMOVAL_PROPOSED)
    RemovalRecord.objects.create(removal=now, text=words, by=act.who, on=on)
    event(
        entry, EntryEvent.Kind.PROPOSED, act, "逾期未整改到位，转入移出核实", "not rectified in time: the removal goes on",
        step.provisions, case=now.number, public=False,
    )  # fmt: skip
    state_entry(entry, act, "removal_proposed", since=on)
    take(now, step, act, {"text": words})
    return now


@transaction.atomic
def add_record(
    removal: Removal,
    text: str,
    *,
    upload: evidence.Upload | None = None,
    by: Person,
    organisation: Organisation,
    on: date,
) -> RemovalRecord:
    """Write down what was found out (核实记录), with its evidence."""
    now, act = lock(removal), Act(by, organisation, on)
    step = check_step(now, "note", by=by, on=on)
    words = check_words(text, "核实记录", "what was found", CannotRemove)
    kept = None
    if upload is not None:
        kept = evidence.keep(upload, by=by, on=on, subject=("removal", now.number), title="移出核实证据")
    made = RemovalRecord.objects.create(removal=now, text=words, evidence=kept, by=act.who, on=on)
    take(now, step, act, {"text": words})
    return made


@transaction.atomic
def verify(removal: Removal, findings: str, *, by: Person, organisation: Organisation, on: date) -> Removal:
    """Verify the ground (核实属实): another person of the directory's owner than the one who proposed it."""
    now, act = lock(removal), Act(by, organisation, on)
    step = check_step(now, "verify", by=by, on=on)
    now.verified = check_words(findings, "核实结论", "what the verification found", CannotRemove)
    now.verified_by = act.who
    if now.provision == CATCH_ALL and not now.evidence.exists():
        raise CannotRemove("第13项须附证据", "the catch-all ground needs evidence")
    take(now, step, act, {"findings": now.verified})
    return now


@transaction.atomic
def plead(removal: Removal, how: str, text: str = "", *, by: Person, organisation: Organisation, on: date) -> Removal:
    """Enter the plea (陈述申辩): heard, waived in writing, or not made until the time ran out."""
    steps = {"heard": "hear_plea", "waived": "note_waiver", "silent": "note_silence"}
    if how not in steps:
        raise CannotRemove("请选择陈述申辩情况", "say whether a plea was heard, waived, or not made")
    now = lock(removal)
    step = check_step(now, steps[how], by=by, on=on)
    if how != "silent":
        now.plea = check_words(text, "陈述申辩的内容", "what was pleaded", CannotRemove)
    now.plea_how, now.plea_on = how, on
    if how == "heard":
        _plea_paper(now, Act(by, organisation, on))
    take(now, step, Act(by, organisation, on), {"plea": now.plea} if how == "heard" else {"statement": now.plea})
    return now


def _plea_paper(removal: Removal, act: Act) -> None:
    """The record of the plea (陈述申辩笔录)."""
    papers.make(
        "removal-plea",
        {
            "party": removal.entry.holder_name or removal.mine_name, "mine": removal.mine_name, "case": removal.number,
            "heard_on": act.on.isoformat(), "plea": removal.plea.splitlines(),
        },
        subject=("removal", removal.number), region_code=removal.region_code, by=act.by, organisation=act.organisation, on=act.on,
    )  # fmt: skip


@transaction.atomic
def decide_removal(removal: Removal, reasons: str, *, by: Person, organisation: Organisation, on: date) -> Removal:
    """Decide the removal (作出移出决定): another person of the owner's. The mine leaves when the decision is served."""
    now, act = lock(removal), Act(by, organisation, on)
    step = check_step(now, "decide", by=by, on=on)
    _decide(now, Removal.Outcome.REMOVED, reasons, act)
    take(now, step, act, {"reasons": now.reasons})
    return now


@transaction.atomic
def refute_removal(removal: Removal, reasons: str, *, by: Person, organisation: Organisation, on: date) -> Removal:
    """Decide that it is refuted (不予移出): the mine is listed as before."""
    now, act = lock(removal), Act(by, organisation, on)
    step = check_step(now, "refute", by=by, on=on)
    _decide(now, Removal.Outcome.REFUTED, reasons, act)
    _back(now, act, EntryEvent.Kind.REFUTED, "不予移出，继续在册", "refuted: kept in the directory", step.provisions)
    take(now, step, act, {"reasons": now.reasons})
    return now


def _decide(removal: Removal, outcome: str, reasons: str, act: Act) -> None:
    removal.reasons = check_words(reasons, "决定的理由", "the reasons of the decision", CannotRemove)
    removal.outcome, removal.decided_on = outcome, act.on
    removal.decided_by, removal.decided_by_id = act.who, act.by.pk


@transaction.atomic
def tell_kept(removal: Removal, *, by: Person, organisation: Organisation, on: date) -> Removal:
    """Tell whoever proposed it, and the enterprise, that the mine is kept (告知不予移出), and close the case."""
    now, act = lock(removal), Act(by, organisation, on)
    step = check_step(now, "tell_kept", by=by, on=on)
    text = {"zh": f"{now.mine_name}：不予移出（{now.number}）", "en": f"{now.mine_name} is kept ({now.number})"}
    notifications.tell(
        "directory.removal_refuted", to=Organisation.objects.get(key=now.organisation), about=("removal", now.number), text=text,
        todo=False,
    )  # fmt: skip
    if now.entry.holder and now.noticed_on is not None:
        notifications.tell(
            "directory.removal_refuted", to=("enterprise", now.entry.holder), about=("entry", now.entry.number), text=text, todo=False
        )  # fmt: skip
    take(now, step, act)
    return now


@transaction.atomic
def follow_withdrawn(removal: Removal, step: CaseStep, *, on: date) -> None:
    """The proposal was withdrawn with its case (撤回建议): the mine stands as before; one that has left stays away."""
    now = lock(removal)
    act = Act(step.by, Organisation.objects.get(key=step.organisation), on)
    now.closed_on, reason = on, str(step.payload.get("reason", ""))
    if now.entry.stands:
        now.outcome, now.reasons = Removal.Outcome.WITHDRAWN, reason
        _back(
            now,
            act,
            EntryEvent.Kind.REFUTED,
            f"移出建议撤回：{reason}",
            "the proposal was withdrawn",
            ["cn-2024-1/10.b"],
        )
    now.save()
