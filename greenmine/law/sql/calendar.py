"""Month arithmetic in plain integer SQL, exact on every day: no database's own date functions are used.

`key(x)` = 32 × (months since year 0) + day of the month: x ≤ y + n months exactly when key(x) ≤ key(y) + 32 n, because
a day that is clamped to the end of its month is later than no other day of that month.
"""

from __future__ import annotations

from greenmine.law.ir import Shift

FIRST_MONTH = 3
EPOCH = 305  # days between 0000-02-29 and the day before ordinal 1: the calendar counts years from the first of March


def _parts(day: str) -> tuple[str, str]:
    """Months since year 0 (March-based) and the day of the month from 0, each as one expression over the day."""
    quarter = f"(4*({day}+{EPOCH})+3)"
    century = f"{quarter}/146097"
    day_of_century = f"(4*({quarter}%146097/4)+3)"
    day_of_year = f"(5*({day_of_century}%1461/4)+461)"
    months = f"(12*(100*({century})+{day_of_century}/1461)+{day_of_year}/153)"
    return months, f"({day_of_year}%153/5)"


def key(day: str, months: int = 0) -> str:
    """The ordering key of a day moved by months."""
    month, of_month = _parts(day)
    return f"(32*{month}+{of_month}" + (f"+{32 * months})" if months >= 0 else f"{32 * months})")


def moved(day: str, shift: Shift, least: str) -> str:
    """The day moved by the shift's days or months (`least` is the dialect's function for the smaller of two)."""
    if not shift.months:
        return f"({day}+{shift.count})" if shift.count >= 0 else f"({day}{shift.count})"
    month, of_month = _parts(day)
    here = f"({month}+({shift.count - FIRST_MONTH}))"
    return f"({least}({_start(here)}+{of_month},{_start(f'({here}+1)')}-1)-{EPOCH})"


def _start(month: str) -> str:
    """The first day of a March-based month, counted from the first of March of year 0."""
    year = f"({month}/12)"
    return f"(365*{year}+{year}/4-{year}/100+{year}/400+(153*({month}%12)+2)/5)"


def against_shift(op: str, day: str, base: str, months: int) -> str:
    """Day op (base + months), by keys."""
    target = key(base, months)
    at_most, below = f"{key(day)}<={target}", f"{key(f'({day}+1)')}<={target}"
    return {
        "<=": f"({at_most})",
        "<": f"({below})",
        ">": f"(NOT {at_most})",
        ">=": f"(NOT {below})",
        "=": f"({at_most} AND NOT {below})",
        "<>": f"(NOT {at_most} OR {below})",
    }[op]
