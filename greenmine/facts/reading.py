"""Reading the records (读取记录): from rows of the database to the pure shapes that `sheets` works on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from greenmine.facts.assertions import (
    Assertion,
    CollectionRow,
    Completeness,
    History,
    Records,
)
from greenmine.facts.models import (
    CollectionComplete,
    CollectionRecord,
    FactRecord,
    MigratedHistory,
    Relation,
)
from greenmine.law import Dictionary, Fact

ASSERTION = (
    "subject_key", "name", "value", "holds_from", "holds_to", "source", "organisation", "recorded_at", "id",
    "withdrawn_at", "stated_by",
)  # fmt: skip


def keys(kind: str) -> Iterator[str]:
    """The keys of every subject of a kind of which anything is recorded, in order."""
    stated = FactRecord.objects.filter(subject_kind=kind).values_list("subject_key", flat=True)
    rows = CollectionRecord.objects.filter(subject_kind=kind).values_list("subject_key", flat=True)
    related = Relation.objects.filter(subject_kind=kind).values_list("subject_key", flat=True)
    return iter(sorted({*stated.distinct(), *rows.distinct(), *related.distinct()}))


def known_keys(kind: str, wanted: Sequence[str]) -> set[str]:
    """Which of these subjects anything is stated about."""
    found: set[str] = set()
    for records_of in (FactRecord, CollectionRecord, CollectionComplete):
        of_kind = records_of.objects.filter(subject_kind=kind, subject_key__in=wanted)
        found |= set(of_kind.values_list("subject_key", flat=True).distinct())
    return found


def records(dictionary: Dictionary, kind: str, wanted: Sequence[str]) -> dict[str, Records]:
    """All that is recorded of each subject; facts that the dictionary no longer knows are passed over."""
    assertions = _assertions(dictionary, kind, wanted)
    rows = _rows(dictionary, kind, wanted)
    complete: dict[str, list[Completeness]] = defaultdict(list)
    for one in CollectionComplete.objects.filter(subject_kind=kind, subject_key__in=wanted):
        complete[one.subject_key].append(Completeness(one.record, one.complete_to, one.recorded_at))
    histories = tuple(
        History(one.region_code, one.complete_to, one.recorded_at) for one in MigratedHistory.objects.order_by("id")
    )
    return {
        key: Records(
            tuple(assertions.get(key, ())),
            tuple(rows.get(key, ())),
            tuple(complete.get(key, ())),
            histories,
        )
        for key in wanted
    }


def related(kind: str, wanted: Sequence[str], path: str, *, on: date, known_at: datetime) -> dict[str, str]:
    """Subject → the one other subject it stands in this relation to on a day; the latest recorded wins."""
    found = Relation.objects.filter(
        Q(holds_from__isnull=True) | Q(holds_from__lte=on),
        Q(holds_to__isnull=True) | Q(holds_to__gt=on),
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_at),
        subject_kind=kind,
        subject_key__in=wanted,
        path=path,
        recorded_at__lte=known_at,
    ).order_by("recorded_at", "id")
    return dict(found.values_list("subject_key", "other_key"))


def _assertions(dictionary: Dictionary, kind: str, wanted: Sequence[str]) -> dict[str, list[Assertion]]:
    found: dict[str, list[Assertion]] = defaultdict(list)
    lowered: dict[tuple[str, str], Any] = {}
    records_of = FactRecord.objects.filter(subject_kind=kind, subject_key__in=wanted).order_by("id")
    for (
        key,
        name,
        value,
        since,
        until,
        source,
        organisation,
        at,
        sequence,
        withdrawn,
        label,
    ) in records_of.values_list(*ASSERTION):
        if name not in dictionary:
            continue
        if (name, value) not in lowered:
            lowered[name, value] = dictionary[name].parse(json.loads(value))
        found[key].append(
            Assertion(
                name,
                lowered[name, value],
                since,
                until,
                source,
                organisation,
                at,
                sequence,
                withdrawn,
                label,
            )
        )
    return found


def _rows(dictionary: Dictionary, kind: str, wanted: Sequence[str]) -> dict[str, list[CollectionRow]]:
    found: dict[str, list[CollectionRow]] = defaultdict(list)
    folding = {(fact.fold["record"], fact.fold.get("field", "")): fact for fact in dictionary.values() if fact.fold}
    for row in CollectionRecord.objects.filter(subject_kind=kind, subject_key__in=wanted).order_by("id"):
        fields = {name: _field(folding.get((row.record, name)), value) for name, value in row.fields.items()}
        found[row.subject_key].append(
            CollectionRow(
                row.record,
                row.row_key,
                row.from_on,
                row.closed_on,
                fields,
                row.recorded_at,
                row.id,
                row.withdrawn_at,
            )
        )
    return found


def _field(fact: Fact | None, value: Any) -> Any:
    """A row's field, lowered by the fact it folds to; fields no fact folds (a number, a year) stay as they are."""
    return value if fact is None else fact.parse(value)
