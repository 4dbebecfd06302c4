"""A rule as three-valued conditions and one small decision over them: what every peer is asked.

Peers answer the conditions (0 false, 1 unknown, 2 true); `decide` makes outcomes of the answers, for all peers alike.
Flags are ours alone and are not asked of peers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.population import Population, judges
from greenmine.law import Bound, Outcome
from greenmine.law.folding import compared
from greenmine.law.ir import (
    DAY,
    And,
    Compare,
    Condition,
    Const,
    IsNone,
    Kind,
    Lookup,
    Member,
    Node,
    Not,
    Or,
    Ref,
    Shift,
    Sum,
    Times,
    Truth,
    walk,
)  # fmt: skip
from greenmine.law.judge import Judge
from greenmine.law.sql import SQL_NONE
from greenmine.law.sql.outcomes import CODES

FALSE, UNKNOWN, TRUE = 0, 1, 2
NA = CODES[Outcome.NOT_APPLICABLE]


@dataclass(frozen=True)
class Asked:
    """One rule: the places of its conditions among all, by the part they play."""

    judge: Judge
    parts: dict[str, int]


@dataclass(frozen=True)
class Questions:
    """Every condition of every rule, equal ones once."""

    bound: Bound
    conditions: tuple[Condition, ...]
    rules: tuple[Asked, ...]
    tables: dict[str, dict[tuple[int, ...], int]]

    def facts(self) -> dict[str, Ref]:
        """Every fact the conditions read."""
        found = {part.name: part for node in self.conditions for part in walk(node) if isinstance(part, Ref)}
        return dict(sorted(found.items()))


def questions(bound: Bound) -> Questions:
    """What the bound rules ask."""
    places: dict[Condition, int] = {}
    rules = tuple(
        Asked(judge, {part: places.setdefault(node, len(places)) for part, node in _parts(judge).items()})
        for judge in judges(bound)
    )
    lookups = {part.table for node in places for part in walk(node) if isinstance(part, Lookup)}
    tables = {name: {key: row.value for key, row in bound.day.rows(name).items()} for name in sorted(lookups)}
    return Questions(bound, tuple(places), rules, tables)


def _parts(judge: Judge) -> dict[str, Condition]:
    rule, today = judge.rule, Const(judge.today, Kind(DAY))
    parts: dict[str, Condition] = {"applies": judge.folded_applies}
    if not judge.timed:
        assert rule.look_back != "from_entry"
        if judge.event:
            parts["later"] = Compare(">", Ref(judge.event, Kind(DAY), True), today)
        return {**parts, "body": judge.folded_body}
    assert rule.clock_before_force != "from_force"
    assert rule.due_after_term != "drop"
    due, done = judge.folded_due, Ref(judge.done, Kind(DAY), True)
    nones: tuple[Condition, ...] = tuple(
        IsNone(part) for part in walk(due) if isinstance(part, Ref) and part.may_be_none
    )
    if nones:
        parts["nothing_due"] = nones[0] if len(nones) == 1 else Or(nones)
    open_still = Or((IsNone(done), Compare(">", done, today)))
    parts["pending"] = And((open_still, compared("<=", today, due)))
    parts["kept"] = And((Compare("<=", done, today), compared("<=", done, due)))
    return parts


def decide(asked: Questions, answers: np.ndarray, population: Population, count: int) -> np.ndarray:
    """The outcome codes (mines × rules) of the answers (mines × conditions)."""
    columns = []
    for rule in asked.rules:
        said = {part: answers[:, place] for part, place in rule.parts.items()}
        inside = _timed(said) if rule.judge.timed else _judged(rule.judge, said)
        applies = said["applies"]
        outcome = np.where(applies == TRUE, inside, np.where(applies == FALSE, NA, CODES[Outcome.UNKNOWN]))
        columns.append(np.where(_covered(asked.bound, rule.judge, population, count), outcome, 0))
    return np.stack(columns, 1).astype(np.uint8)


def _judged(judge: Judge, said: dict[str, np.ndarray]) -> np.ndarray:
    body = np.where(said["later"] == TRUE, FALSE, said["body"]) if "later" in said else said["body"]
    codes = (CODES[judge.when_true], CODES[judge.when_false], CODES[Outcome.UNKNOWN])
    return np.where(body == TRUE, codes[0], np.where(body == FALSE, codes[1], codes[2]))


def _timed(said: dict[str, np.ndarray]) -> np.ndarray:
    pending, kept = said["pending"], said["kept"]
    code = np.where(
        (pending == UNKNOWN) | (kept == UNKNOWN), CODES[Outcome.UNKNOWN],
        np.where(pending == TRUE, CODES[Outcome.PENDING], np.where(kept == TRUE, CODES[Outcome.SATISFIED], CODES[Outcome.BREACHED])),
    )  # fmt: skip
    return np.where(said["nothing_due"] == TRUE, NA, code) if "nothing_due" in said else code


def _covered(bound: Bound, judge: Judge, population: Population, count: int) -> Any:
    codes, places = np.unique(population.regions[:count], return_inverse=True)
    return np.array([bound.covers(judge.rule, str(code) or None) for code in codes])[places]


class Writer:
    """Walks conditions for a peer that codes three values as numbers: 0, 1, 2 with minimum, maximum and 2 − x."""

    def __init__(self, asked: Questions) -> None:
        self.asked = asked
        self.tables = {name: f"t{number}" for number, name in enumerate(asked.tables)}

    def condition(self, node: Condition) -> Any:
        match node:
            case And(parts=parts):
                return self.least([self.condition(part) for part in parts])
            case Or(parts=parts):
                return self.most([self.condition(part) for part in parts])
            case Not(part=part):
                return self.negated(self.condition(part))
            case Truth(value=value):
                return self.constant(TRUE if value else FALSE)
        return self.guarded(node, self.raw(node))

    def guarded(self, node: Condition, raw: Any) -> Any:
        """A leaf: false where a fact in it is none, else unknown where one is unknown, else what it says."""
        facts = {part.name: part for part in walk(node) if isinstance(part, Ref)}.values()
        nones = (
            [] if isinstance(node, IsNone) else [self.is_value(fact, SQL_NONE) for fact in facts if fact.may_be_none]
        )
        unknown = [self.is_unknown(self.fact(fact.name)) for fact in facts]
        unknown += [self.is_unknown(self.term(part)) for part in walk(node) if isinstance(part, Lookup)]
        return self.chosen(nones, unknown, raw)

    def raw(self, node: Node) -> Any:
        """A leaf where everything is known."""
        match node:
            case Ref(name=name):
                return self.fact(name)
            case IsNone(fact=fact):
                return self.is_value(fact, SQL_NONE)
            case Member(term=term, values=values):
                return self.member(self.term(term), values)
            case Compare(op=op, left=left, right=right):
                return self.compared(op, self.term(left), self.term(right))
        raise TypeError(type(node).__name__)

    def term(self, node: Node) -> Any:
        match node:
            case Const(value=value):
                return self.constant(value)
            case Ref(name=name):
                return self.fact(name)
            case Sum(op=op, left=left, right=right):
                return self.counted(op, self.term(left), self.term(right))
            case Times(term=below, factor=factor):
                return self.counted("*", self.term(below), self.constant(factor))
            case Shift(day=below, count=count, months=months):
                day = self.term(below)
                return self.months(day, count) if months else self.counted("+", day, self.constant(count))
            case Lookup(table=table, keys=keys):
                return self.looked_up(self.tables[table], [self.fact(key.name) for key in keys])
        raise TypeError(type(node).__name__)

    def is_value(self, fact: Ref, value: int) -> Any:
        return self.compared("=", self.fact(fact.name), self.constant(value))


def keyed_tables(asked: Questions) -> dict[str, dict[str, int]]:
    """The tables for peers: t0, t1 …, keys joined by a bar."""
    return {
        f"t{number}": {"|".join(str(int(part)) for part in key): value for key, value in rows.items()}
        for number, rows in enumerate(asked.tables.values())
    }


def plain(name: str) -> str:
    """A fact's name without a point."""
    return name.replace(".", "__")
