"""The enterprise's first page (企业工作台): its mines, where each stands, what is asked, due, open, and at risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from greenmine.accounts import permissions
from greenmine.assessment import queries as assessment
from greenmine.assessment.models import Assessment
from greenmine.evaluation.models import MineStanding, RequestedFact
from greenmine.notifications import queries as notifications
from greenmine.registry import queries as registry
from greenmine.web.components.clock import today
from greenmine.web.components.notices import place_of

PAGE = 30
NOTICES = 8


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """One page of the enterprise's mines, each with what concerns it now."""
    mines = registry.mines_for(request.user)
    shown = list(mines.filter(key__gt=request.GET.get("after", "")).order_by("key")[: PAGE + 1])
    context = {
        "rows": _rows(request, shown[:PAGE]),
        "next_after": shown[PAGE - 1].key if len(shown) > PAGE else "",
        "count": mines.count(),
        "notices": [_linked(row) for row in notifications.waiting(request.user, on=today())[:NOTICES]],
        "today": today(),
        "may_fill": permissions.can(request.user, "assessments.fill", on=today()),
    }
    return render(request, "enterprise/home.html", context)


def _linked(notice: Any) -> dict[str, Any]:
    """A to-do with the page on which it is done."""
    return {"notice": notice, "place": place_of(notice, "enterprise")}


def _rows(request: HttpRequest, mines: Sequence[Any]) -> list[dict[str, Any]]:
    """What the page shows of each mine; four queries however many there are."""
    keys = [mine.key for mine in mines]
    standings = {row.mine: row for row in MineStanding.objects.filter(mine__in=keys)}
    asked = {
        row["mine"]: row
        for row in RequestedFact.objects.filter(mine__in=keys, state=RequestedFact.State.OPEN, asked="enterprise")
        .order_by()
        .values("mine")
        .annotate(count=Count("id"), due_on=Min("request__due_on"))
    }
    latest: dict[str, Assessment] = {}
    for found in (
        assessment.assessments_for(request.user, on=today()).filter(mine__in=keys, party="self").order_by("id")
    ):
        latest[found.mine] = found
    return [
        {
            "mine": mine,
            "standing": standings.get(mine.key),
            "asked": asked.get(mine.key),
            "assessment": latest.get(mine.key),
        }
        for mine in mines
    ]
