"""Removals (移出名录) at the desk: the cases of one's region, and one page on which every step is taken."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from greenmine.accounts.models import Organisation
from greenmine.directory import actions as directory
from greenmine.directory import queries as queries_of
from greenmine.directory import removing, removing_papers, sharing
from greenmine.directory.models import Removal
from greenmine.directory.permissions import why_not
from greenmine.editions import procedures as tables
from greenmine.law.steps.table import Clock
from greenmine.papers.models import Paper
from greenmine.procedures import queries as procedures
from greenmine.web.authority import directory_forms as forms
from greenmine.web.authority.asked import day_in
from greenmine.web.authority.directory_forms import ActForm, Input
from greenmine.web.authority.directory_shared import WAYS, next_of, paged, tabs
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition
from greenmine.web.components.files import file_response
from greenmine.web.components.templatetags.regime import both

PAPER_STEPS = {"serve_prior_notice": "removal-prior-notice", "serve_decision": "removal-decision"}
BENEFITS = frozenset(
    {"finance", "tax", "fin_regulator", "securities", "natural_resources", "sci_tech", "dev_reform", "ecology"}
)


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The removal cases of one's region, the latest first."""
    found = queries_of.removals_for(request.user, on=today())
    if (state := request.GET.get("state", "")) in ("open", "closed"):
        found = found.filter(closed_on__isnull=state == "open")
    rows, after = paged(request, found)
    states = tables.table(removing.TABLE).states
    context = {
        "rows": [(one, states[one.state].title) for one in rows], "next_after": after, "state": state, "tabs": tabs(request),
        "active": "directory_removals",
    }  # fmt: skip
    return render(request, "authority/directory_removals.html", context)


def removal_or_404(request: HttpRequest, number: str) -> Removal:
    """A removal within the person's reach."""
    found = queries_of.removals_for(request.user, on=today()).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One removal: its ground, what was verified, the papers, the plea, the decision, and what is open now."""
    return _page(request, removal_or_404(request, number))


def _page(request: HttpRequest, removal: Removal) -> HttpResponse:
    case = removing.case_of(removal)
    table = procedures.table_of(case)
    papers = removing_papers.papers_of(removal)
    edition = current_edition()
    context = {
        "removal": removal, "entry": removal.entry, "case": case, "picture": procedures.picture(case, on=today()),
        "state_title": table.states[removal.state].title, "papers": papers,
        "history": [(one, table.step(one.step).title) for one in procedures.history(case)],
        "ground": edition.provision(removal.provision) if edition.has_provision(removal.provision) else None,
        "records": list(removal.records.select_related("evidence").order_by("id")), "files": list(removal.evidence.order_by("id")),
        "tabs": tabs(request), "active": "directory_removals", "action": reverse("authority:removal_act", args=[removal.number]),
        "forms": forms.filled(_forms(request, removal, case, papers), request),
    }  # fmt: skip
    return render(request, "authority/directory_removal.html", context)


def _forms(request: HttpRequest, removal: Removal, case: Any, papers: list[Paper]) -> list[ActForm]:
    person, organisation = acting_for(request)
    on = today()
    found: list[ActForm] = []
    for choice in procedures.choices(case, person, organisation, on=on):
        step = choice.step.id
        refusal = choice.refusal or why_not(removing.check_step, removal, step, by=person, on=on)
        if step == "order_rectification" and removal.ground_kind != Removal.GroundKind.STANDARD:
            continue
        title = str(both(choice.step.title))
        if step in PAPER_STEPS:
            found.extend(_paper_forms(PAPER_STEPS[step], papers, title, refusal, choice.due.on))
            continue
        if step == "announce":
            found.extend(_announcing(papers, title, refusal, choice.due.on))
            continue
        note = _note(removal, step)
        style = "danger" if step == "decide" else "primary"
        found.append(ActForm(step, title, _inputs(removal, step, organisation), refusal, note, style, choice.due.on))
    if removal.state == "announced":
        inputs = [Input("recipient", _("主送机关"))]
        refusal = why_not(removing.check_step, removal, "tell_benefits", by=person, on=on)
        found.append(ActForm("letter", _("拟制停止优惠告知函"), inputs, refusal, "", "outline-primary"))
    return found


def _note(removal: Removal, step: str) -> str:
    if step == "order_rectification" and (term := removing.proposed_term(removal, today())):
        return _("不填期限时按 %(months)s 个月（可信度 %(confidence)s：%(source)s）") % {
            "months": term.figure, "confidence": term.confidence, "source": both(term.source),
        }  # fmt: skip
    if step == "hear_plea":
        return _("陈述申辩时限：%(time)s") % {"time": _time_of(removing_papers.plea_clock(removal))}
    return ""


def _time_of(clock: Clock) -> str:
    if clock.kind == "working":
        return ngettext("%(n)s 个工作日", "%(n)s 个工作日", clock.days) % {"n": clock.days}
    return ngettext("%(n)s 天", "%(n)s 天", clock.days) % {"n": clock.days}


def _inputs(removal: Removal, step: str, organisation: Organisation) -> list[Input]:
    known: dict[str, list[Input]] = {
        "order_rectification": [Input("rectify_by", _("整改期限"), "day", required=False)],
        "accept_rectification": [forms.reasons(_("验收意见"))],
        "note_overdue": [Input("text", _("整改情况"), "area")],
        "note": [Input("text", _("核实记录"), "area"), Input("evidence", _("证据材料"), "file", required=False)],
        "verify": [Input("findings", _("核实结论"), "area")],
        "hear_plea": [Input("text", _("陈述申辩内容"), "area")],
        "note_waiver": [Input("text", _("放弃陈述申辩的书面说明"), "area")],
        "decide": [forms.reasons(_("决定的理由（含申辩采纳情况；对外公开，勿写个人信息）"))],
        "refute": [forms.reasons(_("不予移出的理由"))],
    }
    if step == "tell_benefits":
        offices = sharing.departments_over(removal.region_code, besides=organisation.key)
        choices = [(one.key, one.name) for one in offices]
        chosen = frozenset(one.key for one in offices if one.department in BENEFITS)
        return [Input("told", _("告知停止优惠的部门"), "checks", choices=choices, chosen=chosen)]
    return known.get(step, [])


def _paper_forms(kind: str, papers: list[Paper], title: str, refusal: Any, due: Any) -> list[ActForm]:
    """Draft the paper; its review, signature and seal are on the paper's own page; then its service is registered here."""
    paper = next_of(papers, kind)
    into = Input("kind", "", "hidden", value=kind)
    if paper is None:
        return [
            ActForm(
                "draft",
                _("拟稿：%(title)s") % {"title": title},
                [into],
                refusal,
                "",
                "primary",
                due,
                key=f"draft-{kind}",
            )
        ]
    if paper.state not in (Paper.State.SEALED, Paper.State.SERVED):
        waits = refusal or directory.CannotRemove(
            f"文书目前为“{paper.get_state_display()}”，审核、签发、编号并用印后才能送达",
            f"the paper is {paper.state}: it is served after its seal",
        )
        return [ActForm("serve", title, [], waits, "", "primary", due)]
    inputs = [
        into, Input("day", _("送达日期"), "day", value=today().isoformat()), Input("way", _("送达方式"), "choice", choices=WAYS),
        Input("received_by", _("签收人"), required=False), Input("receipt", _("送达回证"), "file", required=False),
    ]  # fmt: skip
    return [ActForm("serve", title, inputs, refusal, "", "primary", due)]


