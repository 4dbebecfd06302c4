"""For whom a step or an opinion waits (承办单位): the party of the case, its authority, or another department or level."""

from __future__ import annotations

from collections.abc import Sequence

from greenmine.accounts.models import Organisation
from greenmine.law.steps import Actor
from greenmine.procedures.models import Case

AUTHORITY = "authority"
NATURAL_RESOURCES, GOVERNMENT = "natural_resources", "government"
COUNTRY = "000000"
Address = tuple[str, str]


class Addresses:
    """The organisations of one case, read once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        keys = {*case.parties.values(), case.organisation}
        self.organisations = {found.key: found for found in Organisation.objects.filter(key__in=keys)}

    @property
    def office(self) -> Organisation | None:
        """The authority that runs the case; None where an enterprise opened it and no authority is named yet."""
        named = self.case.parties.get(AUTHORITY) or self.case.organisation
        found = self.organisations.get(named)
        return found if found is not None and found.kind == AUTHORITY else None

    def of(self, actor: Actor) -> Address | None:
        """Where work for this actor waits; None where the organisation has no account here."""
        for name in (*actor.departments, actor.kind):
            if name in self.case.parties:
                party = self.organisations.get(self.case.parties[name])
                break
        else:
            party = self.office if actor.kind == AUTHORITY else None
        if actor.kind != AUTHORITY:
            return party.address if party else None
        levels = actor.levels or ((party.level,) if party else ())
        if not levels:
            return None
        departments = actor.departments or ((party.department,) if party and not actor.levels else ())
        if party and party.level in levels and (not actor.departments or party.department in actor.departments):
            return party.address
        level = party.level if party and party.level in levels else levels[0]
        return address(departments or (NATURAL_RESOURCES,), level, self.case.region_code)[0]


def office_of(case: Case) -> Organisation | None:
    """The authority that runs a case."""
    return Addresses(case).office


def address(departments: Sequence[str], level: str, region_code: str) -> list[Address]:
    """How each department of a level is addressed for a region."""
    division = division_of(level, region_code)
    return [(word(department, level), division) for department in departments]


def word(department: str, level: str) -> str:
    """The actor word of a department at a level, as `Organisation.actor` says it."""
    short = {NATURAL_RESOURCES: "nr", GOVERNMENT: "gov"}.get(department)
    return f"{level}_{short}" if short else department


def division_of(level: str, region_code: str) -> str:
    """The division of a level in which a region lies."""
    above = {"ministry": COUNTRY, "province": f"{region_code[:2]}0000", "city": f"{region_code[:4]}00"}
    return above.get(level, region_code) if region_code else COUNTRY


def above(kind: str, key: str) -> Address | None:
    """The same department one level up: who hears of work that stays undone; None above the ministry."""
    if len(key) != len(COUNTRY) or not key.isdecimal() or key == COUNTRY:
        return None
    if not key.endswith("00"):
        division, level = f"{key[:4]}00", "city"
    elif not key.endswith("0000"):
        division, level = f"{key[:2]}0000", "province"
    else:
        division, level = COUNTRY, "ministry"
    stem = kind.rsplit("_", 1)[-1] if kind.endswith(("_nr", "_gov")) else ""
    return (f"{level}_{stem}" if stem else kind), division
