from datetime import date

from greenmine.editions.calendars import Calendar, CalendarYear, WorkingDay

DAYS = Calendar(
    {
        2025: CalendarYear(
            2025,
            frozenset({date(2025, 10, 1), date(2025, 10, 2), date(2025, 10, 3)}),
            frozenset({date(2025, 10, 11)}),
            "S",
            {},
        )
    }
)


def test_working_days_skip_weekends_and_holidays_and_count_days_made_up():
    assert DAYS.add(date(2025, 9, 30), 1) == WorkingDay(date(2025, 10, 6), False)
    assert DAYS.add(date(2025, 10, 10), 1) == WorkingDay(date(2025, 10, 11), False)
    assert DAYS.works(date(2025, 10, 11))
    assert not DAYS.works(date(2025, 10, 12))


def test_a_year_without_a_table_gives_a_provisional_day():
    assert DAYS.add(date(2025, 12, 31), 1) == WorkingDay(date(2026, 1, 1), True)
    assert not DAYS.sure(2026)
