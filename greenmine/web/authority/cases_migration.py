"""A running case goes over to another step table (改换步骤表): what would change is shown before anybody does it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from greenmine.accounts.models import Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.editions import procedures as tables
from greenmine.editions import readings
from greenmine.law.steps import Table
from greenmine.procedures import actions as procedures
from greenmine.procedures import queries
from greenmine.procedures.models import Case, Migration
from greenmine.procedures.permissions import CannotTake, department_words
from greenmine.selection import standing as selection
from greenmine.selection.models import Application
from greenmine.web.authority.asked import number_in
from greenmine.web.authority.cases_page import case_or_404, refusal_to_manage
from greenmine.web.components.cases import family_of
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.templatetags.regime import both

REFUSALS = (CannotTake, NotAllowed)


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Choose a table, look at what would change, give the reason; or undo the last change."""
    case, on = case_or_404(request, number), today()
    refused = refusal_to_manage(_person(request), case, on)
    if refused is not None:
        raise refused
    if request.method == "POST":
        try:
            with transaction.atomic():
                messages.success(
                    request, _undo(request, case, on) if request.POST.get("undo") else _go(request, case, on)
                )
        except REFUSALS as problem:
            messages.error(request, both(problem))
        else:
            return redirect("authority:case", number)
    return render(request, "authority/case_migration.html", _context(request, case, on))


def _person(request: HttpRequest) -> Person:
    return acting_for(request)[0]


def _context(request: HttpRequest, case: Case, on: date) -> dict[str, Any]:
    asked = request.POST if request.method == "POST" else request.GET
    offered = _offered(case)
    wanted = asked.get("table", "")
    state = asked.get("state", "") if _may_move(case) else ""
    preview = problem = None
    if any(one.id == wanted for one in offered):
        try:
            preview = procedures.preview_migration(case, wanted, state=state, on=on)
        except CannotTake as refused:
            problem = refused
    questions = readings.questions()
    return {
        "case": case,
        "table": queries.table_of(case),
        "state_now": queries.table_of(case).states[case.state].title,
        "offered": offered,
        "wanted": wanted,
        "wanted_state": state,
        "may_move": _may_move(case),
        "preview": preview,
        "problem": problem,
        "lost_opinions": [_words(one.department) for one in preview.lost_opinions] if preview else [],
        "new_readings": [
            (questions[name].question if name in questions else {"zh": name, "en": name}, before, after)
            for name, before, after in (preview.new_readings if preview else ())
        ],
        "last": _undoable(case),
        "reason": request.POST.get("reason", ""),
    }


def _words(department: str) -> dict[str, str]:
    zh, en = department_words(department)
    return {"zh": zh, "en": en}


def _offered(case: Case) -> list[Table]:
    """The tables of the same family, the one by which the case runs among them: its text may have changed."""
    own = queries.table_of(case)
    found = []
    for name in tables.names():
        table = tables.table(name)
        if name == case.table or (own.family and table.family == own.family):
            found.append(table)
    return found


def _may_move(case: Case) -> bool:
    """Whether the place may change, too: the rooms of the other families keep the place of a case beside their own things."""
    return family_of(case.table).about in ("", "application")


def _undoable(case: Case) -> Migration | None:
    """The last migration, while no step was taken since."""
    last = case.migrations.order_by("-id").first()
    return last if last is not None and last.undone_on is None and last.order == case.version else None


def _go(request: HttpRequest, case: Case, on: date) -> str:
    wanted = request.POST.get("table", "")
    if all(one.id != wanted for one in _offered(case)):
        raise CannotTake("请选择同类事项的步骤表", "choose a step table of the same kind")
    state = request.POST.get("state", "") if _may_move(case) else ""
    procedures.migrate(
        case, wanted, request.POST.get("reason", ""), by=_person(request), on=on, state=state,
        seen=number_in(request.POST.get("seen", "")),
    )  # fmt: skip
    _keep_in_step(case)
    return _("已改换步骤表")


def _undo(request: HttpRequest, case: Case, on: date) -> str:
    last = _undoable(case)
    if last is None:
        raise CannotTake("改换之后已有办理记录，不能撤销", "something was done since; it cannot be undone")
    procedures.undo_migration(last, request.POST.get("reason", ""), by=_person(request), on=on)
    _keep_in_step(Case.objects.select_related("kept").get(pk=case.pk))
    return _("已撤销改换")


def _keep_in_step(case: Case) -> None:
    """An application shows the state of its case: it follows the case to its new place."""
    if case.subject_kind == "application":
        for one in Application.objects.filter(number=case.subject_key):
            selection.keep_in_step(one, case)
