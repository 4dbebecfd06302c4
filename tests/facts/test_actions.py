import random
from datetime import date

import pytest
from django.utils import timezone

from greenmine.editions.loading import build
from greenmine.facts import actions as facts
from greenmine.facts import queries, stored
from greenmine.facts.models import FactRecord
from greenmine.facts.statements import CannotState, Source, Statement
from greenmine.law import NONE
from tests.facts.small import FACTS, TEXTS, small_edition

pytestmark = pytest.mark.django_db
EDITION = small_edition()
ON = date(2026, 6, 1)
COUNTY = Source("county_nr", "O1", "城关区自然资源局")
FIRM = Source("enterprise", "E1", "青山矿业")
SYSTEM = Source("system")


@pytest.fixture(autouse=True)
def tables() -> None:
    facts.rebuild(EDITION, on=ON)


def state(name, value, source=COUNTY, kind="mine", key="M1", **more):
    return facts.state(EDITION, Statement(kind, key, name, value, **more), source=source)


def stored_values(key="M1", kind="mine"):
    return queries.stored_sheets(EDITION, kind, [key])[key].values


def test_a_stated_fact_stands_on_the_stored_sheet_at_once():
    state("operating_status", "producing")
    state("designed_capacity", "12.50")
    state("mine_name", "青山矿")
    assert stored_values() == {"operating_status": 0, "designed_capacity": 1250, "mine_name": "青山矿"}


def test_a_correction_leaves_the_first_statement_in_the_records():
    state("operating_status", "producing")
    before = timezone.now()
    state("operating_status", "suspended")
    assert stored_values() == {"operating_status": 1}
    assert FactRecord.objects.count() == 2
    assert queries.sheet_of(EDITION, "mine", "M1", on=ON, known_at=before).values == {"operating_status": 0}


def test_none_is_kept_apart_from_unknown():
    state("earliest_unperformed_penalty_due_on", "none")
    assert stored_values() == {"earliest_unperformed_penalty_due_on": NONE}


def test_a_mark_is_kept_with_the_stored_sheet():
    state("operating_status", "producing")
    state("operating_status", "suspended", Source("county_nr", "O2"))
    assert queries.stored_sheets(EDITION, "mine", ["M1"])["M1"].marks == {"operating_status": "conflict"}


@pytest.mark.parametrize(
    ("statement", "source", "words"),
    [
        (Statement("mine", "M1", "no_such", 1), COUNTY, "事实目录中没有"),
        (Statement("mine", "M1", "rnd_spend_ratio", "0.1"), FIRM, "不是关于该类对象"),
        (Statement("mine", "M1", "operating_status", "producing"), Source("bank"), "不由"),
        (Statement("mine", "M1", "provincial_entry", "listed"), COUNTY, "不由"),
        (Statement("mine", "M1", "designed_capacity", "1000.01"), COUNTY, "超出范围"),
        (Statement("mine", "M1", "operating_status", "none"), COUNTY, "不能为 none"),
        (Statement("mine", "M1", "operating_status", "producing", date(2026, 1, 1), date(2026, 1, 1)), COUNTY, "晚于"),
    ],
)
def test_what_may_not_be_said_is_refused_in_words_and_records_nothing(statement, source, words):
    with pytest.raises(CannotState, match=words) as refused:
        facts.state(EDITION, statement, source=source)
    assert refused.value.en
    assert FactRecord.objects.count() == 0


def test_an_entry_and_its_day_may_not_contradict_each_other():
    both = [
        Statement("mine", "M1", "provincial_entry", "none"),
        Statement("mine", "M1", "provincial_entered_on", "2025-01-01"),
    ]
    with pytest.raises(CannotState, match="相互矛盾"):
        facts.state_many(EDITION, both, source=SYSTEM)


def test_a_holders_fact_is_read_on_the_sheet_of_its_mine():
    facts.relate(EDITION, "holder", ("mine", "M1"), ("enterprise", "E1"), since=date(2026, 1, 1))
    state("rnd_spend_ratio", "0.015", Source("enterprise", "E1"), kind="enterprise", key="E1")
    assert stored_values() == {"holder.rnd_spend_ratio": 150}
    earlier = queries.sheet_of(EDITION, "mine", "M1", on=date(2025, 12, 31), known_at=timezone.now())
    assert earlier.values == {}


def test_a_regions_fact_is_read_by_the_mines_below_it():
    state("region_code", "620102")
    state("county_share", "0.5", kind="region", key="620100")
    assert stored_values()["region.county_share"] == 5000
    state("county_share", "0.7", kind="region", key="620102")
    assert stored_values()["region.county_share"] == 7000


