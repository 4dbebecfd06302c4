"""Judging at a gate: the table, the sheet with all facts of all departments, and the registers, read in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from greenmine.editions.edition import Edition
from greenmine.editions.gates import Book
from greenmine.evaluation.gating import Judged, judge_gate
from greenmine.evaluation.reading import bound_on
from greenmine.facts import queries as facts
from greenmine.gates import disputes, surroundings
from greenmine.registry.models import Mine


@dataclass(frozen=True, slots=True)
class Seen:
    """What a gate came to, and what it saw beside the facts."""

    judged: Judged
    beside: Sequence[Mapping[str, Any]]


def judge(book: Book, gate: str, mine: Mine, edition: Edition, *, on: date, known_at: datetime) -> Seen:
    """What a gate comes to for a mine on a day, from what is known at a moment. Reads the records, never the queue."""
    wanted = book.gate(gate)
    beside = surroundings.seen(wanted, mine, on=on)
    return Seen(judge_again(book, gate, mine.key, edition, beside, on=on, known_at=known_at), beside)


def judge_again(
    book: Book,
    gate: str,
    mine_key: str,
    edition: Edition,
    beside: Sequence[Mapping[str, Any]],
    *,
    on: date,
    known_at: datetime,
) -> Judged:
    """The same with what was seen beside the facts given: what a check is recomputed by."""
    wanted = book.gate(gate)
    sheet = facts.sheet_of(edition, "mine", mine_key, on=on, known_at=known_at)
    told = disputes.lines(book, wanted, edition, sheet, on=on, known_at=known_at)
    return judge_gate(book, wanted, edition, bound_on(edition, on), sheet, [*beside, *told])
