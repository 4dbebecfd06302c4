"""Days (日) as whole numbers: 1 is 0001-01-01, as `date.toordinal` counts. Facts lie between 1900 and 2199."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

FIRST_DAY = date(1900, 1, 1).toordinal()
LAST_DAY = date(2199, 12, 31).toordinal()
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_day(text: str) -> int:
    """The ordinal of an ISO day between 1900 and 2199; ValueError otherwise."""
    if not ISO_DAY.fullmatch(text):
        raise ValueError(text)
    ordinal = date.fromisoformat(text).toordinal()
    if not FIRST_DAY <= ordinal <= LAST_DAY:
        raise ValueError(text)
    return ordinal


@lru_cache(maxsize=65536)
def iso(ordinal: int) -> str:
    """The ISO text of an ordinal."""
    return date.fromordinal(ordinal).isoformat()


@lru_cache(maxsize=65536)
def add_months(ordinal: int, months: int) -> int:
    """The corresponding day, or the last day of a month that has none (Civil Code art. 202)."""
    day = date.fromordinal(ordinal)
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1])).toordinal()


@lru_cache(maxsize=4096)
def first_day_reaching(target: int, months: int) -> int:
    """The smallest fact day t with t + months ≥ target (LAST_DAY + 1 if there is none): the shift never decreases."""
    low, high = FIRST_DAY, LAST_DAY + 1
    while low < high:
        middle = (low + high) // 2
        if add_months(middle, months) >= target:
            high = middle
        else:
            low = middle + 1
    return low
