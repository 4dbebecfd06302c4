"""The start page (公众查询首页): numbers, what is on notice now, what was said last, and a search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greenmine.directory.published import queries as published
from greenmine.web.components.clock import today
from greenmine.web.public.mines import numbers

SHOWN = 8


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The start page."""
    context = {
        "numbers": numbers(published.tallies("all")),
        "notices": list(published.notices("running").filter(until_on__gte=today())[:SHOWN]),
        "statements": list(published.statements().filter(withdrawn_on=None)[:SHOWN]),
    }
    return render(request, "public/start.html", context)
