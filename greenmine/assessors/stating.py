"""What the register states as facts (陈述事实): who an agency is, what its staff covers on every day, and debarments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import queries
from greenmine.assessors.conditions import staff_values
from greenmine.assessors.models import Agency
from greenmine.editions import queries as editions
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.law import NONE

REGISTER = Source("system", label="评估机构登记")
BLACKLISTED = {"agency": "assessor_blacklisted_on", "assessor": "person_blacklisted_on"}
SUBJECTS = {"agency": "agency", "assessor": "person"}


def state_identity(agency: Agency, *, by: Person, organisation: Organisation) -> None:
    """The legal form and standing as a legal person, with whoever entered them as the source."""
    source = Source(organisation.actor, organisation.key, f"{organisation.name} · {by.name}")
    values = {"assessor_type": agency.kind, "independent_legal_person": agency.independent_legal_person}
    _state("agency", agency.key, {name: value for name, value in values.items() if value is not None}, source=source)


def state_staff(agency: Agency, *, since: date) -> None:
    """The staff's number, seniority and fields from a day on, and again for every later day on which it changes."""
    rows = agency.employments.values_list("since", "until")
    days = sorted({since, *(day for row in rows for day in row if day is not None and day > since)})
    for day in days:  # in order: of the statements that hold, the latest recorded is believed
        values = staff_values(queries.staff(agency, on=day))
        _state("agency", agency.key, values, source=REGISTER, since=day)


def state_capacity(agency: Agency, *, capable: bool, on: date) -> None:
    """That a person judged the agency's capacity."""
    _state("agency", agency.key, {"assessor_capacity_evidence": capable}, source=REGISTER, since=on)


def state_blacklisted(kind: str, key: str, day: date | None) -> None:
    """The day a debarment counts from; None says that somebody looked and there is none."""
    value: Any = NONE if day is None else day.isoformat()
    _state(SUBJECTS[kind], key, {BLACKLISTED[kind]: value}, source=REGISTER)


def _state(kind: str, key: str, values: Mapping[str, Any], *, source: Source, since: date | None = None) -> None:
    if values:
        said = [Statement(kind, key, name, value, since=since) for name, value in values.items()]
        facts.state_many(editions.active(), said, source=source, act=f"{kind}:{key}")
