"""Applications of the enterprise (申报): its own, the batches it may join, and beginning one for a mine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as accounts_queries
from greenmine.assessment import queries as assessment
from greenmine.directory import queries as directory
from greenmine.directory.models import Entry, Removal
from greenmine.evaluation.models import MineStanding
from greenmine.papers import queries as papers
from greenmine.papers.models import Paper
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine
from greenmine.selection import actions as selection
from greenmine.selection import queries
from greenmine.selection.models import Application, Batch
from greenmine.selection.permissions import why_not
from greenmine.selection.preparing import check_fits
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.numbers import number_in
from greenmine.web.components.selection import REFUSALS, Refusal, line_of, refusal_of, who
from greenmine.web.enterprise.asked import mine_or_404

PAGE = 30
MOST_BATCHES = 20
MOST_ENTRIES = 200
MOST_PAPERS = 20
TOLD = ("listed", "rectifying", "removed", "ended")  # a proposal is the authorities' until its prior notice is served


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The enterprise's applications, the latest first, and the batches that are open today."""
    found = queries.applications_for(request.user, on=today()).select_related("batch").order_by("-pk")
    if (after := number_in(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=after)
    page = list(found[: PAGE + 1])
    waiting = set(
        Application.objects.filter(pk__in=[one.pk for one in page], returns__isnull=False, returns__answered_on=None)
        .order_by()
        .values_list("pk", flat=True)
    )
    context = {
        "rows": [{**line_of(one, on=today()), "returned": one.pk in waiting} for one in page[:PAGE]],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "batches": _open_batches(request),
        "entries": _entries(request),
        "papers": list(_served(request)[:MOST_PAPERS]),
        "may_prepare": accounts.can(request.user, "selection.prepare", on=today()),
        "today": today(),
    }
    return render(request, "enterprise/applications.html", context)


def _entries(request: HttpRequest) -> list[dict[str, Any]]:
    """The enterprise's mines in the directories, with their certificates; what is only proposed is not told before its notice."""
    found = list(directory.entries_for(request.user, on=today())[:MOST_ENTRIES])
    told = Removal.objects.filter(entry__in=found, noticed_on__isnull=False, outcome="").order_by("id")
    noticed = {one.entry_id: one.noticed_on for one in told}
    return [
        {
            "entry": one,
            "standing": one.get_state_display() if one.state in TOLD or one.pk in noticed else Entry.State.LISTED.label,
            "noticed_on": noticed.get(one.pk),
        }
        for one in found
    ]


def _served(request: HttpRequest) -> Any:
    """The papers that were served on the enterprise, the latest first."""
    on = today()
    houses = [held.organisation.key for held in accounts_queries.memberships(request.user, on=on)]
    served = papers.standing(papers.for_person(request.user, on=on)).filter(addressed_to__in=houses)
    return served.filter(state=Paper.State.SERVED).order_by("-served_on", "-pk")


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Choose the mine, then the batch; what is ready and what is missing is shown before anything is written."""
    asked = request.POST if request.method == "POST" else request.GET
    key = asked.get("mine", "").strip()
    batches = _open_batches(request)
    if not key:
        return _choose_mine(request, batches)
    mine = mine_or_404(request, key)
    fitting = [one for one in batches if why_not(check_fits, one, mine, on=today()) is None]
    batch = next((one for one in fitting if one.number == asked.get("batch", "")), fitting[0] if fitting else None)
    refused: Refusal | None = None
    if request.method == "POST":
        person, organisation = acting_for(request)
        if batch is None or batch.number != asked.get("batch", ""):
            raise Http404
        try:
            made = selection.prepare(batch, mine.key, **who(person, organisation))
        except REFUSALS as caught:
            refused = refusal_of(caught)
        else:
            messages.success(request, _("已开始填写 %(number)s，材料已按已知事实带入") % {"number": made.number})
            return redirect("enterprise:application", made.number)
    context = {"mine": mine, "batch": batch, "batches": fitting, "refused": refused, **_readiness(request, mine)}
    return render(request, "enterprise/application_new.html", context, status=400 if refused else 200)


def _choose_mine(request: HttpRequest, batches: Sequence[Batch]) -> HttpResponse:
    """The mines to choose from, each with where it stands and the application it has under way."""
    words = request.GET.get("q", "").strip()
    mines = registry.mines_for(request.user)
    if words:
        mines = registry.search(mines, words)
    page = list(mines.filter(key__gt=request.GET.get("after", "")).order_by("key")[: PAGE + 1])
    keys = [mine.key for mine in page]
    under_way = queries.applications_for(request.user, on=today()).filter(
        mine__in=keys, closed_on=None, tier="provincial"
    )
    open_ones = {one.mine: one for one in under_way}
    standings = {row.mine: row for row in MineStanding.objects.filter(mine__in=keys)}
    accounts_of = assessment.assessments_for(request.user, on=today()).filter(party="self", state="submitted")
    last = {one.mine: one for one in accounts_of.filter(mine__in=keys).defer("frozen").order_by("submitted_on", "pk")}
    context = {
        "rows": [
            {"mine": one, "open": open_ones.get(one.key), "standing": standings.get(one.key), "last": last.get(one.key)}
            for one in page[:PAGE]
        ],
        "next_after": page[PAGE - 1].key if len(page) > PAGE else "",
        "q": words,
        "batches": batches,
    }
    return render(request, "enterprise/application_mine.html", context)


def _readiness(request: HttpRequest, mine: Mine) -> dict[str, Any]:
    """What is there for an application of this mine today, and what each gate would say."""
    on = today()
    open_one = (
        queries.applications_for(request.user, on=on).filter(mine=mine.key, closed_on=None, tier="provincial").first()
    )
    account = (
        assessment.assessments_for(request.user, on=on)
        .filter(mine=mine.key, party="self", state="submitted")
        .order_by("-submitted_on", "-pk")
        .first()
    )
    return {
        "open_one": open_one,
        "account": account,
        "gates": gates_of(mine.key),
        "state_url": reverse("authority:state_fact", args=[mine.key]),
        "may_prepare": accounts.can(request.user, "selection.prepare", on=on),
    }


def gates_of(mine: str) -> list[dict[str, Any]]:
    """The preview of each gate (预审): what would stop, what is unsettled, how much is fine."""
    return [
        {
            "gate": gate,
            "pressing": [line for line in gate.lines if line.outcome != "fine"],
            "fine": sum(line.outcome == "fine" for line in gate.lines),
        }
        for gate in assessment.gates_preview(mine, on=today())
    ]


def _open_batches(request: HttpRequest) -> list[Batch]:
    """The provincial batches that take applications today, the one that closes first on top."""
    on = today()
    found = queries.batches_for(request.user, on=on).filter(
        tier="provincial", issued_on__isnull=False, opens_on__lte=on, closes_on__gte=on
    )
    return list(found.order_by("closes_on", "pk")[:MOST_BATCHES])
