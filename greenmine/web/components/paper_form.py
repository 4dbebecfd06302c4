"""The form of a paper's fields (文书拟稿表单), made from its kind: one input for each named field, tables as grids.

Sections and pictures are carried over from the paper before; nobody types them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from greenmine.papers.kinds import Field, Kind

SPARE_ROWS = 3
MOST_INPUTS = 400
LONGEST_CELL = 4000
LONGEST_LINES = 40_000
CARRIED = ("sections", "pictures")


@dataclass(frozen=True, slots=True)
class Input:
    """One field on the form: its value as text, or its grid; a carried one is only named."""

    field: Field
    value: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    carried: bool = False

    @property
    def rows_named(self) -> list[tuple[int, list[tuple[str, str, str]]]]:
        """Each row with its number and its cells: the input's name, what it says, and its column."""
        return [
            (place + 1, [(f"{self.field.name}.{place}.{column}", cell, self.columns[column]) for column, cell in enumerate(row)])
            for place, row in enumerate(self.rows)
        ]  # fmt: skip


def inputs(kind: Kind, fields: Mapping[str, Any]) -> list[Input]:
    """The form of a kind, filled with these fields."""
    return [_input(field, fields.get(field.name)) for field in kind.fields.values()]


def _input(field: Field, value: Any) -> Input:
    if field.type in CARRIED:
        return Input(field, carried=True)
    if field.type == "lines":
        return Input(field, "\n".join(value or ()))
    columns, rows = _grid(field, value)
    if not columns:
        return Input(field, str(value or ""))
    if _is_large(columns, rows):
        return Input(field, carried=True)
    blank = ("",) * len(columns)
    return Input(field, "", columns, (*rows, *(blank for _ in range(SPARE_ROWS))))


def _grid(field: Field, value: Any) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The columns of a table or of signatures with the rows as they stand."""
    if field.type == "signatures":
        return _signature_columns(), tuple(
            (line["label"], line.get("name", ""), line.get("on", "")) for line in value or ()
        )
    if field.type != "table":
        return (), ()
    wide = len(field.columns)
    return field.columns, tuple(tuple([*map(str, row), *[""] * wide][:wide]) for row in value or ())


def _signature_columns() -> tuple[str, ...]:
    return _("签字栏"), _("姓名"), _("日期")


def _is_large(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> bool:
    return len(columns) * (len(rows) + SPARE_ROWS) > MOST_INPUTS


def posted(request: HttpRequest, kind: Kind, before: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as the form sent them; what the form does not carry stays as it was before."""
    found: dict[str, Any] = {}
    for one in inputs(kind, before):
        name = one.field.name
        if one.carried:
            if name in before:
                found[name] = before[name]
        elif one.columns:
            found[name] = _rows(request, one)
        elif one.field.type == "lines":
            said = request.POST.get(name, "")[:LONGEST_LINES]
            found[name] = [line.strip() for line in said.splitlines() if line.strip()]
        else:
            found[name] = request.POST.get(name, "").strip()[:LONGEST_LINES]
    return found


def _rows(request: HttpRequest, one: Input) -> list[Any]:
    rows = []
    for place in range(MOST_INPUTS // len(one.columns)):
        cells = [
            request.POST.get(f"{one.field.name}.{place}.{column}", "").strip()[:LONGEST_CELL]
            for column in range(len(one.columns))
        ]
        if any(cells):
            rows.append(cells)
    if one.field.type == "signatures":
        return [{"label": label, "name": name, "on": on} for label, name, on in rows]
    return rows
