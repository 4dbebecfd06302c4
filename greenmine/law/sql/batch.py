"""A statement that judges every row of a table: fifteen rules to an integer, rules of one territory together."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from greenmine.law.bind import Bound
from greenmine.law.rules import Outcome
from greenmine.law.sql.emitter import Emitter
from greenmine.law.sql.outcomes import OUTCOMES, SET_APART, RuleSql
from greenmine.law.sql.table import DIALECTS, column
from greenmine.law.sql.territory import territory_condition

PER_WORD = 15
BITS = 4
IDENTIFIER = re.compile(r'[A-Za-z_][A-Za-z0-9_]*|"[^"\x00]+"')
PLACEHOLDER = re.compile(r"\{territory:(\d{6})\}")
Cell = tuple[Outcome, bool] | None


@dataclass(frozen=True, slots=True)
class SqlBatch:
    """The statement and how to read it: `select` gives the key, then one packed integer a word of `layout`."""

    dialect: str
    select: str
    rules: tuple[str, ...]
    layout: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The names of the packed columns."""
        return tuple(f"w{number}" for number in range(len(self.layout)))

    def unpack(self, row: Sequence[int | None]) -> list[Cell]:
        """(outcome, counted) for each of `rules` from the packed integers of one row; None where a rule does not cover it."""
        cells: list[Cell] = []
        for packed, names in zip(row, self.layout, strict=True):
            rest = packed or 0
            for _ in names:
                code, rest = rest & 15, rest >> BITS
                outcome = OUTCOMES.get(code & 7)
                cells.append(None if outcome is None else (outcome, code < SET_APART))
        return cells

    def create_table(self, table: str) -> str:
        """A table for the packed outcomes."""
        words = ", ".join(f"{word} BIGINT NOT NULL" for word in self.words)
        return f"CREATE TABLE {identifier(table)} (key TEXT PRIMARY KEY, {words})"

    def create_as(self, table: str) -> str:
        """Judge everybody into a new table, in one statement.

        On PostgreSQL all cores judge, and the table is not logged: it holds nothing that cannot be judged again.
        """
        unlogged = "UNLOGGED " if self.dialect == "postgresql" else ""
        return f"CREATE {unlogged}TABLE {identifier(table)} AS {self.select}"

    def insert_into(self, table: str) -> str:
        """Judge and store in one statement; nothing leaves the database."""
        return f"INSERT INTO {identifier(table)} (key, {', '.join(self.words)}) {self.select}"


def identifier(name: str) -> str:
    """A table or column name as it is; anything that is not one plain or quoted identifier is refused."""
    if not IDENTIFIER.fullmatch(name):
        raise ValueError(f"not an identifier: {name!r}")
    return name


def compile_sql(
    bound: Bound,
    dialect: str,
    table: str,
    *,
    kind: str = "mine",
    only: Collection[str] | None = None,
    key: str = "key",
    region: str = "region_code",
    columns: Callable[[str], str] = column,
) -> SqlBatch:
    """One statement over `table` (sheets of `kind`, lowered columns as `sql.table` says) for every rule that judges the kind."""
    if dialect not in DIALECTS:
        raise ValueError(f"unknown dialect: {dialect}")
    emitter = Emitter(dialect, bound.day, lambda name: f"s.{identifier(columns(name))}")
    where = f"s.{identifier(region)}"
    territories: dict[str, str] = {}

    def territory(code: str) -> str:
        if code not in territories:
            territories[code] = territory_condition(code, where, bound.edition.divisions, bound.on)
        return territories[code]

    def covered(match: re.Match[str]) -> str:
        return territory(match.group(1)) or emitter.true

    judged = [
        (bound.territory_of(rule), rule, path) for rule in bound.rules if (path := bound.path(rule, kind)) is not None
    ]
    judged = sorted(
        (item for item in judged if only is None or item[1].id in only), key=lambda item: (item[0], item[1].id)
    )
    layout: list[tuple[str, ...]] = []
    words: list[str] = []
    for code, group in groupby(judged, key=lambda item: item[0]):
        listed = list(group)
        for start in range(0, len(listed), PER_WORD):
            part = listed[start : start + PER_WORD]
            codes = [
                RuleSql(bound, kind, bound.judge(rule, path), emitter, 1 << BITS * place).code()
                for place, (_, rule, path) in enumerate(part)
            ]
            packed = PLACEHOLDER.sub(covered, "+".join(codes))
            condition = territory(code)
            words.append(f"(CASE WHEN {condition} THEN {packed} ELSE 0 END)" if condition else packed)
            layout.append(tuple(rule.id for _, rule, _ in part))
    selected = ", ".join(f"{_wide(word, dialect)} AS w{number}" for number, word in enumerate(words))
    select = (
        f"SELECT s.{identifier(key)}"
        + (f", {selected}" if selected else "")
        + f" FROM {emitter.source(identifier(table))}"
    )
    names = tuple(name for group_of in layout for name in group_of)
    return SqlBatch(dialect, select, names, tuple(layout), tuple(sorted(emitter.columns)))


def _wide(word: str, dialect: str) -> str:
    return word if dialect == "sqlite" else f"CAST({word} AS BIGINT)"
