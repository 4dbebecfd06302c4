"""What happens in an inquiry (评估失信调查): opened, investigated, told, heard, decided. Every step by a named person, by the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import queries as assessors
from greenmine.assessors.models import Agency, Assessor
from greenmine.editions import procedures
from greenmine.editions import queries as editions
from greenmine.evidence import actions as evidence
from greenmine.integrity import permissions
from greenmine.integrity.models import Inquiry, InquiryParty, InquiryRecord, InquiryStep, Recheck, Signal
from greenmine.integrity.permissions import CannotInquire
from greenmine.law.steps import OutOfTurn, Step, Table
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications

MOST_PEOPLE = 20
DECISIONS = ("verify", "refute", "debar")


@dataclass(frozen=True)
class Act:
    """Who acts, for which authority, on which day."""

    by: Person
    organisation: Organisation
    on: date

    @property
    def who(self) -> str:
        """As it stands in the file."""
        return f"{self.organisation.name} · {self.by.name}"


@dataclass(frozen=True)
class Opening:
    """From what an inquiry is opened: against whom, on which ground, from which source."""

    agency: str
    ground: str
    origin: str
    source: str
    people: Sequence[str] = ()
    signals: Sequence[str] = ()


def table() -> Table:
    """The step table of inquiries."""
    return procedures.table("misconduct-inquiry")


@transaction.atomic
def open_inquiry(opening: Opening, *, by: Person, organisation: Organisation, on: date) -> Inquiry:
    """Open an inquiry (立案) from signals, a complaint, or one's own finding. Nothing is decided by it."""
    act = Act(by, organisation, on)
    permissions.check_can_open(by, organisation.division, opening.ground, on=on)
    source = permissions.check_words(opening.source, "线索来源和内容", "what was reported or found")
    if opening.origin not in Inquiry.Origin.values:
        raise CannotInquire("请选择线索来源", "say where it comes from")
    agency = Agency.objects.filter(key=opening.agency).first()
    if agency is None:
        raise CannotInquire("请选择被调查的评估机构", "choose the agency")
    signals = _signals(opening, act)
    steps = table()
    inquiry = Inquiry.objects.create(
        number=_next_number(steps.prefix, on), agency=agency.key, agency_name=agency.name, organisation=organisation.key,
        region_code=organisation.division, ground=opening.ground, origin=opening.origin, source=source, state=steps.start,
        state_since=on, opened_by=act.who, opened_by_id=by.pk, opened_on=on,
    )  # fmt: skip
    InquiryParty.objects.create(inquiry=inquiry, kind="agency", key=agency.key, name=agency.name)
    for one in _people(opening.people):
        InquiryParty.objects.create(inquiry=inquiry, kind="assessor", key=one.key, name=one.name)
    inquiry.signals.set(signals)
    Signal.objects.filter(pk__in=[one.pk for one in signals]).update(
        state=Signal.State.INQUIRY, looked_by=act.who, looked_on=on
    )
    InquiryStep.objects.create(inquiry=inquiry, step="open", after=steps.start, on=on, by=act.who, by_id=by.pk)
    write(
        inquiry,
        "inquiry_opened",
        act,
        f"对{agency.name}立案调查",
        f"opened an inquiry into {agency.name}",
        [opening.ground],
    )
    return inquiry


def _signals(opening: Opening, act: Act) -> list[Signal]:
    found = list(Signal.objects.select_for_update().filter(number__in=list(opening.signals)))
    for one in found:
        permissions.check_can_handle(act.by, one, on=act.on)
        if one.agency != opening.agency:
            raise CannotInquire(f"信号 {one.number} 不涉及该机构", f"signal {one.number} is about another agency")
    if opening.origin == Inquiry.Origin.SIGNAL and not found:
        raise CannotInquire("请至少选择一条诚信信号", "choose at least one signal")
    return found


def _people(keys: Sequence[str]) -> list[Assessor]:
    found = list(Assessor.objects.filter(key__in=list(keys)).order_by("key"))
    if len(found) != len(set(keys)) or len(found) > MOST_PEOPLE:
        raise CannotInquire("名录中没有所列人员，或人数过多", "somebody named is not in the register, or too many are")
    return found


def _next_number(prefix: str, on: date) -> str:
    last = Inquiry.objects.filter(number__startswith=f"{prefix}-{on.year}-").order_by("-id").first()
    return f"{prefix}-{on.year}-{(int(last.number.rsplit('-', 1)[1]) if last else 0) + 1:04d}"


