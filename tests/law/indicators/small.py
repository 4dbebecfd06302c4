"""The small example, read with the shipped dictionary, and ways to make variants of it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from greenmine.law import Dictionary, Sheet, load_dictionary
from greenmine.law.indicators import Answer, Result, Standard, load_standard, score

ON = date(2026, 11, 21)
SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")
FACTS = Path(__file__).parents[3] / "rulebook" / "facts.yaml"
PASSING: dict[str, Any] = {
    "mining_license_status": "valid", "mining_license_valid_until": "2027-01-01", "climate_zone": "humid",
    "greening_coverage": "1", "mining_recovery_rate": "0.9", "mining_recovery_rate_required": "0.85",
    "has_beneficiation_plant": True, "beneficiation_recovery_rate": "0.95", "holder__rnd_spend_ratio": "0.02",
}  # fmt: skip


@lru_cache(maxsize=1)
def facts() -> Dictionary:
    return load_dictionary(FACTS.read_text(encoding="utf-8"))


def changed(*pairs: tuple[str, str]) -> str:
    """The example's text with pieces exchanged; each must be there."""
    text = SMALL
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def standard(*pairs: tuple[str, str]) -> Standard:
    return load_standard(changed(*pairs), facts(), file="small.yaml")


def sheet(region: str | None = "620102", **known: Any) -> Sheet:
    """A sheet from JSON values; `holder__x` is `holder.x`."""
    values = {name.replace("__", "."): raw for name, raw in known.items()}
    return Sheet(
        "mine", "M1", region, {name: facts()[name].parse(raw) for name, raw in values.items()}, dictionary=facts()
    )


def passing_sheet(**other: Any) -> Sheet:
    """The facts of a mine that passes, some of them otherwise; None makes a fact unknown."""
    return sheet(**{name: value for name, value in {**PASSING, **other}.items() if value is not None})


def said(points: float) -> Answer:
    return Answer("scored", round(points * 100))


ANSWERS = {
    "no-dispute": Answer("scored", met=True), "zones": said(12), "order": said(8), "monitoring": said(10),
}  # fmt: skip


def scored(known: Sheet, *pairs: tuple[str, str], **other: Answer) -> Result:
    """The example scored on ANSWERS, some of them otherwise (no_dispute is no-dispute)."""
    answers = {**ANSWERS, **{name.replace("_", "-"): answer for name, answer in other.items()}}
    return score(standard(*pairs), answers, known, on=ON)


def zh(result: Any) -> list[str]:
    return [reason["zh"] for reason in result.reasons]
