"""Stored sheets (存储的事实表): one plain table per subject kind, one column per fact of the active dictionary.

Made by DDL when an edition is activated (a fact added by file needs no migration), filled in the same transaction as
the facts, rolled at midnight. Names, types and values of the columns are those the law's SQL reads (`law.sql.table`).
A mine's table also holds its holder's and its region's columns (`holder__…`, `region__…`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from greenmine.editions.edition import Edition
from greenmine.facts import bulk, reading
from greenmine.facts.models import StoredSheets
from greenmine.facts.sheets import sheet, with_paths
from greenmine.law import Dictionary, Fact, Sheet
from greenmine.law.sql.table import column, column_type, from_sql, to_sql

KINDS = ("mine", "enterprise", "agency", "person", "region")
PATHS = {"mine": {"holder": "enterprise", "region": "region"}}
KEY, REGION, MARKS = OWN_COLUMNS = ("subject_key", "sheet_region", "sheet_marks")
CHUNK = 500
LONGEST_COLUMN = 63  # PostgreSQL cuts longer names, silently


def table(kind: str) -> str:
    """The name of the table that holds the sheets of a kind."""
    return f"sheet_{kind}"


def columns(dictionary: Dictionary, kind: str) -> dict[str, Fact]:
    """Column name → fact: the kind's own facts, then those one hop away."""
    found = {fact.name: fact for fact in dictionary.for_subject(kind)}
    for path, other in PATHS.get(kind, {}).items():
        found |= {f"{path}.{fact.name}": fact for fact in dictionary.for_subject(other)}
    return found


def rebuild(edition: Edition, *, on: date, at: datetime) -> None:
    """Make the tables of an edition's dictionary anew and fill them from the records (版本启用时)."""
    for kind in KINDS:
        _create(edition.dictionary, kind)
        StoredSheets.objects.update_or_create(
            kind=kind,
            defaults={
                "edition": edition.id,
                "columns": list(columns(edition.dictionary, kind)),
                "rolled_on": on,
            },
        )
    for kind in reversed(KINDS):
        refresh(edition, kind, reading.keys(kind), on=on, at=at)


def refresh(edition: Edition, kind: str, keys: Iterable[str], *, on: date, at: datetime) -> int:
    """Compute the sheets of these subjects anew and store them; returns how many."""
    done = 0
    for chunk in bulk.chunks(keys, CHUNK):
        sheets = compute(edition, kind, chunk, on=on, at=at)
        _replace(edition.dictionary, kind, sheets)
        done += len(sheets)
    return done


def compute(edition: Edition, kind: str, keys: Sequence[str], *, on: date, at: datetime) -> list[Sheet]:
    """The sheets of these subjects on a day as known at a moment, with what they read one hop away."""
    own = _plain_sheets(edition, kind, keys, on, at)
    if kind not in PATHS:
        return [own[key] for key in keys]
    holders = reading.related(kind, keys, "holder", on=on, known_at=at)
    firms = reading.known_keys("enterprise", sorted(set(holders.values())))
    others = _plain_sheets(edition, "enterprise", sorted(firms), on, at)
    regions = _region_sheets(edition, {s.region_code for s in own.values() if s.region_code}, on, at)
    return [
        with_paths(
            own[key],
            holder=others.get(holders.get(key, "")),
            region=regions.get(own[key].region_code or ""),
        )
        for key in keys
    ]


def read(edition: Edition, kind: str, keys: Iterable[str]) -> dict[str, Sheet]:
    """The stored sheets of these subjects (without sources, which only the records hold)."""
    facts = columns(edition.dictionary, kind)
    names = ", ".join(connection.ops.quote_name(name) for name in (*OWN_COLUMNS, *map(column, facts)))
    found: dict[str, Sheet] = {}
    with connection.cursor() as cursor:
        for chunk in bulk.chunks(keys, CHUNK):
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(
                f"SELECT {names} FROM {connection.ops.quote_name(table(kind))} WHERE {KEY} IN ({marks})",
                chunk,
            )
            for row in cursor.fetchall():
                one = _from_row(kind, edition.dictionary, facts, row)
                found[one.key] = one
    return found


def _plain_sheets(edition: Edition, kind: str, keys: Sequence[str], on: date, at: datetime) -> dict[str, Sheet]:
    records = reading.records(edition.dictionary, kind, keys)
    return {
        key: sheet(
            kind,
            key,
            records[key],
            edition.dictionary,
            on=on,
            known_at=at,
            divisions=edition.divisions,
        )
        for key in keys
    }


def _region_sheets(edition: Edition, codes: Iterable[str], on: date, at: datetime) -> dict[str, Sheet]:
    """What is stated about each region or, where nothing is, about the nearest region above it."""
    chains = {code: list(edition.divisions.ancestors(code, on)) for code in codes}
    wanted = sorted({above for chain in chains.values() for above in chain})
    stated = sorted(reading.known_keys("region", wanted))
    if not stated:
        return {}
    sheets = _plain_sheets(edition, "region", stated, on, at)
    found: dict[str, Sheet] = {}
    for code, chain in chains.items():
        values: dict[str, Any] = {}
        marks: dict[str, str] = {}
        sources: dict[str, Any] = {}
        for above in reversed([one for one in chain if one in sheets]):
            values |= sheets[above].values
            marks |= sheets[above].marks
            sources |= sheets[above].sources
        if values or marks:
            found[code] = Sheet("region", code, code, values, marks, sources, edition.dictionary)
    return found


def _create(dictionary: Dictionary, kind: str) -> None:
    quote = connection.ops.quote_name
    facts = columns(dictionary, kind)
    too_long = [name for name in facts if len(column(name)) > LONGEST_COLUMN]
    if too_long:
        raise ValueError(
            f"事实名称超过 {LONGEST_COLUMN} 个字符 · fact names too long for a column: {', '.join(too_long)}"
        )
    lines = [f"{KEY} varchar(64) PRIMARY KEY", f"{REGION} varchar(6)", f"{MARKS} text"]
    lines += [f"{quote(column(name))} {column_type(fact, connection.vendor)}" for name, fact in facts.items()]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {quote(table(kind))}")
        cursor.execute(f"CREATE TABLE {quote(table(kind))} ({', '.join(lines)})")
        cursor.execute(f"CREATE INDEX {quote(table(kind) + '_region')} ON {quote(table(kind))} ({REGION})")


def _replace(dictionary: Dictionary, kind: str, sheets: Sequence[Sheet]) -> None:
    """Put sheets in place of the stored ones; columns nobody in this chunk knows stay NULL."""
    if not sheets:
        return
    facts = columns(dictionary, kind)
    known = {name for one in sheets for name in one.values}
    used = [name for name in facts if name in known]
    marks = ", ".join(["%s"] * len(sheets))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {connection.ops.quote_name(table(kind))} WHERE {KEY} IN ({marks})",
            [one.key for one in sheets],
        )
    rows = (
        [
            one.key,
            one.region_code,
            _marks(one.marks),
            *(to_sql(facts[name], one.values.get(name)) for name in used),
        ]
        for one in sheets
    )
    bulk.insert_into(table(kind), [*OWN_COLUMNS, *map(column, used)], rows)


def _marks(marks: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(marks.items()))) if marks else ""


def _from_row(kind: str, dictionary: Dictionary, facts: Mapping[str, Fact], row: Sequence[Any]) -> Sheet:
    key, region, marks, *cells = row
    values = {
        name: from_sql(fact, cell) for (name, fact), cell in zip(facts.items(), cells, strict=True) if cell is not None
    }
    return Sheet(kind, key, region, values, json.loads(marks) if marks else {}, {}, dictionary)