def lock(inquiry: Inquiry) -> Inquiry:
    """The inquiry as it is now: of two who act at once the second sees the first."""
    return Inquiry.objects.select_for_update().get(pk=inquiry.pk)


def check_step(inquiry: Inquiry, step: str, *, by: Any, on: date) -> Step:
    """The step, if it is its turn, this person's, and nobody decides what he proposed."""
    try:
        found = table().check(inquiry.state, step)
    except OutOfTurn as refused:
        raise CannotInquire(refused.zh, refused.en) from None
    permissions.check_can_work_on(by, inquiry, on=on, verb=found.verb)
    for earlier in inquiry.steps.filter(step__in=found.separate_from).values_list("by_id", flat=True):
        accounts.check_is_not_proposer(by, earlier)
    if on < inquiry.state_since:
        raise CannotInquire(
            f"办理日期不能早于上一步的日期 {inquiry.state_since}",
            f"the day lies before the last step's, {inquiry.state_since}",
        )
    if found.not_before is not None:
        _check_waited(inquiry, found, on)
    return found


def _check_waited(inquiry: Inquiry, step: Step, on: date) -> None:
    since = inquiry.noticed_on or inquiry.state_since
    until = table().opens_on(step.id, since, editions.active().calendar)
    if until.on is None:
        raise CannotInquire(str(until.reason["zh"]), str(until.reason["en"]))
    if on <= until.on:
        raise CannotInquire(
            f"陈述申辩期限至 {until.on}，期满后才能登记未申辩", f"the time for a plea runs until {until.on}"
        )


def take(inquiry: Inquiry, step: Step, act: Act, *, note: str = "", zh: str = "", en: str = "") -> None:
    """Move an inquiry by a step that was checked; start the next clock; write the act down."""
    steps = table()
    before = inquiry.state
    inquiry.state = step.lands_in(before)
    if inquiry.state != before:
        inquiry.state_since = act.on
        clocked = next((one for one in steps.open_steps(inquiry.state) if one.clock is not None), None)
        since = inquiry.noticed_on if inquiry.state == "noticed" and inquiry.noticed_on else act.on
        inquiry.due_on = steps.due(clocked.id, since, editions.active().calendar) if clocked else None
    if steps.is_final(inquiry.state):
        inquiry.closed_on = act.on
    inquiry.save()
    InquiryStep.objects.create(
        inquiry=inquiry,
        step=step.id,
        before=before,
        after=inquiry.state,
        on=act.on,
        by=act.who,
        by_id=act.by.pk,
        note=note,
    )
    provisions = [*step.provisions, inquiry.ground] if inquiry.ground not in step.provisions else list(step.provisions)
    write(inquiry, f"inquiry_{step.id}", act, zh or step.title["zh"], en or step.title["en"], provisions)
    _tell_next(inquiry, steps, act)


def _tell_next(inquiry: Inquiry, steps: Table, act: Act) -> None:
    """A to-do for the side of the authority whose turn it is now."""
    notifications.settle("inquiry", inquiry.number, "integrity.inquiry_next", by=act.by.name)
    following = [one for one in steps.open_steps(inquiry.state) if one.to != "same"]
    if not following:
        return
    titles = [one.title for one in following]
    notifications.tell(
        "integrity.inquiry_next",
        to=act.organisation,
        role="decider" if following[0].verb == "inquiries.decide" else "reviewer",
        about=("inquiry", inquiry.number),
        url=f"/authority/inquiries/{inquiry.number}/",
        due_on=inquiry.due_on,
        text={
            "zh": f"{inquiry.number} {inquiry.agency_name}：待{'或'.join(one['zh'] for one in titles)}",
            "en": f"{inquiry.number}: next, {' or '.join(one['en'] for one in titles)}",
        },
    )


def write(inquiry: Inquiry, verb: str, act: Act, zh: str, en: str, cite: Sequence[str]) -> None:
    """Enter an act of an inquiry in the ledger."""
    ledger.record(
        f"integrity.{verb}",
        subject=("inquiry", inquiry.number),
        by=act.by,
        organisation=act.organisation,
        on=act.on,
        sentence={"zh": f"{inquiry.number}：{zh}", "en": f"{inquiry.number}: {en}"},
        cite=list(cite),
        region_code=inquiry.region_code,
    )


