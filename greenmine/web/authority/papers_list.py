"""Papers of an office (文书): those that wait for oneself, those of the office, those one may see; and drafting one by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.papers import actions, kinds, permissions, queries
from greenmine.papers.composing import CannotMake
from greenmine.papers.kinds import Kind
from greenmine.papers.models import Paper
from greenmine.papers.permissions import CannotIssue
from greenmine.procedures import queries as procedures
from greenmine.procedures.models import Case
from greenmine.web.authority.asked import number_in
from greenmine.web.components import paper_form
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.templatetags.regime import both
from greenmine.web.components.workbooks import workbook_response

PAGE = 50
MOST_EXPORTED = 20_000
FILTERS = ("scope", "q", "kind", "state")
MINE, OFFICE, ALL = "mine", "office", "all"
REFUSALS = (CannotIssue, CannotMake, NotAllowed)


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The papers, latest first; those that wait for the person stand under a tab of their own."""
    person, organisation = acting_for(request)
    filters = _filters(request)
    found = _found(person, organisation, filters)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=after)
    page = list(found[: PAGE + 1])
    context = {
        "rows": [{"paper": one, "kind": _title_of(one)} for one in page[:PAGE]],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "filters": filters,
        "filtered": any(filters[name] for name in FILTERS[1:]),
        "tabs": [(MINE, _("待本人办理")), (OFFICE, _("本单位")), (ALL, _("全部可见"))],
        "waiting": queries.waiting_for(person, on=today()).count(),
        "kinds": [(name, kinds.kind(name).title) for name in kinds.names()],
        "states": Paper.State.choices,
        "querystring": request.GET.urlencode(),
        "may_draft": bool(_kinds_by_hand(person, organisation)),
    }
    return render(request, "authority/papers.html", context)


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list as filtered, all pages, as a workbook."""
    person, organisation = acting_for(request)
    titles = [
        _("文种"), _("文号"), _("标题"), _("情况"), _("单位"), _("所涉事项"), _("拟稿人"), _("拟稿日期"), _("签发人"), _("签发日期"),
        _("用印日期"), _("送达日期"), _("送达方式"), _("签收人"),
    ]  # fmt: skip
    lines = [
        [
            both(_title_of(one)), one.number, one.title, one.get_state_display(), one.organisation_name, one.subject_key,
            one.made_by, one.made_on, one.signed_by, one.signed_on or "", one.sealed_on or "", one.served_on or "",
            one.get_served_way_display() if one.served_way else "", one.received_by,
        ]
        for one in _found(person, organisation, _filters(request))[:MOST_EXPORTED]
    ]  # fmt: skip
    return workbook_response(f"{_('文书')}-{today().isoformat()}.xlsx", [(_("文书"), titles, lines)])


def _filters(request: HttpRequest) -> dict[str, str]:
    found = {name: request.GET.get(name, "").replace("\0", "").strip()[:80] for name in FILTERS}
    if found["scope"] not in (MINE, OFFICE, ALL):
        found["scope"] = OFFICE
    return found


def _found(person: Person, organisation: Organisation, filters: dict[str, str]) -> QuerySet[Paper]:
    on = today()
    seen = queries.waiting_for if filters["scope"] == MINE else queries.for_person
    found = seen(person, on=on)
    if filters["scope"] == OFFICE:
        found = found.filter(organisation=organisation.key)
    if words := filters["q"]:
        found = found.filter(Q(title__icontains=words) | Q(number__icontains=words) | Q(subject_key__icontains=words))
    if filters["kind"]:
        found = found.filter(kind=filters["kind"])
    if filters["state"]:
        found = found.filter(state=filters["state"])
    return found.order_by("-id")


def _title_of(paper: Paper) -> dict[str, str]:
    return dict(permissions.kind_of(paper).title)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Draft a letter, minutes or a reminder by hand, about a case or about nothing more than its own words."""
    person, organisation = acting_for(request)
    offered = _kinds_by_hand(person, organisation)
    asked = request.POST if request.method == "POST" else request.GET
    kind = next((one for one in offered if one.id == asked.get("kind", "")), None)
    case = _case(person, asked.get("case", ""))
    fields = {"case": case.number, "subject": case.title} if case is not None else {}
    refused: Exception | None = None
    if request.method == "POST" and kind is not None:
        fields = paper_form.posted(request, kind, {})
        try:
            made = _draft(kind, fields, case, asked.get("addressed_to", ""), person, organisation)
        except REFUSALS as problem:
            refused = problem
        else:
            messages.success(request, _("已拟稿，已提请审核"))
            return redirect("people:paper", made.pk)
    context = {
        "offered": offered,
        "kind": kind,
        "case": case,
        "inputs": paper_form.inputs(kind, fields) if kind else [],
        "refused": refused,
        "addressed_to": asked.get("addressed_to", ""),
    }
    return render(request, "authority/paper_new.html", context, status=400 if refused else 200)


def _draft(
    kind: Kind, fields: dict[str, Any], case: Case | None, addressed: str, person: Person, organisation: Organisation
) -> Paper:
    subject = (case.subject_kind, case.subject_key) if case else ("organisation", organisation.key)
    return actions.make(
        kind.id, fields, subject=subject, region_code=case.region_code if case else organisation.division, by=person,
        organisation=organisation, on=today(), addressed_to=_addressee(addressed),
    )  # fmt: skip


def _addressee(name: str) -> str:
    """The key of an organisation that has this very name here; a letter may also go to one that has none."""
    words = name.strip()
    if not words:
        return ""
    found = list(Organisation.objects.filter(name=words).values_list("key", flat=True)[:2])
    if len(found) != 1:
        raise CannotIssue(
            f"系统内没有名为“{words}”的单位；如不在系统内，请留空",
            f"no organisation here is called “{words}”; leave it empty if it has no account",
        )
    return str(found[0])


def _kinds_by_hand(person: Person, organisation: Organisation) -> list[Kind]:
    """The kinds that a person of this office may begin on this page."""
    found = []
    for name in kinds.names():
        kind = kinds.kind(name)
        if not kind.by_hand:
            continue
        try:
            permissions.check_can_make(person, kind, organisation, on=today())
        except NotAllowed:
            continue
        found.append(kind)
    return found


def _case(person: Person, number: str) -> Case | None:
    """A case within the person's reach."""
    return procedures.cases_for(person, "cases.see", on=today()).filter(number=number).first() if number else None
