"""One paper (文书): what it is, how far it came, its files; signed, numbered and served by whom its kind names."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from greenmine.accounts.permissions import NotAllowed
from greenmine.evidence.contents import NotKept
from greenmine.papers import actions, permissions, queries
from greenmine.papers.models import Paper
from greenmine.papers.permissions import CannotIssue
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.files import file_response
from greenmine.web.components.templatetags.regime import both

FORMS = ("pdf", "docx")
EARLIEST = date(2000, 1, 1)


@login_required
@require_GET
def one(request: HttpRequest, paper: int) -> HttpResponse:
    """A paper with its way so far, its files, and what may be done with it now."""
    acting_for(request)
    found, on = _paper(request, paper), today()
    person: Any = request.user
    own = permissions.check_belongs
    context = {
        "paper": found,
        "kind": permissions.kind_of(found),
        "replaced_by": getattr(found, "replaced_by", None),
        "own": permissions.why_not(own, person, found, on=on) is None,
        "cannot_sign": permissions.why_not(permissions.check_can_sign, person, found, on=on),
        "cannot_number": permissions.why_not(permissions.check_can_number, person, found, on=on),
        "cannot_serve": permissions.why_not(permissions.check_can_serve, person, found, on=on),
        "ways": Paper.Way.choices,
        "today": on,
    }
    return render(request, "people/paper.html", context)


@login_required
@require_GET
def file(request: HttpRequest, paper: int, form: str) -> HttpResponseBase:
    """The paper as PDF or Word, as a download; 404 for whoever may not see it."""
    found = _paper(request, paper)
    if form not in FORMS:
        raise Http404
    return file_response(
        request, getattr(found, form), plain_name=f"paper.{form}"
    )  # who opened what is remembered (查阅留痕)


@login_required
@require_POST
def act(request: HttpRequest, paper: int) -> HttpResponse:
    """Sign, number, or register service; a refusal is a sentence on the paper's page."""
    person, _organisation = acting_for(request)
    found, on, wish = _paper(request, paper), today(), request.POST.get("act", "")
    try:
        if wish == "sign":
            actions.sign(found, by=person, on=on)
            messages.success(request, _("已签发"))
        elif wish == "number":
            actions.number(found, by=person, on=on)
            messages.success(request, _("已编号：%(number)s") % {"number": found.number})
        elif wish == "serve":
            actions.serve(
                found,
                day=_day(request.POST.get("day", "")),
                way=request.POST.get("way", ""),
                received_by=request.POST.get("received_by", ""),
                receipt=request.FILES.get("receipt"),
                by=person,
                on=on,
            )
            messages.success(request, _("已登记送达"))
    except (CannotIssue, NotAllowed, NotKept) as refused:
        messages.error(request, both(refused))
    return redirect("people:paper", found.pk)


def _paper(request: HttpRequest, paper: int) -> Paper:
    return get_object_or_404(queries.for_person(request.user, on=today()), pk=paper)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = EARLIEST
    if day <= EARLIEST:
        raise CannotIssue("请填写送达日期", "give the day of service")
    return day
