"""The table of sheets as SQL reads it: one column a fact, lowered values, NULL for unknown, a sentinel for none."""

from __future__ import annotations

from typing import Any

from greenmine.law.dictionary import NONE, Fact

SQL_NONE = -4_000_000_000_000_000_000
DIALECTS = ("sqlite", "postgresql")


def column(name: str) -> str:
    """The column of a fact as read: `scale`, `holder.x` → holder__x. Fact names never hold two underscores in a row."""
    return name.replace(".", "__")


def column_type(fact: Fact, dialect: str) -> str:
    """The column type of a fact: numbers and days are 64-bit, booleans the database's own, texts plain text."""
    if fact.type == "text":
        return "TEXT"
    if dialect == "sqlite":
        return "INTEGER"
    return {"boolean": "BOOLEAN", "enum": "INTEGER", "division": "INTEGER"}.get(fact.type, "BIGINT")


def to_sql(fact: Fact, lowered: Any) -> Any:  # noqa: ARG001 -- the pair of from_sql
    """A lowered value as it is stored: None for unknown, the sentinel for none."""
    return SQL_NONE if lowered is NONE else lowered


def from_sql(fact: Fact, stored: Any) -> Any:
    """The lowered value of a stored one."""
    if stored is None:
        return None
    if stored == SQL_NONE:
        return NONE
    return bool(stored) if fact.type == "boolean" else stored
