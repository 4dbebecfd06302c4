"""The demonstration province is built by the real actions, so building it is a test of them all together."""

from __future__ import annotations

import pytest

from greenmine.accounts.models import Person
from greenmine.config import demo
from greenmine.evaluation.models import MineStanding
from greenmine.ledger import queries as ledger


@pytest.mark.django_db
def test_the_demonstration_is_built_signed_in_to_and_its_ledger_holds(client) -> None:
    said: list[str] = []
    sign_ins = demo.build(progress=said.append)
    assert demo.is_built()
    assert MineStanding.objects.count() > 10
    assert ledger.verify().holds
    first = sign_ins[0]
    client.post("/accounts/login/", {"login": first.username, "password": first.password})
    assert client.session["_auth_user_id"] == str(Person.objects.get(username=first.username).pk)


@pytest.mark.django_db
def test_demo_passwords_are_random_and_can_be_renewed() -> None:
    made = {account.username: account.password for account in demo.build(progress=print)}
    renewed = {account.username: account.password for account in demo.renew_passwords()}
    assert set(renewed) == set(made)
    assert not set(renewed.values()) & set(made.values())
