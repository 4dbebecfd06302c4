"""One application (申报) at the authority's desk: every fact on one page, and the steps that are open with their forms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions as accounts
from greenmine.accounts.vocabulary import Department
from greenmine.assessment import queries as assessment
from greenmine.assessment.models import Assessment
from greenmine.directory.models import PublicNotice
from greenmine.editions import readings
from greenmine.evidence.models import Provenance
from greenmine.gates import permissions as gate_rights
from greenmine.gates import queries as gates
from greenmine.papers import queries as papers
from greenmine.procedures import queries as procedures
from greenmine.procedures.models import Case, Opinion
from greenmine.procedures.opinions import check_can_give
from greenmine.procedures.permissions import CannotTake
from greenmine.registry import queries as registry
from greenmine.selection import queries
from greenmine.selection.batching import BEFORE_NOTICE
from greenmine.selection.forms import BATCH_STEPS, form_of
from greenmine.selection.models import Application, Batch
from greenmine.selection.reviewing import findings_of
from greenmine.web.authority.commissioning import agencies_to_choose
from greenmine.web.authority.selection_acts import ACTS
from greenmine.web.components import selection_case as drawing
from greenmine.web.components.assessments import compared_rows
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.files import file_response
from greenmine.web.components.selection import acted
from greenmine.web.components.selection_forms import Around, drawn, said

MOST_AGENCIES = 300
MOST_BATCHES = 50
WRITTEN = {"zh": "书面内容", "en": "what was written"}
OUTCOMES = ("breached", "unknown", "pending", "satisfied")


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One application: where it stands, what it rests on, what may be done now and why the rest may not."""
    return render(request, "authority/application.html", _context(request, application_or_404(request, number)))


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Take a step, give an opinion, check or pass a gate; a refusal keeps what was typed."""
    application = application_or_404(request, number)
    refused = acted(request, ACTS, application)
    if refused is None:
        return redirect("authority:application", number)
    shown = _context(request, application_or_404(request, number), request.POST) | {"refused": refused}
    return render(request, "authority/application.html", shown, status=400)


@login_required
def file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A file of the application: a material, a consent, minutes, a signed sheet, what came with an opinion."""
    application = application_or_404(request, number)
    if provenance not in drawing.files_of(application):
        raise Http404
    found = Provenance.objects.select_related("file").filter(pk=provenance).first()
    if found is None or papers.is_file_of_a_paper(provenance):
        raise Http404
    return file_response(request, found)


def application_or_404(request: HttpRequest, number: str) -> Application:
    """An application within the person's reach."""
    found = queries.applications_for(request.user, on=today()).filter(number=number).select_related("batch").first()
    if found is None:
        raise Http404
    return found


def _context(request: HttpRequest, application: Application, typed: Any = None) -> dict[str, Any]:
    on = today()
    mine = registry.mines_for(request.user).select_related("holder").filter(key=application.mine).first()
    shown = drawing.frame(request, application, mine, on=on)
    shown["findings"] = findings_of(application, on=on) if application.closed_on is None else []
    shown["turns"] = _turns(request, application, shown, typed)
    return {
        **shown,
        **_within(application),
        "application": application,
        "may_any": any(turn["may"] for turn in shown["turns"]),
        "lost": _lost(typed, shown["turns"]),
        "checks": _checks(request, application),
        "gate_steps": _gates(shown["case"]),
        "groups": _grouped(shown["findings"]),
        "opinions": _opinions(request, shown["case"]),
        "verdicts": Opinion.Verdict.choices,
        "compared": _compared(request, application),
        "readings": (kept := _readings(shown["case"])),
        "unconfirmed": sum(not one["confirmed"] for one in kept),
        "table": procedures.table_of(shown["case"]) if shown["case"] is not None else None,
        "moves_to": _moves_to(request, application),
        "notice": PublicNotice.objects.filter(number=application.notice).first() if application.notice else None,
        "may_see_gates": accounts.can(request.user, "gates.see", on=on, region=application.region_code),
        "typed": typed or {},
    }


def _lost(typed: Any, turns: list[dict[str, Any]]) -> list[tuple[Any, str]]:
    """What was typed into a form that the page no longer shows, so that it can be copied."""
    if not typed:
        return []
    if typed.get("act") == "take":
        shown = any(turn["may"] and turn["step"].id == typed.get("step") for turn in turns)
        return [] if shown else said(typed.get("step", ""), typed)
    return [(WRITTEN, text) for name in ("ground", "opinion_text") if (text := typed.get(name, "").strip())]


def _within(application: Application) -> dict[str, Any]:
    """What each stage left behind."""
    return {
        "reviews": list(application.reviews.order_by("-id")),
        "forwardings": list(application.forwardings.order_by("-id")),
        "consents": list(application.consents.select_related("evidence").order_by("-id")),
        "verifications": list(application.verifications.select_related("sheet", "draw").order_by("-id")),
        "meetings": list(application.meetings.select_related("minutes").prefetch_related("votes").order_by("-id")),
    }


