"""A world for the desk's pages: offices above and beside one another, two enterprises, mines in two counties.

It is built once for a module, by the real actions, inside a transaction that is rolled back; each test then undoes its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HUINING, ZHANGJIACHUAN = "620422", "620525"
SECRET = "只有会宁看得见的说明"  # noqa: RUF100 -- a word that may stand on no other office's page


@dataclass(frozen=True)
class World:
    """Who and what there is: people by what they are, and three mines."""

    law: Any
    province: Any  # reviewer of 620000
    decider: Any  # decider of 620000
    auditor: Any
    city: Any  # reviewer of 620400
    county: Any  # clerk of 620422
    other_county: Any  # clerk of 620525
    ecology: Any  # clerk of the province's ecology office
    firm: Any  # clerk of the holder of `green`
    rival: Any  # clerk of the holder of `white` and `red`
    operator: Any
    green: Any  # 青山煤矿 in 620422
    white: Any  # 白石铜矿 in 620525
    red: Any  # 红柳石灰岩矿 in 620422, another holder

    @property
    def offices(self) -> list[Any]:
        """Everybody who has a desk here."""
        return [
            self.province, self.decider, self.auditor, self.city, self.county, self.other_county, self.ecology,
            self.firm, self.rival, self.operator,
        ]  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=quick), transaction.atomic():
        yield _build()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _a_desk(db: None, settings: Any, tmp_path: Any) -> None:
    """The second factor has tests of its own; uploads go where nobody else looks."""
    settings.DEMO = True
    settings.DATA = tmp_path


@pytest.fixture
def at_desk(world: World) -> Callable[[Any], Client]:
    """`at_desk(world.county)` is a browser in which this person is signed in."""

    def signed_in(who: Any) -> Client:
        client = Client()
        client.force_login(who, backend=BACKEND)
        return client

    return signed_in


def rejudge(law: Any) -> None:
    """What the worker does after every change."""
    from greenmine.evaluation import tasks

    tasks.rejudge_changed(law, on=timezone.localdate(), known_at=timezone.now())


def say(law: Any, mine: Any, actor: str, **values: Any) -> None:
    """State facts of a mine as an office's migrated records say them."""
    from greenmine.facts import actions as facts
    from greenmine.facts.statements import Source, Statement

    source = Source(actor, "O-test", f"{actor} 台账")
    facts.state_many(
        law, [Statement("mine", mine.key, name, value) for name, value in values.items()], source=source, imported=True
    )


def _build() -> World:
    from greenmine.accounts import actions as accounts
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation
    from greenmine.facts.statements import Source
    from greenmine.registry import actions as registry
    from tests.conftest import person

    on = timezone.localdate()
    law = evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=on)

    def found(kind: str, name: str, **fields: Any) -> Any:
        return accounts.found_organisation(kind=kind, name=name, by=None, on=on - timedelta(days=300), **fields)

    nr = {"kind": "authority", "department": "natural_resources"}
    firms = [
        registry.register_enterprise(name, by="登记人", on=on) for name in ("青山矿业有限公司", "白石矿业有限公司")
    ]

    def mine(name: str, region: str, mineral: str, holder: Any) -> Any:
        source = Source("county_nr", "O-test", "登记台账")
        return registry.register_mine(
            law, name, region_code=region, mineral=mineral, holder=holder, source=source, by="登记人", on=on
        )

    green = mine("青山煤矿", HUINING, "coal", firms[0])
    white = mine("白石铜矿", ZHANGJIACHUAN, "copper", firms[1])
    red = mine("红柳石灰岩矿", HUINING, "limestone", firms[1])
    penalty = (on - timedelta(days=40)).isoformat()
    for one in (green, white):
        say(law, one, "province_nr", provincial_entry="listed", earliest_unperformed_penalty_due_on=penalty)
    rejudge(law)
    province = found(name="甘肃省自然资源厅", level="province", division="620000", **nr)
    return World(
        law=law,
        province=person(province, "w-province", "孙审核", "reviewer"),
        decider=person(province, "w-decider", "李签发", "decider"),
        auditor=person(province, "w-auditor", "郑审计", "auditor"),
        city=person(found(name="白银市自然资源局", level="city", division="620400", **nr), "w-city", "冯审核", "reviewer"),
        county=person(found(name="会宁县自然资源局", level="county", division=HUINING, **nr), "w-county", "王经办", "clerk"),
        other_county=person(
            found(name="张家川县自然资源局", level="county", division=ZHANGJIACHUAN, **nr), "w-other", "赵经办", "clerk"
        ),
        ecology=person(
            found("authority", "甘肃省生态环境厅", department="ecology", level="province", division="620000"),
            "w-ecology", "沈环保", "clerk",
        ),
        firm=person(found("enterprise", firms[0].name, division=HUINING, enterprise=firms[0].key), "w-firm", "陈填报", "clerk"),
        rival=person(found("enterprise", firms[1].name, division=HUINING, enterprise=firms[1].key), "w-rival", "林填报", "clerk"),
        operator=person(found("operator", "系统运行中心"), "w-operator", "何运维", "operator"),
        green=green, white=white, red=red,
    )  # fmt: skip
