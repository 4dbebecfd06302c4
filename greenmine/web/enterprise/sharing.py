"""One answer for many mines (用于其他矿山): chosen items with their evidence, onto the group's other open self-assessments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions, queries
from greenmine.assessment.permissions import CannotAssess, can, check_can_fill
from greenmine.registry import queries as registry
from greenmine.web.components import assessments as drawing
from greenmine.web.components.clock import today
from greenmine.web.components.templatetags.regime import both
from greenmine.web.enterprise import asked

MOST_OTHERS = 200


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Choose items and mines, preview what would change where, then write it."""
    assessment = asked.assessment_or_404(request, number)
    view = queries.view_of(assessment, on=today())
    rows = drawing.rows_of(view)
    may_fill, why_not = can(check_can_fill, request.user, assessment, on=today())
    items, numbers = request.POST.getlist("item"), request.POST.getlist("other")
    context: dict[str, Any] = {
        "assessment": assessment,
        "mine": asked.mine_or_404(request, assessment.mine),
        "rows": [{"row": row, "checked": row.id in items} for row in rows.values() if row.answer.state != "unanswered"],
        "others": _others(request, assessment, numbers),
        "may_fill": may_fill,
        "why_not": why_not,
    }
    if request.method == "POST":
        try:
            if not items or not numbers:
                raise CannotAssess("请至少选择一项和一座矿山。", "Choose at least one item and one mine.")
            if "apply" in request.POST:
                seen = _seen(request.POST.getlist("seen"))
                done = actions.share(assessment, items, numbers, by=request.user, on=today(), seen=seen)  # type: ignore[arg-type]
                messages.success(request, _("已写入 %(n)s 处，逐项标明“沿用”") % {"n": len(done)})
                return redirect("enterprise:assessment", number)
            found = actions.preview_share(assessment, items, numbers, by=request.user, on=today())  # type: ignore[arg-type]
            context["preview"] = _previewed(rows, found, context["others"])
        except (CannotAssess, NotAllowed) as refused:
            context["error"] = both(refused)
    return render(request, "enterprise/share.html", context, status=400 if "error" in context else 200)


def _others(request: HttpRequest, assessment: Any, chosen: list[str]) -> list[dict[str, Any]]:
    """The group's other self-assessments that are open now."""
    found = queries.assessments_for(request.user, on=today()).filter(party="self", state__in=("draft", "returned"))
    page = registry.with_names(found.exclude(pk=assessment.pk).order_by("number")[:MOST_OTHERS])
    return [{"assessment": one, "checked": one.number in chosen} for one in page]


def _previewed(rows: Any, found: list[Any], others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each write in words: at which mine, what stands there now, what would stand."""
    names = {one["assessment"].number: one["assessment"].name for one in others}
    return [
        {
            "shared": one,
            "mine_name": names.get(one.number, one.mine),
            "name": rows[one.indicator].name if one.indicator in rows else {"zh": one.indicator, "en": one.indicator},
            "before": drawing.said(rows[one.indicator].spec, one.before)
            if one.before and one.indicator in rows
            else "",
            "after": drawing.said(rows[one.indicator].spec, one.after) if one.indicator in rows else "",
            "seen": f"{one.number}|{one.indicator}|{one.before.version if one.before else 0}",
        }
        for one in found
    ]


def _seen(texts: list[str]) -> dict[tuple[str, str], int]:
    """The versions the preview showed, as its form carries them."""
    found = {}
    for text in texts:
        number, _bar, rest = text.partition("|")
        indicator, _bar, version = rest.rpartition("|")
        if version.isascii() and version.isdecimal():
            found[(number, indicator)] = int(version[:9])
    return found
