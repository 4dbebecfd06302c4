"""What a person typed or an address carries, read as a day or a number: None where it is neither."""

from __future__ import annotations

from datetime import date

from django.utils.dateparse import parse_date

from greenmine.web.components.numbers import number_in

__all__ = ["day_in", "number_in"]


def day_in(text: str) -> date | None:
    """A day; None where nothing, no day, or a day that the calendar does not have (2026-02-30) is given."""
    try:
        return parse_date(text.strip())
    except ValueError:
        return None
