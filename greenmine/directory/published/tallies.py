"""Counts of published mines, kept with every write (统计台账): by standing and tier, and by place, mineral, scale, year, square."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import connection, transaction

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

    Cells are written in one order, so that two writers wait for each other instead of both failing.
    """
    change = Counter(after)
    change.subtract(Counter(before))
    rows = [(*cell, by) for cell, by in sorted(change.items()) if by]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, [row for row in rows if row[-1] > 0])
        cursor.executemany(_TAKE, [(-row[-1], *row[:-1]) for row in rows if row[-1] < 0])


_TABLE = Tally._meta.db_table  # noqa: SLF001 -- Django's own way to a table's name
# An upsert that adds is one statement on both databases; Django's own would replace.
_ADD = (
    f"INSERT INTO {_TABLE} (kind, code, tier, standing, count) VALUES (%s, %s, %s, %s, %s) "
    f"ON CONFLICT (kind, code, tier, standing) DO UPDATE SET count = {_TABLE}.count + excluded.count"
)
_TAKE = f"UPDATE {_TABLE} SET count = count - %s WHERE kind = %s AND code = %s AND tier = %s AND standing = %s"
