"""Batches of selection (遴选批次): opened and issued, their mines on one table, draw, notice, announcement."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts.models import Person
from greenmine.directory import permissions as directory
from greenmine.directory.models import PublicNotice
from greenmine.selection import actions as selection
from greenmine.selection import queries
from greenmine.selection.models import Application, Batch
from greenmine.selection.permissions import CannotSelect
from greenmine.web.authority.asked import day_in, number_in
from greenmine.web.authority.selection import cells, titles
from greenmine.web.authority.selection_batch_acts import ACTS
from greenmine.web.authority.selection_recommending import recommending
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, refuse_unless
from greenmine.web.components.selection import REFUSALS, acted, line_of, refusal_of, state_words, who
from greenmine.web.components.workbooks import workbook_response

PAGE = 30
MINES = 100
MOST_EXPORTED = 20_000


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The batches in reach, the latest first, with what each holds."""
    found = queries.batches_for(request.user, on=today()).order_by("-pk")
    if (after := number_in(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=after)
    within = Q(applications__in=queries.applications_for(request.user, on=today()).order_by().values("pk"))
    found = found.annotate(
        filed=Count("applications", filter=within & ~Q(applications__filed_on=None), distinct=True),
        entered=Count("applications", filter=within & Q(applications__outcome="listed"), distinct=True),
    )
    page = list(found[: PAGE + 1])
    context = {
        "rows": [{"batch": one, "stage": stage_of(one)} for one in page[:PAGE]],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
    }
    return render(request, "authority/batches.html", context)


def stage_of(batch: Batch) -> dict[str, str]:
    """Where a batch stands today: drafted, before its first day, open for filing, closed, announced."""
    on = today()
    if batch.announced_on is not None:
        return {"tone": "green", "words": _("已公告")}
    if batch.issued_on is None:
        return {"tone": "secondary", "words": _("拟稿，通知未印发")}
    if on < batch.opens_on:
        return {"tone": "azure", "words": _("尚未开始申报")}
    if on <= batch.closes_on:
        return {"tone": "blue", "words": _("申报中")}
    return {"tone": "orange", "words": _("申报截止，遴选中")}


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Draft a batch; what was typed stays where it is refused."""
    refuse_unless(request, "selection.batch")
    person, organisation = acting_for(request)
    refused = None
    if request.method == "POST":
        said = request.POST
        try:
            opens, closes = day_in(said.get("opens_on", "")), day_in(said.get("closes_on", ""))
            if opens is None or closes is None:
                raise CannotSelect("请填写有效的申报起止日期", "give the first and the last day of filing")
            made = selection.open_batch(
                selection.NewBatch(
                    title=said.get("title", ""), opens_on=opens, closes_on=closes, text=said.get("text", ""),
                    tier="national" if organisation.level == "ministry" else "provincial",
                ),
                **who(person, organisation),
            )  # fmt: skip
        except REFUSALS as caught:
            refused = refusal_of(caught)
        else:
            messages.success(request, _("已拟定批次 %(number)s，由另一人印发通知后企业可见") % {"number": made.number})
            return redirect("authority:batch", made.number)
    context = {
        "refused": refused,
        "typed": request.POST,
        "national": organisation.level == "ministry",
        "today": today(),
    }
    return render(request, "authority/batch_new.html", context, status=400 if refused else 200)


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One batch: its notice, its mines on one table, counts by state, what may be done with all of it."""
    return render(request, "authority/batch.html", _context(request, _batch_or_404(request, number)))


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """What is done with a whole batch; a refusal keeps what was typed."""
    batch = _batch_or_404(request, number)
    refused = acted(request, ACTS, batch)
    if refused is None:
        return redirect("authority:batch", number)
    shown = {
        "refused": replace(refused, missing=()),
        "typed": request.POST,
        "typed_listed": request.POST.getlist("listed"),
    }
    return render(request, "authority/batch.html", _context(request, batch) | shown, status=400)


@login_required
def export(request: HttpRequest, number: str) -> HttpResponse:
    """The mines of a batch as a workbook."""
    batch = _batch_or_404(request, number)
    rows = _applications(request, batch)[:MOST_EXPORTED]
    sheet = (_("申报"), titles(), [cells(line_of(one, on=today())) for one in rows])
    return workbook_response(f"{batch.number}-{today().isoformat()}.xlsx", [sheet])


def _context(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    on = today()
    person, organisation = acting_for(request)
    found = _applications(request, batch)
    counted = Counter(dict(found.order_by().values_list("state").annotate(n=Count("pk"))))
    rows = found
    if wanted := request.GET.get("state", ""):
        rows = rows.filter(state=wanted)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        rows = rows.filter(pk__lt=after)
    shown = list(rows[: MINES + 1])
    return {
        "batch": batch,
        "stage": stage_of(batch),
        "counts": [(code, words, counted[code]) for code, words in state_words().items() if counted[code]],
        "total": sum(counted.values()),
        "state": wanted,
        "rows": [line_of(one, on=on) for one in shown[:MINES]],
        "next_after": shown[MINES - 1].pk if len(shown) > MINES else "",
        "todo": queries.batch_choices(batch, person, organisation, on=on),
        "notices": running(batch, person, on=on),
        "draws": list(batch.draws.order_by("-id")),
        **recommending(batch, person, organisation, request.POST, on=on),
        "typed": {},
        "today": on,
    }


def running(batch: Batch, person: Person, *, on: date) -> list[dict[str, Any]]:
    """The notices of the batch, the latest first, each with why it cannot end yet."""
    rows = list(batch.notices.order_by("-id"))
    public = {one.number: one for one in PublicNotice.objects.filter(number__in=[row.number for row in rows])}
    return [
        {"row": row, "notice": public[row.number], "refusal": None if row.ended_on else _why_runs(person, public[row.number], on)}
        for row in rows
        if row.number in public
    ]  # fmt: skip


def _why_runs(person: Person, notice: PublicNotice, on: date) -> Exception | None:
    return directory.why_not(directory.check_can_end_notice, person, notice, on=on)


def _applications(request: HttpRequest, batch: Batch) -> Any:
    reach = queries.applications_for(request.user, on=today())
    return reach.filter(batch=batch).exclude(state=Application.DRAFT).select_related("batch").order_by("-pk")


def _batch_or_404(request: HttpRequest, number: str) -> Batch:
    found = queries.batches_for(request.user, on=today()).filter(number=number).first()
    if found is None:
        raise Http404
    return found