def test_the_day_turns_and_what_begins_or_ends_to_hold_is_on_the_sheet():
    state("operating_status", "producing", until=date(2026, 6, 3))
    state("designed_capacity", 9, since=date(2026, 6, 2))
    assert stored_values() == {"operating_status": 0}
    assert facts.roll(EDITION, on=date(2026, 6, 2)) == 1
    assert stored_values() == {"operating_status": 0, "designed_capacity": 900}
    facts.roll(EDITION, on=date(2026, 6, 3))
    assert stored_values() == {"designed_capacity": 900}
    assert facts.roll(EDITION, on=date(2026, 6, 3)) == 0


def test_an_act_taken_back_is_unknown_from_then_on_and_known_as_of_before():
    facts.state_many(EDITION, [Statement("mine", "M1", "operating_status", "producing")], source=COUNTY, act="import:1")
    known = timezone.now()
    assert facts.withdraw(EDITION, "import:1") == 1
    assert stored_values() == {}
    assert queries.sheet_of(EDITION, "mine", "M1", on=ON, known_at=known).values == {"operating_status": 0}
    assert facts.withdraw(EDITION, "import:1") == 0


def test_a_declared_history_makes_the_systems_facts_none_in_that_region_only():
    state("region_code", "620102")
    state("region_code", "530000", key="M2")
    facts.declare_history(EDITION, "620000", to=date(2026, 1, 1), reason="台账已由省厅核对", by="何运维")
    assert stored_values()["provincial_entered_on"] is NONE
    assert stored_values()["provincial_entry"] == 0
    assert "provincial_entry" not in stored_values("M2")


def test_a_reader_sees_each_change_once_it_has_moved_its_cursor():
    state("operating_status", "producing")
    state("designed_capacity", 3)
    changes = queries.changes_after("r")
    assert [(c.subject_key, c.names) for c in changes] == [("M1", "operating_status"), ("M1", "designed_capacity")]
    assert queries.changes_after("r") == changes
    facts.move_cursor("r", to=changes[-1])
    assert queries.changes_after("r") == []
    assert queries.unseen_changes("r") == 0


def test_a_new_edition_brings_new_columns_and_keeps_what_was_stated():
    state("operating_status", "producing")
    more = (
        FACTS
        + "- {name: eia_measures_done, label: {zh: 环评措施, en: eia}, type: boolean, subject: mine, stated_by: [county_nr]}\n"
    )
    edition = build({**TEXTS, "facts.yaml": more})
    facts.rebuild(edition, on=ON)
    facts.state(edition, Statement("mine", "M1", "eia_measures_done", True), source=COUNTY)
    assert queries.stored_sheets(edition, "mine", ["M1"])["M1"].values == {
        "operating_status": 0,
        "eia_measures_done": True,
    }


VALUES = {
    "operating_status": ["producing", "suspended"],
    "designed_capacity": ["1", "2.5"],
    "region_code": ["620102", "530000"],
    "earliest_unperformed_penalty_due_on": ["none", "2026-05-01"],
}


@pytest.mark.parametrize("seed", range(6))
def test_the_stored_sheet_is_the_pure_function_at_today_and_now_whatever_happened(seed):
    chance = random.Random(seed)
    day = ON
    for step in range(25):
        key = chance.choice(["M1", "M2"])
        what = chance.randrange(10)
        if what < 6:
            name = chance.choice(list(VALUES))
            since = chance.choice([None, date(2026, 5, 30), date(2026, 6, 2)])
            until = chance.choice([None, date(2026, 6, 3)])
            source = chance.choice([COUNTY, Source("county_nr", "O2"), FIRM])
            facts.state(
                EDITION,
                Statement("mine", key, name, chance.choice(VALUES[name]), since, until),
                source=source,
                act=f"a{step}",
                imported=True,
            )
        elif what == 6:
            facts.withdraw(EDITION, f"a{chance.randrange(step + 1)}")
        elif what == 7:
            facts.relate(EDITION, "holder", ("mine", key), ("enterprise", chance.choice(["E1", "E2"])), since=None)
        elif what == 8:
            enterprise = chance.choice(["E1", "E2"])
            facts.state(
                EDITION,
                Statement("enterprise", enterprise, "rnd_spend_ratio", chance.choice(["0.01", "0.02"])),
                source=FIRM,
            )
        else:
            day = min(date(2026, 6, 4), date.fromordinal(day.toordinal() + 1))
            facts.roll(EDITION, on=day)
    keys = ["M1", "M2"]
    kept = queries.stored_sheets(EDITION, "mine", keys)
    for made in stored.compute(EDITION, "mine", keys, on=day, at=timezone.now()):
        if made.key in kept:
            assert (kept[made.key].values, kept[made.key].marks) == (made.values, made.marks)
        else:
            assert made.values == {}
