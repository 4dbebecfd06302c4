"""What can be asked of papers: those about a subject, and those a person may see."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from greenmine.accounts import queries as accounts
from greenmine.papers import kinds
from greenmine.papers.models import Paper


def about(kind: str, key: str) -> QuerySet[Paper]:
    """The papers about one subject, latest first. Not scoped: for rooms that have checked the subject."""
    return Paper.objects.filter(subject_kind=kind, subject_key=key).select_related("docx", "pdf").order_by("-id")


def for_person(person: Any, *, on: date) -> QuerySet[Paper]:
    """The papers a person may see.

    His organisation's own, those addressed to it once served, and, once signed, those of a kind whose verb reaches the
    region or the enterprise they concern.
    """
    held = accounts.memberships(person, on=on)
    if not held:
        return Paper.objects.none()
    own = [one.organisation.key for one in held]
    seen = Q(organisation__in=own) | Q(addressed_to__in=own, state=Paper.State.SERVED)
    for verb, of_kind in _kinds_by_verb(tuple(kinds.names())).items():
        reach = accounts.scope_for(person, verb, on=on)
        if reach is not None:
            within = reach.condition(region="region_code", enterprise="enterprise")
            seen |= Q(kind__in=of_kind) & ~Q(state=Paper.State.DRAFT) & within
    return Paper.objects.filter(seen).select_related("docx", "pdf", "replaces", "receipt").order_by("-id")


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
