"""Our own backends over one population: closures, SQLite, PostgreSQL, Polars. Every cell is compared with the closures."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench.measuring import Taken, result, say, seconds
from bench.population import Population
from greenmine.law import Bound, Sheet, compile_sql, evaluate_one
from greenmine.law.population import code_of
from greenmine.law.sql import SQL_NONE, SqlBatch, column, column_type

CHUNK, RUNS, EXPLAINED = 5000, 5, 1000
_shared: dict[str, Any] = {}


# -- closures: the truth the others are compared with --------------------------------------------------------------------


def truth(bound: Bound, population: Population) -> np.ndarray:
    """One byte a mine and rule (columns by rule id), computed by the closures on both cores."""
    _shared.update(bound=bound, population=population)
    starts = range(0, len(population), CHUNK)
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        parts = list(pool.map(_truth_of, starts))
    return np.frombuffer(b"".join(parts), np.uint8).reshape(len(population), len(bound.rules))


def _truth_of(start: int) -> bytes:
    bound, population = _shared["bound"], _shared["population"]
    names = [rule.id for rule in bound.rules]
    sheets = population.sheets(start, min(start + CHUNK, len(population)))
    return b"".join(_codes(evaluate_one(bound, sheet), names) for sheet in sheets)


def _codes(found: dict[str, Any], names: list[str]) -> bytes:
    return bytes(code_of((found[name].outcome, found[name].counted)) if name in found else 0 for name in names)


def closures(bound: Bound, population: Population, runs: int) -> dict[str, Any]:
    """Outcomes, due days and flags of every mine."""
    taken = [Taken(0.0, 0.0)] * runs
    for sheets in population.chunks(CHUNK):
        for run, second in enumerate(seconds(lambda sheets=sheets: _judge(bound, sheets), runs)):
            taken[run] = taken[run] + second
    return result("closures", len(population), len(bound.rules), taken)


def _judge(bound: Bound, sheets: list[Sheet]) -> None:
    for sheet in sheets:
        evaluate_one(bound, sheet)


def explained(bound: Bound, population: Population) -> list[dict[str, Any]]:
    """Every finding of the first mines with its reasoning, without words and in sentences; starting with nothing told yet."""
    sheets = population.sheets(0, EXPLAINED)
    every = bound.covering("mine", sheets[0].region_code)

    def forget() -> None:
        for sheet in sheets:
            sheet.cache.clear()
        for judge in every:
            judge.reasons.clear()
            judge.phrases.clear()

    lines = []
    for name, ask in (("closures, reasoning", _reasoning), ("closures, in sentences", _sentences)):
        taken = seconds(lambda ask=ask: ask(bound, sheets), RUNS + 1, before=forget)[1:]
        lines.append(result(name, len(sheets), len(bound.rules), taken))
    return lines


def _reasoning(bound: Bound, sheets: list[Sheet]) -> None:
    for sheet in sheets:
        for finding in evaluate_one(bound, sheet).values():
            finding.missing, finding.facts, finding.trace  # noqa: B018 -- computed when read


def _sentences(bound: Bound, sheets: list[Sheet]) -> None:
    for sheet in sheets:
        for finding in evaluate_one(bound, sheet).values():
            finding.missing, finding.facts, finding.reason  # noqa: B018 -- computed when read


# -- databases ------------------------------------------------------------------------------------------------------------


def _rows(population: Population) -> Iterator[tuple[Any, ...]]:
    columns = [population.stored(name) for name in population.values]
    return zip(population.keys(), [code or None for code in population.regions.tolist()], *columns, strict=True)


def _table(bound: Bound, population: Population, dialect: str) -> str:
    columns = ", ".join(f"{column(name)} {column_type(bound.dictionary[name], dialect)}" for name in population.values)
    return f"CREATE TABLE mines (key TEXT PRIMARY KEY, region_code TEXT, {columns})"


def wrong_cells(batch: SqlBatch, rows: list[tuple[Any, ...]], expected: np.ndarray, bound: Bound) -> int:
    """Cells of stored words that differ from the closures'; a mine that is missing is wrong in every cell."""
    places = [[rule.id for rule in bound.rules].index(name) for name in batch.rules]
    if len(rows) != len(expected):
        return int(expected.size)
    found = np.array([[code_of(cell) for cell in batch.unpack(words)] for _, *words in rows], np.uint8)
    return int((found != expected[:, places]).sum())


