"""Objections (异议) at the desk of the authority that handles them: investigated, decided by another, answered."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from greenmine.directory import actions as directory
from greenmine.directory import objecting, permissions, queries
from greenmine.directory.models import Objection, SealedObjector
from greenmine.directory.permissions import why_not
from greenmine.editions import procedures as tables
from greenmine.papers.models import Paper
from greenmine.procedures import queries as procedures
from greenmine.web.authority import directory_forms as forms
from greenmine.web.authority.asked import day_in
from greenmine.web.authority.directory_forms import ActForm, Input
from greenmine.web.authority.directory_shared import WAYS, paged, tabs
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.files import file_response


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The objections and clues to one's own notices, the latest first."""
    found = queries.objections_for(request.user, on=today())
    if (state := request.GET.get("state", "")) in ("open", "closed"):
        found = found.filter(closed_on__isnull=state == "open")
    rows, after = paged(request, found)
    states = tables.table(objecting.TABLE).states
    context = {
        "rows": [(one, states[one.state].title) for one in rows], "next_after": after, "state": state, "tabs": tabs(request),
        "active": "directory_objections",
    }  # fmt: skip
    return render(request, "authority/directory_objections.html", context)


def objection_or_404(request: HttpRequest, number: str) -> Objection:
    """An objection within the person's reach."""
    found = queries.objections_for(request.user, on=today()).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_required
@never_cache
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One objection: what is said, what was found, what may be done. Who objects stays sealed."""
    return _page(request, objection_or_404(request, number))


def _page(request: HttpRequest, objection: Objection, sealed: Any = None) -> HttpResponse:
    case = objecting.case_of(objection)
    table = procedures.table_of(case)
    person, organisation = acting_for(request)
    own = objection.organisation in permissions.houses(person, on=today())
    context = {
        "objection": objection, "case": case, "picture": procedures.picture(case, on=today()), "sealed": sealed, "own": own,
        "state_title": table.states[objection.state].title, "papers": objecting.papers_of(objection) if own else [],
        "history": [(one, table.step(one.step).title) for one in procedures.history(case)],
        "records": list(objection.records.select_related("evidence").order_by("id")), "files": list(objection.evidence.order_by("id")),
        "openings": list(objection.openings.order_by("-id")), "tabs": tabs(request), "active": "directory_objections",
        "forms": forms.filled(_forms(objection, person, organisation), request),
        "action": reverse("authority:objection_act", args=[objection.number]), "way": objecting.WAYS[objection.way],
    }  # fmt: skip
    return render(request, "authority/directory_objection.html", context)


def _forms(objection: Objection, person: Any, organisation: Any) -> list[ActForm]:
    on = today()
    case = objecting.case_of(objection)
    choices = {one.step.id: one for one in procedures.choices(case, person, organisation, on=on)}
    inputs: dict[str, list[Input]] = {
        "investigate": [],
        "note": [Input("text", _("核查情况"), "area"), Input("evidence", _("证据材料"), "file", required=False)],
        "conclude": [Input("findings", _("核查结论"), "area")],
        "uphold": [forms.reasons(_("理由（对外公开，不得出现异议人信息）"))],
        "reject": [forms.reasons(_("理由（对外公开，不得出现异议人信息）"))],
        "note_clue": [Input("findings", _("核实情况"), "area")],
    }
    clue = objection.kind == Objection.Kind.CLUE
    found = []
    for step, choice in choices.items():
        if (clue and step in ("uphold", "reject")) or (not clue and step == "note_clue"):
            continue
        refusal = choice.refusal or why_not(objecting.check_step, objection, step, by=person, on=on)
        style = "outline-danger" if step == "uphold" else "primary"
        if step == "answer":
            found.extend(_answering(objection, refusal))
        else:
            found.append(
                ActForm(step, _title(choice.step.title), inputs.get(step, []), refusal, "", style, choice.due.on)
            )
    if objection.findings and objection.closed_on is None and objecting.paper_of(objection, "objection-check") is None:
        refusal = why_not(permissions.check_handles, person, objection.notice, on=on)
        found.append(ActForm("draft_check", _("拟制异议核查报告"), [], refusal, "", "outline-primary"))
    if not clue or SealedObjector.objects.filter(objection=objection).exists():
        found.append(
            ActForm(
                "identity", _("查阅异议人身份"), [Input("reason", _("查阅事由"))], why_not(_may_open, objection, person, on=on),
                _("查阅人、事由和日期留痕。"), "outline-secondary",
            )
        )  # fmt: skip
    return found


def _title(words: Any) -> str:
    from greenmine.web.components.templatetags.regime import both  # noqa: PLC0415 -- one filter

    return str(both(words))


def _may_open(objection: Objection, person: Any, *, on: Any) -> None:
    permissions.check_handles(person, objection.notice, on=on)


def _answering(objection: Objection, refusal: Any) -> list[ActForm]:
    """Draft the answer first; once it was signed and sealed, its service is registered."""
    paper = objecting.answer_paper(objection)
    if paper is None:
        return [ActForm("draft", _("拟制异议答复书"), [], refusal, _("答复书写明异议人，拟稿即视为查阅身份，留痕。"))]
    if paper.state not in (Paper.State.SEALED, Paper.State.SERVED):
        note = _("答复书目前为“%(state)s”，请在文书页审核、签发、编号、用印。") % {"state": paper.get_state_display()}
        waits = directory.CannotObject("答复书尚未用印，不能送达", "the answer is not sealed yet")
        return [ActForm("answer", _("登记答复送达"), [], refusal or waits, note)]
    inputs = [
        Input("day", _("送达日期"), "day", value=today().isoformat()), Input("way", _("送达方式"), "choice", choices=WAYS),
        Input("received_by", _("签收人"), required=False), Input("receipt", _("送达回证"), "file", required=False),
    ]  # fmt: skip
    return [ActForm("answer", _("登记答复送达"), inputs, refusal)]


@login_required
@require_POST
@never_cache
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Take a step of an objection; an identity that is opened is shown once, on this very page."""
    objection = objection_or_404(request, number)
    if request.POST.get("act") == "identity":
        person, organisation = acting_for(request)
        try:
            sealed = directory.open_identity(
                objection, request.POST.get("reason", ""), by=person, organisation=organisation, on=today()
            )
        except forms.REFUSALS as refused:
            return _page_refused(request, objection, refused)
        return _page(request, objection, sealed)
    return forms.carry_out(
        request, ACTS, objection, lambda: _page(request, Objection.objects.select_related("notice").get(pk=objection.pk)),
        lambda _made: reverse("authority:objection", args=[objection.number]),
    )  # fmt: skip


