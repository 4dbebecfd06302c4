from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from greenmine.facts import actions as facts
from greenmine.facts import queries as fact_queries
from greenmine.facts.statements import Source, Statement
from greenmine.ledger.models import Record
from greenmine.registry import actions as registry
from greenmine.registry import queries
from greenmine.registry.models import Mine
from greenmine.spatial.areas import from_rings
from tests.registry.conftest import ON

COUNTY = Source("county_nr", "O1", "会宁县自然资源局")
SQUARE = [(105.00, 35.70), (105.02, 35.70), (105.02, 35.72), (105.00, 35.72)]


@pytest.fixture
def firm(edition, cast):
    return registry.register_enterprise("青山矿业有限公司", by=cast.county, on=ON)


@pytest.fixture
def mine(edition, cast, firm):
    return registry.register_mine(
        edition, "青山煤矿", region_code="620422", source=COUNTY, by=cast.county, on=ON, mineral="coal", holder=firm,
        longitude=Decimal("105.01"), latitude=Decimal("35.71"),
    )  # fmt: skip


def sheet(edition, mine, on=ON):
    return fact_queries.sheet_of(edition, "mine", mine.key, on=on, known_at=timezone.now())


def test_a_mine_gets_a_permanent_number_and_its_identity_is_stated(edition, mine):
    assert mine.key == "M00000001"
    assert sheet(edition, mine).region_code == "620422"
    assert edition.dictionary["mineral"].show(sheet(edition, mine).values["mineral"]) == "coal"
    assert Record.objects.filter(verb="registry.mine_registered", subject_key=mine.key).count() == 1


def test_a_mine_in_a_division_nobody_knows_is_refused(edition, cast):
    with pytest.raises(registry.CannotRegister, match="行政区划表中没有"):
        registry.register_mine(edition, "某矿", region_code="999999", source=COUNTY, by=cast.county, on=ON)


def test_an_enterprise_is_known_by_its_credit_code_and_a_wrong_code_is_refused(edition, cast):
    code = "91620000224500000A"
    with pytest.raises(registry.CannotRegister):
        registry.register_enterprise("某公司", credit_code=code, by=cast.county, on=ON)
    one = registry.register_enterprise("某公司", by=cast.county, on=ON)
    assert registry.register_enterprise("某公司", by=cast.county, on=ON) == one


def test_a_renamed_mine_keeps_its_number_and_is_found_under_both_names(edition, mine, cast):
    registry.rename(edition, mine, "绿水煤矿", source=COUNTY, by=cast.county, on=date(2026, 11, 1))
    for name in ("青山", "绿水"):
        assert [found.key for found in queries.search(Mine.objects.all(), name)] == [mine.key]
    assert [entry.kind for entry in queries.history_of(mine)] == ["rename"]


def test_after_a_transfer_the_law_reads_the_new_holder_from_that_day(edition, mine, firm, cast):
    rival = registry.register_enterprise("白石矿业有限公司", by=cast.county, on=ON)
    name = next(fact.name for fact in edition.dictionary.for_subject("enterprise") if fact.type == "boolean")
    ranked = Source(edition.dictionary[name].stated_by[0], "O9")
    for enterprise, value in ((firm, True), (rival, False)):
        facts.state(edition, Statement("enterprise", enterprise.key, name, value), source=ranked, imported=True)
    registry.transfer(edition, mine, rival, by=cast.county, on=date(2026, 11, 10))
    assert sheet(edition, mine, date(2026, 11, 9)).values[f"holder.{name}"] is True
    assert sheet(edition, mine, date(2026, 11, 10)).values[f"holder.{name}"] is False
    with pytest.raises(registry.CannotRegister, match="与现采矿权人相同"):
        registry.transfer(edition, mine, rival, by=cast.county, on=ON)


def test_a_merged_mine_ends_and_its_history_stays(edition, mine, cast):
    other = registry.register_mine(edition, "白石煤矿", region_code="620422", source=COUNTY, by=cast.county, on=ON)
    registry.merge([other, mine], mine, by=cast.county, on=ON)
    other.refresh_from_db()
    assert other.ended_on == ON
    assert [entry.kind for entry in queries.history_of(other)] == ["merge"]
    with pytest.raises(registry.CannotRegister):
        registry.merge([other, mine], mine, by=cast.county, on=ON)


def test_a_split_mine_may_be_one_of_its_parts(edition, mine, cast):
    part = registry.register_mine(edition, "青山二矿", region_code="620422", source=COUNTY, by=cast.county, on=ON)
    registry.split(mine, [mine, part], by=cast.county, on=ON)
    mine.refresh_from_db()
    assert mine.ended_on is None
    with pytest.raises(registry.CannotRegister):
        registry.split(mine, [part], by=cast.county, on=ON)


