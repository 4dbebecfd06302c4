"""Permanent numbers: A0000001 for agencies, P0000001 for people who assess, X0000001 for experts; WT-2026-0001 for engagements."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from greenmine.registry.models import Counter

LETTERS = {"agency": "A", "assessor": "P", "expert": "X"}


@transaction.atomic
def take(kind: str) -> str:
    """The next permanent number of a kind; two transactions never get the same."""
    return f"{LETTERS[kind]}{_next(kind):07d}"


def take_yearly(prefix: str, on: date) -> str:
    """The next number of a year: WT-2026-0001."""
    return f"{prefix}-{on.year}-{_next(f'{prefix}-{on.year}'):04d}"


@transaction.atomic
def _next(kind: str) -> int:
    Counter.objects.get_or_create(kind=kind)
    counter = Counter.objects.select_for_update().get(kind=kind)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
