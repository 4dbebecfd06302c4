"""The province's pool of experts (评估专家库): who is in it, what they declared, draws that anybody can compute again."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions
from greenmine.accounts import queries as accounts
from greenmine.assessors import actions as assessors
from greenmine.assessors import queries
from greenmine.assessors.models import Expert, ExpertDraw
from greenmine.assessors.models.people import Discipline, Grade
from greenmine.law.draw import draw
from greenmine.web.authority.asked import number_in
from greenmine.web.components.clock import today
from greenmine.web.components.engagements import Unreadable, Who, acted, wanted_day_or_none

PAGE = 50
DRAWS = 20


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The experts of the pools within reach, by number, and the latest draws."""
    return render(request, "authority/experts.html", _context(request))


@login_required
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Enter, declare, take out, draw."""
    refused = acted(request, ACTS)
    if refused is None:
        return redirect("authority:experts")
    shown = {"error": refused, "typed": request.POST}
    return render(request, "authority/experts.html", _context(request) | shown, status=400)


@login_required
def drawn(request: HttpRequest, number: str) -> HttpResponse:
    """One draw: seed, pool, who was left out and why, who was drawn; and the same computed again now."""
    found = _draws(request).filter(number=number).first()
    if found is None:
        raise Http404
    keys = [*found.pool, *(one["expert"] for one in found.excluded)]
    names = dict(Expert.objects.filter(key__in=keys).values_list("key", "name"))
    again = draw(found.pool, found.count, seed=found.seed)
    context = {
        "draw": found,
        "field": Discipline(found.discipline).label if found.discipline else "",
        "pool": [(key, names.get(key, key), key in found.drawn) for key in found.pool],
        "drawn": [(key, names.get(key, key)) for key in found.drawn],
        "excluded": [{**one, "name": names.get(one["expert"], one["expert"])} for one in found.excluded],
        "same": list(again) == list(found.drawn),
    }
    return render(request, "authority/expert_draw.html", context)


def _context(request: HttpRequest) -> dict[str, Any]:
    found = queries.experts_for(request.user, on=today()).prefetch_related("conflicts")
    after = request.GET.get("after", "")
    page = list((found.filter(key__gt=after) if after else found)[: PAGE + 1])
    fields = dict(Discipline.choices)
    return {
        "rows": [
            {"expert": one, "fields": [fields.get(name, name) for name in one.disciplines], "ties": list(one.conflicts.all())}
            for one in page[:PAGE]
        ],
        "next_after": page[PAGE - 1].key if len(page) > PAGE else "",
        "draws": list(_draws(request)[:DRAWS]),
        "grades": Grade.choices,
        "disciplines": Discipline.choices,
        "may_manage": permissions.can(request.user, "agencies.manage", on=today()),
        "typed": {},
    }  # fmt: skip


def _draws(request: HttpRequest) -> Any:
    scope = accounts.reach(request.user, "agencies.see", on=today())
    return ExpertDraw.objects.filter(scope.condition()).order_by("-id")


def _enter(request: HttpRequest, by: Who) -> str:
    said = request.POST
    made = assessors.enter_expert(
        said.get("name", "")[:100], region_code=by["organisation"].division, grade=said.get("grade", ""),
        disciplines=tuple(said.getlist("discipline")), employer=said.get("employer", "")[:200],
        employer_code=said.get("employer_code", "").strip().upper()[:18], **by,
    )  # fmt: skip
    return _("%(name)s 已入库，编号 %(key)s") % {"name": made.name, "key": made.key}


def _declare(request: HttpRequest, by: Who) -> str:
    said = request.POST
    ties: tuple[assessors.Tie, ...] = ()
    if said.get("none") != "yes":
        ties = (
            assessors.Tie(
                said.get("tie_name", "")[:200], said.get("tie", "")[:200],
                since=wanted_day_or_none(request, "tie_since", "起始日期", "the first day"),
                until=wanted_day_or_none(request, "tie_until", "截止日期", "the last day"),
            ),
        )  # fmt: skip
    assessors.declare_expert_ties(_expert(request), ties, **by)
    return _("已登记利益关系申报")


def _remove(request: HttpRequest, by: Who) -> str:
    assessors.remove_expert(_expert(request), request.POST.get("remove_reason", ""), **by)
    return _("已出库")


def _draw(request: HttpRequest, by: Who) -> str:
    said = request.POST
    made = assessors.draw_experts(
        region_code=by["organisation"].division, count=number_in(said.get("count", "").strip()) or 0,
        seed=said.get("seed", ""), mine=said.get("mine", "").strip(), discipline=said.get("draw_discipline", ""), **by,
    )  # fmt: skip
    return _("已抽取，记录 %(number)s") % {"number": made.number}


ACTS = {"enter": _enter, "declare": _declare, "remove": _remove, "draw": _draw}


def _expert(request: HttpRequest) -> Expert:
    found = queries.experts_for(request.user, on=today()).filter(key=request.POST.get("expert", "")).first()
    if found is None:
        raise Unreadable("没有这位专家，请刷新页面", "there is no such expert: reload the page")
    return found
