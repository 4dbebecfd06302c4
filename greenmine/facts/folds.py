"""Folds (汇总): how dated rows — penalties, licences, yearly figures — become the one value the law reads.

Pure. A collection whose keeper has not declared it complete to the day folds to unknown, except where what is there
already settles the answer (one open penalty makes `any` true whatever else may be missing).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from greenmine.law import NONE

UNKNOWN = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a collection as known: when it began, when it was closed (履行、补正), and its lowered fields."""

    key: str
    from_on: date | None
    closed_on: date | None
    fields: Mapping[str, Any]


def fold(by: str, rows: Sequence[Row], field: str, *, on: date, complete: bool) -> Any:
    """The folded value on a day: a lowered value, law.NONE, or None where it is unknown."""
    happened = [row for row in rows if row.from_on is None or row.from_on <= on]
    if by == "count":
        return len(happened) if complete else UNKNOWN
    values: list[Any] = [row.fields.get(field) for row in happened]
    if by in ("any", "all"):
        return _settled(by == "any", values, complete)
    if by == "earliest_open":
        return _earliest_open(happened, field, on, complete)
    if by == "latest_closed_year" or by.startswith("year("):
        year = on.year - 1 if by == "latest_closed_year" else on.year + int(by[5:-1])
        return next(
            (row.fields.get(field) for row in happened if row.fields.get("year") == year),
            UNKNOWN,
        )
    if not complete or any(value is UNKNOWN for value in values):
        return UNKNOWN
    numbers = [value for value in values if value is not NONE]
    return NUMERIC[by](numbers) if numbers else NONE


def _settled(one_is_enough: bool, values: Sequence[Any], complete: bool) -> bool | None:
    """`any` is settled by one true, `all` by one false; otherwise every row must be known and none may be missing."""
    if one_is_enough in values:
        return one_is_enough
    return (not one_is_enough) if complete and UNKNOWN not in values else UNKNOWN


def _earliest_open(rows: Sequence[Row], field: str, on: date, complete: bool) -> Any:
    """The earliest day among rows still open; none where the collection is complete and nothing is open."""
    opened: list[Any] = [row.fields.get(field) for row in rows if row.closed_on is None or row.closed_on > on]
    if not complete or any(value is UNKNOWN for value in opened):
        return UNKNOWN
    days = [value for value in opened if value is not NONE]
    return min(days) if days else NONE


def _mean(numbers: Sequence[int]) -> int:
    """The mean rounded half up at the field's own scale: lowered decimals stay whole numbers."""
    total, count = sum(numbers), len(numbers)
    return (2 * total + count) // (2 * count)


NUMERIC: dict[str, Callable[[Sequence[int]], int]] = {
    "min": min,
    "max": max,
    "sum": sum,
    "mean": _mean,
}
BY = frozenset({"count", "any", "all", "earliest_open", "latest_closed_year", *NUMERIC})
