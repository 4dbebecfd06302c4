"""Objections (公示异议): registered in writing and by name, investigated, decided by another person, answered.

Who objects lies sealed in a table of its own. An anonymous message, or one after the last day, is a clue: looked into, never
dropped, and no obstacle to the end of the notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.directory import permissions, publishing
from greenmine.directory.acts import Act, lock, write
from greenmine.directory.intake import actions as intake
from greenmine.directory.models import Objection, ObjectionRecord, ObjectorOpening, PublicNotice, SealedObjector
from greenmine.directory.permissions import CannotObject, check_words
from greenmine.directory.published import writing
from greenmine.editions import queries as editions
from greenmine.evidence import actions as evidence
from greenmine.evidence.models import Provenance
from greenmine.facts import actions as facts
from greenmine.facts.statements import Statement
from greenmine.law.steps import OutOfTurn, Step
from greenmine.papers import actions as papers
from greenmine.papers import queries as kept
from greenmine.papers.models import Paper
from greenmine.procedures import actions as procedures
from greenmine.procedures.models import Case, CaseStep
from greenmine.procedures.permissions import CannotTake, check_is_separate
from greenmine.procedures.queries import table_of

TABLE = "objection"
WAYS = {
    "online": ("网上提交", "online"),
    "post": ("信函", "by post"),
    "visit": ("来访", "in person"),
    "transfer": ("其他部门转来", "from another department"),
}
WITHDRAWN = ("异议已撤回", "withdrawn")
VERDICTS = {"upheld": ("异议成立", "upheld"), "not_upheld": ("异议不成立", "not upheld")}


@dataclass(frozen=True)
class Objector:
    """Who objects: sealed as soon as it is written down."""

    name: str
    phone: str = ""
    address: str = ""
    unit: str = ""


@transaction.atomic
def register_objection(
    notice: PublicNotice,
    mine: str,
    text: str,
    *,
    objector: Objector | None,
    by: Person,
    organisation: Organisation,
    on: date,
    received_on: date | None = None,
    way: str = "online",
    envelope: str = "",
    evidence_files: Sequence[Provenance] = (),
    as_clue: bool = False,
) -> Objection:
    """Register an objection (登记异议) with the authority that gave notice. Without a name, or `as_clue`, it is a clue."""
    act = Act(by, organisation, on)
    shown = lock(notice)
    permissions.check_handles(by, shown, on=on)
    row = shown.rows.filter(mine=mine).first()
    if row is None:
        raise CannotObject("该矿山不在公示名单中", "this mine is not on the notice")
    said = check_words(text, "异议内容", "what is objected to", CannotObject)
    if way not in WAYS:
        raise CannotObject("请选择收到方式", "say how it came")
    day = received_on or on
    named = objector is not None and bool(objector.name.strip()) and not as_clue
    _check_in_time(shown, day, on, named=named)
    case = _open_case(row.mine, row.mine_name, row.region_code, said, act)
    made = Objection.objects.create(
        number=case.number, kind=Objection.Kind.OBJECTION if named else Objection.Kind.CLUE, notice=shown, mine=row.mine,
        mine_name=row.mine_name, region_code=row.region_code, organisation=organisation.key, way=way, envelope=envelope,
        text=said, received_on=day, state=case.state, registered_by=act.who, registered_by_id=by.pk,
    )  # fmt: skip
    made.evidence.set(evidence_files)
    if objector is not None and objector.name.strip():
        SealedObjector.objects.create(
            objection=made, name=objector.name.strip()[:100], phone=objector.phone.strip()[:40],
            address=objector.address.strip()[:300], unit=objector.unit.strip()[:200],
        )  # fmt: skip
    zh = "登记实名异议" if named else "登记匿名线索"
    en = "an objection by name was registered" if named else "a clue was registered"
    _write(made, "objection_registered", act, zh, en, ["cn-2024-1/9.1.c", "nm-2020/4.2.g.3"])
    if named:
        _state_open(made, act)
    _record_paper(made, act)
    return made


def _record_paper(objection: Objection, act: Act) -> Paper:
    """The record of the objection (异议登记表). It says that the name is sealed, not the name."""
    named = objection.kind == Objection.Kind.OBJECTION
    fields = {
        "objection": objection.number, "notice": objection.notice.number, "mine": objection.mine_name,
        "received_on": objection.received_on.isoformat(), "way": WAYS[objection.way][0],
        "person": "实名（身份信息单独封存）" if named else "匿名或逾期", "statement": objection.text.splitlines() or [objection.text],
        "verdict": "登记为异议，核查后答复" if named else "作为问题线索办理",
    }  # fmt: skip
    if files := [one.name for one in objection.evidence.order_by("id")]:
        fields["evidence"] = files
    return _make("objection-record", fields, objection, act)


def _make(kind: str, fields: Mapping[str, Any], objection: Objection, act: Act) -> Paper:
    """A paper of the handling authority; without a division, so that nobody else's reach finds it."""
    return papers.make(
        kind,
        fields,
        subject=("objection", objection.number),
        region_code="",
        by=act.by,
        organisation=act.organisation,
        on=act.on,
    )


