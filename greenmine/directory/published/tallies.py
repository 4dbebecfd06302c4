"""Counts of published mines, kept with every write (统计台账): by standing and tier, and by place, mineral, scale, year, square."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from greenmine.directory.published.models import PublishedMine, Tally

Cell = tuple[str, str, str, str]


def cells(mine: PublishedMine) -> list[Cell]:
    """Where a mine is counted."""
    codes = {
        "all": "", "province": mine.province, "prefecture": mine.prefecture, "mineral": mine.mineral, "scale": mine.scale,
        "year": str(mine.year or ""), "cell": mine.cell,
    }  # fmt: skip
    return [(kind, code, mine.tier, mine.standing) for kind, code in codes.items() if code or kind == "all"]


@transaction.atomic
def move(before: Iterable[Cell], after: Iterable[Cell]) -> None:
    """Take mines out of the cells where they were counted and into those where they are now.

    Cells are locked in one order, so that two writers wait for each other instead of both failing.
    """
    change = Counter(after)
    change.subtract(Counter(before))
    for kind, code, tier, standing in sorted(cell for cell, by in change.items() if by):
        by = change[kind, code, tier, standing]
        found = Tally.objects.filter(kind=kind, code=code, tier=tier, standing=standing)
        if not found.update(count=F("count") + by):
            made, is_new = Tally.objects.get_or_create(
                kind=kind, code=code, tier=tier, standing=standing, defaults={"count": by}
            )
            if not is_new:  # another writer made it meanwhile
                Tally.objects.filter(pk=made.pk).update(count=F("count") + by)
