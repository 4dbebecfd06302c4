"""Dated figures about third parties (参数): looked up by id and day, with confidence and source; never a number in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from greenmine.editions.edition import Edition

SURE = "S"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that holds on a day: its clause where one names it, how sure it is, and where it comes from."""

    id: str
    title: Mapping[str, str]
    value: Decimal
    confidence: str
    cite: str
    source: Mapping[str, str]

    @property
    def whole(self) -> int:
        """The figure as a whole number."""
        return int(self.value)

    @property
    def sure(self) -> bool:
        """Whether it is sourced; what is not refuses nothing by itself."""
        return self.confidence == SURE


def figure(edition: Edition, identifier: str, on: date) -> Figure | None:
    """The figure that holds on a day; None where the rulebook has none (unknown)."""
    value = edition.values.get(identifier)
    version = value.on(on) if value is not None else None
    row = version.rows.get(()) if version is not None else None
    if value is None or version is None or row is None:
        return None
    return Figure(
        identifier, value.title, Decimal(value.show(row.value)), row.confidence, version.cite, dict(version.source)
    )


def figures(edition: Edition, prefix: str, on: date) -> list[Figure]:
    """Every figure whose id begins so and that holds on a day, in the order of the file."""
    names = (name for name in edition.values if name.startswith(prefix))
    return [found for name in names if (found := figure(edition, name, on)) is not None]
