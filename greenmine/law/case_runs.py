"""Running cases: every example's facts judged, and the finding compared with what the example expects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from greenmine.law.bind import Bound, EditionLike, bind
from greenmine.law.cases import Case
from greenmine.law.evaluate import evaluate_one
from greenmine.law.findings import Finding
from greenmine.law.problems import Problem, ValueProblem
from greenmine.law.sheets import Sheet, contradictions


def failing_cases(edition: EditionLike, cases: Iterable[Case]) -> list[Problem]:
    """The sentence for every case whose finding is not what it expects."""
    days: dict[date, Bound] = {}
    problems = []
    for case in cases:
        if case.on not in days:
            days[case.on] = bind(edition, case.on)
        problem = run_case(days[case.on], case)
        if problem:
            problems.append(problem)
    return problems


def run_case(bound: Bound, case: Case) -> Problem | None:
    """None where the finding is exactly what the case expects."""
    rule = next((rule for rule in bound.rules if rule.id == case.expect.rule), None)
    if rule is None:
        return case.problem(
            f"{case.on} 没有生效的规则“{case.expect.rule}”", f"no rule “{case.expect.rule}” is in force on {case.on}"
        )
    values: dict[str, Any] = {}
    try:
        for name, raw in case.facts.items():
            if name not in bound.dictionary:
                return case.problem(f"字典中没有事实“{name}”", f"fact “{name}” is not in the dictionary")
            values[name] = bound.dictionary[name].parse(raw)
    except ValueProblem as problem:
        return case.problem(problem.zh, problem.en)
    wrong = contradictions(values, bound.dictionary)
    if wrong:
        return case.problem(wrong[0].zh, wrong[0].en)
    territory = bound.territory_of(rule)
    region = case.region or (None if territory == "000000" else territory)
    sheet = Sheet(rule.subject, "case", region, values, dictionary=bound.dictionary)
    finding = evaluate_one(bound, sheet, only=rule.id).get(rule.id)
    if finding is None:
        return case.problem(f"规则不覆盖地区 {region}", f"the rule does not cover region {region}")
    return _difference(case, finding)


def _difference(case: Case, finding: Finding) -> Problem | None:
    expect = case.expect
    compared: list[tuple[str, object, object]] = [
        ("outcome", expect.outcome, str(finding.outcome)),
        ("flags", expect.flags, finding.flags),
    ]
    if expect.says_due:
        compared.append(("due_on", expect.due_on, finding.due_on))
    if expect.missing is not None:
        compared.append(("missing", expect.missing, finding.missing))
    different = [(key, wanted, got) for key, wanted, got in compared if wanted != got]
    if not different:
        return None
    zh = "；".join(f"{key} 应为 {_shown(wanted)}，实为 {_shown(got)}" for key, wanted, got in different)
    en = "; ".join(f"{key} should be {_shown(wanted)}, is {_shown(got)}" for key, wanted, got in different)
    return case.problem(f"{expect.rule} {zh}", f"{expect.rule} {en}")


def _shown(value: object) -> str:
    return "[" + ", ".join(value) + "]" if isinstance(value, tuple) else str(value)
