"""What can happen to those who broke faith: debarred for the years of the notice, suspended, let in again. By persons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import queries, stating
from greenmine.assessors.figures import figure
from greenmine.assessors.models import Agency, Assessor, Debarment, Engagement, Suspension
from greenmine.assessors.models.sanctions import Party
from greenmine.assessors.refusals import CannotDebar
from greenmine.editions import queries as editions
from greenmine.evidence.models import Provenance
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications

GROUNDS = ("cn-2024-1/17.0.1", "cn-2024-1/17.0.2", "cn-2024-1/17.0.3", "cn-2024-1/17.0.4", "cn-2024-1/17.0.5")
CITE = ["cn-2024-1/17.0.6", "cn-2024-1/17.0.7", "cn-2024-1/17.0.8"]
NOTIFIED, DECIDED = "notified", "decided"


@transaction.atomic
def debar(
    kind: str,
    key: str,
    *,
    ground: str,
    reason: str,
    decision_number: str,
    decided_on: date,
    notified_on: date,
    by: Person,
    organisation: Organisation,
    on: date,
    counted_from: str = NOTIFIED,
    inquiry: str = "",
    proposed_by_id: int | None = None,
    evidence: Provenance | None = None,
) -> Debarment:
    """Enter a decision to debar (列入黑名单) an agency or one person, each named by itself, and state it as a fact.

    The term runs from the day of notification unless the decision says `decided`; the day so many years later is free.
    """
    accounts.check_can(by, "inquiries.decide", on=on)
    accounts.check_is_not_proposer(by, proposed_by_id)
    party = _party(kind, key)
    _check_decision(ground, reason, decision_number, decided_on, notified_on, counted_from, on)
    since = notified_on if counted_from == NOTIFIED else decided_on
    until = _until(since)
    try:
        with transaction.atomic():
            found = Debarment.objects.create(
                kind=kind, key=key, name=party.name, ground=ground, reason=reason.strip(),
                decision_number=decision_number.strip(), decided_on=decided_on, notified_on=notified_on, since=since,
                until=until, counted_from=counted_from, inquiry=inquiry, decided_by=by.name, decided_by_id=by.pk,
                organisation=organisation.key, region_code=organisation.division, evidence=evidence,
            )  # fmt: skip
    except IntegrityError:
        raise CannotDebar("该决定已对其登记", "this decision is entered for that party already") from None
    stating.state_blacklisted(kind, key, since)
    _record(
        "assessors.debarred", kind, key, by, organisation, on,
        f"{party.name} 列入黑名单，{since} 起至 {until} 前评估服务不予采信（{found.decision_number}）",
        f"{party.name} debarred from {since} until before {until} ({found.decision_number})", [ground, *CITE],
    )  # fmt: skip
    _tell(found, party)
    return found


@transaction.atomic
def revoke(debarment: Debarment, reason: str, *, by: Person, organisation: Organisation, on: date) -> Debarment:
    """A decision was set aside (撤销黑名单决定): from this day it no longer holds; what was refused before stays recorded."""
    accounts.check_can(by, "inquiries.decide", on=on)
    if debarment.revoked_on is not None or not reason.strip():
        raise CannotDebar("请说明撤销依据；已撤销的不能重复撤销", "say on what it is set aside, once")
    debarment.revoked_on, debarment.revoked_reason = on, reason.strip()
    debarment.save(update_fields=["revoked_on", "revoked_reason"])
    standing = queries.debarments(debarment.kind, debarment.key).filter(revoked_on__isnull=True).first()
    stating.state_blacklisted(debarment.kind, debarment.key, standing.since if standing else None)
    _record(
        "assessors.debarment_revoked", debarment.kind, debarment.key, by, organisation, on,
        f"撤销对{debarment.name}的黑名单决定 {debarment.decision_number}",
        f"the debarment {debarment.decision_number} of {debarment.name} was set aside", CITE,
    )  # fmt: skip
    return debarment


@transaction.atomic
def suspend(
    kind: str,
    key: str,
    reason: str,
    *,
    region_code: str,
    by: Person,
    organisation: Organisation,
    on: date,
    until: date | None = None,
) -> Suspension:
    """Give no new work in a region (暂停承接) on account of quality; what is under way goes on."""
    accounts.check_can(by, "agencies.manage", on=on)
    party = _party(kind, key)
    if not editions.active().covers(organisation.division, region_code, on):
        raise CannotDebar("只能在本单位管辖范围内暂停", "one suspends within one's own region only")
    if not reason.strip() or (until is not None and until <= on):
        raise CannotDebar("请说明暂停理由，恢复日期应晚于今天", "give the reason; the end lies ahead")
    found = Suspension.objects.create(
        kind=kind, key=key, name=party.name, region_code=region_code, reason=reason.strip(), since=on, until=until,
        by=by.name, organisation=organisation.key,
    )  # fmt: skip
    _record(
        "assessors.suspended", kind, key, by, organisation, on, f"暂停{party.name}承接评估：{found.reason}",
        f"{party.name} suspended: {found.reason}", ["gs-2023/3.10.h", "yn-2025/5.3.a"], region_code,
    )  # fmt: skip
    return found


@transaction.atomic
def lift_suspension(
    suspension: Suspension, reason: str, *, by: Person, organisation: Organisation, on: date
) -> Suspension:
    """Somebody finds that work may be given again (恢复承接), and says why."""
    accounts.check_can(by, "agencies.manage", on=on)
    if not editions.active().covers(organisation.division, suspension.region_code, on):
        raise CannotDebar("只能恢复本单位管辖范围内的暂停", "one lifts within one's own region only")
    if not reason.strip() or (suspension.until is not None and suspension.until <= on):
        raise CannotDebar("请说明恢复理由；已恢复的不能重复恢复", "give the reason, once")
    suspension.until, suspension.lifted_by, suspension.lifted_reason = on, by.name, reason.strip()
    suspension.save(update_fields=["until", "lifted_by", "lifted_reason"])
    _record(
        "assessors.suspension_lifted", suspension.kind, suspension.key, by, organisation, on,
        f"恢复{suspension.name}承接评估：{reason.strip()}", f"{suspension.name} may be engaged again",
        ["gs-2023/3.10.h"], suspension.region_code,
    )  # fmt: skip
    return suspension


def _party(kind: str, key: str) -> Agency | Assessor:
    found: Agency | Assessor | None = None
    if kind == Party.AGENCY:
        found = Agency.objects.filter(key=key).first()
    elif kind == Party.ASSESSOR:
        found = Assessor.objects.filter(key=key).first()
    if found is None:
        raise CannotDebar(f"名录中没有“{key}”", f"the register has no {key!r}")
    return found


def _check_decision(
    ground: str, reason: str, number: str, decided_on: date, notified_on: date, counted_from: str, on: date
) -> None:
    if ground not in GROUNDS:
        raise CannotDebar("请选择查实的情形", "choose the ground that was verified")
    if not reason.strip() or not number.strip():
        raise CannotDebar(
            "须有查实的事实和处理决定文号方可列入黑名单", "a verified finding and the number of the decision are needed"
        )
    if decided_on > on or notified_on > on or notified_on < decided_on:
        raise CannotDebar(
            "通报送达日期不能早于决定日期，且均不能晚于今天", "notified on or after the decision, neither ahead"
        )
    if counted_from not in (NOTIFIED, DECIDED):
        raise CannotDebar("请选择起算日", "choose from which day it counts")


def _until(since: date) -> date:
    """The first day after the term: the same day so many years later, 29 February the 28th, as the rule counts."""
    years = figure(editions.active(), "debarment-years", since)
    if years is None:
        raise CannotDebar("该日没有规定不予采信年数的依据文本", "no text held for that day sets the years")
    try:
        return since.replace(year=since.year + years.whole)
    except ValueError:
        return date(since.year + years.whole, 2, 28)


def _tell(found: Debarment, party: Agency | Assessor) -> None:
    """Both the party and every authority with an engagement of it under way learn it; what they do is theirs to decide."""
    text = {
        "zh": f"{found.name} 已列入黑名单（{found.decision_number}），{found.until} 前不予采信",
        "en": f"{found.name} is debarred ({found.decision_number}) until {found.until}",
    }
    if isinstance(party, Agency):
        notifications.tell("assessors.debarred", to=party.address, about=(found.kind, found.key), text=text, todo=False)
        running = Engagement.objects.filter(agency=party)
    else:
        running = Engagement.objects.filter(team__assessor=party, team__until__isnull=True)
    houses = running.exclude(state__in=queries.ENDED).values_list("drafted_by_organisation", flat=True)
    for house in Organisation.objects.filter(key__in=set(houses)):
        notifications.tell("assessors.debarred", to=house, about=(found.kind, found.key), text=text)


def _record(
    verb: str,
    kind: str,
    key: str,
    by: Person,
    organisation: Organisation,
    on: date,
    zh: str,
    en: str,
    cite: Sequence[str],
    region_code: str = "",
) -> None:
    ledger.record(
        verb, subject=(kind, key), by=by, organisation=organisation, on=on, zh=zh, en=en, cite=list(cite),
        region_code=region_code,
    )  # fmt: skip
