"""Inquiries into misconduct (评估失信调查): list, opening, and one page on which every step is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessors import queries as assessors
from greenmine.assessors.models import Agency
from greenmine.assessors.refusals import CannotDebar
from greenmine.editions import procedures as tables
from greenmine.evidence.contents import NotKept
from greenmine.integrity import actions as integrity
from greenmine.integrity import queries
from greenmine.integrity.inquiring import case_of
from greenmine.integrity.issuing import papers_of
from greenmine.integrity.models import Inquiry, Recheck
from greenmine.integrity.permissions import GROUNDS, CannotJudge
from greenmine.papers.actions import CannotIssue, CannotMake
from greenmine.papers.models import Paper
from greenmine.procedures import queries as procedures
from greenmine.web.authority.asked import day_in, number_in
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition, refuse_unless
from greenmine.web.components.files import file_response
from greenmine.web.components.templatetags.regime import both

PAGE = 30
SHORT = {
    "prior": "prior-notice",
    "decision": "debarment-decision",
    "clearance": "clearance-notice",
    "notification": "debarment-notice",
}
REFUSALS = (CannotJudge, CannotIssue, CannotMake, CannotDebar, NotKept, NotAllowed)


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The inquiries of the person's region, latest first."""
    rows = queries.inquiries_for(request.user, on=today())
    if (after := number_in(request.GET.get("after", ""))) is not None:
        rows = rows.filter(pk__lt=after)
    page = list(rows[: PAGE + 1])
    context = {"rows": [_row(one) for one in page[:PAGE]], "next_after": page[PAGE - 1].pk if len(page) > PAGE else ""}
    return render(request, "authority/inquiries.html", context)


def _row(inquiry: Inquiry) -> dict[str, Any]:
    return {"inquiry": inquiry, "state": tables.table("misconduct-inquiry").states[inquiry.state].title}


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Open an inquiry, perhaps from a signal."""
    refuse_unless(request, "inquiries.run")
    asked = request.POST if request.method == "POST" else request.GET
    signals = list(queries.signals_for(request.user, on=today()).filter(number__in=asked.getlist("signal")[:50]))
    agency = asked.get("agency", "") or (signals[0].agency if signals else "")
    error = ""
    if request.method == "POST":
        person, organisation = acting_for(request)
        try:
            made = integrity.open_inquiry(
                integrity.Opening(
                    agency=agency, ground=asked.get("ground", ""), origin=asked.get("origin", ""), source=asked.get("source", ""),
                    people=asked.getlist("person"), signals=[one.number for one in signals],
                ),
                by=person, organisation=organisation, on=today(),
            )  # fmt: skip
        except REFUSALS as refused:
            error = both(refused)
        else:
            messages.success(request, _("已立案 %(number)s") % {"number": made.number})
            return redirect("authority:inquiry", made.number)
    edition = current_edition()
    chosen = Agency.objects.filter(key=agency).first()
    context = {
        "agencies": list(Agency.objects.order_by("key")[:500]),
        "agency": chosen,
        "staff": assessors.staff(chosen, on=today()) if chosen else [],
        "signals": signals,
        "grounds": [edition.provision(one) for one in GROUNDS],
        "origins": Inquiry.Origin.choices,
        "asked": asked,
        "people": asked.getlist("person"),
        "error": error,
    }
    return render(request, "authority/inquiry_new.html", context)


def inquiry_or_404(request: HttpRequest, number: str) -> Inquiry:
    """An inquiry within the person's reach."""
    found = queries.inquiries_for(request.user, on=today()).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One inquiry: where it stands, what is in the file, and the steps that are open with the reason of those that are grey."""
    inquiry = inquiry_or_404(request, number)
    person, organisation = acting_for(request)
    case = case_of(inquiry)
    table = procedures.table_of(case)
    papers = papers_of(inquiry)
    states = {paper.kind: paper.state for paper in papers}
    context = {
        "inquiry": inquiry,
        "case": case,
        "picture": procedures.picture(case),
        "history": [(one, table.step(one.step).title) for one in procedures.history(case)],
        "ground": current_edition().provision(inquiry.ground),
        "choices": {one.step.id: one for one in procedures.choices(case, person, organisation, on=today())},
        "parties": list(inquiry.parties.order_by("id")),
        "records": list(inquiry.records.select_related("evidence").order_by("id")),
        "papers": papers,
        "drafts": sorted({paper.kind for paper in papers if paper.state == Paper.State.DRAFT}),
        "states": {short: states.get(kind, "") for short, kind in SHORT.items()},
        "ways": Paper.Way.choices,
        "rechecks": list(inquiry.rechecks.order_by("commissioned_on", "id")),
        "outcomes": [choice for choice in Recheck.Outcome.choices if choice[0] != "open"],
        "openings": list(queries.openings_for(request.user, inquiry.agency, on=today())[:50]),
        "signals": list(inquiry.signals.order_by("id")),
        "notice": getattr(inquiry, "notice", None),
        "today": today(),
    }
    return render(request, "authority/inquiry.html", context)


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Take a step of an inquiry; what is refused says why, and nothing typed is needed twice."""
    inquiry = inquiry_or_404(request, number)
    person, organisation = acting_for(request)
    step = ACTS.get(request.POST.get("act", ""))
    if step is None:
        raise Http404
    try:
        step(request, inquiry, {"by": person, "organisation": organisation, "on": today()})
        messages.success(request, _("已办理"))
    except REFUSALS as refused:
        messages.error(request, both(refused))
    return redirect("authority:inquiry", number)


