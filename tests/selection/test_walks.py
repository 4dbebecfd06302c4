"""Every table is walked from filing to entry by the people who act in life; nothing is skipped."""

from __future__ import annotations

from typing import Any

import pytest

from tests.selection import ground

PLACES = [ground.SHANXI, ground.GANSU, ground.INNER_MONGOLIA, ground.YUNNAN, ground.KIZILSU]
HISTORICAL = [ground.GANSU_2023, ground.INNER_MONGOLIA_2020]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.table)
def test_a_mine_comes_to_the_directory_on_the_way_of_its_place(world_of: Any, place: ground.Place) -> None:
    from greenmine.directory.models import Entry

    world = world_of(place)
    application = ground.filed(world)
    assert (application.table, application.state) == (place.table, "filed")
    application = ground.walk(world, application)
    entry = Entry.objects.get()
    assert (application.state, application.outcome, application.entry) == ("listed", "listed", entry.number)
    assert (entry.mine, entry.tier, entry.application) == (world.mine.key, "provincial", application.number)


@pytest.mark.parametrize("place", HISTORICAL, ids=lambda place: place.table)
def test_a_mine_of_earlier_days_went_the_way_of_those_days(world_of: Any, place: ground.Place) -> None:
    world = world_of(place)
    application = ground.filed(world)
    assert application.table == place.table
    application = ground.walk(world, application)
    assert (application.state, application.outcome) == ("listed", "listed")
