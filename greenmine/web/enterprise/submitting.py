"""Submitting a self-assessment (提交自评报告): hints and reasons, the truth commitment, the frozen report, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions, queries
from greenmine.assessment.actions.submitting import commitment_text
from greenmine.assessment.models import Assessment
from greenmine.assessment.permissions import CannotAssess, can, check_can_fill, check_can_submit, check_can_withdraw
from greenmine.web.components import assessments as drawing
from greenmine.web.components import reports
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.templatetags.regime import both
from greenmine.web.enterprise import asked

MOST_REASONS = 300


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Every hint with what to do, the commitment, and the button; POST submits for good."""
    assessment = asked.assessment_or_404(request, number)
    if request.method == "POST":
        person, organisation = acting_for(request)
        try:
            actions.submit(
                assessment,
                agreed=request.POST.get("agreed") == "yes",
                by=person,
                on=today(),
                organisation=organisation,
            )
        except (CannotAssess, NotAllowed) as refused:
            messages.error(request, both(refused))
            return redirect("enterprise:submit", number)
        messages.success(request, _("已提交自评报告 %(number)s") % {"number": number})
        return redirect("enterprise:report", number)
    if assessment.state == Assessment.State.SUBMITTED:
        return redirect("enterprise:report", number)
    return render(request, "enterprise/submit.html", _context(request, assessment))


@login_required
@require_POST
def acknowledge(request: HttpRequest, number: str) -> HttpResponse:
    """Say why hints stand, as many as were explained; what was typed stays where one is refused."""
    assessment = asked.assessment_or_404(request, number)
    typed = dict(zip(request.POST.getlist("flag"), request.POST.getlist("reason"), strict=False))
    given = {flag: reason for flag, reason in typed.items() if reason.strip()}
    done = 0
    try:
        if not given:
            raise CannotAssess("请填写说明。", "Say why.")
        told = dict(list(given.items())[:MOST_REASONS])
        done = len(actions.acknowledge_all(assessment, told, by=request.user, on=today()))  # type: ignore[arg-type]
    except (CannotAssess, NotAllowed) as refused:
        shown = _context(request, assessment, typed) | {"error": both(refused), "done": done}
        return render(request, "enterprise/submit.html", shown, status=400)
    messages.success(request, ngettext("已记录 %(n)s 条说明", "已记录 %(n)s 条说明", done) % {"n": done})
    return redirect("enterprise:submit", number)


@login_required
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take a self-assessment back; what it held stays readable."""
    assessment = asked.assessment_or_404(request, number)
    try:
        actions.withdraw(assessment, by=request.user, on=today())  # type: ignore[arg-type]  # signed in
        messages.success(request, _("已撤回 %(number)s") % {"number": number})
    except (CannotAssess, NotAllowed) as refused:
        messages.error(request, both(refused))
        return redirect("enterprise:assessment", number)
    return redirect("enterprise:assessments")


@login_required
def report(request: HttpRequest, number: str) -> HttpResponse:
    """The report exactly as it was submitted, with its hash; older submissions beside it."""
    assessment = asked.assessment_or_404(request, number)
    shown = reports.frozen_page(assessment, wanted=request.GET.get("submission", ""))
    if shown is None:
        raise Http404
    may_withdraw, why_not_withdraw = can(check_can_withdraw, request.user, assessment, on=today())
    context = {
        "assessment": assessment,
        "mine": asked.mine_or_404(request, assessment.mine),
        "may_withdraw": may_withdraw,
        "why_not_withdraw": why_not_withdraw,
        **shown,
    }
    return render(request, "enterprise/report.html", context)


@login_required
def download(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The submitted report as a file: the frozen record itself, a document, or a PDF."""
    assessment = asked.assessment_or_404(request, number)
    made = reports.frozen_file(request, assessment, form)
    if made is None:
        raise Http404
    return made


def _context(request: HttpRequest, assessment: Assessment, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    view = queries.view_of(assessment, on=today(), thorough=True)
    names = {one.part.id: one.part.name for one in view.items}
    may_fill, _why = can(check_can_fill, request.user, assessment, on=today())
    may_submit, why_not = can(check_can_submit, request.user, assessment, agreed=True, on=today())
    if may_submit and view.blocking:
        may_submit, why_not = (
            False,
            {"zh": "请先处理必须改正的问题。", "en": "Put right first what stops a submission."},
        )
    elif may_submit and view.asking:
        may_submit, why_not = False, {"zh": "请先对每条提示说明原因。", "en": "Give a reason for every hint first."}

    def named(flags: Any) -> list[dict[str, Any]]:
        return [
            {"flag": one, "name": names.get(one.indicator), "typed": (typed or {}).get(one.fingerprint, "")}
            for one in flags
        ]

    return {
        "assessment": assessment,
        "mine": asked.mine_or_404(request, assessment.mine),
        "standard": view.standard,
        "summary": drawing.summary_of(view.standard, view.result, flags=view.flags),
        "returns": drawing.returns_of(view),
        "blocking": named(view.blocking),
        "asking": named(view.asking),
        "explainable": bool(view.asking or any(one.code == "open_return" for one in view.blocking)),
        "explained": named(one for one in view.flags if one.reason),
        "notes": named(one for one in view.flags if one.severity == "notes"),
        "commitment": commitment_text(),
        "may_fill": may_fill,
        "may_submit": may_submit,
        "why_not_submit": why_not,
    }
