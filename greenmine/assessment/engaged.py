"""What assessments ask the room of assessors: whether an agency is engaged for a mine, and for which ones it is."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from greenmine.assessment.permissions import CannotAssess
from greenmine.assessors import queries as assessors
from greenmine.assessors.models import Engagement

WORKING = tuple(state for state in assessors.ENGAGED if state not in ("commissioned", "filed", "received", "rated"))


def check_is_engaged(number: str, organisation: str, *, on: date) -> Engagement:
    """The engagement, accepted and not yet filed, of this organisation's agency; otherwise the sentence that says why not."""
    found = running([organisation], on=on).filter(number=number).first()
    if found is None:
        raise CannotAssess(
            f"委托 {number} 不属于本机构或已经结束，不能再办理。",
            f"Engagement {number} is not this agency's, or has ended.",
        )
    if found.state not in WORKING:
        raise CannotAssess(
            f"委托 {number} 尚未接受，或报告已经提交，现在不能填写。",
            f"Engagement {number} is not accepted yet, or its report was filed: nothing can be filled in now.",
        )
    return found


def running(organisations: list[str], *, on: date) -> QuerySet[Engagement]:
    """The engagements these organisations' agencies are engaged for (受托期间), debarred ones none."""
    found = Engagement.objects.filter(agency__organisation__in=organisations, state__in=assessors.ENGAGED)
    agencies = set(found.values_list("agency__key", flat=True))
    debarred = [key for key in agencies if assessors.is_debarred("agency", key, on)]
    return found.exclude(agency__key__in=debarred) if debarred else found
