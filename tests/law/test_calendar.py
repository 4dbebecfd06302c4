"""Month arithmetic: clamped to the month's end, exact on every day from 1900 to 2199, the same in SQL."""

from __future__ import annotations

import sqlite3
from datetime import date

import pytest

from greenmine.law.days import FIRST_DAY, LAST_DAY, add_months, first_day_reaching
from greenmine.law.ir import A_DAY, Ref, Shift
from greenmine.law.sql import calendar


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-12-31", 2, "2025-02-28"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2025-01-01", -1, "2024-12-01"),
    ],
)
def test_a_month_without_the_day_ends_on_its_last(day: str, months: int, expected: str) -> None:
    assert date.fromordinal(add_months(date.fromisoformat(day).toordinal(), months)) == date.fromisoformat(expected)


@pytest.mark.parametrize("months", [1, 6, 12, 24, -1, -18])
def test_sql_moves_every_day_of_three_centuries_as_the_calendar_does(months: int) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE days (d INTEGER)")
    connection.executemany("INSERT INTO days VALUES (?)", ((day,) for day in range(FIRST_DAY, LAST_DAY + 1)))
    moved = calendar.moved("d", Shift(Ref("d", A_DAY), months, True), "min")
    got = [row[0] for row in connection.execute(f"SELECT {moved} FROM days ORDER BY d")]
    assert got == [add_months(day, months) for day in range(FIRST_DAY, LAST_DAY + 1)]


@pytest.mark.parametrize("months", [1, 24, -5])
def test_keys_compare_days_with_moved_days_around_every_month_end(months: int) -> None:
    connection = sqlite3.connect(":memory:")
    months_of_interest = [
        date(year, month, 1).toordinal() for year in (1999, 2000, 2023, 2024, 2025, 2100) for month in range(1, 13)
    ]
    for first in months_of_interest:
        for base in range(first - 5, first + 2):
            target = add_months(base, months)
            for day in range(target - 4, target + 5):
                wanted = {
                    "<": day < target,
                    "<=": day <= target,
                    ">": day > target,
                    ">=": day >= target,
                    "=": day == target,
                    "<>": day != target,
                }
                asked = ", ".join(calendar.against_shift(op, str(day), str(base), months) for op in wanted)
                assert [bool(value) for value in connection.execute(f"SELECT {asked}").fetchone()] == list(
                    wanted.values()
                )


@pytest.mark.parametrize("months", [1, 2, 12, 36, -1, -24])
def test_the_first_day_that_reaches_a_target_is_found(months: int) -> None:
    for target in range(date(2024, 1, 1).toordinal(), date(2025, 3, 31).toordinal()):
        first = first_day_reaching(target, months)
        assert add_months(first, months) >= target
        assert add_months(first - 1, months) < target
