"""To-dos and messages (待办、消息): the list, and the way from one of them to what it is about."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from greenmine.accounts import queries as accounts
from greenmine.notifications import actions as notifications
from greenmine.notifications import queries
from greenmine.notifications.models import Notice
from greenmine.web.components.notices import place_of

SHOWN = 100


def listed(request: HttpRequest) -> HttpResponse:
    """What waits for the person, then what he was told lately."""
    on = accounts.today()
    found = queries.for_person(request.user, on=on)
    house = accounts.main_organisation(request.user, on=on)
    todos = list(queries.waiting(request.user, on=on)[:SHOWN])
    for row in todos:
        row.url = place_of(row, house.kind if house else "")
    context = {
        "todos": todos,
        "messages_unread": found.filter(kind=Notice.Kind.MESSAGE, done_at=None).order_by("-id")[:SHOWN],
        "done": found.exclude(done_at=None).order_by("-done_at")[:20],
        "today": on,
    }
    return render(request, "people/notices.html", context)


@require_POST
def opened(request: HttpRequest, notice: int) -> HttpResponse:
    """Mark a message read, or a to-do done by hand, and go where it leads."""
    on = accounts.today()
    found = queries.for_person(request.user, on=on).filter(pk=notice).first()
    if found is None:
        raise Http404
    house = accounts.main_organisation(request.user, on=on)
    place = place_of(found, house.kind if house else "")
    if found.kind == Notice.Kind.MESSAGE or "done" in request.POST:
        notifications.done(found, by=request.user)
    return redirect(place if place and "done" not in request.POST else "people:notices")
