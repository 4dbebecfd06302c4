"""Cases (案例): worked examples — facts in, finding out. They are tests of the rules, written from the clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from greenmine.law.problems import Problem, ValueProblem
from greenmine.law.rules import FLAGS, Outcome
from greenmine.law.shape import Shape
from greenmine.law.sheets import Sheet, contradictions
from greenmine.law.strict_yaml import Map, load

if TYPE_CHECKING:
    from greenmine.law.bind import Bound, EditionLike
    from greenmine.law.findings import Finding

KEYS = ("name", "on", "region", "facts", "expect")
EXPECT_KEYS = ("rule", "outcome", "due_on", "missing", "flags")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a case expects; None where the case does not say (flags: none expected)."""

    rule: str
    outcome: str
    due_on: date | None
    says_due: bool
    missing: tuple[str, ...] | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One example with its place in the file."""

    name: str
    on: date
    region: str
    facts: Mapping[str, str]
    expect: Expected
    file: str
    line: int

    def problem(self, zh: str, en: str) -> Problem:
        """A sentence about this case."""
        name = self.name or self.expect.rule
        return Problem(f"案例“{name}”：{zh}", f"case “{name}”: {en}", self.file, self.line)


def load_cases(text: str, *, file: str = "") -> tuple[Case, ...]:
    """The cases of a file in rulebook/cases."""
    shape = Shape(file)
    cases = tuple(read_case(shape, entry) for entry in shape.entries(load(text, file=file)))
    shape.raise_if_any()
    return cases


def read_case(shape: Shape, entry: Map, *, default_rule: str = "") -> Case:
    """One case; the rule it is about stands in `expect`, or is the one it was written beside."""
    shape.known_keys(entry, KEYS, ("on", "facts", "expect"))
    facts = entry.get("facts", {})
    if facts == "":
        facts = {}
    if not isinstance(facts, dict) or not all(isinstance(value, str) for value in facts.values()):
        shape.refuse("facts 应为 {事实: 值}", "facts must be {name: value}", entry.line_of("facts"))
        facts = {}
    return Case(
        name=shape.text(entry, "name"), on=shape.day(entry, "on") or date(1900, 1, 1), region=shape.text(entry, "region"),
        facts=dict(facts), expect=_expected(shape, entry, default_rule), file=shape.file, line=entry.line,
    )  # fmt: skip


def _expected(shape: Shape, entry: Map, default_rule: str) -> Expected:
    expect = entry.get("expect")
    if not isinstance(expect, Map):
        shape.refuse("expect 应为 {rule, outcome, …}", "expect must be {rule, outcome, …}", entry.line_of("expect"))
        expect = Map(entry.line)
    shape.known_keys(expect, EXPECT_KEYS, ("outcome",) if default_rule else ("rule", "outcome"))
    for flag in (flags := shape.texts(expect, "flags")):
        if flag not in FLAGS:
            shape.refuse(f"没有标记“{flag}”", f"there is no flag “{flag}”", expect.line_of("flags"))
    return Expected(
        rule=shape.text(expect, "rule", default_rule) or default_rule,
        outcome=shape.choice(expect, "outcome", [str(outcome) for outcome in Outcome], "unknown"),
        due_on=None if expect.get("due_on") == "none" else shape.day(expect, "due_on"), says_due="due_on" in expect,
        missing=tuple(sorted(shape.texts(expect, "missing"))) if "missing" in expect else None,
        flags=tuple(sorted(flags)),
    )  # fmt: skip


def failing_cases(edition: EditionLike, cases: Iterable[Case]) -> list[Problem]:
    """The sentence for every case whose finding is not what it expects."""
    from greenmine.law.bind import bind

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
    from greenmine.law.evaluate import evaluate_one

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