@transaction.atomic
def draft_check(objection: Objection, *, by: Person, organisation: Organisation, on: date) -> Paper:
    """Draft the report on the check (异议核查报告) from the records, once the investigation is concluded."""
    now = lock(objection)
    permissions.check_handles(by, now.notice, on=on)
    if not now.findings or now.closed_on is not None:
        raise CannotObject("形成核查结论之后、办结之前才能拟制核查报告", "the report is drafted after the conclusion")
    if paper_of(now, "objection-check") is not None:
        raise CannotObject("核查报告已拟稿", "the report was drafted already")
    records = list(now.records.select_related("evidence").order_by("id"))
    rows = [
        [str(n), now.text[:80], one.text[:120], one.evidence.name[:60] if one.evidence else "—", "见核查结论"]
        for n, one in enumerate(records, 1)
    ]
    fields = {
        "objection": now.number, "notice": now.notice.number, "mine": now.mine_name, "points": now.text.splitlines() or [now.text],
        "work": [f"{one.on} {one.by}：{one.text}" for one in records] or ["见核查结论"],
        "findings": rows or [["1", now.text[:80], now.findings[:120], "—", "见核查结论"]], "verdict": now.findings.splitlines()[0],
        "reasons": now.findings.splitlines(),
    }  # fmt: skip
    return _make("objection-check", fields, now, Act(by, organisation, on))


def _state_open(objection: Objection, act: Act) -> None:
    """How many named objections to a mine are open: what the gates of notice and entry read."""
    count = Objection.objects.filter(mine=objection.mine, kind=Objection.Kind.OBJECTION, closed_on__isnull=True).count()
    facts.state(
        editions.active(), Statement("mine", objection.mine, "objections_open", count, since=act.on), source=act.source,
        act=f"objection:{objection.number}",
    )  # fmt: skip


def _check_in_time(notice: PublicNotice, day: date, on: date, *, named: bool) -> None:
    if not notice.from_on <= day <= on:
        raise CannotObject(
            "收到日期应在公示开始之后、今天以前", "the day of receipt lies between the notice's beginning and today"
        )
    if not named:
        return
    if day > notice.until_on:
        raise CannotObject(
            f"公示期已于 {notice.until_on} 届满，逾期提出的请作为线索登记",
            f"the notice ran until {notice.until_on}: register what came later as a clue",
        )
    if notice.state != PublicNotice.State.RUNNING:
        raise CannotObject(
            f"该公示{notice.get_state_display()}，请作为线索登记",
            f"the notice is {notice.state}: register it as a clue",
        )


