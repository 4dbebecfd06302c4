"""Folding: what is known once the day is bound becomes a constant; month arithmetic moves to the constant side, exactly.

`x + 2 YEARS < :on` becomes `x < c`: t ↦ t + n months never decreases, so the threshold day is found by search.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from greenmine.law.days import add_months, first_day_reaching
from greenmine.law.ir import (
    DAY,
    And,
    Compare,
    Condition,
    Const,
    Kind,
    Lookup,
    Member,
    Named,
    Not,
    Or,
    Shift,
    Sum,
    Term,
    Times,
    Today,
    Truth,
)  # fmt: skip
from greenmine.law.values import Row, Value

FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


@dataclass(frozen=True)
class Day:
    """The bound day with the values of that day."""

    on: date
    values: Mapping[str, Value]

    def rows(self, table: str) -> Mapping[tuple[int, ...], Row]:
        """The rows of a value that hold on the day; empty where no version has begun."""
        version = self.values[table].on(self.on)
        return version.rows if version else {}


def fold_condition(node: Condition, day: Day) -> Condition:
    """The condition with everything settled that the day settles."""
    match node:
        case Named(node=below):
            return fold_condition(below, day)  # type: ignore[arg-type]
        case Compare(op=op, left=left, right=right):
            return compared(op, fold_term(left, day), fold_term(right, day))
        case Member(term=term, values=values):
            folded = fold_term(term, day)
            return Truth(folded.value in values) if isinstance(folded, Const) else Member(folded, values)
        case Not(part=part):
            inner = fold_condition(part, day)
            return Truth(not inner.value) if isinstance(inner, Truth) else Not(inner)
        case And(parts=parts):
            return _joined(And, True, [fold_condition(part, day) for part in parts])
        case Or(parts=parts):
            return _joined(Or, False, [fold_condition(part, day) for part in parts])
    return node


def _joined(make: type[And | Or], neutral: bool, parts: list[Condition]) -> Condition:
    kept: list[Condition] = []
    for part in parts:
        if isinstance(part, Truth):
            if part.value is not neutral:
                return part
            continue
        kept += part.parts if isinstance(part, make) else (part,)
    if not kept:
        return Truth(neutral)
    return kept[0] if len(kept) == 1 else make(tuple(kept))


def fold_term(node: Term, day: Day) -> Term:
    """The term with everything settled that the day settles."""
    match node:
        case Named(node=below):
            return fold_term(below, day)  # type: ignore[arg-type]
        case Today():
            return Const(day.on.toordinal(), node.kind)
        case Lookup(table=table, keys=(), kind=kind):
            row = day.rows(table).get(())
            return Const(row.value, kind) if row else node
        case Shift(day=below, count=count, months=months):
            moved = fold_term(below, day)
            return (
                Const(shifted(moved.value, count, months), node.kind)
                if isinstance(moved, Const)
                else Shift(moved, count, months)
            )
        case Times(term=below, factor=factor, kind=kind):
            term = fold_term(below, day)
            if isinstance(term, Const):
                return Const(term.value * factor, kind)
            return (
                Times(term.term, term.factor * factor, kind) if isinstance(term, Times) else Times(term, factor, kind)
            )
        case Sum(op=op, left=left, right=right, kind=kind):
            one, other = fold_term(left, day), fold_term(right, day)
            if isinstance(one, Const) and isinstance(other, Const):
                return Const(one.value + other.value if op == "+" else one.value - other.value, kind)
            return Sum(op, one, other, kind)
    return node


def shifted(ordinal: int, count: int, months: bool) -> int:
    """A day moved by days or months."""
    return add_months(ordinal, count) if months else ordinal + count


def compared(op: str, left: Term, right: Term) -> Condition:
    """A comparison of folded terms, its constant on the right and free of shifts where the other side is one fact."""
    if isinstance(left, Const) and isinstance(right, Const):
        return Truth(holds(op, left.value, right.value))
    if isinstance(left, Const):
        op, left, right = FLIPPED[op], right, left
    while isinstance(left, Shift) and isinstance(right, Const):
        if left.months:
            return _months_moved(op, left, right.value)
        right = Const(right.value - left.count, right.kind)
        left = left.day
    return Compare(op, left, right)


def _months_moved(op: str, left: Shift, target: int) -> Condition:
    """Shifted t op c, as a comparison of t with the first day that reaches c (or the day after c)."""
    if isinstance(left.day, Shift):
        return _stacked(op, left, target)
    reach = Const(first_day_reaching(target, left.count), Kind(DAY))
    passed = Const(first_day_reaching(target + 1, left.count), Kind(DAY))
    if op == "=":
        return And((Compare(">=", left.day, reach), Compare("<", left.day, passed)))
    if op == "<>":
        return Or((Compare("<", left.day, reach), Compare(">=", left.day, passed)))
    return Compare("<" if op in ("<", "<=") else ">=", left.day, reach if op in ("<", ">=") else passed)


def _stacked(op: str, left: Shift, target: int) -> Condition:
    """Two periods on one fact: the outer month shift is undone on any day, then the inner one as usual."""
    reach, passed = _reaching(target, left.count), _reaching(target + 1, left.count)
    if op == "=":
        return And(
            (compared(">=", left.day, Const(reach, Kind(DAY))), compared("<", left.day, Const(passed, Kind(DAY))))
        )
    if op == "<>":
        return Or(
            (compared("<", left.day, Const(reach, Kind(DAY))), compared(">=", left.day, Const(passed, Kind(DAY))))
        )
    return compared(
        "<" if op in ("<", "<=") else ">=", left.day, Const(reach if op in ("<", ">=") else passed, Kind(DAY))
    )


def _reaching(target: int, months: int) -> int:
    """The smallest day of all whose shift reaches the target: near target − n months, at most a few days off."""
    day = add_months(target, -months)
    while add_months(day, months) >= target:
        day -= 1
    while add_months(day, months) < target:
        day += 1
    return day


def holds(op: str, left: int, right: int) -> bool:
    """One comparison of two known values."""
    return {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "=": left == right,
        "<>": left != right,
    }[op]


__all__ = ["Day", "compared", "fold_condition", "fold_term", "holds", "shifted"]
