"""Kept evidence, handed out (下载佐证): to whom may see its subject, as a download, never as a page."""

from __future__ import annotations

from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from greenmine.accounts import queries as accounts
from greenmine.evidence.models import Provenance
from greenmine.evidence.places import path_of


def one(request: HttpRequest, provenance: int) -> HttpResponseBase:
    """One file under the name it was brought with; 404 for what lies outside the person's scope."""
    found = get_object_or_404(Provenance.objects.select_related("file"), pk=provenance)
    scope = accounts.reach(request.user, "mines.see")
    path = path_of(found.file_id)
    if not scope.covers(region=found.region_code or None, organisation=found.organisation) or not path.exists():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=found.file.media_type)
    response["Content-Disposition"] = f"attachment; filename=\"evidence\"; filename*=UTF-8''{quote(found.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
