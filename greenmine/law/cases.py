"""Cases (案例): worked examples — facts in, finding out. They are tests of the rules, written from the clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from greenmine.law.problems import Problem
from greenmine.law.rules import FLAGS, Outcome
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map, load

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
