"""Evaluating one subject: every rule that covers it, and which findings yield to another."""

from __future__ import annotations

from collections.abc import Collection

from greenmine.law.bind import Bound
from greenmine.law.findings import Finding
from greenmine.law.rules import Outcome
from greenmine.law.sheets import Sheet


def evaluate_one(bound: Bound, sheet: Sheet, only: str | Collection[str] | None = None) -> dict[str, Finding]:
    """The findings about a sheet by rule id, sorted; `only` names rules (NoRuleInForce where one does not speak)."""
    if only is None:
        found = {judge.rule.id: judge.find(sheet) for judge in bound.covering(sheet.kind, sheet.region_code)}
        for judge in bound.yielders(sheet.kind, sheet.region_code):
            found[judge.rule.id] = yielding(found[judge.rule.id], found)
        return found
    names = {only} if isinstance(only, str) else set(only)
    needed = names | {other for name in names for other in bound.rule(name).yields_to if bound.speaks(other)}
    judges = (bound.judge_for(name, sheet.kind, sheet.region_code) for name in sorted(needed))
    found = {judge.rule.id: judge.find(sheet) for judge in judges if judge is not None}
    return {name: yielding(finding, found) for name, finding in found.items() if name in names}


def yielding(finding: Finding, found: dict[str, Finding]) -> Finding:
    """The finding, flagged `yielded` where a rule it yields to is in force, covers the subject and applies."""
    if not finding.rule.yields_to or finding.judge.unyielding:
        return finding
    for name in finding.rule.yields_to:
        other = found.get(name)
        if other is not None and other.outcome is not Outcome.NOT_APPLICABLE and not other.judge.lapsed:
            return finding.with_flag("yielded")
    return finding
