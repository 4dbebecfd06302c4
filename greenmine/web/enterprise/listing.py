"""The enterprise's self-assessments (自评列表), and opening one: choose a mine, see which standard and why, begin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from greenmine.accounts import permissions
from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions, queries
from greenmine.assessment.models import Assessment
from greenmine.assessment.permissions import CannotAssess, can, check_can_open_self
from greenmine.editions import standards
from greenmine.facts import queries as facts
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition
from greenmine.web.components.templatetags.regime import both
from greenmine.web.enterprise.asked import mine_or_404

PAGE = 50
FILTERS = ("q", "state", "year")


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The enterprise's own self-assessments, the latest first."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    found = queries.assessments_for(request.user, on=today()).filter(party="self")
    if filters["q"]:
        found = found.filter(mine__in=registry.search(registry.mines_for(request.user), filters["q"]).values("key"))
    if filters["state"]:
        found = found.filter(state=filters["state"])
    if filters["year"].isascii() and filters["year"].isdecimal():
        found = found.filter(year=min(int(filters["year"][:6]), 9999))
    after = request.GET.get("after", "")
    if after.isascii() and after.isdecimal():
        found = found.filter(pk__lt=int(after[:18]))
    page = list(found.order_by("-pk")[: PAGE + 1])
    context = {
        "rows": registry.with_names(page[:PAGE]),
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "filters": filters,
        "filtered": any(filters.values()),
        "states": Assessment.State.choices,
        "may_fill": permissions.can(request.user, "assessments.fill", on=today()),
    }
    return render(request, "enterprise/assessments.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Choose the mine; then see the standard proposed with its reasons, the others beside it, and begin."""
    key = (request.POST if request.method == "POST" else request.GET).get("mine", "").strip()
    if not key:
        return _choose_mine(request)
    mine = mine_or_404(request, key)
    error = ""
    if request.method == "POST":
        person, organisation = acting_for(request)
        try:
            opened = actions.open_self(
                mine.key,
                by=person,
                organisation=organisation,
                on=today(),
                standard_id=request.POST.get("standard", "").strip() or None,
                from_last=request.POST.get("from_last") == "yes",
            )
        except (CannotAssess, NotAllowed, standards.UnknownStandard) as refused:
            error = both(refused)
        else:
            messages.success(request, _("已开始自评 %(number)s") % {"number": opened.number})
            return redirect("enterprise:assessment", opened.number)
    return render(request, "enterprise/assessment_new.html", _proposal(request, mine) | {"error": error})


def _choose_mine(request: HttpRequest) -> HttpResponse:
    """The mines to choose from, with the open self-assessment of those that have one."""
    words = request.GET.get("q", "").strip()
    mines = registry.mines_for(request.user)
    if words:
        mines = registry.search(mines, words)
    page = list(mines.filter(key__gt=request.GET.get("after", "")).order_by("key")[: PAGE + 1])
    own = queries.assessments_for(request.user, on=today()).filter(party="self", state__in=("draft", "returned"))
    open_ones = {found.mine: found for found in own.filter(mine__in=[mine.key for mine in page])}
    rows = [{"mine": mine, "open": open_ones.get(mine.key)} for mine in page[:PAGE]]
    context = {"rows": rows, "next_after": page[PAGE - 1].key if len(page) > PAGE else "", "q": words}
    return render(request, "enterprise/assessment_mine.html", context)


def _proposal(request: HttpRequest, mine: Mine) -> dict[str, Any]:
    """The standard proposed for a mine with reasons, and every other that may be chosen."""
    edition, on = current_edition(), today()
    sheet = facts.sheet_of(edition, "mine", mine.key, on=on, known_at=timezone.now())
    choice = standards.choose(mine.region_code, sheet, tier="provincial", on=on)
    may_open, why_not = can(check_can_open_self, request.user, mine, on=on)
    last = (
        queries.assessments_for(request.user, on=on)
        .filter(mine=mine.key, party="self", state="submitted")
        .order_by("-pk")
        .first()
    )
    return {
        "mine": mine,
        "choice": choice,
        "proposed": choice.standard.id if choice.standard else "",
        "entries": [{"entry": one, "why_not": _why_not(choice.standard, one)} for one in standards.listed(on)],
        "last": last,
        "may_open": may_open,
        "why_not": why_not,
    }


def _why_not(suits: Any, entry: Any) -> Any:
    """Why a set cannot be taken for this mine; None where it can."""
    if not entry.can_decide:
        return {"zh": "有未掌握的内容，只作结构对照", "en": "cells are missing: for comparing the structure only"}
    return None if suits is None else standards.check_not_looser(suits, entry.standard)
