"""What is done on a case's page (案件办理): opinions, giving work out, chasing, supervision, copies, withdrawal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.evidence import actions as evidence
from greenmine.evidence.contents import NotKept
from greenmine.procedures import actions as procedures
from greenmine.procedures import opinions
from greenmine.procedures.models import Case, Opinion, Supervision, WorkItem
from greenmine.procedures.permissions import CannotTake
from greenmine.web.authority.asked import day_in, number_in
from greenmine.web.authority.cases_page import case_or_404, context_of, own_item, refusal_to_withdraw
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.templatetags.regime import both

REFUSALS = (CannotTake, NotAllowed, NotKept)
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """One act asked for: the request, the case, who and when."""

    request: HttpRequest
    case: Case
    person: Person
    on: date

    def said(self, name: str) -> str:
        """A field of the form."""
        return self.request.POST.get(name, "")

    def number(self, name: str) -> int:
        """A number of the form; nothing has the number zero."""
        return number_in(self.said(name)) or 0


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Do one of the acts; a refusal is a sentence, and what was typed stands on the page still."""
    case = case_or_404(request, number)
    person, _organisation = acting_for(request)
    wanted = ACTS.get(request.POST.get("act", ""))
    try:
        if wanted is None:
            raise CannotTake("没有这一办理事项，请刷新页面后重试", "there is no such act; reload the page")
        with transaction.atomic():
            messages.success(request, wanted(Asked(request, case, person, today())))
    except REFUSALS as refused:
        messages.error(request, both(refused))
        fresh = case_or_404(request, number)
        return render(request, "authority/case.html", context_of(request, fresh) | {"typed": request.POST})
    return redirect("authority:case", number)


def _waiting(asked: Asked) -> WorkItem | Opinion:
    kind = "opinion" if asked.said("opinion") else "item"
    found = own_item(asked.case, kind, asked.number(kind))
    if found is None:
        raise CannotTake(
            "没有该待办事项，可能已办结，请刷新页面", "there is no such work; it may be done: reload the page"
        )
    return found


def _give(asked: Asked) -> str:
    found = _waiting(asked)
    if not isinstance(found, Opinion):
        raise CannotTake("没有该待反馈意见", "there is no such opinion")
    opinions.check_can_give(found, asked.person, on=asked.on)
    files = [
        evidence.keep(
            one, by=asked.person, on=asked.on, subject=("case", asked.case.number), title=_("部门意见附件"),
            region_code=asked.case.region_code,
        )
        for one in asked.request.FILES.getlist("files")[:MOST_FILES]
    ]  # fmt: skip
    procedures.give_opinion(
        found, asked.said("verdict"), asked.said("text"), evidence=files, by=asked.person, on=asked.on
    )
    return _("已反馈意见")


def _assign(asked: Asked) -> str:
    person = Person.objects.filter(pk=asked.number("person"), is_active=True).first()
    if person is None:
        raise CannotTake("请选择承办人", "choose who works on it")
    procedures.assign(_waiting(asked), person, by=asked.person, on=asked.on)
    return _("已分办给 %(name)s") % {"name": person.name}


def _chase(asked: Asked) -> str:
    procedures.chase(_waiting(asked), by=asked.person, on=asked.on, text=asked.said("text"))
    return _("已催办")


def _supervise(asked: Asked) -> str:
    due = asked.said("due_on").strip()
    day = day_in(due)
    if due and day is None:
        raise CannotTake("督办期限不是有效日期", "the day by which it is asked is no day")
    procedures.supervise(asked.case, asked.said("reason"), by=asked.person, on=asked.on, due_on=day)
    return _("已督办")


def _end_supervision(asked: Asked) -> str:
    found = Supervision.objects.filter(pk=asked.number("supervision"), case=asked.case).select_related("case").first()
    if found is None:
        raise CannotTake("没有该督办", "there is no such supervision")
    procedures.end_supervision(found, asked.said("result"), by=asked.person, on=asked.on)
    return _("督办已办结")


def _copy(asked: Asked) -> str:
    keys = asked.request.POST.getlist("organisation")[:100]
    procedures.copy_to(asked.case, list(Organisation.objects.filter(key__in=keys)), by=asked.person, on=asked.on)
    return _("已抄送")


def _withdraw(asked: Asked) -> str:
    refused = refusal_to_withdraw(asked.person, asked.case, asked.on)
    if refused is not None:
        raise refused
    procedures.withdraw(
        asked.case, asked.said("reason"), by=asked.person, on=asked.on, seen=number_in(asked.said("seen"))
    )
    return _("已撤回")


ACTS: dict[str, Callable[[Asked], str]] = {
    "opinion": _give,
    "assign": _assign,
    "chase": _chase,
    "supervise": _supervise,
    "end_supervision": _end_supervision,
    "copy": _copy,
    "withdraw": _withdraw,
}
