"""What the person is asked to state (待填补录): an enterprise's open items, or a county's."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from greenmine.evaluation.models import RequestedFact
from greenmine.registry import queries as registry
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for

PAGE = 100


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The open items asked of the person's organisation, the earliest due first."""
    _person, organisation = acting_for(request)
    mines = registry.mines_for(request.user)
    asked = Q(asked="enterprise") if organisation.kind == "enterprise" else Q(asked="county_nr")
    items = list(
        RequestedFact.objects.filter(asked, state=RequestedFact.State.OPEN, mine__in=mines.values("key"))
        .select_related("request")
        .order_by("request__due_on", "mine", "fact")[:PAGE]
    )
    names = dict(mines.filter(key__in={item.mine for item in items}).values_list("key", "name"))
    rows = [
        {
            "item": item,
            "name": names.get(item.mine, item.mine),
            "overdue": bool(item.request.due_on and item.request.due_on < today()),
        }
        for item in items
    ]
    return render(request, "authority/to_fill.html", {"rows": rows, "more": len(items) == PAGE})
