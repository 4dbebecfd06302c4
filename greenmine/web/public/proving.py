"""Proof of standing (名录状态证明) for whoever needs one, the page on which anyone checks one, and open data by the day."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from greenmine.directory.published import proofs, proofs_open, proofs_paper
from greenmine.directory.published.proofs import NoProof, Verdict
from greenmine.web.components.clock import today
from greenmine.web.components.templatetags.regime import both
from greenmine.web.public.mine import mine_or_404

LONGEST = 200_000
UNREADABLE = {
    "zh": "无法读取：请上传或粘贴证明文件（.json）的全部内容。",
    "en": "This cannot be read: upload or paste the whole proof document (.json).",
}


@require_safe
def proof(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """The signed document of today, or the same on paper; a page that says why where there is nothing to prove."""
    mine = mine_or_404(key)
    try:
        document = proofs.proof_of(key, on=today(), tier=request.GET.get("tier", ""))
    except NoProof as refused:
        return render(request, "public/no_proof.html", {"mine": mine, "refused": refused}, status=409)
    number = document["payload"]["number"]
    if form == "pdf":
        response = HttpResponse(proofs_paper.pdf(document), content_type="application/pdf")
    else:
        text = json.dumps(document, ensure_ascii=False, indent=1)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{quote(number)}.{form}"'
    return response


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Check a document somebody holds: signature, days, and what is published now."""
    verdict: Verdict | None = None
    error, text = "", request.POST.get("document", "")[:LONGEST]
    if request.method == "POST":
        given = request.FILES.get("file")
        if given is not None and (given.size or 0) <= LONGEST:
            text = given.read().decode("utf-8", errors="replace")
        try:
            verdict = proofs.verify(json.loads(text), on=today())
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
            error = both(UNREADABLE)
    context: dict[str, Any] = {"verdict": verdict, "error": error, "document": text if not verdict else ""}
    return render(request, "public/check.html", context, status=422 if error else 200)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The days of open data that are kept, each with its files and hashes; and where the API is described."""
    return render(request, "public/open_days.html", {"days": proofs_open.kept()})


@require_safe
def data_file(request: HttpRequest, day: str, name: str) -> HttpResponseBase:  # noqa: ARG001
    """One file of a day."""
    found = proofs_open.file_of(day, name)
    if found is None:
        raise Http404
    kind = proofs_open.MEDIA_TYPES.get(found.suffix, "application/octet-stream")
    response = FileResponse(found.open("rb"), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{day}-{found.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
