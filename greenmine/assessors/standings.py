"""Where the agencies of a page stand (机构状态): the same answer as `queries.standing_of`, for many in a few queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import F, QuerySet

from greenmine.assessors.models import Agency, AgencyCheck, Debarment, Engagement, Suspension
from greenmine.assessors.queries import ENGAGED


def standings(agencies: Iterable[Agency], *, on: date) -> dict[str, str]:
    """Key → debarred, to_be_checked, ineligible, engaged or eligible; four queries however many agencies there are."""
    listed = list(agencies)
    keys = [one.key for one in listed]
    debarred = set(_standing_debarments(keys, on).filter(until__gt=on).values_list("key", flat=True))
    ended: dict[str, date] = {}
    for key, until in _standing_debarments(keys, on).filter(until__lte=on).values_list("key", "until"):
        ended[key] = max(until, ended.get(key, until))
    checks = AgencyCheck.objects.filter(agency__in=listed, on__lte=on).order_by("on", "id")
    last = {agency: (day, eligible) for agency, day, eligible in checks.values_list("agency", "on", "eligible")}
    engaged = set(Engagement.objects.filter(agency__in=listed, state__in=ENGAGED).values_list("agency", flat=True))
    return {
        one.key: _standing(
            last.get(one.pk), ended.get(one.key), debarred=one.key in debarred, engaged=one.pk in engaged
        )
        for one in listed
    }


def suspended(keys: Iterable[str], *, on: date) -> set[str]:
    """Which of these agencies get no new work somewhere (暂停承接)."""
    held = Suspension.objects.filter(kind="agency", key__in=list(keys), since__lte=on).exclude(until__lte=on)
    return set(held.values_list("key", flat=True))


def debarred_keys(*, on: date) -> list[str]:
    """The agencies whose services are not accepted on a day."""
    held = Debarment.objects.filter(kind="agency", since__lte=on, until__gt=on).exclude(revoked_on__lte=on)
    return list(held.values_list("key", flat=True).distinct())


def _standing_debarments(keys: list[str], on: date) -> QuerySet[Debarment]:
    found = Debarment.objects.filter(kind="agency", key__in=keys, since__lte=on, until__gt=F("since"))
    return found.exclude(revoked_on__lte=on)


def _standing(last: tuple[date, bool] | None, ended: date | None, *, debarred: bool, engaged: bool) -> str:
    if debarred:
        return "debarred"
    if last is None or (ended is not None and last[0] < ended):
        return "to_be_checked"
    if not last[1]:
        return "ineligible"
    return "engaged" if engaged else "eligible"
