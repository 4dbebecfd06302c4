"""Statistics of the directory (统计): by place, mineral, size and year, from counts that are kept with every write."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from greenmine.directory.published import queries as published
from greenmine.directory.published.models import Scale, Standing, Tally, Tier
from greenmine.editions.territories import COUNTRY
from greenmine.web.components.desk import current_edition
from greenmine.web.components.templatetags.regime import language
from greenmine.web.public.mines import numbers

MOST_MINERALS = 15
STANDS = {Standing.LISTED, Standing.RECTIFYING, Standing.CHANGING}
CODE = 6


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The statistics: of the country by province, or of a province by prefecture."""
    asked = request.GET.get("place", "")
    province = asked if len(asked) == CODE and asked.isascii() and asked.isdecimal() and asked.endswith("0000") else ""
    province = "" if province == COUNTRY else province
    rows = published.tallies("all", "province", "prefecture", "mineral", "scale", "year")
    divisions = current_edition().divisions
    minerals = current_edition().dictionary["mineral"].domain
    kind = "prefecture" if province else "province"
    places = _table([row for row in rows if row.kind == kind and (not province or row.code[:2] == province[:2])])
    tables = [
        ("place", _("按地区"), [{**one, "name": divisions.name(one["code"])} for one in places]),
        ("mineral", _("按矿种"), [
            {**one, "name": minerals[one["code"]][language()] if one["code"] in minerals else one["code"]}
            for one in sorted(_table(_of(rows, "mineral")), key=lambda one: (-one["listed"], one["code"]))[:MOST_MINERALS]
        ]),
        ("scale", _("按规模"), [
            {**one, "name": str(Scale(one["code"]).label) if one["code"] in Scale.values else one["code"]}
            for one in _table(_of(rows, "scale"))
        ]),
        ("year", _("按纳入年份"), [{**one, "name": one["code"]} for one in _table(_of(rows, "year"))]),
    ]  # fmt: skip
    if province:
        tables = tables[:1]
    context = {
        "numbers": numbers(rows),
        "province": province,
        "provinces": [(one["code"], divisions.name(one["code"])) for one in _table(_of(rows, "province"))],
        "tables": [(name, title, lines, _chart(lines)) for name, title, lines in tables if lines],
    }
    return render(request, "public/figures.html", context)


def _of(rows: list[Tally], kind: str) -> list[Tally]:
    return [row for row in rows if row.kind == kind]


def _table(rows: list[Tally]) -> list[dict[str, Any]]:
    """Counts by code: what stands in either tier, and what was removed."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = found.setdefault(row.code, {"code": row.code, "national": 0, "provincial": 0, "removed": 0, "listed": 0})
        if row.standing in STANDS and row.tier:
            line["national" if row.tier == Tier.NATIONAL else "provincial"] += row.count
            line["listed"] += row.count
        elif row.standing == Standing.REMOVED:
            line["removed"] += row.count
    return [found[code] for code in sorted(found) if any(found[code][name] for name in ("listed", "removed"))]


def _chart(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What the picture is drawn from; the table beside it says the same."""
    series = (
        ("national", _("国家级"), "#1d6b43"),
        ("provincial", _("省级"), "#7fb79a"),
        ("removed", _("已移出"), "#c2570c"),
    )
    return {
        "regions": [line["name"] for line in lines],
        "series": [
            {"name": name, "colour": colour, "counts": [line[key] for line in lines]} for key, name, colour in series
        ],
    }
