"""What can happen in fieldwork: it opens, a visit is planned, differences are settled, the record is signed, the visit ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from greenmine.accounts.models import Organisation, Person
from greenmine.assessment import actions as assessment
from greenmine.assessment.models import Assessment
from greenmine.assessment.scoring import standard_by
from greenmine.assessors import actions as assessors
from greenmine.fieldwork import desk, engaged, merging, queries, receiving
from greenmine.fieldwork.models import Fieldwork, Signature, Visit, VisitMember
from greenmine.fieldwork.permissions import (
    CannotWork,
    ChangedSince,
    check_can_plan,
    check_can_work,
    check_is_on_visit,
    check_is_running,
    check_leads,
)
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications

PARTIES = {"first": "third_party", "recheck": "recheck", "blind": "blind"}


@transaction.atomic
def open_fieldwork(engagement: str, *, by: Person, organisation: Organisation, on: date) -> Fieldwork:
    """Begin the work on an engagement (开始评估作业): fixes the indicator set, opens assessment and desk review (8.6.a)."""
    found = engaged.check_is_engaged(engagement, organisation.key, on=on)
    known = Fieldwork.objects.filter(engagement=engagement).first()
    if known is not None:
        return known
    lead = engaged.leader(found)
    if lead is None:
        raise CannotWork(
            "项目负责人还没有本系统账号，请先由机构管理员邀请。",
            "The project leader has no account here yet: the administrator sends an invitation first.",
        )
    made = assessment.open_for_engagement(
        engagement, found.mine, party=PARTIES[found.purpose], standard_id=_standard_for(found.mine, found.standard),
        by=by, organisation=organisation, on=on,
    )  # fmt: skip
    file = Fieldwork.objects.create(
        engagement=engagement, assessment=made.number, mine=found.mine, region_code=found.region_code,
        holder=found.holder, organisation=organisation.key, standard=made.standard,
        standard_digest=made.standard_digest, leader=lead, opened_on=on, opened_by=by.name,
    )  # fmt: skip
    desk.open_review(file, made, on=on)
    _record(
        file, "opened", by=by, organisation=organisation, on=on, cite=["cn-2024-1/8.6.a"],
        zh=f"委托 {engagement} 开始评估，指标表 {made.standard}（{made.standard_digest[:12]}）",
        en=f"began the work of {engagement} on indicator set {made.standard} ({made.standard_digest[:12]})",
    )  # fmt: skip
    return file


def _standard_for(mine: str, named: str) -> str:
    """The set named by the engagement, else that of the mine's latest submitted self-assessment; "" lets the room choose."""
    if named:
        return named
    last = Assessment.objects.filter(mine=mine, party="self", state="submitted").order_by("-id").first()
    return last.standard if last is not None else ""


@transaction.atomic
def plan_visit(
    file: Fieldwork,
    *,
    from_on: date | None,
    until_on: date | None,
    route: str,
    items: Sequence[str],
    members: Sequence[int],
    by: Person,
    organisation: Organisation,
    on: date,
) -> Visit:
    """Plan a visit (现场核查计划): days, route, who goes, what is to be seen. The mine is told."""
    check_can_work(by, file, on=on)
    check_can_plan(file, from_on=from_on, until_on=until_on, route=route, items=items, on=on)
    assert from_on is not None
    assert until_on is not None
    standard = standard_by(file.standard, file.standard_digest)
    unknown = [item for item in items if item not in standard.by_id]
    if unknown:
        raise CannotWork(f"指标表中没有“{unknown[0]}”。", f"The indicator set has no item {unknown[0]!r}.")
    going = _going(file, members)
    locked = Fieldwork.objects.select_for_update().get(pk=file.pk)
    wanted = set(items)
    visit = Visit.objects.create(
        fieldwork=locked, number=locked.visits.count() + 1, from_on=from_on, until_on=until_on,
        route=route.strip()[:1000], items=[one.id for one in standard.indicators if one.id in wanted],
        planned_by=by.name, planned_on=on,
    )  # fmt: skip
    VisitMember.objects.bulk_create(
        VisitMember(visit=visit, person=person, leads=person.pk == file.leader_id) for person in going
    )
    _announce(visit, by=by, organisation=organisation, on=on)
    names = "、".join(person.name for person in going)
    _record(
        file, "visit_planned", by=by, organisation=organisation, on=on, cite=["cn-2024-1/8.2.c"],
        zh=f"{file.engagement} 第 {visit.number} 次现场核查：{from_on} 至 {until_on}，{names}；{visit.route[:200]}",
        en=f"{file.engagement} visit {visit.number} planned for {from_on} to {until_on}: {names}",
    )  # fmt: skip
    return visit


