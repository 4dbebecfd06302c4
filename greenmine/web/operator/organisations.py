"""Organisations (单位): all of them, and a new one with its first administrator; their people have pages of their own."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from greenmine.accounts.credit_code import BadCreditCode
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.accounts.vocabulary import Kind
from greenmine.web.components.clock import today
from greenmine.web.components.numbers import number_in
from greenmine.web.components.templatetags.regime import both
from greenmine.web.operator import actions
from greenmine.web.operator.forms import OrganisationForm

PAGE = 50


def page(request: HttpRequest) -> HttpResponse:
    """The organisations, filtered, and the form; the one-time code is on this answer only."""
    form, founded = OrganisationForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            founded = actions.found_organisation(**form.cleaned_data, by=cast("Person", request.user), on=today())
            form = OrganisationForm()
        except NotAllowed as refused:
            form.add_error(None, both(refused))
        except BadCreditCode as refused:
            form.add_error("credit_code", str(refused))
    kind, words, after = (request.GET.get(name, "").replace("\0", "").strip() for name in ("kind", "q", "after"))
    rows = Organisation.objects.order_by("-id")
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    if words:
        rows = rows.filter(name__contains=words)
    if (before := number_in(after)) is not None:
        rows = rows.filter(pk__lt=before)
    shown = list(rows[: PAGE + 1])
    context = {
        "form": form,
        "founded": founded,
        "invitation": founded.invitation if founded else None,
        "rows": shown[:PAGE],
        "next_after": shown[PAGE - 1].pk if len(shown) > PAGE else "",
        "kinds": Kind.choices,
        "kind": kind,
        "q": words,
    }
    return render(request, "operator/organisations.html", context)
