"""Closed gates (未通过的关口): those of the region that nobody has passed, each with its lines and the form for a written ground."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from greenmine.evidence import actions as evidence
from greenmine.gates import actions as gates
from greenmine.gates import queries
from greenmine.gates.models import GateCheck
from greenmine.selection.queries import applications_for
from greenmine.web.authority.asked import number_in
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.gates import shown
from greenmine.web.components.selection import REFUSALS, Refusal, refusal_of

PAGE = 50


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The closed checks in reach that nobody has passed, the latest first; an application that could not be filed is among them."""
    found = queries.checks_for(request.user, on=today()).filter(outcome=GateCheck.Outcome.CLOSED, passed__isnull=True)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=after)
    page = list(found[: PAGE + 1])
    rows = [
        {"check": one, "passable": all(line["passable"] for line in one.closing), "closing": one.closing}
        for one in page[:PAGE]
    ]
    context = {"rows": rows, "next_after": page[PAGE - 1].pk if len(page) > PAGE else ""}
    return render(request, "authority/selection_gates.html", context)


@login_required
def page(request: HttpRequest, check: int) -> HttpResponse:
    """One check; POST passes it on a written ground, by whoever may and did not run it."""
    found = queries.checks_for(request.user, on=today()).select_related("book").filter(pk=check).first()
    if found is None:
        raise Http404
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            _pass(request, found)
        except REFUSALS as caught:
            refused = refusal_of(caught)
        else:
            messages.success(request, _("已说明理由通过该关口，理由将随公开信息公布"))
            return redirect("authority:gate_check", check)
    application = None
    if found.about_kind == "application":
        application = applications_for(request.user, on=today()).filter(number=found.about_key).first()
    context: dict[str, Any] = {
        "shown": shown(found, request.user, on=today()),
        "check": found,
        "application": application,
        "refused": refused,
        "typed": request.POST,
    }
    return render(request, "authority/selection_gate.html", context, status=400 if refused else 200)


def _pass(request: HttpRequest, check: GateCheck) -> None:
    """Pass it; the file that came with the ground is kept only where it is passed."""
    person, organisation = acting_for(request)
    on, upload = today(), request.FILES.get("ground_file")
    with transaction.atomic():
        kept = (
            [
                evidence.keep(
                    upload, by=person, on=on, subject=(check.about_kind, check.about_key), title="关口通过理由材料",
                    region_code=check.region_code,
                )
            ]
            if upload is not None
            else []
        )  # fmt: skip
        gates.pass_closed(
            check, ground=request.POST.get("ground", ""), evidence=kept, by=person, organisation=organisation, on=on
        )
