"""A mine of which departments say things, for tests of gates and for replays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.gates import replays
from greenmine.registry import actions as registry
from greenmine.registry.models import Enterprise

WORDS = {
    "county_nr": "县自然资源局", "province_nr": "省自然资源厅", "ministry_nr": "自然资源部", "forestry": "林业和草原局",
    "emergency": "应急管理局", "market": "市场监管局", "ecology": "生态环境局", "enterprise": "采矿权人", "granting_authority": "登记机关",
}  # fmt: skip


def found_mine(
    edition: Any, cast: Any, name: str = "青山铁矿", *, region: str = "620422", mineral: str = "iron",
    holder: str = "E00000001", holder_name: str = "青山矿业有限公司", on: date,
) -> Any:  # fmt: skip
    firm = Enterprise.objects.get_or_create(key=holder, defaults={"name": holder_name, "recorded_at": timezone.now()})[
        0
    ]
    return registry.register_mine(
        edition, name, region_code=region, source=Source("county_nr", "O1", "县自然资源局"), by=cast.county, on=on,
        mineral=mineral, holder=firm,
    )  # fmt: skip


def say(edition: Any, mine: str, by: str, said: Mapping[str, Any], *, since: date) -> None:
    """A department states facts that hold from a day."""
    statements = [Statement("mine", mine, name, value, since=since) for name, value in said.items()]
    facts.state_many(edition, statements, source=Source(by, f"O-{by}", WORDS.get(by, by)), imported=True)


def say_clean(edition: Any, mine: str, *, since: date, gate: str | None = "all") -> None:
    """What all departments say of a mine with nothing against it; `gate`: only what is said before that gate."""
    for said in replays.clean():
        if gate == "all" or said.before == (gate or ""):
            say(edition, mine, said.by, said.facts, since=since)


def before(day: date, days: int = 30) -> date:
    return day - timedelta(days=days)
