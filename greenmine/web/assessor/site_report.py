"""The report (第三方评估报告): drafted by the leader, reviewed by three, filed; as .docx and PDF."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.assessment.models import Assessment
from greenmine.assessors.models import Review
from greenmine.fieldwork import engaged, queries, reporting
from greenmine.fieldwork.hindrances import hindrances
from greenmine.fieldwork.models import Fieldwork, Report
from greenmine.fieldwork.permissions import LONGEST_TEXT, REFUSALS, can, check_can_work
from greenmine.registry.models import Mine
from greenmine.web.assessor.site import open_file_or_404
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.files import file_response
from greenmine.web.components.templatetags.regime import both


@login_required
def page(request: HttpRequest, engagement: str) -> HttpResponse:
    """The report as it stands: what is missing, its text, who has reviewed it, the commitment."""
    file = open_file_or_404(request, engagement)
    may_work, why_not = can(check_can_work, request.user, file, on=today())
    report = queries.latest_report(file)
    reviews = reporting.reviews_of(report) if report is not None else []
    passed = {one.role for one in reviews if one.passed}
    found = engaged.engagement(engagement)
    context = {
        "file": file,
        "mine": Mine.objects.filter(key=file.mine).first(),
        "report": report,
        "versions": list(file.reports.order_by("-version")),
        "reviews": reviews,
        "next_role": next((role for role in Review.Role.values if role not in passed), ""),
        "waiting": hindrances(file, on=today()) if may_work else [],
        "may_work": may_work,
        "why_not": both(why_not),
        "leads": file.leader_id == request.user.pk,
        "state": found.state,
        "commitment": both(reporting.commitment_text()),
        "texts": request.session.pop("report_typed", None)
        or {key: getattr(report, key, "") for key in ("conclusion", "recommendations")},
        "answers_open": Assessment.objects.get(number=file.assessment).is_open,
    }
    return render(request, "assessor/site_report.html", context)


@login_required
@require_POST
def act(request: HttpRequest, engagement: str) -> HttpResponse:
    """Draft, review, file, or open the answers again after a return."""
    file = open_file_or_404(request, engagement)
    try:
        _act(request, file)
    except REFUSALS as refused:
        messages.error(request, both(refused))
        if request.POST.get("step") == "draft":  # what was typed is still there
            request.session["report_typed"] = {
                key: request.POST.get(key, "")[:LONGEST_TEXT] for key in ("conclusion", "recommendations")
            }
    return redirect("assessor:report", engagement)


def _act(request: HttpRequest, file: Fieldwork) -> None:
    person, organisation = acting_for(request)
    said = request.POST
    who: dict[str, Any] = {"by": person, "organisation": organisation, "on": today()}
    step = said.get("step", "")
    if step == "draft":
        reporting.draft_report(
            file, conclusion=said.get("conclusion", ""), recommendations=said.get("recommendations", ""), **who
        )
        messages.success(request, _("报告已编制，进入内部审核"))
    elif step == "revise":
        reporting.revise(file, **who)
        messages.success(request, _("评估结论已重新打开，原结论保留存档"))
    elif step in ("review", "file"):
        _review_or_file(request, _report(file, said.get("report", "")), step, who)
    else:
        raise Http404


def _review_or_file(request: HttpRequest, report: Report, step: str, who: dict[str, Any]) -> None:
    said = request.POST
    if step == "file":
        reporting.file_report(report, agreed=said.get("agreed") == "yes", **who)
        messages.success(request, _("报告已提交委托方"))
        return
    passed = said.get("passed") == "yes"
    reporting.review_report(
        report, said.get("role", ""), seen_hash=said.get("seen_hash", ""), passed=passed,
        comment=said.get("comment", "")[:500], **who,
    )  # fmt: skip
    messages.success(request, _("审核意见已登记"))


def _report(file: Fieldwork, number: str) -> Report:
    found = file.reports.filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_required
def download(request: HttpRequest, engagement: str, number: str, ending: str) -> HttpResponseBase:
    """A filed report as .docx or PDF, while its content is open to the person."""
    file = open_file_or_404(request, engagement)
    report = queries.reports_for(request.user, on=today()).filter(fieldwork=file, number=number).first()
    if report is None or report.paper is None or ending not in ("docx", "pdf"):
        raise Http404
    return file_response(request, getattr(report.paper, ending))
