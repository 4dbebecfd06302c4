"""Importing a ledger (导入台账): upload, progress, preview with problems, recognise, commit all or the good rows, undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.registry import imports as importing
from greenmine.registry import queries as registry
from greenmine.registry.models import ImportBatch, ImportMatch
from greenmine.registry.permissions import NotAllowed, check_can_commit, check_can_undo
from greenmine.web.authority.asked import day_in, number_in
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition, refuse_unless
from greenmine.web.components.templatetags.regime import both, language

PAGE = 30
SHOWN = 100
NEW = "new"
RUNNING = {ImportBatch.State.UPLOADED, ImportBatch.State.READING, ImportBatch.State.COMMITTING}


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The imports of the person's scope, and the form for a new one."""
    error = ""
    if request.method == "POST":
        upload, as_of = request.FILES.get("file"), day_in(request.POST.get("as_of", ""))
        if upload is None or as_of is None:
            error = _("请选择文件并填写台账截至日")
        else:
            person, organisation = acting_for(request)
            try:
                batch = importing.upload(upload, as_of=as_of, by=person, organisation=organisation)
            except importing.CannotImport as refused:
                error = both(refused)
            else:
                return redirect("authority:import", batch.pk)
    found = registry.imports_for(request.user)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=after)
    rows = list(found[: PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        "next_after": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "today": today(),
        "error": error,
    }
    return render(request, "authority/imports.html", context)


@login_required
def page(request: HttpRequest, batch: int) -> HttpResponse:
    """One import as far as it has come."""
    return render(request, "authority/import.html", _context(request, _batch_or_404(request, batch)))


@login_required
def progress(request: HttpRequest, batch: int) -> HttpResponse:
    """The same as a fragment, asked for every second while the worker reads or writes."""
    return render(request, "authority/import_progress.html", _context(request, _batch_or_404(request, batch)))


@login_required
@require_POST
def remap(request: HttpRequest, batch: int) -> HttpResponse:
    """Read the file again with headings mapped by a person."""
    found = _batch_or_404(request, batch)
    mapping = dict(zip(request.POST.getlist("heading"), request.POST.getlist("fact"), strict=False))
    return _done(request, found, lambda: importing.remap(found, mapping))


@login_required
@require_POST
def recognise(request: HttpRequest, batch: int) -> HttpResponse:
    """A person says which mine an ambiguous row is."""
    found = _batch_or_404(request, batch)
    person, _organisation = acting_for(request)
    chosen = {
        row: "" if value == NEW else str(value)
        for name, value in request.POST.items()
        if name.startswith("row-") and value and (row := number_in(name.removeprefix("row-"))) is not None
    }

    def each_row() -> None:
        for row, mine in chosen.items():
            importing.recognise(found, row, mine, by=person)

    return _done(request, found, each_row)


@login_required
@require_POST
def commit(request: HttpRequest, batch: int) -> HttpResponse:
    """Write the import: everything, or the good rows only."""
    found = _batch_or_404(request, batch)
    person, _organisation = acting_for(request)
    good_only = bool(request.POST.get("good_rows_only"))
    return _done(request, found, lambda: importing.commit(found, good_rows_only=good_only, by=person, on=today()))


@login_required
@require_POST
def undo(request: HttpRequest, batch: int) -> HttpResponse:
    """Take a whole import back."""
    refuse_unless(request, "ledgers.undo")
    found = _batch_or_404(request, batch)
    person, _organisation = acting_for(request)
    return _done(request, found, lambda: importing.undo(found, by=person, on=today()))


def _done(request: HttpRequest, batch: ImportBatch, act: Any) -> HttpResponse:
    try:
        act()
    except (NotAllowed, importing.CannotImport) as refused:
        messages.error(request, both(refused))
    return redirect("authority:import", batch.pk)


def _batch_or_404(request: HttpRequest, batch: int) -> ImportBatch:
    found = registry.imports_for(request.user).filter(pk=batch).first()
    if found is None:
        raise Http404
    return found


def _context(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    matches = list(batch.matches.exclude(how=ImportMatch.How.AMBIGUOUS).order_by("row")[: SHOWN + 1])
    problems = list(registry.problems_of(batch)[: SHOWN + 1])
    return {
        "batch": batch,
        "progress": importing.progress_of(batch),
        "running": batch.state in RUNNING,
        "why_not_all": _why_not(check_can_commit, batch),
        "may_undo": not _why_not(check_can_undo, batch),
        "unmapped": batch.unmapped,
        "fact_options": [
            (fact.name, fact.label[language()]) for fact in current_edition().dictionary.for_subject("mine")
        ],
        "ambiguous": _with_options(
            request, list(batch.matches.filter(how=ImportMatch.How.AMBIGUOUS).order_by("row")[:SHOWN])
        ),
        "problems": problems[:SHOWN],
        "more_problems": len(problems) > SHOWN,
        "matches": matches[:SHOWN],
        "more_matches": len(matches) > SHOWN,
    }


def _why_not(check: Any, batch: ImportBatch) -> str:
    """The sentence that refuses a step now, in the language of the page; empty where it may be done."""
    try:
        check(batch)
    except NotAllowed as refused:
        return both(refused)
    return ""


def _with_options(request: HttpRequest, matches: list[ImportMatch]) -> list[Any]:
    keys = {key for match in matches for key in match.candidates}
    names = dict(registry.mines_for(request.user).filter(key__in=keys).values_list("key", "name")) if keys else {}
    for match in matches:
        match.options = [(key, names.get(key, key)) for key in match.candidates]  # type: ignore[attr-defined]
    return matches