def _announcing(papers: list[Paper], title: str, refusal: Any, due: Any) -> list[ActForm]:
    found = []
    kind = "removal-announcement"
    if next_of(papers, kind) is None:
        into = Input("kind", "", "hidden", value=kind)
        found.append(ActForm("draft", _("拟制移出公告"), [into], None, "", "primary", key=f"draft-{kind}"))
    places = [(key, str(both({"zh": zh, "en": en}))) for key, (zh, en) in removing_papers.PLACES.items()]
    found.append(
        ActForm(
            "announce",
            title,
            [Input("where", _("公告发布的网站"), "checks", choices=places)],
            refusal,
            "",
            "primary",
            due,
        )
    )
    return found


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Take a step of a removal."""
    removal = removal_or_404(request, number)
    return forms.carry_out(
        request, ACTS, removal, lambda: _page(request, removal_or_404(request, number)),
        lambda _made: reverse("authority:removal", args=[removal.number]),
    )  # fmt: skip


def _serve(request: HttpRequest, removal: Removal, who: dict[str, Any]) -> Removal:
    asked = request.POST
    day = day_in(asked.get("day", ""))
    if day is None:
        raise directory.CannotRemove("请填写有效的送达日期", "give the day of service")
    return directory.serve(
        removal, asked.get("kind", ""), day=day, way=asked.get("way", ""), received_by=asked.get("received_by", ""),
        receipt=request.FILES.get("receipt"), **who,
    )  # fmt: skip


def _plead(how: str, request: HttpRequest, removal: Removal, who: dict[str, Any]) -> Removal:
    return directory.plead(removal, how, request.POST.get("text", ""), **who)


def _rectify(request: HttpRequest, removal: Removal, who: dict[str, Any]) -> Removal:
    given = request.POST.get("rectify_by", "")
    day = day_in(given)
    if given and day is None:
        raise directory.CannotRemove("整改期限不是有效日期", "the day is no day")
    return directory.order_rectification(removal, day, **who)


ACTS: forms.Acts = {
    "order_rectification": _rectify,
    "accept_rectification": lambda request, one, who: directory.accept_rectification(
        one, request.POST.get("reasons", ""), **who
    ),
    "note_overdue": lambda request, one, who: directory.note_overdue(one, request.POST.get("text", ""), **who),
    "note": lambda request, one, who: directory.record_verification(
        one, request.POST.get("text", ""), upload=request.FILES.get("evidence"), **who
    ),
    "verify": lambda request, one, who: directory.verify(one, request.POST.get("findings", ""), **who),
    "draft": lambda request, one, who: directory.draft(one, request.POST.get("kind", ""), **who),
    "letter": lambda request, one, who: directory.draft(
        one, "benefit-stop-letter", recipient=request.POST.get("recipient", ""), **who
    ),
    "serve": _serve,
    "hear_plea": lambda request, one, who: _plead("heard", request, one, who),
    "note_waiver": lambda request, one, who: _plead("waived", request, one, who),
    "note_silence": lambda request, one, who: _plead("silent", request, one, who),
    "decide": lambda request, one, who: directory.decide_removal(one, request.POST.get("reasons", ""), **who),
    "refute": lambda request, one, who: directory.refute_removal(one, request.POST.get("reasons", ""), **who),
    "announce": lambda request, one, who: directory.announce(one, request.POST.getlist("where"), **who),
    "tell_benefits": lambda request, one, who: directory.tell_benefits(one, request.POST.getlist("told"), **who),
    "tell_kept": lambda _request, one, who: directory.tell_kept(one, **who),
}


@login_required
def file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A file of the case: the evidence of its ground, or of its verification."""
    removal = removal_or_404(request, number)
    found = removal.evidence.filter(pk=provenance).select_related("file").first()
    if found is None:
        record = removal.records.filter(evidence=provenance).select_related("evidence__file").first()
        found = record.evidence if record else None
    if found is None:
        raise Http404
    return file_response(request, found)