@transaction.atomic
def investigate(inquiry: Inquiry, *, by: Person, organisation: Organisation, on: date) -> Inquiry:
    """Begin the investigation (开展调查)."""
    now = lock(inquiry)
    take(now, check_step(now, "investigate", by=by, on=on), Act(by, organisation, on))
    return now


@transaction.atomic
def add_record(
    inquiry: Inquiry,
    text: str,
    *,
    upload: evidence.Upload | None = None,
    by: Person,
    organisation: Organisation,
    on: date,
) -> InquiryRecord:
    """Write down what was found out (调查记录), with its evidence."""
    now, act = lock(inquiry), Act(by, organisation, on)
    step = check_step(now, "note", by=by, on=on)
    words = permissions.check_words(text, "调查记录", "what was found out")
    kept = None
    if upload is not None:
        kept = evidence.keep(upload, by=by, on=on, subject=("inquiry", now.number), title="调查证据")
    record = InquiryRecord.objects.create(inquiry=now, text=words, evidence=kept, by=act.who, on=on)
    take(now, step, act, note=words)
    return record


@transaction.atomic
def plead(inquiry: Inquiry, how: str, text: str = "", *, by: Person, organisation: Organisation, on: date) -> Inquiry:
    """Enter the plea (陈述申辩): heard, waived in writing, or not made until the time ran out."""
    steps = {"heard": "hear_plea", "waived": "note_waiver", "silent": "note_silence"}
    if how not in steps:
        raise CannotInquire("请选择陈述申辩情况", "say whether a plea was heard, waived, or not made")
    now = lock(inquiry)
    step = check_step(now, steps[how], by=by, on=on)
    if how != "silent":
        now.plea = permissions.check_words(text, "陈述申辩的内容", "what was pleaded")
    now.plea_how, now.plea_on = how, on
    take(now, step, Act(by, organisation, on), note=now.plea)
    return now


@dataclass(frozen=True)
class Finding:
    """What a decider finds: verified of whom, on which facts and reasons, and from when the term runs."""

    reasons: str
    facts: str = ""
    parties: Sequence[int] = ()
    counted_from: str = "notified"
    term_from: date | None = None


@transaction.atomic
def verify(inquiry: Inquiry, finding: Finding, *, by: Person, organisation: Organisation, on: date) -> Inquiry:
    """Decide that the misconduct is verified (查实), of each party apart. CannotInquire without evidence in the file."""
    now = lock(inquiry)
    step = check_step(now, "verify", by=by, on=on)
    permissions.check_is_proved(now)
    now.facts = permissions.check_words(finding.facts, "查明的事实", "the facts that were verified")
    parties = list(now.parties.all())
    guilty = [one for one in parties if one.pk in set(finding.parties)]
    if not guilty:
        raise CannotInquire("请选择查实的机构或人员", "say of whom it is verified")
    if finding.counted_from not in ("notified", "decided"):
        raise CannotInquire("请选择起算日", "choose from which day the term runs")
    now.counted_from = finding.counted_from
    now.term_from = on if finding.counted_from == "decided" else (finding.term_from or on)
    if now.term_from < on:
        raise CannotInquire("起算日不能早于决定日期", "the term cannot begin before the decision")
    for one in parties:
        one.verified = one in guilty
        one.save(update_fields=["verified"])
    names = "、".join(one.name for one in guilty)
    _decide(now, "verified", finding.reasons, Act(by, organisation, on))
    take(now, step, Act(by, organisation, on), note=now.reasons, zh=f"决定查实：{names}", en=f"verified of {names}")
    return now


@transaction.atomic
def refute(inquiry: Inquiry, reasons: str, *, by: Person, organisation: Organisation, on: date) -> Inquiry:
    """Decide that it is refuted (查否): everybody named is cleared."""
    now = lock(inquiry)
    step = check_step(now, "refute", by=by, on=on)
    _decide(now, "refuted", reasons, Act(by, organisation, on))
    now.parties.update(verified=False)
    take(now, step, Act(by, organisation, on), note=now.reasons)
    return now


def _decide(inquiry: Inquiry, outcome: str, reasons: str, act: Act) -> None:
    permissions.check_can_decide(act.by, inquiry, on=act.on)
    inquiry.reasons = permissions.check_words(reasons, "决定的理由", "the reasons of the decision")
    inquiry.outcome, inquiry.decided_on = outcome, act.on
    inquiry.decided_by, inquiry.decided_by_id = act.who, act.by.pk


