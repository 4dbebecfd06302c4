"""The tables assessments read (tables.yaml): headings of the documents, stages, receivers of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from greenmine.editions.territories import Divisions

FILE = Path(__file__).with_name("tables.yaml")
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of a document, and what places an item under it."""

    document: str
    id: str
    name: Words
    cite: str
    dimensions: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who receives a report in a territory; `by_default` where the text names no level."""

    territory: str
    to: str
    cite: str
    by_default: bool


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def groupings() -> dict[str, list[Heading]]:
    """Document → its headings in order."""
    return {
        document: [
            Heading(
                document, row["id"], {"zh": row["zh"], "en": row["en"]}, row["cite"], tuple(row.get("dimensions", ())),
                tuple(row.get("provisions", ())), tuple(row.get("tags", ())),
            )
            for row in grouping["headings"]
        ]
        for document, grouping in _read()["headings"].items()
    }  # fmt: skip


def grouping_title(document: str) -> Words:
    """What a document's grouping is called."""
    title: Words = _read()["headings"][document]["title"]
    return title


def receiver(divisions: Divisions, region_code: str) -> Receiver:
    """Who receives the report of a mine in this division; the most particular territory goes first."""
    rows = [Receiver(row["territory"], row["to"], row["cite"], row["by_default"]) for row in _read()["receivers"]]
    return next(row for row in rows if divisions.covers(row.territory, region_code))


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of building a mine, what places an item in it, and in which states a mine is at it."""

    heading: Heading
    statuses: frozenset[str]


@lru_cache(maxsize=1)
def stages() -> tuple[Stage, ...]:
    """The stages in order (规划、设计、建设、运营)."""
    return tuple(
        Stage(
            Heading(
                "stages", row["id"], {"zh": row["zh"], "en": row["en"]}, row["cite"], tuple(row.get("dimensions", ())),
                tuple(row.get("provisions", ())),
            ),
            frozenset(row["statuses"]),
        )
        for row in _read()["stages"]["stages"]
    )  # fmt: skip


def staged_natures() -> frozenset[str]:
    """The natures of construction for which stages are asked: new, renovated, expanded."""
    return frozenset(_read()["stages"]["natures"])
