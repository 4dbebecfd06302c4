"""Cases on pages (案件): what each family of procedures is about, where its own page is, and which cases a person sees.

A case is internal. Who runs it, works on it, was asked, supervises it or got a copy sees it; a natural resources authority
also sees what runs in its region, as far as its roles may see the subject itself. Nobody else does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from greenmine.accounts import queries as people
from greenmine.accounts.matrix import matrix
from greenmine.accounts.models import Organisation
from greenmine.papers import queries as papers
from greenmine.papers.models import Paper
from greenmine.procedures.models import Case, CaseStep, Copy, Opinion, Supervision, WorkItem
from greenmine.web.components.notices import PLACES
from greenmine.web.components.numbers import number_in

SEE, NATURAL_RESOURCES = "cases.see", "natural_resources"


@dataclass(frozen=True, slots=True)
class Family:
    """What the cases of some step tables are about: the word of notices and papers for it, and the verb that sees it.

    `numbered` cases share their number with the thing itself; the others name it as their subject. What is not `regional`
    is seen by nobody but those who take part.
    """

    about: str
    verb: str
    numbered: bool = True
    regional: bool = True


FAMILIES: Final[Mapping[str, Family]] = {
    "misconduct-inquiry": Family("inquiry", "integrity.see"),
    "objection": Family("objection", "objections.handle", regional=False),  # who objected is protected
    "removal": Family("removal", "directory.see"),
    "holder-change": Family("change", "directory.see"),
    "legacy-list": Family("legacy", "directory.see"),
    "selection": Family("application", "selection.see", numbered=False),
    "national": Family("application", "selection.see", numbered=False),
}
PLAIN = Family("", SEE, numbered=False)


def family_of(table: str) -> Family:
    """The family of a step table: its own name, or what stands before its territory and year (selection-620000-2024)."""
    return FAMILIES.get(table) or FAMILIES.get(table.split("-", 1)[0], PLAIN)


def subject_of(case: Case) -> tuple[str, str]:
    """How notices and papers name what a case is about."""
    family = family_of(case.table)
    return (family.about, case.number) if family.about and family.numbered else (case.subject_kind, case.subject_key)


def place_of_case(case: Case) -> str:
    """The page of the thing itself on the authority's desk; empty where it has none."""
    kind, key = subject_of(case)
    name, takes_key = PLACES["authority"].get(kind, ("", False))
    if not name or name == "authority:case":
        return ""
    try:
        return reverse(name, args=[key] if takes_key else [])
    except NoReverseMatch:
        return ""


def papers_of(case: Case, person: Any, *, on: date) -> QuerySet[Paper]:
    """The papers about a case or its subject that this person may see."""
    kind, key = subject_of(case)
    about = Q(subject_kind="case", subject_key=case.number) | Q(subject_kind=kind, subject_key=key)
    if family_of(case.table).numbered:
        about |= Q(subject_kind=case.subject_kind, subject_key=case.subject_key, kind="minutes")
    return papers.for_person(person, on=on).filter(about)


def hidden_papers(case: Case, person: Any, *, on: date) -> int:
    """How many papers of a case this person may not see: then he is not handed the whole dossier.

    Those about the case and its own subject, those its steps name, and those made about the subject while it ran.
    """
    kind, key = subject_of(case)
    meanwhile = Q(subject_kind=case.subject_kind, subject_key=case.subject_key, made_on__gte=case.opened_on)
    if case.closed_on is not None:
        meanwhile &= Q(made_on__lte=case.closed_on)
    named = {_named(payload) for payload in case.steps.values_list("payload", flat=True)}
    about = Q(subject_kind="case", subject_key=case.number) | Q(subject_kind=kind, subject_key=key) | meanwhile
    found = Paper.objects.filter(about | Q(pk__in=named - {0}))
    seen = papers.for_person(person, on=on).filter(pk__in=found.values("pk"))
    return found.exclude(pk__in=seen.values("pk")).count()


def _named(payload: Any) -> int:
    """The paper that a step names; nothing has the number zero."""
    return number_in(str(payload.get("paper", ""))) or 0 if isinstance(payload, dict) else 0


def offices_of(person: Any, *, on: date) -> list[Organisation]:
    """The authorities for which a person sees cases."""
    held = {
        one.organisation.pk: one.organisation
        for one in people.memberships(person, on=on)
        if one.organisation.kind == "authority" and matrix().lets(one.organisation, one.role, SEE)
    }
    return list(held.values())


def cases_seen(person: Any, *, on: date) -> QuerySet[Case]:
    """The cases a person sees, the latest first."""
    offices = offices_of(person, on=on)
    if not offices:
        return Case.objects.none()
    seen = _takes_part(offices)
    if any(one.department == NATURAL_RESOURCES for one in offices):
        reach = people.scope_for(person, SEE, on=on)
        if reach is not None:
            seen |= reach.condition() & ~_hidden(person, on=on)
    return Case.objects.filter(seen).select_related("kept").order_by("-id")


def _takes_part(offices: list[Organisation]) -> Q:
    """Cases that one of these offices runs, works on, was asked about, supervises, got a copy of."""
    keys = [one.key for one in offices]
    addressed = Q(pk__in=[])
    for one in offices:
        kind, key = one.address
        addressed |= Q(to_kind=kind, to_key=key)
    own = Q(case=OuterRef("pk"))
    parties = Q(organisation__in=keys)
    return (
        parties
        | Q(Exists(CaseStep.objects.filter(own, parties)))
        | Q(Exists(Copy.objects.filter(own, parties)))
        | Q(Exists(Supervision.objects.filter(own, parties)))
        | Q(Exists(WorkItem.objects.filter(own, addressed)))
        | Q(Exists(Opinion.objects.filter(own, addressed)))
    )


def _hidden(person: Any, *, on: date) -> Q:
    """Families whose subject the person's roles may not see, or that are nobody's but their parties'."""
    hidden = Q(pk__in=[])
    for name, family in FAMILIES.items():
        if not family.regional or people.scope_for(person, family.verb, on=on) is None:
            hidden |= Q(table=name) | Q(table__startswith=f"{name}-")
    return hidden
