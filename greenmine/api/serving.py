"""How every answer leaves: HEAD as GET, ETag with 304, open to every origin, asked anew each time so that nothing is stale."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from ninja import NinjaAPI

from greenmine.api.refusals import NOT_ALLOWED, Refused, response, unknown_parameters

View = Callable[..., HttpResponseBase]
FRESH = "public, max-age=0, must-revalidate"
OK = 200
ALWAYS_KNOWN = frozenset({"poll"})


def served(view: View, *, known: frozenset[str] | None, methods: Sequence[str]) -> View:
    """The view with the manners of this API around it."""
    allowed = {*methods, *(("HEAD",) if "GET" in methods else ()), "OPTIONS"}

    @wraps(view)
    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return _open(HttpResponse(headers={"Allow": ", ".join(sorted(allowed))}), allowed)
        if request.method not in allowed:
            refused = Refused(
                NOT_ALLOWED, f"这里只接受 {'、'.join(sorted(allowed))}。", f"Only {', '.join(sorted(allowed))} here."
            )
            made = response(refused)
            made["Allow"] = ", ".join(HttpResponseNotAllowed(sorted(allowed))["Allow"].split(", "))
            return _open(made, allowed)
        if known is not None and (strange := set(request.GET) - known - ALWAYS_KNOWN):
            return _open(response(unknown_parameters(strange)), allowed)
        is_head, request.method = request.method == "HEAD", "GET" if request.method == "HEAD" else request.method
        answer = view(request, *args, **kwargs)
        if is_head:
            request.method = "HEAD"
        return _open(_conditional(request, answer), allowed)

    serve.csrf_exempt = True  # type: ignore[attr-defined]  # nothing is written, and no session is asked
    return serve


def _conditional(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """An ETag by content, and 304 for whoever has it already."""
    if not isinstance(answer, HttpResponse) or answer.status_code != OK or request.method not in {"GET", "HEAD"}:
        return answer
    etag = answer.get("ETag") or quote_etag(hashlib.sha256(answer.content).hexdigest()[:32])
    answer["ETag"] = etag
    answer.setdefault("Cache-Control", FRESH)
    return get_conditional_response(request, etag=etag, response=answer) or answer


def _open(answer: HttpResponseBase, allowed: set[str]) -> HttpResponseBase:
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Allow-Methods"] = ", ".join(sorted(allowed))
    return answer


def patterns(api: NinjaAPI) -> list[URLPattern]:
    """The addresses of an API, each served so."""
    asked = {pattern: (names, methods) for pattern, names, methods in _operations(api)}
    found = []
    for one in api.urls[0]:
        if not isinstance(one, URLPattern) or one.name == "api-root":
            continue
        names, methods = asked.get(str(one.name), (frozenset(), {"GET"}))
        found.append(path(str(one.pattern), served(one.callback, known=names, methods=sorted(methods)), name=one.name))
    return found


def _operations(api: NinjaAPI) -> list[tuple[str, frozenset[str], set[str]]]:
    """By the name of each address: its query parameters and its methods."""
    found = []
    for _prefix, router in api._routers:  # noqa: SLF001 -- ninja offers no public walk over its operations
        for view in router.path_operations.values():
            for operation in view.operations:
                names = {
                    name
                    for model in operation.models
                    if model.__ninja_param_source__ == "query"
                    for name in model.__ninja_flatten_map__
                }
                found.append((str(operation.url_name), frozenset(names), set(operation.methods)))
    return found
