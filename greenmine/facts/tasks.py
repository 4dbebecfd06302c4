"""What happens to facts by itself: at midnight in Asia/Shanghai the stored sheets turn to the new day."""

from __future__ import annotations

from django.utils import timezone

from greenmine.editions import queries as editions
from greenmine.facts import actions


def roll_sheets() -> int:
    """Turn the stored sheets to today; safe to call at any time and as often as one likes."""
    return actions.roll(editions.active(), on=timezone.localdate())
