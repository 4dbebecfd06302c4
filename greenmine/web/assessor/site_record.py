"""The record of a visit (核查记录): what everybody found, photographs with what was noted of them, differences, signatures."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from PIL import Image

from greenmine.assessment.scoring import standard_by
from greenmine.evidence.contents import NotKept
from greenmine.evidence.public_copies import public_copy
from greenmine.fieldwork import actions as fieldwork
from greenmine.fieldwork import merging, queries
from greenmine.fieldwork.models import Capture, Visit
from greenmine.fieldwork.permissions import REFUSALS, can, check_can_work
from greenmine.registry.models import Mine
from greenmine.web.assessor.site import open_file_or_404, visit_or_404
from greenmine.web.assessor.site_items import finding_words
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.numbers import number_in
from greenmine.web.components.templatetags.regime import both, language

LONGEST_SIDE = 640


@login_required
def page(request: HttpRequest, engagement: str, number: int) -> HttpResponse:
    """The record as it stands, with the hash that is signed."""
    open_file_or_404(request, engagement)
    visit = visit_or_404(request, engagement, number)
    may_work, why_not = can(check_can_work, request.user, visit.fieldwork, on=today())
    if not may_work and request.user.pk not in [one.person_id for one in visit.members.all()]:
        return render(request, "403.html", {"refused": why_not}, status=403)
    record, text = queries.record_of(visit), queries.canonical_of(visit)
    digest = merging.digest(text)
    signed = list(visit.signatures.order_by("id"))
    context = {
        "visit": visit,
        "file": visit.fieldwork,
        "mine": Mine.objects.filter(key=visit.fieldwork.mine).first(),
        "members": visit.members.select_related("person").order_by("-leads", "id"),
        "items": _items(visit, record),
        "digest": digest,
        "seen_op": queries.last_operation(visit),
        "valid": [one for one in signed if one.record_hash == digest],
        "lapsed": [one for one in signed if one.record_hash != digest],
        "has_signed": any(one.record_hash == digest and one.person_id == request.user.pk for one in signed),
        "is_member": any(one.person_id == request.user.pk for one in visit.members.all()),
        "leads": visit.fieldwork.leader_id == request.user.pk,
        "conflicts": len(record.open_conflicts()),
        "running": may_work and visit.state == Visit.State.PLANNED,
        "awaited": visit.captures.filter(provenance__isnull=True).count(),
    }
    return render(request, "assessor/site_record.html", context)


def _items(visit: Visit, record: merging.SiteRecord) -> list[dict[str, Any]]:
    standard = standard_by(visit.fieldwork.standard, visit.fieldwork.standard_digest)
    captures = {row.operation.op: row for row in visit.captures.select_related("operation", "provenance")}
    wanted = [*visit.items, *(name for name in record.items if name not in visit.items)]
    rows = []
    for name in wanted:
        one = record.item(name)
        rows.append(
            {
                "indicator": standard.by_id[name],
                "findings": [
                    (op, _words(op.payload)) for op in sorted(one.findings.values(), key=lambda op: op.author)
                ],
                "between": sorted(one.findings_by_op()),
                "open": one.is_open,
                "settlement": one.settlement,
                "notes": one.notes,
                "captures": [captures[op.op] for op in one.captures if op.op in captures],
            }
        )
    return rows


def _words(payload: Any) -> str:
    zh, en = finding_words(payload)
    return zh if language() == "zh" else en


@login_required
@require_POST
def act(request: HttpRequest, engagement: str, number: int) -> HttpResponse:
    """Sign, settle a difference, end or cancel the visit."""
    open_file_or_404(request, engagement)
    visit = visit_or_404(request, engagement, number)
    person, organisation = acting_for(request)
    step, said = request.POST.get("step", ""), request.POST
    who: dict[str, Any] = {"by": person, "organisation": organisation, "on": today()}
    try:
        if step == "sign":
            seen = number_in(said.get("seen_op", "")) or 0
            fieldwork.sign(visit, seen_hash=said.get("seen_hash", ""), seen_op=seen, **who)
            messages.success(request, _("已签署现场核查记录"))
        elif step == "settle":
            fieldwork.settle(
                visit, said.get("item", ""), chosen=said.get("chosen", ""), between=said.getlist("between"),
                reason=said.get("reason", ""), by=person, on=today(),
            )  # fmt: skip
            messages.success(request, _("已裁定"))
        elif step == "close":
            fieldwork.close_visit(visit, **who)
            messages.success(request, _("现场核查已结束，结论已写入评估"))
        elif step == "cancel":
            fieldwork.cancel_visit(visit, reason=said.get("reason", ""), **who)
            messages.success(request, _("已取消现场核查"))
        else:
            raise Http404
    except REFUSALS as refused:
        messages.error(request, both(refused))
    return redirect("assessor:visit", engagement, number)


@login_required
def picture(request: HttpRequest, engagement: str, number: int, capture: int) -> HttpResponse:
    """A small copy of a photograph for looking at: pixels only."""
    open_file_or_404(request, engagement)
    visit = visit_or_404(request, engagement, number)
    row = Capture.objects.select_related("provenance__file").filter(visit=visit, pk=capture).first()
    may_work, _why = can(check_can_work, request.user, visit.fieldwork, on=today())
    if row is None or row.provenance is None or not may_work:
        raise Http404
    try:
        copy = public_copy(row.provenance.file)
    except NotKept as problem:
        raise Http404 from problem
    with Image.open(io.BytesIO(copy)) as opened:
        opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        out = io.BytesIO()
        opened.save(out, "JPEG", quality=80)
    response = HttpResponse(out.getvalue(), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    return response
