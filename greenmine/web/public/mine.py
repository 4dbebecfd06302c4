"""A mine as the public sees it (矿山公开页): where it stands and why, what was found, what was said of it, what it says itself."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greenmine.directory.published import queries as published
from greenmine.directory.published.models import PublishedMine, Statement
from greenmine.publiclog import queries as publiclog
from greenmine.web.components.clock import today

SHOWN = 60


def mine_or_404(key: str) -> PublishedMine:
    """The published mine with this number."""
    found = published.mine(key)
    if found is None:
        raise Http404
    return found


@require_safe
def page(request: HttpRequest, key: str) -> HttpResponse:
    """The page of a mine."""
    mine = mine_or_404(key)
    said = placed(list(published.statements(mine=key)[: SHOWN + 1]))
    rows = list(published.notice_rows_of(key)[:SHOWN])
    on = today()
    context = {
        "mine": mine,
        "detail": mine.detail,
        "statements": [one for one in said[:SHOWN] if not one.by_enterprise],
        "disclosures": [one for one in said[:SHOWN] if one.by_enterprise],
        "more": len(said) > SHOWN,
        "notice_rows": rows,
        "running": [row.notice for row in rows if row.notice.state == "running" and row.notice.until_on >= on],
        "dimensions": _dimensions(mine.detail.results),
    }
    return render(request, "public/mine.html", context)


def placed(rows: list[Statement]) -> list[Statement]:
    """Statements with their numbers in the public log, by one question."""
    numbers = publiclog.numbers_of([one.leaf for one in rows if one.leaf is not None])
    for one in rows:
        one.log_number = numbers.get(one.leaf)  # type: ignore[attr-defined, arg-type]
    return rows


def _dimensions(results: dict[str, Any]) -> list[dict[str, Any]]:
    """Per dimension: points, the most there are, and the share in hundredths for the bar."""
    rows = []
    for one in results.get("dimensions", []):
        points, most = one.get("points"), one.get("score")
        share = round(100 * points / most) if points is not None and most else None
        rows.append({**one, "most": most, "share": share})
    return rows