def test_a_point_is_found_in_the_area_of_the_day(mine, cast):
    registry.draw_boundary(mine, from_rings([SQUARE]), by=cast.county, on=date(2026, 1, 1))
    moved = [(x + 0.1, y) for x, y in SQUARE]
    registry.draw_boundary(mine, from_rings([moved]), by=cast.county, on=date(2026, 6, 1))
    assert queries.mines_at(105.01, 35.71, on=date(2026, 5, 31)) == [mine]
    assert queries.mines_at(105.01, 35.71, on=date(2026, 6, 1)) == []
    assert queries.mines_at(105.11, 35.71, on=date(2026, 6, 1)) == [mine]
    assert mine.boundaries.first().hectares > 0


def test_the_control_chain_ends_where_it_began_and_shows_sister_mines(edition, mine, firm, cast):
    group = registry.register_enterprise("集团有限公司", by=cast.county, on=ON)
    day = date(2026, 1, 1)
    registry.record_control(group, firm, share=Decimal("0.6"), since=day, by=cast.county)
    registry.record_control(firm, group, share=Decimal("0.1"), since=day, by=cast.county)
    assert queries.control_chain(firm, on=ON) == [group]
    assert queries.control_chain(firm, on=date(2025, 12, 31)) == []
    sister = registry.register_mine(
        edition, "姊妹矿", region_code="620422", source=COUNTY, by=cast.county, on=ON, holder=group
    )
    assert list(queries.sister_mines(mine, on=ON)) == [sister]


def test_who_answers_for_a_mine_changes_on_a_day(mine, cast):
    registry.appoint(("mine", mine.key), "mine_manager", "张三", since=date(2026, 1, 1), by=cast.county)
    registry.appoint(("mine", mine.key), "mine_manager", "李四", since=date(2026, 6, 1), by=cast.county)
    from greenmine.registry.models import RoleHolding

    held = RoleHolding.objects.order_by("holds_from").values_list("person_name", "holds_to")
    assert list(held) == [("张三", date(2026, 6, 1)), ("李四", None)]


def test_everybody_sees_the_mines_of_his_region_or_enterprise_and_no_others(edition, mine, firm, cast):
    far = registry.register_mine(edition, "张家川矿", region_code="620525", source=COUNTY, by=cast.county, on=ON)
    assert firm.key == "E00000001"

    def seen(person):
        return list(queries.mines_for(person).order_by("key"))

    assert seen(cast.county) == [mine]
    assert seen(cast.other_county) == [far]
    assert seen(cast.province) == seen(cast.ministry) == seen(cast.auditor) == [mine, far]
    assert seen(cast.enterprise) == [mine]
    assert seen(cast.other_enterprise) == []
    assert seen(cast.operator) == []
    assert seen(None) == []


def test_two_characters_find_a_mine_by_name_holder_or_number(mine):
    for words in ("青山", "煤矿", "青山矿业", "m00000001", "山煤 青山"):
        assert list(queries.search(Mine.objects.all(), words)) == [mine]
    assert list(queries.search(Mine.objects.all(), "白石")) == []


def code(number: int) -> str:
    """A credit code whose two check characters are right."""
    from greenmine.accounts.credit_code import check_character
    from greenmine.registry.ledgers.identifiers import organisation_check

    organisation = f"MA7{number:05d}"
    body = "91620422" + organisation + organisation_check(organisation)
    return body + check_character(body)


def test_an_enterprise_known_by_name_is_identified_once(firm, cast):
    known = registry.identify_enterprise(firm, code(1), by=cast.county, on=ON)
    assert known.credit_code == code(1)
    assert Record.objects.filter(verb="registry.enterprise_identified", subject_key=firm.key).count() == 1
    registry.identify_enterprise(firm, code(1).lower(), by=cast.county, on=ON)
    assert Record.objects.filter(verb="registry.enterprise_identified", subject_key=firm.key).count() == 1
    with pytest.raises(registry.CannotRegister, match="请办理采矿权人变更"):
        registry.identify_enterprise(firm, code(2), by=cast.county, on=ON)


def test_a_code_that_cannot_be_or_is_anothers_identifies_nobody(firm, cast):
    registry.register_enterprise("白石矿业有限公司", credit_code=code(3), by=cast.county, on=ON)
    with pytest.raises(registry.CannotRegister, match="已属于“白石矿业有限公司”"):
        registry.identify_enterprise(firm, code(3), by=cast.county, on=ON)
    with pytest.raises(registry.CannotRegister):
        registry.identify_enterprise(firm, "91620422MA7000009X", by=cast.county, on=ON)
    firm.refresh_from_db()
    assert firm.credit_code == ""
