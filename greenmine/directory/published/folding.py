"""How search text is folded and cut into grams (检索切分): one way, for what is written down and for what is asked.

A Chinese word is mostly two characters, and neither database splits Chinese text: so every two neighbouring characters
are a key of their own. Letters and digits are cut the same way, which finds any part of a number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

SEPARATOR = "\n"
PAIR = 2
LONGEST_WORD = 40
MOST_WORDS = 5


def folded(text: str) -> str:
    """One form for full and half width, capitals and small letters; runs of space are one space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def search_text(parts: Iterable[str], longest: int = 800) -> str:
    """The text a mine is found by: its parts apart, so that no word spans two of them."""
    return SEPARATOR.join(found for part in parts if (found := folded(part)))[:longest]


def grams(text: str) -> set[str]:
    """Every two neighbouring characters within a part, spaces and separators left out."""
    return {
        piece[start : start + PAIR]
        for piece in text.replace(SEPARATOR, " ").split(" ")
        for start in range(len(piece) - PAIR + 1)
    }


def words(asked: str) -> list[str]:
    """The words of a question, folded; very long questions lose their end."""
    return [word[:LONGEST_WORD] for word in folded(asked.replace(SEPARATOR, " ")).split(" ") if word][:MOST_WORDS]
