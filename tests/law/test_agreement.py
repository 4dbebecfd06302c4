"""Random expressions mean the same to the oracle, the closures, SQLite, PostgreSQL and Polars, cell by cell."""

from __future__ import annotations

import os
import sqlite3
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from greenmine.law import LanguageError, Sheet, bind, evaluate_one
from greenmine.law.dictionary_file import load_dictionary
from greenmine.law.language import Scope, read_condition
from greenmine.law.rules import Rule
from greenmine.law.sql import column, column_type, compile_sql, to_sql
from greenmine.law.sql.outcomes import CODES
from greenmine.law.values import load_values
from tests.law import expressions, oracle
from tests.law.small_edition import SmallEdition

DICTIONARY = load_dictionary(expressions.FACTS)
FIGURES = load_values(expressions.VALUES, DICTIONARY)
WORDS = {True: "breached", False: "satisfied", None: "unknown"}


def lowered(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: DICTIONARY[name].parse(value if isinstance(value, bool | str) else str(value))
        for name, value in facts.items()
    }


def edition_of(texts: list[str]) -> SmallEdition | None:
    """One removal rule a text; None where none is accepted (a negation beside nothing, a figure too large)."""
    rules = []
    for number, text in enumerate(texts):
        try:
            ground = read_condition(text, Scope(DICTIONARY, FIGURES))
        except LanguageError:
            continue
        rules.append(
            Rule(
                f"x.r{number:02d}",
                ("x/1",),
                "removal",
                {"zh": text, "en": text},
                "mine",
                "enterprise",
                body=ground,
                texts={"ground": text},
            )
        )
    return SmallEdition(DICTIONARY, FIGURES, tuple(rules)) if rules else None


batches = st.lists(expressions.conditions(), min_size=6, max_size=12)
populations = st.lists(expressions.sheets(), min_size=5, max_size=12)
QUICK = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


@QUICK
@given(batches, populations, expressions.days)
def test_closures_agree_with_the_oracle(texts: list[str], population: list[dict[str, Any]], on: date) -> None:
    small = edition_of(texts)
    assume(small is not None)
    assert small is not None
    bound, tables = bind(small, on), expressions.tables(on)
    for facts in population:
        for rule_id, found in evaluate_one(bound, Sheet("mine", "m", None, lowered(facts))).items():
            text = found.rule.texts["ground"]
            assert str(found.outcome) == WORDS[oracle.truth(text, facts, on, tables)], (rule_id, text, facts)


@QUICK
@given(batches, populations, expressions.days)
def test_what_is_missing_settles_an_unknown(texts: list[str], population: list[dict[str, Any]], on: date) -> None:
    small = edition_of(texts)
    assume(small is not None)
    assert small is not None
    bound = bind(small, on)
    for facts in population:
        values = lowered(facts)
        for found in evaluate_one(bound, Sheet("mine", "m", None, values)).values():
            assert bool(found.missing) == (str(found.outcome) == "unknown")
            assert list(found.missing) == sorted(found.missing)
            assert not {name for name in found.missing if not name.startswith("value:")} & set(values)
            if found.missing and not any(name.startswith("value:") for name in found.missing):
                told = {**values, **{name: DICTIONARY[name].least or 0 for name in found.missing}}
                again = evaluate_one(
                    bound,
                    Sheet(
                        "mine",
                        "m",
                        None,
                        {name: bool(v) if DICTIONARY[name].type == "boolean" else v for name, v in told.items()},
                    ),
                )
                left = again[found.rule.id].missing
                assert all(name.startswith("value:") for name in left), (found.rule.texts, found.missing, left)


@QUICK
@given(batches, populations, expressions.days)
def test_sqlite_agrees_with_the_closures(texts: list[str], population: list[dict[str, Any]], on: date) -> None:
    connection = sqlite3.connect(":memory:")
    agree(texts, population, on, "sqlite", connection)
    connection.close()


def as_deep_as_a_pack_may_write(leaf: str) -> str:
    """A leaf inside as many parentheses as the language allows, each of which matters."""
    text = leaf
    for _ in range(11):
        text = f"(flag_a OR (NOT flag_b AND {text}))"
    return text


