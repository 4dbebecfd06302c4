"""Filling in a self-assessment (填写自评): the working page, one item with its history, and its evidence.

Every item saves itself by `assessment.js`; without a script each has its own button and the same address takes it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions, queries, scoring
from greenmine.assessment.models import Assessment, ItemEvidence
from greenmine.assessment.permissions import CannotAssess, Overtaken, can, check_can_fill, check_can_withdraw
from greenmine.evidence.contents import NotKept
from greenmine.evidence.models import Provenance
from greenmine.web.components import assessments as drawing
from greenmine.web.components.clock import today
from greenmine.web.components.templatetags.regime import both
from greenmine.web.enterprise import asked

AUTOSAVE = "X-Autosave"


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The whole self-assessment: preconditions first, then every item under its dimension, with the live total."""
    assessment = asked.assessment_or_404(request, number)
    if assessment.state == Assessment.State.SUBMITTED:
        return redirect("enterprise:report", number)
    view = queries.view_of(assessment, on=today())
    may_withdraw, why_not_withdraw = can(check_can_withdraw, request.user, assessment, on=today())
    frame = _frame(request, assessment)
    context = {
        **frame,
        **drawing.page_of(view),
        "autosave": frame["may_fill"],
        "may_withdraw": may_withdraw,
        "why_not_withdraw": why_not_withdraw,
    }
    return render(request, "enterprise/assessment.html", context)


@login_required
def item(request: HttpRequest, number: str, indicator: str) -> HttpResponse:
    """One item with its history and the evidence that may serve it; or save what was claimed of it."""
    assessment = asked.assessment_or_404(request, number)
    if request.method == "POST":
        return _save(request, assessment, indicator)
    return _item_page(request, assessment, indicator)


@login_required
@require_POST
def evidence(request: HttpRequest, number: str, indicator: str) -> HttpResponse:
    """Attach an uploaded file, kept ones, or a fact to an item."""
    assessment = asked.assessment_or_404(request, number)
    try:
        count = _attach(request, assessment, indicator)
    except (CannotAssess, NotAllowed, NotKept) as refused:
        messages.error(request, both(refused))
    else:
        messages.success(request, _("已添加 %(n)s 份佐证") % {"n": count})
    return redirect(_back(request, number, indicator))


@login_required
@require_POST
def detach(request: HttpRequest, number: str, link: int) -> HttpResponse:
    """Take evidence off an item; the file itself is kept."""
    assessment = asked.assessment_or_404(request, number)
    found = ItemEvidence.objects.filter(assessment=assessment, pk=link).select_related("assessment").first()
    if found is None:
        raise Http404
    try:
        actions.detach(found, by=request.user, on=today())  # type: ignore[arg-type]  # signed in
        messages.success(request, _("已取下佐证，文件仍然保留"))
    except (CannotAssess, NotAllowed) as refused:
        messages.error(request, both(refused))
    return redirect(_back(request, number, found.indicator))


def _save(request: HttpRequest, assessment: Assessment, indicator: str) -> HttpResponse:
    """Save one item; the script gets figures and fragments, everybody else the page again."""
    quiet = AUTOSAVE in request.headers
    try:
        draft = asked.draft_in(request.POST)
        seen = asked.seen_in(request.POST)
        saved = actions.answer(assessment, indicator, draft, seen=seen, by=request.user, on=today())  # type: ignore[arg-type]
    except Overtaken as overtaken:
        return _overtaken(request, assessment, indicator, overtaken, quiet=quiet)
    except (CannotAssess, NotAllowed) as refused:
        if quiet:
            return JsonResponse({"outcome": "refused", "sentence": both(refused)}, status=400)
        return _item_page(request, assessment, indicator, error=both(refused), typed=request.POST)
    if quiet:
        return JsonResponse(_told(assessment, saved))
    messages.success(request, _("已保存"))
    return redirect(f"{reverse('enterprise:assessment', args=[assessment.number])}#item-{indicator}")


