"""Mutants of a rule (变异): what the rule would be with one operator turned, one figure moved, one part negated.

A case that never fails on a mutant does not demonstrate the provision it names. Mutants are made on the text of the
expressions, so they pass through the same reader as any rule; one the reader refuses is no mutant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

TOKEN = re.compile(
    r"'(?:[^']|'')*'|:on\b|\d+(?:\.\d+)?|<=|>=|<>|[<>=()+\-*,]|[A-Za-z_][A-Za-z0-9_.]*|\S", re.UNICODE
)
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
    tokens = TOKEN.findall(expression)
    yield "negated", f"NOT ({expression})"
    inside_between = _between_ands(tokens)
    for position, token in enumerate(tokens):
        for changed in _changes(tokens, position, token, inside_between):
            mutated = [*tokens[:position], changed, *tokens[position + 1 :]]
            yield f"{token} → {changed or '∅'} @{position + 1}", " ".join(part for part in mutated if part)


def _changes(tokens: list[str], position: int, token: str, between: set[int]) -> tuple[str, ...]:
    before = tokens[position - 1] if position else ""
    if token == "AND" and position in between:
        return ()
    if token == "IN" and before == "NOT":
        return ()
    if token == "NOT":
        return ("",)
    if token in TURNED:
        return TURNED[token]
    if token == "NONE":
        return ()
    if token == "IS":
        return ("IS NOT",) if tokens[position + 1 : position + 2] != ["NOT"] else ()
    if ISO_DAY.fullmatch(token):
        return _moved_day(token)
    if NUMBER.fullmatch(token):
        return _moved_number(token)
    return ()


def _moved_number(token: str) -> tuple[str, ...]:
    """One smallest step of the figure as written, up and down (never below zero)."""
    places = len(token.partition(".")[2])
    whole = int(token.replace(".", ""))
    return tuple(_written(moved, places) for moved in (whole - 1, whole + 1) if moved >= 0)


def _written(whole: int, places: int) -> str:
    digits = str(whole).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _moved_day(token: str) -> tuple[str, ...]:
    day = date.fromisoformat(token.strip("'"))
    return tuple(f"'{(day + timedelta(days=step)).isoformat()}'" for step in (-1, 1))


def _between_ands(tokens: list[str]) -> set[int]:
    """Positions of the AND that belongs to a BETWEEN: turning it would only be refused by the reader."""
    positions, waiting, depth = set(), [], 0
    for position, token in enumerate(tokens):
        depth += (token == "(") - (token == ")")
        if token == "BETWEEN":
            waiting.append(depth)
        elif token == "AND" and waiting and waiting[-1] == depth:
            waiting.pop()
            positions.add(position)
    return positions
