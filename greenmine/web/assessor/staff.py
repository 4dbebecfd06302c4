"""The agency's own register (本机构人员) and what it may know of its own leniency (宽严偏差)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from greenmine.accounts import queries as accounts
from greenmine.assessors import queries
from greenmine.assessors.models import Agency, AgencyEntry
from greenmine.assessors.models.people import Discipline, Grade
from greenmine.integrity import queries as integrity
from greenmine.web.components.clock import today
from greenmine.web.components.engagements import acted
from greenmine.web.components.staffing import STAFF_ACTS, accounts_of, trained_of

MOST_SHOWN = 50
OWN_ENTRIES = (AgencyEntry.Kind.EQUIPMENT, AgencyEntry.Kind.PAST_PROJECT, AgencyEntry.Kind.RULES)


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Who works for the agency, in which fields, with which training."""
    return render(request, "assessor/staff.html", _context(request))


@login_required
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Enter somebody, a leaving, a training, an earlier employer, a line of the record."""
    agency = _agency(request)
    if agency is None:
        raise Http404
    refused = acted(request, STAFF_ACTS, agency)
    if refused is None:
        return redirect("assessor:staff")
    shown = _context(request) | {"error": refused, "typed": request.POST}
    return render(request, "assessor/staff.html", shown, status=400)


@login_required
def leniency(request: HttpRequest) -> HttpResponse:
    """The agency's own figures and its leaders'; nobody else's."""
    organisation = accounts.main_organisation(request.user, on=today())
    rows = list(integrity.own_leniency(organisation))
    return render(request, "assessor/leniency.html", {"rows": rows, "agency": _agency(request)})


def _context(request: HttpRequest) -> dict[str, Any]:
    agency, on = _agency(request), today()
    if agency is None:
        return {"agency": None}
    employed = queries.employed(agency, on=on).prefetch_related("assessor__trainings")
    return {
        "agency": agency,
        "staff": [{"employment": one, "trained": trained_of(one.assessor, on)} for one in employed],
        "left": list(agency.employments.filter(until__lte=on).select_related("assessor").order_by("-until")[:MOST_SHOWN]),
        "turnover": queries.turnover(agency, on=on),
        "entries": list(agency.entries.filter(kind__in=OWN_ENTRIES).order_by("-on", "-id")[:MOST_SHOWN]),
        "entry_kinds": [(kind.value, kind.label) for kind in OWN_ENTRIES],
        "grades": Grade.choices,
        "disciplines": Discipline.choices,
        "person_accounts": accounts_of(agency, on=on),
        "typed": {},
    }  # fmt: skip


def _agency(request: HttpRequest) -> Agency | None:
    return queries.agency_of(accounts.main_organisation(request.user, on=today()))
