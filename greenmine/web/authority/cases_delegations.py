"""Deputies (委托代办) of an office: who acts for whom from a day to a day; and cases whose term of keeping has run out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.procedures import actions as procedures
from greenmine.procedures import delegating, retaining
from greenmine.procedures.models import Delegation, RetentionProposal
from greenmine.procedures.permissions import CannotTake
from greenmine.web.authority.asked import day_in, number_in
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.templatetags.regime import both

REFUSALS = (CannotTake, NotAllowed)


@login_required
def delegations(request: HttpRequest) -> HttpResponse:
    """The deputies of the person's office; oneself names one, and whoever manages cases names them for others."""
    person, organisation = acting_for(request)
    on = today()
    if request.method == "POST":
        try:
            with transaction.atomic():
                messages.success(
                    request,
                    _end(request, organisation, person, on)
                    if request.POST.get("end")
                    else _name(request, organisation, person, on),
                )
        except REFUSALS as refused:
            messages.error(request, both(refused))
        else:
            return redirect("authority:delegations")
    colleagues = _colleagues(organisation, on)
    manages = _manages(person, organisation, on)
    context = {
        "rows": list(delegating.delegations_of(organisation.key, on=on)),
        "own": person.pk,
        "manages": manages,
        "absent": colleagues if manages else [person],
        "deputies": colleagues,
        "typed": request.POST if request.method == "POST" else {"absent": str(person.pk)},
        "today": on,
    }
    return render(request, "authority/delegations.html", context)


def _manages(person: Person, organisation: Organisation, on: date) -> bool:
    where = {"organisation": organisation.key, "region": organisation.division or None}
    return accounts.can(person, "cases.manage", on=on, **where) or accounts.can(
        person, "members.manage", on=on, organisation=organisation.key
    )


def _colleagues(organisation: Organisation, on: date) -> list[Person]:
    held = {one.person_id: one.person for one in people.members(organisation) if one.holds(on) and one.person.is_active}
    return list(held.values())


def _name(request: HttpRequest, organisation: Organisation, person: Person, on: date) -> str:
    colleagues = {one.pk: one for one in _colleagues(organisation, on)}
    absent = colleagues.get(number_in(request.POST.get("absent", "")) or 0)
    deputy = colleagues.get(number_in(request.POST.get("deputy", "")) or 0)
    if absent is None or deputy is None:
        raise CannotTake("请选择本单位的离岗人员和代办人", "choose who is absent and who acts, both of this office")
    since, until = day_in(request.POST.get("since", "")), day_in(request.POST.get("until", ""))
    if since is None or until is None:
        raise CannotTake("请填写代办的起止日期", "give the first and the last day")
    procedures.delegate(
        absent, deputy, since=since, until=until, reason=request.POST.get("reason", ""), by=person, on=on
    )
    return _("%(deputy)s 将代 %(absent)s 办理") % {"deputy": deputy.name, "absent": absent.name}


def _end(request: HttpRequest, organisation: Organisation, person: Person, on: date) -> str:
    rows = Delegation.objects.filter(organisation=organisation.key).select_related("absent", "deputy")
    found = rows.filter(pk=number_in(request.POST.get("end", "")) or 0).first()
    if found is None:
        raise CannotTake("没有该委托", "there is no such delegation")
    procedures.end_delegation(found, by=person, on=on)
    return _("已终止代办")


@login_required
def retention(request: HttpRequest) -> HttpResponse:
    """Closed cases whose term of keeping has run out: a person keeps them longer or destroys what was written in them."""
    person, _organisation = acting_for(request)
    on = today()
    if request.method == "POST":
        try:
            with transaction.atomic():
                _decide(request, person, on)
        except REFUSALS as refused:
            messages.error(request, both(refused))
        else:
            messages.success(request, _("已作出处置"))
            return redirect("authority:retention")
    context = {
        "rows": retaining.waiting(person, on=on),
        "decisions": [one for one in RetentionProposal.Decision.choices if one[0]],
        "typed": request.POST,
        "today": on,
    }
    return render(request, "authority/retention.html", context)


def _decide(request: HttpRequest, person: Person, on: date) -> None:
    wanted = number_in(request.POST.get("proposal", "")) or 0
    found: Any = next((one for one in retaining.waiting(person, on=on) if one.pk == wanted), None)
    if found is None:
        raise CannotTake("没有该待处置事项，请刷新页面", "nothing of this kind waits; reload the page")
    procedures.decide_retention(
        found, request.POST.get("decision", ""), request.POST.get("reason", ""), by=person, on=on,
        keep_until=day_in(request.POST.get("keep_until", "")),
    )  # fmt: skip
