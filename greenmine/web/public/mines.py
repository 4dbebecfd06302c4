"""The directory (绿色矿山名录) as anyone may search it: words, filters, paging by key."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greenmine.directory.published import queries as published
from greenmine.directory.published.models import PublishedMine, Scale, Standing, Tally, Tier
from greenmine.directory.published.queries import Asked
from greenmine.web.components.desk import current_edition
from greenmine.web.components.templatetags.regime import language
from greenmine.web.public import asked as addresses

PAGE = 25
COLUMNS = (
    "id", "key", "name", "holder", "region_code", "place", "mineral_zh", "mineral_en", "scale", "tier", "standing", "number",
    "entered_on",
)  # fmt: skip


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """A page of the directory; as a fragment only the rows (the list beside the map)."""
    found = addresses.read(request)
    rows = published.mines(found.asked)
    count = published.count_of(found.asked, rows)
    if found.after is not None:
        rows = rows.filter(pk__lt=found.after)
    page: list[PublishedMine] = list(rows.only(*COLUMNS)[: PAGE + 1])
    context = {
        "rows": page[:PAGE],
        "count": count,
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "asked": found.asked,
        "notes": found.notes,
        "query": request.GET.urlencode(),
    }
    if request.headers.get("HX-Request"):
        return render(request, "public/mine_rows.html", context)
    return render(request, "public/mines.html", {**context, **options(found.asked)})


def options(asked: Asked) -> dict[str, Any]:
    """What the filters offer: only what occurs, from the kept counts, by one question."""
    kinds: dict[str, set[str]] = {}
    for one in published.tallies("province", "prefecture", "mineral", "year"):
        kinds.setdefault(one.kind, set()).add(one.code)
    divisions, mineral = current_edition().divisions, current_edition().dictionary["mineral"].domain
    province = asked.place[:2] + published.PROVINCE_END if asked.place else ""
    prefectures = sorted(code for code in kinds.get("prefecture", ()) if province and code[:2] == province[:2])
    return {
        "provinces": [(code, divisions.name(code)) for code in sorted(kinds.get("province", ()))],
        "province": province,
        "prefectures": [(code, divisions.name(code)) for code in prefectures if code != province],
        "county": (asked.place, divisions.name(asked.place))
        if asked.place and not asked.place.endswith("00")
        else None,
        "minerals": [
            (code, mineral[code][language()] if code in mineral else code) for code in sorted(kinds.get("mineral", ()))
        ],
        "years": sorted(kinds.get("year", ()), reverse=True),
        "tiers": Tier.choices,
        "standings": Standing.choices,
        "scales": Scale.choices,
    }


def numbers(rows: list[Tally]) -> dict[str, int]:
    """How many stand in which tier, and how many were removed."""
    listed = [row for row in rows if row.kind == "all" and row.standing in {"listed", "rectifying", "changing"}]
    return {
        "listed": sum(row.count for row in listed),
        "national": sum(row.count for row in listed if row.tier == Tier.NATIONAL),
        "provincial": sum(row.count for row in listed if row.tier == Tier.PROVINCIAL),
        "rectifying": sum(row.count for row in listed if row.standing == Standing.RECTIFYING),
        "removed": sum(row.count for row in rows if row.kind == "all" and row.standing == Standing.REMOVED),
        "notice": sum(row.count for row in rows if row.kind == "all" and row.standing == Standing.NOTICE),
    }
