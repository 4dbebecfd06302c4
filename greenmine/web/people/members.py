"""The people of one's own organisation (人员管理), and enterprises waiting to be verified (企业核验)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from greenmine.accounts import actions as accounts
from greenmine.accounts import permissions, queries
from greenmine.accounts.matrix import matrix
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.accounts.vocabulary import Kind, Role
from greenmine.web.components.numbers import number_in


class Invitation(forms.Form):
    """Who is invited into which role."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=100)
    username = forms.RegexField(
        r"^[a-z0-9_.-]{3,64}$",
        label=gettext_lazy("登录名"),
        help_text=gettext_lazy("小写字母、数字、点、横线，至少 3 位"),
    )
    role = forms.ChoiceField(label=gettext_lazy("岗位"))

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_of(organisation)  # type: ignore[attr-defined]


def roles_of(organisation: Organisation) -> list[tuple[str, str]]:
    """The roles that exist in such an organisation."""
    return [(role, str(Role(role).label)) for kind, role in matrix().who if kind == organisation.kind]


def listed(request: HttpRequest) -> HttpResponse:
    """Everybody of the organisation, and a form to invite."""
    on = queries.today()
    organisation = _managed(request, request.GET.get("organisation") or request.POST.get("organisation"))
    form = Invitation(request.POST or None, organisation=organisation)
    invitation = None
    if request.method == "POST" and form.is_valid():
        try:
            invitation = accounts.invite(organisation, **form.cleaned_data, by=request.user, on=on)
            form = Invitation(organisation=organisation)
        except NotAllowed as refused:
            form.add_error(None, said(refused))
    rows = [(row, row.holds(on)) for row in queries.members(organisation)]
    every = permissions.can(request.user, "organisations.manage", on=on)
    context = {
        "managed": organisation,
        "organisations": Organisation.objects.order_by("name")[:500] if every else [],
        "rows": rows,
        "form": form,
        "invitation": invitation,
    }
    return render(request, "people/members.html", context)


def one(request: HttpRequest, person: int) -> HttpResponse:
    """One person: change the role, suspend, resume, a new code, leave."""
    on = queries.today()
    found = get_object_or_404(Person, pk=person)
    held = [row for row in found.memberships.select_related("organisation").order_by("id") if row.holds(on)]
    if not held or not any(
        permissions.can(request.user, "members.manage", on=on, organisation=row.organisation.key) for row in held
    ):
        raise Http404
    organisation = held[0].organisation
    invitation = None
    if request.method == "POST":
        try:
            invitation = _act(request, found, organisation)
        except NotAllowed as refused:
            messages.error(request, said(refused))
        if invitation is None:
            return redirect(
                "people:member" if found.left_on is None else "people:members",
                *([found.pk] if found.left_on is None else []),
            )
    colleagues = {row.person for row in queries.members(organisation) if row.holds(on) and row.person.is_active}
    context = {
        "found": found,
        "held": held,
        "managed": organisation,
        "roles": roles_of(organisation),
        "colleagues": sorted(colleagues - {found}, key=str),
        "invitation": invitation,
    }
    return render(request, "people/member.html", context)


def _act(request: HttpRequest, found: Person, organisation: Organisation) -> accounts.Invitation | None:
    on, by = queries.today(), request.user
    successor = Person.objects.filter(pk=_number(request.POST.get("successor"))).first()
    deeds: dict[str, Callable[[], Any]] = {
        "role": lambda: accounts.change_role(found, organisation, role=_role(request, organisation), by=by, on=on),
        "suspend": lambda: accounts.suspend(found, by=by, on=on, reason=request.POST.get("reason", "")),
        "resume": lambda: accounts.resume(found, by=by, on=on),
        "code": lambda: accounts.renew_code(found, by=by, on=on),
        "leave": lambda: accounts.leave(found, by=by, on=on, successor=successor),
    }
    deed = deeds.get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404
    done = deed()
    if isinstance(done, accounts.Invitation):
        return done
    messages.success(request, _("已办理。"))
    return None


def enterprises(request: HttpRequest) -> HttpResponse:
    """Enterprises of the person's divisions that wait to be verified, and the code once one is."""
    on = queries.today()
    scope = queries.reach(request.user, "enterprises.verify", on=on)
    waiting = Organisation.objects.filter(scope.condition(region="division"), kind=Kind.ENTERPRISE, verified_on=None)
    invitation = None
    if request.method == "POST":
        found = get_object_or_404(waiting, pk=_number(request.POST.get("organisation")))
        try:
            invitation = accounts.verify_enterprise(found, by=request.user, on=on)
        except NotAllowed as refused:
            messages.error(request, said(refused))
    rows = [(row, _why_not(request, row)) for row in waiting.order_by("name")[:200]]
    return render(request, "people/enterprises.html", {"rows": rows, "invitation": invitation})


def _why_not(request: HttpRequest, organisation: Organisation) -> NotAllowed | None:
    try:
        permissions.check_can_verify(request.user, organisation, on=queries.today())
    except NotAllowed as refused:
        return refused
    return None


def _number(text: str | None) -> int:
    """A key as a form brings it; 0, which is nobody's, where it is no number."""
    return number_in(text or "") or 0


def _role(request: HttpRequest, organisation: Organisation) -> str:
    """The role chosen; 404 for one that such an organisation does not have, which no form offers."""
    role = request.POST.get("role", "")
    if role not in dict(roles_of(organisation)):
        raise Http404
    return role


def said(refused: NotAllowed) -> str:
    """The sentence in the page's language."""
    return refused.en if get_language() == "en" else refused.zh


def _managed(request: HttpRequest, key: str | None) -> Organisation:
    """The organisation asked for, else the person's own; only one whose people he manages."""
    on = queries.today()
    found = (
        Organisation.objects.filter(key=key).first()
        if key
        else queries.acting_for(request.user, "members.manage", on=on)
    )
    if found is None or not permissions.can(request.user, "members.manage", on=on, organisation=found.key):
        raise Http404
    return found
