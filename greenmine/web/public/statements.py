"""Published statements (公开信息): one page each, its papers, its proof, and feeds that tell whoever follows."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from greenmine.directory.published import proofs_log
from greenmine.directory.published import queries as published
from greenmine.directory.published.models import Statement
from greenmine.directory.published.proofs_log import NoSuchProof
from greenmine.web.components.numbers import number_in
from greenmine.web.components.templatetags.regime import language
from greenmine.web.public.mine import mine_or_404, placed

PAGE = 30
FED = 50


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Everything that was published, the latest first; by kind. Corrections asked and answered stand here too."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in Statement.Kind.values else ""
    rows = published.statements(kind=kind)
    after = number_in(request.GET.get("after", ""))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    page = placed(list(rows[: PAGE + 1]))
    context = {
        "rows": page[:PAGE],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "kind": kind,
        "kinds": Statement.Kind.choices,
    }
    return render(request, "public/statements.html", context)


def statement_or_404(number: str) -> Statement:
    """The statement with this number."""
    found = published.statement(number)
    if found is None:
        raise Http404
    return found


@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One statement, what it says, and where it stands in the public log."""
    (found,) = placed([statement_or_404(number)])
    context = {
        "statement": found,
        "files": list(found.files.all()),
        "has_page": bool(found.mine) and published.mine(found.mine) is not None,
    }
    return render(request, "public/statement.html", context)


@require_safe
def proof(request: HttpRequest, number: str) -> HttpResponse:  # noqa: ARG001
    """What an outsider needs to check this statement against a checkpoint kept elsewhere: salt, text, path, checkpoint."""
    found = statement_or_404(number)
    try:
        document = proofs_log.proof_of_statement(found)
    except NoSuchProof:
        raise Http404 from None
    text = json.dumps({"statement": found.number, **document}, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.proof.json"'
    return response


@require_safe
def file(request: HttpRequest, number: str, file: int) -> HttpResponse:  # noqa: ARG001
    """A paper published with a statement: a download, never a page."""
    found = statement_or_404(number).files.filter(pk=file).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    response["Content-Disposition"] = f"attachment; filename=\"paper\"; filename*=UTF-8''{quote(found.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """What is published, as it comes; by kind and province where the address says so."""
    kind, place = request.GET.get("kind", ""), request.GET.get("place", "")
    rows = published.statements(
        kind=kind if kind in Statement.Kind.values else "",
        place=place if len(place) == 6 and place.isascii() and place.isdecimal() else "",  # noqa: PLR2004 -- a code
    )
    return _feed(request, _("绿色矿山名录公开信息"), reverse("public:start"), rows.filter(withdrawn_on=None)[:FED])


@require_safe
def mine_feed(request: HttpRequest, key: str) -> HttpResponse:
    """What is published about one mine (订阅)."""
    mine = mine_or_404(key)
    rows = published.statements(mine=key).filter(withdrawn_on=None)[:FED]
    return _feed(request, mine.name, reverse("public:mine", args=[key]), rows)


def _feed(request: HttpRequest, title: str, home: str, rows: Any) -> HttpResponse:
    made = Atom1Feed(
        title=title, link=request.build_absolute_uri(home), description=title, language=language(),
        feed_url=request.build_absolute_uri(),
    )  # fmt: skip
    for one in rows:
        address = request.build_absolute_uri(reverse("public:statement", args=[one.number]))
        heading = (one.title_en if language() == "en" else "") or one.title_zh
        made.add_item(
            title=heading, link=address, description=f"{one.get_kind_display()} · {one.office}", unique_id=address,
            pubdate=one.at.astimezone(UTC), updateddate=one.at.astimezone(UTC),
        )  # fmt: skip
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    made.write(response, "utf-8")
    return response
