"""Kept evidence, handed out (下载佐证): to whom may see its subject."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from greenmine.accounts import queries as accounts
from greenmine.evidence.models import Provenance
from greenmine.papers import queries as papers
from greenmine.web.components.clock import today
from greenmine.web.components.files import file_response


def one(request: HttpRequest, provenance: int) -> HttpResponseBase:
    """One file under the name it was brought with; 404 for what lies outside the person's scope."""
    found = get_object_or_404(Provenance.objects.select_related("file"), pk=provenance)
    scope = accounts.reach(request.user, "mines.see")
    within = scope.covers(region=found.region_code or None, organisation=found.organisation)
    if papers.is_file_of_a_paper(found.pk) or not within:
        within = _is_of_paper(request, found)
    if not within:
        raise Http404
    return file_response(request, found)


def _is_of_paper(request: HttpRequest, found: Provenance) -> bool:
    """Whether it is a file of a paper that the person may see: a report is what many a fact rests on."""
    of_paper = Q(docx=found) | Q(pdf=found)
    return papers.for_person(request.user, on=today()).filter(of_paper).exists()
