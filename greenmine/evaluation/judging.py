"""Judging (判定): every rule that covers a mine on a day, and the standing that follows. Opens no database.

The desk, the worker and `./run assess` all come through here, so a mine is judged in one way only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from greenmine.evaluation.standing import Standing, StandingTable, standing
from greenmine.law import Bound, Finding, Sheet, evaluate_one

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the law says of one mine on one day: its findings by rule id, and its standing."""

    sheet: Sheet
    findings: tuple[Finding, ...]
    standing: Standing


def judge(bound: Bound, table: StandingTable, sheet: Sheet) -> Judgement:
    """Judge one mine (or the enterprise rules on its holder) against everything that covers it on the bound day."""
    findings = tuple(evaluate_one(bound, sheet).values())
    return Judgement(sheet, findings, standing(table, bound.dictionary, sheet, findings))


def judge_all(
    bound: Bound, table: StandingTable, sheets: Iterable[Sheet], *, progress: Progress | None = None
) -> Iterator[Judgement]:
    """Judge many mines in the order given, telling `progress` how many are done."""
    for done, sheet in enumerate(sheets, start=1):
        yield judge(bound, table, sheet)
        if progress is not None:
            progress(done)


def any_text_in_force(bound: Bound) -> bool:
    """Whether any text of the rulebook speaks on the bound day (依据文本是否收录)."""
    return bool(bound.rules)


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """One finding in the published shape: keys in the order users rely on, lists sorted, unknown facts null."""
    return {
        "rule": finding.rule.id,
        "provisions": sorted(finding.rule.provisions),
        "kind": finding.rule.kind,
        "bound": finding.rule.bound,
        "outcome": str(finding.outcome),
        "due_on": _day(finding.due_on),
        "missing": list(finding.missing),
        "flags": list(finding.flags),
        "facts": dict(sorted(finding.facts.items())),
        "reason": {"zh": finding.reason["zh"], "en": finding.reason["en"]},
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