def _announce(visit: Visit, *, by: Person, organisation: Organisation, on: date) -> None:
    """The mine is told that the team comes: by the entry notice (进场告知), or for one more visit by a message."""
    file = visit.fieldwork
    found = engaged.engagement(file.engagement)
    if found.state not in ("visited", "returned"):
        assessors.give_entry_notice(
            found, visit_from=visit.from_on, visit_to=visit.until_on, focus=visit.route, by=by,
            organisation=organisation, on=on,
        )  # fmt: skip
        return
    notifications.tell(
        "fieldwork.visit_planned", to=("enterprise", file.holder), about=("engagement", file.engagement),
        due_on=visit.from_on, todo=False,
        text={
            "zh": f"评估组将于 {visit.from_on} 至 {visit.until_on} 再次进场核查：{visit.route[:200]}",
            "en": f"the team comes once more from {visit.from_on} to {visit.until_on}",
        },
    )  # fmt: skip


def _going(file: Fieldwork, members: Sequence[int]) -> list[Person]:
    """The people of the team who go; the leader always does, nobody else may."""
    team = engaged.people(engaged.engagement(file.engagement))
    wanted = {*members, file.leader_id}
    strangers = wanted - {person.pk for person in team}
    if strangers:
        raise CannotWork("只有评估组成员可以参加现场核查。", "Only members of the assessment team go on the visit.")
    return [person for person in team if person.pk in wanted]


@transaction.atomic
def cancel_visit(visit: Visit, *, reason: str, by: Person, organisation: Organisation, on: date) -> None:
    """Cancel a visit on which nothing was recorded (取消现场核查)."""
    check_can_work(by, visit.fieldwork, on=on)
    check_leads(by, visit.fieldwork)
    check_is_running(visit)
    if not reason.strip():
        raise CannotWork("请说明取消原因。", "Say why the visit is cancelled.")
    if visit.operations.exists():
        raise CannotWork("已有现场记录，不能取消，请结束核查。", "Records exist already: end the visit instead.")
    visit.state, visit.reason = Visit.State.CANCELLED, reason.strip()[:500]
    visit.save(update_fields=["state", "reason"])
    _record(
        visit.fieldwork, "visit_cancelled", by=by, organisation=organisation, on=on,
        zh=f"取消 {visit}：{visit.reason}", en=f"cancelled {visit}: {visit.reason}",
    )  # fmt: skip


@transaction.atomic
def settle(visit: Visit, item: str, *, chosen: str, between: Sequence[str], reason: str, by: Person, on: date) -> None:
    """The project leader settles a difference between assessors, with a reason (组长裁定): itself an operation."""
    check_leads(by, visit.fieldwork)
    top = max((op.sequence for op in queries.operations_of(visit) if op.author == by.pk), default=0)
    raw = {
        "op": str(uuid4()), "kind": "settle", "item": item, "sequence": top + 1,
        "device_time": timezone.now().isoformat(), "drift_ms": 0,
        "payload": {"chosen": chosen, "between": list(between), "reason": reason},
    }  # fmt: skip
    received = receiving.receive(visit, [raw], device="", drift_ms=0, by=by, on=on)
    if received.refused:
        raise CannotWork(received.refused[0]["zh"], received.refused[0]["en"])


@transaction.atomic
def sign(visit: Visit, *, seen_hash: str, seen_op: int, by: Person, organisation: Organisation, on: date) -> Signature:
    """Sign exactly what was shown (签字). ChangedSince names what is different by now; nothing is signed then."""
    check_can_work(by, visit.fieldwork, on=on)
    check_is_on_visit(by, visit)
    Visit.objects.select_for_update().get(pk=visit.pk)
    text = queries.canonical_of(visit)
    if merging.digest(text) != seen_hash:
        _refuse_changed(visit, seen_op)
    record = queries.record_of(visit)
    if record.open_conflicts():
        raise CannotWork(
            "评估组成员的结论还有不一致，须先由项目负责人裁定。",
            "Results still differ: the project leader settles them first.",
        )
    if not record.items:
        raise CannotWork("现场记录是空的，没有可签的内容。", "The record is empty: there is nothing to sign.")
    made, _ = Signature.objects.get_or_create(
        visit=visit, person=by, record_hash=seen_hash,
        defaults={"person_name": by.name, "record": text, "on": on, "at": timezone.now()},
    )  # fmt: skip
    _record(
        visit.fieldwork, "record_signed", by=by, organisation=organisation, on=on,
        cite=["cn-2024-1/8.6.c", "nm-2020/4.2.e.3"],
        zh=f"{by.name} 签署 {visit} 现场核查记录 {seen_hash[:12]}",
        en=f"{by.name} signed the site record of {visit}, {seen_hash[:12]}",
    )  # fmt: skip
    return made


