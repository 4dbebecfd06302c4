"""One row of a ledger into one mine: its identity, its place and its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenmine.law import contradictions
from greenmine.registry.ledgers.cells import UNKNOWN_WORDS, Read, read_cell
from greenmine.registry.ledgers.headings import ASIDE, FACT, ID, PLACE, Column, Headings
from greenmine.registry.ledgers.identifiers import credit_code_problem, licence_number_problem
from greenmine.registry.ledgers.places import Places
from greenmine.registry.ledgers.problems import NOTICE, LedgerProblem

TOTALS = frozenset(("合计", "总计", "小计", "总  计", "合  计", "共计"))
FOOTNOTES = (
    "注：",
    "注:",
    "说明：",
    "填报人",
    "填表人",
    "审核人",
    "制表",
    "备注：",
    "数据来源",
    "单位负责人",
    "填报日期",
)
NAME, HOLDER, REGION = "mine_name", "holder_name", "region_code"
LICENCE, CREDIT = "mining_license_number", "holder_credit_code"
CHECKED: Mapping[str, Callable[[str], tuple[str, str] | None]] = {
    LICENCE: licence_number_problem,
    CREDIT: credit_code_problem,
}
FEW = 2  # a note under the table fills one cell, perhaps two
NO_RESULT = ("公式没有结果或出错：请改填数值", "the formula has failed or has no result: enter the value itself")
REMEMBERED = 20_000  # distinct cells remembered in a column: 生产, 煤, 2012年 are read once


@dataclass(slots=True)
class LedgerRow:
    """One mine of a ledger.

    `id` is the department's number (row-<n> where it has none); `facts` are lowered values by sheet name (holder.<name>,
    region.<name> for others); `texts` are names, numbers and remarks as written.
    """

    number: int
    id: str
    name: str
    region_code: str | None
    facts: dict[str, Any]
    texts: dict[str, str]


class RowReader:
    """Reads the rows under known columns."""

    def __init__(
        self, headings: Headings, columns: Sequence[Column], places: Places, broken: Iterable[str] = ()
    ) -> None:
        self._facts = headings.facts
        self._dictionary = headings.dictionary
        self._columns = [column for column in columns if column.role in (FACT, ID, PLACE, ASIDE) and not column.aside]
        self._places = places
        self._broken = _by_row(broken)
        self._told: set[str] = set()  # unknown codes already spoken of
        self._read: dict[int, dict[tuple[Any, str], Read]] = {column.index: {} for column in self._columns}

    def read(self, number: int, cells: Sequence[Any], problems: list[LedgerProblem]) -> LedgerRow | None:
        """The mine of a row; None for blank rows, totals and footnotes. What is wrong is added to `problems`."""
        if not _holds_something(cells):
            return None
        facts: dict[str, Any] = {}
        texts: dict[str, str] = {}
        found: list[LedgerProblem] = []
        for column in self._columns:
            cell = cells[column.index] if column.index < len(cells) else ""
            if column.role == FACT:
                value = self._value(number, column, cells, found)
                if value is not None:
                    (texts if self._facts[column.name].type == "text" else facts)[column.name] = value
            else:
                said = _plain(cell)
                if said:
                    texts[column.name] = said
        if _is_total(cells) or not (facts or texts.keys() - {"serial", "remark"}):
            return None
        row = self._row(number, facts, texts, found)
        problems.extend(found)
        return row

    def _value(self, number: int, column: Column, cells: Sequence[Any], found: list[LedgerProblem]) -> Any:
        """The lowered value or text of one cell, None where unknown."""
        if column.index in self._broken.get(number, ()):
            found.append(LedgerProblem(*NO_RESULT, number, column.heading))
            return None
        cell = cells[column.index] if column.index < len(cells) else ""
        if cell == "":
            return None
        value, remark = self._remembered(column, cell, _unit_beside(column, cells) or column.unit)
        if remark is not None:
            found.append(LedgerProblem(remark.zh, remark.en, number, column.heading, remark.severity))
        return value

    def _remembered(self, column: Column, cell: Any, unit: str) -> Read:
        known = self._read[column.index]
        key = (cell if not isinstance(cell, bool) else str(cell), unit)
        read = known.get(key)
        if read is None:
            read = read_cell(self._facts[column.name], cell, unit)
            if len(known) < REMEMBERED:
                known[key] = read
        return read

    def _row(self, number: int, facts: dict[str, Any], texts: dict[str, str], found: list[LedgerProblem]) -> LedgerRow:
        ledger_number = texts.pop("ledger_number", "")
        name = texts.get(NAME, "")
        if not name and not ledger_number and not texts.get(LICENCE):
            found.append(
                LedgerProblem(
                    "这一行没有矿山名称、编号或许可证号：请补填，否则无法识别是哪座矿山",
                    "the row has no name, number or licence number: without one the mine cannot be recognised",
                    number,
                )
            )
        for fact, problem_of in CHECKED.items():
            if texts.get(fact):
                texts[fact] = texts[fact].upper().replace(" ", "")
                wrong = problem_of(texts[fact])
                if wrong is not None:
                    found.append(LedgerProblem(wrong[0], wrong[1], number, self._heading(fact)))
        found.extend(LedgerProblem(one.zh, one.en, number) for one in contradictions(facts, self._dictionary))
        region = self._region(number, facts, texts, found)
        texts.pop("serial", None)
        return LedgerRow(number, ledger_number or f"row-{number}", name, region, facts, texts)

    def _region(
        self, number: int, facts: dict[str, Any], texts: Mapping[str, str], found: list[LedgerProblem]
    ) -> str | None:
        stated = facts.get(REGION)
        if stated is not None:
            code = f"{stated:06d}"
            if not self._places.known(code) and code not in self._told:
                self._told.add(code)
                found.append(
                    LedgerProblem(
                        f"行政区划表中没有“{code}”：按其前几位所属地区判定，请核对",
                        f"no division has the code “{code}”: it is placed by its leading digits, check it",
                        number,
                        self._heading(REGION),
                        NOTICE,
                    )
                )
            return code
        names = [texts.get(key, "") for key in ("province_name", "city_name", "county_name")]
        code_by_name = self._places.code(*names)
        if code_by_name is not None:
            facts[REGION] = int(code_by_name)
            return code_by_name
        said = "".join(names)
        zh = f"“{said}”对不上行政区划" if said else "没有行政区代码，也没有省市县名称"
        en = f"“{said}” fits no division" if said else "there is no division code and no place name"
        found.append(
            LedgerProblem(
                f"{zh}，只能按国家规定判定：请补填行政区代码",
                f"{en}; only national rules can be applied: enter the division code",
                number,
                severity=NOTICE,
            )
        )
        return None

    def _heading(self, name: str) -> str:
        return next((column.heading for column in self._columns if column.name == name), "")


def check_together(rows: Sequence[LedgerRow], problems: list[LedgerProblem]) -> None:
    """What only shows between rows: a number or a licence that stands twice."""
    keys: tuple[tuple[str, str, Callable[[LedgerRow], str]], ...] = (
        ("编号", "number", lambda row: "" if row.id == f"row-{row.number}" else row.id),
        ("采矿许可证号", "licence number", lambda row: row.texts.get(LICENCE, "")),
    )
    for zh, en, value_of in keys:
        first: dict[str, int] = {}
        for row in rows:
            value = value_of(row)
            if value and first.setdefault(value, row.number) != row.number:
                problems.append(
                    LedgerProblem(
                        f"{zh}“{value}”与第 {first[value]} 行重复：两行都读取，请核对是否同一座矿山",
                        f"the {en} “{value}” also stands in row {first[value]}: both are read, check whether "
                        "they are one mine",
                        row.number,
                        severity=NOTICE,
                    )
                )


def _unit_beside(column: Column, cells: Sequence[Any]) -> str:
    index = column.unit_column
    return _plain(cells[index]) if index is not None and index < len(cells) else ""


def _plain(cell: Any) -> str:
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    text = str(cell).strip() if cell is not None else ""
    return "" if text.lower() in UNKNOWN_WORDS else text


def _holds_something(cells: Sequence[Any]) -> bool:
    return any(cell != "" and cell is not None and not (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _is_total(cells: Sequence[Any]) -> bool:
    """A row of totals, or a note under the table: its first text says so."""
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    if not texts:
        return False
    first = texts[0]
    return first in TOTALS or (len(texts) <= FEW and first.startswith(FOOTNOTES))


def _by_row(references: Iterable[str]) -> dict[int, frozenset[int]]:
    """Cell references as a spreadsheet writes them (D4) by row: {4: {3}}."""
    rows: dict[int, set[int]] = {}
    for reference in references:
        letters = reference.rstrip("0123456789")
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - ord("A") + 1
        rows.setdefault(int(reference[len(letters) :]), set()).add(column - 1)
    return {row: frozenset(columns) for row, columns in rows.items()}