def sqlite(bound: Bound, population: Population, expected: np.ndarray, *, check: bool = True) -> dict[str, Any]:
    """One statement judges every mine and stores the packed outcomes, in a database file."""
    batch = compile_sql(bound, "sqlite", "mines")
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(Path(folder) / "bench.sqlite3")) as connection,
    ):
        connection.execute(_table(bound, population, "sqlite"))
        marks = ", ".join("?" * (len(population.values) + 2))
        connection.executemany(f"INSERT INTO mines VALUES ({marks})", _rows(population))
        connection.commit()

        def again() -> None:
            connection.execute("DROP TABLE IF EXISTS outcomes")
            connection.execute(batch.create_table("outcomes"))
            connection.commit()

        def run() -> None:
            connection.execute(batch.insert_into("outcomes"))
            connection.commit()

        taken = seconds(run, RUNS, before=again)
        wrong = {}
        if check:
            rows = connection.execute("SELECT * FROM outcomes ORDER BY key").fetchall()
            wrong = {"wrong_cells": wrong_cells(batch, rows, expected, bound)}
    return result("SQLite, stored", len(population), len(bound.rules), taken, **wrong)


def postgresql(
    url: str, bound: Bound, population: Population, expected: np.ndarray, *, check: bool = True
) -> dict[str, Any]:
    """The same statement on PostgreSQL."""
    import psycopg  # noqa: PLC0415 -- only where there is a PostgreSQL

    batch = compile_sql(bound, "postgresql", "mines")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET jit = off")  # as the product does: compiling the statement costs more than it saves
        connection.execute("DROP TABLE IF EXISTS mines, outcomes")
        connection.execute(_table(bound, population, "postgresql").encode())
        with connection.cursor() as cursor, cursor.copy("COPY mines FROM STDIN") as copy:
            for row in _rows(population):
                copy.write_row(row)
        connection.execute("VACUUM ANALYZE mines")

        def again() -> None:
            connection.execute("DROP TABLE IF EXISTS outcomes")

        taken = seconds(lambda: connection.execute(batch.create_as("outcomes").encode()), RUNS, before=again)
        number = connection.info.server_version
        more: dict[str, Any] = {"version": f"{number // 10000}.{number % 100}"}
        if check:
            rows = connection.execute("SELECT * FROM outcomes ORDER BY key").fetchall()
            more["wrong_cells"] = wrong_cells(batch, rows, expected, bound)
    line = result("PostgreSQL, stored", len(population), len(bound.rules), taken, **more)
    # The work is done in the server's process: our own processor time says nothing of it.
    return {name: value for name, value in line.items() if not name.startswith("processor")}


# -- Polars ---------------------------------------------------------------------------------------------------------------


def frame(population: Population) -> Any:
    """The population as a data frame, built from its columns."""
    import polars as pl  # noqa: PLC0415 -- measured only where it is installed

    kinds = {"boolean": pl.Boolean, "enum": pl.Int16}
    columns = [
        pl.Series("key", population.keys()),
        pl.Series("region_code", population.regions.tolist()).replace("", None),
    ]
    for name, values in population.values.items():
        known = pl.Series(population.known[name])
        series = pl.Series(name, values).cast(kinds.get(population.types[name], pl.Int64))
        columns.append(pl.select(pl.when(known).then(series).alias(name)).to_series())
    return pl.DataFrame(columns)


def polars(bound: Bound, population: Population, expected: np.ndarray | None) -> dict[str, Any]:
    """All rules over a frame in memory, with the time to build the plan."""
    from greenmine.law.polars_backend import judge_frame  # noqa: PLC0415 -- optional dependency

    read = frame(population)
    taken = seconds(lambda: judge_frame(bound, read), RUNS + 1)[1:]
    more = {}
    if expected is not None:
        judged = judge_frame(bound, read)
        names = [rule.id for rule in bound.rules]
        say(f"  comparing {len(population) * len(names):,} cells of Polars with the closures")
        more = {
            "wrong_cells": sum(int((judged[name].to_numpy() != expected[:, at]).sum()) for at, name in enumerate(names))
        }
    return result("Polars", len(population), len(bound.rules), taken, **more)


__all__ = ["SQL_NONE", "closures", "explained", "frame", "polars", "postgresql", "sqlite", "truth"]
