"""The commissioning side's pages: register, experts, drafting, checking, commissioning, and everything up to the closing."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.assessors.conftest import World, again, edition, world  # noqa: F401 -- fixtures
from tests.web.authority.conftest import BACKEND
from django.test import Client


def browser(who):
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def test_every_page_opens(world) -> None:  # noqa: F811
    found = world.filed()
    client = browser(world.cast.province_clerk)
    for address in (
        reverse("authority:agencies"), reverse("authority:agency", args=[world.agency.key]),
        reverse("authority:agencies_export"), reverse("authority:experts"), reverse("authority:engagements"),
        reverse("authority:engagements_export"), reverse("authority:engagement_new"),
        reverse("authority:engagement_new") + f"?mine={world.mine.key}",
        reverse("authority:engagement_new") + f"?mine={world.mine.key}&agency={world.agency.key}",
        reverse("authority:engagement_new") + "?q=青山",
        reverse("authority:engagement_confirmations"), reverse("authority:engagement", args=[found.number]),
    ):
        assert client.get(address).status_code == 200, address
