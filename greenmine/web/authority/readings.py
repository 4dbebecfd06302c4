"""Readings of procedure (程序口径): how silent or disagreeing texts are read in a territory, and who confirmed it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from greenmine.accounts.permissions import NotAllowed
from greenmine.editions import readings as kept
from greenmine.editions.models import ReadingConfirmation
from greenmine.editions.readings import CannotConfirm
from greenmine.procedures import readings
from greenmine.web.authority.asked import number_in
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition
from greenmine.web.components.templatetags.regime import both

REFUSALS = (CannotConfirm, NotAllowed, kept.UnknownReading)
COUNTRY = "000000"


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Every question with its answer for the territory, the confidence, and the form of whoever may confirm it."""
    person, organisation = acting_for(request)
    on = today()
    asked = request.POST if request.method == "POST" else request.GET
    region = _region(asked.get("region", ""), organisation.division)
    if request.method == "POST":
        try:
            with transaction.atomic():
                messages.success(
                    request,
                    _withdraw(request, person, on) if asked.get("withdraw") else _confirm(request, region, person, on),
                )
        except REFUSALS as refused:
            messages.error(request, both(refused))
        else:
            return redirect(f"{reverse('authority:readings')}?region={region}#{asked.get('reading', '')[:60]}")
    cannot = _why_not(person, region, on)
    context = {
        "region": region,
        "territories": _territories(organisation.division),
        "rows": [_row(one, region) for one in kept.listed(region, on)],
        "cannot": cannot,
        "typed": request.POST,
    }
    return render(request, "authority/readings.html", context)


def _row(one: kept.Reading, region: str) -> dict[str, Any]:
    return {
        "reading": one,
        "kind": one.question_.kind,
        "question": one.question_,
        "history": kept.history(one.id, region),
    }


def _why_not(person: Any, region: str, on: Any) -> Exception | None:
    try:
        readings.check_can_confirm(person, region, on=on)
    except NotAllowed as refused:
        return refused
    return None


def _region(asked: str, own: str) -> str:
    """The territory looked at: the one asked for, or that of one's own office."""
    wanted = asked.strip() or own or COUNTRY
    return wanted if wanted in current_edition().divisions else own or COUNTRY


def _territories(own: str) -> list[str]:
    """One's own division, those above it, and those directly below."""
    divisions, place = current_edition().divisions, own or COUNTRY
    below = [one.code for one in divisions.children(place, today())]
    return list(dict.fromkeys([place, *divisions.ancestors(place), *below]))


def _confirm(request: HttpRequest, region: str, person: Any, on: Any) -> str:
    readings.confirm(
        request.POST.get("reading", ""), region, request.POST.get("value", ""), document=request.POST.get("document", ""),
        reason=request.POST.get("reason", ""), by=person, on=on,
    )  # fmt: skip
    return _("已确认；已在办案件仍按立案时的口径办理")


def _withdraw(request: HttpRequest, person: Any, on: Any) -> str:
    row = ReadingConfirmation.objects.filter(pk=number_in(request.POST.get("withdraw", "")) or 0).first()
    if row is None:
        raise CannotConfirm("没有该确认", "there is no such confirmation")
    readings.withdraw(row, reason=request.POST.get("reason", ""), by=person, on=on)
    return _("已撤回确认")
