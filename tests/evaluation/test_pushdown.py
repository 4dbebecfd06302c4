"""The day turns inside the database: every stored outcome is what the closures say, and only what changed is judged anew."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from greenmine.editions import queries as editions
from greenmine.evaluation import actions as evaluation
from greenmine.evaluation import tasks
from greenmine.evaluation.models import FindingChange, MineStanding
from greenmine.evaluation.packing import pack, unpack
from greenmine.evaluation.pushdown import packed_outcomes
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.registry import actions as registry

ON = date(2026, 11, 20)
COUNTY = Source("county_nr", "O1", "会宁县自然资源局")
SAID: tuple[dict[str, Any], ...] = (
    {},
    {"operating_status": "closed"},
    {
        "provincial_entry": "listed",
        "provincial_entered_on": "2025-03-01",
        "earliest_unperformed_penalty_due_on": "2026-11-20",
    },
    {"construction_nature": "new", "commissioned_on": "2024-11-20", "verification_passed_on": "none"},
    {"construction_nature": "new", "normal_operation_since": "2022-06-01", "provincial_entered_on": "none"},
    {"has_beneficiation_plant": True, "beneficiation_water_recycling_rate": "0.8499"},
    {"remaining_life_years": "2.99", "operating_status": "producing", "restoration_plan_executed": False},
)


@pytest.fixture
def edition(db: None) -> Any:
    return evaluation.activate_edition(editions.candidate_text(), by="何运维", on=ON)


@pytest.fixture
def mines(edition: Any, cast: Any) -> list[Any]:
    made = []
    for number, said in enumerate(SAID):
        region = ("620422", "150121", "653001", "530325")[number % 4]
        mine = registry.register_mine(
            edition, f"青山{number}矿", region_code=region, source=COUNTY, by=cast.county, on=ON, mineral="coal"
        )
        statements = [Statement("mine", mine.key, name, value) for name, value in said.items()]
        if statements:
            facts.state_many(edition, statements, source=COUNTY, imported=True)
        made.append(mine)
    tasks.rejudge_changed(edition, on=ON, known_at=timezone.now())
    return made


def test_the_database_comes_to_what_the_closures_come_to_for_every_mine_and_rule(
    edition: Any, mines: list[Any]
) -> None:
    stored = dict(MineStanding.objects.values_list("mine", "outcomes"))
    assert len(stored) == len(mines)
    assert dict(packed_outcomes(edition, on=ON)) == stored


def test_the_next_day_judges_only_the_mines_for_which_something_changed(edition: Any, mines: list[Any]) -> None:
    """The penalty's term and the new mine's two years end on the 20th: the day after, two mines flip and nobody else."""
    tomorrow = ON + timedelta(days=1)
    facts.roll(edition, on=tomorrow)
    before = FindingChange.objects.count()
    assert tasks.rejudge_day(edition, on=tomorrow, known_at=timezone.now()) == 2
    flips = FindingChange.objects.order_by("id")[before:]
    assert {(flip.mine, flip.rule, flip.before, flip.outcome) for flip in flips} >= {
        (mines[2].key, "cn-2024-1.removal.penalty-unperformed", "satisfied", "breached"),
        (mines[3].key, "cn-2024-1.new-mine.verified-in-time", "pending", "breached"),
    }
    assert set(MineStanding.objects.values_list("judged_on", flat=True)) == {tomorrow}


def test_turning_the_same_day_twice_judges_nobody(edition: Any, mines: list[Any]) -> None:
    assert tasks.rejudge_day(edition, on=ON, known_at=timezone.now()) == 0


def test_packing_keeps_outcome_cover_and_what_is_set_apart() -> None:
    packed = pack(["a", "b", "c", "d"], {"a": ("breached", True), "b": ("breached", False), "d": ("unknown", True)})
    assert packed == "bB-u"
    assert unpack(["a", "b", "c", "d"], packed) == {"a": "breached", "b": "breached", "d": "unknown"}
