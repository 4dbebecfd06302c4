"""A forged or half-filled form about people is answered with a page or a sentence, never with a fault."""

from __future__ import annotations

from typing import Any

import pytest

NASTY = ["", "abc", "²", "-1", "9" * 40, "'; --"]


@pytest.mark.parametrize("value", NASTY)
def test_nonsense_for_a_successor_is_nobody(client: Any, cast: Any, value: str) -> None:
    client.force_login(cast.county_admin)
    answer = client.post(f"/people/{cast.county.pk}/", {"deed": "leave", "successor": value})
    assert answer.status_code == 302


@pytest.mark.parametrize("role", [*NASTY, "operator", "x" * 500])
def test_a_role_the_organisation_does_not_have_is_given_to_nobody(client: Any, cast: Any, role: str) -> None:
    client.force_login(cast.county_admin)
    assert client.post(f"/people/{cast.county.pk}/", {"deed": "role", "role": role}).status_code == 404
    assert client.post(f"/people/{cast.county.pk}/", {"deed": "role"}).status_code == 404
    assert [row.role for row in cast.county.memberships.all()] == ["clerk"]


@pytest.mark.parametrize("value", NASTY)
def test_nonsense_for_an_enterprise_verifies_nobody(client: Any, cast: Any, value: str, settings: Any) -> None:
    settings.DEMO = True
    client.force_login(cast.county_decider)
    assert client.post("/enterprises/", {"organisation": value}).status_code == 404
