"""The agency's first page (机构工作台): what waits, what is under way and until when, and where the agency stands."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from greenmine.accounts import queries as accounts
from greenmine.assessors import queries
from greenmine.notifications import queries as notifications
from greenmine.web.components.clock import today
from greenmine.web.components.engagements import line_of

NOTICES = 10
OPEN = 30
STANDINGS = {
    "debarred": "red", "to_be_checked": "azure", "ineligible": "orange", "engaged": "green", "eligible": "green",
}  # fmt: skip


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """What waits for the person, then the engagements under way by their clocks."""
    on = today()
    agency = queries.agency_of(accounts.main_organisation(request.user, on=on))
    under_way = queries.engagements_for(request.user, on=on).exclude(state__in=queries.ENDED)
    rows = [line_of(one, on=on) for one in under_way[:OPEN]]
    rows.sort(key=lambda row: (row["left"] is None, row["left"] or 0, row["engagement"].number))
    standing = queries.standing_of(agency, on=on) if agency else ""
    context = {
        "agency": agency,
        "standing": standing,
        "tone": STANDINGS.get(standing, "secondary"),
        "debarment": queries.debarment("agency", agency.key, on) if agency else None,
        "notices": [_linked(row) for row in notifications.waiting(request.user, on=on)[:NOTICES]],
        "rows": rows,
        "today": on,
    }
    return render(request, "assessor/home.html", context)


def _linked(notice: Any) -> dict[str, Any]:
    """A to-do with the page on which it is done."""
    place = notice.url
    if not place and notice.about_kind == "engagement":
        place = reverse("assessor:engagement", args=[notice.about_key])
    return {"notice": notice, "place": place}
