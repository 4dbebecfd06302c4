"""What can be asked of third parties: the register, who may see which engagement, who is debarred, what came before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from greenmine.accounts import queries as accounts
from greenmine.accounts.models import Organisation
from greenmine.assessors.conditions import Conditions, conditions_of
from greenmine.assessors.conflicts import Tie, ties_of
from greenmine.assessors.models import (
    Agency,
    Assessor,
    Debarment,
    Employment,
    Engagement,
    Expert,
    FeeDemand,
    Measure,
    Suspension,
    TeamMember,
)
from greenmine.editions import procedures
from greenmine.editions.edition import Edition
from greenmine.law.steps import Table
from greenmine.registry.models import Mine

TABLE = "engagement"
ENDED = ("closed", "declined", "cancelled", "recused")
ENGAGED = (
    "commissioned", "accepted", "team_named", "declared", "desk_reviewed", "questions_settled", "entry_noticed",
    "visited", "reviewed", "filed", "returned", "received", "rated",
)  # fmt: skip
YEAR = timedelta(days=365)


def table() -> Table:
    """The step table of engagements."""
    return procedures.table(TABLE)


def agencies() -> QuerySet[Agency]:
    """Every agency of the register, by number."""
    return Agency.objects.order_by("key")


def agency(key: str) -> Agency:
    """The agency with a permanent number; Agency.DoesNotExist otherwise."""
    return Agency.objects.get(key=key)


def agency_of(organisation: Organisation | None) -> Agency | None:
    """The agency whose account an organisation is."""
    return None if organisation is None else Agency.objects.filter(organisation=organisation.key).first()


def engagement(number: str) -> Engagement:
    """The engagement with a number; Engagement.DoesNotExist otherwise."""
    return Engagement.objects.select_related("agency").get(number=number)


def employed(of: Agency, *, on: date) -> QuerySet[Employment]:
    """Who works for an agency on a day, by name."""
    held = of.employments.filter(since__lte=on).exclude(until__lte=on)
    return held.select_related("assessor").order_by("assessor__name", "id")


def staff(of: Agency, *, on: date) -> list[Assessor]:
    """The assessors employed on a day."""
    return [one.assessor for one in employed(of, on=on)]


@dataclass(frozen=True, slots=True)
class Turnover:
    """How steady the staff is over a year (人员稳定性): who stayed, who joined, who left."""

    at_start: int
    at_end: int
    joined: int
    left: int
    stayed: int


def turnover(of: Agency, *, on: date) -> Turnover:
    """The coming and going of a year up to a day."""
    start = on - YEAR
    rows = list(of.employments.values_list("assessor", "since", "until"))
    before = {who for who, since, until in rows if since <= start and (until is None or until > start)}
    now = {who for who, since, until in rows if since <= on and (until is None or until > on)}
    return Turnover(len(before), len(now), len(now - before), len(before - now), len(now & before))


def is_debarred(kind: str, key: str, on: date) -> bool:
    """Whether the services of an agency or an assessor are not accepted on a day."""
    return debarment(kind, key, on) is not None


def debarment(kind: str, key: str, on: date) -> Debarment | None:
    """The debarment that holds on a day, the longest one; the end day is excluded."""
    held = Debarment.objects.filter(kind=kind, key=key, since__lte=on, until__gt=on)
    return held.exclude(revoked_on__lte=on).order_by("-until", "-id").first()


def debarments(kind: str, key: str) -> QuerySet[Debarment]:
    """Every debarment there ever was, the latest first."""
    return Debarment.objects.filter(kind=kind, key=key).order_by("-since", "-id")


def is_suspended(edition: Edition, kind: str, key: str, region: str, on: date) -> bool:
    """Whether new work in a region is suspended on a day."""
    held = Suspension.objects.filter(kind=kind, key=key, since__lte=on).exclude(until__lte=on)
    return any(edition.covers(one, region, on) for one in held.values_list("region_code", flat=True))


def standing_of(of: Agency, *, on: date) -> str:
    """Where an agency stands: debarred · to_be_checked (never, or not since a debarment ended) · ineligible · engaged · eligible."""
    if is_debarred("agency", of.key, on):
        return "debarred"
    last = of.checks.filter(on__lte=on).order_by("-on", "-id").first()
    ended = debarments("agency", of.key).filter(until__lte=on).exclude(revoked_on__lte=on).order_by("-until").first()
    if last is None or (ended is not None and last.on < ended.until):
        return "to_be_checked"
    if not last.eligible:
        return "ineligible"
    return "engaged" if of.engagements.filter(state__in=ENGAGED).exists() else "eligible"


def conditions(edition: Edition, of: Agency, region: str | None, *, on: date) -> Conditions:
    """What the rules find of an agency for work in a region."""
    return conditions_of(edition, of, region, on=on)


def conflicts_of(
    edition: Edition, of: Agency, mine: Mine, *, on: date, engagement_of: Engagement | None = None
) -> list[Tie]:
    """The lines of a conflict check; with an engagement, what was declared for it."""
    declarations = list(engagement_of.declarations.all()) if engagement_of is not None else ()
    return ties_of(edition, of, mine, on=on, declarations=declarations)


def engagements_for(person: Any, *, on: date) -> QuerySet[Engagement]:
    """The engagements whose line a person may see: an authority those of its region, an agency its own."""
    scope = accounts.reach(person, "engagements.see", on=on)
    own = Q(agency__organisation__in=[key for key in scope.organisations if key])
    return Engagement.objects.filter(scope.condition() | own).select_related("agency").order_by("-id")


def engagements_of_enterprise(person: Any, *, on: date) -> QuerySet[Engagement]:
    """What an enterprise may know of the assessments of its mines: commissioned ones, never a blind sample's draft."""
    scope = accounts.reach(person, "assessments.see", on=on)
    found = Engagement.objects.filter(holder__in=[key for key in scope.enterprises if key], commissioned_on__lte=on)
    return found.select_related("agency").order_by("-id")


