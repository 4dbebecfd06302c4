"""The forms of the steps of selection (办理表单): drawn and read field by field as the room names them, nothing typed lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy

from greenmine.selection.forms import Field, form_of
from greenmine.selection.permissions import CannotSelect

MOST_ROWS = 60
LONGEST = 4000
BLANK = 1  # rows left free below what was typed
AT_FIRST = {"defects": 3, "votes": 5, "team": 3, "findings": 4, "views": 3}
# kind → its columns in the order they are typed; a column that is chosen is named in CHOSEN, so that rows stay aligned
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "defects": ("item", "text"),
    "votes": ("name", "organisation", "vote", "reason"),
    "team": ("name", "organisation", "department", "leads"),
    "findings": ("item", "text", "met"),
    "views": ("name", "department", "agrees", "text"),
}
WORDS = {
    "item": gettext_lazy("事项"),
    "text": gettext_lazy("内容"),
    "name": gettext_lazy("姓名"),
    "organisation": gettext_lazy("单位"),
    "vote": gettext_lazy("表决"),
    "reason": gettext_lazy("理由"),
    "department": gettext_lazy("部门"),
    "leads": gettext_lazy("分工"),
    "met": gettext_lazy("是否符合"),
    "agrees": gettext_lazy("意见"),
}
CHOSEN: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "vote": (("for", gettext_lazy("同意")), ("against", gettext_lazy("反对")), ("abstain", gettext_lazy("弃权"))),
    "leads": (("no", gettext_lazy("成员")), ("yes", gettext_lazy("组长"))),
    "met": (("", gettext_lazy("待核实")), ("yes", gettext_lazy("符合")), ("no", gettext_lazy("不符合"))),
    "agrees": (("yes", gettext_lazy("同意")), ("no", gettext_lazy("不同意"))),
}
MEANS: Mapping[str, Mapping[str, Any]] = {
    "leads": {"yes": True, "no": False},
    "met": {"yes": True, "no": False, "": None},
    "agrees": {"yes": True, "no": False},
}
TYPED_IN: Mapping[str, tuple[str, ...]] = {  # a row counts where one of these holds something
    "defects": ("text",),
    "votes": ("name",),
    "team": ("name",),
    "findings": ("item", "text"),
    "views": ("name", "text"),
}


@dataclass(frozen=True)
class Around:
    """What a form has to offer for choosing: the lines of the materials, open defects, agencies, departments."""

    items: Sequence[tuple[str, str]] = ()
    defects: Sequence[Mapping[str, Any]] = ()
    agencies: Sequence[tuple[str, str]] = ()
    departments: Sequence[tuple[str, str]] = ()
    today: date | None = None
    starting: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def drawn(step: str, around: Around, typed: Any = None) -> list[dict[str, Any]]:
    """The fields of a step as a page draws them, with what was typed before a refusal."""
    return [_drawn(step, one, around, typed) for one in form_of(step)]


def read(request: HttpRequest, step: str) -> dict[str, Any]:
    """The payload of a step as the form gives it; CannotSelect for a day that the calendar does not have."""
    return {one.name: _read(request, one) for one in form_of(step)}


def said(step: str, typed: Any) -> list[tuple[Field, str]]:
    """What was typed for a step that is no longer open, as plain words, so that it can be copied."""
    found = []
    for one in form_of(step):
        if one.kind in COLUMNS:
            rows = [" ".join(str(value) for value in row.values() if value) for row in _typed_rows(typed, one)]
            text = "\n".join(rows)
        else:
            text = "\n".join(typed.getlist(one.name))
        if text.strip():
            found.append((one, text))
    return found


def _drawn(step: str, one: Field, around: Around, typed: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "field": one,
        "id": f"{step}-{one.name}",
        "value": typed.get(one.name, "") if typed else "",
    }
    if one.kind in COLUMNS:
        made |= _drawn_rows(step, one, around, typed)
    elif one.kind == "answers":
        given = typed.getlist(one.name) if typed else []
        made["rows"] = [
            {"defect": defect, "value": given[place] if place < len(given) else "", "id": f"{step}-{one.name}-{place}"}
            for place, defect in enumerate(around.defects)
        ]
    elif one.kind == "agency":
        made["options"] = around.agencies
    elif one.kind == "day" and not typed and around.today is not None:
        made["value"] = around.today.isoformat()
    return made


def _drawn_rows(step: str, one: Field, around: Around, typed: Any) -> dict[str, Any]:
    given = _typed_rows(typed, one) if typed else [dict(row) for row in around.starting.get(one.name, ())]
    blank = max(AT_FIRST[one.kind] - len(given), BLANK)
    columns = [_column(one, name, around) for name in COLUMNS[one.kind]]
    rows = [*given, *({} for _more in range(blank))][:MOST_ROWS]
    return {
        "columns": columns,
        "rows": [
            {
                "number": number + 1,
                "cells": [
                    {
                        **column,
                        "id": f"{step}-{one.name}-{number}-{column['name']}",
                        "value": row.get(column["name"], ""),
                    }
                    for column in columns
                ],
            }
            for number, row in enumerate(rows)
        ],
    }


def _column(one: Field, name: str, around: Around) -> dict[str, Any]:
    options: Iterable[tuple[str, Any]] = CHOSEN.get(name, ())
    if one.kind == "defects" and name == "item":
        options = around.items
    elif name == "department" and around.departments:
        options = [("", "—"), *around.departments]
    return {
        "name": name,
        "input": f"{one.name}-{name}",
        "words": WORDS[name],
        "options": list(options),
        "long": name in ("text", "reason"),
    }


def _typed_rows(typed: Any, one: Field) -> list[dict[str, str]]:
    """The rows as they were typed, those left out that say nothing."""
    columns = COLUMNS[one.kind]
    lists = [typed.getlist(f"{one.name}-{name}")[:MOST_ROWS] for name in columns]
    most = max((len(one_list) for one_list in lists), default=0)
    rows = [
        {name: (values[place] if place < len(values) else "") for name, values in zip(columns, lists, strict=True)}
        for place in range(most)
    ]
    return [row for row in rows if any(row[name].strip() for name in TYPED_IN[one.kind])]


def _read(request: HttpRequest, one: Field) -> Any:
    if one.kind in COLUMNS:
        return [_meant(row) for row in _typed_rows(request.POST, one)]
    if one.kind == "answers":
        return [text.strip()[:LONGEST] for text in request.POST.getlist(one.name)[:MOST_ROWS]]
    if one.kind == "file":
        return request.FILES.get(one.name)
    if one.kind == "day":
        return _day(request.POST.get(one.name, ""), one)
    return request.POST.get(one.name, "").strip()


def _meant(row: Mapping[str, str]) -> dict[str, Any]:
    """A row with true and false where something was chosen between two."""
    return {
        name: MEANS[name].get(value.strip()) if name in MEANS else value.strip()[:LONGEST]
        for name, value in row.items()
    }


def _day(typed: str, one: Field) -> date | None:
    text = typed.strip()
    try:
        found = parse_date(text) if text else None
    except ValueError:
        found = None
    if text and found is None:
        raise CannotSelect(f"{one.zh}不是有效日期", f"{one.en} is not a real day")
    return found
