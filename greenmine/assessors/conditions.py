"""What the law says of an agency or a team (机构条件): the rules read over its sheet, in the place where it would work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from greenmine.assessors.models import Agency, Assessor
from greenmine.assessors.models.people import Discipline, Grade
from greenmine.editions.edition import Edition
from greenmine.facts import queries as facts
from greenmine.law import Bound, Finding, Sheet, bind
from greenmine.law.evaluate import evaluate_one

COVERS = {one: f"assessor_covers_{one}" for one in Discipline.values}
TEAM_RULE = "cn-2024-1.agency.disciplines"
KEPT_BOUND = 4
SHARE_UNITS = 10_000


class _ById:
    """An edition that hashes by its id, so that binding is remembered per edition and day."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.edition.id == self.edition.id

    def __hash__(self) -> int:
        return hash(self.edition.id)


@lru_cache(maxsize=KEPT_BOUND)
def _bound(edition: _ById, on: date) -> Bound:
    return bind(edition.edition, on)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the rules find of an agency: what refuses, what is unknown and by which facts, what is only a hint."""

    findings: tuple[Finding, ...]

    @property
    def breached(self) -> list[Finding]:
        """The conditions that are not met; a default reading or an unsure figure refuses nothing by itself."""
        return [one for one in self.findings if str(one.outcome) == "breached" and _binds(one)]

    @property
    def unknown(self) -> list[Finding]:
        """The conditions nobody has settled."""
        return [one for one in self.findings if str(one.outcome) == "unknown" and _binds(one)]

    @property
    def hints(self) -> list[Finding]:
        """What a person should look at though it refuses nothing: unsure figures that are not met or not known."""
        return [one for one in self.findings if str(one.outcome) in ("breached", "unknown") and not _binds(one)]

    @property
    def missing(self) -> list[str]:
        """The facts that would settle what is unknown, sorted."""
        return sorted({name for one in self.unknown for name in one.missing})

    def as_json(self) -> list[dict[str, Any]]:
        """The findings as they are kept with a check or a commission."""
        return [
            {
                "rule": one.rule.id,
                "outcome": str(one.outcome),
                "flags": list(one.flags),
                "missing": list(one.missing),
                "provisions": list(one.rule.provisions),
            }
            for one in self.findings
        ]


def _binds(finding: Finding) -> bool:
    """A reading by default still binds whoever commissions (a debarred agency); an unsure figure is a hint."""
    return "low_confidence" not in finding.flags and "lapsed" not in finding.flags


def conditions_of(edition: Edition, agency: Agency, region: str | None, *, on: date) -> Conditions:
    """What the rules find of an agency on a day for work in a region."""
    sheet = facts.sheet_of(edition, "agency", agency.key, on=on, known_at=datetime.now(UTC))
    found = evaluate_one(_bound(_ById(edition), on), replace(sheet, region_code=region, cache={}))
    return Conditions(tuple(found[name] for name in sorted(found)))


def uncovered(edition: Edition, members: Iterable[Sequence[str]], *, on: date) -> list[str]:
    """The fields that a team with these members' fields does not cover, as the rule on the five fields reads it."""
    held = {one for fields in members for one in fields}
    values = {name: edition.dictionary[name].parse(one in held) for one, name in COVERS.items()}
    sheet = Sheet("agency", "team", None, values, dictionary=edition.dictionary)
    bound = _bound(_ById(edition), on)
    if not bound.speaks(TEAM_RULE) or str(evaluate_one(bound, sheet, TEAM_RULE)[TEAM_RULE].outcome) == "satisfied":
        return []
    return [one for one in Discipline.values if one not in held]


def staff_values(staff: Sequence[Assessor]) -> dict[str, Any]:
    """What the register itself says of an agency's staff on a day: how many, how senior, which fields."""
    held = {one for person in staff for one in person.disciplines}
    senior = sum(person.grade == Grade.SENIOR for person in staff)
    share = Decimal(senior * SHARE_UNITS // len(staff)) / SHARE_UNITS if staff else Decimal(0)  # never rounded up
    covered = {name: one in held for one, name in COVERS.items()}
    return {"assessor_staff": len(staff), "assessor_senior_share": str(share), **covered}