def content_is_open(person: Any, of: Engagement, *, on: date) -> bool:
    """Whether a person may read what lies within: an agency only while engaged, an authority always in its region."""
    if not engagements_for(person, on=on).filter(pk=of.pk).exists():
        return False
    scope = accounts.reach(person, "engagements.see", on=on)
    return scope.covers(region=of.region_code) or of.state in ENGAGED


def active_engagement(mine: str, *, purpose: str = "") -> Engagement | None:
    """The engagement of a mine that has not ended, the latest."""
    found = Engagement.objects.filter(mine=mine).exclude(state__in=ENDED)
    found = found.filter(purpose=purpose) if purpose else found
    return found.select_related("agency").order_by("-id").first()


def team_of(of: Engagement) -> list[TeamMember]:
    """The present members, the leader first."""
    rows = of.team.filter(until__isnull=True).select_related("assessor")
    return sorted(rows, key=lambda one: (not one.leader, one.pk))


def earlier_engagements(kind: str, key: str, *, before: date) -> QuerySet[Engagement]:
    """The engagements an agency or a person worked on before a day: for a list somebody looks through again."""
    worked = Engagement.objects.filter(commissioned_on__lt=before).exclude(state__in=("declined", "cancelled"))
    mine = Q(agency__key=key) if kind == "agency" else Q(team__assessor__key=key)
    return worked.filter(mine).distinct().order_by("commissioned_on", "id")


def cases_of(assessor: Assessor) -> QuerySet[TeamMember]:
    """The cases a person worked on, the latest first."""
    return assessor.cases.select_related("engagement__agency").order_by("-since", "-id")


def experts_for(person: Any, *, on: date) -> QuerySet[Expert]:
    """The experts of the pools within a person's reach."""
    scope = accounts.reach(person, "agencies.see", on=on)
    return Expert.objects.filter(scope.condition(), left_on__isnull=True).order_by("key")


def measures_for(edition: Edition, region: str, *, on: date) -> list[Measure]:
    """The measures for third-party assessment that hold in a region, held texts and noted ones."""
    above = list(edition.divisions.ancestors(region, on))
    held = Measure.objects.filter(Q(holds_from__isnull=True) | Q(holds_from__lte=on), territory__in=above)
    return list(held.exclude(holds_to__lte=on).order_by("territory", "id"))


def fee_demands_for(person: Any, *, on: date) -> QuerySet[FeeDemand]:
    """Reports of fee demands: the authority's region's, the enterprise's own; never shown to the agency."""
    seen = accounts.reach(person, "engagements.see", on=on)
    told = accounts.reach(person, "fees.report", on=on)
    within = seen.condition(region="engagement__region_code") | Q(organisation__in=list(told.organisations))
    return FeeDemand.objects.filter(within).select_related("engagement").order_by("-id")


def redacted(name: str) -> str:
    """A person's name as the public sees it: the first character, the rest covered."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""
