"""Requests for missing facts (补录): ask a selection of mines, collect, chase, see who answered."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from greenmine.evaluation import actions as evaluation
from greenmine.evaluation.models import FactRequest, MineStanding, RequestedFact
from greenmine.evaluation.permissions import CannotRequest, check_can_chase
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine
from greenmine.web.authority.asked import day_in, number_in
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition, refuse_unless
from greenmine.web.components.templatetags.regime import both, label_of, language
from greenmine.web.components.workbooks import workbook_response

PAGE = 50
MOST_MINES = 5_000
USUAL_TERM = timedelta(days=14)


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The requests of the person's scope, latest first."""
    found = _requests(request)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=after)
    page = list(found.order_by("-pk")[: PAGE + 1])
    for row in page:
        row.overdue = bool(row.open and row.due_on and row.due_on < today())
    return render(
        request,
        "authority/requests.html",
        {"rows": page[:PAGE], "next_after": page[PAGE - 1].pk if len(page) > PAGE else ""},
    )


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Choose facts and a day for the mines selected, then send."""
    refuse_unless(request, "facts.request")
    mines = _selected(request)
    error = ""
    if request.method == "POST":
        person, organisation = acting_for(request)
        try:
            made = evaluation.request_facts(
                [evaluation.AskedMine(m.key, m.region_code, m.holder.key if m.holder else "") for m in mines],
                request.POST.getlist("fact"),
                asked="county_nr" if request.POST.get("asked") == "county_nr" else "enterprise",
                due_on=_due_on(request),
                reason=request.POST.get("reason", ""),
                by=person,
                organisation=organisation,
                on=today(),
            )
        except CannotRequest as refused:
            error = both(refused)
        else:
            messages.success(request, _("已发起补录 %(number)s") % {"number": made.number})
            return redirect("authority:request", made.number)
    context = {
        "mines": [{"number": mine.key, "name": mine.name} for mine in mines],
        "facts": _facts(request, mines),
        "due_on": today() + USUAL_TERM,
        "error": error,
        "mines_url": reverse("authority:mines"),
    }
    return render(request, "authority/request_new.html", context)


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One request: what was asked of whom, and what was answered."""
    row = _request_or_404(request, number)
    items = list(row.items.order_by("mine", "fact"))
    answered = sum(item.state != RequestedFact.State.OPEN for item in items)
    try:
        check_can_chase(row, still_open=len(items) - answered, on=today())
        why_not = ""
    except CannotRequest as refused:
        why_not = both(refused)
    context = {
        "row": row,
        "items": _with_names(request, items),
        "answered": answered,
        "total": len(items),
        "why_not_chase": why_not,
    }
    return render(request, "authority/request.html", context)


@login_required
@require_POST
def chase(request: HttpRequest, number: str) -> HttpResponse:
    """Chase what is still open."""
    refuse_unless(request, "facts.request")
    row = _request_or_404(request, number)
    person, organisation = acting_for(request)
    try:
        count = evaluation.chase(row, by=person, organisation=organisation, on=today())
        messages.success(request, ngettext("已催办 %(n)s 项", "已催办 %(n)s 项", count) % {"n": count})
    except CannotRequest as refused:
        messages.error(request, both(refused))
    return redirect("authority:request", number)


@login_required
def export(request: HttpRequest, number: str) -> HttpResponse:
    """One request as a workbook."""
    row = _request_or_404(request, number)
    items = _with_names(request, list(row.items.order_by("mine", "fact")))
    titles = [_("矿山"), _("编号"), _("事实"), _("代码"), _("情况"), _("填报"), _("催办次数")]
    lines = [
        [i.name, i.mine, label_of(i.fact, language()), i.fact, i.get_state_display(), i.answered_by, i.chased]
        for i in items
    ]
    return workbook_response(f"{row.number}.xlsx", [(_("补录"), titles, lines)])


def _due_on(request: HttpRequest) -> date | None:
    """The day typed; CannotRequest where it is no real day."""
    typed = request.POST.get("due_on", "")
    found = day_in(typed)
    if found is None and typed.strip():
        raise CannotRequest("期限不是有效日期", "the day it is due is not a real day")
    return found


def _requests(request: HttpRequest) -> QuerySet[FactRequest]:
    still_open = Count("items", filter=Q(items__state=RequestedFact.State.OPEN))
    done = Count("items", filter=~Q(items__state=RequestedFact.State.OPEN))
    return registry.in_scope(FactRequest.objects.all(), request.user).annotate(open=still_open, answered=done)


def _request_or_404(request: HttpRequest, number: str) -> FactRequest:
    found = registry.in_scope(FactRequest.objects.all(), request.user).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _selected(request: HttpRequest) -> list[Mine]:
    """The mines named, or those of a region that lack a fact; always within the person's scope."""
    asked = request.POST if request.method == "POST" else request.GET
    mines = registry.mines_for(request.user).select_related("holder")
    named = asked.getlist("mine")
    if named:
        return list(mines.filter(key__in=named[:MOST_MINES]).order_by("key"))
    fact, region = asked.get("fact", ""), asked.get("region", "")
    if not fact:
        return []
    lacking = MineStanding.objects.filter(missing__has_key=fact).values("mine")
    if region:
        mines = mines.filter(region_code__startswith=current_edition().divisions.prefix(region))
    return list(mines.filter(key__in=lacking).order_by("key")[:MOST_MINES])


def _facts(request: HttpRequest, mines: list[Mine]) -> list[dict[str, Any]]:
    """What the selected mines lack and a party may state, most lacking first."""
    edition = current_edition()
    asked = set(request.POST.getlist("fact") or request.GET.getlist("fact"))
    lacking: Counter[str] = Counter()
    for missing in MineStanding.objects.filter(mine__in=[mine.key for mine in mines]).values_list("missing", flat=True):
        lacking.update(missing.keys())
    return [
        {
            "name": name,
            "label": label_of(name, language()),
            "mines": count,
            "evidence": both(edition.dictionary[name].evidence),
            "checked": name in asked,
        }
        for name, count in sorted(lacking.items(), key=lambda item: (item[0] not in asked, -item[1], item[0]))
        if name in edition.dictionary and edition.dictionary[name].kept_by != "system"
    ]


def _with_names(request: HttpRequest, items: list[RequestedFact]) -> list[Any]:
    names = dict(
        registry.mines_for(request.user).filter(key__in={item.mine for item in items}).values_list("key", "name")
    )
    for item in items:
        item.name = names.get(item.mine, item.mine)  # type: ignore[attr-defined]
    return items