def _open_case(mine: str, name: str, region: str, text: str, act: Act) -> Case:
    try:
        return procedures.open_case(
            TABLE, subject=("mine", mine), region_code=region, by=act.by, organisation=act.organisation, on=act.on,
            title=f"{name} 公示异议", payload={"text": text[:2000]},
        )  # fmt: skip
    except CannotTake as refused:
        raise CannotObject(refused.zh, refused.en) from None


def case_of(objection: Objection) -> Case:
    """The case that runs the step table."""
    return Case.objects.get(number=objection.number)


def check_step(objection: Objection, step: str, *, by: Any, on: date) -> Step:
    """The step, if it is its turn and this person's of the handling authority."""
    case = case_of(objection)
    try:
        found = table_of(case).check(case.state, step)
    except OutOfTurn as refused:
        raise CannotObject(refused.zh, refused.en) from None
    if found.verb == "selection.decide":
        permissions.check_can_decide_objection(by, objection, on=on)
    else:
        permissions.check_handles(by, objection.notice, on=on)
    if step == "note_clue" and objection.kind != Objection.Kind.CLUE:
        raise CannotObject("实名异议须作出决定并答复", "an objection by name is decided and answered")
    if step in ("uphold", "reject") and objection.kind == Objection.Kind.CLUE:
        raise CannotObject(
            "匿名线索不作异议决定，请按线索办结", "a clue is not decided as an objection: close it as a clue"
        )
    check_is_separate(found, by, list(case.steps.order_by("order")))
    return found


def _take(objection: Objection, step: Step, act: Act, given: Mapping[str, Any], zh: str = "", en: str = "") -> None:
    case = case_of(objection)
    try:
        procedures.take(case, step.id, given, by=act.by, on=act.on, organisation=act.organisation)
    except (OutOfTurn, CannotTake) as refused:
        raise CannotObject(refused.zh, refused.en) from None
    objection.state, objection.closed_on = case.state, case.closed_on
    objection.save()
    if objection.envelope:
        state = "answered" if objection.closed_on else "accepted"
        words = {"zh": step.title["zh"], "en": step.title["en"]}
        intake.note(objection.envelope, state, words=words, office=act.organisation.name, on=act.on)
    _write(objection, f"objection_{step.id}", act, zh or step.title["zh"], en or step.title["en"], step.provisions)


def _write(objection: Objection, verb: str, act: Act, zh: str, en: str, cite: Sequence[str]) -> None:
    """What is recorded names the mine and the notice, never who objects."""
    write(
        act, verb, ("objection", objection.number), f"{objection.number}（{objection.notice.number} {objection.mine_name}）：{zh}",
        f"{objection.number}: {en}", cite, region=objection.region_code,
    )  # fmt: skip


@transaction.atomic
def investigate(objection: Objection, *, by: Person, organisation: Organisation, on: date) -> Objection:
    """Begin the investigation (开展核查)."""
    now = lock(objection)
    _take(now, check_step(now, "investigate", by=by, on=on), Act(by, organisation, on), {})
    return now


@transaction.atomic
def add_record(
    objection: Objection, text: str, *, upload: evidence.Upload | None = None, by: Person, organisation: Organisation,
    on: date,
) -> ObjectionRecord:  # fmt: skip
    """Write down what was found out (核查记录), with its evidence."""
    now, act = lock(objection), Act(by, organisation, on)
    step = check_step(now, "note", by=by, on=on)
    words = check_words(text, "核查情况", "what was found", CannotObject)
    proof = None
    if upload is not None:
        proof = evidence.keep(upload, by=by, on=on, subject=("objection", now.number), title="异议核查证据")
    made = ObjectionRecord.objects.create(objection=now, text=words, evidence=proof, by=act.who, on=on)
    _take(now, step, act, {"text": words})
    return made


