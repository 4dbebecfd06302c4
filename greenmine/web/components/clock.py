"""The desks look at the clock here, and nowhere else: the day is Asia/Shanghai's."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone


def today() -> date:
    """Today in Asia/Shanghai (settings.TIME_ZONE)."""
    return timezone.localdate()


def day_asked(request: HttpRequest, name: str = "on") -> date:
    """The day asked for in the address; today where none, or no real day, is given."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return today()
