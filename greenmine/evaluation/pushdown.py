"""Judging everybody inside the database (全量判定): the packed outcomes of every mine, straight from the stored sheets.

Used when a day turns: most mines come to exactly what they came to yesterday, and only the others are judged in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import connection, transaction

from greenmine.editions.edition import Edition
from greenmine.evaluation.packing import NOT_COVERED, letter
from greenmine.evaluation.reading import bound_on
from greenmine.evaluation.recording import rule_order
from greenmine.facts import queries as facts
from greenmine.law import compile_sql

FETCHED = 2_000


def packed_outcomes(edition: Edition, *, on: date) -> Iterator[tuple[str, str]]:
    """(mine, packed outcomes) of every stored sheet on a day; the stored sheets must have been rolled to it."""
    order = rule_order(edition)
    batch = compile_sql(
        bound_on(edition, on), connection.vendor, facts.sheet_table("mine"), kind="mine", key="subject_key"
    )
    places = [batch.rules.index(rule) if rule in batch.rules else None for rule in order]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL jit = off")  # compiling a statement of this width costs more than it saves
        cursor.execute(batch.select)
        while rows := cursor.fetchmany(FETCHED):
            for key, *words in rows:
                cells = batch.unpack(words)
                yield key, "".join(_letter(cells[place]) if place is not None else NOT_COVERED for place in places)


def _letter(cell: tuple[object, bool] | None) -> str:
    return NOT_COVERED if cell is None else letter(str(cell[0]), counted=cell[1])
