"""One case (案件): the picture, what waits for whom and until when, opinions, history, papers, and who keeps an eye on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.evidence.models import Provenance
from greenmine.law.steps.bpmn import export
from greenmine.procedures import opinions as asking
from greenmine.procedures import permissions, queries
from greenmine.procedures.models import Case, CaseStep, Opinion, WorkItem
from greenmine.procedures.permissions import CannotTake
from greenmine.web.components.cases import cases_seen, hidden_papers, papers_of, place_of_case, subject_of
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.files import file_response

MANAGE = "cases.manage"
MOST_OFFICES = 400
# What a step was given, where it is a sentence or a day that a reader understands.
SAID = {
    "reason": {"zh": "理由", "en": "reason"},
    "reasons": {"zh": "理由", "en": "reasons"},
    "text": {"zh": "内容", "en": "text"},
    "statement": {"zh": "说明", "en": "statement"},
    "verdict": {"zh": "结论", "en": "verdict"},
    "decision": {"zh": "决定", "en": "decision"},
    "ground": {"zh": "理由", "en": "ground"},
    "source": {"zh": "来源", "en": "source"},
    "plea": {"zh": "陈述申辩", "en": "plea"},
    "served_on": {"zh": "送达日期", "en": "served on"},
    "document": {"zh": "文件", "en": "document"},
    "notice_days": {"zh": "公示天数", "en": "days of notice"},
}
LONGEST_SHOWN = 600


def case_or_404(request: HttpRequest, number: str) -> Case:
    """A case that the person sees."""
    return get_object_or_404(cases_seen(request.user, on=today()), number=number)


@login_required
@require_GET
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The whole case on one page."""
    case = case_or_404(request, number)
    return render(request, "authority/case.html", context_of(request, case))


