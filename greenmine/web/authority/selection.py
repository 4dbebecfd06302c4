"""Selection (遴选) at the authority's desk: the applications of one's region, by state, county, batch and last day."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from greenmine.selection import queries
from greenmine.selection.models import Application
from greenmine.web.authority.asked import number_in
from greenmine.web.components.clock import today
from greenmine.web.components.desk import current_edition
from greenmine.web.components.selection import line_of, state_words
from greenmine.web.components.templatetags.regime import both, place
from greenmine.web.components.templatetags.scoring import points
from greenmine.web.components.workbooks import workbook_response

PAGE = 50
MOST_EXPORTED = 20_000
MOST_BATCHES = 60
FILTERS = ("q", "state", "region", "batch", "tier", "due")
OPEN, ENDED = "open", "ended"
OVERDUE, DATED = "overdue", "dated"


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """One page of the applications in reach, the latest first."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    found = _filtered(request, filters)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=after)
    page = list(found.select_related("batch")[: PAGE + 1])
    context = {
        "rows": [line_of(one, on=today()) for one in page[:PAGE]],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "filters": filters,
        "filtered": any(filters.values()),
        "querystring": request.GET.urlencode(),
        "states": list(state_words().items()),
        "regions": _regions(request),
        "batches": list(queries.batches_for(request.user, on=today())[:MOST_BATCHES]),
        "today": today(),
    }
    return render(request, "authority/selection.html", context)


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The list as filtered, all pages, as a workbook."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    found = _filtered(request, filters).select_related("batch")[:MOST_EXPORTED]
    sheet = (_("申报"), titles(), [cells(line_of(one, on=today())) for one in found])
    return workbook_response(f"{_('申报')}-{today().isoformat()}.xlsx", [sheet])


def titles() -> list[str]:
    """The columns of applications in a workbook."""
    return [
        _("编号"), _("批次"), _("级别"), _("矿山"), _("矿山编号"), _("采矿权人"), _("地区"), _("情况"), _("期限"), _("逾期"),
        _("提交日期"), _("自评得分"), _("第三方得分"), _("核查确认日期"), _("公示编号"), _("决定文号"), _("名录编号"),
    ]  # fmt: skip


def cells(row: dict[str, Any]) -> list[Any]:
    """One application as the cells of a workbook."""
    one = row["application"]
    return [
        one.number, one.batch.number, one.get_tier_display(), one.mine_name, one.mine, one.holder_name, place(one.region_code),
        both(row["state"]), one.due_on or "", _("是") if row["overdue"] else "", one.filed_on or "",
        points(one.self_points) if one.self_points is not None else "",
        points(one.third_party_points) if one.third_party_points is not None else "",
        one.verified_on or "", one.notice, one.decision_number, one.entry,
    ]  # fmt: skip


def _filtered(request: HttpRequest, filters: dict[str, str]) -> QuerySet[Application]:
    found = queries.applications_for(request.user, on=today()).order_by("-pk")
    for word in filters["q"].split():
        found = found.filter(
            Q(mine_name__icontains=word)
            | Q(number__icontains=word)
            | Q(mine__icontains=word)
            | Q(holder_name__icontains=word)
        )
    if filters["state"] in (OPEN, ENDED):
        found = found.filter(closed_on__isnull=filters["state"] == OPEN)
    elif filters["state"]:
        found = found.filter(state=filters["state"])
    if filters["region"]:
        found = found.filter(region_code__startswith=current_edition().divisions.prefix(filters["region"]))
    if filters["batch"]:
        found = found.filter(batch__number=filters["batch"])
    if filters["tier"]:
        found = found.filter(tier=filters["tier"])
    if filters["due"] == OVERDUE:
        found = found.filter(due_on__lt=today(), closed_on=None)
    elif filters["due"] == DATED:
        found = found.filter(due_on__isnull=False, closed_on=None).order_by("-pk")
    return found


def _regions(request: HttpRequest) -> list[tuple[str, str]]:
    """The divisions of the applications in reach, with those above them."""
    divisions = current_edition().divisions
    counties = queries.applications_for(request.user, on=today()).order_by().values_list("region_code", flat=True)
    codes = {above for code in counties.distinct() if code for above in divisions.ancestors(code)} - {"000000"}
    return [(code, divisions.full_name(code)) for code in sorted(codes)]
