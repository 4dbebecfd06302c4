"""Dated figures of taking letters: how many, how large, by when an answer is expected. From the rulebook, with confidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from greenmine.editions import queries as editions


@dataclass(frozen=True)
class Limits:
    """What one source may send."""

    per_hour: int
    files: int
    megabytes: int
    answer_days: int


def limits(on: date) -> Limits:
    """The limits of a day."""
    return Limits(
        per_hour=_figure("public-intake-per-hour", on),
        files=_figure("public-intake-files", on),
        megabytes=_figure("public-intake-megabytes", on),
        answer_days=_figure("public-answer-days", on),
    )


def _figure(name: str, on: date) -> int:
    version = editions.active().values[name].on(on)
    if version is None:
        return 0
    return int(version.rows[()].value)
