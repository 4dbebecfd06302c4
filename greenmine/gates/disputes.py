"""Departments that contradict each other (部门说法不一): a sheet believes the higher source; a gate wants it settled.

Only facts the gate has to know, and only what authorities say: an enterprise that says otherwise is a note of the sheet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from greenmine.editions.edition import Edition
from greenmine.editions.gates import Book, Gate
from greenmine.evaluation.gating import UNKNOWN, Line, shown
from greenmine.facts import queries as facts
from greenmine.facts.models import FactRecord
from greenmine.law import Sheet

PARTIES = ("enterprise", "third_party")
DISPUTED = "disputed"


def lines(
    book: Book, gate: Gate, edition: Edition, sheet: Sheet, *, on: date, known_at: datetime
) -> list[dict[str, Any]]:
    """One line for each fact of which authorities say different things on the day, as known at the moment."""
    wanted = [name for group in book.known_at(gate) for name in group.facts if sheet.marks.get(name) == DISPUTED]
    return [
        line.as_json() for name in dict.fromkeys(wanted) for line in _dispute(edition, sheet.key, name, on, known_at)
    ]


def _dispute(edition: Edition, mine: str, name: str, on: date, known_at: datetime) -> Iterator[Line]:
    latest: dict[tuple[str, str], FactRecord] = {}
    for row in facts.statements("mine", mine, name).order_by("recorded_at", "id"):
        stood = row.recorded_at <= known_at and (row.withdrawn_at is None or known_at < row.withdrawn_at)
        holds = (row.holds_from is None or row.holds_from <= on) and (row.holds_to is None or on < row.holds_to)
        if stood and holds and row.source not in PARTIES:
            latest[row.source, row.organisation] = row
    if len({row.value for row in latest.values()}) <= 1:
        return
    fact = edition.dictionary[name]
    said = [(row.stated_by or row.source, json.loads(row.value)) for row in latest.values()]
    why = {
        "zh": "部门说法不一：" + "；".join(f"{who}：{shown(value, fact, 'zh')}" for who, value in said) + "。须先核实一致。",
        "en": "authorities differ: " + "; ".join(f"{who}: {shown(value, fact, 'en')}" for who, value in said) + ". Settle it first.",
    }  # fmt: skip
    token = "|".join(sorted(f"{row.source}/{row.organisation}={row.value}" for row in latest.values()))
    yield Line(UNKNOWN, f"dispute:{name}", fact.label, why, True, (name,), token=token)
