"""The ledger of acts (行为台账): who did what, when, on what ground; whether its chain holds; as a workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.ledger import queries as ledger
from greenmine.ledger.models import Record
from greenmine.web.components.clock import today
from greenmine.web.components.numbers import number_in
from greenmine.web.components.templatetags.regime import both
from greenmine.web.components.workbooks import workbook_response
from greenmine.web.operator import queries
from greenmine.web.operator.forms import RecordsFilter

PAGE = 50
MOST_EXPORTED = 20_000


def listed(request: HttpRequest) -> HttpResponse:
    """The acts within the person's reach, newest first."""
    form, rows = _filtered(request)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        rows = rows.filter(pk__lt=after)
    shown = list(rows[: PAGE + 1])
    kept = request.GET.copy()
    kept.pop("after", None)
    context = {
        "form": form,
        "rows": shown[:PAGE],
        "next_after": shown[PAGE - 1].pk if len(shown) > PAGE else "",
        "querystring": kept.urlencode(),
    }
    return render(request, "operator/records.html", context)


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Compute the whole chain again and say what came of it."""
    found = ledger.verify()
    if found.holds:
        sentence = _("台账链完整：共 %(records)s 条记录，末条哈希 %(head)s。")
        messages.success(request, sentence % {"records": found.records, "head": found.head[:16]})
    else:
        numbers = "、".join(str(number) for number, _why in found.broken[:20])
        sentence = _("台账链不完整：%(count)s 处不符，记录编号 %(numbers)s。请保留现场并联系审计监督人员。")
        messages.error(request, sentence % {"count": len(found.broken), "numbers": numbers})
    return redirect("operator:records")


def export(request: HttpRequest) -> HttpResponse:
    """What is on screen, all pages of it, as a workbook; the newest where there are too many."""
    _form, rows = _filtered(request)
    titles = [
        _("编号"),
        _("日期"),
        _("时间"),
        _("行为"),
        _("对象"),
        _("内容"),
        _("办理人"),
        _("单位"),
        _("依据"),
        _("哈希"),
    ]
    shown = list(rows[: MOST_EXPORTED + 1])
    lines = [_line(row) for row in shown[:MOST_EXPORTED]]
    if len(shown) > MOST_EXPORTED:
        lines.append(
            [_("仅导出最新 %(n)s 条，请用日期筛选后分次导出。") % {"n": MOST_EXPORTED}, *[""] * (len(titles) - 1)]
        )
    return workbook_response(f"ledger-{today()}.xlsx", [(_("行为台账"), titles, lines)])


def _line(row: Record) -> list[Any]:
    at = timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S")
    return [
        row.pk, row.on.isoformat(), at, row.verb, f"{row.subject_kind} {row.subject_key}", both(row),
        row.by.get("name", ""), row.by.get("organisation_name", ""), "、".join(row.cite), row.hash,
    ]  # fmt: skip


def _filtered(request: HttpRequest) -> tuple[RecordsFilter, QuerySet[Record]]:
    """The filter as given, and the acts it leaves; a wrong field is said on the form and filters nothing."""
    form = RecordsFilter(request.GET or None, verbs=queries.verbs_used())
    rows = queries.records_for(request.user, on=today())
    if not form.is_bound:
        return form, rows
    form.is_valid()
    asked = form.cleaned_data
    columns = {"verb": "verb", "kind": "subject_kind", "key": "subject_key", "since": "on__gte", "until": "on__lte"}
    return form, rows.filter(**{column: asked[name] for name, column in columns.items() if asked.get(name)})
