"""What can happen to letters from the public: sent, moved on by an office, opened by a person who says why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.directory.intake import enclosures, figures, permissions, sealing
from greenmine.directory.intake.models import Counter, Envelope, Event, Knock, Note, Opening, Sender
from greenmine.directory.intake.permissions import CannotSend, From
from greenmine.directory.published import queries as published
from greenmine.editions import queries as editions
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications

COUNTRY = "000000"
CITES = {
    Envelope.Kind.OBJECTION: ["cn-2024-1/9.1.b"],
    Envelope.Kind.CORRECTION: ["cn-2024-1/9.2.f"],
    Envelope.Kind.COMPLAINT: ["kz-2024/23.a", "nm-2020/4.2.j"],
}


@dataclass(frozen=True)
class Letter:
    """What somebody sends: about a mine, a notice or a statement, or in words of his own."""

    kind: str
    text: str
    mine: str = ""
    notice: str = ""
    statement: str = ""
    about: str = ""  # mine or enterprise in the sender's words, where it is none of the published
    region_code: str = ""
    category: str = ""


@dataclass(frozen=True)
class Sent:
    """A letter taken, and the tracking code that is shown this once."""

    envelope: Envelope
    code: str


@transaction.atomic
def send(
    letter: Letter, *, on: date, sender: From | None = None, files: Sequence[enclosures.Upload] = (), source: str = ""
) -> Sent:
    """Take a letter (收件). Who sent it is sealed apart; the office in charge is told; the sender gets a code."""
    limits = figures.limits(on)
    hashed = sealing.source_hash(source) if source else ""
    permissions.check_source(hashed, limits.per_hour)
    text, who = permissions.check_text(letter.text), permissions.check_sender(sender)
    place = _place(letter, on)
    kept = enclosures.read(files, limits)
    code, now = sealing.new_code(), datetime.now(UTC)
    office = _office(place["organisation"], place["region_code"])
    envelope = Envelope.objects.create(
        number=_number(on), code_hash=sealing.code_hash(code), kind=letter.kind, by_name=who is not None, mine=place["mine"],
        mine_name=place["name"][:200], notice=letter.notice, statement=letter.statement, region_code=place["region_code"],
        organisation=office.key if office else "", category=letter.category, text=text, received_on=on, received_at=now,
        due_on=editions.active().calendar.add(on, limits.answer_days).on,
    )  # fmt: skip
    for one in kept:
        one.envelope = envelope
        one.save()
    if who is not None:
        Sender.objects.create(
            envelope=envelope, sealed=sealing.seal({"name": who.name, "contact": who.contact, "address": who.address})
        )
    _remember(hashed, now)
    _event(envelope, Envelope.State.RECEIVED, on=on, office=office.name if office else "")
    _tell(envelope, office, on)
    return Sent(envelope, code)


@transaction.atomic
def move(
    envelope: Envelope, state: str, *, words: Mapping[str, str], by: Person, organisation: Organisation, on: date,
    reference: str = "", office: str = "",
) -> Envelope:  # fmt: skip
    """An office moves a letter on (办理); its sender sees the state and these words by the tracking code."""
    now = Envelope.objects.select_for_update().get(pk=envelope.pk)
    permissions.check_can_handle(by, now, on=on)
    said = {lang: text.strip()[: permissions.LONGEST] for lang, text in words.items()}
    if not said.get("zh"):
        raise CannotSend("请填写告知来件人的内容", "write what the sender is told")
    now.state = Envelope.State(state)
    now.reference = reference or now.reference
    now.organisation = office or now.organisation
    if now.state == Envelope.State.ANSWERED:
        now.answered_on = on
    now.save()
    _event(now, now.state, on=on, office=organisation.name, words=said)
    label = {"zh": str(now.get_state_display()), "en": now.state}
    ledger.record(
        "intake.moved", subject=("letter", now.number), by=by, organisation=organisation, on=on, region_code=now.region_code,
        payload={"state": now.state}, sentence={"zh": f"公众来件 {now.number}：{label['zh']}", "en": f"letter {now.number}: {label['en']}"},
        cite=CITES[Envelope.Kind(now.kind)],
    )  # fmt: skip
    if now.state in {Envelope.State.ANSWERED, Envelope.State.REFUSED}:
        notifications.settle("letter", now.number, "intake.received", by=by.name)
    return now


@transaction.atomic
def note(number: str, state: str, *, words: Mapping[str, str], office: str, on: date) -> None:
    """What a room above did about a letter, told to its sender: the room has checked and recorded its own act."""
    found = Envelope.objects.select_for_update().filter(number=number).first()
    if found is None:
        return
    found.state = Envelope.State(state)
    if found.state == Envelope.State.ANSWERED:
        found.answered_on = on
        notifications.settle("letter", found.number, "intake.received", by=office)
    found.save()
    _event(found, found.state, on=on, office=office, words=words)


@transaction.atomic
def write_down(envelope: Envelope, text: str, *, by: Person, organisation: Organisation, on: date) -> Note:
    """What was found out or done (办理记录), for the file; the sender does not see it."""
    permissions.check_can_handle(by, Envelope.objects.select_for_update().get(pk=envelope.pk), on=on)
    kept = text.strip()
    if not kept or len(kept) > permissions.LONGEST:
        raise CannotSend(f"请填写办理记录，最多 {permissions.LONGEST} 字", "write what was done, in a few words")
    ledger.record(
        "intake.noted", subject=("letter", envelope.number), by=by, organisation=organisation, on=on,
        region_code=envelope.region_code, cite=["kz-2024/23.b"] if envelope.kind == Envelope.Kind.COMPLAINT else [],
        sentence={"zh": f"记录公众来件 {envelope.number} 办理情况", "en": f"wrote down work on letter {envelope.number}"},
    )  # fmt: skip
    return Note.objects.create(
        envelope=envelope, text=kept, by=f"{organisation.name} · {by.name}", on=on, at=datetime.now(UTC)
    )


def sender_of(envelope: Envelope) -> dict[str, str] | None:
    """Who sent a letter, for a room that seals it again without showing it; people go through `identify`."""
    found = Sender.objects.filter(envelope=envelope).first()
    return json.loads(sealing.unseal(bytes(found.sealed))) if found is not None else None


@transaction.atomic
def identify(envelope: Envelope, *, reason: str, by: Person, organisation: Organisation, on: date) -> dict[str, str]:
    """Who sent a letter (查阅来件人身份): shown to a person who may and says why, and written down before it is shown."""
    kept = permissions.check_can_identify(by, envelope, reason, on=on)
    sender = Sender.objects.filter(envelope=envelope).first()
    if sender is None:
        raise CannotSend("该来件为匿名", "this letter was sent anonymously")
    Opening.objects.create(
        envelope=envelope, person=by.username, name=by.name, organisation=organisation.key, organisation_name=organisation.name,
        reason=kept, on=on, at=datetime.now(UTC),
    )  # fmt: skip
    ledger.record(
        "intake.identified", subject=("letter", envelope.number), by=by, organisation=organisation, on=on,
        region_code=envelope.region_code, cite=["kz-2024/23.a"], payload={"reason": kept},
        sentence={"zh": f"查阅公众来件 {envelope.number} 来件人身份", "en": f"opened who sent letter {envelope.number}"},
    )  # fmt: skip
    found: dict[str, str] = json.loads(sealing.unseal(bytes(sender.sealed)))
    return found


def _place(letter: Letter, on: date) -> dict[str, str]:
    """Where a letter belongs: the notice's office, the mine's county, or the place the sender names."""
    if letter.kind == Envelope.Kind.OBJECTION:
        notice, row = permissions.check_can_object(letter.notice, letter.mine, on=on)
        region = row.region_code or notice.region_code
        return {"mine": row.mine, "name": row.name, "region_code": region, "organisation": notice.organisation}
    if letter.kind not in Envelope.Kind.values:
        raise CannotSend("请选择来件类别", "choose what you send")
    mine = published.mine(letter.mine) if letter.mine else None
    if letter.mine and mine is None:
        raise CannotSend("名录中没有这座矿山", "there is no such mine in the directory")
    if letter.statement and published.statement(letter.statement) is None:
        raise CannotSend("没有这条公开信息", "there is no such statement")
    if mine is not None:
        return {"mine": mine.key, "name": mine.name, "region_code": mine.region_code, "organisation": ""}
    if letter.kind == Envelope.Kind.CORRECTION:
        raise CannotSend("请从矿山页面提交更正申请", "ask for a correction from the mine's page")
    if not letter.about.strip():
        raise CannotSend("请写明被反映的矿山或企业", "say which mine or enterprise it is about")
    if letter.region_code == COUNTRY or letter.region_code not in editions.active().divisions:
        raise CannotSend("请选择所在地区", "choose the place")
    return {"mine": "", "name": letter.about.strip(), "region_code": letter.region_code, "organisation": ""}


def _office(key: str, region_code: str) -> Organisation | None:
    """The natural resources authority in charge: the one named, else the nearest one at or above the place."""
    if key and (named := Organisation.objects.filter(key=key).first()):
        return named
    chain = list(editions.active().divisions.ancestors(region_code))
    found = {
        one.division: one
        for one in Organisation.objects.filter(kind="authority", department="natural_resources", division__in=chain)
    }
    return next((found[code] for code in chain if code in found), None)


def _number(on: date) -> str:
    kind = f"LJ-{on.year}"
    Counter.objects.get_or_create(kind=kind)
    counter = Counter.objects.select_for_update().get(kind=kind)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{kind}-{counter.last:06d}"


def _remember(source: str, now: datetime) -> None:
    """Forget who sent something more than an hour ago, and remember this one."""
    Knock.objects.filter(at__lt=now - permissions.HOUR).delete()
    if source:
        Knock.objects.create(source=source, at=now)


def _event(
    envelope: Envelope, state: str, *, on: date, office: str = "", words: Mapping[str, str] | None = None
) -> None:
    said = words or {}
    Event.objects.create(
        envelope=envelope, state=state, office=office, zh=said.get("zh", ""), en=said.get("en", "") or said.get("zh", ""),
        on=on, at=datetime.now(UTC),
    )  # fmt: skip


def _tell(envelope: Envelope, office: Organisation | None, on: date) -> None:
    """A letter from the public was received (收到公众来件); the office in charge is told."""
    kind = {"zh": str(envelope.get_kind_display()), "en": envelope.kind}
    ledger.record(
        "intake.received", subject=("letter", envelope.number), by="公众 · the public", on=on, region_code=envelope.region_code,
        sentence={"zh": f"收到公众来件 {envelope.number}（{kind['zh']}）", "en": f"received letter {envelope.number} ({kind['en']})"},
        cite=CITES[Envelope.Kind(envelope.kind)],
    )  # fmt: skip
    if office is not None:
        notifications.tell(
            "intake.received", to=office, about=("letter", envelope.number), due_on=envelope.due_on,
            url=f"/authority/incoming/{envelope.number}/",
            text={
                "zh": f"公众来件待办理：{kind['zh']} {envelope.number}（{envelope.mine_name}）",
                "en": f"a letter from the public waits: {kind['en']} {envelope.number} ({envelope.mine_name})",
            },
        )  # fmt: skip
