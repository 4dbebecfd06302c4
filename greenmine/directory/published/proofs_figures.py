"""Dated figures of proofs and open data (参数), from the rulebook."""

from __future__ import annotations

from datetime import date

from greenmine.editions import queries as editions


class NoFigure(LookupError):
    """The rulebook gives no figure for this day."""


def figure(identifier: str, on: date) -> int:
    """A whole number that holds on a day."""
    value = editions.active().values.get(identifier)
    version = value.on(on) if value is not None else None
    if value is None or version is None:
        raise NoFigure(f"{identifier} {on}")
    return int(version.rows[()].value // 10**value.scale)
