"""Engagements of third parties (委托评估): the list, drafting one, and the page on which the authority takes its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.assessors import actions as assessors
from greenmine.assessors import queries
from greenmine.assessors.models import Agency, Engagement, Question
from greenmine.evidence.models import Provenance
from greenmine.fieldwork import queries as fieldwork
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine
from greenmine.web.authority import commissioning
from greenmine.web.authority.asked import number_in
from greenmine.web.authority.engagements_acts import ACTS, draft
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition, refuse_unless
from greenmine.web.components.engagements import REFUSALS, acted, frame, inside, line_of, turns, who
from greenmine.web.components.files import file_response
from greenmine.web.components.templatetags.regime import both, place
from greenmine.web.components.workbooks import workbook_response

PAGE = 50
MOST_EXPORTED = 20_000
MOST_MINES = 20
MOST_AGENCIES = 300
FILTERS = ("q", "agency", "state", "purpose", "overdue", "region")
OPEN, ENDED = "open", "ended"


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The engagements of the person's region, the latest first."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    found = _filtered(request, filters)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=after)
    page = list(found[: PAGE + 1])
    context = {
        "rows": [line_of(one, on=today()) for one in page[:PAGE]],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "filters": filters,
        "filtered": any(filters.values()),
        "querystring": request.GET.urlencode(),
        "states": [(state.id, state.title) for state in queries.table().states.values()],
        "purposes": Engagement.Purpose.choices,
    }
    return render(request, "authority/engagements.html", context)


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The list as filtered, all pages, as a workbook."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    titles = [
        _("编号"), _("矿山"), _("矿山编号"), _("地区"), _("评估机构"), _("事由"), _("情况"), _("期限"), _("逾期"), _("委托部门"),
        _("委托日期"), _("合同"), _("金额（元）"), _("提交报告日期"),
    ]  # fmt: skip
    lines = [
        [
            one.number, one.mine_name, one.mine, place(one.region_code), one.agency.name, one.get_purpose_display(),
            both(row["state"]), one.due_on or "", _("是") if row["overdue"] else "", one.commissioned_by_name,
            one.commissioned_on or "", one.contract, float(one.amount) if one.amount is not None else "",
            one.filed_on or "",
        ]
        for row in (line_of(one, on=today()) for one in _filtered(request, filters)[:MOST_EXPORTED])
        for one in [row["engagement"]]
    ]  # fmt: skip
    return workbook_response(f"{_('委托评估')}-{today().isoformat()}.xlsx", [(_("委托评估"), titles, lines)])


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Draft: choose the mine, then the agency; what is known of both is shown before anything is written."""
    refuse_unless(request, "engagements.prepare")
    asked = request.POST if request.method == "POST" else request.GET
    mine = registry.mines_for(request.user).select_related("holder").filter(key=asked.get("mine", "")).first()
    agency = Agency.objects.filter(key=asked.get("agency", "")).first()
    error = ""
    if request.method == "POST":
        person, organisation = acting_for(request)
        try:
            made = draft(request, mine.key if mine else "", agency.key if agency else "", who(person, organisation))
        except REFUSALS as refused:
            error = both(refused)
        else:
            messages.success(request, _("已拟定委托 %(number)s，请机构声明后核查利益冲突") % {"number": made.number})
            return redirect("authority:engagement", made.number)
    words = asked.get("q", "").strip()
    context = {
        "mine": mine,
        "agency": agency,
        "error": error,
        "typed": asked,
        "words": words,
        "mines": list(registry.search(registry.mines_for(request.user), words).order_by("key")[:MOST_MINES]) if words else [],
        "agencies": commissioning.agencies_to_choose(MOST_AGENCIES) if mine and not agency else [],
        "ground": commissioning.ground_of(mine.region_code) if mine else None,
        "standing": queries.active_engagement(mine.key) if mine else None,
        "purposes": Engagement.Purpose.choices,
        "sets": commissioning.sets() if mine and agency else [],
        "check": commissioning.preview(agency, mine) if mine and agency else None,
        "today": today(),
    }  # fmt: skip
    return render(request, "authority/engagement_new.html", context, status=400 if error else 200)


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One engagement: where it stands, what it rests on, what may be done now and why the rest may not."""
    return render(request, "authority/engagement.html", _context(request, _engagement_or_404(request, number)))


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Take a step; a refusal keeps what was typed."""
    engagement = _engagement_or_404(request, number)
    refused = acted(request, ACTS, engagement)
    if refused is None:
        return redirect("authority:engagement", number)
    shown = {"error": refused, "typed": request.POST}
    context = _context(request, _engagement_or_404(request, number)) | shown
    return render(request, "authority/engagement.html", context, status=400)


