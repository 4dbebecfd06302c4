"""The mines of the demonstration, through the real actions of registry, facts and evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from greenmine.accounts.models import Organisation


def build(
    houses: Mapping[str, Organisation],
    *,
    on: date,
    progress: Callable[[str], None],
    person: Callable[[str, str, Organisation, date], Any],
) -> list[Any]:
    """Editions, enterprises, mines and facts; returns the sign-ins of the enterprises' people."""
    return []
