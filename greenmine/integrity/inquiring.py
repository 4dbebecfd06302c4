"""What happens in an inquiry (评估失信调查): opened, investigated, told, heard, decided. Every step by a named person, by the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import queries as assessors
from greenmine.assessors.models import Agency, Assessor
from greenmine.evidence import actions as evidence
from greenmine.integrity import permissions
from greenmine.integrity.models import Inquiry, InquiryParty, InquiryRecord, Recheck, Signal
from greenmine.integrity.permissions import CannotInquire
from greenmine.law.steps import OutOfTurn, Step
from greenmine.ledger import actions as ledger
from greenmine.procedures import actions as procedures
from greenmine.procedures.models import Case
from greenmine.procedures.permissions import CannotTake, check_is_separate
from greenmine.procedures.queries import table_of

MOST_PEOPLE = 20
TABLE = "misconduct-inquiry"


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
    case = _open_case(opening, agency, source, act)
    inquiry = Inquiry.objects.create(
        number=case.number, agency=agency.key, agency_name=agency.name, organisation=organisation.key,
        region_code=organisation.division, ground=opening.ground, origin=opening.origin, source=source, state=case.state,
        opened_by=act.who, opened_by_id=by.pk, opened_on=on,
    )  # fmt: skip
    InquiryParty.objects.create(inquiry=inquiry, kind="agency", key=agency.key, name=agency.name)
    for one in _people(opening.people):
        InquiryParty.objects.create(inquiry=inquiry, kind="assessor", key=one.key, name=one.name)
    inquiry.signals.set(signals)
    Signal.objects.filter(pk__in=[one.pk for one in signals]).update(
        state=Signal.State.INQUIRY, looked_by=act.who, looked_on=on
    )
    write(
        inquiry,
        "inquiry_opened",
        act,
        f"对{agency.name}立案调查",
        f"opened an inquiry into {agency.name}",
        [opening.ground],
    )
    return inquiry


def _open_case(opening: Opening, agency: Agency, source: str, act: Act) -> Case:
    try:
        return procedures.open_case(
            TABLE, subject=("agency", agency.key), region_code=act.organisation.division, by=act.by,
            organisation=act.organisation, on=act.on, title=agency.name,
            payload={"grounds": opening.ground, "source": source},
        )  # fmt: skip
    except CannotTake as refused:
        raise CannotInquire(refused.zh, refused.en) from None


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


def lock(inquiry: Inquiry) -> Inquiry:
    """The inquiry as it is now: of two who act at once the second sees the first."""
    return Inquiry.objects.select_for_update().get(pk=inquiry.pk)


def case_of(inquiry: Inquiry) -> Case:
    """The case that runs the step table for an inquiry."""
    return Case.objects.get(number=inquiry.number)


def check_step(inquiry: Inquiry, step: str, *, by: Any, on: date) -> Step:
    """The step, if it is its turn, this person's, and nobody decides what he proposed."""
    case = case_of(inquiry)
    try:
        found = table_of(case).check(case.state, step)
    except OutOfTurn as refused:
        raise CannotInquire(refused.zh, refused.en) from None
    permissions.check_can_work_on(by, inquiry, on=on, verb=found.verb)
    check_is_separate(found, by, list(case.steps.order_by("order")))
    return found


def take(
    inquiry: Inquiry, step: Step, act: Act, given: Mapping[str, Any] | None = None, *, zh: str = "", en: str = ""
) -> None:
    """Take a step that was checked: the case moves by the table, the inquiry with it, and the act is written down."""
    case = case_of(inquiry)
    try:
        procedures.take(case, step.id, given, by=act.by, on=act.on, organisation=act.organisation)
    except (OutOfTurn, CannotTake) as refused:
        raise CannotInquire(refused.zh, refused.en) from None
    inquiry.state, inquiry.closed_on = case.state, case.closed_on
    inquiry.save()
    provisions = [*step.provisions, inquiry.ground] if inquiry.ground not in step.provisions else list(step.provisions)
    write(inquiry, f"inquiry_{step.id}", act, zh or step.title["zh"], en or step.title["en"], provisions)


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
    take(now, step, act, {"text": words})
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
    take(now, step, Act(by, organisation, on), {"plea": now.plea} if how == "heard" else {"statement": now.plea})
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
    take(
        now,
        step,
        Act(by, organisation, on),
        {"reasons": now.reasons, "grounds": now.ground},
        zh=f"决定查实：{names}",
        en=f"verified of {names}",
    )
    return now


@transaction.atomic
def refute(inquiry: Inquiry, reasons: str, *, by: Person, organisation: Organisation, on: date) -> Inquiry:
    """Decide that it is refuted (查否): everybody named is cleared."""
    now = lock(inquiry)
    step = check_step(now, "refute", by=by, on=on)
    _decide(now, "refuted", reasons, Act(by, organisation, on))
    now.parties.update(verified=False)
    take(now, step, Act(by, organisation, on), {"reasons": now.reasons})
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
    now = Recheck.objects.select_for_update(of=("self",)).select_related("inquiry").get(pk=recheck.pk)
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