def _page_refused(request: HttpRequest, objection: Objection, refused: Any) -> HttpResponse:
    from django.contrib import messages  # noqa: PLC0415 -- one sentence

    messages.error(request, _title(refused))
    return _page(request, objection)


def _answer(request: HttpRequest, objection: Objection, who: dict[str, Any]) -> Objection:
    asked = request.POST
    day = day_in(asked.get("day", ""))
    if day is None:
        raise directory.CannotObject("请填写有效的送达日期", "give the day of service")
    return directory.answer_objection(
        objection,
        day=day,
        way=asked.get("way", ""),
        received_by=asked.get("received_by", ""),
        receipt=request.FILES.get("receipt"),
        **who,
    )


def _decide(outcome: str, request: HttpRequest, objection: Objection, who: dict[str, Any]) -> Objection:
    return directory.decide_objection(objection, outcome, request.POST.get("reasons", ""), **who)


ACTS: forms.Acts = {
    "investigate": lambda _request, one, who: directory.investigate_objection(one, **who),
    "note": lambda request, one, who: directory.record_investigation(
        one, request.POST.get("text", ""), upload=request.FILES.get("evidence"), **who
    ),
    "conclude": lambda request, one, who: directory.conclude(one, request.POST.get("findings", ""), **who),
    "uphold": lambda request, one, who: _decide("upheld", request, one, who),
    "reject": lambda request, one, who: _decide("not_upheld", request, one, who),
    "note_clue": lambda request, one, who: directory.close_clue(one, request.POST.get("findings", ""), **who),
    "draft": lambda _request, one, who: directory.draft_answer(one, **who),
    "draft_check": lambda _request, one, who: directory.draft_check(one, **who),
    "answer": _answer,
}


@login_required
def file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A file that came with an objection, or of its investigation."""
    objection = objection_or_404(request, number)
    found = objection.evidence.filter(pk=provenance).select_related("file").first()
    if found is None:
        record = objection.records.filter(evidence=provenance).select_related("evidence__file").first()
        found = record.evidence if record else None
    if found is None:
        raise Http404
    return file_response(request, found)
