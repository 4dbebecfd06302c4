"""Many rows at once: the plain INSERT of SQLite and the COPY of PostgreSQL, for imports of whole ledgers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models

CHUNK = 5_000
PLAIN = frozenset({str, int, float, bool, bytes, type(None)})  # what a driver takes as it is
T = TypeVar("T")


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows of the named fields; returns how many. Values are plain: str, int, bool, date, datetime, list, None."""
    names = [str(getattr(model._meta.get_field(name), "column", name)) for name in columns]  # noqa: SLF001 -- Django's documented Meta API
    return insert_into(model._meta.db_table, names, rows)  # noqa: SLF001 -- as above


def insert_into(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows into a table that may be no model (the stored sheets)."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    if connection.vendor == "postgresql":
        return _copy(f"COPY {quote(table)} ({names}) FROM STDIN", rows)
    marks = ", ".join(["%s"] * len(columns))
    return _insert(f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})", rows)


def _insert(statement: str, rows: Iterable[Sequence[Any]]) -> int:
    total = 0
    with connection.cursor() as cursor:
        for chunk in chunks(rows, CHUNK):
            cursor.executemany(statement, [[v if v.__class__ in PLAIN else _plain(v) for v in row] for row in chunk])
            total += len(chunk)
    return total


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> int:
    total = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([json.dumps(v, ensure_ascii=False) if isinstance(v, list | dict) else v for v in row])
            total += 1
    return total


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return _day_or_moment(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False) if value else ("[]" if isinstance(value, list) else "{}")
    return value


@lru_cache(maxsize=1024)
def _day_or_moment(value: date) -> Any:
    """Days and moments repeat in their thousands: each is written once."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value)


def chunks(items: Iterable[T], size: int) -> Iterable[list[T]]:
    """The items in lists of at most `size`."""
    chunk: list[T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