@transaction.atomic
def conclude(objection: Objection, findings: str, *, by: Person, organisation: Organisation, on: date) -> Objection:
    """Conclude the investigation (形成核查结论): what was found, for another person to decide on."""
    now = lock(objection)
    step = check_step(now, "conclude", by=by, on=on)
    now.findings = check_words(findings, "核查结论", "what the investigation found", CannotObject)
    _take(now, step, Act(by, organisation, on), {"findings": now.findings})
    return now


@transaction.atomic
def decide_objection(
    objection: Objection, outcome: str, reasons: str, *, by: Person, organisation: Organisation, on: date
) -> Objection:
    """Decide it (异议成立／不成立), with reasons: another person than the one who registered or investigated it."""
    if outcome not in VERDICTS:
        raise CannotObject("请选择异议是否成立", "say whether it is upheld")
    now, act = lock(objection), Act(by, organisation, on)
    step = check_step(now, "uphold" if outcome == "upheld" else "reject", by=by, on=on)
    now.reasons = check_words(reasons, "决定的理由", "the reasons", CannotObject)
    _check_names_nobody(now, now.reasons)
    now.outcome, now.decided_by, now.decided_by_id, now.decided_on = outcome, act.who, by.pk, on
    _take(now, step, act, {"reasons": now.reasons})
    return now


def _check_names_nobody(objection: Objection, text: str) -> None:
    """The reasons become public: they do not name who objects."""
    sealed = SealedObjector.objects.filter(objection=objection).first()
    if sealed is not None and any(one and one in text for one in (sealed.name, sealed.phone, sealed.unit)):
        raise CannotObject(
            "决定理由将对外公开，不得写入异议人姓名、单位或电话",
            "the reasons become public: do not name who objects in them",
        )


@transaction.atomic
def draft_answer(objection: Objection, *, by: Person, organisation: Organisation, on: date) -> Paper:
    """Draft the answer (异议答复书) from what stands in the file. It names the objector: opening the seal is written down."""
    now = lock(objection)
    permissions.check_handles(by, now.notice, on=on)
    if now.outcome not in VERDICTS or now.closed_on is not None:
        raise CannotObject("决定之后、答复之前才能拟制答复书", "the answer is drafted after the decision")
    if answer_paper(now) is not None:
        raise CannotObject("答复书已拟稿", "the answer was drafted already")
    who = open_identity(now, "拟制异议答复书", by=by, organisation=organisation, on=on)
    fields = {
        "party": who.unit or who.name, "objection": now.number, "notice": now.notice.number, "mine": now.mine_name,
        "received_on": now.received_on.isoformat(), "points": now.text.splitlines() or [now.text],
        "findings": now.findings.splitlines() or [now.findings], "verdict": VERDICTS[now.outcome][0],
        "reasons": now.reasons.splitlines() or [now.reasons], "contact": now.notice.contact,
    }  # fmt: skip
    return _make("objection-answer", fields, now, Act(by, organisation, on))


def answer_paper(objection: Objection) -> Paper | None:
    """The standing answer of an objection, however far it came."""
    return paper_of(objection, "objection-answer")


def paper_of(objection: Objection, kind: str) -> Paper | None:
    """The standing paper of a kind of an objection."""
    return kept.of_kind(kept.about("objection", objection.number), kind)


def papers_of(objection: Objection) -> list[Paper]:
    """Every standing paper of an objection, in the order in which they were made. Only for the handling authority."""
    return list(kept.standing(kept.about("objection", objection.number)).order_by("id"))


@transaction.atomic
def answer_objection(
    objection: Objection, *, day: date, way: str, received_by: str = "", receipt: evidence.Upload | None = None,
    by: Person, organisation: Organisation, on: date,
) -> Objection:  # fmt: skip
    """Register that the answer was served (送达异议答复); the objection is closed, and its outcome becomes public."""
    now, act = lock(objection), Act(by, organisation, on)
    step = check_step(now, "answer", by=by, on=on)
    paper = answer_paper(now)
    if paper is None:
        raise CannotObject("请先拟制并签发异议答复书", "draft the answer and have it signed first")
    if paper.state != Paper.State.SERVED:
        try:
            paper = papers.serve(paper, day=day, way=way, by=by, on=on, receipt=receipt, received_by=received_by)
        except papers.CannotIssue as refused:
            raise CannotObject(refused.zh, refused.en) from None
    now.answered_on = paper.served_on
    _take(now, step, act, {"paper": paper.pk, "served_on": paper.served_on, "way": paper.served_way})
    _state_open(now, act)
    _publish_outcome(now, on=on)
    return now


