"""What a phone sends from site (同步): operations in parts, photographs one by one; refusals are sentences the phone shows."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from greenmine.evidence.contents import NotKept
from greenmine.fieldwork import receiving
from greenmine.fieldwork.models import Capture
from greenmine.fieldwork.permissions import REFUSALS, CannotWork
from greenmine.web.assessor.site import refusal, server_ms, top_of, visit_or_404
from greenmine.web.assessor.site_items import item_lines
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for


@login_required
@require_POST
def sync(request: HttpRequest, engagement: str, number: int) -> HttpResponse:
    """Take a part of the queue; says of each operation whether it is held now, and what the others have found."""
    visit = visit_or_404(request, engagement, number)
    person, _organisation = acting_for(request)
    try:
        device, operations = _batch(request)
        received = receiving.receive(visit, operations, device=device, drift_ms=None, by=person, on=today())
    except REFUSALS as refused:
        return refusal(refused)
    return JsonResponse(
        {
            "accepted": received.accepted,
            "refused": received.refused,
            "top": top_of(visit),
            "lines": item_lines(visit),
            "server_ms": server_ms(),
        }
    )


@login_required
@require_POST
def photo(request: HttpRequest, engagement: str, number: int, op: str) -> HttpResponse:
    """Take the bytes of one photograph; what is odd about it is noted and told, not refused."""
    visit = visit_or_404(request, engagement, number)
    person, _organisation = acting_for(request)
    capture = (
        Capture.objects.select_related("operation", "visit__fieldwork").filter(visit=visit, operation__op=op).first()
    )
    if capture is None:
        raise Http404
    try:
        upload = request.FILES.get("photo")
        if upload is None:
            raise CannotWork("没有收到照片。", "No photograph arrived.")
        kept = receiving.keep_photograph(capture, upload, by=person, on=today())
    except (*REFUSALS, NotKept) as refused:
        return refusal(refused)
    return JsonResponse({"kept": True, "checks": kept.checks})


def _batch(request: HttpRequest) -> tuple[str, list[Any]]:
    try:
        said = json.loads(request.body)
        device, operations = str(said["device"]), said["operations"]
        if not isinstance(operations, list):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise CannotWork("同步内容无法识别。", "What was sent cannot be read.") from problem
    return device, operations
