"""Kept evidence, handed out (下载佐证): to whom may see its subject."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from greenmine.accounts import queries as accounts
from greenmine.evidence.models import Provenance
from greenmine.papers import queries as papers
from greenmine.selection import queries as selection
from greenmine.web.components.cases import cases_seen
from greenmine.web.components.clock import today
from greenmine.web.components.files import file_response

# What is handed out on its own page only, by its own rights: an objection, a removal nobody decided on, a letter.
ON_THEIR_OWN_PAGE = frozenset({"incoming", "inquiry", "letter", "notice", "objection", "package", "removal", "shared"})


def one(request: HttpRequest, provenance: int) -> HttpResponseBase:
    """One file under the name it was brought with; 404 for what lies outside the person's scope."""
    found = get_object_or_404(Provenance.objects.select_related("file"), pk=provenance)
    scope = accounts.reach(request.user, "mines.see")
    within = scope.covers(region=found.region_code or None, organisation=found.organisation)
    if papers.is_file_of_a_paper(found.pk) or not (within and _sees_subject(request, found)):
        within = _is_of_paper(request, found)
    if not within:
        raise Http404
    return file_response(request, found)


def _sees_subject(request: HttpRequest, found: Provenance) -> bool:
    """An application's file is seen with the application, an opinion's with its case: a region alone is no right to them."""
    if found.subject_kind == "application":
        return selection.applications_for(request.user, on=today()).filter(number=found.subject_key).exists()
    if found.subject_kind == "case":
        return cases_seen(request.user, on=today()).filter(number=found.subject_key).exists()
    return found.subject_kind not in ON_THEIR_OWN_PAGE


def _is_of_paper(request: HttpRequest, found: Provenance) -> bool:
    """Whether it is a file of a paper that the person may see: a report is what many a fact rests on."""
    of_paper = Q(docx=found) | Q(pdf=found)
    return papers.for_person(request.user, on=today()).filter(of_paper).exists()
