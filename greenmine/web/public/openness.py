"""How anyone can check (公开与核验): open data, the public log with its checkpoints, a proof of standing, the rules in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greenmine.publiclog import queries as publiclog
from greenmine.publiclog.models import Seal
from greenmine.web.components.desk import current_edition

SHOWN = 20
FOUND = 60
SHORTEST = 2
SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "verify_public_log.py"


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The public log: its newest checkpoint, those before, who keeps them, and how to check without trusting this site."""
    context = {
        "checkpoint": publiclog.checkpoint(),
        "checkpoints": list(publiclog.checkpoints()[:SHOWN]),
        "keys": publiclog.public_keys(),
        "dispatches": list(publiclog.dispatches()[:SHOWN]),
    }
    return render(request, "public/log.html", context)


@require_safe
def checkpoint(request: HttpRequest, size: int) -> HttpResponse:  # noqa: ARG001
    """One signed checkpoint as text, to be kept elsewhere."""
    found = Seal.objects.filter(size=size).first()
    if found is None:
        raise Http404
    response = HttpResponse(found.note, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="checkpoint-{size}.txt"'
    return response


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    """The whole log, a line for each leaf."""
    lines = (f"{line}\n" for line in publiclog.export())
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="public-log.jsonl"'
    return response


@require_safe
def script(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The outsider's script that checks the log; to be read before it is trusted."""
    response = HttpResponse(SCRIPT.read_text(encoding="utf-8"), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_public_log.py"'
    return response


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this is and how the regime works, in plain words; and a search in the documents themselves."""
    edition = current_edition()
    asked = request.GET.get("words", "").strip()[:60]
    found: list[Any] = []
    if len(asked) >= SHORTEST:
        low = asked.casefold()
        found = [one for one in edition.provisions() if low in f"{one.zh}\n{one.en}\n{one.id}".casefold()]
    context = {
        "words": asked,
        "too_short": bool(asked) and len(asked) < SHORTEST,
        "found": found[:FOUND],
        "found_count": len(found),
        "documents": list(edition.instruments.values()),
    }
    return render(request, "public/about.html", context)
