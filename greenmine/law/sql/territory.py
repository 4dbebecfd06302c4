"""Which rows a territory covers, as SQL over the region column: ranges of codes, and the exceptions of the divisions' table."""

from __future__ import annotations

from datetime import date
from typing import Any

from greenmine.law.bind import COUNTRY


def territory_condition(territory: str, region: str, divisions: Any, on: date) -> str:
    """True where the row's division lies in the territory on the day; codes are texts of six digits."""
    if territory == COUNTRY:
        return ""
    prefix = territory.rstrip("0")
    prefix += "0" * (len(prefix) % 2)
    low, high = prefix.ljust(6, "0"), prefix.ljust(6, "9")
    added, removed = _exceptions(territory, prefix, divisions, on)
    condition = f"{region} BETWEEN '{low}' AND '{high}'"
    if removed:
        condition += f" AND {region} NOT IN ({_listed(removed)})"
    if added:
        condition = f"({condition} OR {region} IN ({_listed(added)}))"
    return f"({condition})"


def _exceptions(territory: str, prefix: str, divisions: Any, on: date) -> tuple[list[str], list[str]]:
    """Divisions whose parent is not what their digits say."""
    added: set[str] = set()
    removed: set[str] = set()
    for code in {str(row.code) for row in getattr(divisions, "rows", ())}:
        covered = bool(divisions.covers(territory, code, on))
        if covered != code.startswith(prefix) and code.isascii() and code.isdigit():
            (added if covered else removed).add(code)
    return sorted(added), sorted(removed)


def _listed(codes: list[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
