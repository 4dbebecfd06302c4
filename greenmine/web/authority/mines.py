"""The mine list (矿山列表): filters, search that finds two-character names, saved views, and exactly what is seen to Excel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import actions as accounts
from greenmine.accounts import queries as accounts_queries
from greenmine.editions.edition import Edition
from greenmine.evaluation.models import MineStanding
from greenmine.facts import queries as facts
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine
from greenmine.web.components.clock import today
from greenmine.web.components.desk import current_edition
from greenmine.web.components.templatetags.regime import both, language, place
from greenmine.web.components.workbooks import workbook_response

PAGE = 50
FILTERS = ("q", "region", "standing", "mineral", "missing")
MOST_EXPORTED = 60_000


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """One page of the mines in the person's scope that pass the filters."""
    edition = current_edition()
    filters = asked(request)
    found = filtered(registry.mines_for(request.user), filters)
    page = list(found.filter(key__gt=request.GET.get("after", "")).order_by("key")[: PAGE + 1])
    context = {
        "rows": rows(edition, page[:PAGE]),
        "next_after": page[PAGE - 1].key if len(page) > PAGE else "",
        "count": found.count(),
        "filters": filters,
        "querystring": urlencode({name: value for name, value in filters.items() if value}),
        "regions": regions(edition, request),
        "standings": edition.standing["states"],
        "minerals": [(code, both(words)) for code, words in edition.dictionary["mineral"].domain.items()],
        "fact_options": [(fact.name, fact.label[language()]) for fact in edition.dictionary.for_subject("mine")],
        "saved_views": accounts_queries.saved_views(request.user, "mines"),
        "import_url": reverse("authority:imports"),
    }
    return render(request, "authority/mines.html", context)


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook: the columns and rows that are on screen, all pages."""
    edition = current_edition()
    found = filtered(registry.mines_for(request.user), asked(request)).order_by("key")[:MOST_EXPORTED]
    titles = [
        _("编号"),
        _("矿山"),
        _("地区"),
        _("矿种"),
        _("生产状态"),
        _("状态"),
        _("不符合"),
        _("未到期"),
        _("待核实"),
    ]
    states = {row["state"]: both(row["label"]) for row in edition.standing["states"]}
    lines = (
        [
            row["number"], row["name"], place(row["region_code"]), row["mineral"], row["operating_status"],
            states.get(row["standing"], ""), row["breached"], row["pending"], row["unknown"],
        ]
        for row in rows(edition, list(found))
    )  # fmt: skip
    return workbook_response(f"{_('矿山列表')}-{today().isoformat()}.xlsx", [(_("矿山"), titles, lines)])


@login_required
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the present filters under a name of the person's own."""
    accounts.save_view(
        request.user, page="mines", name=request.POST.get("name", ""), query=request.POST.get("query", "")
    )
    return redirect(f"{reverse('authority:mines')}?{request.POST.get('query', '')}")


@login_required
@require_POST
def remove_view(request: HttpRequest, view: int) -> HttpResponse:
    """Remove one of the person's own saved views."""
    accounts.remove_view(request.user, view)
    back = request.headers.get("referer", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else reverse("authority:mines"))


def asked(request: HttpRequest) -> dict[str, str]:
    """The filters as the address gives them."""
    return {name: request.GET.get(name, "").strip() for name in FILTERS}


def filtered(mines: QuerySet[Mine], filters: dict[str, str]) -> QuerySet[Mine]:
    """The mines that pass the filters; a filter that is not given lets everything pass."""
    if filters["q"]:
        mines = registry.search(mines, filters["q"])
    if filters["region"]:
        mines = mines.filter(region_code__startswith=current_edition().divisions.prefix(filters["region"]))
    if filters["mineral"]:
        mines = mines.filter(mineral=filters["mineral"])
    if filters["standing"]:
        mines = mines.filter(key__in=MineStanding.objects.filter(standing=filters["standing"]).values("mine"))
    if filters["missing"]:
        mines = mines.filter(key__in=MineStanding.objects.filter(missing__has_key=filters["missing"]).values("mine"))
    return mines


def rows(edition: Edition, mines: Iterable[Mine]) -> list[dict[str, Any]]:
    """What the list shows of each mine, in three queries however many there are."""
    listed_mines = list(mines)
    keys = [mine.key for mine in listed_mines]
    standings = {row.mine: row for row in MineStanding.objects.filter(mine__in=keys)}
    sheets = facts.stored_sheets(edition, "mine", keys)
    return [_row(edition, mine, standings.get(mine.key), sheets.get(mine.key)) for mine in listed_mines]


def regions(edition: Edition, request: HttpRequest) -> list[tuple[str, str]]:
    """The divisions of the person's scope that hold mines: prefectures and counties, by code."""
    counties = registry.mines_for(request.user).order_by().values_list("region_code", flat=True).distinct()
    codes = {above for code in counties if code for above in edition.divisions.ancestors(code)} - {"000000"}
    return [(code, edition.divisions.full_name(code)) for code in sorted(codes)]


def _row(edition: Edition, mine: Mine, standing: MineStanding | None, sheet: Any) -> dict[str, Any]:
    values = sheet.values if sheet else {}
    status = edition.dictionary["operating_status"]
    domain = edition.dictionary["mineral"].domain
    return {
        "number": mine.key,
        "name": mine.name,
        "region_code": mine.region_code,
        "mineral": both(domain[mine.mineral]) if mine.mineral in domain else "",
        "operating_status": status.words(values["operating_status"], language())
        if "operating_status" in values
        else "",
        "standing": standing.standing if standing else "",
        "breached": standing.breached if standing else None,
        "pending": standing.pending if standing else None,
        "unknown": standing.unknown if standing else None,
    }
