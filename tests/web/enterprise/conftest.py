"""The world of the authority's pages, with the people of an enterprise in it and a self-assessment to work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from tests.conftest import person
from tests.web.authority import conftest as authority

world, at_desk, _a_desk = authority.world, authority.at_desk, authority._a_desk
STANDARD = "demo-2026-gansu"  # what suits a mine of Gansu


@dataclass(frozen=True)
class Firm:
    """The people of the enterprise that holds 青山煤矿, and of its rival."""

    clerk: Any
    colleague: Any
    decider: Any
    records: Any
    admin: Any
    rival_decider: Any
    house: Any


@pytest.fixture
def firm(world: Any) -> Firm:
    """Everybody an enterprise has: who fills in, who fills in too, who signs, who only reads, who manages people."""
    house, rival = (house_of(who) for who in (world.firm, world.rival))
    return Firm(
        clerk=world.firm,
        colleague=person(house, "e-colleague", "马复核", "reviewer"),
        decider=person(house, "e-decider", "高矿长", "decider"),
        records=person(house, "e-records", "丁档案", "records"),
        admin=person(house, "e-admin", "何管理", "org_admin"),
        rival_decider=person(rival, "e-rival", "白矿长", "decider"),
        house=house,
    )


@pytest.fixture
def opened(world: Any, firm: Firm) -> Any:
    """A self-assessment of 青山煤矿, just opened."""
    return open_one(world.green, firm.clerk, firm.house)


def open_one(mine: Any, by: Any, house: Any, standard: str = STANDARD) -> Any:
    """Open a self-assessment by the real action."""
    from greenmine.assessment import actions

    return actions.open_self(mine.key, by=by, organisation=house, on=timezone.localdate(), standard_id=standard)


def fill(assessment: Any, by: Any, *, but: tuple[str, ...] = ()) -> None:
    """Claim the most of every item and meet every precondition, by the real action."""
    from greenmine.assessment import actions, scoring
    from greenmine.assessment.models import ItemAnswer
    from greenmine.law.indicators import Precondition

    versions = dict(ItemAnswer.objects.filter(assessment=assessment).values_list("indicator", "version"))
    for part in scoring.parts(scoring.standard_of(assessment)):
        if part.id in but:
            continue
        full = actions.Draft("scored", None if isinstance(part, Precondition) else part.points, True)
        actions.answer(assessment, part.id, full, seen=versions.get(part.id, 0), by=by, on=timezone.localdate())


def explain(assessment: Any, by: Any) -> None:
    """Give a reason for every hint that asks for one."""
    from greenmine.assessment import actions, queries

    on = timezone.localdate()
    asked = [one.fingerprint for one in queries.flags(assessment, on=on) if one.severity == "asks" and one.is_open]
    actions.acknowledge_all(assessment, dict.fromkeys(asked, "已核对，情况属实"), by=by, on=on)


def submit(assessment: Any, firm: Firm) -> Any:
    """Fill in, explain and submit, by the real actions."""
    from greenmine.assessment import actions

    fill(assessment, firm.clerk)
    explain(assessment, firm.clerk)
    return actions.submit(assessment, agreed=True, by=firm.decider, on=timezone.localdate(), organisation=firm.house)


def house_of(who: Any) -> Any:
    return who.memberships.select_related("organisation").get().organisation
