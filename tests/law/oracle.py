"""The oracle: a naive evaluator of expression texts, without IR, folding or sharing. Slow, short, and read by eye.

It reads the text with a regular expression and Python's own precedence climbing; values are JSON-like: Decimal, date,
str, bool, "none", or None for unknown.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

TOKEN = re.compile(r"\s*(:on|DATE '[^']*'|'[^']*'|\d+(?:\.\d+)?|<=|>=|<>|[<>=+\-*(),]|[A-Za-z_][\w.]*)")


class Oracle:
    def __init__(self, text: str, facts: dict[str, Any], on: date, tables: dict[str, Any]) -> None:
        self.tokens, self.facts, self.on, self.tables = TOKEN.findall(text), facts, on, tables

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, *wanted: str) -> str:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else ""

    def truth(self) -> Any:
        result = self.conjunction()
        while self.take("OR"):
            other = self.conjunction()
            result = True if result is True or other is True else None if result is None or other is None else False
        return result

    def conjunction(self) -> Any:
        result = self.negation()
        while self.take("AND"):
            other = self.negation()
            result = False if result is False or other is False else None if result is None or other is None else True
        return result

    def negation(self) -> Any:
        if self.take("NOT"):
            value = self.negation()
            return None if value is None else not value
        return self.comparison()

    def comparison(self) -> Any:
        left = self.sum()
        if op := self.take("=", "<>", "<", "<=", ">", ">="):
            return compare(op, left, self.sum())
        if self.take("IS"):
            negated = self.take("NOT")
            self.take("NONE")
            return None if left is None else (left == "none") != bool(negated)
        negated = bool(self.take("NOT"))
        if self.take("IN"):
            self.take("(")
            listed = [self.sum()]
            while self.take(","):
                listed.append(self.sum())
            self.take(")")
            result: Any = None if left is None else any(compare("=", left, one) is True for one in listed)
        elif self.take("BETWEEN"):
            low = self.sum()
            self.take("AND")
            bounds = [compare(">=", left, low), compare("<=", left, self.sum())]
            result = False if False in bounds else None if None in bounds else True
        else:
            return left
        return result if result is None or not negated else not result

    def sum(self) -> Any:
        value = self.product()
        while op := self.take("+", "-"):
            sign = 1 if op == "+" else -1
            if len(self.tokens) > 1 and self.tokens[1] in ("DAY", "DAYS", "MONTH", "MONTHS", "YEAR", "YEARS"):
                count, unit = sign * int(self.tokens.pop(0)), self.tokens.pop(0)
                value = value if value in (None, "none") else moved(value, count, unit)
            else:
                other = self.product()
                value = "none" if "none" in (value, other) else None if None in (value, other) else value + sign * other
        return value

    def product(self) -> Any:
        value = self.atom()
        while self.take("*"):
            other = self.atom()
            value = "none" if "none" in (value, other) else None if None in (value, other) else value * other
        return value

    def atom(self) -> Any:
        token = self.tokens.pop(0)
        if token == "(":
            value = self.truth()
            self.take(")")
            return value
        if token == "-":
            return -self.atom()
        if token == ":on":
            return self.on
        if token.startswith("DATE "):
            return date.fromisoformat(token[6:-1])
        if token[0] == "'":
            return token[1:-1]
        if token[0].isdigit():
            return Decimal(token)
        if token == "value" and self.take("("):
            table, keys = self.tables[self.tokens.pop(0)[1:-1]], []
            while self.take(","):
                keys.append(self.facts.get(self.tokens.pop(0)))
            self.take(")")
            return table.get(tuple(keys))
        return self.facts.get(token)


def compare(op: str, left: Any, right: Any) -> Any:
    if "none" in (left, right) and not (left == "none" and isinstance(right, str) and right != "none"):
        return False
    if left is None or right is None:
        return None
    return {
        "=": left == right,
        "<>": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[op]


def moved(day: date, count: int, unit: str) -> date:
    if unit.startswith("DAY"):
        return day + timedelta(days=count)
    years, month = divmod(day.year * 12 + day.month - 1 + count * (12 if unit.startswith("YEAR") else 1), 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def truth(text: str, facts: dict[str, Any], on: date, tables: dict[str, Any]) -> Any:
    """True, False or None."""
    return Oracle(text, facts, on, tables).truth()
