"""The map (分布图): how many mines stand in each square of half a degree, drawn on a graticule by the page's own script.

No outlines and no outside request: a published map of China needs an approval number (审图号), a graticule does not. The
number is shown where the installation has one.
"""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greenmine.directory.published import queries as published
from greenmine.directory.published.places import SQUARE
from greenmine.web.components.templatetags.regime import language


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The map with a list beside it."""
    context = {"approval": settings.MAP_APPROVAL, "square": SQUARE, "chinese": language() == "zh"}
    return render(request, "public/map.html", context)


@require_safe
def cells(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The squares: west and south edge in squares, then how many national, provincial, on notice, removed. Never cached here."""
    rows = [[*(int(one) for one in code.split(",")), *counts] for code, *counts in published.squares()]
    text = json.dumps({"square": SQUARE, "cells": rows}, separators=(",", ":"))
    response = HttpResponse(text, content_type="application/json")
    response["Cache-Control"] = "no-cache"
    return response
