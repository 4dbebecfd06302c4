"""The agency's engagements (承接的评估): the list, one of them while it lasts, the mine's papers while it lasts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from greenmine.assessment import queries as assessment
from greenmine.assessment.models import Assessment, ItemEvidence
from greenmine.assessment.scoring import standard_by
from greenmine.assessors import queries
from greenmine.assessors.conflicts import PERSONAL, QUESTIONS
from greenmine.assessors.models import Engagement, Question
from greenmine.assessors.permissions import can, check_can_see_content
from greenmine.assessors.teams import hints
from greenmine.evidence.models import Provenance
from greenmine.fieldwork.hindrances import hindrances
from greenmine.fieldwork.models import Fieldwork
from greenmine.web.assessor import teams
from greenmine.web.assessor.engagements_acts import ACTS
from greenmine.web.components import reports
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition
from greenmine.web.components.engagements import acted, frame, inside, line_of, questions_of, signed_of, turns
from greenmine.web.components.files import file_response
from greenmine.web.components.numbers import number_in

PAGE = 50
OPEN, ENDED = "open", "ended"
ASKING = ("declared", "desk_reviewed", "questions_settled", "entry_noticed", "visited")
SIGNING = ("team_named", "declared", "desk_reviewed", "questions_settled", "entry_noticed")


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The agency's own engagements, the latest first; those that ended keep their line."""
    words, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    found = queries.engagements_for(request.user, on=today())
    for word in words.split():
        found = found.filter(Q(mine_name__icontains=word) | Q(number__icontains=word))
    if state == OPEN:
        found = found.exclude(state__in=queries.ENDED)
    elif state == ENDED:
        found = found.filter(state__in=queries.ENDED)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=after)
    page = list(found[: PAGE + 1])
    context = {
        "rows": [line_of(one, on=today()) for one in page[:PAGE]],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "words": words,
        "state": state,
    }
    return render(request, "assessor/engagements.html", context)


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One engagement. Before the commission: what has to be declared. Afterwards nothing but its line."""
    return render(request, "assessor/engagement.html", _context(request, _engagement_or_404(request, number)))


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Take a step; a refusal keeps what was typed."""
    engagement = _engagement_or_404(request, number)
    refused = acted(request, ACTS, engagement)
    if refused is None:
        return redirect("assessor:engagement", number)
    again = _engagement_or_404(request, number)
    context = _context(request, again, request.POST) | {"error": refused}
    return render(request, "assessor/engagement.html", context, status=400)


@login_required
def file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A file that the mine sent with an answer, while the content is open."""
    engagement = _open_or_404(request, number)
    sent = Question.objects.filter(engagement=engagement).values("evidence")
    found = Provenance.objects.select_related("file").filter(pk=provenance, pk__in=sent).first()
    if found is None:
        raise Http404
    return file_response(request, found)


@login_required
def self_assessment(request: HttpRequest, number: str) -> HttpResponse:
    """The mine's self-assessment exactly as it was submitted, while the content is open."""
    engagement = _open_or_404(request, number)
    found = _own_word(request, engagement)
    shown = reports.frozen_page(found) if found is not None else None
    context = {"engagement": engagement, "assessment": found, "file_base": request.path, **(shown or {})}
    return render(request, "assessor/engagement_self.html", context | {"shown": shown is not None})


@login_required
def self_assessment_paper(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The submitted report as a file, while the content is open."""
    found = _own_word(request, _open_or_404(request, number))
    made = reports.frozen_file(request, found, form) if found is not None else None
    if made is None:
        raise Http404
    return made


@login_required
def self_assessment_file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A file of that self-assessment's evidence; who opened it is remembered."""
    found = _own_word(request, _open_or_404(request, number))
    links = ItemEvidence.objects.filter(assessment=found, provenance=provenance) if found is not None else None
    link = links.select_related("provenance__file").first() if links is not None else None
    if link is None or link.provenance is None:
        raise Http404
    return file_response(request, link.provenance)


def _own_word(request: HttpRequest, engagement: Engagement) -> Assessment | None:
    """The submitted self-assessment that the engagement opens to the agency; none for a blind sample."""
    if engagement.purpose == Engagement.Purpose.BLIND:
        return None
    found = assessment.assessments_for(request.user, on=today()).filter(
        party=Assessment.Party.SELF, mine=engagement.mine, state=Assessment.State.SUBMITTED
    )
    return found.order_by("-pk").first()


def _context(request: HttpRequest, engagement: Engagement, typed: Any = None) -> dict[str, Any]:
    on = today()
    is_open, zh, en = can(check_can_see_content, request.user, engagement, on=on)
    context: dict[str, Any] = {
        **line_of(engagement, on=on),
        "today": on,
        "is_open": is_open,
        "closed": {"zh": zh, "en": en},
        "typed": typed or {},
        "turns": turns(request, engagement, "agency", on=on),
        "tie_questions": questions_of(QUESTIONS, typed),
        "own_word": engagement.declarations.filter(party="agency", key=engagement.agency.key).order_by("-id").first(),
    }
    return context | (_within(request, engagement, typed) if is_open else {})


def _within(request: HttpRequest, engagement: Engagement, typed: Any) -> dict[str, Any]:
    """What only an engaged agency sees."""
    on, edition = today(), current_edition()
    within = inside(engagement)
    person, _organisation = acting_for(request)
    file = Fieldwork.objects.filter(engagement=engagement.number).select_related("leader", "desk_review").first()
    turn = turns(request, engagement, "agency", on=on)
    naming = turn.get("name_team") or turn.get("change_team")
    signers = [one for one in within["team"] if one.assessor.account_id in (None, person.pk)]
    return {
        **frame(request, engagement, on=on),
        **within,
        "naming": naming,
        "candidates": teams.candidates(edition, engagement, typed, on=on) if naming else [],
        "covered": teams.covered(edition, within["team"], on=on),
        "hints": hints(edition, engagement, on=on) if within["team"] else [],
        "signers": [
            {"member": one, "signed": signed_of(within["declarations"], one.assessor.key)}
            for one in signers
            if engagement.state in SIGNING
        ],
        "personal_questions": questions_of(PERSONAL, typed),
        "may_ask": engagement.state in ASKING,
        "has_self": _own_word(request, engagement) is not None,
        "file": file,
        "item_names": [one.name for one in standard_by(file.standard, file.standard_digest).indicators] if file else [],
        "missing": hindrances(file, on=on) if file and engagement.state in ("entry_noticed", "visited", "returned") else [],
    }  # fmt: skip


def _engagement_or_404(request: HttpRequest, number: str) -> Engagement:
    found = _own(request).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _open_or_404(request: HttpRequest, number: str) -> Engagement:
    """The engagement while its content is open to the agency; afterwards as if it were not there."""
    found = _engagement_or_404(request, number)
    if not queries.content_is_open(request.user, found, on=today()):
        raise Http404
    return found


def _own(request: HttpRequest) -> QuerySet[Engagement]:
    return queries.engagements_for(request.user, on=today())
