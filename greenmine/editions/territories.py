"""Divisions (行政区划): country, province, prefecture and county, each by parent and by day.

Read from `rulebook/values/divisions.csv` (code, name, level, parent, from, to; `to` is the last day, empty where open).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

COUNTRY = "000000"
CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division during one span of days."""

    code: str
    name: str
    level: str  # country province prefecture county
    parent: str
    from_on: date | None
    to_on: date | None

    def exists(self, on: date) -> bool:
        """Whether the division exists on a day; both ends count."""
        return (self.from_on is None or self.from_on <= on) and (self.to_on is None or on <= self.to_on)


@dataclass(frozen=True)
class Divisions:
    """The table of divisions, asked for one day at a time."""

    rows: tuple[Division, ...]
    _by_code: dict[str, tuple[Division, ...]] = field(init=False, repr=False, compare=False)
    _children: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code: dict[str, tuple[Division, ...]] = {}
        children: dict[str, tuple[str, ...]] = {}
        for row in self.rows:
            by_code[row.code] = (*by_code.get(row.code, ()), row)
            children[row.parent] = (*children.get(row.parent, ()), row.code)
        object.__setattr__(self, "_by_code", by_code)
        object.__setattr__(self, "_children", children)

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def get(self, code: str, on: date) -> Division | None:
        """The division with this code on a day, or None."""
        return next((row for row in self._by_code.get(code, ()) if row.exists(on)), None)

    def name(self, code: str, on: date | None = None) -> str:
        """The name of a division on a day (any day where none is given); the code itself where it is unknown."""
        rows = self._by_code.get(code, ())
        row = (self.get(code, on) if on else None) or (rows[-1] if rows else None)
        return row.name if row else code

    def full_name(self, code: str, on: date | None = None) -> str:
        """Province, prefecture and county in one line: 内蒙古自治区赤峰市敖汉旗."""
        chain = [c for c in reversed(list(self.ancestors(code, on))) if c != COUNTRY]
        return "".join(self.name(c, on) for c in chain)

    def parent(self, code: str, on: date | None = None) -> str | None:
        """The division directly above; a code the table does not know belongs where its digits say (GB/T 2260)."""
        if code == COUNTRY:
            return None
        rows = self._by_code.get(code, ())
        row = (self.get(code, on) if on else None) or (rows[-1] if rows else None)
        if row is not None:
            return row.parent or COUNTRY
        above = code[:4] + "00" if not code.endswith("00") else code[:2] + "0000"
        return COUNTRY if above == code else above

    def ancestors(self, code: str, on: date | None = None) -> Iterator[str]:
        """The division itself, then everything above it up to the country."""
        current: str | None = code
        for _ in range(CODE_LENGTH):
            if current is None:
                return
            yield current
            current = self.parent(current, on)

    def covers(self, territory: str, region: str | None, on: date | None = None) -> bool:
        """Whether a text for `territory` reaches `region` on a day; where no region is known only the country does."""
        if territory == COUNTRY:
            return True
        return region is not None and territory in self.ancestors(region, on)

    def children(self, code: str, on: date | None = None) -> list[Division]:
        """The divisions directly below, by code."""
        rows = (
            row
            for child in sorted(set(self._children.get(code, ())))
            for row in self._by_code[child]
            if row.parent == code and (on is None or row.exists(on))
        )
        return list({row.code: row for row in rows}.values())

    def prefix(self, code: str) -> str:
        """The leading digits shared by all codes of a territory: '' for the country, '62', '6201', '620102'."""
        if code == COUNTRY:
            return ""
        return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def read_divisions(text: str) -> Divisions:
    """Read the table; columns `from` and `to` may be absent or empty."""
    rows = csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#"))
    return Divisions(
        tuple(
            Division(
                code=row["code"],
                name=row["name"],
                level=row["level"],
                parent=row.get("parent") or ("" if row["code"] == COUNTRY else COUNTRY),
                from_on=_day(row.get("from")),
                to_on=_day(row.get("to")),
            )
            for row in rows
        )
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
