"""The active law as shipped, one mine of Kizilsu under a text whose effective day nobody entered, and quick sign-in."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

ON = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _no_second_factor(settings) -> None:
    """The second factor has tests of its own; the demonstration does without."""
    settings.DEMO = True


@pytest.fixture
def law(db):
    """The shipped edition, active."""
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    return evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=timezone.localdate())


@pytest.fixture
def mine(law):
    """A mine in Artux."""
    from greenmine.facts.statements import Source
    from greenmine.registry import actions as registry

    source = Source("county_nr", "O1", "阿图什市自然资源局")
    return registry.register_mine(law, "阿图什铜矿", region_code="653001", source=source, by="登记人", on=ON)
