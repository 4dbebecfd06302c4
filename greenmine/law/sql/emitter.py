"""Conditions and terms as SQL text. Only names of the dictionary and integers are ever written into a statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from greenmine.law.folding import Day
from greenmine.law.ir import (
    DAY,
    And,
    Compare,
    Condition,
    Const,
    IsNone,
    Lookup,
    Member,
    Node,
    Not,
    Or,
    Ref,
    Shift,
    Sum,
    Term,
    Times,
    Truth,
    walk,
)
from greenmine.law.sql import calendar
from greenmine.law.sql.table import SQL_NONE

CASE_KEYS = 20  # a lookup with more rows becomes a join
DEEP = (
    14  # a condition with more parentheses inside each other becomes a column below: SQLite's parser stops at about 30
)
BELOW = re.compile(r's\."below (\d+) \d+"')
PARENTHESES = re.compile(r"[()]")
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


class Emitter:
    """Writes folded nodes in one dialect; lookups with many rows are collected as joins."""

    def __init__(self, dialect: str, day: Day, column: Callable[[str], str]) -> None:
        self.dialect, self.day, self.column = dialect, day, column
        self.true, self.false = ("1", "0") if dialect == "sqlite" else ("TRUE", "FALSE")
        self.least = "min" if dialect == "sqlite" else "LEAST"
        self.joins: dict[Lookup, str] = {}
        self.columns: set[str] = set()
        self.layers: list[dict[str, str]] = []  # conditions too deep to stand where they are used, the innermost first

    def fact(self, name: str) -> str:
        """The column of a fact."""
        self.columns.add(name)
        return self.column(name)

    def condition(self, node: Condition) -> str:
        """A condition: true, false or NULL exactly as the closures say; the name of a column where it is deep."""
        written = self._written(node)
        return self._set_below(written) if nesting(written) > DEEP else written

    def _set_below(self, written: str) -> str:
        """Move a deep condition into a table below this one, above the tables whose columns it reads itself."""
        layer = 1 + max((int(found) for found in BELOW.findall(written)), default=-1)
        if layer == len(self.layers):
            self.layers.append({})
        names = self.layers[layer]
        return names.setdefault(written, f's."below {layer} {len(names)}"')

    def source(self, table: str) -> str:
        """What the statement reads from: the table, the layers of deep conditions above it, and all joins."""
        joins = self.join_clauses()
        text = f"{table} AS s{joins}"
        for names in self.layers:
            listed = ", ".join(f"{written} AS {name.removeprefix('s.')}" for written, name in names.items())
            text = f"(SELECT s.*, {listed} FROM {text}) AS s{joins}"
        return text

    def _written(self, node: Condition) -> str:
        match node:
            case Truth(value=value):
                return self.true if value else self.false
            case Ref(name=name):
                return self.fact(name)
            case Not(part=part):
                return f"(NOT {self.condition(part)})"
            case And(parts=parts):
                return "(" + " AND ".join(self.condition(part) for part in parts) + ")"
            case Or(parts=parts):
                return "(" + " OR ".join(self.condition(part) for part in parts) + ")"
            case IsNone(fact=fact):
                return f"({self.fact(fact.name)}={SQL_NONE})"
            case Member(term=term, values=values):
                return self.guarded(term, lambda: self.member(self.term(term), values))
            case Compare():
                return self.compare(node)
        raise TypeError(type(node).__name__)

    def compare(self, node: Compare) -> str:
        """A comparison: false where a fact in it is none, whatever else is unknown."""
        left, right = node.left, node.right
        if isinstance(left, Ref) and isinstance(right, Const):
            return self.fact_against(left, node.op, right.value)
        if isinstance(left, Ref) and isinstance(right, Ref):
            nones = self.none_facts(node)
            plain = f"{self.fact(left.name)}{node.op}{self.fact(right.name)}"
            return "(" + " AND ".join([plain, *(f"{name}<>{SQL_NONE}" for name in nones)]) + ")"
        return self.guarded(node, lambda: self.compared(node.op, left, right))

    def fact_against(self, fact: Ref, op: str, constant: int) -> str:
        """A fact against a constant, without the sentinel ever being smaller."""
        name = self.fact(fact.name)
        if fact.may_be_none and op in ("<", "<="):
            return f"({name} BETWEEN {SQL_NONE + 1} AND {constant if op == '<=' else constant - 1})"
        if fact.may_be_none and op == "<>":
            return f"({name}<>{constant} AND {name}<>{SQL_NONE})"
        return f"({name}{op}{constant})"

    def guarded(self, node: Node, write: Callable[[], str]) -> str:
        """False before any arithmetic where a fact is none: the sentinel never enters a sum."""
        nones = self.none_facts(node)
        if not nones:
            return write()
        asked = " OR ".join(f"{name}={SQL_NONE}" for name in nones)
        return f"(CASE WHEN {asked} THEN {self.false} ELSE {write()} END)"

    def none_facts(self, node: Node) -> list[str]:
        """The columns in a node that may hold the sentinel."""
        return sorted({self.fact(part.name) for part in walk(node) if isinstance(part, Ref) and part.may_be_none})

    def compared(self, op: str, left: Term, right: Term) -> str:
        """A comparison where nothing is none."""
        if left.kind.name == DAY and not isinstance(right, Shift):
            left, right, op = right, left, FLIPPED[op]
        if isinstance(right, Shift) and right.months:
            return calendar.against_shift(op, self.base(left), self.base(right.day), right.count)
        return f"({self.term(left)}{op}{self.term(right)})"

    def base(self, node: Term) -> str:
        """A day from which months are counted: written many times over, so one that was moved itself is a column below."""
        written = self.term(node)
        if not (isinstance(node, Shift) and node.months):
            return written
        nones = [f"{name}={SQL_NONE}" for name in self.none_facts(node)]
        return self._set_below(f"(CASE WHEN {' OR '.join(nones)} THEN NULL ELSE {written} END)" if nones else written)

    def member(self, term: str, values: tuple[int, ...]) -> str:
        """Membership as ranges: shorter and faster than a list where codes follow each other."""
        parts = [f"{term}={low}" if low == high else f"{term} BETWEEN {low} AND {high}" for low, high in ranges(values)]
        return f"({parts[0]})" if len(parts) == 1 else "(" + " OR ".join(parts) + ")"

    def term(self, node: Term) -> str:
        """A term; none never reaches it, unknown is NULL."""
        match node:
            case Const(value=value):
                return str(value) if value >= 0 else f"({value})"
            case Ref(name=name):
                return self.fact(name)
            case Sum(op=op, left=left, right=right):
                return f"({self.term(left)}{op}{self.term(right)})"
            case Times(term=below, factor=factor):
                return f"({self.term(below)}*{factor if factor >= 0 else f'({factor})'})"
            case Shift(day=below):
                return calendar.moved(self.base(below), node, self.least)
            case Lookup():
                return self.lookup(node)
        raise TypeError(type(node).__name__)

    def lookup(self, node: Lookup) -> str:
        """A figure of a table: a CASE where it is short, a join where it is long."""
        rows = {key: row.value for key, row in self.day.rows(node.table).items()}
        if not rows:
            return self.number("NULL")
        if len(rows) > CASE_KEYS:
            if node not in self.joins:
                self.joins[node] = f"v{len(self.joins)}"
                for key in node.keys:
                    self.fact(key.name)
            return f"{self.joins[node]}.y"
        whens = " ".join(f"WHEN {self.keys_are(node, key)} THEN {self.number(value)}" for key, value in rows.items())
        return f"(CASE {whens} END)"

    def number(self, value: int | str) -> str:
        """A 64-bit number: PostgreSQL would make small ones 32-bit and overflow later."""
        return str(value) if self.dialect == "sqlite" else f"CAST({value} AS BIGINT)"

    def keys_are(self, node: Lookup, key: Iterable[int]) -> str:
        """Whether all keys of a lookup have these values."""
        return " AND ".join(self.key_is(fact, value) for fact, value in zip(node.keys, key, strict=True))

    def key_is(self, fact: Ref, value: int) -> str:
        """Whether one key has this value."""
        name = self.fact(fact.name)
        if fact.kind.name == "boolean":
            return name if value else f"NOT {name}"
        return f"{name}={value}"

    def reads_low(self, node: Lookup) -> str:
        """Whether the lookup meets a row of low confidence; empty where none has."""
        rows = self.day.rows(node.table)
        low = [key for key, row in rows.items() if row.is_low]
        if not low:
            return ""
        if not node.keys:
            return self.true
        if len(rows) > CASE_KEYS:
            self.lookup(node)
            return f"{self.joins[node]}.l=1"
        return "(" + " OR ".join(f"({self.keys_are(node, key)})" for key in low) + ")"

    def join_clauses(self) -> str:
        """The joins of all long lookups, each a list of constants."""
        return "".join(self._join(node, alias) for node, alias in self.joins.items())

    def _join(self, node: Lookup, alias: str) -> str:
        keys = [f"k{number}" for number in range(len(node.keys))]
        rows = self.day.rows(node.table)
        listed = [(*key, row.value, int(row.is_low)) for key, row in rows.items()]
        names = (*keys, "y", "l")
        if self.dialect == "sqlite":
            first = "SELECT " + ", ".join(f"{value} AS {name}" for value, name in zip(listed[0], names, strict=True))
            rest = "".join(" UNION ALL VALUES " + ",".join(_row(row) for row in listed[1:]) if listed[1:] else "")
            table = f"({first}{rest}) AS {alias}"
        else:
            values = ",".join(_row(row) for row in listed)
            table = f"(SELECT {', '.join(keys)}, CAST(y AS BIGINT) AS y, l FROM (VALUES {values}) AS t({', '.join(names)})) AS {alias}"
        on = " AND ".join(self._key_matches(fact, f"{alias}.{key}") for fact, key in zip(node.keys, keys, strict=True))
        return f" LEFT JOIN {table} ON {on}"

    def _key_matches(self, fact: Ref, key: str) -> str:
        name = self.fact(fact.name)
        return f"CAST({name} AS INTEGER)={key}" if fact.kind.name == "boolean" else f"{name}={key}"


def nesting(text: str) -> int:
    """How many parentheses stand inside each other at the deepest place."""
    depth = deepest = 0
    for step in PARENTHESES.findall(text):
        depth += 1 if step == "(" else -1
        deepest = max(deepest, depth)
    return deepest


def ranges(values: Iterable[int]) -> list[tuple[int, int]]:
    """Runs of consecutive integers: (1, 2, 3, 7) → (1, 3), (7, 7)."""
    ordered = sorted(values)
    cuts = [0, *(at for at, (one, other) in enumerate(pairwise(ordered), 1) if other != one + 1), len(ordered)]
    return [(ordered[start], ordered[end - 1]) for start, end in pairwise(cuts)]


def _row(values: Iterable[int]) -> str:
    return "(" + ",".join(str(int(value)) for value in values) + ")"
