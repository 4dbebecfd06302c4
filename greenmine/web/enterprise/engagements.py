"""Third-party assessments of the enterprise's mines (第三方评估): the notice, the questions, and fees that nobody may take."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions
from greenmine.assessors import actions as assessors
from greenmine.assessors import queries
from greenmine.assessors.models import Engagement, Question
from greenmine.evidence.models import Provenance
from greenmine.web.components.clock import today
from greenmine.web.components.engagements import (
    Unreadable,
    Who,
    acted,
    kept,
    line_of,
    wanted_amount,
    wanted_day,
)
from greenmine.web.components.files import file_response
from greenmine.web.components.numbers import number_in

PAGE = 50


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The assessments that were commissioned of the enterprise's mines, the latest first."""
    found = queries.engagements_of_enterprise(request.user, on=today())
    if (after := number_in(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=after)
    page = list(found[: PAGE + 1])
    waiting = Question.objects.filter(engagement__in=page[:PAGE], answered_on__isnull=True, confirmed_on__isnull=True)
    open_ones = set(waiting.values_list("engagement", flat=True))
    context = {
        "rows": [{**line_of(one, on=today()), "asked": one.pk in open_ones} for one in page[:PAGE]],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
    }
    return render(request, "enterprise/engagements.html", context)


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One assessment: who comes and when, what is asked and until when, what to do when money is asked for."""
    return render(request, "enterprise/engagement.html", _context(request, _engagement_or_404(request, number)))


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm the notice, answer a question, report a fee."""
    engagement = _engagement_or_404(request, number)
    refused = acted(request, ACTS, engagement)
    if refused is None:
        return redirect("enterprise:engagement", number)
    shown = _context(request, engagement) | {"error": refused, "typed": request.POST}
    return render(request, "enterprise/engagement.html", shown, status=400)


@login_required
def file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A file that the enterprise itself sent with an answer or a report of a fee."""
    engagement = _engagement_or_404(request, number)
    demands = queries.fee_demands_for(request.user, on=today()).filter(engagement=engagement)
    sent = Q(pk__in=Question.objects.filter(engagement=engagement).values("evidence"))
    found = Provenance.objects.select_related("file").filter(sent | Q(pk__in=demands.values("evidence")), pk=provenance)
    one = found.first()
    if one is None:
        raise Http404
    return file_response(request, one)


def _context(request: HttpRequest, engagement: Engagement) -> dict[str, Any]:
    on = today()
    demands = queries.fee_demands_for(request.user, on=on).filter(engagement=engagement)
    return {
        **line_of(engagement, on=on),
        "today": on,
        "questions": list(engagement.questions.order_by("number").prefetch_related("evidence")),
        "notices": list(engagement.entry_notices.order_by("-id")),
        "fee_demands": list(demands.select_related("evidence")),
        "may_fill": permissions.can(request.user, "assessments.fill", on=on),
        "may_report": permissions.can(request.user, "fees.report", on=on),
        "typed": {},
    }


def _receive(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Confirm that the notice came."""
    found = engagement.entry_notices.filter(pk=_number(request, "notice")).first()
    if found is None:
        raise Unreadable("没有这份进场告知，请刷新页面", "there is no such notice: reload the page")
    assessors.receive_entry_notice(found, **by)
    return _("已签收进场告知")


def _answer(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Answer a question, with a file if there is one."""
    question = engagement.questions.filter(number=_number(request, "number")).first()
    if question is None:
        raise Unreadable("没有这个问题，请刷新页面", "there is no such question: reload the page")
    title = f"{engagement.number} 问题 {question.number}"
    proof = kept(request, ("engagement", engagement.number), by, title=title, region_code=engagement.region_code)
    answer = request.POST.get("answer", "")[:4000]
    assessors.answer_question(question, answer, evidence=[proof] if proof else [], **by)
    return _("已答复问题 %(n)s") % {"n": question.number}


def _fee(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Report that money was asked for the assessment."""
    proof = kept(
        request, ("engagement", engagement.number), by, title="评估收费反映", region_code=engagement.region_code
    )
    assessors.report_fee_demand(
        engagement, request.POST.get("fee_text", "")[:4000],
        demanded_on=wanted_day(request, "demanded_on", "发生日期", "the day it happened"),
        amount=wanted_amount(request, "fee_amount", "金额", "the amount"), evidence=proof, **by,
    )  # fmt: skip
    return _("已反映，委托部门将核实处理")


ACTS = {"receive": _receive, "answer": _answer, "fee": _fee}


def _number(request: HttpRequest, name: str) -> int:
    return number_in(request.POST.get(name, "")) or 0


def _engagement_or_404(request: HttpRequest, number: str) -> Engagement:
    found = queries.engagements_of_enterprise(request.user, on=today()).filter(number=number).first()
    if found is None:
        raise Http404
    return found
