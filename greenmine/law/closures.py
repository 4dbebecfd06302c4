"""Closures over a sheet's values: the reference of what a node means with unknown (None) and none (NONE).

A comparison with none is false whatever stands on the other side; with unknown it is unknown; the rest is Kleene logic.
Each node gives two closures: its value, and the names that would settle it where it is unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from greenmine.law.dictionary import NONE
from greenmine.law.folding import Day, shifted
from greenmine.law.ir import (
    And,
    Compare,
    Const,
    IsNone,
    Lookup,
    Member,
    Named,
    Node,
    Not,
    Or,
    Ref,
    Shift,
    Sum,
    Times,
    Today,
    Truth,
    walk,
)

Values = Mapping[str, Any]
Evaluate = Callable[[Values], Any]
Gather = Callable[[Values, set[str]], None]
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip


class Closures:
    """Compiles nodes for one bound day; equal nodes share one closure."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self._evaluators: dict[Node, Evaluate] = {}
        self._gatherers: dict[Node, Gather] = {}

    def evaluate(self, node: Node) -> Evaluate:
        """The closure that gives True, False, a lowered value, NONE, or None where it is unknown."""
        if node not in self._evaluators:
            self._evaluators[node] = self._evaluator(node)
        return self._evaluators[node]

    def gather(self, node: Node) -> Gather:
        """The closure that adds the names which together settle the node; adds nothing where it is known."""
        if node not in self._gatherers:
            self._gatherers[node] = self._gatherer(node)
        return self._gatherers[node]

    def _evaluator(self, node: Node) -> Evaluate:
        match node:
            case Ref(name=name):
                return lambda values: values.get(name)
            case Const(value=constant) | Truth(value=constant):
                return lambda _: constant
            case Today():
                today = self.day.on.toordinal()
                return lambda _: today
            case Named(node=below):
                return self.evaluate(below)
            case Compare() | Member() | IsNone():
                return self._leaf(node)
            case Not(part=part):
                return _not(self.evaluate(part))
            case And(parts=parts):
                return _all([self.evaluate(part) for part in parts])
            case Or(parts=parts):
                return _any([self.evaluate(part) for part in parts])
        return self._term(node)

    def _term(self, node: Node) -> Evaluate:
        match node:
            case Lookup(table=table, keys=keys):
                return _lookup(
                    {key: row.value for key, row in self.day.rows(table).items()}, [key.name for key in keys]
                )
            case Sum(op=op, left=left, right=right):
                return _sum(operator.add if op == "+" else operator.sub, self.evaluate(left), self.evaluate(right))
            case Times(term=below, factor=factor):
                return _mapped(self.evaluate(below), lambda value: value * factor)
            case Shift(day=below, count=count, months=months):
                return _mapped(self.evaluate(below), lambda value: shifted(value, count, months))
        raise TypeError(type(node).__name__)

    def _leaf(self, node: Compare | Member | IsNone) -> Evaluate:
        if isinstance(node, IsNone):
            return _is_none(node.fact.name)
        return self._member(node) if isinstance(node, Member) else self._compare(node)

    def _compare(self, node: Compare) -> Evaluate:
        op = OPERATORS[node.op]
        if isinstance(node.left, Ref) and isinstance(node.right, Const):
            return _fact_against(node.left.name, op, node.right.value)
        return _compare(op, self.evaluate(node.left), self.evaluate(node.right))

    def _member(self, node: Member) -> Evaluate:
        term, values = self.evaluate(node.term), frozenset(node.values)

        def member(sheet: Values) -> Any:
            value = term(sheet)
            return None if value is None else value in values

        return member

    def _gatherer(self, node: Node) -> Gather:
        match node:
            case And(parts=parts) | Or(parts=parts):
                whole = self.evaluate(node)
                below = [(self.evaluate(part), self.gather(part)) for part in parts]

                def of_parts(values: Values, names: set[str]) -> None:
                    if whole(values) is not None:  # 或 that holds needs nothing, however much of it is unknown
                        return
                    for evaluate, gather in below:
                        if evaluate(values) is None:
                            gather(values, names)

                return of_parts
            case Not(part=part):
                return self.gather(part)
            case Named(node=inner):
                return self.gather(inner)
        return self._gather_leaf(node)

    def _gather_leaf(self, node: Node) -> Gather:
        """A leaf that is unknown names its unknown facts, and the values that have no row for known keys."""
        evaluate, (facts, lookups) = self.evaluate(node), self._parts(node)

        def of_leaf(values: Values, names: set[str]) -> None:
            if evaluate(values) is not None:
                return
            names.update(name for name in facts if values.get(name) is None)
            for table, keys, find in lookups:
                if all(values.get(key) is not None for key in keys) and find(values) is None:
                    names.add(f"value:{table}")

        return of_leaf

    def _parts(self, node: Node) -> tuple[list[str], list[tuple[str, list[str], Evaluate]]]:
        parts = list(walk(node))
        facts = sorted({part.name for part in parts if isinstance(part, Ref)})
        lookups = [
            (part.table, [key.name for key in part.keys], self.evaluate(part))
            for part in parts
            if isinstance(part, Lookup)
        ]
        return facts, lookups


def _fact_against(name: str, op: Callable[[Any, Any], bool], constant: int) -> Evaluate:
    def compare(values: Values) -> Any:
        value = values.get(name)
        if value is None:
            return None
        return False if value is NONE else op(value, constant)

    return compare


def _compare(op: Callable[[Any, Any], bool], left: Evaluate, right: Evaluate) -> Evaluate:
    def compare(values: Values) -> Any:
        one, other = left(values), right(values)
        if one is NONE or other is NONE:
            return False
        return None if one is None or other is None else op(one, other)

    return compare


def _is_none(name: str) -> Evaluate:
    def is_none(values: Values) -> Any:
        value = values.get(name)
        return None if value is None else value is NONE

    return is_none


def _not(part: Evaluate) -> Evaluate:
    def negate(values: Values) -> Any:
        value = part(values)
        return None if value is None else not value

    return negate


def _all(parts: list[Evaluate]) -> Evaluate:
    def every(values: Values) -> Any:
        result: bool | None = True
        for part in parts:
            value = part(values)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return every


def _any(parts: list[Evaluate]) -> Evaluate:
    def some(values: Values) -> Any:
        result: bool | None = False
        for part in parts:
            value = part(values)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return some


def _sum(op: Callable[[int, int], int], left: Evaluate, right: Evaluate) -> Evaluate:
    def total(values: Values) -> Any:
        one, other = left(values), right(values)
        if one is NONE or other is NONE:
            return NONE
        return None if one is None or other is None else op(one, other)

    return total


def _mapped(term: Evaluate, change: Callable[[int], int]) -> Evaluate:
    def mapped(values: Values) -> Any:
        value = term(values)
        return value if value is None or value is NONE else change(value)

    return mapped


def _lookup(rows: Mapping[tuple[int, ...], int], keys: list[str]) -> Evaluate:
    if len(keys) == 1:
        only, single = keys[0], {key[0]: value for key, value in rows.items() if key}
        return lambda values: single.get(values.get(only, -1))
    return lambda values: rows.get(tuple([values.get(key) for key in keys]))  # type: ignore[misc]
