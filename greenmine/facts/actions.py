"""What can happen to facts: something is stated, a collection grows, a statement is taken back, the day turns.

Every action writes the records, a row of changes, and the stored sheets of the subjects it touches, in one transaction.
The day of the stored sheets is the day they were last rolled to; the moment of recording is the clock's, always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from greenmine.editions.edition import Edition
from greenmine.facts import bulk, queries, reading, stored
from greenmine.facts.models import (
    Change,
    CollectionComplete,
    CollectionRecord,
    Cursor,
    FactRecord,
    MigratedHistory,
    Relation,
    StoredSheets,
)
from greenmine.facts.statements import (
    CannotState,
    Source,
    Statement,
    canonical_value,
    check,
    check_together,
)
from greenmine.law.problems import ValueProblem

FIELDS = (
    "subject_kind", "subject_key", "name", "value", "holds_from", "holds_to", "source", "organisation", "stated_by",
    "evidence", "note", "act", "recorded_at",
)  # fmt: skip
CHANGE = ("subject_kind", "subject_key", "names", "act", "transaction", "recorded_at")
Subject = tuple[str, str]
after_commit: list[Callable[[], None]] = []  # config puts here what wakes the worker


@dataclass(frozen=True, slots=True)
class Stated:
    """What an action recorded: how many statements about how many subjects, under which act."""

    statements: int
    subjects: int
    act: str


@transaction.atomic
def state(
    edition: Edition,
    statement: Statement,
    *,
    source: Source,
    act: str = "",
    imported: bool = False,
) -> Stated:
    """State one fact (填报事实). CannotState or ValueProblem says why not."""
    return state_many(edition, [statement], source=source, act=act, imported=imported)


@transaction.atomic
def state_many(
    edition: Edition,
    statements: Iterable[Statement],
    *,
    source: Source,
    act: str = "",
    imported: bool = False,
) -> Stated:
    """State many facts as one act: all of them or, where one is refused, none."""
    listed = list(statements)
    check_together(edition.dictionary, listed)
    at = timezone.now()
    rows = [_row(edition, one, source, act, at, imported=imported) for one in listed]
    return record(edition, rows, act=act, at=at)


def record(edition: Edition, rows: Sequence[Sequence[Any]], *, act: str, at: datetime) -> Stated:
    """Record rows that have been checked (in the order of FIELDS); the path of imports, which check as they read."""
    bulk.insert(FactRecord, FIELDS, rows)
    names: dict[Subject, list[str]] = {}
    for row in rows:
        names.setdefault((row[0], row[1]), []).append(row[2])
    touch(edition, names, act=act, at=at)
    return Stated(len(rows), len(names), act)


def touch(edition: Edition, names: dict[Subject, list[str]], *, act: str, at: datetime) -> None:
    """Write a change for each subject and bring its stored sheet (and those that read it one hop away) up to date."""
    number = _transaction_number()
    bulk.insert(
        Change,
        CHANGE,
        [(kind, key, ",".join(sorted(set(said))), act, number, at) for (kind, key), said in names.items()],
    )
    by_kind: dict[str, list[str]] = {}
    for kind, key in names:
        by_kind.setdefault(kind, []).append(key)
    for kind in (
        "region",
        "enterprise",
        "mine",
        *sorted(set(by_kind) - {"region", "enterprise", "mine"}),
    ):
        if kind in by_kind:
            _refresh(edition, kind, by_kind[kind], act=act, at=at, number=number)
    transaction.on_commit(_wake)


@transaction.atomic
def withdraw(edition: Edition, act: str) -> int:
    """Take back everything one act stated (撤销导入); what was known before now stays as it was known."""
    at = timezone.now()
    names: dict[Subject, list[str]] = {}
    for records, name in (
        (FactRecord, "name"),
        (CollectionRecord, "record"),
        (Relation, "path"),
    ):
        standing = records.objects.filter(act=act, withdrawn_at__isnull=True)
        for kind, key, said in standing.values_list("subject_kind", "subject_key", name):
            names.setdefault((kind, key), []).append(said)
        standing.update(withdrawn_at=at)
    touch(edition, names, act=f"undo:{act}", at=at)
    return sum(len(said) for said in names.values())


@transaction.atomic
def relate(
    edition: Edition,
    path: str,
    subject: Subject,
    other: Subject,
    *,
    since: date | None,
    act: str = "",
) -> Relation:
    """Record what one subject is to another from a day: the holder of a mine. An open earlier relation ends that day."""
    at = timezone.now()
    found = Relation.objects.create(
        path=path, subject_kind=subject[0], subject_key=subject[1], other_kind=other[0], other_key=other[1],
        holds_from=since, act=act, recorded_at=at,
    )  # fmt: skip
    touch(edition, {subject: [path]}, act=act, at=at)
    return found


@transaction.atomic
def add_row(
    edition: Edition, subject: Subject, record_kind: str, row_key: str, *, source: Source, fields: dict[str, Any],
    from_on: date | None = None, closed_on: date | None = None, evidence: Sequence[str] = (), act: str = "",
) -> CollectionRecord:  # fmt: skip
    """Record a row of a collection (a penalty, a licence); the same row key again is a correction."""
    at = timezone.now()
    row = CollectionRecord.objects.create(
        subject_kind=subject[0], subject_key=subject[1], record=record_kind, row_key=row_key, from_on=from_on,
        closed_on=closed_on, fields=fields, source=source.actor, organisation=source.organisation,
        stated_by=source.label, evidence=list(evidence), act=act, recorded_at=at,
    )  # fmt: skip
    touch(edition, {subject: [record_kind]}, act=act, at=at)
    return row


@transaction.atomic
def declare_complete(edition: Edition, subject: Subject, record_kind: str, *, to: date, source: Source) -> None:
    """A keeper declares that a collection of a subject is complete to a day (台账完整)."""
    at = timezone.now()
    CollectionComplete.objects.create(
        subject_kind=subject[0], subject_key=subject[1], record=record_kind, complete_to=to, stated_by=source.label,
        recorded_at=at,
    )  # fmt: skip
    touch(edition, {subject: [record_kind]}, act="", at=at)


@transaction.atomic
def declare_history(edition: Edition, region_code: str, *, to: date, reason: str, by: str) -> MigratedHistory:
    """An operator declares that a region's history from before go-live is complete to a day (历史数据完整性声明).

    From then on a fact the system keeps and nobody stated is none in that region, instead of unknown.
    """
    at = timezone.now()
    if not reason.strip():
        raise CannotState(
            "请说明依据：历史数据由谁核对完整",
            "say on what ground: who checked that the history is complete",
        )
    declared = MigratedHistory.objects.create(
        region_code=region_code,
        complete_to=to,
        reason=reason,
        declared_by=by,
        recorded_at=at,
    )
    keys = list(queries.subjects("mine", region_prefix=edition.divisions.prefix(region_code)))
    touch(
        edition,
        {("mine", key): [] for key in keys},
        act=f"history:{declared.pk}",
        at=at,
    )
    return declared


@transaction.atomic
def roll(edition: Edition, *, on: date) -> int:
    """Turn the stored sheets to a day (at midnight, Asia/Shanghai): what begins or ends to hold by the calendar alone."""
    at = timezone.now()
    names: dict[Subject, list[str]] = {}
    for sheets in StoredSheets.objects.select_for_update().filter(rolled_on__lt=on):
        for key in queries.moved_by_the_calendar(sheets.kind, sheets.rolled_on, on):
            names[sheets.kind, key] = []
    StoredSheets.objects.update(rolled_on=on)
    touch(edition, names, act=f"roll:{on}", at=at)
    return len(names)


@transaction.atomic
def rebuild(edition: Edition, *, on: date) -> None:
    """Make and fill the stored sheets of an edition's dictionary (版本启用时); every mine is a change to be judged anew."""
    at, number = timezone.now(), _transaction_number()
    stored.rebuild(edition, on=on, at=at)
    bulk.insert(
        Change, CHANGE, (("mine", key, "", f"edition:{edition.id[:12]}", number, at) for key in reading.keys("mine"))
    )
    transaction.on_commit(_wake)


