"""The tables selection reads (tables.yaml): the list of materials, and which findings a preliminary review shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from greenmine.editions.edition import Edition

FILE = Path(__file__).with_name("tables.yaml")
NATURE = "construction_nature"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list of materials (申报材料清单)."""

    id: str
    name: Mapping[str, str]
    kind: str  # facts · account · file
    required: bool
    facts: tuple[str, ...]
    natures: tuple[str, ...]
    territories: tuple[str, ...]
    cite: tuple[str, ...]

    def is_asked(self, edition: Edition, region: str, nature: str | None, on: date) -> bool:
        """Whether a mine of this place and nature is asked for it; while its nature is unknown, it is."""
        if self.territories and not any(edition.covers(one, region, on) for one in self.territories):
            return False
        return not self.natures or nature is None or nature in self.natures


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def lines() -> Mapping[str, Line]:
    """Every line by its id, in the order of the list."""
    return {
        row["id"]: Line(
            row["id"], {"zh": row["zh"], "en": row["en"]}, row["kind"], row["required"], tuple(row["facts"]),
            tuple(row.get("natures", ())), tuple(row.get("territories", ())), tuple(row["cite"]),
        )
        for row in _read()["materials"]
    }  # fmt: skip


def never_none() -> frozenset[str]:
    """Facts for which `none` is no answer to the list: the thing is lacking."""
    return frozenset(_read()["never_none"])


def review_kinds() -> frozenset[str]:
    """Kinds of rules whose findings a preliminary review shows."""
    return frozenset(_read()["review_kinds"])
