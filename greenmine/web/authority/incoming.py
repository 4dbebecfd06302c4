"""Letters from the public (公众来件): the list of a region, and one page on which each is registered, forwarded or answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation
from greenmine.accounts.permissions import NotAllowed
from greenmine.directory import incoming
from greenmine.directory.intake import actions as intake
from greenmine.directory.intake import queries
from greenmine.directory.intake.models import Envelope
from greenmine.directory.intake.permissions import CannotSend
from greenmine.directory.permissions import CannotAct
from greenmine.directory.published.writing import CannotPublish
from greenmine.evidence.contents import NotKept
from greenmine.web.authority.asked import number_in
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition, refuse_unless
from greenmine.web.components.templatetags.regime import both

PAGE = 30
REFUSALS = (CannotSend, CannotAct, CannotPublish, NotKept, NotAllowed)
SUGGESTED = "department"


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The letters of the person's region, latest first; by kind and state."""
    refuse_unless(request, "incoming.handle")
    rows = queries.envelopes_for(request.user, today())
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    if kind in Envelope.Kind.values:
        rows = rows.filter(kind=kind)
    if state in Envelope.State.values:
        rows = rows.filter(state=state)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        rows = rows.filter(pk__lt=after)
    page = list(rows[: PAGE + 1])
    context = {
        "rows": page[:PAGE],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "kinds": Envelope.Kind.choices,
        "states": Envelope.State.choices,
        "kind": kind,
        "state": state,
        "today": today(),
    }
    return render(request, "authority/incoming.html", context)


def letter_or_404(request: HttpRequest, number: str) -> Envelope:
    """A letter within the person's reach."""
    refuse_unless(request, "incoming.handle")
    found = queries.envelopes_for(request.user, today()).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_required
@never_cache
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One letter."""
    return _page(request, letter_or_404(request, number))


def _page(request: HttpRequest, letter: Envelope, sender: dict[str, str] | None = None) -> HttpResponse:
    words = current_edition().words.get("complaint", {}).get(letter.category, {})
    offices = [one for one in queries.offices_about(letter.region_code) if one.key != letter.organisation]
    on = today()
    context = {
        "letter": letter,
        "in_charge": Organisation.objects.filter(key=letter.organisation).first(),
        "events": list(letter.events.all()),
        "enclosures": list(letter.enclosures.defer("content", "sealed")),
        "notes": list(letter.notes.all()),
        "openings": list(queries.openings_of(letter)),
        "category": words,
        "offices": sorted(offices, key=lambda one: (one.department != words.get(SUGGESTED), one.division, one.name)),
        "is_new": letter.state in incoming.RECEIVED,
        "is_open": letter.state not in {Envelope.State.ANSWERED, Envelope.State.REFUSED},
        "may_publish": incoming.may_answer_corrections(request.user, letter, on=on),
        "may_identify": accounts.can(request.user, "incoming.identify", on=on, region=letter.region_code),
        "sender": sender,
    }
    return render(request, "authority/letter.html", context)


@login_required
@never_cache
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """One act on a letter; what is refused says why."""
    letter = letter_or_404(request, number)
    name = request.POST.get("act", "")
    person, organisation = acting_for(request)
    who: dict[str, Any] = {"by": person, "organisation": organisation, "on": today()}
    try:
        if name == "identify":  # shown once, on this answer only
            return _page(request, letter, intake.identify(letter, reason=request.POST.get("reason", ""), **who))
        if name not in ACTS:
            raise Http404
        ACTS[name](request, letter, who)
        messages.success(request, _("已办理"))
    except REFUSALS as refused:
        messages.error(request, both(refused))
    return redirect("authority:letter", number)


@login_required
@never_cache
def file(request: HttpRequest, number: str, order: int) -> HttpResponse:
    """A file of a letter, without what named its sender: a download, never a page."""
    found = queries.enclosure(letter_or_404(request, number), order)
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    ending = found.name.rpartition(".")[2]
    response["Content-Disposition"] = f'attachment; filename="{number}-{order}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _register(request: HttpRequest, letter: Envelope, who: dict[str, Any]) -> None:  # noqa: ARG001 -- one shape for all acts
    incoming.register(letter, **who)


def _accept(request: HttpRequest, letter: Envelope, who: dict[str, Any]) -> None:
    incoming.accept(letter, request.POST.get("words", ""), **who)


def _refuse(request: HttpRequest, letter: Envelope, who: dict[str, Any]) -> None:
    incoming.refuse(letter, request.POST.get("words", ""), **who)


def _forward(request: HttpRequest, letter: Envelope, who: dict[str, Any]) -> None:
    incoming.forward(letter, request.POST.get("to", ""), request.POST.get("words", ""), **who)


def _answer(request: HttpRequest, letter: Envelope, who: dict[str, Any]) -> None:
    incoming.answer(letter, {"zh": request.POST.get("words", "")}, **who)


def _correct(request: HttpRequest, letter: Envelope, who: dict[str, Any]) -> None:
    incoming.answer_correction(
        letter, request.POST.get("question", ""), request.POST.get("words", ""),
        corrected=request.POST.get("corrected", "") == "yes", **who,
    )  # fmt: skip


def _note(request: HttpRequest, letter: Envelope, who: dict[str, Any]) -> None:
    intake.write_down(letter, request.POST.get("words", ""), **who)


ACTS: dict[str, Callable[[HttpRequest, Envelope, dict[str, Any]], None]] = {
    "register": _register, "accept": _accept, "refuse": _refuse, "forward": _forward, "answer": _answer, "correct": _correct,
    "note": _note,
}  # fmt: skip