DEEP = [
    as_deep_as_a_pack_may_write("listed_on + 1 MONTH + 2 MONTHS < listed_on + 3 MONTHS"),
    as_deep_as_a_pack_may_write("listed_on + 1 MONTH + 2 MONTHS >= :on"),
    "(flag_a OR (flag_a AND listed_on + 0 MONTHS + 0 MONTHS < listed_on + 0 MONTHS))",
]
DAYS_AND_FLAGS = [
    {"flag_a": flag, "flag_b": False, "listed_on": day}
    for flag in (True, False)
    for day in ("2023-10-31", "2023-11-30", "2024-02-29", "none")
] + [{"flag_a": False}, {"flag_b": False}, {}]


def test_the_deepest_conditions_mean_the_same_on_sqlite() -> None:
    """SQLite's parser stops at about thirty parentheses inside each other; a pack may write more than that asks."""
    connection = sqlite3.connect(":memory:")
    agree(DEEP, DAYS_AND_FLAGS, date(2024, 2, 29), "sqlite", connection)
    connection.close()


@pytest.fixture(scope="module")
def postgresql() -> Any:
    """A connection where GREENMINE_DATABASE_URL names a PostgreSQL; skipped in words otherwise."""
    url = os.environ.get("GREENMINE_DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("runs with ./run test --db")
    import psycopg

    with psycopg.connect(url) as connection:
        yield connection
        connection.rollback()


@QUICK
@given(texts=batches, population=populations, on=expressions.days)
def test_postgresql_agrees_with_the_closures(
    postgresql: Any, texts: list[str], population: list[dict[str, Any]], on: date
) -> None:
    postgresql.rollback()
    agree(texts, population, on, "postgresql", postgresql)


def test_the_deepest_conditions_mean_the_same_on_postgresql(postgresql: Any) -> None:
    postgresql.rollback()
    agree(DEEP, DAYS_AND_FLAGS, date(2024, 2, 29), "postgresql", postgresql)


def agree(texts: list[str], population: list[dict[str, Any]], on: date, dialect: str, connection: Any) -> None:
    small = edition_of(texts)
    if small is None:
        reject()
    bound = bind(small, on)
    batch = compile_sql(bound, dialect, "law_sheet")
    names = list(DICTIONARY)[:-1]
    ddl = ", ".join(f"{column(name)} {column_type(DICTIONARY[name], dialect)}" for name in names)
    cursor = connection.cursor()
    cursor.execute(f"CREATE TEMP TABLE law_sheet (key TEXT, region_code TEXT, {ddl})")
    mark = "?" if dialect == "sqlite" else "%s"
    for number, facts in enumerate(population):
        values = lowered(facts)
        row = [str(number), None, *(to_sql(DICTIONARY[name], values.get(name)) for name in names)]
        cursor.execute(f"INSERT INTO law_sheet VALUES ({', '.join([mark] * len(row))})", row)
    cursor.execute(batch.select)
    for key, *words in cursor.fetchall():
        found = evaluate_one(bound, Sheet("mine", key, None, lowered(population[int(key)])))
        expected = [(found[rule].outcome, found[rule].counted) for rule in batch.rules]
        assert batch.unpack(words) == expected, [
            found[r].rule.texts
            for r, cell, wanted in zip(batch.rules, batch.unpack(words), expected, strict=True)
            if cell != wanted
        ]


@settings(QUICK, max_examples=25)
@given(batches, populations, expressions.days)
def test_polars_agrees_with_the_closures(texts: list[str], population: list[dict[str, Any]], on: date) -> None:
    pytest.importorskip("polars")
    from greenmine.law.polars_backend import frame_of, judge_frame

    small = edition_of(texts)
    assume(small is not None)
    assert small is not None
    bound = bind(small, on)
    rows = [Sheet("mine", str(number), None, lowered(facts)) for number, facts in enumerate(population)]
    judged = judge_frame(bound, frame_of(bound, rows, list(DICTIONARY)[:-1]))
    for sheet, row in zip(rows, judged.iter_rows(named=True), strict=True):
        found = evaluate_one(bound, sheet)
        for rule_id, finding in found.items():
            code = CODES[finding.outcome] + (0 if finding.counted else 8)
            assert row[rule_id] == code, (finding.rule.texts, sheet.values)
