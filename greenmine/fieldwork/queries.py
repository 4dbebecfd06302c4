"""What can be asked of fieldwork: the files within a person's reach, the site record, and what integrity reads."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from greenmine.accounts import queries as accounts
from greenmine.assessment.models import Assessment
from greenmine.fieldwork import merging
from greenmine.fieldwork.merging import Op, SiteRecord
from greenmine.fieldwork.models import Capture, Fieldwork, Operation, Report, Signature, Visit, VisitMember

FILED = (Report.State.FILED, Report.State.ACCEPTED, Report.State.RETURNED)


def fieldwork_for(person: Any, *, on: date) -> QuerySet[Fieldwork]:
    """The fieldwork a person may see: his agency's (the line stays when the engagement ends), or that of his region."""
    scope = accounts.scope_for(person, "engagements.see", on=on)
    if scope is None:
        return Fieldwork.objects.none()
    return Fieldwork.objects.filter(scope.condition() | Q(organisation__in=scope.organisations))


def reports_for(person: Any, *, on: date) -> QuerySet[Report]:
    """The reports a person may see: an agency its own in every state, an authority what was filed in its region."""
    found = Report.objects.filter(fieldwork__in=fieldwork_for(person, on=on)).select_related("fieldwork")
    scope = accounts.reach(person, "engagements.see", on=on)
    return found.filter(Q(fieldwork__organisation__in=scope.organisations) | Q(state__in=FILED))


def visits_of(assessment: str) -> QuerySet[Visit]:
    """The visits made for an assessment (number), earliest first, with their members."""
    members = Prefetch("members", VisitMember.objects.select_related("person").order_by("-leads", "id"))
    found = Visit.objects.filter(fieldwork__engagement__in=_engagement(assessment)).exclude(state=Visit.State.CANCELLED)
    return found.order_by("from_on", "number").prefetch_related(members)


def captures_of(assessment: str) -> QuerySet[Capture]:
    """Every photograph taken for an assessment (number), in the order of the device clocks; withdrawn ones too."""
    found = Capture.objects.filter(visit__fieldwork__engagement__in=_engagement(assessment))
    return found.select_related("visit", "operation", "provenance__file").order_by("taken_at", "id")


def _engagement(assessment: str) -> QuerySet[Assessment, str]:
    """By engagement: after a report was returned the next version has an assessment of its own, the visits are the same."""
    return Assessment.objects.filter(number=assessment).exclude(engagement="").values_list("engagement", flat=True)


def findings_of(assessment: str) -> dict[str, str]:
    """Item → everything the assessors wrote about it on site, over all visits: what texts are compared by."""
    said: dict[str, list[str]] = {}
    for visit in visits_of(assessment):
        for name, one in sorted(record_of(visit).items.items()):
            if one.text:
                said.setdefault(name, []).append(one.text)
    return {name: "\n".join(texts) for name, texts in said.items()}


def filed_reports() -> QuerySet[Report]:
    """Every report that was ever filed, the latest first."""
    return Report.objects.filter(filed_on__isnull=False).select_related("fieldwork").order_by("-filed_on", "-id")


def operations_of(visit: Visit, *, up_to: int | None = None) -> list[Op]:
    """The operations of a visit as the merge reads them; up to one (by arrival), what somebody had before him then."""
    rows = Operation.objects.filter(visit=visit).order_by("id")
    if up_to is not None:
        rows = rows.filter(pk__lte=up_to)
    return [as_op(row) for row in rows]


def as_op(row: Operation) -> Op:
    """A stored operation as the merge reads it."""
    return Op(
        row.op,
        row.author_id,
        row.author_name,
        row.sequence,
        row.device_time.isoformat(),
        row.kind,
        row.item,
        row.payload,
    )


def record_of(visit: Visit, *, up_to: int | None = None) -> SiteRecord:
    """The site record of a visit, as it stands or as it stood when `up_to` was the last operation."""
    return merging.site_record(operations_of(visit, up_to=up_to), leaders=[visit.fieldwork.leader_id])


def plan_of(visit: Visit) -> dict[str, Any]:
    """The plan of a visit as it is signed: mine, indicator set, days, members, items."""
    file = visit.fieldwork
    members = visit.members.select_related("person").order_by("-leads", "id")
    return {
        "engagement": file.engagement,
        "mine": file.mine,
        "standard": file.standard,
        "standard_digest": file.standard_digest,
        "visit": visit.number,
        "from": visit.from_on.isoformat(),
        "until": visit.until_on.isoformat(),
        "route": visit.route,
        "items": list(visit.items),
        "members": [[member.person_id, member.person.name, member.leads] for member in members],
    }


def canonical_of(visit: Visit, *, up_to: int | None = None) -> str:
    """The canonical text that members sign."""
    return merging.canonical(record_of(visit, up_to=up_to), plan_of(visit))


def last_operation(visit: Visit) -> int:
    """The number of the last operation that arrived; 0 where none did."""
    return Operation.objects.filter(visit=visit).order_by("-id").values_list("id", flat=True).first() or 0


def signed_by(visit: Visit) -> list[Signature]:
    """The signatures that hold: those on the record as it stands now."""
    current = merging.digest(canonical_of(visit))
    return list(visit.signatures.filter(record_hash=current).order_by("id"))


def unsigned(visit: Visit) -> list[VisitMember]:
    """The members who have not signed the record as it stands."""
    signed = {one.person_id for one in signed_by(visit)}
    members = visit.members.select_related("person").order_by("-leads", "id")
    return [member for member in members if member.person_id not in signed]


def latest_report(file: Fieldwork) -> Report | None:
    """The version that counts, or None before the first."""
    return file.reports.order_by("-version").first()
