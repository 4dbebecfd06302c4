"""A place of selection with its neighbours, for tests of pages: everybody of one county, and those who must not see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from tests.selection import ground

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
COUNTY, NEIGHBOUR = "140106", "140107"
MINE, RIVAL = "青山铁矿", "白石铁矿"
DAYS_AGO = 40  # the place began then, so that a notice can have run before today


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[ground.World]:
    """One county of a province without a text of its own, its neighbour, a rival enterprise: built once for a module."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    data = tmp_path_factory.mktemp("data")
    with (
        django_db_blocker.unblock(),
        override_settings(PASSWORD_HASHERS=quick, DATA=data),
        transaction.atomic(),
    ):
        yield _build()
        transaction.set_rollback(True)


def _build() -> ground.World:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    today = timezone.localdate()
    law = evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=today - timedelta(days=400))
    where = ground.Place(COUNTY, "selection-000000-2024", today - timedelta(days=DAYS_AGO))
    world = ground.build(where, law)
    since = where.start - timedelta(days=200)
    authority = {"kind": "authority", "since": since}
    for key, department in (("neighbour", "natural_resources"), ("neighbour_ecology", "ecology")):
        world.people[key] = ground.staffed(
            f"邻县{department}", key, department=department, level="county", division=NEIGHBOUR, **authority
        )
    world.people["rival"] = ground.staffed(
        "白石矿业有限公司", "rival", since=since, kind="enterprise", division=COUNTY, enterprise="E00000002"
    )
    world.rival_mine = ground.clean_mine(world, RIVAL, holder="E00000002")  # type: ignore[attr-defined]
    of_a_real_set()
    return world


def of_a_real_set() -> None:
    """The self-assessments of the ground rest on the set that is shipped: the preview of gates reads it."""
    from greenmine.assessment.models import Assessment
    from greenmine.editions import standards

    Assessment.objects.update(standard_digest=standards.get(ground.STANDARD).digest)


@pytest.fixture
def today(place: ground.World, db: None) -> Iterator[None]:
    """The place's clock stands on today while a test runs, and goes back for the next one."""
    before = place.on
    place.on = timezone.localdate()
    place.gone.clear()  # numbers come back when a test is undone
    yield
    place.on = before


@pytest.fixture
def at(place: ground.World) -> Callable[[str], Client]:
    """`at("county.clerk")` is a browser in which this person is signed in."""

    def signed_in(who: str) -> Client:
        office, role = who.split(".")
        client = Client()
        client.force_login(place.people[office][role], backend=BACKEND)
        return client

    return signed_in


def filed(place: ground.World, mine: Any = None, firm: str = "firm") -> Any:
    """An application filed by the enterprise's decider."""
    from greenmine.selection import actions as selection

    made = selection.prepare(place.batch, (mine or place.mine).key, **place.act(f"{firm}.clerk"))
    return selection.file(made, agreed=True, **place.act(f"{firm}.decider"))


def text_of(answer: Any) -> str:
    """What the page says."""
    return str(answer.content.decode())
