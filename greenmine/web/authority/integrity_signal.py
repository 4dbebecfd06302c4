"""One signal with its evidence side by side: two photographs, two texts, photographs against the mine, a visit in time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import queries as accounts
from greenmine.evidence.contents import picture_without_metadata
from greenmine.evidence.models import File
from greenmine.evidence.places import path_of
from greenmine.fieldwork import places
from greenmine.fieldwork.models import Capture
from greenmine.integrity import actions as integrity
from greenmine.integrity import queries, reading
from greenmine.integrity import texts as comparing
from greenmine.integrity.models import KeptText, Signal
from greenmine.integrity.permissions import CannotJudge, check_can_handle, why_not
from greenmine.web.authority.integrity_shapes import ground, timeline
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, refuse_unless
from greenmine.web.components.templatetags.regime import both

LONGEST_TEXT = 60_000


def signal_or_404(request: HttpRequest, number: str) -> Signal:
    """A signal within the person's reach."""
    found = queries.signals_for(request.user, on=today()).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """What was noticed, on what evidence, by which threshold, and what would explain it."""
    signal = signal_or_404(request, number)
    refused = why_not(check_can_handle, request.user, signal, on=today())
    context = {
        "signal": signal,
        "innocent": {"zh": signal.innocent_zh, "en": signal.innocent_en},
        "why_not": both(refused) if refused else "",
        "inquiries": list(signal.inquiries.all()),
        **_evidence(request, signal),
    }
    return render(request, "authority/integrity_signal.html", context)


def _evidence(request: HttpRequest, signal: Signal) -> dict[str, Any]:
    evidence = signal.evidence
    if photos := evidence.get("photos"):
        return {
            "photos": [
                {**one, "place": place, "open": _may_see(request, one["region"])} for place, one in enumerate(photos)
            ]
        }
    if signal.kind == Signal.Kind.TEXT_COPIED:
        return {"columns": _columns(request, signal)}
    if captures := evidence.get("captures"):
        return _where(signal, [int(one) for one in captures])
    return {
        "items": evidence.get("items", []),
        "people": evidence.get("people", []),
        "engagements": evidence.get("engagements", []),
    }


def _may_see(request: HttpRequest, region: str) -> bool:
    return accounts.reach(request.user, "integrity.see").covers(region=region)


def _columns(request: HttpRequest, signal: Signal) -> list[dict[str, Any]]:
    numbers = list(signal.evidence.get("engagements", []))
    kept = {row.engagement: row.text[:LONGEST_TEXT] for row in KeptText.objects.filter(engagement__in=numbers)}
    works = reading.works(reading.jobs(numbers))
    checklist = reading.checklists_of(works.values())
    if len(numbers) != 2 or len(kept) != 2:  # noqa: PLR2004 -- a pair
        return []
    columns = []
    for own, other in (numbers, numbers[::-1]):
        job = works[own].job if own in works else None
        seen = job is not None and _may_see(request, job.region_code)
        pieces = comparing.marked(kept[own], kept[other], checklist=checklist) if seen else []
        columns.append(
            {"engagement": own, "mine": job.mine_name if job and seen else "", "pieces": pieces, "open": seen}
        )
    return columns


def _where(signal: Signal, numbers: list[int]) -> dict[str, Any]:
    rows = list(Capture.objects.filter(pk__in=numbers).select_related("visit__fieldwork").order_by("taken_at", "id"))
    if not rows:
        return {}
    _tolerances, areas, point = places.surroundings(signal.mine, on=rows[0].visit.from_on)
    rings = [list(part.exterior.coords) for area in areas for part in getattr(area.shape, "geoms", [area.shape])]
    visit = rows[0].visit
    everything = list(visit.captures.order_by("taken_at", "id"))
    return {
        "captures": rows[:200],
        "map": ground([[(c[0], c[1]) for c in ring] for ring in rings], point, rows),
        "time": timeline(everything),
        "visit": visit,
    }


@login_required
def photo(request: HttpRequest, number: str, place: int) -> HttpResponse:
    """One of the photographs of a signal, as pixels only."""
    signal = signal_or_404(request, number)
    photos = signal.evidence.get("photos") or []
    if not 0 <= place < len(photos) or not _may_see(request, photos[place]["region"]):
        raise Http404
    kept = File.objects.filter(pk=photos[place]["sha256"], media_type__startswith="image/").first()
    if kept is None or not path_of(kept.sha256).exists():
        raise Http404
    response = HttpResponse(picture_without_metadata(path_of(kept.sha256)), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=600"
    return response


@login_required
@require_POST
def handle(request: HttpRequest, number: str) -> HttpResponse:
    """Looked at, or dismissed with a reason."""
    refuse_unless(request, "inquiries.run")
    signal = signal_or_404(request, number)
    person, organisation = acting_for(request)
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("act") == "dismiss":
            integrity.dismiss(signal, reason=reason, by=person, organisation=organisation, on=today())
            messages.success(request, _("已排除该信号"))
        else:
            integrity.look(signal, note=reason, by=person, organisation=organisation, on=today())
            messages.success(request, _("已记录查看"))
    except CannotJudge as refused:
        messages.error(request, both(refused))
    return redirect("authority:integrity_signal", number)
