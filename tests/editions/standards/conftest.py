"""The shipped law, active; and workbooks as sheets."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import python_calamine

ON = date(2026, 11, 20)


@pytest.fixture
def law(db: None) -> Any:
    """The shipped edition, active."""
    from greenmine.editions import actions, queries

    actions.activate(queries.candidate_text(), by="首次启用人", on=ON)
    return queries.active()


@pytest.fixture
def sheet(law: Any) -> Callable[..., Any]:
    """`sheet(mineral="coal", …)`: a mine's sheet with these facts."""
    from greenmine.law.sheets import Sheet

    def made(region: str = "620422", **facts: Any) -> Any:
        values = {name: law.dictionary[name].parse(value) for name, value in facts.items()}
        return Sheet("mine", "M00000001", region, values, dictionary=law.dictionary)

    return made


def sheets_of(content: bytes) -> dict[str, list[list[Any]]]:
    """The cells of a workbook."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
