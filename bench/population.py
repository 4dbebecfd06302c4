"""A synthetic population: seeded columns of lowered facts, 5 % unknown, many values exactly on what the rules ask.

The edges are read from the bound rules themselves: constants and one beside them, table rows, facts compared with facts,
due days and the day before and after them; a fifth of all days are month ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from greenmine.law import NONE, Bound, Sheet
from greenmine.law.days import add_months
from greenmine.law.force import ENTERED
from greenmine.law.ir import Compare, Const, Lookup, Node, Ref, Shift, Times, walk
from greenmine.law.judge import Judge
from greenmine.law.sql import SQL_NONE

SEED, UNKNOWN, NO_VALUE = 20250630, 0.05, 0.15
FIRST, LAST = date(2016, 1, 1).toordinal(), date(2032, 12, 31).toordinal()
MONTH_ENDS, ON_EDGE = 0.2, 0.25
PROVINCES = ("620000", "150000", "653000", "530000")


@dataclass(frozen=True)
class Population:
    """Lowered values by fact name (the sentinel for none), which of them are known, and where the mines lie."""

    values: dict[str, np.ndarray]
    known: dict[str, np.ndarray]
    regions: np.ndarray
    types: dict[str, str]

    def __len__(self) -> int:
        return len(self.regions)

    def sheets(self, start: int, stop: int) -> list[Sheet]:
        """The mines from start to stop as the closures read them."""
        names = list(self.values)
        columns = [self._objects(name, start, stop) for name in names]
        regions = self.regions[start:stop].tolist()
        rows = (
            {name: value for name, value in zip(names, row, strict=True) if value is not None}
            for row in zip(*columns, strict=True)
        )
        return [
            Sheet("mine", f"M{number:07d}", region or None, row)
            for number, region, row in zip(range(start, stop), regions, rows, strict=True)
        ]

    def stored(self, name: str, start: int = 0, stop: int | None = None) -> list[Any]:
        """One fact as a database stores it: None where unknown, the sentinel for none."""
        values, known = self.values[name][start:stop], self.known[name][start:stop]
        listed = values.astype(bool).tolist() if self.types[name] == "boolean" else values.tolist()
        return [value if is_known else None for value, is_known in zip(listed, known.tolist(), strict=True)]

    def _objects(self, name: str, start: int, stop: int) -> list[Any]:
        return [NONE if value == SQL_NONE else value for value in self.stored(name, start, stop)]

    def keys(self) -> list[str]:
        """The keys of all mines."""
        return [f"M{number:07d}" for number in range(len(self))]

    def first(self, count: int) -> Population:
        """The first mines of the population."""
        return Population(
            {name: column[:count] for name, column in self.values.items()},
            {name: column[:count] for name, column in self.known.items()},
            self.regions[:count],
            self.types,
        )

    def chunks(self, size: int) -> Iterator[list[Sheet]]:
        """All mines, some at a time."""
        for start in range(0, len(self), size):
            yield self.sheets(start, min(start + size, len(self)))


def judges(bound: Bound) -> list[Judge]:
    """The compiled rules that judge mines, by rule id."""
    paths = [(rule, bound.path(rule, "mine")) for rule in bound.rules]
    return [bound.judge(rule, path) for rule, path in paths if path is not None]


def folded(judge: Judge) -> list[Node]:
    """What a judge asks, folded on its day."""
    return [judge.folded_applies, *([judge.folded_due] if judge.timed else [judge.folded_body])]


class _Maker:
    def __init__(self, bound: Bound, count: int) -> None:
        self.bound, self.count, self.random = bound, count, np.random.default_rng(SEED)
        self.judges = judges(bound)
        names = {name for judge in self.judges for name in judge.mentioned}
        self.names = sorted(names | {name for name in ENTERED if name in bound.dictionary})
        self.edges: dict[str, set[int]] = {name: set() for name in self.names}
        self.pairs: list[tuple[str, Node]] = []
        for judge in self.judges:
            for node in folded(judge):
                self._collect(node)
            if judge.timed:
                self.pairs.append((judge.done, judge.folded_due))

    def _collect(self, node: Node) -> None:
        for part in walk(node):
            if isinstance(part, Compare) and isinstance(part.left, Ref):
                if isinstance(part.right, Const):
                    self.edges[part.left.name] |= {part.right.value + step for step in (-1, 0, 1)}
                else:
                    self.pairs.append((part.left.name, part.right))

    def one(self, name: str) -> np.ndarray:
        """Plain values of a fact over its domain."""
        fact, random, count = self.bound.dictionary[name], self.random, self.count
        if fact.type == "boolean":
            return (random.random(count) < 0.7).astype(np.int64)
        if fact.type == "enum":
            return random.integers(0, len(fact.codes), count)
        if fact.type == "date":
            return self.days()
        least, most = fact.least or 0, fact.most or 0
        if fact.type == "year":
            least, most = 2010, 2030
        wide = random.integers(least, most + 1, count)
        near = least + random.integers(0, max(2, (most - least) // 20), count)
        return np.where(random.random(count) < 0.7, wide, near)

    def days(self) -> np.ndarray:
        random, count = self.random, self.count
        spread = random.integers(FIRST, LAST + 1, count)
        near = self.bound.on.toordinal() + random.integers(-400, 401, count)
        days = np.where(random.random(count) < 0.5, spread, near)
        return np.where(random.random(count) < MONTH_ENDS, _month_end[days - TABLE_FROM], days)

    def on_edges(self, values: dict[str, np.ndarray]) -> None:
        for name, edges in self.edges.items():
            fact = self.bound.dictionary[name]
            inside = sorted(
                e for e in edges if (fact.least is None or e >= fact.least) and (fact.most is None or e <= fact.most)
            )
            if inside and fact.type in ("decimal", "integer", "date", "year"):
                chosen = self.random.choice(np.array(inside, np.int64), self.count)
                values[name] = np.where(self.random.random(self.count) < ON_EDGE, chosen, values[name])
        share = ON_EDGE / 2
        for name, other in self.pairs:
            reached = self.value(other, values)
            if reached is None:
                continue
            target, usable = reached
            usable = usable & (target != SQL_NONE)
            fact = self.bound.dictionary[name]
            moved = target + self.random.integers(-1, 2, self.count) * (fact.type != "enum")
            if fact.least is not None:
                moved = np.maximum(moved, fact.least)
            if fact.most is not None:
                moved = np.minimum(moved, fact.most)
            values[name] = np.where((self.random.random(self.count) < share) & usable, moved, values[name])

    def value(self, node: Node, values: dict[str, np.ndarray]) -> tuple[np.ndarray, Any] | None:
        """The other side of a comparison, where it is a fact, a shifted fact or a row of a table."""
        match node:
            case Const(value=value):
                return np.full(self.count, value, np.int64), True
            case Ref(name=name):
                return values[name], True
            case Shift(day=Ref(name=name), count=count, months=months):
                days = values[name]
                return (shifted(days, count) if months else days + count), True
            case Times(term=below, factor=factor):
                reached = self.value(below, values)
                return None if reached is None else (reached[0] * factor, reached[1])
            case Lookup(table=table, keys=keys):
                return self.looked_up(table, [values[key.name] for key in keys])
        return None

    def looked_up(self, table: str, keys: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        rows = {key: row.value for key, row in self.bound.day.rows(table).items()}
        target, usable = np.zeros(self.count, np.int64), np.zeros(self.count, bool)
        for row, value in rows.items():
            here = np.logical_and.reduce([key == part for key, part in zip(keys, row, strict=True)])
            target[here], usable[here] = value, True
        return target, usable

    def make(self, territories: tuple[str, ...]) -> Population:
        values = {name: self.one(name).astype(np.int64) for name in self.names}
        self.on_edges(values)
        known = {}
        for name in self.names:
            if self.bound.dictionary[name].may_be_none:
                values[name] = np.where(self.random.random(self.count) < NO_VALUE, SQL_NONE, values[name])
            known[name] = self.random.random(self.count) >= UNKNOWN
        types = {name: self.bound.dictionary[name].type for name in self.names}
        return Population(values, known, self.regions(territories), types)

    def regions(self, territories: tuple[str, ...]) -> np.ndarray:
        """Divisions inside the territories; with several, also some elsewhere and some unknown ('')."""
        divisions = self.bound.edition.divisions
        codes = sorted({str(row.code) for row in divisions.rows})
        inside = [code for code in codes if any(divisions.covers(one, code, self.bound.on) for one in territories)]
        if len(territories) > 1:
            outside = [code for code in codes if code not in set(inside)]
            inside += ["", *outside[:: max(1, len(outside) // 60)]]
        return self.random.choice(np.array(inside), self.count)


TABLE_FROM, TABLE_TO = date(1990, 1, 1).toordinal(), date(2060, 12, 31).toordinal()
_month_end = np.array(
    [add_months(date.fromordinal(day).replace(day=1).toordinal(), 1) - 1 for day in range(TABLE_FROM, TABLE_TO + 1)]
)


def shifted(days: np.ndarray, months: int) -> np.ndarray:
    """Days moved by months, through a table of all days that occur."""
    table = np.array([add_months(day, months) for day in range(TABLE_FROM, TABLE_TO + 1)])
    return table[np.clip(days - TABLE_FROM, 0, len(table) - 1)]


def make(bound: Bound, count: int, territories: tuple[str, ...] = ("620000",)) -> Population:
    """`count` mines with every fact the bound rules read."""
    return _Maker(bound, count).make(territories)
