"""The next change (下次变化): the earliest later day on which a finding would differ although no fact changes.

Candidates are the edges of everything that moves with the calendar: comparisons with the day, due days, acts and events
dated ahead, dated values, and the days on which the rule (or one it yields to) begins or ends. Each is then judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from greenmine.law.bind import Bound
from greenmine.law.closures import Closures
from greenmine.law.evaluate import evaluate_one
from greenmine.law.folding import Day
from greenmine.law.ir import Compare, Lookup, Node, Today, walk
from greenmine.law.judge import Judge
from greenmine.law.problems import NoRuleInForce
from greenmine.law.rules import Rule
from greenmine.law.sheets import Sheet

HORIZON = date(2199, 12, 31).toordinal()
WORDS_FOR_NOTHING = ("absent",)


def next_change(bound: Bound, rule_id: str, sheet: Sheet) -> date | None:
    """The first day after the bound one on which the finding's outcome, due day or flags differ; None if never."""
    now = _finding(bound, rule_id, sheet)
    for ordinal in sorted(set(_candidates(bound, rule_id, sheet))):
        day = date.fromordinal(ordinal)
        if _finding(bound.at(day), rule_id, sheet) != now:
            return day
    return None


def _finding(bound: Bound, rule_id: str, sheet: Sheet) -> tuple[Any, ...]:
    try:
        found = evaluate_one(bound, sheet, only=rule_id).get(rule_id)
    except NoRuleInForce:
        return WORDS_FOR_NOTHING
    return found.as_tuple() if found else WORDS_FOR_NOTHING


def _candidates(bound: Bound, rule_id: str, sheet: Sheet) -> Iterator[int]:
    today = bound.on.toordinal()
    rule = bound.rule(rule_id)
    for name in (rule_id, *rule.yields_to):
        if name not in bound.forces:
            continue
        other, force = bound.forces[name]
        yield from (edge.toordinal() for edge in force.edges() if edge.toordinal() > today)
        if bound.speaks(name) and (path := bound.path(other, sheet.kind)) is not None:
            yield from (
                day for day in _of_rule(bound, other, bound.judge(other, path), sheet) if today < day <= HORIZON
            )


def _of_rule(bound: Bound, rule: Rule, judge: Judge, sheet: Sheet) -> Iterator[int]:
    values = sheet.values
    if rule.kind in ("deadline", "report"):
        due = judge.due_day(values, [])
        yield from (
            day for day in (due + 1 if isinstance(due, int) else None, values.get(judge.done)) if isinstance(day, int)
        )
    if judge.event and isinstance(event := values.get(judge.event), int):
        yield event
    for node in (judge.applies, *judge.rest):
        for part in walk(node):
            if isinstance(part, Lookup):
                yield from (version.from_on.toordinal() for version in bound.edition.values[part.table].versions)
            elif isinstance(part, Compare) and any(isinstance(each, Today) for each in walk(part)):
                yield from _edges(bound, part, values)


def _edges(bound: Bound, node: Compare, values: Any) -> Iterator[int]:
    """The first later days on which left < right, or left ≤ right, flips: each flips once, as days only move one way."""
    for op in ("<", "<="):
        moved = Compare(op, node.left, node.right)
        found = _first_flip(bound.on.toordinal(), lambda ordinal, asked=moved: _truth(bound, asked, ordinal, values))  # type: ignore[misc]
        if found is not None:
            yield found


def _truth(bound: Bound, node: Node, ordinal: int, values: Any) -> Any:
    return Closures(Day(date.fromordinal(ordinal), bound.edition.values)).evaluate(node)(values)


def _first_flip(today: int, truth: Callable[[int], Any]) -> int | None:
    now = truth(today)
    low, high = today, HORIZON
    if now is None or truth(high) == now:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if truth(middle) == now:
            low = middle
        else:
            high = middle
    return high
