"""Mutants of a rule (变异): what the rule would be with one operator turned, one figure moved, one part negated.

A case that never fails on a mutant does not demonstrate the provision it names. Mutants are made on the text of the
expressions, so they pass through the same reader as any rule; one the reader refuses is no mutant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

TOKEN = re.compile(r"'(?:[^']|'')*'|:on\b|\d+(?:\.\d+)?|<=|>=|<>|[<>=()+\-*,]|[A-Za-z_][A-Za-z0-9_.]*|\S", re.UNICODE)
TURNED = {
    "<": ("<=",), "<=": ("<",), ">": (">=",), ">=": (">",), "=": ("<>",), "<>": ("=",),
    "AND": ("OR",), "OR": ("AND",), "IN": ("NOT IN",),
}  # fmt: skip
KEYWORDS = {"AND", "OR", "NOT", "IN", "IS", "NONE", "BETWEEN", "DATE", "TRUE", "FALSE", "DAY", "DAYS", "MONTH", "MONTHS",
            "YEAR", "YEARS", "value"}  # fmt: skip
ISO_DAY = re.compile(r"'\d{4}-\d{2}-\d{2}'")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def mutants(expression: str) -> Iterator[tuple[str, str]]:
    """Every (what was changed, mutated expression) of one expression, one change at a time."""
    words = TOKEN.findall(expression)
    yield "negated", f"NOT ({expression})"
    inside_between = _between_ands(words)
    for position, word in enumerate(words):
        for changed in _changes(words, position, word, inside_between):
            mutated = [*words[:position], changed, *words[position + 1 :]]
            yield f"{word} → {changed or '∅'} @{position + 1}", " ".join(part for part in mutated if part)


def _changes(words: list[str], position: int, word: str, between: set[int]) -> tuple[str, ...]:
    before = words[position - 1] if position else ""
    if word == "AND" and position in between:
        return ()
    if word == "IN" and before == "NOT":
        return ()
    if word == "NOT":
        return ("",)
    if word in TURNED:
        return TURNED[word]
    if word == "NONE":
        return ()
    if word == "IS":
        return ("IS NOT",) if words[position + 1 : position + 2] != ["NOT"] else ()
    if ISO_DAY.fullmatch(word):
        return _moved_day(word)
    if NUMBER.fullmatch(word):
        return _moved_number(word)
    return ()


def _moved_number(word: str) -> tuple[str, ...]:
    """One smallest step of the figure as written, up and down (never below zero)."""
    places = len(word.partition(".")[2])
    whole = int(word.replace(".", ""))
    return tuple(_written(moved, places) for moved in (whole - 1, whole + 1) if moved >= 0)


def _written(whole: int, places: int) -> str:
    digits = str(whole).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _moved_day(word: str) -> tuple[str, ...]:
    day = date.fromisoformat(word.strip("'"))
    return tuple(f"'{(day + timedelta(days=step)).isoformat()}'" for step in (-1, 1))


def _between_ands(words: list[str]) -> set[int]:
    """Positions of the AND that belongs to a BETWEEN: turning it would only be refused by the reader."""
    positions, waiting, depth = set(), [], 0
    for position, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if word == "BETWEEN":
            waiting.append(depth)
        elif word == "AND" and waiting and waiting[-1] == depth:
            waiting.pop()
            positions.add(position)
    return positions
