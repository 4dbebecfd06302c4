"""Judging a population (全量判定): the same rules over many subjects, on closures, inside a database or on Polars.

A Run remembers one byte a rule and subject, so that two runs can be compared: who flips, and why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, Protocol

from greenmine.law.bind import Bound
from greenmine.law.evaluate import evaluate_one
from greenmine.law.rules import Outcome
from greenmine.law.sheets import Sheet
from greenmine.law.sql.batch import SqlBatch, compile_sql, identifier
from greenmine.law.sql.outcomes import CODES, OUTCOMES, SET_APART

Cell = tuple[Outcome, bool] | None


@dataclass(frozen=True, slots=True)
class Run:
    """What every rule found about every subject: one byte each, in the order of `rules`; 0 where a rule does not cover."""

    edition: str
    on: date
    rules: tuple[str, ...]
    codes: Mapping[str, bytes]
    fingerprints: Mapping[str, bytes] = field(default_factory=dict)

    def cell(self, key: str, rule: str) -> Cell:
        """(outcome, counted) of one subject and rule; None where the rule does not cover it or did not run."""
        if rule not in self.rules or key not in self.codes:
            return None
        return cell(self.codes[key][self.rules.index(rule)])


def cell(code: int) -> Cell:
    """The meaning of one byte."""
    outcome = OUTCOMES.get(code & 7)
    return None if outcome is None else (outcome, code < SET_APART)


def code_of(found: Cell) -> int:
    """The byte of an outcome."""
    return 0 if found is None else CODES[found[0]] + (0 if found[1] else SET_APART)


class Backend(Protocol):
    """Something that judges all its subjects."""

    def judge(
        self, bound: Bound, kind: str, only: Collection[str] | None
    ) -> tuple[tuple[str, ...], Iterator[tuple[str, bytes, bytes]]]:
        """The rules in order, and (key, one byte a rule, fingerprint of the facts or nothing) for each subject."""
        ...


@dataclass(frozen=True)
class Closures:
    """Sheets in memory, judged one by one: the reference."""

    sheets: Iterable[Sheet]

    def judge(
        self, bound: Bound, kind: str, only: Collection[str] | None
    ) -> tuple[tuple[str, ...], Iterator[tuple[str, bytes, bytes]]]:
        """See Backend."""
        rules = tuple(
            rule.id for rule in bound.rules if bound.path(rule, kind) is not None and (only is None or rule.id in only)
        )
        return rules, (self._one(bound, sheet, rules) for sheet in self.sheets)

    @staticmethod
    def _one(bound: Bound, sheet: Sheet, rules: tuple[str, ...]) -> tuple[str, bytes, bytes]:
        found = evaluate_one(bound, sheet)
        codes = bytes(code_of((found[rule].outcome, found[rule].counted)) if rule in found else 0 for rule in rules)
        said = repr(
            (sheet.region_code, sorted((name, value) for name, value in sheet.values.items() if value is not None))
        )
        return sheet.key, codes, blake2b(said.encode(), digest_size=8).digest()


@dataclass(frozen=True)
class Database:
    """A table of sheets behind a DB-API connection (sqlite3 or psycopg); the database judges, only bytes come back."""

    connection: Any
    dialect: str
    table: str
    where: str = ""
    key: str = "key"
    region: str = "region_code"

    def judge(
        self, bound: Bound, kind: str, only: Collection[str] | None
    ) -> tuple[tuple[str, ...], Iterator[tuple[str, bytes, bytes]]]:
        """See Backend. `where` names a boolean column or view condition the caller has made: one identifier, nothing else."""
        batch = compile_sql(bound, self.dialect, self.table, kind=kind, only=only, key=self.key, region=self.region)
        return batch.rules, self._rows(batch)

    def _rows(self, batch: SqlBatch) -> Iterator[tuple[str, bytes, bytes]]:
        select = batch.select + (f" WHERE s.{identifier(self.where)}" if self.where else "")
        cursor = self.connection.cursor()
        cursor.execute(select)
        while rows := cursor.fetchmany(5000):
            for key, *words in rows:
                yield str(key), bytes(code_of(found) for found in batch.unpack(words)), b""


@dataclass(frozen=True)
class Polars:
    """Sheets in memory, judged on Polars (optional dependency)."""

    sheets: Iterable[Sheet]

    def judge(
        self, bound: Bound, kind: str, only: Collection[str] | None
    ) -> tuple[tuple[str, ...], Iterator[tuple[str, bytes, bytes]]]:
        """See Backend."""
        from greenmine.law.polars_backend import frame_of, judge_frame, names_read  # noqa: PLC0415 -- optional dependency

        frame = judge_frame(
            bound, frame_of(bound, list(self.sheets), names_read(bound, kind, only)), kind=kind, only=only
        )
        return tuple(frame.columns[1:]), ((row[0], bytes(row[1:]), b"") for row in frame.iter_rows())


def evaluate_population(
    bound: Bound, backend: Backend, *, kind: str = "mine", only: Collection[str] | None = None
) -> Run:
    """Judge every subject of the backend on the bound day."""
    rules, rows = backend.judge(bound, kind, only)
    codes: dict[str, bytes] = {}
    fingerprints: dict[str, bytes] = {}
    for key, found, fingerprint in rows:
        codes[key] = found
        if fingerprint:
            fingerprints[key] = fingerprint
    return Run(bound.edition.id, bound.on, rules, codes, fingerprints)


@dataclass(frozen=True, slots=True)
class Flip:
    """One finding that differs between two runs, and what differs between them: facts, edition, day."""

    key: str
    rule: str
    before: Cell
    after: Cell
    why: tuple[str, ...]


def diff(before: Run, after: Run) -> list[Flip]:
    """Who flips, by subject and rule; a rule or subject that is only in one run counts as absent in the other."""
    rules = sorted({*before.rules, *after.rules})
    flips = []
    for key in sorted({*before.codes, *after.codes}):
        if before.rules == after.rules and before.codes.get(key) == after.codes.get(key):
            continue
        why = _why(before, after, key)
        for rule in rules:
            was, now = before.cell(key, rule), after.cell(key, rule)
            if was != now:
                flips.append(Flip(key, rule, was, now, why))
    return flips


def _why(before: Run, after: Run, key: str) -> tuple[str, ...]:
    reasons = []
    if before.fingerprints.get(key) != after.fingerprints.get(key) or (key in before.codes) != (key in after.codes):
        reasons.append("facts")
    if before.edition != after.edition:
        reasons.append("edition")
    if before.on != after.on:
        reasons.append("day")
    return tuple(reasons) or ("facts",)
