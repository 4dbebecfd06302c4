"""What can be asked of facts: sheets as stored or as of any day, and the statements behind a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet

from greenmine.editions.edition import Edition
from greenmine.facts import stored
from greenmine.facts.models import (
    Change,
    CollectionRecord,
    Cursor,
    FactRecord,
    Relation,
    StoredSheets,
)
from greenmine.law import Sheet
from greenmine.law.sql.table import column

BATCH = 2_000


def sheet_of(edition: Edition, kind: str, key: str, *, on: date, known_at: datetime) -> Sheet:
    """The sheet of one subject on any day, as known at any moment, with the source of every value."""
    return stored.compute(edition, kind, [key], on=on, at=known_at)[0]


def sheets_of(edition: Edition, kind: str, keys: Sequence[str], *, on: date, known_at: datetime) -> list[Sheet]:
    """The sheets of many subjects on any day, as known at any moment."""
    return stored.compute(edition, kind, keys, on=on, at=known_at)


def stored_sheets(edition: Edition, kind: str, keys: Iterable[str]) -> dict[str, Sheet]:
    """The stored sheets (today, now) of these subjects, without sources."""
    return stored.read(edition, kind, keys)


def sheet_table(kind: str) -> str:
    """The table the stored sheets of a kind lie in, for the law's SQL."""
    return stored.table(kind)


def rolled_on(kind: str = "mine") -> date | None:
    """The day the stored sheets speak of; None before the first edition is active."""
    return StoredSheets.objects.filter(kind=kind).values_list("rolled_on", flat=True).first()


def statements(kind: str, key: str, name: str | None = None) -> QuerySet[FactRecord]:
    """Everything ever stated about a subject (one fact or all), the latest first."""
    found = FactRecord.objects.filter(subject_kind=kind, subject_key=key)
    return (found if name is None else found.filter(name=name)).order_by("-recorded_at", "-id")


def statements_of_act(act: str) -> QuerySet[FactRecord]:
    """What one act (an import, a form) stated."""
    return FactRecord.objects.filter(act=act)


def evidence_of(statements_of: Iterable[int | None]) -> dict[int, list[str]]:
    """Statement → the ids of the files that came with it; statements without any are absent."""
    wanted = [number for number in statements_of if number is not None]
    found = FactRecord.objects.filter(pk__in=wanted).exclude(evidence=[]).values_list("pk", "evidence")
    return dict(found)


def changes_after(reader: str, limit: int = BATCH) -> list[Change]:
    """The changes a reader has not seen, in an order that never overtakes an open transaction."""
    cursor = Cursor.objects.filter(reader=reader).first()
    seen = (cursor.transaction, cursor.change) if cursor else (0, 0)
    later = Q(transaction__gt=seen[0]) | Q(transaction=seen[0], id__gt=seen[1])
    found = Change.objects.filter(later).order_by("transaction", "id")
    if connection.vendor == "postgresql":
        found = found.filter(transaction__lt=_first_unsettled_transaction())
    return list(found[:limit])


def unseen_changes(reader: str) -> int:
    """How many changes wait for a reader: the worker's backlog."""
    cursor = Cursor.objects.filter(reader=reader).first()
    seen = (cursor.transaction, cursor.change) if cursor else (0, 0)
    return Change.objects.filter(Q(transaction__gt=seen[0]) | Q(transaction=seen[0], id__gt=seen[1])).count()


def subjects(kind: str, *, region_prefix: str = "", having: str | None = None) -> Iterator[str]:
    """The keys of the stored sheets of a kind in a region, in order; `having` names a fact that must be known."""
    quote = connection.ops.quote_name
    known = f" AND {quote(column(having))} IS NOT NULL" if having else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {stored.KEY} FROM {quote(stored.table(kind))} "
            f"WHERE COALESCE({stored.REGION}, '') LIKE %s{known} ORDER BY {stored.KEY}",
            [f"{region_prefix}%"],
        )
        yield from (row[0] for row in cursor.fetchall())


NOBODY_ELSE = 2**62
UNSETTLED = """
WITH moment AS (SELECT GREATEST(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
                                COALESCE(pg_current_xact_id_if_assigned()::text::bigint, 0)) AS latest),
     running AS (
       SELECT (latest / 4294967296) * 4294967296 + backend_xid::text::bigint AS number, latest
       FROM pg_stat_activity, moment
       WHERE datname = current_database() AND backend_type = 'client backend'
         AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL)
SELECT min(CASE WHEN number > latest + 2147483648 THEN number - 4294967296 ELSE number END) FROM running
"""


def _first_unsettled_transaction() -> int:
    """Every other transaction of this database with a smaller number has ended; a reader's own counts as settled.

    Asked of this database only: a long transaction of another one in the same cluster must not hold the worker up.
    PostgreSQL shows running transactions with 32 of their 64 bits; the rest is that of the latest number known.
    """
    with connection.cursor() as cursor:
        cursor.execute(UNSETTLED)
        oldest = cursor.fetchone()[0]
    return NOBODY_ELSE if oldest is None else int(oldest)


def moved_by_the_calendar(kind: str, after: date, until: date) -> set[str]:
    """The subjects whose sheets change between two days without anybody saying anything: something begins or ends."""
    holding = Q(holds_from__gt=after, holds_from__lte=until) | Q(holds_to__gt=after, holds_to__lte=until)
    rows = Q(from_on__gt=after, from_on__lte=until) | Q(closed_on__gt=after, closed_on__lte=until)
    if after.year != until.year:
        rows = Q()  # a year has closed: every yearly figure may fold anew
    found: set[str] = set()
    for records, span in (
        (FactRecord, holding),
        (Relation, holding),
        (CollectionRecord, rows),
    ):
        of_kind = records.objects.filter(span, subject_kind=kind)
        found |= set(of_kind.values_list("subject_key", flat=True).distinct())
    return found


def held_by(enterprises: Sequence[str]) -> list[str]:
    """The mines that any of these enterprises holds or held: those whose sheets read `holder.…`."""
    found = Relation.objects.filter(path="holder", other_kind="enterprise", other_key__in=enterprises)
    return sorted(set(found.values_list("subject_key", flat=True)))
