"""Batch query (批量查询): which mines holders with these credit codes have in the directory; codes pasted or in a workbook."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from greenmine.directory.published import batches
from greenmine.directory.published.batches import CannotRead, Line
from greenmine.web.components.clock import today
from greenmine.web.components.templatetags.regime import both
from greenmine.web.components.workbooks import workbook_response
from greenmine.web.public.templatetags.public import tier_word

LONGEST = 200_000


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask, and read the answer here or as a workbook."""
    lines: list[Line] | None = None
    error, text = "", request.POST.get("codes", "")[:LONGEST]
    if request.method == "POST":
        try:
            codes = batches.codes_in(text)
            given: Any = request.FILES.get("file")
            if given is not None:
                codes = [*codes, *batches.codes_in_workbook(given)]
            lines = batches.answer(dict.fromkeys(codes))
            if not lines:
                raise CannotRead(
                    "没有找到统一社会信用代码，请粘贴代码或上传表格",
                    "no credit code was found; paste some or upload a workbook",
                )
        except CannotRead as refused:
            lines, error = None, both(refused)
    if lines and request.POST.get("form") == "xlsx":
        return _workbook(lines)
    context = {
        "lines": lines,
        "error": error,
        "codes": "\n".join(line.code for line in lines or []) or text,
        "most": batches.MOST_CODES,
    }
    return render(request, "public/batch.html", context, status=422 if error else 200)


def _workbook(lines: list[Line]) -> HttpResponse:
    titles = [
        _("统一社会信用代码"),
        _("矿山编号"),
        _("矿山名称"),
        _("采矿权人"),
        _("所在地"),
        _("层级"),
        _("状态"),
        _("名录编号"),
        _("纳入日期"),
        _("说明"),
    ]
    rows = []
    for line in lines:
        if not line.mines:
            rows.append([line.code, *[""] * 8, both(line.problem) if line.problem else _("未在名录公开信息中")])
        rows += [
            [
                line.code, mine.key, mine.name, mine.holder, mine.place, tier_word(mine.tier), str(mine.get_standing_display()),
                mine.number, mine.entered_on.isoformat() if mine.entered_on else "", "",
            ]
            for mine in line.mines
        ]  # fmt: skip
    return workbook_response(f"{_('名录批量查询')}-{today():%Y%m%d}.xlsx", [(_("查询结果"), titles, rows)])
