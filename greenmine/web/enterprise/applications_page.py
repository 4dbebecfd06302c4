"""One application of the enterprise (申报): the list of materials, filing under the commitment, returns, papers, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.evidence.models import Provenance
from greenmine.procedures import queries as cases
from greenmine.registry import queries as registry
from greenmine.selection import actions as selection
from greenmine.selection import queries
from greenmine.selection.models import Application
from greenmine.selection.permissions import CannotSelect, check_can_file, check_can_prepare, why_not
from greenmine.web.components import selection_case as drawing
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition
from greenmine.web.components.files import file_response
from greenmine.web.components.numbers import number_in
from greenmine.web.components.selection import Who, acted, said_done
from greenmine.web.components.selection_forms import Around, drawn, read, said
from greenmine.web.enterprise.applications import gates_of

TEMPLATE = "enterprise/application.html"


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One application: what it still needs, or where it stands and what the enterprise has to do."""
    return render(request, TEMPLATE, _context(request, application_or_404(request, number)))


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Bring material, file, answer a return, take it back; a refusal keeps what was typed."""
    application = application_or_404(request, number)
    refused = acted(request, ACTS, application)
    if refused is None:
        return redirect("enterprise:applications" if request.POST["act"] == "discard" else _back(number, request))
    shown = _context(request, application_or_404(request, number), request.POST) | {"refused": refused}
    return render(request, TEMPLATE, shown, status=400)


@login_required
def file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A file that the enterprise itself brought."""
    application = application_or_404(request, number)
    if not application.materials.filter(file=provenance).exists():
        raise Http404
    found = Provenance.objects.select_related("file").filter(pk=provenance).first()
    if found is None:
        raise Http404
    return file_response(request, found)


@login_required
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """From a to-do, which names the case, to the application it runs."""
    found = queries.applications_for(request.user, on=today()).filter(case=number).exclude(case="").first()
    if found is None:
        raise Http404
    return redirect("enterprise:application", found.number)


def application_or_404(request: HttpRequest, number: str) -> Application:
    """An application of the enterprise; others do not exist for it."""
    found = queries.applications_for(request.user, on=today()).filter(number=number).select_related("batch").first()
    if found is None:
        raise Http404
    return found


def _back(number: str, request: HttpRequest) -> str:
    """To the line of the materials that was mended, else to the page."""
    item = request.POST.get("item", "")
    return reverse("enterprise:application", args=[number]) + (f"#material-{item}" if item else "")


def _context(request: HttpRequest, application: Application, typed: Any = None) -> dict[str, Any]:
    on, person = today(), acting_for(request)[0]
    mine = registry.mines_for(request.user).select_related("holder").filter(key=application.mine).first()
    shown = drawing.frame(request, application, mine, on=on)
    defects = drawing.open_defects(application)
    changes = application.is_draft or bool(defects)
    return {
        **shown,
        "application": application,
        "lacking": [one for one in shown["materials"] if one["required"] and not one["done"]],
        "may_change": changes and why_not(check_can_prepare, person, application.holder, on=on) is None,
        "why_not_file": why_not(check_can_file, person, application, on=on) if application.is_draft else None,
        "commitment": current_edition().words["commitment"]["application"],
        "gates": gates_of(application.mine) if application.is_draft and mine is not None else [],
        "turns": _turns(request, application, shown, defects, typed),
        "lost": said(typed.get("step", ""), typed) if typed and typed.get("act") == "take" else [],
        "state_url": reverse("authority:state_fact", args=[application.mine]) if mine is not None else "",
        "typed": typed or {},
    }


def _turns(
    request: HttpRequest, application: Application, shown: dict[str, Any], defects: list[dict[str, Any]], typed: Any
) -> list[dict[str, Any]]:
    """The steps that are the enterprise's, each with its form or the reason why its button is grey."""
    if shown["case"] is None:
        return []
    person, organisation = acting_for(request)
    wanted = typed.get("step", "") if typed else ""
    around = Around(defects=defects, today=today())
    return [
        {
            "step": one.step,
            "may": one.may,
            "reason": one.refusal,
            "due": one.due,
            "fields": drawn(one.step.id, around, typed if wanted == one.step.id else None) if one.may else [],
            "resubmits": one.step.id.startswith("resubmit"),
            "open": wanted == one.step.id or one.step.id.startswith("resubmit"),
        }
        for one in queries.choices(application, person, organisation, on=today())
        if one.step.actor.kind == "enterprise"
    ]


def bring(request: HttpRequest, application: Application, by: Who) -> str:
    """Bring a file or a note for one line of the materials."""
    selection.bring(
        application, request.POST.get("item", ""), request.FILES.get("file"), request.POST.get("note", ""), **by
    )
    return _("已补充材料")


def refill(request: HttpRequest, application: Application, by: Who) -> str:  # noqa: ARG001 -- acts take the form
    """Fill the list again from the facts of today."""
    selection.refill(application, **by)
    return _("已按今日事实重新带入")


def discard(request: HttpRequest, application: Application, by: Who) -> str:  # noqa: ARG001
    """Throw a draft away."""
    selection.discard(application, **by)
    return _("已放弃填写，可重新申报")


def submit(request: HttpRequest, application: Application, by: Who) -> str:
    """File under the truth commitment."""
    made = selection.file(application, agreed=request.POST.get("agreed") == "yes", **by)
    return _("已提交申报 %(number)s") % {"number": made.number}


def take(request: HttpRequest, application: Application, by: Who) -> str:
    """Take a step of the enterprise: answer a return, take the application back."""
    step = request.POST.get("step", "")
    case = drawing.case_of(application)
    if case is None:
        raise CannotSelect("该申报尚未提交", "this application was not filed yet")
    title = cases.table_of(case).step(step).title
    selection.take(application, step, read(request, step), seen=number_in(request.POST.get("seen", "")), **by)
    return said_done(title)


ACTS = {"bring": bring, "refill": refill, "discard": discard, "submit": submit, "take": take}
