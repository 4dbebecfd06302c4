"""Working days (工作日): public holidays and make-up working days, year by year, from `rulebook/values/calendars`.

A year without a table counts Monday to Friday, and every day computed through it is provisional (暂定).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year's official table: days off and weekend days worked, and how sure the table is (S, M, I, ?)."""

    year: int
    holidays: frozenset[date]
    working: frozenset[date]
    confidence: str
    source: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A day counted in working days, and whether a year without a confirmed table was passed on the way."""

    on: date
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """The tables of all years that have one."""

    years: Mapping[int, CalendarYear]

    def works(self, on: date) -> bool:
        """Whether a day is a working day."""
        year = self.years.get(on.year)
        if year is not None and on in year.holidays:
            return False
        if year is not None and on in year.working:
            return True
        return on.weekday() < SATURDAY

    def sure(self, year: int) -> bool:
        """Whether the year's table is sourced: a table from memory is as provisional as none."""
        return year in self.years and self.years[year].confidence == "S"

    def add(self, start: date, working_days: int) -> WorkingDay:
        """The day `working_days` after `start`, the start day not counted (起算日不计入)."""
        day, passed = start, {start.year}
        while working_days > 0:
            day += ONE_DAY
            passed.add(day.year)
            working_days -= self.works(day)
        return WorkingDay(day, not all(self.sure(year) for year in passed))
