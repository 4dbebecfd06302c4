"""Numbers that an address or a form carries, in plain digits, and never longer than a key can be."""

from __future__ import annotations

LONGEST = 18  # what every column of a key holds; int() itself refuses some thousand digits by raising


def number_in(text: str) -> int | None:
    """A whole number in plain digits; None otherwise (int() also reads ² and １, isdigit() even what int() does not)."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else None