def _told(assessment: Assessment, saved: Any) -> dict[str, Any]:
    """What the script needs after a save: the version, and the fragments that changed."""
    standard = scoring.standard_of(assessment)
    row = drawing.row_of_saved(scoring.parts_by_id(standard)[saved.item.indicator], saved)
    frame = {"row": row, "state_url": reverse("authority:state_fact", args=[assessment.mine])}
    summary = {"summary": drawing.summary_of(standard, saved.result)}
    return {
        "outcome": "saved",
        "version": saved.item.version,
        "tone": row.tone,
        "item": render_to_string("components/assessment_outcome.html", frame),
        "summary": render_to_string("components/assessment_summary.html", summary),
    }


def _overtaken(
    request: HttpRequest, assessment: Assessment, indicator: str, overtaken: Overtaken, *, quiet: bool
) -> HttpResponse:
    """Somebody saved it meanwhile: show both, let the person choose; what was typed stays where it was typed."""
    part = scoring.parts_by_id(scoring.standard_of(assessment))[indicator]
    theirs = drawing.fields_of(part, overtaken.current)
    if quiet and theirs == drawing.fields_of(part, overtaken.draft):  # his own save, whose answer never reached him
        return JsonResponse({"outcome": "saved", "version": overtaken.current.version})
    context = {
        "refused": overtaken,
        "current": overtaken.current,
        "theirs": drawing.said(part, overtaken.current),
        "mine_said": drawing.said(part, overtaken.draft),
        "mine_draft": overtaken.draft,
    }
    if quiet:
        conflict = render_to_string("enterprise/overtaken.html", context, request)
        told = {"outcome": "overtaken", "version": overtaken.current.version, "theirs": theirs, "conflict": conflict}
        return JsonResponse(told, status=409)
    return _item_page(
        request, assessment, indicator, error=both(overtaken), typed=request.POST, more={**context, "both_shown": True}
    )


def _item_page(
    request: HttpRequest,
    assessment: Assessment,
    indicator: str,
    *,
    error: str = "",
    typed: Any = None,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """One item alone: its form (with what was typed, where that was refused), evidence to choose from, and history."""
    view = queries.view_of(assessment, on=today())
    row = drawing.rows_of(view).get(indicator)
    if row is None:
        raise Http404
    context = {
        **_frame(request, assessment),
        "standard": view.standard,
        "row": drawing.with_typed(row, typed) if typed is not None else row,
        "error": error,
        "reusable": queries.reusable_evidence(assessment, indicator, on=today()),
        "history": drawing.history_rows(row.spec, queries.history(assessment, indicator)),
        **(more or {}),
    }
    return render(request, "enterprise/item_page.html", context, status=400 if error else 200)


def _attach(request: HttpRequest, assessment: Assessment, indicator: str) -> int:
    """Everything the form brings: an upload, chosen files, a chosen fact. How many."""
    need, fact = request.POST.get("need", ""), request.POST.get("fact", "").strip()
    common: dict[str, Any] = {"need": need, "by": request.user, "on": today()}
    common["dated_on"] = asked.day_or_refusal(request.POST.get("dated_on", ""))
    common["version_text"] = request.POST.get("version_text", "")
    count = 0
    if (upload := request.FILES.get("file")) is not None:
        actions.attach(assessment, indicator, upload=upload, **common)
        count += 1
    for chosen in Provenance.objects.filter(pk__in=asked.keys_in(request.POST.getlist("provenance"))):
        actions.attach(assessment, indicator, provenance=chosen, **common)
        count += 1
    if fact:
        actions.attach(assessment, indicator, fact=fact, **common)
        count += 1
    if not count:
        raise CannotAssess("请选择文件或事实。", "Choose a file or a fact.")
    return count


def _frame(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    """What every page about one assessment shows around its content."""
    may_fill, why_not_fill = can(check_can_fill, request.user, assessment, on=today())
    return {
        "assessment": assessment,
        "mine": asked.mine_or_404(request, assessment.mine),
        "may_fill": may_fill,
        "why_not_fill": why_not_fill,
        "state_url": reverse("authority:state_fact", args=[assessment.mine]),
    }


def _back(request: HttpRequest, number: str, indicator: str) -> str:
    """To where the person came from: the item's own page, or its place on the working page."""
    if request.POST.get("from") == "item":
        return reverse("enterprise:item", args=[number, indicator])
    return f"{reverse('enterprise:assessment', args=[number])}#item-{indicator}"