def _refuse_changed(visit: Visit, seen_op: int) -> None:
    before, after = queries.record_of(visit, up_to=seen_op), queries.record_of(visit)
    changed = merging.changed_items(before, after)
    standard = standard_by(visit.fieldwork.standard, visit.fieldwork.standard_digest)
    names = {one.id: one.name for one in standard.indicators}
    zh = "、".join(names.get(one, {"zh": one})["zh"] for one in changed) or "核查计划"
    en = ", ".join(names.get(one, {"en": one})["en"] for one in changed) or "the plan of the visit"
    raise ChangedSince(
        f"您看到的记录之后又有变化，未签署：{zh}。请重新查看后再签。",
        f"The record changed since you saw it; nothing was signed. Changed: {en}. Look again, then sign.",
    )


@transaction.atomic
def close_visit(visit: Visit, *, by: Person, organisation: Organisation, on: date) -> Visit:
    """End a visit (结束现场核查): everybody has signed; what was found becomes the answers of the assessment."""
    file = visit.fieldwork
    check_can_work(by, file, on=on)
    check_leads(by, file)
    locked = Visit.objects.select_for_update(of=("self",)).select_related("fieldwork").get(pk=visit.pk)
    check_is_running(locked)
    _check_can_close(locked)
    answers = _carry(locked, queries.record_of(locked), by=by, on=on)
    locked.state = Visit.State.CLOSED
    locked.save(update_fields=["state"])
    found = engaged.engagement(file.engagement)
    if found.state == "entry_noticed" and not file.visits.filter(state=Visit.State.PLANNED).exists():
        assessors.finish_visit(found, by=by, organisation=organisation, on=on)
    _record(
        file, "visit_closed", by=by, organisation=organisation, on=on,
        cite=["cn-2024-1/8.2.c", "cn-2024-1/8.6.c", "cn-2024-1/8.6.d", "nm-2020/4.2.e.3"],
        zh=f"{locked} 现场核查结束：{answers} 项结论，{locked.captures.count()} 张影像，{locked.signatures.count()} 人签字",
        en=f"{locked} ended: {answers} findings, {locked.captures.count()} photographs",
    )  # fmt: skip
    return locked


def _check_can_close(visit: Visit) -> None:
    waiting = visit.captures.filter(provenance__isnull=True)
    withdrawn = {op.op for op in queries.record_of(visit).withdrawn}
    missing = [row for row in waiting.select_related("operation") if row.operation.op not in withdrawn]
    if missing:
        raise CannotWork(
            f"还有 {len(missing)} 张照片在设备上没有上传，请先同步。",
            f"{len(missing)} photographs are still on a device: synchronise first.",
        )
    unsigned = queries.unsigned(visit)
    if unsigned:
        names = "、".join(member.person.name for member in unsigned)
        raise CannotWork(f"还没有签署当前记录：{names}。", f"The record as it stands has not been signed by {names}.")


def _carry(visit: Visit, record: merging.SiteRecord, *, by: Person, on: date) -> int:
    """Findings become answers with what was written as comment; photographs become evidence of their item."""
    target = Assessment.objects.get(number=visit.fieldwork.assessment)
    versions = dict(target.items.values_list("indicator", "version"))
    gone = {op.op for op in record.withdrawn}
    carried = 0
    for name, one in sorted(record.items.items()):
        says = one.holds
        if says is not None:
            draft = _draft(says, one.comments)
            assessment.answer(target, name, draft, seen=versions.get(name, 0), by=by, on=on)
            carried += 1
    for capture in visit.captures.select_related("operation", "provenance").order_by("id"):
        if capture.provenance is not None and capture.operation.op not in gone:
            assessment.attach(target, capture.item, provenance=capture.provenance, by=by, on=on)
    return carried


def _draft(says: Mapping[str, Any], comments: Sequence[tuple[str, str]]) -> assessment.Draft:
    words = "\n".join(f"{who}：{text}" for who, text in comments)
    return assessment.Draft(
        state=says["state"], score=says["score"], met=says["met"], comment=words[:4000], reason=says.get("reason") or ""
    )


def _record(
    file: Fieldwork,
    verb: str,
    *,
    zh: str,
    en: str,
    by: Person,
    organisation: Organisation,
    on: date,
    cite: Sequence[str] = (),
) -> None:
    ledger.record(
        f"fieldwork.{verb}", subject=("engagement", file.engagement), by=by, organisation=organisation, on=on,
        sentence={"zh": zh, "en": en}, cite=list(cite), region_code=file.region_code,
    )  # fmt: skip
