"""Writing to the authorities (公众来件): objection, correction, complaint; the tracking code; how far a letter has come.

The code travels in forms only, never in an address: addresses are kept in histories and logs.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from greenmine.directory.intake import actions as intake
from greenmine.directory.intake import queries as letters
from greenmine.directory.intake.actions import Letter
from greenmine.directory.intake.figures import limits
from greenmine.directory.intake.models import Envelope
from greenmine.directory.intake.permissions import LONGEST, CannotSend, From
from greenmine.directory.published import queries as published
from greenmine.web.components.clock import today
from greenmine.web.components.desk import current_edition
from greenmine.web.components.templatetags.regime import both
from greenmine.web.public.mine import mine_or_404
from greenmine.web.public.notices import is_open, notice_or_404

TRAP = "website"  # a field nobody sees: whoever fills it in is a program
FORM = require_http_methods(["GET", "HEAD", "POST"])
PRIVATE = ("name", "contact", "address", "text", "code")


@never_cache
@csrf_protect
@sensitive_post_parameters(*PRIVATE)
@FORM
def objection(request: HttpRequest, number: str) -> HttpResponse:
    """Object to a mine of a running notice (登记异议): by name with evidence; anonymous ones become clues."""
    notice = notice_or_404(number)
    letter = Letter(
        Envelope.Kind.OBJECTION, request.POST.get("text", ""), mine=request.POST.get("mine", ""), notice=number
    )
    context = {
        "notice": notice,
        "rows": list(notice.rows.all()),
        "is_open": is_open(notice),
        "chosen": request.POST.get("mine", "") or request.GET.get("mine", ""),
    }
    return _taken_or_form(request, letter, "public/objection.html", context)


@never_cache
@csrf_protect
@sensitive_post_parameters(*PRIVATE)
@FORM
def correction(request: HttpRequest, key: str) -> HttpResponse:
    """Say that something published about a mine is wrong (信息更正): asked, answered, and both published."""
    mine = mine_or_404(key)
    statement = (request.POST.get("statement", "") or request.GET.get("statement", ""))[:24]
    letter = Letter(Envelope.Kind.CORRECTION, request.POST.get("text", ""), mine=key, statement=statement)
    return _taken_or_form(request, letter, "public/correction.html", {"mine": mine, "statement": statement})


@never_cache
@csrf_protect
@sensitive_post_parameters(*PRIVATE)
@FORM
def complaint(request: HttpRequest) -> HttpResponse:
    """Report a breach (投诉举报): by anyone, about any mine, with or without a name."""
    asked = request.POST if request.method == "POST" else request.GET
    key = asked.get("mine", "")[:24]
    mine = published.mine(key) if key else None
    categories = current_edition().words.get("complaint", {})
    category = asked.get("category", "")
    letter = Letter(
        Envelope.Kind.COMPLAINT, request.POST.get("text", ""), mine=mine.key if mine else "", about=asked.get("about", "")[:200],
        region_code=asked.get("place", "")[:6], category=category if category in categories else "",
    )  # fmt: skip
    context = {
        "mine": mine,
        "categories": [(code, both(words)) for code, words in categories.items()],
        "places": _places(),
        "about": letter.about,
        "place": letter.region_code,
        "category": letter.category,
    }
    return _taken_or_form(request, letter, "public/complaint.html", context)


@never_cache
@csrf_protect
@sensitive_post_parameters(*PRIVATE)
@FORM
def status(request: HttpRequest) -> HttpResponse:
    """How far a letter has come, for whoever has its code."""
    code = request.POST.get("code", "").strip()[:40]
    found = letters.by_code(code) if code else None
    context = {"envelope": found, "events": list(found.events.all()) if found else [], "asked": bool(code)}
    return render(request, "public/status.html", context)


def _taken_or_form(request: HttpRequest, letter: Letter, template: str, context: dict[str, Any]) -> HttpResponse:
    """Take the letter and show its code this once; or show the form, with what was typed and why it was not taken."""
    figures, error = limits(today()), ""
    if request.method == "POST":
        if request.POST.get(TRAP, ""):  # a program filled in what nobody sees: it is told nothing
            return render(request, "public/sent.html", {"envelope": None})
        try:
            sent = intake.send(
                letter,
                on=today(),
                sender=_sender(request),
                files=_files(request),
                source=_source(request),
            )
        except CannotSend as refused:
            error = both(refused)
        else:
            return render(request, "public/sent.html", {"envelope": sent.envelope, "code": sent.code})
    given = request.POST
    context |= {
        "error": error, "limits": figures, "longest": LONGEST, "text": given.get("text", ""), "name": given.get("name", ""),
        "contact": given.get("contact", ""), "address": given.get("address", ""), "named": given.get("named", ""),
        "had_files": bool(request.FILES),
    }  # fmt: skip
    return render(request, template, context, status=422 if error else 200)


def _sender(request: HttpRequest) -> From | None:
    if request.POST.get("named", "") == "anonymous":
        return None
    if request.POST.get("named", "") != "named":
        raise CannotSend("请选择具名或匿名提交", "choose whether to give your name")
    given = From(request.POST.get("name", ""), request.POST.get("contact", ""), request.POST.get("address", ""))
    if not given.name.strip() and not given.contact.strip():
        raise CannotSend("具名提交须填写姓名（单位名称）和联系方式", "a letter by name needs name and contact")
    return given


def _files(request: HttpRequest) -> list[Any]:
    return list(request.FILES.getlist("files"))


def _source(request: HttpRequest) -> str:
    """Where it came from, for the limit by the hour only; behind a proxy of this machine what the proxy says."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    said = forwarded.rpartition(",")[2].strip()[:64] if address in {"127.0.0.1", "::1", ""} else ""
    return said or address  # a header that ends in a comma names nobody


def _places() -> list[tuple[str, str]]:
    """The provinces, and below them what the table of divisions knows, each under its full name."""
    divisions = current_edition().divisions
    known = {
        row.code for row in divisions.rows if row.level in {"province", "prefecture", "county"} and row.exists(today())
    }
    return [(code, divisions.full_name(code)) for code in sorted(known)]
