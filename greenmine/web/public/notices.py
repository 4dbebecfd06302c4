"""Public notices (公示): what is on notice now and was, each with list, days, contact and outcome, and the way to object."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greenmine.directory.published import queries as published
from greenmine.directory.published.models import PublishedNotice
from greenmine.web.components.clock import today
from greenmine.web.components.numbers import number_in
from greenmine.web.public.mine import placed

PAGE = 25
MOST_ROWS = 2000


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Notices, the latest first; by state and province."""
    state, place = request.GET.get("state", ""), request.GET.get("place", "")
    rows = published.notices(state, place if place.isascii() and place.isdecimal() else "")
    after = number_in(request.GET.get("after", ""))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    page = list(rows[: PAGE + 1])
    context = {
        "rows": page[:PAGE],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "state": state,
        "states": PublishedNotice.State.choices,
        "today": today(),
    }
    return render(request, "public/notices.html", context)


def notice_or_404(number: str) -> PublishedNotice:
    """The published notice with this number."""
    found = published.notice(number)
    if found is None:
        raise Http404
    return found


@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One notice."""
    notice = notice_or_404(number)
    context = {
        "notice": notice,
        "rows": list(notice.rows.all()[:MOST_ROWS]),
        "is_open": is_open(notice),
        "statements": placed(list(published.statements(notice=number)[:MOST_ROWS])),
    }
    return render(request, "public/notice.html", context)


def is_open(notice: PublishedNotice) -> bool:
    """Whether objections are taken today."""
    return notice.state == PublishedNotice.State.RUNNING and notice.from_on <= today() <= notice.until_on
