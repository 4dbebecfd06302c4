"""Who commissions where and when: by territory and date, with the default that stands flagged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from greenmine.accounts import actions as accounts
from greenmine.assessors import actions as assessors
from greenmine.assessors.commissioning import as_confirmed, confirmation, ground
from greenmine.assessors.permissions import check_can_commission
from greenmine.assessors.refusals import CannotCommission, CannotEngage
from greenmine.ledger.models import Record
from tests.conftest import person

from .conftest import ON, World, house, terms

GANSU, NEIMENGGU, YUNNAN, HUNAN = "620422", "150426", "530102", "430181"


@pytest.mark.parametrize(
    ("region", "on", "level", "cite", "by_default"),
    [
        (HUNAN, date(2024, 4, 14), None, None, None),
        (HUNAN, date(2024, 4, 15), "province", "cn-2024-1/8.2.b", False),
        (YUNNAN, ON, "province", "cn-2024-1/8.2.b", False),
        (GANSU, date(2023, 1, 27), None, None, None),
        (GANSU, date(2023, 1, 28), "city", "gs-2023/3.3.r", False),
        (GANSU, date(2024, 4, 14), "city", "gs-2023/3.3.r", False),
        (GANSU, date(2024, 4, 15), "province", "cn-2024-1/8.2.b", True),
        (NEIMENGGU, date(2020, 11, 4), None, None, None),
        (NEIMENGGU, date(2020, 11, 5), "county", "nm-2020/4.2.e.2", False),
        (NEIMENGGU, date(2024, 4, 14), "county", "nm-2020/4.2.e.2", False),
        (NEIMENGGU, date(2024, 4, 15), "province", "cn-2024-1/8.2.b", True),
    ],
)
def test_the_level_by_place_and_day(
    edition: Any, region: str, on: date, level: str | None, cite: str | None, by_default: bool | None
) -> None:
    found = ground(edition, region, on)
    if level is None:
        assert found is None
        return
    assert found is not None
    assert (found.level, found.cite, found.by_default) == (level, cite, by_default)


def test_a_banner_commissions_with_ecology_and_industry(cast: Any, edition: Any) -> None:
    nr = {"kind": "authority", "department": "natural_resources"}
    banner = accounts.found_organisation(
        name="敖汉旗自然资源局", level="county", division="150430", by=None, on=date(2020, 1, 2), **nr
    )
    decider = person(banner, "banner", "巴签发", "decider")
    decider.memberships.update(since=date(2020, 1, 2))
    decider.__dict__.pop("_memberships_by_day", None)
    day = date(2023, 5, 8)
    with pytest.raises(CannotCommission, match="会同"):
        check_can_commission(edition, decider, "150430", jointly_with=("ecology",), on=day)
    with pytest.raises(CannotCommission, match="会同"):
        check_can_commission(edition, decider, "150430", jointly_with=("ecology", " ", "ecology"), on=day)
    found = check_can_commission(edition, decider, "150430", jointly_with=("ecology", "industry"), on=day)
    assert (found[0], found[1].level, found[2]) == (banner, "county", None)


def city(name: str = "白银市自然资源局", division: str = "620400") -> Any:
    nr = {"kind": "authority", "department": "natural_resources"}
    return accounts.found_organisation(name=name, level="city", division=division, by=None, on=date(2022, 1, 4), **nr)


@pytest.mark.shows("gs-2023/3.3.r", by="act")
def test_a_city_commissions_on_a_recorded_confirmation(world: World) -> None:
    decider = person(city(), "city", "白签发", "decider")
    act = {"by": decider, "organisation": house(decider), "on": ON}
    assessors.record_confirmation(
        "620000", "city", person="孙厅", document="甘资函〔2026〕31号", confirmed_on=date(2026, 3, 2),
        reason="试点下放", **world.as_("province"),
    )  # fmt: skip
    found = assessors.commission(world.checked(), terms(), **act)
    assert (found.commissioned_by_name, found.commissioned_level) == ("白银市自然资源局", "city")
    assert found.confirmation is not None
    assert (found.confirmation.person, found.confirmation.document, found.confirmation.confirmed_on) == (
        "孙厅", "甘资函〔2026〕31号", date(2026, 3, 2),
    )  # fmt: skip
    assert Record.objects.get(verb="assessors.level_confirmed").region_code == "620000"
    for role_step in ("accept",):
        assert getattr(assessors, role_step)(found, **world.as_("agency")).state == "accepted"


@pytest.mark.shows("gs-2023/3.3.r", by="act", refusal=True)
def test_a_city_without_confirmation_is_refused_with_the_clause(world: World) -> None:
    decider = person(city(), "city", "白签发", "decider")
    with pytest.raises(CannotCommission) as refused:
        assessors.commission(world.checked(), terms(), by=decider, organisation=house(decider), on=ON)
    assert "下级委托须先登记确认：确认人、文号、日期" in refused.value.zh
    assert "cn-2024-1/8.2.b" in refused.value.en


def test_a_confirmation_holds_from_its_day_for_its_territory_and_level(world: World) -> None:
    given = assessors.record_confirmation(
        "620400", "city", person="孙厅", document="1号", confirmed_on=date(2026, 3, 2), **world.as_("province")
    )
    assert confirmation(world.edition, "620422", "city", date(2026, 3, 2)) == given
    assert confirmation(world.edition, "620422", "city", date(2026, 3, 1)) is None
    assert confirmation(world.edition, "620525", "city", ON) is None
    assert confirmation(world.edition, "620422", "county", ON) is None
    given.withdrawn_on = ON
    given.save()
    assert confirmation(world.edition, "620422", "city", ON) is None
    assert confirmation(world.edition, "620422", "city", ON - timedelta(days=1)) == given


@pytest.mark.parametrize(
    "changes",
    [{"person": " "}, {"document": ""}, {"confirmed_on": ON + timedelta(days=1)}, {"level": "province"}, {"level": ""}],
)
def test_a_confirmation_without_person_paper_or_day_is_refused(world: World, changes: dict) -> None:
    given = {"level": "city", "person": "孙厅", "document": "1号", "confirmed_on": ON, **changes}
    level = given.pop("level")
    with pytest.raises(CannotEngage):
        assessors.record_confirmation("620000", level, **given, **world.as_("province"))


def test_a_county_does_not_confirm_itself(world: World) -> None:
    with pytest.raises(CannotEngage, match="省级以上"):
        assessors.record_confirmation(
            "620422", "county", person="李", document="1号", confirmed_on=ON, **world.as_("county_decider")
        )


def test_the_ministry_does_not_commission_in_a_provinces_place(world: World) -> None:
    with pytest.raises(CannotCommission):
        check_can_commission(world.edition, world.cast.ministry, "620422", on=ON)


def test_a_confirmed_reading_says_who_commissions_and_on_which_paper(world: World) -> None:
    from greenmine.editions import readings

    before = ground(world.edition, GANSU, ON)
    assert before is not None
    assert as_confirmed(before, GANSU, ON) == before
    readings.confirm(
        "commissioning-level", "620000", "city", document="甘自然资函〔2026〕9号", reason="省厅书面明确由市州委托", by=world.cast.province,
        on=ON,
    )  # fmt: skip
    found = as_confirmed(before, GANSU, ON)
    assert (found.level, found.by_default, found.territory) == ("city", False, "620000")
    assert found.source["zh"] == "甘自然资函〔2026〕9号（孙厅确认）"
    assert as_confirmed(before, GANSU, ON - timedelta(days=1)) == before