def context_of(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What the page shows; also after a refusal, with what was typed."""
    person, organisation = acting_for(request)
    on = today()
    table = queries.table_of(case)
    offices = {held.organisation.address: held.organisation for held in people.memberships(person, on=on)}
    items = queries.work_of(case, on=on)
    cannot_manage = refusal_to_manage(person, case, on)
    hidden = hidden_papers(case, person, on=on)
    return {
        "case": case,
        "table": table,
        "state": table.states[case.state].title,
        "subject": subject_of(case),
        "place": place_of_case(case),
        "running": Organisation.objects.filter(key=case.organisation).first(),
        "picture": queries.picture(case, on=on),
        "work": [{"line": one, "own": (one.item.to_kind, one.item.to_key) in offices} for one in items],
        "colleagues": _colleagues(organisation, on) if any((one.item.to_kind, one.item.to_key) in offices for one in items) else [],
        "opinions": _opinions(case, person, on),
        "verdicts": Opinion.Verdict.choices,
        "history": [_line(table, one) for one in queries.history(case)],
        "papers": list(papers_of(case, person, on=on)[:100]),
        "supervisions": list(case.supervisions.order_by("-id")),
        "copies": list(case.copies.order_by("id")),
        "migrations": list(case.migrations.order_by("-id")),
        "cannot_manage": cannot_manage,
        "cannot_close": closed_refusal(case) or cannot_manage,
        "cannot_supervise": closed_refusal(case) or cannot_manage or _watched(case, offices.values()),
        "cannot_withdraw": refusal_to_withdraw(person, case, on),
        "cannot_export": hidden_refusal(hidden),
        "offices": _offices(case, cannot_manage),
        "own_keys": {one.key for one in offices.values()},
        "today": on,
    }  # fmt: skip


def refusal_to_manage(person: Person, case: Case, on: date) -> Exception | None:
    """Why this person may not chase, supervise, copy or migrate this case."""
    try:
        accounts.check_can(person, MANAGE, on=on, region=case.region_code or None, organisation=case.organisation)
    except NotAllowed as refused:
        return refused
    return None


def closed_refusal(case: Case) -> Exception | None:
    """A case that ran to its end, or was withdrawn."""
    if case.closed_on is None:
        return None
    return CannotTake("本案已办结", "the case is closed")


def refusal_to_withdraw(person: Person, case: Case, on: date) -> Exception | None:
    """Why it is not withdrawn here: where the thing has its own page, its room withdraws it there, with all that follows."""
    try:
        permissions.check_can_withdraw(queries.table_of(case), case, person, on=on)
    except (NotAllowed, CannotTake) as refused:
        return refused
    if place_of_case(case):
        return CannotTake("请在该事项自己的页面办理撤回或终止", "it is withdrawn or ended on its own page")
    return None


def hidden_refusal(hidden: int) -> Exception | None:
    """A dossier holds every paper; whoever may not see one of them is not handed all."""
    if not hidden:
        return None
    return NotAllowed(
        f"卷宗含有 {hidden} 份您无权查看或尚在审签的文书，由承办单位导出。",
        f"The dossier holds {hidden} papers that are not yours to see; its own office exports it.",
    )


def _watched(case: Case, offices: Iterable[Organisation]) -> Exception | None:
    """An office supervises a case once at a time."""
    own = [one.key for one in offices]
    if not case.supervisions.filter(organisation__in=own, ended_on=None).exists():
        return None
    return CannotTake("本单位已在督办本案", "your office supervises this case already")


def _line(table: Any, row: CaseStep) -> dict[str, Any]:
    """One step of the history with what was said in it."""
    said = []
    for name, value in row.payload.items() if isinstance(row.payload, dict) else ():
        words = SAID.get(name)
        if words and isinstance(value, str | int) and value != "":
            said.append((words, str(value)[:LONGEST_SHOWN]))
    return {"row": row, "title": table.step(row.step).title, "said": said}


def _opinions(case: Case, person: Person, on: date) -> list[dict[str, Any]]:
    """Every opinion asked: of whom, until when, what it says; late ones are called late."""
    asked = queries.opinions_of(case)
    wanted = {pk for one in asked for pk in one.evidence}
    files = {one.pk: one for one in Provenance.objects.filter(pk__in=wanted)} if wanted else {}
    found = []
    for one in asked:
        one.case = case
        zh, en = permissions.department_words(one.department)
        found.append({
            "opinion": one, "department": {"zh": zh, "en": en}, "standing": one.standing(on),
            "words": asking.STANDINGS[one.standing(on)], "may_give": _may_give(one, person, on),
            "files": [files[pk] for pk in one.evidence if pk in files],
        })  # fmt: skip
    return found


def _may_give(opinion: Opinion, person: Person, on: date) -> bool:
    try:
        asking.check_can_give(opinion, person, on=on)
    except (NotAllowed, CannotTake):
        return False
    return True


def _colleagues(organisation: Organisation, on: date) -> list[Person]:
    """The people of one's office, for giving work to one of them."""
    held = {one.person_id: one.person for one in people.members(organisation) if one.holds(on) and one.person.is_active}
    return list(held.values())


def _offices(case: Case, cannot_manage: Exception | None) -> list[Organisation]:
    """The authorities of the case's province to whom a copy may go."""
    if cannot_manage is not None:
        return []
    within = case.region_code[:2]
    rows = Organisation.objects.filter(kind="authority").order_by("division", "department", "id")
    found = rows.filter(division__startswith=within) if within and within != "00" else rows
    copied = case.copies.values("organisation")
    return list(found.exclude(key=case.organisation).exclude(key__in=copied)[:MOST_OFFICES])


@login_required
@require_GET
def opinion(request: HttpRequest, opinion: int) -> HttpResponse:
    """Where an opinion is given: on the page of its case."""
    found = Opinion.objects.filter(pk=opinion).select_related("case").first()
    if found is None or not cases_seen(request.user, on=today()).filter(pk=found.case_id).exists():
        raise Http404
    return redirect(f"{reverse('authority:case', args=[found.case.number])}#opinion-{found.pk}")


@login_required
@require_GET
def dossier(request: HttpRequest, number: str) -> HttpResponse:
    """The dossier (卷宗) as one archive; refused where it holds what the person may not see."""
    case, on = case_or_404(request, number), today()
    refused = hidden_refusal(hidden_papers(case, request.user, on=on))
    if refused is not None:
        raise refused
    return _download(queries.dossier(case, on=on), "application/zip", f"{case.number}.zip")


@login_required
@require_GET
def bpmn(request: HttpRequest, number: str) -> HttpResponse:
    """The step table by which the case runs, as BPMN 2.0."""
    case = case_or_404(request, number)
    return _download(export(queries.table_of(case)).encode(), "application/xml", f"{case.table}.bpmn")


@login_required
@require_GET
def file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A file that came with an opinion of this case."""
    case = case_or_404(request, number)
    given = {pk for evidence in case.opinions.values_list("evidence", flat=True) for pk in evidence}
    if provenance not in given:
        raise Http404
    return file_response(request, get_object_or_404(Provenance.objects.select_related("file"), pk=provenance))


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    plain = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "-._"))
    response["Content-Disposition"] = f'attachment; filename="{plain}"'
    return response


def own_item(case: Case, kind: str, key: int) -> WorkItem | Opinion | None:
    """A piece of open work or an opinion of this very case."""
    rows: Any = case.items if kind == "item" else case.opinions
    found: WorkItem | Opinion | None = rows.filter(pk=key).select_related("case", "case__kept", "person").first()
    return found


__all__ = ["bpmn", "case_or_404", "context_of", "dossier", "file", "opinion", "own_item", "page"]
