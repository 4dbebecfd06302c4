"""The worked cases of a rule (算例), for people who read the rulebook: read when first asked for."""

from __future__ import annotations

from functools import lru_cache

from greenmine import law
from greenmine.editions import rulebook_files as files
from greenmine.law import Case, Rule, RulebookError

KEPT = 512


def cases_of(rule: Rule) -> tuple[Case, ...]:
    """The cases that work through a rule, in the order of their files; none where the files cannot be read here."""
    return _cases(rule.instrument, rule.id)


@lru_cache(maxsize=KEPT)
def _cases(instrument: str, rule: str) -> tuple[Case, ...]:
    """Only files that name the rule are read: parsing is slow, looking for a word is not."""
    found: list[Case] = []
    where = files.folder()
    for path in sorted((where / "cases" / instrument).rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        if rule not in text:
            continue
        try:
            cases = law.load_cases(text, file=path.relative_to(where).as_posix())
        except RulebookError:
            continue  # `./run rulebook check` says what is wrong; a reader loses only the examples
        found += [case for case in cases if case.expect.rule == rule]
    return tuple(found)
