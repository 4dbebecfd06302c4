from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from greenmine.facts.assertions import Assertion, CollectionRow, Completeness, History, Records
from greenmine.facts.sheets import sheet, with_paths
from greenmine.law import NONE
from tests.facts.small import small_edition

EDITION = small_edition()
FACTS = EDITION.dictionary
ON = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)


def at(hour: int) -> datetime:
    return datetime(2026, 1, 1, hour, tzinfo=UTC)


def said(name, raw, source="county_nr", organisation="O1", hour=1, since=None, until=None, withdrawn=None, sequence=0):
    return Assertion(name, FACTS[name].parse(raw), since, until, source, organisation, at(hour), sequence, withdrawn)


def made(*assertions, on=ON, known_at=NOW, **records):
    return sheet(
        "mine", "M1", Records(assertions, **records), FACTS, on=on, known_at=known_at, divisions=EDITION.divisions
    )


def test_what_nobody_stated_is_unknown():
    assert made().values == {}


def test_the_highest_ranked_source_decides_and_a_lower_one_that_differs_disputes():
    found = made(
        said("operating_status", "suspended", "enterprise", "E1", hour=9), said("operating_status", "producing")
    )
    assert found.values == {"operating_status": 0}
    assert found.marks == {"operating_status": "disputed"}
    assert found.sources["operating_status"].source == "county_nr"


def test_equal_ranks_that_differ_make_the_fact_unknown_and_conflicting():
    found = made(
        said("operating_status", "suspended", organisation="O1"),
        said("operating_status", "producing", organisation="O2"),
    )
    assert found.values == {}
    assert found.marks == {"operating_status": "conflict"}


def test_a_correction_by_the_same_source_supersedes_without_any_mark():
    found = made(said("operating_status", "suspended", hour=1), said("operating_status", "producing", hour=2))
    assert (found.values, found.marks) == ({"operating_status": 0}, {})


def test_a_source_the_dictionary_does_not_name_ranks_behind_all_others():
    found = made(
        said("operating_status", "suspended", "bank", "B"), said("operating_status", "producing", "enterprise")
    )
    assert found.values == {"operating_status": 0}


def test_a_statement_holds_from_its_first_day_until_the_day_before_its_end():
    span = said("operating_status", "producing", since=date(2026, 5, 1), until=date(2026, 6, 1))
    days = [date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 1)]
    assert [made(span, on=day).values for day in days] == [{}, {"operating_status": 0}, {"operating_status": 0}, {}]


def test_what_was_not_yet_recorded_or_already_withdrawn_was_not_known():
    taken_back = said("operating_status", "producing", hour=3, withdrawn=at(5))
    known = [made(taken_back, known_at=at(hour)).values for hour in (2, 3, 4, 5)]
    assert known == [{}, {"operating_status": 0}, {"operating_status": 0}, {}]


def test_a_fact_kept_by_the_system_is_none_only_where_the_history_is_declared():
    place = said("region_code", "620102")
    declared = History("620000", date(2026, 1, 1), at(1))
    elsewhere = History("530000", date(2026, 1, 1), at(1))
    assert "provincial_entry" not in made(place).values
    assert "provincial_entry" not in made(place, histories=(elsewhere,)).values
    found = made(place, histories=(declared,))
    assert found.values["provincial_entry"] == 0
    assert found.values["provincial_entered_on"] is NONE
    assert "operating_status" not in found.values
    assert "provincial_entry" not in made(place, histories=(declared,), known_at=at(0)).values


def test_an_incomplete_collection_folds_to_unknown_and_a_complete_one_to_its_earliest_open_day():
    name = "earliest_unperformed_penalty_due_on"
    parse = FACTS[name].parse
    first = CollectionRow(
        "penalty", "p1", date(2026, 1, 5), date(2026, 2, 1), {"due_on": parse("2026-01-20")}, at(1), 1
    )
    second = CollectionRow("penalty", "p2", date(2026, 3, 5), None, {"due_on": parse("2026-04-20")}, at(1), 2)
    complete = Completeness("penalty", date(2026, 12, 31), at(1))
    assert name not in made(rows=(first, second)).values
    assert made(rows=(first, second), completeness=(complete,)).values[name] == date(2026, 4, 20).toordinal()
    assert made(rows=(first,), completeness=(complete,)).values[name] is NONE
    assert made(completeness=(complete,)).values[name] is NONE
    paid = CollectionRow("penalty", "p2", date(2026, 3, 5), date(2026, 5, 1), {"due_on": parse("2026-04-20")}, at(2), 3)
    assert made(rows=(first, second, paid), completeness=(complete,)).values[name] is NONE


def test_a_direct_statement_stands_where_no_collection_is_kept():
    assert made(said("earliest_unperformed_penalty_due_on", "none")).values == {
        "earliest_unperformed_penalty_due_on": NONE
    }


def test_paths_put_the_holders_values_beside_the_mines_own():
    holder = sheet("enterprise", "E1", Records((said("rnd_spend_ratio", "0.0150", "tax"),)), FACTS, on=ON, known_at=NOW)
    own = with_paths(made(said("designed_capacity", "12.5")), holder=holder, region=None)
    assert own.values == {"designed_capacity": 1250, "holder.rnd_spend_ratio": 150}


def test_none_against_a_day_is_a_conflict_and_none_against_none_is_not():
    name = "earliest_unperformed_penalty_due_on"
    day = said(name, "2026-01-20", organisation="O1")
    assert made(day, said(name, "none", organisation="O2")).marks == {name: "conflict"}
    assert made(said(name, "none", organisation="O1"), said(name, "none", organisation="O2")).values == {name: NONE}


ASSERTIONS = st.builds(
    said,
    st.just("operating_status"),
    st.sampled_from(["producing", "suspended"]),
    st.sampled_from(["county_nr", "enterprise", "bank"]),
    st.sampled_from(["O1", "O2"]),
    st.integers(0, 5),
    sequence=st.integers(0, 99),
)


@given(st.lists(ASSERTIONS, max_size=6, unique_by=lambda one: one.sequence), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_records_changes_nothing(assertions, random):
    shuffled = list(assertions)
    random.shuffle(shuffled)
    one, other = made(*assertions), made(*shuffled)
    assert (one.values, one.marks) == (other.values, other.marks)
