"""The API looks at the clock here, and nowhere else: the day is Asia/Shanghai's."""

from __future__ import annotations

from datetime import date

from django.utils import timezone


def today() -> date:
    """Today in Asia/Shanghai."""
    return timezone.localdate()
