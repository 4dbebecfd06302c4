"""An edition that is active, a mine with nothing against it, and the authority that runs its gates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import TODAY, person
from tests.gates import ground

ABOUT = ("application", "SB-2026-0001")


@pytest.fixture
def law(db: None, settings: Any, tmp_path: Any) -> Any:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DATA = tmp_path
    return evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=TODAY)


@pytest.fixture
def mine(law: Any, cast: Any) -> Any:
    """青山铁矿, of which all departments say what lets it pass every gate."""
    made = ground.found_mine(law, cast, on=ground.before(TODAY))
    ground.say_clean(law, made.key, since=ground.before(TODAY))
    return made


@pytest.fixture
def say(law: Any, mine: Any) -> Any:
    """`say("forestry", in_protected_area=True)` states facts of the mine."""

    def said(by: str, *, of: Any = None, since: Any = TODAY, **facts: Any) -> None:
        ground.say(law, (of or mine).key, by, facts, since=since)

    return said


@pytest.fixture
def county(cast: Any) -> Any:
    return cast.county.memberships.get().organisation


@pytest.fixture
def check(mine: Any, cast: Any, county: Any) -> Any:
    """`check("filing")` runs a gate for the mine as the county's clerk."""
    from greenmine.gates import actions

    def checked(gate: str = "filing", *, of: Any = None, by: Any = None, on: Any = TODAY, about: Any = ABOUT) -> Any:
        return actions.check(gate, (of or mine).key, about=about, by=by or cast.county, organisation=county, on=on)

    return checked


@pytest.fixture
def second_decider(county: Any) -> Any:
    return person(county, "seconddecider", "冯签发", "decider")
