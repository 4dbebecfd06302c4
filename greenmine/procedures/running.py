"""The table by which a case runs: the text it was opened under (or migrated to), with what its readings said then."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from greenmine.editions import procedures as tables
from greenmine.editions.readings import Reading
from greenmine.law.steps import Table
from greenmine.procedures.models import Case, KeptTable


def table_of(case: Case) -> Table:
    """The table a case was opened under, its readings settled."""
    said = tuple(sorted((name, str(one["value"])) for name, one in case.readings.items()))
    return _settled(case.kept.content, case.table, said)


@lru_cache(maxsize=512)
def _settled(text: str, identifier: str, said: tuple[tuple[str, str], ...]) -> Table:
    return tables.read(text, identifier).settled(dict(said))


def keep(table: Table, text: str) -> KeptTable:
    """The text of a table, kept under its hash for every case that runs it."""
    kept, _ = KeptTable.objects.get_or_create(digest=table.digest, defaults={"table": table.id, "content": text})
    return kept


def as_kept(found: dict[str, Reading]) -> dict[str, Any]:
    """What readings say on the day, as a case remembers it."""
    return {
        name: {
            "value": one.value,
            "zh": one.words["zh"],
            "en": one.words["en"],
            "question": dict(one.question),
            "standing": dict(one.standing),
            "confirmed": one.is_confirmed,
            "document": one.document,
        }
        for name, one in found.items()
    }
