"""The directory (绿色矿山名录) as anyone may search it: words, filters, paging by key."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from greenmine.directory.published import queries as published
from greenmine.directory.published.models import PublishedMine, Scale, Standing, Tally, Tier
from greenmine.directory.published.queries import Asked
from greenmine.web.components.desk import current_edition
from greenmine.web.components.templatetags.regime import language
from greenmine.web.public import asked as addresses

PAGE = 25
Chosen = tuple[str, str, str, str, str, int | None]
COLUMNS = (
    "id", "key", "name", "holder", "region_code", "place", "mineral_zh", "mineral_en", "scale", "tier", "standing", "number",
    "entered_on",
)  # fmt: skip


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """A page of the directory; as a fragment only the rows (the list beside the map)."""
    found = addresses.read(request)
    rows = published.mines(found.asked)
    shown = rows if found.after is None else rows.filter(pk__lt=found.after)
    page: list[PublishedMine] = list(shown.only(*COLUMNS)[: PAGE + 1])
    is_all = found.after is None and len(page) <= PAGE
    count = len(page) if is_all else published.count_of(found.asked, rows)
    context = {
        "rows": page[:PAGE],
        "count": count,
        "more": count > published.MOST_COUNTED and bool(found.asked.words),
        "most": published.MOST_COUNTED,
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "asked": found.asked,
        "notes": found.notes,
        "query": request.GET.urlencode(),
    }
    if request.headers.get("HX-Request"):
        return render(request, "public/mine_rows.html", context)
    return render(request, "public/mines.html", {**context, "filters": filters(found.asked)})


def filters(asked: Asked) -> SafeString:
    """The filters: they offer only what occurs, by one question to the kept counts."""
    province = asked.place[:2] + published.PROVINCE_END if asked.place else ""
    occurring = published.occurring(province)
    kinds = tuple(tuple(occurring.get(kind, ())) for kind in ("province", "prefecture", "mineral", "year"))
    chosen = (asked.tier, asked.standing, asked.place, asked.mineral, asked.scale, asked.year)
    return _drawn(language(), current_edition().id, chosen, province, kinds)


@lru_cache(maxsize=512)
def _drawn(
    _language: str, _edition: str, chosen: Chosen, province: str, kinds: tuple[tuple[str, ...], ...]
) -> SafeString:
    """The filters drawn. Everything they show is in the arguments, so that one kept in memory is never out of date."""
    asked = Asked("", *chosen)
    provinces, prefectures, minerals, years = kinds
    divisions, mineral = current_edition().divisions, current_edition().dictionary["mineral"].domain
    context = {
        "asked": asked,
        "provinces": [(code, divisions.name(code)) for code in provinces],
        "province": province,
        "prefectures": [(code, divisions.name(code)) for code in prefectures if code != province],
        "county": (asked.place, divisions.name(asked.place))
        if asked.place and not asked.place.endswith("00")
        else None,
        "minerals": [(code, mineral[code][language()] if code in mineral else code) for code in minerals],
        "years": years[::-1],
        "tiers": Tier.choices,
        "standings": Standing.choices,
        "scales": Scale.choices,
    }
    return SafeString(render_to_string("public/mine_filters.html", context))


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