@transaction.atomic
def debar(inquiry: Inquiry, *, by: Person, organisation: Organisation, on: date) -> Inquiry:
    """Enter the debarment (列入黑名单) of each party of whom it was verified, and list their earlier reports for a second look.

    No mine is removed and no report changed by it: each stands until a person has looked at it and acts.
    """
    from greenmine.assessors import actions as sanctions  # noqa: PLC0415 -- the register's acts are many; one is needed here

    now, act = lock(inquiry), Act(by, organisation, on)
    if now.outcome != "verified" or now.notified_on is None:
        permissions.check_can_debar(by, now, on=on)
    step = check_step(now, "debar", by=by, on=on)
    permissions.check_can_debar(by, now, on=on)
    if now.decided_on is None or now.notified_on is None:  # the checks above refuse this; types cannot know
        raise CannotInquire("处理决定尚未送达", "the decision was not served")
    proof = now.records.filter(evidence__isnull=False).select_related("evidence").order_by("id").first()
    for party in now.parties.filter(verified=True).order_by("id"):
        entered = sanctions.debar(
            party.kind, party.key, ground=now.ground, reason=now.facts, decision_number=now.decision_number or now.number,
            decided_on=now.decided_on, notified_on=now.notified_on, counted_from=now.counted_from, inquiry=now.number,
            proposed_by_id=now.opened_by_id, evidence=proof.evidence if proof else None, by=by, organisation=organisation, on=on,
        )  # fmt: skip
        party.debarment = entered.pk
        party.save(update_fields=["debarment"])
    now.debarred_on = on
    count = _list_earlier(now)
    take(
        now, step, act, zh=f"列入黑名单；既往报告 {count} 份待人工复核，均不因此自动移出名录",
        en=f"debarred; {count} earlier reports to be looked at again, none removed by this",
    )  # fmt: skip
    return now


def _list_earlier(inquiry: Inquiry) -> int:
    earlier: dict[str, Any] = {}
    for party in inquiry.parties.filter(verified=True):
        for one in assessors.earlier_engagements(party.kind, party.key, before=inquiry.decided_on or inquiry.opened_on):
            earlier.setdefault(one.number, one)
    Recheck.objects.bulk_create(
        Recheck(
            inquiry=inquiry, engagement=one.number, mine=one.mine, mine_name=one.mine_name, region_code=one.region_code,
            commissioned_on=one.commissioned_on,
        )
        for one in earlier.values()
    )  # fmt: skip
    return len(earlier)


@transaction.atomic
def look_again(
    recheck: Recheck, outcome: str, note: str, *, by: Person, organisation: Organisation, on: date
) -> Recheck:
    """A person looked at an earlier report again (复核) and says what follows; nothing follows by itself."""
    now = Recheck.objects.select_for_update().select_related("inquiry").get(pk=recheck.pk)
    permissions.check_can_look_again(by, now, on=on)
    if outcome not in (Recheck.Outcome.STANDS, Recheck.Outcome.REASSESS, Recheck.Outcome.CLUE):
        raise CannotInquire("请选择复核结论", "choose what the second look found")
    now.note = permissions.check_words(note, "复核情况", "what the second look saw")[:1000]
    now.outcome, now.by, now.on = outcome, f"{organisation.name} · {by.name}", on
    now.save()
    write(
        now.inquiry, "rechecked", Act(by, organisation, on), f"复核既往报告 {now.engagement}（{now.mine_name}）：{Recheck.Outcome(outcome).label}",
        f"looked again at {now.engagement}: {outcome}", ["cn-2024-1/17.0.8"],
    )  # fmt: skip
    return now


@transaction.atomic
def close(inquiry: Inquiry, *, by: Person, organisation: Organisation, on: date) -> Inquiry:
    """Close it (结案) when every earlier report was looked at."""
    now = lock(inquiry)
    step = check_step(now, "close_after_recheck", by=by, on=on)
    waiting = now.rechecks.filter(outcome=Recheck.Outcome.OPEN).count()
    if waiting:
        raise CannotInquire(f"还有 {waiting} 份既往报告待复核", f"{waiting} earlier reports wait for a second look")
    take(now, step, Act(by, organisation, on))
    return now
