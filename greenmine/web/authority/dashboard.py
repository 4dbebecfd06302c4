"""The dashboard (总览): where the mines of a region stand, and which missing facts would settle the most findings."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from greenmine.editions.edition import Edition
from greenmine.evaluation import queries as evaluation
from greenmine.evaluation.models import UnknownTotal
from greenmine.registry import queries as registry
from greenmine.web.components.clock import today
from greenmine.web.components.desk import current_edition
from greenmine.web.components.templatetags.regime import both, label_of, language
from greenmine.web.components.workbooks import workbook_response

MISSING_SHOWN = 15
MISSING_EXPORTED = 1000
COLOURS = {
    "danger": ("#b42318", "#e0655c", "#f2a7a1"), "warning": ("#c2570c", "#f0a04b"), "info": ("#3b82c4", "#8fbce6"),
    "primary": ("#1d4f91", "#5f8fc9"), "success": ("#1d6b43", "#63a982"), "muted": ("#6b7480", "#b3bac4"),
}  # fmt: skip


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The whole dashboard for the person's scope, or for a region inside it."""
    edition, region = current_edition(), request.GET.get("region", "").strip()
    prefix = edition.divisions.prefix(region) if region else ""
    standings = evaluation.in_region(evaluation.standings_for(request.user), prefix)
    counts = evaluation.standing_counts(standings)
    states = [
        {**state, "count": counts[state["state"]]} for state in edition.standing["states"] if counts.get(state["state"])
    ]
    by_region = _by_region(
        edition, region, evaluation.standing_counts_by_county(standings), [s["state"] for s in states]
    )
    context = {
        "region": region,
        "total": sum(counts.values()),
        "states": states,
        "by_region": by_region,
        "chart": _chart(states, by_region),
        "missing": [
            {**row, "statable": _statable(edition, str(row["fact"]))}
            for row in evaluation.most_missing(_totals(request, prefix), limit=MISSING_SHOWN)
        ],
        "import_url": reverse("authority:imports"),
    }
    return render(request, "authority/dashboard.html", context)


@login_required
def unknowns_export(request: HttpRequest) -> HttpResponse:
    """The report of missing facts as a workbook."""
    edition, region = current_edition(), request.GET.get("region", "").strip()
    prefix = edition.divisions.prefix(region) if region else ""
    found = evaluation.most_missing(_totals(request, prefix), limit=MISSING_EXPORTED)
    titles = [_("事实"), _("代码"), _("涉及判定数"), _("涉及矿山数"), _("可用的佐证")]
    lines = [
        [
            label_of(str(row["fact"]), language()),
            row["fact"],
            row["findings"],
            row["mines"],
            _evidence(edition, str(row["fact"])),
        ]
        for row in found
    ]
    return workbook_response(f"{_('待核实汇总')}-{today().isoformat()}.xlsx", [(_("先补什么"), titles, lines)])


def _totals(request: HttpRequest, prefix: str) -> Any:
    return evaluation.in_region(registry.in_scope(UnknownTotal.objects.all(), request.user), prefix)


def _statable(edition: Edition, name: str) -> bool:
    """Whether a party can state it; the system keeps the others, and an operator declares their history."""
    return name in edition.dictionary and edition.dictionary[name].kept_by != "system"


def _evidence(edition: Edition, name: str) -> str:
    return both(edition.dictionary[name].evidence) if name in edition.dictionary else ""


def _by_region(
    edition: Edition, region: str, counties: dict[str, dict[str, int]], states: list[str]
) -> list[dict[str, Any]]:
    """Counties folded into the divisions one level below the region shown (or provinces, prefectures of one province)."""
    folded: dict[str, dict[str, int]] = {}
    for county, counts in counties.items():
        code = _fold(edition, region, county, counties)
        for state, count in counts.items():
            folded.setdefault(code, {}).setdefault(state, 0)
            folded[code][state] += count
    return [
        {
            "code": code,
            "name": edition.divisions.name(code) if code else _("未填行政区"),
            "counts": [counts.get(state, 0) for state in states],
            "total": sum(counts.values()),
        }
        for code, counts in sorted(folded.items())
    ]


def _fold(edition: Edition, region: str, county: str, counties: dict[str, dict[str, int]]) -> str:
    """The division under which a county is counted."""
    if not county:
        return ""
    provinces = {code[:2] for code in counties if code}
    chain = list(reversed(list(edition.divisions.ancestors(county))))  # country, province, prefecture, county
    if not region:
        level = 1 if len(provinces) > 1 else 2
        return chain[min(level, len(chain) - 1)]
    below = [code for code in chain if code != region and code.startswith(edition.divisions.prefix(region))]
    return below[0] if below else county


def _chart(states: list[dict[str, Any]], by_region: list[dict[str, Any]]) -> dict[str, Any]:
    """The chart's numbers; states of the same tone get different shades, so that none is taken for its neighbour."""
    seen: Counter[str] = Counter()
    colours = []
    for state in states:
        shades = COLOURS.get(state["tone"], COLOURS["muted"])
        colours.append(shades[seen[state["tone"]] % len(shades)])
        seen[state["tone"]] += 1
    return {
        "regions": [row["name"] for row in by_region],
        "series": [
            {
                "name": both(state["label"]),
                "colour": colours[position],
                "counts": [row["counts"][position] for row in by_region],
            }
            for position, state in enumerate(states)
        ],
    }
