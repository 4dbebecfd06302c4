"""The real dictionary and divisions, and ledgers written on the spot in the shapes departments keep them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from greenmine.editions.territories import Divisions, read_divisions
from greenmine.law import Dictionary, load_dictionary
from greenmine.registry.ledgers.ledger import Ledger, read_ledger

RULEBOOK = Path(__file__).parents[3] / "rulebook"
HEADINGS = (
    "序号", "矿山编号", "矿山名称", "采矿权人", "所在市（州、盟）", "所在县（市、区、旗）", "行政区代码", "矿种", "开采方式", "生产状态",
    "设计生产能力（万吨/年）", "保有可采储量（万吨）", "投产时间", "经度（东经）", "纬度（北纬）", "备注",
)  # fmt: skip
MINE = (
    1, "M1", "敖汉旗一号煤矿", "某某煤业有限公司", "赤峰市", "敖汉旗", "150430", "煤", "露天开采", "生产", 120, 9100.5, "2022年",
    120.771111, 43.7025, "",
)  # fmt: skip
Read = Callable[..., Ledger]


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    return load_dictionary((RULEBOOK / "facts.yaml").read_text("utf-8"))


@pytest.fixture(scope="session")
def divisions() -> Divisions:
    return read_divisions((RULEBOOK / "values" / "divisions.csv").read_text("utf-8"))


@pytest.fixture
def read(dictionary: Dictionary, divisions: Divisions) -> Read:
    def read_it(content: bytes | Path, filename: str = "台账.xlsx", **more: Any) -> Ledger:
        return read_ledger(content, filename, dictionary=dictionary, divisions=divisions, **more)

    return read_it


def workbook(*rows: Sequence[Any], more: Callable[[Any, Any], None] | None = None) -> bytes:
    """An .xlsx of one sheet with these rows; `more(book, sheet)` adds formulas and merges."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("矿山台账")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, column, cell)
        if more is not None:
            more(book, sheet)
    return content.getvalue()


def ledger(*mines: Sequence[Any]) -> bytes:
    """A ledger as departments keep it: a title row, a reporting-unit row, headings, mines."""
    return workbook(("内蒙古自治区矿山台账",), ("填报单位：某旗自然资源局",), HEADINGS, *mines)


def changed(**cells: Any) -> list[Any]:
    """The mine with some cells replaced, by the heading's first four characters."""
    places = {heading.replace("（", "")[:4]: at for at, heading in enumerate(HEADINGS)}
    row = list(MINE)
    for heading, cell in cells.items():
        row[places[heading[:4]]] = cell
    return row
