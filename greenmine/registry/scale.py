"""Size class (生产规模): large, medium or small, from the capacity and the table for mineral and method. Pure.

Only a sourced row of the table makes a class; one from memory or inferred gives a hint for a person, never a fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from greenmine.editions.edition import Edition
from greenmine.law import NONE

CAPACITY = "designed_capacity"
TABLES = {"large": "mine-scale-large", "medium": "mine-scale-medium"}


@dataclass(frozen=True, slots=True)
class SizeClass:
    """The class, whether every row it rests on is sourced, and the words that say how it came about."""

    code: str
    sure: bool
    words: Mapping[str, str]


def size_class(edition: Edition, values: Mapping[str, Any], *, on: date) -> SizeClass | None:
    """The class of a mine with these lowered values on a day; None where capacity, mineral, method or table is missing."""
    capacity = values.get(CAPACITY)
    if capacity is None or capacity is NONE or any(table not in edition.values for table in TABLES.values()):
        return None
    rows = {}
    for code, name in TABLES.items():
        version = edition.values[name].on(on)
        key = tuple(values.get(fact) for fact in edition.values[name].keys)
        row = version.rows.get(key) if version is not None and None not in key else None
        if row is None:
            return None
        rows[code] = row
    scale_of = edition.dictionary[CAPACITY].scale - edition.values[TABLES["large"]].scale
    code = next((c for c in ("large", "medium") if capacity >= rows[c].value * 10**scale_of), "small")
    return SizeClass(code, not any(row.is_low for row in rows.values()), _words(edition, code, rows))


def _words(edition: Edition, code: str, rows: Mapping[str, Any]) -> dict[str, str]:
    table = edition.values[TABLES["large"]]
    large, medium = (table.show(rows[c].value) for c in ("large", "medium"))
    label = edition.dictionary["scale"].domain[code] if "scale" in edition.dictionary else {"zh": code, "en": code}
    return {
        "zh": f"按规模划分表计算：大型≥{large}，中型≥{medium}，为{label['zh']}",
        "en": f"from the size table: large ≥ {large}, medium ≥ {medium}: {label['en']}",
    }
