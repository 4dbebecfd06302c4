"""What can be asked of letters: by its sender with the code, by officials within their reach; never who sent it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from greenmine.accounts import queries as accounts
from greenmine.accounts.models import Organisation
from greenmine.directory.intake import sealing
from greenmine.directory.intake.models import Enclosure, Envelope, Opening
from greenmine.editions import queries as editions

NATURAL_RESOURCES = "natural_resources"


def by_code(code: str) -> Envelope | None:
    """The letter of a tracking code, with its states; None for every other text."""
    return Envelope.objects.filter(code_hash=sealing.code_hash(code)).prefetch_related("events").first()


def envelopes_for(person: Any, on: date) -> QuerySet[Envelope]:
    """The letters within a person's reach, the latest first.

    Natural resources sees those of its region; another department only what was forwarded to it. An objection is seen by
    the authority that gave notice, and by nobody else: not by the county of the mine.
    """
    office = accounts.acting_for(person, "incoming.handle", on=on)
    if office is None:
        return Envelope.objects.none()
    found = Envelope.objects.filter(accounts.reach(person, "incoming.handle", on=on).condition())
    houses = [held.organisation.key for held in accounts.memberships(person, on=on)]
    found = found.filter(~Q(kind=Envelope.Kind.OBJECTION) | Q(organisation__in=houses))
    if office.department != NATURAL_RESOURCES:
        found = found.filter(Q(organisation=office.key))
    return found.order_by("-id")


def openings_of(envelope: Envelope) -> QuerySet[Opening]:
    """Who opened who sent it, the latest first."""
    return Opening.objects.filter(envelope=envelope).order_by("-id")


def enclosure(envelope: Envelope, order: int) -> Enclosure | None:
    """One file of a letter."""
    return envelope.enclosures.filter(order=order).first()


def offices_about(region_code: str) -> QuerySet[Organisation]:
    """The authorities to which a letter about this place may be forwarded."""
    chain = list(editions.active().divisions.ancestors(region_code))
    below = Q(division__startswith=region_code.rstrip("0")) if region_code.rstrip("0") else Q()
    return Organisation.objects.filter(Q(division__in=chain) | below, kind="authority").order_by("division", "name")
