"""Sheets of made-up mines in five places, for the tests that hold the shipped rules against the regime."""

from __future__ import annotations

from typing import Any

from greenmine.editions.edition import Edition
from greenmine.law import Finding, Sheet

REGIONS = {"GS": "620123", "NM": "150421", "YN": "530111", "KZ": "653023", "XJ": "650121", "SN": "610102"}
LISTED = {"provincial_entry": "listed", "national_entry": "none", "provincial_entered_on": "2022-01-10",
          "national_entered_on": "none"}  # fmt: skip
QUALIFIED = {
    "operating_status": "producing", "mining_license_status": "valid", "mining_license_valid_until": "2030-01-01",
    "safety_license_status": "valid", "safety_license_valid_until": "2030-01-01", "business_license_status": "valid",
    "business_license_valid_until": "none", "produced_normally_last_3_years": True, "remaining_life_years": "3",
}  # fmt: skip


def sheet_of(edition: Edition, place: str | None, **facts: Any) -> Sheet:
    values = {name.replace("__", "."): raw for name, raw in facts.items()}
    lowered = {name: edition.dictionary[name].parse(raw) for name, raw in values.items()}
    return Sheet("mine", "M1", REGIONS[place] if place else None, lowered, dictionary=edition.dictionary)


def documents(found: dict[str, Finding]) -> set[str]:
    return {rule.split(".")[0] for rule in found}


def seen(found: Finding) -> tuple[str, str | None, list[str]]:
    return str(found.outcome), found.due_on.isoformat() if found.due_on else None, list(found.flags)
