"""What an assessment is scored with: exactly the text it was opened on, the mine's facts, and the answers as they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone

from greenmine.assessment.models import AnswerFields, Assessment
from greenmine.editions import queries as editions
from greenmine.editions import standards
from greenmine.editions.edition import Edition
from greenmine.facts import queries as facts
from greenmine.law import Sheet
from greenmine.law.indicators import Answer, Result, Standard, score
from greenmine.law.indicators.standard import EvidenceNeed, Indicator, Precondition

KEPT_STANDARDS = 64


@dataclass(frozen=True, slots=True)
class Ground:
    """What scoring stands on: the edition of the law, the indicator set, and the facts of the mine on a day."""

    edition: Edition
    standard: Standard
    sheet: Sheet


@lru_cache(maxsize=KEPT_STANDARDS)
def standard_by(identifier: str, digest: str) -> Standard:
    """Exactly this text of an indicator set, compiled once."""
    return standards.get(identifier, digest)


def standard_of(assessment: Assessment) -> Standard:
    """The text an assessment is scored by, whatever was loaded since."""
    return standard_by(assessment.standard, assessment.standard_digest)


def quick_ground(assessment: Assessment) -> Ground:
    """For saving: the stored sheet (today, now, without sources), so that the number of queries is small and constant."""
    edition = editions.active()
    found = facts.stored_sheets(edition, "mine", [assessment.mine]).get(assessment.mine)
    sheet = found if found is not None else _sheet(edition, assessment.mine, rolled(), timezone.now())
    return Ground(edition, standard_of(assessment), sheet)


def full_ground(assessment: Assessment, *, on: date, known_at: datetime | None = None) -> Ground:
    """For showing and freezing: the sheet on the day with the source of every value."""
    edition = editions.active()
    return Ground(edition, standard_of(assessment), _sheet(edition, assessment.mine, on, known_at or timezone.now()))


def answers_in(items: Iterable[AnswerFields]) -> dict[str, Answer]:
    """Rows as the engine reads them."""
    return {item.indicator: as_answer(item) for item in items}


def as_answer(item: AnswerFields) -> Answer:
    """One row as the engine reads it."""
    return Answer(state=item.state, score=item.score, reason=item.reason, met=item.met)  # type: ignore[arg-type]


def scored(ground: Ground, items: Iterable[AnswerFields], *, on: date) -> Result:
    """The result of these answers on this ground."""
    return score(ground.standard, answers_in(items), ground.sheet, on=on)


def parts(standard: Standard) -> tuple[Precondition | Indicator, ...]:
    """Everything a person answers, preconditions first, in the order of the text."""
    return (*(standard.preconditions or ()), *standard.indicators)


def part(standard: Standard, identifier: str) -> Precondition | Indicator | None:
    """The precondition or indicator with this id, or None."""
    return parts_by_id(standard).get(identifier)


def parts_by_id(standard: Standard) -> Mapping[str, Precondition | Indicator]:
    """Preconditions and indicators by id, made once for each text."""
    kept = _parts.get(standard.digest)
    if kept is None:
        kept = _parts[standard.digest] = {found.id: found for found in parts(standard)}
        if len(_parts) > KEPT_STANDARDS:
            _parts.pop(next(iter(_parts)))
    return kept


_parts: dict[str, Mapping[str, Precondition | Indicator]] = {}


def need(of: Precondition | Indicator, identifier: str) -> EvidenceNeed | None:
    """The evidence need with this id, or None."""
    return next((found for found in of.evidence if found.id == identifier), None)


def figure(edition: Edition, name: str, on: date) -> tuple[int, int, str] | None:
    """A dated value: (lowered, scale, confidence); None before its first version."""
    value = edition.values.get(name)
    version = value.on(on) if value is not None else None
    if value is None or version is None:
        return None
    row = version.rows[()]
    return row.value, value.scale, row.confidence


def rolled() -> date:
    """The day the stored sheets speak of."""
    return facts.rolled_on() or timezone.localdate()


def _sheet(edition: Edition, mine: str, on: date, known_at: datetime) -> Sheet:
    return facts.sheet_of(edition, "mine", mine, on=on, known_at=known_at)
