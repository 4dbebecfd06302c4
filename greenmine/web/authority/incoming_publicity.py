"""What is public of a region (公开管理): statements an office may withdraw, and points it may release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.directory import publicity
from greenmine.directory.published.writing import CannotPublish
from greenmine.web.authority.asked import number_in
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, refuse_unless
from greenmine.web.components.templatetags.regime import both

PAGE = 30


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The statements of the region, latest first; which of them this office may withdraw."""
    refuse_unless(request, "directory.publish")
    _person, organisation = acting_for(request)
    rows = publicity.statements_for(request.user, on=today())
    number = request.GET.get("number", "").strip()[:24]
    if number:
        rows = rows.filter(number=number)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    context = {
        "rows": [
            (one, one.withdrawn_on is None and (one.by_enterprise or one.office == organisation.name))
            for one in found[:PAGE]
        ],
        "next_after": found[PAGE - 1].pk if len(found) > PAGE else "",
        "number": number,
    }
    return render(request, "authority/publicity.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw a statement."""
    return _done(
        request, lambda who: publicity.withdraw(request.POST.get("number", ""), request.POST.get("reason", ""), **who)
    )


@login_required
@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Release the exact point of a mine, or make it coarse again."""
    released = request.POST.get("released", "") == "yes"
    return _done(
        request,
        lambda who: publicity.release(
            request.POST.get("mine", "")[:24], released=released, reason=request.POST.get("reason", ""), **who
        ),
    )


def _done(request: HttpRequest, act: Callable[[dict[str, Any]], Any]) -> HttpResponse:
    person, organisation = acting_for(request)
    try:
        act({"by": person, "organisation": organisation, "on": today()})
        messages.success(request, _("已办理"))
    except CannotPublish as refused:
        messages.error(request, both(refused))
    return redirect("authority:publicity")
