"""The intermediate form of a condition: fourteen frozen, typed nodes between the text and every engine.

Terms have a Kind (boolean, number at a scale, day, enum over its codes, division); conditions are boolean. Numbers are
scaled integers, days are ordinals. What a node means with unknown and none stands in `closures`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

BOOLEAN, NUMBER, DAY, ENUM, DIVISION = "boolean", "number", "day", "enum", "division"


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a term: for numbers the digits after the point and the largest absolute lowered value."""

    name: str
    scale: int = 0
    limit: int = 0
    codes: tuple[str, ...] = ()


CONDITION = Kind(BOOLEAN)
A_DAY = Kind(DAY)


@dataclass(frozen=True, slots=True)
class Const:
    """A literal: a number, a day, the index of an enum's code."""

    value: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Today:
    """`:on`, the day judged for; folded to a Const when a day is bound."""

    kind: Kind = A_DAY


@dataclass(frozen=True, slots=True)
class Ref:
    """A fact of the sheet, by its name as read (`scale`, `holder.rnd_spend_ratio`). A boolean one is a condition."""

    name: str
    kind: Kind
    may_be_none: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """value('id') or value('table', fact, …): unknown where a key is unknown or the table has no row."""

    table: str
    keys: tuple[Ref, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Sum:
    """left + right or left − right, on one scale."""

    op: str
    left: Term
    right: Term
    kind: Kind


@dataclass(frozen=True, slots=True)
class Times:
    """A term times a literal (`shown` is the literal as written; empty for a mere change of scale)."""

    term: Term
    factor: int
    kind: Kind
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """A day moved by whole days, or by whole months with clamping to the month's end."""

    day: Term
    count: int
    months: bool
    kind: Kind = A_DAY


@dataclass(frozen=True, slots=True)
class Compare:
    """left op right, both of one kind and scale; false where either is none."""

    op: str
    left: Term
    right: Term
    kind: Kind = CONDITION


@dataclass(frozen=True, slots=True)
class Member:
    """term IN (values); false where the term is none."""

    term: Term
    values: tuple[int, ...]
    kind: Kind = CONDITION


@dataclass(frozen=True, slots=True)
class IsNone:
    """fact IS NONE: unknown only if the fact is."""

    fact: Ref
    kind: Kind = CONDITION


@dataclass(frozen=True, slots=True)
class Not:
    """NOT condition."""

    part: Condition
    kind: Kind = CONDITION


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts (Kleene)."""

    parts: tuple[Condition, ...]
    kind: Kind = CONDITION


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts (Kleene)."""

    parts: tuple[Condition, ...]
    kind: Kind = CONDITION


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition that is settled when the day is bound (a comparison of days both known)."""

    value: bool
    kind: Kind = CONDITION


@dataclass(frozen=True, slots=True)
class Named:
    """A definition by its name; the name is for explanations only."""

    name: str
    node: Node
    kind: Kind


Term = Const | Today | Ref | Lookup | Sum | Times | Shift | Named
Condition = Compare | Member | IsNone | Not | And | Or | Truth | Ref | Named
Node = Term | Condition
AnyNode = TypeVar("AnyNode", bound=Node)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Lookup(keys=keys):
            return keys
        case Sum(left=left, right=right) | Compare(left=left, right=right):
            return (left, right)
        case (
            Times(term=below)
            | Shift(day=below)
            | Member(term=below)
            | IsNone(fact=below)
            | Not(part=below)
            | Named(node=below)
        ):
            return (below,)
        case And(parts=parts) | Or(parts=parts):
            return parts
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Every node, depth first, the node itself first."""
    yield node
    for child in children(node):
        yield from walk(child)


def facts_of(node: Node) -> set[str]:
    """The names of all facts mentioned."""
    return {part.name for part in walk(node) if isinstance(part, Ref)}


def renamed(node: Node, path: str) -> Node:  # noqa: C901 -- one branch a node
    """The same condition read one hop away: every plain fact name gets the path (`holder.`) before it."""
    match node:
        case Ref(name=name, kind=kind, may_be_none=may):
            return node if "." in name else Ref(f"{path}.{name}", kind, may)
        case Lookup(table=table, keys=keys, kind=kind):
            return Lookup(table, tuple(renamed(key, path) for key in keys), kind)  # type: ignore[misc]
        case Sum(op=op, left=left, right=right, kind=kind):
            return Sum(op, renamed(left, path), renamed(right, path), kind)  # type: ignore[arg-type]
        case Times(term=term, factor=factor, kind=kind, shown=shown):
            return Times(renamed(term, path), factor, kind, shown)  # type: ignore[arg-type]
        case Shift(day=day, count=count, months=months):
            return Shift(renamed(day, path), count, months)  # type: ignore[arg-type]
        case Compare(op=op, left=left, right=right):
            return Compare(op, renamed(left, path), renamed(right, path))  # type: ignore[arg-type]
        case Member(term=term, values=values):
            return Member(renamed(term, path), values)  # type: ignore[arg-type]
        case IsNone(fact=fact):
            return IsNone(renamed(fact, path))  # type: ignore[arg-type]
        case Not(part=part):
            return Not(renamed(part, path))  # type: ignore[arg-type]
        case And(parts=parts):
            return And(tuple(renamed(part, path) for part in parts))  # type: ignore[misc]
        case Or(parts=parts):
            return Or(tuple(renamed(part, path) for part in parts))  # type: ignore[misc]
        case Named(name=name, node=below, kind=kind):
            return Named(name, renamed(below, path), kind)
    return node
