"""What a person typed or an address carries, read as a day or a number: None where it is neither."""

from __future__ import annotations

from datetime import date

from django.utils.dateparse import parse_date


def day_in(text: str) -> date | None:
    """A day; None where nothing, no day, or a day that the calendar does not have (2026-02-30) is given."""
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


def number_in(text: str) -> int | None:
    """A whole number in plain digits; None otherwise (int() also reads ² and １, isdigit() even what int() does not)."""
    return int(text) if text.isascii() and text.isdecimal() else None
