"""sqlglot as a second opinion on the reader: what both accept, both understand alike."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from greenmine.law import LanguageError, load_dictionary, load_values
from greenmine.law.ir import And, Compare, IsNone, Member, Not, Or, Ref
from greenmine.law.language import Scope, read_condition
from tests.law import expressions

sqlglot = pytest.importorskip("sqlglot")
DICTIONARY = load_dictionary(expressions.FACTS)
FIGURES = load_values(expressions.VALUES, DICTIONARY)
OPERATORS = {"LT": "<", "LTE": "<=", "GT": ">", "GTE": ">=", "EQ": "=", "NEQ": "<>"}


def ours(node: Any) -> Any:
    """The shape of a condition: connectives and leaves, nested as they are read."""
    match node:
        case And(parts=parts):
            return ("and", *flat("and", [ours(part) for part in parts]))
        case Or(parts=parts):
            return ("or", *flat("or", [ours(part) for part in parts]))
        case Not(part=part):
            return ("not", ours(part))
        case Compare(op=op):
            return op
        case Member():
            return "in"
        case IsNone():
            return "none"
        case Ref(name=name):
            return name
    return None


def theirs(node: Any) -> Any:
    name = type(node).__name__
    if name == "Paren":
        return theirs(node.this)
    if name in ("And", "Or"):
        word = name.lower()
        return (word, *flat(word, [theirs(node.this), theirs(node.expression)]))
    if name == "Not":
        return ("not", theirs(node.this))
    if name == "Between":
        return ("and", ">=", "<=")
    if name == "Is":
        return ("not", "none") if node.args.get("negate") else "none"
    if name in OPERATORS:
        return OPERATORS[name]
    return "in" if name == "In" else node.name


def flat(word: str, parts: list[Any]) -> list[Any]:
    out: list[Any] = []
    for part in parts:
        out += part[1:] if isinstance(part, tuple) and part[0] == word else [part]
    return out


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(expressions.conditions())
def test_both_readers_see_the_same_structure(text: str) -> None:
    try:
        read = read_condition(text, Scope(DICTIONARY, FIGURES))
    except LanguageError:
        return
    plain = (
        re.sub(r"([+-]) (\d+) (DAY|MONTH|YEAR)S?", r"\1 INTERVAL '\2' \3", text)
        .replace("IS NONE", "IS NULL")
        .replace("IS NOT NONE", "IS NOT NULL")
    )
    plain = plain.replace("value(", "f(").replace(":on", f"DATE '{date(2025, 1, 1)}'")
    assert ours(read) == theirs(sqlglot.parse_one(plain, read="postgres")), text
