"""Killing mutants (变异检验): a rule is demonstrated when every small change to it makes one of its cases fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from greenmine.editions.checking.cases import Worked
from greenmine.editions.checking.mutants import mutants
from greenmine.editions.edition import Edition
from greenmine.law import Case, LanguageError, Rule, bind, run_case
from greenmine.law.language import Scope, read_condition, read_day

READS = {"applies": ("applies", read_condition), "require": ("body", read_condition), "ground": ("body", read_condition),
         "qualifies": ("body", read_condition), "due": ("due", read_day)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change to a rule that none of its cases notices."""

    rule: str
    part: str
    change: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What the cases of one rule are worth: how many there are, which fail, how many mutants died, which survive."""

    rule: str
    cases: int
    failing: int
    killed: int
    survivors: tuple[Survivor, ...]

    @property
    def demonstrated(self) -> bool:
        """Whether the rule's cases run and let no mutant live."""
        return self.cases > 0 and self.failing == 0 and not self.survivors


class _OneRule:
    """An edition of one rule and those it yields to: enough to run its cases."""

    def __init__(self, edition: Edition, rule: Rule) -> None:
        self.id, self.dictionary, self.instruments = "mutant", edition.dictionary, edition.instruments
        self.values, self.divisions, self.confirmations = edition.values, edition.divisions, edition.confirmations
        self.rules = (rule, *(edition.rule(other) for other in rule.yields_to))


def examined(edition: Edition, worked: Worked, rule: Rule, cases: Sequence[Case]) -> Examined:
    """Run a rule's cases, then the same cases on every mutant of the rule."""
    failing = sum(not _holds(edition, rule, [case]) for case in cases)
    killed, survivors = 0, []
    for part, change, mutant in _mutants_of(edition, worked, rule):
        if _holds(edition, mutant, cases):
            survivors.append(Survivor(rule.id, part, change))
        else:
            killed += 1
    return Examined(rule.id, len(cases), failing, killed, tuple(survivors))


def _holds(edition: Edition, rule: Rule, cases: Sequence[Case]) -> bool:
    """Whether every case is as expected under this rule."""
    one = _OneRule(edition, rule)
    bounds: dict[date, Any] = {}
    for case in cases:
        bound = bounds.setdefault(case.on, None) or bind(one, case.on)
        bounds[case.on] = bound
        if run_case(bound, case) is not None:
            return False
    return True


def _mutants_of(edition: Edition, worked: Worked, rule: Rule) -> Iterator[tuple[str, str, Rule]]:
    scope = Scope(edition.dictionary, edition.values, worked.definitions.get(rule.file, {}), rule.subject)
    for part, text in rule.texts.items():
        if part not in READS:
            continue
        field, read = READS[part]
        original = getattr(rule, field)
        for change, mutated in mutants(text):
            if part == "due" and change == "negated":
                continue
            try:
                expression = read(mutated, scope)
            except LanguageError:
                continue
            if expression != original:
                yield part, change, replace(rule, **{field: expression})
