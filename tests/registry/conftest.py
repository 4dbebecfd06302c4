"""A small active law, and ledgers as departments send them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from greenmine.editions import actions as editions
from greenmine.editions import queries
from greenmine.facts import actions as facts

ON = date(2026, 11, 20)


class Brought:
    """A file as a form brings it."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content

    def chunks(self) -> Iterator[bytes]:
        yield self.content


def ledger_of(headings: list[str], *rows: list[Any], name: str = "台账.xlsx") -> Brought:
    """A workbook with a title row, headings and rows."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "矿山台账")
        for number, row in enumerate((headings, *rows), start=1):
            sheet.write_row(number, 0, row)
    return Brought(name, content.getvalue())


@pytest.fixture
def edition(db: None) -> Any:
    """The shipped edition, made active, with its stored sheets."""
    editions.activate(queries.candidate_text(), by="何运维", on=ON)
    facts.rebuild(queries.active(), on=ON)
    return queries.active()
