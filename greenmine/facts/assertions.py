"""Assertions (陈述): what one source says of one subject, as it lies in the records. Pure shapes, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Assertion:
    """One statement: the lowered value, the days it holds (`until` is the first day it no longer does) and its source.

    `withdrawn_at` is the moment the statement was taken back whole (an undone import); what was known before then stays.
    """

    name: str
    value: Any
    since: date | None
    until: date | None
    source: str
    organisation: str
    recorded_at: datetime
    sequence: int
    withdrawn_at: datetime | None = None
    label: str = ""

    def holds(self, on: date) -> bool:
        """Whether the statement is about this day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)

    def known(self, at: datetime) -> bool:
        """Whether the statement stood in the records at this moment."""
        return self.recorded_at <= at and (self.withdrawn_at is None or at < self.withdrawn_at)


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """One row of a collection (a penalty, a licence, a year's figures) as one source recorded it."""

    record: str
    key: str
    from_on: date | None
    closed_on: date | None
    fields: dict[str, Any]
    recorded_at: datetime
    sequence: int
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Completeness:
    """A keeper's declaration that a collection of a subject is complete to a day (台账完整性声明)."""

    record: str
    complete_to: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """An operator's declaration that a region's migrated history is complete to a day (历史数据完整性声明)."""

    region: str
    complete_to: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Records:
    """All that is recorded of one subject; `region` is the division it lies in, where that is known apart."""

    assertions: tuple[Assertion, ...] = ()
    rows: tuple[CollectionRow, ...] = ()
    completeness: tuple[Completeness, ...] = ()
    histories: tuple[History, ...] = ()