@login_required
def report(request: HttpRequest, number: str, report: str, form: str) -> HttpResponseBase:
    """A filed report as .docx or PDF."""
    _engagement_or_404(request, number)
    found = fieldwork.reports_for(request.user, on=today()).filter(fieldwork__engagement=number, number=report)
    one = found.select_related("paper__docx__file", "paper__pdf__file").first()
    if one is None or one.paper is None or form not in ("docx", "pdf"):
        raise Http404
    return file_response(request, getattr(one.paper, form))


@login_required
def file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A file that the mine sent with an answer, or with what it reports of a fee."""
    engagement = _engagement_or_404(request, number)
    demands = queries.fee_demands_for(request.user, on=today()).filter(engagement=engagement)
    sent = Q(pk__in=Question.objects.filter(engagement=engagement).values("evidence"))
    told = Q(pk__in=demands.values("evidence"))
    found = Provenance.objects.select_related("file").filter(sent | told, pk=provenance).first()
    if found is None:
        raise Http404
    return file_response(request, found)


def _context(request: HttpRequest, engagement: Engagement) -> dict[str, Any]:
    on = today()
    person, _organisation = acting_for(request)
    check = engagement.conflict_checks.order_by("-id").first()
    mine = Mine.objects.select_related("holder").filter(key=engagement.mine).first()
    reports = fieldwork.reports_for(request.user, on=on).filter(fieldwork__engagement=engagement.number)
    return {
        **frame(request, engagement, on=on),
        **inside(engagement),
        "mine": mine,
        "turns": turns(request, engagement, "authority", on=on),
        "check": check,
        "ties": commissioning.ties_shown(check.findings) if check else [],
        "to_decide": commissioning.to_decide(check),
        "lacks_code": commissioning.lacks_code(check, mine),
        "checks_done": engagement.conflict_checks.count(),
        "conditions": commissioning.conditions_shown(engagement, on=on),
        "level": commissioning.level(person, engagement, on=on),
        "milestones": list(engagement.milestones.order_by("id")),
        "stages": [(one.id, one.title) for one in queries.table().states.values()],
        "performance": engagement.performances.order_by("-id").first(),
        "criteria": assessors.criteria(on),
        "reports": list(reports.order_by("-version")),
        "fee_demands": list(
            queries.fee_demands_for(request.user, on=on).filter(engagement=engagement).select_related("evidence")
        ),
        "prepares": commissioning.prepares(person, engagement, on=on),
        "payment_rows": commissioning.payment_rows(request.POST),
        "typed": {},
    }


def _filtered(request: HttpRequest, filters: dict[str, str]) -> QuerySet[Engagement]:
    found = queries.engagements_for(request.user, on=today())
    for word in filters["q"].split():
        found = found.filter(Q(mine_name__icontains=word) | Q(number__icontains=word) | Q(mine__icontains=word))
    if filters["agency"]:
        found = found.filter(Q(agency__name__icontains=filters["agency"]) | Q(agency__key=filters["agency"]))
    if filters["state"] == OPEN:
        found = found.exclude(state__in=queries.ENDED)
    elif filters["state"] == ENDED:
        found = found.filter(state__in=queries.ENDED)
    elif filters["state"]:
        found = found.filter(state=filters["state"])
    if filters["purpose"]:
        found = found.filter(purpose=filters["purpose"])
    if filters["region"]:
        found = found.filter(region_code__startswith=current_edition().divisions.prefix(filters["region"]))
    if filters["overdue"]:
        found = found.filter(due_on__lt=today()).exclude(state__in=queries.ENDED)
    return found


def _engagement_or_404(request: HttpRequest, number: str) -> Engagement:
    found = queries.engagements_for(request.user, on=today()).filter(number=number).first()
    if found is None:
        raise Http404
    return found
