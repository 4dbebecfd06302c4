"""Whose an assessment is to see, the history of an item, and which mines should assess themselves again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet

from greenmine.accounts import queries as accounts
from greenmine.accounts.vocabulary import Kind
from greenmine.assessment import engaged, scoring
from greenmine.assessment.flags import months_later
from greenmine.assessment.models import AnswerChange, Assessment
from greenmine.editions.edition import Edition
from greenmine.registry.models import Mine

INTERVAL = "self-assessment-interval-months"


def assessments_for(person: Any, *, on: date) -> QuerySet[Assessment]:
    """The assessments within a person's reach.

    An enterprise: its own, and a third party's report on its mine once submitted. An authority: what was submitted from
    its region. An agency: its own while engaged, and the submitted self-assessment of a mine it is engaged for.
    """
    within = Q(pk__in=[])
    scope = accounts.scope_for(person, "assessments.see", on=on)
    if scope is not None:
        for_authority = scope.condition(region="region_code", enterprise=None)
        read = Q(submitted_on__isnull=False) | Q(state=Assessment.State.SUBMITTED)
        within |= for_authority & read & ~Q(state=Assessment.State.WITHDRAWN)
        if scope.enterprises:
            own = Q(party=Assessment.Party.SELF)
            told = Q(party=Assessment.Party.THIRD_PARTY, state=Assessment.State.SUBMITTED)
            within |= Q(holder__in=scope.enterprises) & (own | told)
    within |= _of_agency(person, on=on)
    return Assessment.objects.filter(within)


def _of_agency(person: Any, *, on: date) -> Q:
    """An agency's own accounts while engaged, and what the enterprises it is engaged for have submitted."""
    houses = [h.organisation.key for h in accounts.memberships(person, on=on) if h.organisation.kind == Kind.AGENCY]
    if not houses or accounts.scope_for(person, "engagements.see", on=on) is None:
        return Q(pk__in=[])
    running = list(engaged.running(houses, on=on).values_list("number", "mine", "purpose"))
    own = Q(organisation__in=houses, engagement__in=[number for number, _, _ in running])
    open_mines = [mine for _, mine, purpose in running if purpose != "blind"]
    told = Q(party=Assessment.Party.SELF, state=Assessment.State.SUBMITTED, mine__in=open_mines)
    return own | told


def get(number: str, *, person: Any, on: date) -> Assessment:
    """The assessment with a number, within a person's reach; Assessment.DoesNotExist otherwise."""
    return assessments_for(person, on=on).select_related("last").get(number=number)


def history(assessment: Assessment, indicator: str | None = None) -> QuerySet[AnswerChange]:
    """Every change of an item (or of all), and the drafts that came too late, latest first."""
    rows = AnswerChange.objects.filter(assessment=assessment).order_by("-id")
    return rows if indicator is None else rows.filter(indicator=indicator)


def overdue(edition: Edition, *, on: date) -> Iterator[tuple[Mine, date | None, int]]:
    """Mines whose last self-assessment is older than the interval of the day, with its day: (mine, last day, months)."""
    found = scoring.figure(edition, INTERVAL, on)
    if found is None:
        return
    months = found[0]
    done = Assessment.objects.filter(party=Assessment.Party.SELF, submitted_on__isnull=False)
    done = done.exclude(state=Assessment.State.WITHDRAWN)
    latest = dict(done.order_by().values_list("mine").annotate(day=Max("submitted_on")))
    mines = Mine.objects.filter(withdrawn_at__isnull=True, ended_on__isnull=True, holder__isnull=False)
    for mine in mines.select_related("holder").order_by("key").iterator():
        day = latest.get(mine.key)
        if day is None or months_later(day, months) <= on:
            yield mine, day, months
