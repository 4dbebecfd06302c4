"""What officials do with letters from the public (公众来件): register objections, answer corrections in public, handle complaints.

Each act shows at once to whoever holds the tracking code. An objection by name goes to the authority that gave notice, its
sender sealed again without being shown; corrections are answered by somebody who may publish; complaints are accepted,
forwarded to the department that has the power, and answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.directory import objecting
from greenmine.directory.intake import actions as intake
from greenmine.directory.intake import queries as letters
from greenmine.directory.intake.models import Envelope
from greenmine.directory.intake.permissions import CannotSend, check_can_handle
from greenmine.directory.models import Objection, PublicNotice
from greenmine.directory.published import writing
from greenmine.directory.published.models import Statement
from greenmine.evidence import actions as evidence
from greenmine.evidence.models import Provenance
from greenmine.notifications import actions as notifications

State = Envelope.State
RECEIVED = (State.RECEIVED, State.FORWARDED)


class CannotTreat(CannotSend):
    """An act on a letter that is refused, in words."""


@transaction.atomic
def register(envelope: Envelope, *, by: Person, organisation: Organisation, on: date) -> Objection:
    """Register an objection (登记异议) with the authority that gave notice; an anonymous one as a clue."""
    now = _fresh(envelope, Envelope.Kind.OBJECTION, by=by, on=on)
    notice = PublicNotice.objects.filter(number=now.notice).first()
    if notice is None:
        raise CannotTreat("找不到对应的公示", "the notice cannot be found")
    who = intake.sender_of(now)
    objector = None
    if who is not None:
        objector = objecting.Objector(name=who["name"], phone=who["contact"], address=who.get("address", ""))
    made = objecting.register_objection(
        notice, now.mine, now.text, objector=objector, by=by, organisation=organisation, on=on, received_on=now.received_on,
        envelope=now.number, evidence_files=_kept(now, by=by, on=on),
    )  # fmt: skip
    named = made.kind == Objection.Kind.OBJECTION
    words = {
        "zh": f"已登记为异议 {made.number}，核查后答复。"
        if named
        else f"已作为问题线索 {made.number} 登记，将予核实。",
        "en": f"registered as objection {made.number}" if named else f"registered as clue {made.number}",
    }
    intake.move(
        now,
        State.ACCEPTED if named else State.CLUE,
        words=words,
        by=by,
        organisation=organisation,
        on=on,
        reference=made.number,
    )
    return made


@transaction.atomic
def accept(envelope: Envelope, words: str, *, by: Person, organisation: Organisation, on: date) -> Envelope:
    """Accept a correction or complaint (受理)."""
    now = _fresh(envelope, Envelope.Kind.CORRECTION, Envelope.Kind.COMPLAINT, by=by, on=on)
    said = _said(words, "已受理，正在核实。", "Accepted, being verified.")
    return intake.move(now, State.ACCEPTED, words=said, by=by, organisation=organisation, on=on)


@transaction.atomic
def refuse(envelope: Envelope, reason: str, *, by: Person, organisation: Organisation, on: date) -> Envelope:
    """Refuse a letter (不予受理): outside anybody's power or no fact in it; the reason goes to its sender."""
    now = _fresh(envelope, *Envelope.Kind, by=by, on=on)
    if now.kind == Envelope.Kind.OBJECTION and now.by_name:
        raise CannotTreat(
            "具名异议须登记并答复，不能不予受理", "an objection by name is registered and answered, never refused"
        )
    said = _words(reason, "不予受理的理由", "the reason of the refusal")
    return intake.move(now, State.REFUSED, words={"zh": said, "en": said}, by=by, organisation=organisation, on=on)


@transaction.atomic
def forward(envelope: Envelope, to: str, words: str, *, by: Person, organisation: Organisation, on: date) -> Envelope:
    """Forward a complaint or correction to the office that has the power (转交有权部门); both it and the sender are told."""
    envelope = _locked(envelope, by=by, on=on)
    if envelope.kind == Envelope.Kind.OBJECTION:
        raise CannotTreat("异议由公示单位办理，不能转交", "objections stay with the authority that gave notice")
    office = letters.offices_about(envelope.region_code).filter(key=to).first()
    if office is None:
        raise CannotTreat("请选择接收部门", "choose the office it goes to")
    if office.key == envelope.organisation:
        raise CannotTreat("该来件已在所选部门办理", "it is with that office already")
    said = _said(words, f"已转交{office.name}办理。", f"Passed to {office.name_en or office.name}.")
    moved = intake.move(
        envelope,
        State.FORWARDED,
        words=said,
        by=by,
        organisation=organisation,
        on=on,
        office=office.key,
    )
    notifications.tell(
        "intake.received", to=office, about=("letter", moved.number), due_on=moved.due_on,
        url=f"/authority/incoming/{moved.number}/",
        text={"zh": f"转来公众来件待办理：{moved.number}（{moved.mine_name}）", "en": f"a forwarded letter waits: {moved.number}"},
    )  # fmt: skip
    return moved


