"""Zero characters: no person types them, PostgreSQL refuses them, so no view ever sees one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

ZERO = "\x00"


class ZeroMiddleware:
    """Takes zero characters out of queries and forms; an address with one in its path does not exist."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The query, before anything reads it."""
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without(request.GET)
        return self.respond(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:  # noqa: ARG002
        """Path and form, once the form may be read."""
        if ZERO in request.path:
            raise Http404
        if request.method == "POST" and any(ZERO in value for _, values in request.POST.lists() for value in values):
            request.POST = _without(request.POST)  # type: ignore[assignment]
        return None


def _without(given: QueryDict) -> Any:
    cleaned = given.copy()
    for name, values in given.lists():
        cleaned.setlist(name, [value.replace(ZERO, "") for value in values])
    return cleaned
