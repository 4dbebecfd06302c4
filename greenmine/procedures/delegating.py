"""Deputies (委托代办): somebody who will be absent names who acts for him, from a day to a day.

A deputy acts by his own role in the same organisation; what the delegation gives him is the absent person's work, and every
act then names both. Whoever acts for somebody counts as both where a step must be another person's.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F, Q, QuerySet

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications
from greenmine.procedures.models import Delegation
from greenmine.procedures.payloads import written
from greenmine.procedures.permissions import CannotTake

TOLD = "procedures.delegated"
LONGEST_REASON = 500


def standing(on: date) -> QuerySet[Delegation]:
    """The delegations that hold on a day."""
    ended = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    return Delegation.objects.filter(ended, since__lte=on, until__gte=on)


def absent_for(person: Person, *, on: date) -> list[int]:
    """The people for whom this person acts on a day."""
    return list(standing(on).filter(deputy_id=person.pk).values_list("absent_id", flat=True))


def delegations_of(organisation: str, *, on: date) -> QuerySet[Delegation]:
    """The delegations of an organisation that hold or will hold, the next to end first."""
    found = Delegation.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), organisation=organisation)
    return found.filter(until__gte=on).select_related("absent", "deputy").order_by("until", "id")


@transaction.atomic
def delegate(
    absent: Person, deputy: Person, *, since: date, until: date, reason: str, by: Person, on: date
) -> Delegation:
    """Name a deputy (委托代办). CannotTake and NotAllowed say why not."""
    organisation = _shared(absent, deputy, on=on)
    _check_may(absent, organisation, by, on=on)
    text = written("reason", reason)[:LONGEST_REASON]
    if not text:
        raise CannotTake("请写明委托代办的理由", "say why a deputy is named")
    if since < on or until < since:
        raise CannotTake(
            "代办期间应从今天或以后开始，且不早于开始之日结束", "the days begin today or later, and end after"
        )
    overlap = Q(since__lte=until) & Q(until__gte=since) & (Q(ended_on__isnull=True) | Q(ended_on__gt=F("since")))
    if Delegation.objects.filter(overlap, absent=absent).filter(Q(ended_on=None) | Q(ended_on__gt=since)).exists():
        raise CannotTake(f"{absent.name}在此期间已有代办人", f"{absent.name} has a deputy in these days already")
    if Delegation.objects.filter(overlap, absent=deputy, ended_on=None).exists():
        raise CannotTake(
            f"{deputy.name}在此期间也已委托他人代办，不能再代办", f"{deputy.name} is absent in these days, too"
        )
    found = Delegation.objects.create(
        absent=absent,
        deputy=deputy,
        organisation=organisation.key,
        since=since,
        until=until,
        reason=text,
        by_name=by.name,
        on=on,
    )
    sentence = {
        "zh": f"{since} 至 {until} 由{deputy.name}代{absent.name}办理（{text}）",
        "en": f"{deputy.name} acts for {absent.name} from {since} to {until} ({text})",
    }
    ledger.record(
        "procedures.delegated",
        subject=("person", str(absent.pk)),
        by=by,
        organisation=organisation,
        on=on,
        region_code=organisation.division,
        payload={"absent": absent.pk, "deputy": deputy.pk, "since": since.isoformat(), "until": until.isoformat()},
        sentence=sentence,
    )
    notifications.tell(TOLD, to=deputy, about=("delegation", str(found.pk)), todo=False, text=sentence)
    return found


@transaction.atomic
def end_delegation(found: Delegation, *, by: Person, on: date) -> Delegation:
    """End a delegation before its last day (提前终止代办)."""
    organisation = Organisation.objects.get(key=found.organisation)
    _check_may(found.absent, organisation, by, on=on)
    changed = Delegation.objects.filter(pk=found.pk, ended_on=None, until__gte=on).update(ended_on=on, ended_by=by.name)
    if not changed:
        raise CannotTake("该委托已经结束", "this delegation has ended already")
    found.refresh_from_db()
    ledger.record(
        "procedures.delegation_ended",
        subject=("person", str(found.absent_id)),
        by=by,
        organisation=organisation,
        on=on,
        region_code=organisation.division,
        payload={"delegation": found.pk},
        sentence={
            "zh": f"{found.deputy.name}不再代{found.absent.name}办理",
            "en": f"{found.deputy.name} no longer acts for {found.absent.name}",
        },
    )
    return found


def _shared(absent: Person, deputy: Person, *, on: date) -> Organisation:
    """The organisation in which both hold a role."""
    if absent.pk == deputy.pk:
        raise CannotTake("代办人应为另一人", "the deputy is somebody else")
    own = {held.organisation_id: held.organisation for held in people.memberships(absent, on=on)}
    for held in people.memberships(deputy, on=on):
        if held.organisation_id in own:
            return own[held.organisation_id]
    raise CannotTake("代办人须为同一单位的人员", "the deputy belongs to the same organisation")


def _check_may(absent: Person, organisation: Organisation, by: Person, *, on: date) -> None:
    """Oneself, whoever manages cases in the same organisation, or its administrator."""
    if by.pk == absent.pk:
        return
    if any(held.organisation_id == organisation.pk for held in people.memberships(by, on=on)) and (
        accounts.can(by, "cases.manage", on=on, organisation=organisation.key, region=organisation.division or None)
        or accounts.can(by, "members.manage", on=on, organisation=organisation.key)
    ):
        return
    raise NotAllowed(
        "只有本人或本单位管理人员可以安排代办。", "Only oneself or those who manage the office name deputies."
    )
