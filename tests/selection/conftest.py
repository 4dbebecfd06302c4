"""A place of each jurisdiction with everybody who acts in a selection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.selection import ground


@pytest.fixture
def law(db: None, settings: Any, tmp_path: Any) -> Any:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DATA = tmp_path
    return evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=date(2020, 1, 2))


@pytest.fixture
def world_of(law: Any) -> Callable[[ground.Place], ground.World]:
    """`world_of(ground.GANSU)` builds one place."""
    return lambda place: ground.build(place, law)


@pytest.fixture
def world(world_of: Any) -> ground.World:
    """A province whose own text is not held: the national notice alone."""
    return world_of(ground.SHANXI)
