"""One paper (文书): what it is, its way and who took which step, its files; every step is taken here by whom its kind names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.evidence.contents import NotKept
from greenmine.papers import actions, permissions, queries
from greenmine.papers.composing import CannotMake
from greenmine.papers.models import Paper
from greenmine.papers.permissions import CannotIssue
from greenmine.web.components import paper_form
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition
from greenmine.web.components.files import file_response
from greenmine.web.components.numbers import number_in
from greenmine.web.components.paper_sheet import sheet_of
from greenmine.web.components.templatetags.regime import both

FORMS = ("pdf", "docx", "official", "receipt")
EARLIEST = date(2000, 1, 1)
REFUSALS = (CannotIssue, CannotMake, NotAllowed, NotKept)


@login_required
@require_GET
def one(request: HttpRequest, paper: int) -> HttpResponse:
    """A paper with its way so far, its files, and what may be done with it now."""
    acting_for(request)
    found, on = _paper(request, paper), today()
    return render(request, "people/paper.html", _context(request, found, on))


def _context(request: HttpRequest, found: Paper, on: date) -> dict[str, Any]:
    person: Any = request.user
    kind = permissions.kind_of(found)

    def why_not(check: permissions.Check) -> Exception | None:
        return permissions.why_not(check, person, found, on=on)

    own = why_not(permissions.check_belongs) is None
    way = queries.way(found, person, on=on)
    return {
        "paper": found,
        "kind": kind,
        "provisions": _provisions(found, kind.provisions),
        "replaced_by": getattr(found, "replaced_by", None),
        "own": own,
        "way": way,
        "steps": {one.step.id: one for one in way},
        "marks": queries.marks(found) if own else [],
        "returned": queries.marks(found)[-1] if own and found.state == Paper.State.RETURNED else None,
        "receipts": list(queries.receipts_of(found)[:5]) if own else [],
        "cannot_return": why_not(permissions.check_can_return),
        "cannot_attach": why_not(permissions.check_can_attach_official),
        "cannot_make_receipt": why_not(permissions.check_can_make_receipt),
        "cannot_redraft": why_not(permissions.check_can_redraft),
        "ways": Paper.Way.choices,
        "today": on,
        **sheet_of(found),
    }


def _provisions(paper: Paper, provisions: Iterable[str]) -> list[str]:
    """What a paper of its region rests on: a kind is shared by all, the plan of another province is not."""
    law = current_edition()
    return [
        one
        for one in provisions
        if law.divisions.covers(law.instruments[one.partition("/")[0]].territory, paper.region_code or None)
    ]


@login_required
@require_GET
def file(request: HttpRequest, paper: int, form: str) -> HttpResponseBase:
    """The paper as PDF or Word, its official copy or its receipt, as a download; 404 for whoever may not see it."""
    found = _paper(request, paper)
    kept = getattr(found, form) if form in FORMS else None
    if kept is None:
        raise Http404
    ending = form if form in ("pdf", "docx") else kept.name.rsplit(".", 1)[-1][:8]
    name = "".join(sign for sign in ending if sign.isascii() and sign.isalnum()) or "bin"
    return file_response(request, kept, plain_name=f"paper.{name}")  # who opened what is remembered (查阅留痕)


@login_required
@require_POST
def act(request: HttpRequest, paper: int) -> HttpResponse:
    """Take a step; a refusal is a sentence on the paper's page, and what was typed stands there still."""
    person, _organisation = acting_for(request)
    found, on = _paper(request, paper), today()
    step = ACTS.get(request.POST.get("act", ""))
    if step is None:
        messages.error(request, _("没有这一办理事项，请刷新页面后重试"))
        return redirect("people:paper", found.pk)
    try:
        messages.success(request, step(request, found, person, on))
    except REFUSALS as refused:
        messages.error(request, both(refused))
        fresh = _paper(request, paper)
        return render(request, "people/paper.html", _context(request, fresh, on) | {"typed": request.POST})
    return redirect("people:paper", found.pk)


def _review(request: HttpRequest, found: Paper, person: Person, on: date) -> str:
    actions.review(found, by=person, on=on, text=request.POST.get("text", ""))
    return _("已审核")


