"""What must be true of the mine before a step (办理前提): judged over its facts as they are known at this moment.

Three-valued: what is unknown is not false, and the refusal names the facts that would settle it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from greenmine.editions import procedures as tables
from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.editions.queries import NoEditionActive
from greenmine.editions.shipped import load_shipped
from greenmine.facts import queries as facts
from greenmine.law import Sheet
from greenmine.law.closures import Closures
from greenmine.law.folding import Day, fold_condition
from greenmine.law.language import Scope, read_condition
from greenmine.law.steps import Requirement, Step
from greenmine.procedures.models import Case
from greenmine.procedures.permissions import CannotTake

VALUE, HOLDER = "value:", "holder."
HOLDS, FAILS, UNKNOWN = "holds", "fails", "unknown"


@dataclass(frozen=True, slots=True)
class Judged:
    """One precondition for a case: whether it holds, and the facts that would settle it where that is unknown."""

    requirement: Requirement
    outcome: str
    missing: tuple[str, ...] = ()
    missing_words: tuple[dict[str, str], ...] = ()

    @property
    def words(self) -> Any:
        """The sentence of the table."""
        return self.requirement.words


def judged(case: Case, requirements: Iterable[Requirement], *, on: date) -> list[Judged]:
    """Every precondition over the sheet of the case's mine, read now, in the caller's transaction."""
    wanted = list(requirements)
    if not wanted:
        return []
    edition = _edition()
    if not case.mine:
        return [Judged(one, UNKNOWN) for one in wanted]
    sheet = facts.sheet_of(edition, "mine", case.mine, on=on, known_at=datetime.now(UTC))
    return [_judge(edition, one, sheet, on) for one in wanted]


def check(case: Case, step: Step, *, on: date) -> None:
    """Refuse a step whose preconditions fail, or are unknown: then with what is missing."""
    refused = [one for one in judged(case, step.requires, on=on) if one.outcome != HOLDS]
    if not refused:
        return
    zh = "；".join(_refusal(one, "zh") for one in refused)
    en = "; ".join(_refusal(one, "en") for one in refused)
    raise CannotTake(f"不能办理“{step.title['zh']}”：{zh}", f"“{step.title['en']}” cannot be taken: {en}")


def _refusal(one: Judged, language: str) -> str:
    words = one.words[language]
    if one.outcome == FAILS:
        return str(words)
    named = [fact[language] for fact in one.missing_words]
    if language == "zh":
        return f"{words}——尚不清楚，需补充：{'、'.join(named)}" if named else f"{words}——尚不清楚，本案未关联矿山"
    return f"{words} – unknown, needs: {', '.join(named)}" if named else f"{words} – unknown, the case names no mine"


def _judge(edition: Edition, requirement: Requirement, sheet: Sheet, on: date) -> Judged:
    node, closures = _compiled(edition.id, requirement.check, on)
    answer = closures.evaluate(node)(sheet.values)
    if answer is True:
        return Judged(requirement, HOLDS)
    if answer is False:
        return Judged(requirement, FAILS)
    names: set[str] = set()
    closures.gather(node)(sheet.values, names)
    missing = tuple(sorted(names))
    return Judged(requirement, UNKNOWN, missing, tuple(_words(edition, name) for name in missing))


def _words(edition: Edition, name: str) -> dict[str, str]:
    """A fact, or a value of which nothing is known for the day, as people call it."""
    if name.startswith(VALUE):
        value = edition.values.get(name.removeprefix(VALUE))
        return dict(value.title) if value else {"zh": name, "en": name}
    label = edition.dictionary[name].label
    holder = name.startswith(HOLDER)
    return {
        "zh": f"矿业权人：{label['zh']}" if holder else label["zh"],
        "en": f"holder: {label['en']}" if holder else label["en"],
    }


def _edition() -> Edition:
    try:
        return editions.active()
    except NoEditionActive:
        return load_shipped()


@lru_cache(maxsize=256)
def _compiled(edition_id: str, check_text: str, on: date) -> tuple[Any, Closures]:
    """A condition made ready for one day."""
    edition = _edition()
    if edition.id != edition_id:
        edition = editions.stored(edition_id)
    day = Day(on, edition.values)
    scope = Scope(edition.dictionary, edition.values, tables.facts_scope().definitions)
    return fold_condition(read_condition(check_text, scope), day), Closures(day)
