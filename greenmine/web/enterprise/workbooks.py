"""Filling in by workbook (Excel 填报): the template out with what stands, a filled one in, with a preview before anything."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import scoring, workbook
from greenmine.assessment.models import Assessment
from greenmine.assessment.permissions import CannotAssess, can, check_can_fill
from greenmine.evidence.contents import NotKept
from greenmine.web.components import assessments as drawing
from greenmine.web.components.clock import today
from greenmine.web.components.templatetags.regime import both
from greenmine.web.components.workbooks import XLSX
from greenmine.web.enterprise import asked

MOST_BYTES = 5 * 1024 * 1024
SALT = "greenmine.enterprise.workbook"
HOUR = 3600


@login_required
def out(request: HttpRequest, number: str) -> HttpResponse:
    """The template with the scales, the evidence asked for, and the answers as they stand."""
    assessment = asked.assessment_or_404(request, number)
    response = HttpResponse(workbook.write(assessment), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{assessment.number}.xlsx"'
    return response


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Upload a filled workbook, see what it would change, then write it."""
    assessment = asked.assessment_or_404(request, number)
    may_fill, why_not = can(check_can_fill, request.user, assessment, on=today())
    context: dict[str, Any] = {
        "assessment": assessment,
        "mine": asked.mine_or_404(request, assessment.mine),
        "may_fill": may_fill,
        "why_not": why_not,
    }
    if request.method == "POST":
        try:
            content = _content(request, assessment)
            preview = workbook.preview(assessment, content)
            if "apply" in request.POST:
                count = workbook.apply(assessment, preview, by=request.user, on=today())  # type: ignore[arg-type]
                messages.success(request, _("已按工作簿写入 %(n)s 项，逐项留有历史") % {"n": count})
                return redirect("enterprise:assessment", number)
            context |= {"preview": preview, "rows": _rows(assessment, preview), "kept": _sealed(assessment, content)}
        except (CannotAssess, NotAllowed, NotKept) as refused:
            context["error"] = both(refused)
    return render(request, "enterprise/workbook.html", context, status=400 if "error" in context else 200)


def _content(request: HttpRequest, assessment: Assessment) -> bytes:
    """The workbook uploaded, or the one previewed before: sealed into the page, so that only it can be written."""
    upload = request.FILES.get("file")
    if upload is not None:
        if (upload.size or 0) > MOST_BYTES:
            raise CannotAssess(
                "工作簿超过 5 MB，请使用本页下载的模板。", "The workbook is larger than 5 MB; use the template."
            )
        return bytes(upload.read())
    try:
        number, content = signing.loads(request.POST.get("kept", ""), salt=SALT, max_age=HOUR)
        if number == assessment.number:
            return base64.b85decode(content)
    except (signing.BadSignature, ValueError, TypeError, binascii.Error):
        pass
    raise CannotAssess(
        "请选择填写好的工作簿；预览一小时内有效。", "Choose a filled workbook; a preview is good for one hour."
    )


def _rows(assessment: Assessment, preview: workbook.Preview) -> list[dict[str, Any]]:
    """Each difference in words: what stands, and what the workbook says."""
    parts = scoring.parts_by_id(scoring.standard_of(assessment))
    return [
        {
            "difference": one,
            "before": drawing.said(parts[one.indicator], one.before),
            "after": drawing.said(parts[one.indicator], one.after),
        }
        for one in preview.differences
    ]


def _sealed(assessment: Assessment, content: bytes) -> str:
    return signing.dumps([assessment.number, base64.b85encode(content).decode()], salt=SALT)
