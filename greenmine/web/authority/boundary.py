"""The area of a mine (矿区范围): corner list pasted, GeoJSON or zipped shapefile uploaded, repaired or refused in words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from greenmine.registry import actions as registry
from greenmine.registry import queries
from greenmine.registry.models import Mine
from greenmine.spatial.areas import Area, AreaRefused, from_wkb
from greenmine.spatial.files import LARGEST_FILE, read_area
from greenmine.web.authority.mine_page import mine_or_404
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, refuse_unless
from greenmine.web.components.templatetags.regime import both

PICTURE = 320  # side of the drawing, in its own units


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The area as it is recorded, and the form for another."""
    mine = mine_or_404(request, number)
    refuse_unless(request, "facts.state", region=mine.region_code, enterprise=mine.holder.key if mine.holder else None)
    error = ""
    if request.method == "POST":
        error = _drawn(request, mine)
        if not error:
            messages.success(request, _("已登记矿区范围"))
            return redirect("authority:boundary", mine.key)
    areas = [
        {"boundary": found, "path": path(from_wkb(bytes(found.shape)))}
        for found in queries.boundaries_of(mine, on=today())
    ]
    context = {"mine": mine, "areas": areas, "error": error, "text": request.POST.get("text", ""), "side": PICTURE}
    return render(request, "authority/boundary.html", context)


def path(area: Area) -> str:
    """The area as an SVG path, fitted into the picture, north up."""
    west, south, east, north = area.box
    span = max(east - west, north - south) or 1
    rings = [ring for polygon in area.shape.geoms for ring in (polygon.exterior, *polygon.interiors)]
    return " ".join(_ring(ring.coords, west, north, span) for ring in rings)


def _ring(corners: Any, west: float, north: float, span: float) -> str:
    points = [f"{(x - west) / span * PICTURE:.1f},{(north - y) / span * PICTURE:.1f}" for x, y, *_rest in corners]
    return f"M{' L'.join(points)} Z"


def _drawn(request: HttpRequest, mine: Mine) -> str:
    """Read and record what was given; the sentence where it is refused, otherwise nothing."""
    upload = request.FILES.get("file")
    if upload is not None and upload.size > LARGEST_FILE:
        return _("文件超过 20 MB，请只导出本矿范围")
    content = upload.read() if upload is not None else request.POST.get("text", "").encode()
    if not content.strip():
        return _("请粘贴拐点坐标，或选择文件")
    person, _organisation = acting_for(request)
    try:
        area = read_area(content)
    except AreaRefused as refused:
        return both(refused)
    registry.draw_boundary(mine, area, by=person, on=today())
    return ""
