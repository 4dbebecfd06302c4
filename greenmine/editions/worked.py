"""The worked cases of a rule (算例), for people who read the rulebook: read once a process, document by document."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from greenmine import law
from greenmine.editions import rulebook_files as files
from greenmine.law import Case, Rule, RulebookError


def cases_of(rule: Rule) -> tuple[Case, ...]:
    """The cases that work through a rule, in the order of their files; none where the files cannot be read here."""
    return _by_rule(rule.instrument).get(rule.id, ())


@cache
def _by_rule(instrument: str) -> dict[str, tuple[Case, ...]]:
    found: dict[str, list[Case]] = defaultdict(list)
    where = files.folder()
    for path in sorted((where / "cases" / instrument).rglob("*.yaml")):
        try:
            cases = law.load_cases(path.read_text(encoding="utf-8"), file=path.relative_to(where).as_posix())
        except (OSError, RulebookError):
            continue  # `./run rulebook check` says what is wrong; a reader loses only the examples
        for case in cases:
            found[case.expect.rule].append(case)
    return {rule: tuple(cases) for rule, cases in found.items()}
