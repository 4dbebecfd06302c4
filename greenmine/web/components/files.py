"""A kept file, handed out: as a download, never as a page, and noted who opened it."""

from __future__ import annotations

from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase

from greenmine.accounts.models import Person
from greenmine.evidence import actions as evidence
from greenmine.evidence.models import Provenance
from greenmine.evidence.places import path_of
from greenmine.web.components.clock import today


def file_response(request: HttpRequest, found: Provenance, *, plain_name: str = "evidence") -> HttpResponseBase:
    """The file under the name it was brought with; 404 where the content is not on this machine.

    The caller has made sure that the person may see it. Who opened what is remembered (泄漏企业秘密 can be looked into).
    """
    path = path_of(found.file_id)
    if not path.exists():
        raise Http404
    if isinstance(request.user, Person):
        evidence.note_opening(found, by=request.user, on=today())
    response = FileResponse(path.open("rb"), content_type=found.file.media_type)
    response["Content-Disposition"] = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(found.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