@transaction.atomic
def answer(
    envelope: Envelope, words: Mapping[str, str], *, by: Person, organisation: Organisation, on: date
) -> Envelope:
    """Answer a complaint (办结答复); a correction is answered in public with `answer_correction`."""
    now = _locked(envelope, by=by, on=on)
    if now.kind != Envelope.Kind.COMPLAINT:
        raise CannotTreat("异议和更正申请按各自程序答复", "objections and corrections are answered their own way")
    if now.state not in {State.ACCEPTED, State.FORWARDED}:
        raise CannotTreat("请先受理或转交", "accept or forward it first")
    said = _words(words.get("zh", ""), "答复内容", "the answer")
    return intake.move(
        now,
        State.ANSWERED,
        words={"zh": said, "en": words.get("en", "") or said},
        by=by,
        organisation=organisation,
        on=on,
    )


@transaction.atomic
def answer_correction(
    envelope: Envelope, question: str, words: str, *, corrected: bool, by: Person, organisation: Organisation, on: date
) -> Statement:
    """Answer a correction in public (更正答复公开): what was asked in the office's words, whether it was right, and why."""
    accounts.check_can(by, "directory.publish", on=on, region=envelope.region_code)
    envelope = _locked(envelope, by=by, on=on)
    if envelope.kind != Envelope.Kind.CORRECTION:
        raise CannotTreat("该来件不是更正申请", "this letter asks for no correction")
    asked = _words(question, "申请更正的内容（公开）", "what was asked, as it will be public")
    said = _words(words, "答复内容（公开）", "the answer, as it will be public")
    who = intake.sender_of(envelope)
    if who is not None and any(one and one in f"{asked}\n{said}" for one in (who["name"], who["contact"])):
        raise CannotTreat("公开内容不得写入申请人姓名或联系方式", "what becomes public must not name who asked")
    zh = f"{envelope.mine_name}：{'已更正' if corrected else '经核实无误，不予更正'}"
    made = writing.state(
        "correction", mine=envelope.mine, region_code=envelope.region_code, on=on,
        title={"zh": zh, "en": f"{envelope.mine_name}: {'corrected' if corrected else 'found to be right'}"},
        body={
            "question": asked, "answer": said, "statement": envelope.statement,
            "outcome": {"zh": "已更正", "en": "corrected"} if corrected else {"zh": "不予更正", "en": "not corrected"},
        },
        office=organisation.name, spare=(envelope.mine_name,),
    )  # fmt: skip
    intake.move(
        envelope, State.ANSWERED, words={"zh": f"{said}（已公开：{made.number}）", "en": f"{said} ({made.number})"}, by=by,
        organisation=organisation, on=on, reference=made.number,
    )  # fmt: skip
    return made


def may_answer_corrections(by: Any, envelope: Envelope, *, on: date) -> bool:
    """Whether the person may publish where the letter lies."""
    return accounts.can(by, "directory.publish", on=on, region=envelope.region_code)


def _fresh(envelope: Envelope, *kinds: str, by: Person, on: date) -> Envelope:
    """The letter as it is now, of one of these kinds, still waiting for its first act here."""
    now = _locked(envelope, by=by, on=on)
    if now.kind not in {str(kind) for kind in kinds}:
        raise CannotTreat("该类来件不能这样办理", "this kind of letter is handled otherwise")
    if now.state not in RECEIVED:
        raise CannotTreat(f"该来件{now.get_state_display()}，请刷新后查看", f"this letter is {now.state} already")
    return now


def _locked(envelope: Envelope, *, by: Person, on: date) -> Envelope:
    """The letter as it is now: of two who act at once the second sees the first."""
    now = Envelope.objects.select_for_update().get(pk=envelope.pk)
    check_can_handle(by, now, on=on)
    return now


def _said(words: str, zh: str, en: str) -> dict[str, str]:
    """What the sender reads: the officer's own words, or the usual ones in both languages."""
    own = words.strip()
    return {"zh": own or zh, "en": own or en}


def _words(text: str, zh: str, en: str) -> str:
    kept = text.strip()
    if not kept:
        raise CannotTreat(f"请填写{zh}", f"give {en}")
    return kept


def _kept(envelope: Envelope, *, by: Person, on: date) -> list[Provenance]:
    """The letter's files as evidence, without what named their sender; seen by whoever handles the objection, and nobody else."""
    return [
        evidence.keep(
            ContentFile(bytes(one.content), name=one.name), by=by, on=on, subject=("letter", envelope.number),
            title=f"{envelope.number} {one.name}",
        )
        for one in envelope.enclosures.all()
    ]  # fmt: skip