def _legal(request: HttpRequest, found: Paper, person: Person, on: date) -> str:
    actions.check_legality(found, by=person, on=on, text=request.POST.get("text", ""))
    return _("已法制审核")


def _return(request: HttpRequest, found: Paper, person: Person, on: date) -> str:
    actions.return_draft(found, request.POST.get("text", ""), by=person, on=on)
    return _("已退回修改")


def _sign(_request: HttpRequest, found: Paper, person: Person, on: date) -> str:
    actions.sign(found, by=person, on=on)
    return _("已签发")


def _number(_request: HttpRequest, found: Paper, person: Person, on: date) -> str:
    actions.number(found, by=person, on=on)
    return _("已编号：%(number)s") % {"number": found.number}


def _seal(request: HttpRequest, found: Paper, person: Person, on: date) -> str:
    actions.seal(
        found,
        keeper=request.POST.get("keeper", ""),
        copies=number_in(request.POST.get("copies", "")),
        day=_day(request.POST.get("day", ""), "请填写用印日期", "give the day of sealing"),
        by=person,
        on=on,
    )
    return _("已登记用印")


def _serve(request: HttpRequest, found: Paper, person: Person, on: date) -> str:
    actions.serve(
        found,
        day=_day(request.POST.get("day", ""), "请填写送达日期", "give the day of service"),
        way=request.POST.get("way", ""),
        received_by=request.POST.get("received_by", ""),
        receipt=request.FILES.get("receipt"),
        by=person,
        on=on,
    )
    return _("已登记送达")


def _official(request: HttpRequest, found: Paper, person: Person, on: date) -> str:
    upload = request.FILES.get("official")
    if upload is None:
        raise CannotIssue("请选择正式文本文件", "choose the file of the official copy")
    actions.attach_official(found, upload, by=person, on=on)
    return _("正式文本已入库")


def _receipt(_request: HttpRequest, found: Paper, person: Person, on: date) -> str:
    actions.make_receipt(found, by=person, on=on)
    return _("已制作送达回证，请下载打印，签收后在送达登记时上传")


ACTS: dict[str, Callable[[HttpRequest, Paper, Person, date], str]] = {
    "review": _review,
    "legal": _legal,
    "return": _return,
    "sign": _sign,
    "number": _number,
    "seal": _seal,
    "serve": _serve,
    "official": _official,
    "receipt": _receipt,
}


@login_required
def redraft(request: HttpRequest, paper: int) -> HttpResponse:
    """Make a returned draft anew, or correct a signed paper (更正): the fields as they were, to be changed."""
    person, _organisation = acting_for(request)
    found, on = _paper(request, paper), today()
    kind = permissions.kind_of(found)
    refused: Exception | None = permissions.why_not(permissions.check_can_redraft, person, found, on=on)
    fields = dict(found.fields)
    if request.method == "POST" and refused is None:
        fields = paper_form.posted(request, kind, found.fields)
        try:
            made = actions.make(
                found.kind, fields, subject=(found.subject_kind, found.subject_key), region_code=found.region_code,
                by=person, organisation=Organisation.objects.get(key=found.organisation), on=on,
                enterprise=found.enterprise, addressed_to=found.addressed_to, replaces=found,
            )  # fmt: skip
        except REFUSALS as problem:
            refused = problem
        else:
            messages.success(request, _("已重新拟稿，并取代原稿"))
            return redirect("people:paper", made.pk)
    context = {
        "paper": found,
        "kind": kind,
        "refused": refused,
        "inputs": paper_form.inputs(kind, fields),
        "returned": queries.marks(found)[-1] if found.state == Paper.State.RETURNED else None,
    }
    return render(request, "people/paper_redraft.html", context, status=409 if refused else 200)


def _paper(request: HttpRequest, paper: int) -> Paper:
    return get_object_or_404(queries.for_person(request.user, on=today()), pk=paper)


def _day(text: str, zh: str, en: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = EARLIEST
    if day <= EARLIEST:
        raise CannotIssue(zh, en)
    return day
