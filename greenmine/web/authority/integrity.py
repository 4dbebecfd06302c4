"""Integrity signals (评估诚信信号): the list with filters and workbook, leniency of agencies, published notifications."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from greenmine.assessors import queries as assessors
from greenmine.assessors.models import Agency
from greenmine.integrity import queries
from greenmine.integrity.models import Signal
from greenmine.web.authority.asked import number_in
from greenmine.web.authority.integrity_shapes import bars
from greenmine.web.components.clock import today
from greenmine.web.components.desk import refuse_unless
from greenmine.web.components.templatetags.regime import both
from greenmine.web.components.workbooks import workbook_response

PAGE = 30
MOST_ROWS = 20_000


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The signals of the person's region, latest first; open ones unless asked otherwise."""
    rows = _filtered(request)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        rows = rows.filter(pk__lt=after)
    page = list(rows[: PAGE + 1])
    context = {
        "rows": page[:PAGE],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "kinds": Signal.Kind.choices,
        "states": Signal.State.choices,
        "kind": request.GET.get("kind", ""),
        "state": request.GET.get("state", ""),
        "agency": request.GET.get("agency", ""),
        "agencies": Agency.objects.filter(
            key__in=queries.signals_for(request.user, on=today()).order_by().values("agency")
        ),
        "query": request.GET.urlencode(),
    }
    return render(request, "authority/integrity.html", context)


def _filtered(request: HttpRequest) -> QuerySet[Signal]:
    rows = queries.signals_for(request.user, on=today())
    for name in ("kind", "state", "agency"):
        if asked := request.GET.get(name, "").replace("\0", ""):
            rows = rows.filter(**{name: asked})
    return rows


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    titles = [
        _("编号"),
        _("类别"),
        _("强度"),
        _("评估机构"),
        _("委托"),
        _("行政区"),
        _("说明"),
        _("可能的正当解释"),
        _("情况"),
        _("发现日期"),
        _("处理理由"),
    ]
    lines = [
        [
            row.number, row.get_kind_display(), row.strength, row.agency_name, row.engagement, row.region_code, both(row),
            both({"zh": row.innocent_zh, "en": row.innocent_en}), row.get_state_display(), row.found_on.isoformat(), row.reason,
        ]
        for row in _filtered(request)[:MOST_ROWS]
    ]  # fmt: skip
    return workbook_response("integrity.xlsx", [(_("诚信信号"), titles, lines)])


@login_required
def leniency(request: HttpRequest) -> HttpResponse:
    """How lenient the agencies are, beside one another: for the commissioning side only."""
    rows = list(queries.leniency_for(request.user, on=today())[:200])
    return render(request, "authority/integrity_leniency.html", {"rows": rows, "chart": bars(rows)})


@login_required
def agency(request: HttpRequest, key: str) -> HttpResponse:
    """One agency: leniency, gaps per indicator, signals, which files its people opened."""
    found = Agency.objects.filter(key=key).first()
    if found is None:
        raise Http404
    rows = list(queries.leniency_for(request.user, on=today()).filter(key=key))
    gaps = queries.indicator_gaps(key, rows[0].region_code) if rows else {"self": [], "recheck": []}
    everybody = list(queries.leniency_for(request.user, on=today())[:200])
    context = {
        "agency": found,
        "standing": assessors.standing_of(found, on=today()),
        "rows": rows,
        "chart": bars(everybody, highlight=key),
        "gaps": [
            (_("与企业自评相比"), gaps["self"][:15], _("尚无可以对照的企业自评，差距未知。")),
            (_("与复评相比"), gaps["recheck"][:15], _("尚无复评或盲评，差距未知；可通过盲评抽样安排。")),
        ],
        "signals": list(queries.signals_for(request.user, on=today()).filter(agency=key)[:20]),
        "openings": list(queries.openings_for(request.user, key, on=today())[:50]),
        "inquiries": list(queries.inquiries_for(request.user, on=today()).filter(agency=key)[:20]),
    }
    return render(request, "authority/integrity_agency.html", context)


@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """Published notifications of verified cases (通报), people by the first character of the name."""
    refuse_unless(request, "agencies.see")
    rows: list[Any] = list(queries.notices()[:200])
    return render(request, "authority/integrity_notices.html", {"rows": rows})
