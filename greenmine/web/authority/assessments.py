"""Self-assessments that enterprises submitted (自评报告): the list of the region, one as it was submitted, giving it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions, queries
from greenmine.assessment.models import Assessment
from greenmine.assessment.permissions import CannotAssess, can, check_can_return
from greenmine.registry import queries as registry
from greenmine.web.authority.asked import number_in
from greenmine.web.authority.mines import regions
from greenmine.web.components import assessments as drawing
from greenmine.web.components import reports
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition
from greenmine.web.components.templatetags.regime import both, place
from greenmine.web.components.templatetags.scoring import VERDICTS, points
from greenmine.web.components.workbooks import workbook_response

PAGE = 50
MOST_EXPORTED = 20_000
FILTERS = ("q", "region", "state", "verdict", "year")
STATES = (Assessment.State.SUBMITTED, Assessment.State.RETURNED)


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """What was submitted from the person's region, the latest first."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    found = _filtered(request, filters)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=after)
    page = list(found.order_by("-pk")[: PAGE + 1])
    context = {
        "rows": registry.with_names(page[:PAGE]),
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "filters": filters,
        "filtered": any(filters.values()),
        "querystring": request.GET.urlencode(),
        "states": [(state.value, state.label) for state in STATES],
        "verdicts": [(code, words) for code, (_tone, words) in VERDICTS.items()],
        "regions": regions(current_edition(), request),
    }
    return render(request, "authority/assessments.html", context)


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The list as filtered, all pages, as a workbook."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    found = registry.with_names(_filtered(request, filters).order_by("-pk")[:MOST_EXPORTED])
    titles = [
        _("编号"), _("矿山"), _("矿山编号"), _("采矿权人"), _("地区"), _("年度"), _("指标"), _("情况"), _("最低得分"), _("最高得分"),
        _("结论"), _("提交日期"), _("提交人"),
    ]  # fmt: skip
    lines = [
        [
            one.number, one.name, one.mine, one.holder_name, place(one.region_code), one.year, one.standard,
            one.get_state_display(), *_figures(one), one.submitted_on or "", one.submitted_by,
        ]
        for one in found
    ]  # fmt: skip
    return workbook_response(f"{_('自评报告')}-{today().isoformat()}.xlsx", [(_("自评报告"), titles, lines)])


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One report exactly as it was submitted: items, evidence, facts, hints, commitment."""
    assessment = _assessment_or_404(request, number)
    return render(request, "authority/assessment.html", _context(request, assessment))


@login_required
def compare(request: HttpRequest, number: str) -> HttpResponse:
    """Item by item beside the one before; while it is with the enterprise again, nothing of its draft is shown."""
    assessment = _assessment_or_404(request, number)
    context: dict[str, Any] = {"assessment": assessment, "mine": _mine(request, assessment)}
    if assessment.state == Assessment.State.SUBMITTED:
        other = queries.last_of(assessment.mine, before=assessment)
        context["comparison"] = comparison = queries.compare(assessment, other) if other is not None else None
        context["rows"] = drawing.compared_rows(assessment, comparison) if comparison is not None else []
    return render(request, "authority/assessment_compare.html", context)


@login_required
@require_POST
def give_back(request: HttpRequest, number: str) -> HttpResponse:
    """Give a report back with reasons, each of an item or of the whole."""
    assessment = _assessment_or_404(request, number)
    person, organisation = acting_for(request)
    reasons = _reasons(request)
    try:
        actions.return_(assessment, reasons, by=person, organisation=organisation, on=today())
    except (CannotAssess, NotAllowed) as refused:
        typed = {"error": both(refused), "typed_reasons": reasons}
        return render(request, "authority/assessment.html", _context(request, assessment) | typed, status=400)
    messages.success(request, _("已退回 %(number)s，企业可修改后重新提交") % {"number": number})
    return redirect("authority:assessment", number)


@login_required
def download(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The submitted report as a file."""
    made = reports.frozen_file(request, _assessment_or_404(request, number), form)
    if made is None:
        raise Http404
    return made


def _figures(one: Assessment) -> tuple[str, str, str]:
    """What it came to; nothing while the enterprise mends it, since the row then follows the draft."""
    if one.state != Assessment.State.SUBMITTED:
        return "", "", ""
    return points(one.low), points(one.high), str(VERDICTS[one.verdict][1])


def _filtered(request: HttpRequest, filters: dict[str, str]) -> QuerySet[Assessment]:
    found = queries.assessments_for(request.user, on=today()).filter(party="self", state__in=STATES).defer("frozen")
    if filters["q"]:
        found = found.filter(mine__in=registry.search(registry.mines_for(request.user), filters["q"]).values("key"))
    if filters["region"]:
        found = found.filter(region_code__startswith=current_edition().divisions.prefix(filters["region"]))
    if filters["state"]:
        found = found.filter(state=filters["state"])
    if filters["verdict"]:
        found = found.filter(verdict=filters["verdict"], state=Assessment.State.SUBMITTED)
    if (year := number_in(filters["year"])) is not None:
        found = found.filter(year=min(year, 9999))
    return found


def _assessment_or_404(request: HttpRequest, number: str) -> Assessment:
    own = queries.assessments_for(request.user, on=today()).filter(party="self", state__in=STATES)
    found = own.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _mine(request: HttpRequest, assessment: Assessment) -> Any:
    found = registry.mines_for(request.user).filter(key=assessment.mine).first()
    if found is None:
        raise Http404
    return found


def _context(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    shown = reports.frozen_page(assessment, wanted=request.GET.get("submission", ""))
    if shown is None:
        raise Http404
    may_return, why_not = can(check_can_return, request.user, assessment, on=today())
    return {
        "assessment": assessment,
        "mine": _mine(request, assessment),
        "may_return": may_return,
        "why_not_return": why_not,
        "reasons_form": may_return,
        "given_back": list(assessment.returns.order_by("-id")),
        **shown,
    }


def _reasons(request: HttpRequest) -> list[dict[str, str]]:
    """The reasons typed: pairs of an item (or the whole) and a sentence, empty ones left out."""
    items, texts = request.POST.getlist("indicator"), request.POST.getlist("text")
    pairs = zip(items, texts, strict=False)
    return [{"indicator": item.strip(), "text": text.strip()} for item, text in pairs if text.strip()]