def _publish_outcome(objection: Objection, *, on: date) -> None:
    zh, en = VERDICTS.get(objection.outcome, WITHDRAWN)
    writing.state(
        "objection_outcome", mine=objection.mine, notice=objection.notice.number, region_code=objection.region_code, on=on,
        title={"zh": f"{objection.mine_name}公示异议：{zh}", "en": f"objection to {objection.mine_name}: {en}"},
        body={
            "objection": objection.number, "notice": objection.notice.number, "mine": objection.mine_name,
            "outcome": {"zh": zh, "en": en}, "decided_on": objection.decided_on, "reasons": objection.reasons,
        },
        office=objection.notice.organisation_name, spare=(objection.mine_name, objection.notice.organisation_name),
    )  # fmt: skip
    publishing.publish(objection.mine, on=on)


@transaction.atomic
def close_clue(objection: Objection, findings: str, *, by: Person, organisation: Organisation, on: date) -> Objection:
    """Close a clue (匿名线索办结) with what was found; it was looked into and stays in the file."""
    now = lock(objection)
    step = check_step(now, "note_clue", by=by, on=on)
    now.findings = check_words(findings, "核实情况", "what was found", CannotObject)
    now.outcome = Objection.Outcome.NOTED
    _take(now, step, Act(by, organisation, on), {"findings": now.findings})
    return now


@transaction.atomic
def open_identity(
    objection: Objection, reason: str, *, by: Person, organisation: Organisation, on: date
) -> SealedObjector:
    """Open who objects (查阅异议人身份), with a reason; who looked stays written down."""
    permissions.check_handles(by, objection.notice, on=on)
    permissions.check_is_of(by, organisation, on=on)
    if organisation.key != objection.organisation:
        raise NotAllowed("身份信息只向受理单位开放。", "Only the handling authority opens it.")
    why = check_words(reason, "查阅事由", "why it is opened", CannotObject, most=300)
    sealed = SealedObjector.objects.filter(objection=objection).first()
    if sealed is None:
        raise CannotObject("匿名线索没有身份信息", "it was anonymous")
    ObjectorOpening.objects.create(
        objection=objection, person=f"{organisation.name} · {by.name}", organisation=organisation.key, reason=why, on=on
    )
    _write(
        objection,
        "objector_opened",
        Act(by, organisation, on),
        f"查阅异议人身份（{why}）",
        "the identity was opened",
        ["cn-2024-1/9.1.c"],
    )
    return sealed


@transaction.atomic
def follow_withdrawn(objection: Objection, step: CaseStep, *, on: date) -> None:
    """The objection was withdrawn with its case (撤回异议). The public sees that it was, so that none disappears quietly."""
    now = lock(objection)
    act = Act(step.by, Organisation.objects.get(key=step.organisation), on)
    now.outcome, now.closed_on, now.reasons = Objection.Outcome.WITHDRAWN, on, str(step.payload.get("reason", ""))
    try:
        _check_names_nobody(now, now.reasons)
    except CannotObject:
        now.reasons = "（理由涉及异议人信息，不公开）"
    now.save()
    _write(now, "objection_withdrawn", act, f"撤回：{now.reasons}", "withdrawn", ["cn-2024-1/9.1.c"])
    if now.kind == Objection.Kind.OBJECTION:
        _state_open(now, act)
        _publish_outcome(now, on=on)
