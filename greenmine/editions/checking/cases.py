"""The worked cases of the rulebook (算例): those in `cases/` and those a rule's author wrote beside the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from greenmine import law
from greenmine.editions import rulebook_files as files
from greenmine.editions.edition import Edition
from greenmine.law import Case, Problem, RulebookError

CASES = "cases"
REPLAYS = "cases/replays"  # known failures run through the procedure: another format, read by the room of gates


@dataclass(frozen=True, slots=True)
class Worked:
    """All cases with the definitions of each rule file, and what was wrong with the files themselves."""

    cases: tuple[Case, ...]
    definitions: dict[str, dict[str, str]]  # rule file → its own and the shared definitions
    problems: tuple[Problem, ...]

    def by_rule(self) -> dict[str, list[Case]]:
        """Rule id → its cases."""
        found: dict[str, list[Case]] = defaultdict(list)
        for case in self.cases:
            found[case.expect.rule].append(case)
        return found


def read_cases(edition: Edition, folder: Path | None = None) -> Worked:
    """Every case of the rulebook; a file that cannot be read is a problem, not an end."""
    where = folder or files.folder()
    problems: list[Problem] = []
    cases: list[Case] = []
    definitions: dict[str, dict[str, str]] = {}
    shared = _shared(edition, where)
    for path in sorted((where / "rules").rglob("*.yaml")):
        name = path.relative_to(where).as_posix()
        try:
            pack = law.load_pack(
                path.read_text(encoding="utf-8"), edition.dictionary, edition.values, file=name, definitions=shared
            )
        except RulebookError as refused:
            problems += refused.problems
            continue
        cases += pack.cases
        definitions[name] = {**shared, **pack.definitions}
    for path in sorted((where / CASES).rglob("*.yaml")):
        if path.is_relative_to(where / REPLAYS):
            continue
        try:
            cases += law.load_cases(path.read_text(encoding="utf-8"), file=path.relative_to(where).as_posix())
        except RulebookError as refused:
            problems += refused.problems
    return Worked(tuple(cases), definitions, tuple(problems))


def case_problems(edition: Edition, worked: Worked) -> list[Problem]:
    """What is wrong with the cases: unreadable files, cases of no rule, findings that are not as expected."""
    known = {rule.id for rule in edition.rules}
    strays = [
        case.problem(f"没有规则“{case.expect.rule}”", f"there is no rule “{case.expect.rule}”")
        for case in worked.cases
        if case.expect.rule not in known
    ]
    own = [case for case in worked.cases if case.expect.rule in known]
    return [*worked.problems, *strays, *law.failing_cases(edition, own)]


def without_cases(rules: Iterable[law.Rule], worked: Worked) -> list[str]:
    """The ids of rules no case works through."""
    covered = {case.expect.rule for case in worked.cases}
    return sorted(rule.id for rule in rules if rule.id not in covered)


def _shared(edition: Edition, where: Path) -> dict[str, str]:
    path = where / files.DEFINITIONS
    if not path.is_file():
        return {}
    pack = law.load_pack(path.read_text(encoding="utf-8"), edition.dictionary, edition.values, file=files.DEFINITIONS)
    return dict(pack.definitions)
