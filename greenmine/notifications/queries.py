"""What can be asked: what waits for a person, and what he was told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from greenmine.accounts import queries as accounts
from greenmine.notifications.models import Notice

if TYPE_CHECKING:
    from django.db.models import QuerySet


def for_person(person: Any, *, on: date) -> QuerySet[Notice]:
    """Everything addressed to this person, to his organisations, or to his roles in them; what is due first stands first."""
    mine = Q(person=person)
    for held in accounts.memberships(person, on=on):
        kind, key = held.organisation.address
        mine |= Q(to_kind=kind, to_key=key, role__in=["", held.role])
    return Notice.objects.filter(mine).order_by(F("due_on").asc(nulls_last=True), "-id")


def waiting(person: Any, *, on: date) -> QuerySet[Notice]:
    """To-dos that are not done (待办)."""
    return for_person(person, on=on).filter(kind=Notice.Kind.TODO, done_at=None)
