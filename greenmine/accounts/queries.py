"""What can be asked of people: which roles they hold on a day, and how far each verb reaches for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from greenmine.accounts.matrix import Matrix, matrix
from greenmine.accounts.models import Membership, Organisation, Person, SavedView
from greenmine.accounts.scope import Scope, division_prefix, union
from greenmine.accounts.vocabulary import SECOND_FACTOR_ROLES, Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

CHINA = ZoneInfo("Asia/Shanghai")


def memberships(person: Any, *, on: date) -> tuple[Membership, ...]:
    """The roles held on this day, read once for each person object and day; none for nobody and the suspended."""
    if not isinstance(person, Person) or not person.is_active:
        return ()
    kept: dict[date, tuple[Membership, ...]] = person.__dict__.setdefault("_memberships_by_day", {})
    if on not in kept:
        rows = person.memberships.select_related("organisation").order_by("id")
        kept[on] = tuple(row for row in rows if row.holds(on))
    return kept[on]


def scope_for(person: Any, verb: str, *, on: date, table: Matrix | None = None) -> Scope | None:
    """How far this person may do this on this day; None if not at all."""
    found = [
        _scope(held.organisation, extent)
        for held in memberships(person, on=on)
        if (extent := (table or matrix()).lets(held.organisation, held.role, verb))
    ]
    return union(found) if found else None


def _scope(organisation: Organisation, extent: str) -> Scope:
    if extent == "all":
        return Scope(everything=True)
    if extent == "region":
        if not organisation.division:
            return Scope()
        return Scope(divisions=(division_prefix(organisation.division),), organisations=(organisation.key,))
    enterprises = (organisation.enterprise,) if organisation.enterprise else ()
    return Scope(enterprises=enterprises, organisations=(organisation.key,))


def today() -> date:
    """The day it is in China. Only desks, tasks and commands ask."""
    return datetime.now(CHINA).date()


def reach(person: Any, verb: str = "mines.see", *, on: date | None = None) -> Scope:
    """As scope_for, with an empty scope for nothing: what row filters use. Without a day, today in China."""
    return scope_for(person, verb, on=on or today()) or Scope()


def roles(person: Any, *, on: date) -> frozenset[str]:
    """The roles held on this day, wherever."""
    return frozenset(held.role for held in memberships(person, on=on))


def needs_second_factor(person: Any, *, on: date) -> bool:
    """Whether a one-time password is required of this person (签发 and above, operators)."""
    return any(Role(role) in SECOND_FACTOR_ROLES for role in roles(person, on=on))


def main_organisation(person: Any, *, on: date) -> Organisation | None:
    """The organisation for which the person acts when nothing else is said: that of the first role held."""
    held = memberships(person, on=on)
    return held[0].organisation if held else None


def members(organisation: Organisation) -> QuerySet[Membership]:
    """Everybody who holds or held a role there."""
    return organisation.memberships.select_related("person").order_by("person__name", "id")


def holders(organisation: Organisation, role: str, *, on: date) -> list[Person]:
    """The active people who hold this role there on this day."""
    rows = organisation.memberships.filter(role=role, person__is_active=True).select_related("person")
    return [row.person for row in rows if row.holds(on)]


def saved_views(person: Any, page: str) -> list[SavedView]:
    """The filters this person keeps for a list, by name."""
    return list(SavedView.objects.filter(person_id=person.pk, page=page).order_by("name"))


def acting_for(person: Any, verb: str, *, on: date) -> Organisation | None:
    """The organisation whose role lets the person do this: the one an act is recorded for."""
    for held in memberships(person, on=on):
        if matrix().lets(held.organisation, held.role, verb):
            return held.organisation
    return None


def find_address(kind: str, key: str) -> Organisation | None:
    """The organisation that is addressed as this, if it has an account here."""
    column = {"enterprise": "enterprise", "third_party": "key"}.get(kind, "division")
    rows = Organisation.objects.filter(**{column: key})
    return next((found for found in rows.order_by("id") if found.address == (kind, key)), None)
