"""Judging what is stored (按日判定): one mine on any day, as known at any moment, under any edition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache

from greenmine.editions.edition import Edition
from greenmine.evaluation.judging import Judgement, judge, judge_all
from greenmine.evaluation.standing import StandingTable
from greenmine.facts import queries as facts
from greenmine.law import Bound, Explanation, Finding, Sheet, bind, explain
from greenmine.law.next_change import next_change as change_of_rule

KEPT_BOUND = 4
Seen = Callable[[Sheet], Sheet]  # a sheet as its reader may see it


class _ById:
    """An edition that hashes by its id, so that binding is remembered per edition and day."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.edition.id == self.edition.id

    def __hash__(self) -> int:
        return hash(self.edition.id)


@lru_cache(maxsize=KEPT_BOUND)
def _bound(edition: _ById, on: date) -> Bound:
    return bind(edition.edition, on)


def bound_on(edition: Edition, on: date) -> Bound:
    """The edition bound to a day; remembered, because binding costs more than judging."""
    return _bound(_ById(edition), on)


def standing_table(edition: Edition) -> StandingTable:
    """The edition's table of standings."""
    return StandingTable.read(edition.standing)


def judge_mine(edition: Edition, mine: str, *, on: date, known_at: datetime, seen: Seen | None = None) -> Judgement:
    """One mine on a day, as known at a moment (and `seen` by the reader): its findings with sources, and its standing."""
    sheet = facts.sheet_of(edition, "mine", mine, on=on, known_at=known_at)
    return judge(bound_on(edition, on), standing_table(edition), seen(sheet) if seen is not None else sheet)


def judge_mines(edition: Edition, mines: Sequence[str], *, on: date, known_at: datetime) -> Iterator[Judgement]:
    """Many mines on a day, as known at a moment, in the order given."""
    sheets = facts.sheets_of(edition, "mine", mines, on=on, known_at=known_at)
    return judge_all(bound_on(edition, on), standing_table(edition), sheets)


def explain_finding(
    edition: Edition,
    mine: str,
    rule: str,
    *,
    on: date,
    known_at: datetime,
    seen: Seen | None = None,
) -> Explanation:
    """Why one rule comes to what it comes to for one mine: the tree, the values read (as `seen` by the reader), what changes next."""
    sheet = facts.sheet_of(edition, "mine", mine, on=on, known_at=known_at)
    return explain(bound_on(edition, on), rule, seen(sheet) if seen is not None else sheet)


def next_change(edition: Edition, judgement: Judgement, *, on: date) -> date | None:
    """The first day after `on` on which any finding of a judged mine may change by itself (下一次变化)."""
    bound = bound_on(edition, on)
    found = (
        change_of_rule(bound, finding.rule.id, judgement.sheet)
        for finding in judgement.findings
        if _may_change(finding)
    )
    return min((day for day in found if day is not None), default=None)


def _may_change(finding: Finding) -> bool:
    """An unknown finding changes when somebody says something, not by itself."""
    return str(finding.outcome) != "unknown"
