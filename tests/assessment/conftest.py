"""A mine of an enterprise, the demonstration set of indicators, and what an enterprise does with them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from greenmine.accounts import queries as accounts
from greenmine.assessment import actions as assessment
from greenmine.assessment.actions import Draft
from greenmine.evaluation import actions as evaluation
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.registry import actions as registry
from greenmine.registry.models import Enterprise

ON = date(2026, 11, 20)
COUNTY = Source("county_nr", "O1", "会宁县自然资源局")
DEMO = "demo-2026"
# what makes every precondition of the demonstration set hold
PRECONDITIONS = {
    "mining_license_status": "valid",
    "mining_license_valid_until": "2030-01-01",
    "safety_license_status": "valid",
    "safety_license_valid_until": "2029-01-01",
    "business_license_status": "valid",
    "business_license_valid_until": "none",
    "earliest_unperformed_penalty_due_on": "none",
    "abnormal_listing": False,
    "remaining_life_years": 12,
    "in_protected_area": False,
    "mining_method": "open_pit",
    "scale": "medium",
    "climate_zone": "semi_arid",
}


@pytest.fixture
def edition(db: None) -> Any:
    from greenmine.editions import queries as editions

    return evaluation.activate_edition(editions.candidate_text(), by="何运维", on=ON)


def enterprise(key: str, name: str) -> Enterprise:
    return Enterprise.objects.get_or_create(key=key, defaults={"name": name, "recorded_at": timezone.now()})[0]


def new_mine(
    edition: Any, cast: Any, name: str = "青山煤矿", *, holder: str = "E00000001", region: str = "620422"
) -> Any:
    firm = enterprise(holder, {"E00000001": "青山矿业有限公司", "E00000002": "白石矿业有限公司"}.get(holder, holder))
    return registry.register_mine(
        edition, name, region_code=region, source=COUNTY, by=cast.county, on=ON, mineral="coal", holder=firm
    )


@pytest.fixture
def mine(edition: Any, cast: Any) -> Any:
    return new_mine(edition, cast)


@pytest.fixture
def state(edition: Any) -> Any:
    """`state(mine, name=value, …)` records facts of a mine."""

    def stated(mine: Any, source: Source = COUNTY, **values: Any) -> None:
        facts.state_many(
            edition, [Statement("mine", mine.key, name, value) for name, value in values.items()], source=source,
            imported=True,
        )  # fmt: skip

    return stated


@pytest.fixture
def house(cast: Any) -> Any:
    """The enterprise's own organisation."""
    return accounts.main_organisation(cast.enterprise, on=ON)


@pytest.fixture
def opened(mine: Any, cast: Any, house: Any) -> Any:
    """An open self-assessment of the mine."""
    return assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON)


@pytest.fixture
def say(cast: Any) -> Any:
    """`say(one, "order", score=300)` answers an item as the enterprise's clerk."""

    def said(one: Any, indicator: str, *, by: Any = None, seen: int | None = None, on: date = ON, **draft: Any) -> Any:
        row = one.items.filter(indicator=indicator).first()
        version = seen if seen is not None else (row.version if row else 0)
        wanted = Draft(**{"state": "scored", **draft})
        return assessment.answer(one, indicator, wanted, seen=version, by=by or cast.enterprise, on=on)

    return said


class File:
    """An upload."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content

    def chunks(self) -> list[bytes]:
        return [self.content]


def photo(shade: int = 0, name: str = "photo.png") -> File:
    """A small picture; another shade is another file."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8), (shade % 256, shade // 256 % 256, 40)).save(out, "PNG")
    return File(name, out.getvalue())


def document(text: str = "制度", name: str = "document.txt") -> File:
    return File(name, text.encode())


def complete(one: Any, say: Any, cast: Any, *, on: date = ON, best: bool = True) -> None:
    """Answer every item as well (or as badly) as its scale allows, and say why what is unproven stands."""
    from greenmine.assessment import scoring
    from greenmine.assessment.models import ItemAnswer
    from greenmine.law.indicators import Indicator, choices

    rows = {row.indicator: row for row in one.items.all()}
    for part in scoring.parts(scoring.standard_of(one)):
        row = rows[part.id]
        row.state, row.version, row.by, row.at = "scored", row.version + 1, cast.enterprise.name, timezone.now()
        if isinstance(part, Indicator):
            possible = choices(part)
            row.score = (possible[-1] if possible else part.points) if best else 0
        else:
            row.met = True
    ItemAnswer.objects.bulk_update(rows.values(), ["state", "version", "by", "at", "score", "met"])
    say(one, "order", score=rows["order"].score, comment="已核对", on=on)
    explain(one, cast, on=on)
    one.refresh_from_db()


def explain(one: Any, cast: Any, *, on: date = ON, reason: str = "材料随后补充") -> None:
    """Give a reason for every hint that asks for one."""
    from greenmine.assessment import queries

    asked = {flag.fingerprint: reason for flag in queries.flags(one, on=on) if flag.severity == "asks" and flag.is_open}
    assessment.acknowledge_all(one, asked, by=cast.enterprise, on=on)


@pytest.fixture
def submitted(mine: Any, state: Any, opened: Any, say: Any, cast: Any, house: Any) -> Any:
    """A self-assessment that passed every check and was submitted."""
    state(mine, **PRECONDITIONS)
    complete(opened, say, cast)
    return assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