def _verify(request: HttpRequest, inquiry: Inquiry, who: dict[str, Any]) -> None:
    parties = [found for one in request.POST.getlist("party") if (found := number_in(one)) is not None]
    finding = integrity.Finding(
        reasons=request.POST.get("reasons", ""), facts=request.POST.get("facts", ""), parties=parties,
        counted_from=request.POST.get("counted_from", "notified"), term_from=day_in(request.POST.get("term_from", "")),
    )  # fmt: skip
    integrity.verify(inquiry, finding, **who)


def _serve(request: HttpRequest, inquiry: Inquiry, who: dict[str, Any]) -> None:
    day = day_in(request.POST.get("day", ""))
    if day is None:
        raise CannotJudge("请填写有效的送达日期", "give the day of service")
    integrity.serve(
        inquiry, request.POST.get("kind", ""), day=day, way=request.POST.get("way", ""),
        received_by=request.POST.get("received_by", ""), receipt=request.FILES.get("receipt"), **who,
    )  # fmt: skip


def _look_again(request: HttpRequest, inquiry: Inquiry, who: dict[str, Any]) -> None:
    found = inquiry.rechecks.filter(pk=number_in(request.POST.get("recheck", "")) or 0).first()
    if found is None:
        raise CannotJudge("没有该份报告", "there is no such report")
    integrity.look_again(found, request.POST.get("outcome", ""), request.POST.get("note", ""), **who)


ACTS: dict[str, Callable[[HttpRequest, Inquiry, dict[str, Any]], Any]] = {
    "investigate": lambda request, inquiry, who: integrity.investigate(inquiry, **who),  # noqa: ARG005 -- one shape for all
    "record": lambda request, inquiry, who: integrity.add_record(
        inquiry, request.POST.get("text", ""), upload=request.FILES.get("evidence"), **who
    ),
    "draft": lambda request, inquiry, who: integrity.draft(inquiry, request.POST.get("kind", ""), **who),
    "sign": lambda request, inquiry, who: integrity.sign(
        inquiry, request.POST.get("kind", ""), by=who["by"], on=who["on"]
    ),
    "serve": _serve,
    "plead": lambda request, inquiry, who: integrity.plead(
        inquiry, request.POST.get("how", ""), request.POST.get("text", ""), **who
    ),
    "verify": _verify,
    "refute": lambda request, inquiry, who: integrity.refute(inquiry, request.POST.get("reasons", ""), **who),
    "debar": lambda request, inquiry, who: integrity.debar(inquiry, **who),  # noqa: ARG005
    "look_again": _look_again,
    "close": lambda request, inquiry, who: integrity.close(inquiry, **who),  # noqa: ARG005
    "notification": lambda request, inquiry, who: integrity.notification(inquiry, **who),  # noqa: ARG005
    "publish": lambda request, inquiry, who: integrity.publish(inquiry, **who),  # noqa: ARG005
}


@login_required
def file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A file of the inquiry: evidence, or a paper as Word or PDF."""
    inquiry = inquiry_or_404(request, number)
    record = inquiry.records.filter(evidence=provenance).select_related("evidence__file").first()
    if record is not None and record.evidence is not None:
        return file_response(request, record.evidence)
    for paper in papers_of(inquiry):
        for kept in (paper.docx, paper.pdf, paper.receipt):
            if kept is not None and kept.pk == provenance:
                return file_response(request, kept)
    raise Http404
