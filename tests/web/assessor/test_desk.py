"""The agency's desk: what waits, its engagements while they last, its people; and what it does not see."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.assessors.conftest import World, again, edition, world  # noqa: F401 -- fixtures
from tests.web.authority.conftest import BACKEND


@pytest.fixture(autouse=True)
def _a_desk(db, settings, tmp_path):
    settings.DEMO = True
    settings.DATA = tmp_path


def browser(who):
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def test_every_page_opens(world) -> None:  # noqa: F811
    found = world.declared()
    client = browser(world.cast.agency)
    for address in (
        reverse("assessor:home"), reverse("assessor:engagements"), reverse("assessor:engagement", args=[found.number]),
        reverse("assessor:self_assessment", args=[found.number]), reverse("assessor:staff"),
    ):
        assert client.get(address).status_code == 200, address
    assert browser(world.cast.agency_decider).get(reverse("assessor:leniency")).status_code == 200
    client = browser(world.cast.enterprise)
    for address in (reverse("enterprise:engagements"), reverse("enterprise:engagement", args=[found.number])):
        assert client.get(address).status_code == 200, address
