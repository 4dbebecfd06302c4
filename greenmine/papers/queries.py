"""What can be asked of papers: those about a subject, and those a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from greenmine.accounts import queries as accounts
from greenmine.accounts.matrix import matrix
from greenmine.accounts.models import Person
from greenmine.notifications import queries as notices
from greenmine.papers import kinds, permissions, steps, telling
from greenmine.papers.composing import compose
from greenmine.papers.content import Content
from greenmine.papers.models import Paper, PaperMark
from greenmine.papers.permissions import UNSIGNED


def about(kind: str, key: str) -> QuerySet[Paper]:
    """The papers about one subject, latest first. Not scoped: for rooms that have checked the subject."""
    return Paper.objects.filter(subject_kind=kind, subject_key=key).select_related("docx", "pdf").order_by("-id")


def for_person(person: Any, *, on: date) -> QuerySet[Paper]:
    """The papers a person may see.

    His organisation's own, those addressed to it once served, and, once signed, those of a kind whose verb reaches the
    region or the enterprise they concern. Confidential kinds: in their own organisation, for who has the verb there.
    """
    held = accounts.memberships(person, on=on)
    if not held:
        return Paper.objects.none()
    own = [one.organisation.key for one in held]
    names = tuple(kinds.names())
    confidential = _confidential(names)
    seen = Q(organisation__in=own) & ~Q(kind__in=confidential) | Q(addressed_to__in=own, state=Paper.State.SERVED)
    for verb, of_kind in _kinds_by_verb(names).items():
        reach = accounts.scope_for(person, verb, on=on)
        if reach is None:
            continue
        within = reach.condition(region="region_code", enterprise="enterprise")
        seen |= Q(kind__in=[one for one in of_kind if one not in confidential]) & ~Q(state__in=UNSIGNED) & within
        offices = [one.organisation.key for one in held if matrix().lets(one.organisation, one.role, verb)]
        seen |= Q(kind__in=[one for one in of_kind if one in confidential], organisation__in=offices)
    found = Paper.objects.filter(seen).select_related("docx", "pdf", "replaces", "receipt", "official")
    return found.order_by("-id")


@dataclass(frozen=True, slots=True)
class StepOfPaper:
    """One step of a paper's way for its page: whether it is behind it, whether it is next, and what makes the button grey."""

    step: steps.Step
    done: bool
    next: bool
    refusal: Exception | None


def way(paper: Paper, person: Person, *, on: date) -> list[StepOfPaper]:
    """The steps of a paper in order, with the sentence that says why this person may not take each now."""
    kind = permissions.kind_of(paper)
    coming = steps.next_of(kind, paper.state)
    return [
        StepOfPaper(
            step,
            steps.is_done(kind, paper.state, step.id),
            coming is not None and coming.id == step.id,
            permissions.why_not(permissions.CHECKS[step.id], person, paper, on=on),
        )
        for step in steps.way_of(kind)
    ]


def content_of(paper: Paper) -> Content:
    """What stands in a paper, for reading on a page; pictures by their captions only."""
    return compose(
        permissions.kind_of(paper), paper.fields, organisation=paper.organisation_name, number=paper.number,
        signed_on=paper.signed_on, pictures=lambda _: b"",
    )  # fmt: skip


def marks(paper: Paper) -> list[PaperMark]:
    """What was done to a paper, first things first."""
    return list(paper.marks.order_by("id"))


def receipts_of(paper: Paper) -> QuerySet[Paper]:
    """The receipts (送达回证) drawn up for a paper."""
    return about("paper", str(paper.pk)).filter(kind="service-receipt")


def is_file_of_a_paper(provenance: int) -> bool:
    """Whether a kept file is one of a paper's: it is handed out by the rights of the paper alone."""
    forms = Q(docx=provenance) | Q(pdf=provenance) | Q(official=provenance) | Q(receipt=provenance)
    return Paper.objects.filter(forms).exists()


def waiting_for(person: Person, *, on: date) -> QuerySet[Paper]:
    """The papers on which this person was told that it is his turn (待本人办理)."""
    turn = notices.waiting(person, on=on).filter(about_kind="paper", verb__in=(telling.TURN, telling.RETURNED))
    keys = [int(key) for key in turn.values_list("about_key", flat=True) if key.isdecimal()]
    return for_person(person, on=on).filter(pk__in=keys)


def standing(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    """Without those that a correction replaced."""
    return papers.filter(replaced_by__isnull=True)


def of_kind(papers: QuerySet[Paper], kind: str) -> Paper | None:
    """The latest standing paper of a kind."""
    return standing(papers).filter(kind=kind).order_by("-id").first()


@lru_cache(maxsize=4)
def _kinds_by_verb(names: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(kinds.kind(name).seen_by, []).append(name)
    return found


@lru_cache(maxsize=4)
def _confidential(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if kinds.kind(name).confidential]
