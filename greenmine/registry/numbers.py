"""Permanent numbers (永久编号): M00000001 for mines, E00000001 for enterprises; given once, never given again."""

from __future__ import annotations

from django.db import transaction

from greenmine.registry.models import Counter

LETTERS = {"mine": "M", "enterprise": "E"}


@transaction.atomic
def take(kind: str, count: int = 1) -> list[str]:
    """The next numbers of a kind; two transactions never get the same."""
    Counter.objects.get_or_create(kind=kind)
    counter = Counter.objects.select_for_update().get(kind=kind)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return [f"{LETTERS[kind]}{number:08d}" for number in range(first, first + count)]