def _turns(request: HttpRequest, application: Application, shown: dict[str, Any], typed: Any) -> list[dict[str, Any]]:
    """The open steps of this side, each with its form or the reason why its button is grey."""
    if shown["case"] is None:
        return []
    person, organisation = acting_for(request)
    on, wanted = today(), typed.get("step", "") if typed else ""
    found = [
        one for one in queries.choices(application, person, organisation, on=on) if one.step.actor.kind == "authority"
    ]
    asks_agency = any(one.may and field.kind == "agency" for one in found for field in form_of(one.step.id))
    around = Around(
        items=drawing.defect_items(application, shown["findings"]),
        agencies=[_agency(row) for row in agencies_to_choose(MOST_AGENCIES)] if asks_agency else [],
        departments=[(code, str(words)) for code, words in Department.choices],
        today=on,
    )
    return [
        {
            "step": one.step,
            "may": one.may,
            "reason": one.refusal,
            "due": one.due,
            "by_batch": one.step.id in BATCH_STEPS,
            "fields": drawn(one.step.id, around, typed if wanted == one.step.id else None) if one.may else [],
            "open": wanted == one.step.id,
        }
        for one in found
    ]


def _checks(request: HttpRequest, application: Application) -> list[dict[str, Any]]:
    """The latest check of each gate, and whether this person may pass it on a written ground."""
    found = drawing.checks_shown(gates.checks_about(*application.subject), gates.passes_about(*application.subject))
    for row in found:
        closed = not row["check"].is_open and row["passed"] is None
        row["why_not_pass"] = gate_rights.why_not(row["check"], request.user, on=today()) if closed else None
    return found


def _gates(case: Case | None) -> list[str]:
    """The gates of the steps that are open now."""
    if case is None:
        return []
    return list(dict.fromkeys(step.gate for step in procedures.table_of(case).open_steps(case.state) if step.gate))


def _readings(case: Case | None) -> list[dict[str, Any]]:
    """The readings (口径) under which the case was opened, those nobody confirmed first."""
    if case is None:
        return []
    questions = readings.questions()
    found = [
        {"id": name, "question": questions[name].question, "said": said, "confirmed": bool(said.get("confirmed"))}
        for name, said in case.readings.items()
        if name in questions
    ]
    return sorted(found, key=lambda one: (one["confirmed"], one["id"]))


def _moves_to(request: HttpRequest, application: Application) -> list[Batch]:
    """The later batches into which it may be moved, for whoever runs batches here; none once it is on a notice."""
    batch, on = application.batch, today()
    runs = accounts.can(request.user, "selection.batch", on=on, region=batch.region_code)
    if not runs or application.closed_on is not None or application.state not in BEFORE_NOTICE:
        return []
    others = queries.batches_for(request.user, on=on).filter(
        tier=batch.tier, region_code=batch.region_code, issued_on__isnull=False, announced_on=None
    )
    return list(others.exclude(pk=batch.pk)[:MOST_BATCHES])


def _agency(row: dict[str, Any]) -> tuple[str, str]:
    """An agency to choose, with where it stands."""
    able = row["standing"] in ("eligible", "engaged") and not row["suspended"]
    return row["agency"].key, row["agency"].name if able else _("%(name)s（条件不符或暂停）") % {
        "name": row["agency"].name
    }


def _opinions(request: HttpRequest, case: Case | None) -> list[dict[str, Any]]:
    """What the departments were asked and said, who is late, and whether it is this person's to give."""
    if case is None:
        return []
    on, person = today(), acting_for(request)[0]
    return [
        {
            "opinion": one,
            "department": drawing.department(one.department),
            "standing": one.standing(on),
            "left": one.days_left(on),
            "may": _may_give(one, person, on),
        }
        for one in case.opinions.select_related("case").order_by("entry", "id")
    ]


def _may_give(opinion: Opinion, person: Any, on: date) -> bool:
    try:
        check_can_give(opinion, person, on=on)
    except (CannotTake, accounts.NotAllowed):
        return False
    return True


def _grouped(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings by what they come to, in the order in which they matter."""
    return [
        {"outcome": outcome, "findings": rows}
        for outcome in OUTCOMES
        if (rows := [one for one in findings if one["outcome"] == outcome])
    ]


def _compared(request: HttpRequest, application: Application) -> dict[str, Any] | None:
    """The self-assessment and the third party's account item by item; None until both were submitted."""
    if not application.assessment or not application.engagement:
        return None
    accounts_seen = assessment.assessments_for(request.user, on=today()).filter(state=Assessment.State.SUBMITTED)
    own = accounts_seen.filter(number=application.assessment).first()
    third = accounts_seen.filter(party="third_party", engagement=application.engagement).order_by("-id").first()
    if own is None or third is None:
        return None
    comparison = assessment.compare(third, own)
    return {"own": own, "third": third, "comparison": comparison, "rows": compared_rows(third, comparison)}