@transaction.atomic
def move_cursor(reader: str, to: Change) -> None:
    """Remember that a reader of the changes has dealt with everything up to this one."""
    Cursor.objects.update_or_create(
        reader=reader,
        defaults={
            "transaction": to.transaction,
            "change": to.pk,
            "moved_at": timezone.now(),
        },
    )


def _row(
    edition: Edition,
    one: Statement,
    source: Source,
    act: str,
    at: datetime,
    *,
    imported: bool,
) -> tuple[Any, ...]:
    fact = check(edition.dictionary, one, source, imported=imported)
    try:
        value = canonical_value(fact, one.value)
    except ValueProblem as refused:
        raise CannotState(refused.zh, refused.en) from refused
    return (
        one.kind, one.key, one.name, value, one.since, one.until, source.actor, source.organisation, source.label,
        list(one.evidence), one.note, act, at,
    )  # fmt: skip


def _refresh(edition: Edition, kind: str, keys: list[str], *, act: str, at: datetime, number: int) -> None:
    """Stored sheets of the subjects themselves, then of the mines that read them one hop away."""
    on = queries.rolled_on(kind)
    if on is None:
        return
    stored.refresh(edition, kind, keys, on=on, at=at)
    readers: list[str] = []
    if kind == "enterprise":
        readers = list(queries.held_by(keys))
    elif kind == "region":
        prefixes = {edition.divisions.prefix(key) for key in keys}
        readers = sorted({mine for prefix in prefixes for mine in queries.subjects("mine", region_prefix=prefix)})
    if readers:
        bulk.insert(Change, CHANGE, [("mine", key, "", act, number, at) for key in readers])
        stored.refresh(edition, "mine", readers, on=on, at=at)


def _transaction_number() -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])


def _wake() -> None:
    for wake in after_commit:
        wake()
