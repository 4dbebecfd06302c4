"""What can be asked of integrity: signals, inquiries and draws within a person's reach; an agency its own leniency."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from greenmine.accounts import queries as accounts
from greenmine.accounts.models import Organisation
from greenmine.assessors import queries as assessors
from greenmine.evidence.models import Opening
from greenmine.integrity import gaps, reading
from greenmine.integrity.models import BlindDraw, Inquiry, LeniencyFigure, PublicNotice, Signal

LATER = ("recheck", "blind")


def signals_for(person: Any, *, on: date) -> QuerySet[Signal]:
    """The signals of a person's region, the latest first."""
    scope = accounts.reach(person, "integrity.see", on=on)
    return Signal.objects.filter(scope.condition()).order_by("-id")


def inquiries_for(person: Any, *, on: date) -> QuerySet[Inquiry]:
    """The inquiries of a person's region, the latest first. Signals that are only suspected name nobody to others."""
    scope = accounts.reach(person, "integrity.see", on=on)
    return Inquiry.objects.filter(scope.condition()).order_by("-id")


def draws_for(person: Any, *, on: date) -> QuerySet[BlindDraw]:
    """The blind samples of a person's region, the latest first."""
    scope = accounts.reach(person, "integrity.see", on=on)
    return BlindDraw.objects.filter(scope.condition()).order_by("-id")


def leniency_for(person: Any, *, on: date) -> QuerySet[LeniencyFigure]:
    """The leniency of agencies as compared in the provinces of a person's region: never of leaders, never public."""
    scope = accounts.reach(person, "integrity.see", on=on)
    return LeniencyFigure.objects.filter(scope.condition(), unit="agency").order_by("-points", "key")


def own_leniency(organisation: Organisation | None) -> QuerySet[LeniencyFigure]:
    """What an agency may know of its own leniency: its figures and those of its leaders; nobody else's."""
    agency = assessors.agency_of(organisation)
    if agency is None:
        return LeniencyFigure.objects.none()
    return LeniencyFigure.objects.filter(agency=agency.key).order_by("unit", "-points", "key")


def indicator_gaps(agency: str, region: str) -> dict[str, list[gaps.Gap]]:
    """How much more an agency gave than the mines themselves, and than re-checks, indicator by indicator."""
    jobs = {
        key: job for key, job in reading.jobs().items() if reading.province(job.region_code) == reading.province(region)
    }
    accounts_found = reading.accounts_in(region, jobs)
    own = [one for one in accounts_found if one.agency == agency and one.party == "third_party"]
    return {
        "self": gaps.per_indicator(own, [one for one in accounts_found if one.party == "self"]),
        "recheck": gaps.per_indicator(own, [one for one in accounts_found if one.party in LATER]),
    }


def openings_by(agency: str) -> QuerySet[Opening]:
    """Which files people of an agency opened or exported, the latest first (查阅留痕)."""
    house = assessors.agencies().filter(key=agency).values_list("organisation", flat=True).first() or ""
    found = Opening.objects.filter(organisation=house) if house else Opening.objects.none()
    return found.select_related("provenance").order_by("-id")


def notices() -> QuerySet[PublicNotice]:
    """Every published notification of a verified case, the latest first."""
    return PublicNotice.objects.order_by("-published_on", "-id")


def openings_for(person: Any, agency: str, *, on: date) -> QuerySet[Opening]:
    """The same as far as a person may see it: files that lie in his region."""
    scope = accounts.reach(person, "integrity.see", on=on)
    return openings_by(agency).filter(scope.condition(region="provenance__region_code"))
