"""Agencies that meet the conditions, their people, and a mine of Gansu they can be engaged for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from greenmine.accounts.credit_code import check_character
from greenmine.assessors import actions as assessors
from greenmine.assessors.conflicts import PERSONAL, QUESTIONS
from greenmine.assessors.models import Agency, Assessor, Engagement
from greenmine.editions import actions as editions
from greenmine.editions import queries as editions_queries
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source
from greenmine.registry import actions as registry
from greenmine.registry.ledgers.identifiers import organisation_check
from greenmine.registry.models import Mine

ON = date(2026, 11, 20)
FIELDS = ("geology", "mining", "beneficiation", "ecology", "environment")
NO_TIES = {kind: {"tie": False, "text": ""} for kind in QUESTIONS}
NO_PERSONAL_TIES = {kind: {"tie": False, "text": ""} for kind in PERSONAL}
HASH = "ab" * 32


def credit_code(number: int) -> str:
    """A well-formed unified social credit code."""
    organisation = f"MA{number:06d}"
    body = f"91620422{organisation}{organisation_check(organisation)}"
    return body + check_character(body)


def house(person: Any) -> Any:
    """The organisation a person of the cast works for."""
    return person.memberships.get().organisation


@dataclass(frozen=True)
class World:
    """A mine, the agency 陇原 with five people of five fields, and everybody who acts."""

    cast: Any
    edition: Any
    mine: Mine
    agency: Agency
    people: list[Assessor]

    def as_(self, who: str, on: date = ON) -> dict[str, Any]:
        """`by`, `organisation` and `on` of an act by one of the cast."""
        person = getattr(self.cast, who)
        return {"by": person, "organisation": house(person), "on": on}

    def drafted(self, on: date = ON, **fields: Any) -> Engagement:
        """A draft by the province's clerk."""
        fields = {"first_review_passed_on": date(2026, 10, 9), **fields}
        return assessors.draft_engagement(self.mine.key, self.agency.key, **fields, **self.as_("province_clerk", on))

    def checked(self, on: date = ON, **fields: Any) -> Engagement:
        """Declared independent by the agency, checked by the province."""
        found = self.drafted(on, **fields)
        assessors.declare_independence(found, NO_TIES, **self.as_("agency", on))
        assessors.check_conflicts(found, **self.as_("province_clerk", on))
        return again(found)

    def commissioned(self, on: date = ON, **fields: Any) -> Engagement:
        """Commissioned by the province's decider from public budget."""
        return assessors.commission(self.checked(on, **fields), terms(), **self.as_("province", on))

    def accepted(self, on: date = ON) -> Engagement:
        """Taken on by the agency."""
        return assessors.accept(self.commissioned(on), **self.as_("agency", on))

    def team(self, people: list[Assessor] | None = None) -> list[assessors.Member]:
        """One person a field, the first leads."""
        listed = people if people is not None else self.people
        return [
            assessors.Member(one.key, tuple(one.disciplines), leader=number == 0) for number, one in enumerate(listed)
        ]

    def declared(self, on: date = ON) -> Engagement:
        """Team named and signed."""
        found = self.accepted(on)
        assessors.name_team(found, self.team(), **self.as_("agency", on))
        for one in self.people:
            assessors.declare(
                found, one.key, NO_PERSONAL_TIES, committed=True, paper="承诺书-1", **self.as_("agency", on)
            )
        return again(found)

    def visited(self, on: date = ON) -> Engagement:
        """Desk review, questions, notice and visit done."""
        found = assessors.finish_desk_review(self.declared(on), **self.as_("agency", on))
        found = assessors.settle_questions(found, **self.as_("agency", on))
        assessors.give_entry_notice(found, visit_from=on, visit_to=on, **self.as_("agency", on))
        return assessors.finish_visit(found, **self.as_("agency", on))

    def reviewed(self, on: date = ON) -> Engagement:
        """Signed by three persons of the agency."""
        found = self.visited(on)
        for role, who in (("leader", "agency"), ("quality", "agency_reviewer"), ("signatory", "agency_decider")):
            assessors.review(found, role, HASH, passed=True, **self.as_(who, on))
        return again(found)

    def filed(self, on: date = ON) -> Engagement:
        """Filed with the province."""
        return assessors.file_report(self.reviewed(on), HASH, **self.as_("agency_decider", on))


def again(engagement: Engagement) -> Engagement:
    """The engagement as it is stored now."""
    return Engagement.objects.select_related("agency").get(pk=engagement.pk)


def terms(**changes: Any) -> assessors.Terms:
    """A commission from public budget with two payments."""
    given: dict[str, Any] = {
        "funding": "public_budget",
        "budget_line": "2200109 自然资源调查评估",
        "procurement_notice": "甘财采〔2026〕88号",
        "contract": "GSLKHT-2026-17",
        "contract_on": date(2026, 11, 2),
        "amount": Decimal(60000),
        "payments": (("首付款", "accepted", Decimal(20000)), ("尾款", "received", Decimal(40000))),
    }
    return assessors.Terms(**{**given, **changes})


@pytest.fixture
def edition(db: None) -> Any:
    """The shipped edition, made active, with its stored sheets."""
    editions.activate(editions_queries.candidate_text(), by="何运维", on=ON)
    facts.rebuild(editions_queries.active(), on=ON)
    return editions_queries.active()


def make_mine(edition: Any, region: str = "620422", number: int = 1, holder_code: str | None = None) -> Mine:
    """A mine with its holder."""
    holder = registry.register_enterprise(
        f"青山矿业{number}",
        credit_code=holder_code or credit_code(900000 + number),
        region_code=region,
        by="测试",
        on=ON,
    )
    return registry.register_mine(
        edition, f"青山矿{number}", region_code=region, source=Source("county_nr"), by="测试", on=ON, mineral="limestone",
        holder=holder,
    )  # fmt: skip


def make_agency(cast: Any, account: Any = None, number: int = 1, *, on: date = ON, ready: bool = True) -> Agency:
    """An agency on the register; `ready`: looked up, with staff of five fields, found eligible."""
    by = {"by": cast.province, "organisation": house(cast.province), "on": on}
    agency = assessors.register_agency(
        f"评估机构{number}", credit_code=credit_code(number), kind="enterprise", independent_legal_person=True,
        account=account, region_code="620000", looked_up=ready, **by,
    )  # fmt: skip
    if ready:
        for field in FIELDS:
            person = assessors.NewAssessor(f"评{field}{number}", "senior", (field,))
            assessors.employ(agency, person, since=date(2024, 1, 1), **by)
        assessors.check_agency(agency, eligible=True, capable=True, reason="材料齐全，业绩真实", **by)
    return agency


@pytest.fixture
def world(cast: Any, edition: Any) -> World:
    """Everything an engagement needs."""
    mine = make_mine(edition)
    cast_firm = house(cast.enterprise)
    assert mine.holder is not None
    cast_firm.enterprise = mine.holder.key
    cast_firm.save()
    agency = make_agency(cast, house(cast.agency))
    people = [one.assessor for one in agency.employments.select_related("assessor").order_by("id")]
    return World(cast, edition, mine, agency, people)
