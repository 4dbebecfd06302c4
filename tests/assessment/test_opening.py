from __future__ import annotations

from datetime import date

import pytest

from greenmine.accounts import queries as accounts
from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions as assessment
from greenmine.assessment import queries, scoring
from greenmine.assessment.models import AnswerChange, Assessment
from greenmine.assessment.permissions import CannotAssess
from greenmine.ledger.models import Record
from tests.assessment.conftest import DEMO, ON, PRECONDITIONS, document, new_mine


@pytest.mark.shows("gs-2023/3.2.d", by="act")
@pytest.mark.shows("gs-2023/3.2.f", by="record")
def test_in_gansu_the_local_set_is_chosen_by_region_and_its_form_made_and_scored(opened):
    assert (opened.number, opened.party, opened.state, opened.year) == ("ZP-2026-0001", "self", "draft", 2026)
    assert opened.standard == "demo-2026-gansu"
    assert len(opened.standard_digest) == 64
    assert opened.chosen_because
    standard = scoring.standard_of(opened)
    parts = [part.id for part in scoring.parts(standard)]
    assert sorted(opened.items.values_list("indicator", flat=True)) == sorted(parts)
    record = Record.objects.get(verb="assessment.opened")
    assert record.subject_key == opened.number
    assert "gs-2023/3.2.f" in record.cite


@pytest.mark.shows("gs-2023/3.2.d", by="act")
def test_elsewhere_another_set_is_chosen(edition, cast, house):
    mine = new_mine(edition, cast, "昆明煤矿", region="530112")
    opened = assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON)
    assert opened.standard == DEMO


@pytest.mark.shows("gs-2023/3.2.d", by="act", refusal=True)
@pytest.mark.shows("gs-2023/3.2.f", by="record", refusal=True)
def test_a_set_of_which_only_the_structure_is_held_or_a_looser_one_is_refused(mine, cast, house):
    for refused in ("cn-2024", DEMO):
        with pytest.raises(CannotAssess) as why:
            assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON, standard_id=refused)
        assert why.value.zh
        assert why.value.en
    assert Assessment.objects.count() == 0


def test_an_unknown_set_or_mine_is_a_sentence(mine, cast, house):
    with pytest.raises(CannotAssess):
        assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON, standard_id="no-such")
    with pytest.raises(CannotAssess):
        assessment.open_self("M99999999", by=cast.enterprise, organisation=house, on=ON)


def test_one_self_assessment_is_open_at_a_time(opened, mine, cast, house):
    with pytest.raises(CannotAssess) as refused:
        assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON)
    assert opened.number in refused.value.zh


def test_nobody_opens_for_a_mine_that_is_not_his(mine, cast):
    other = accounts.main_organisation(cast.other_enterprise, on=ON)
    for person in (cast.other_enterprise, cast.county, cast.province, cast.agency, cast.operator):
        with pytest.raises(NotAllowed):
            assessment.open_self(mine.key, by=person, organisation=other, on=ON)
    assert Assessment.objects.count() == 0


def test_what_facts_say_is_shown_with_its_source_and_day(mine, state, opened):
    state(mine, **PRECONDITIONS)
    view = queries.view_of(opened, on=ON)
    licence = view.item("mining-licence")
    fact = next(one for one in licence.facts if one.name == "mining_license_valid_until")
    assert (fact.known, fact.source, fact.value["zh"]) == (True, "会宁县自然资源局", "2030-01-01")
    assert fact.recorded_on is not None
    assert licence.outcome is True
    assert licence.item.state == "unanswered"


def test_last_years_answers_and_evidence_are_taken_over_with_a_mark(submitted, mine, cast, house):
    later = date(2027, 11, 20)
    again = assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=later)
    assert again.last_id == submitted.pk
    rows = {row.indicator: row for row in again.items.all()}
    before = {row.indicator: row for row in submitted.items.all()}
    assert rows["order"].score == before["order"].score
    assert {row.taken_from for row in rows.values() if row.state != "unanswered"} == {submitted.number}
    assert AnswerChange.objects.filter(assessment=again, outcome="taken_over").count() > 10
    assert again.number == "ZP-2027-0001"


def test_nothing_is_taken_over_where_nobody_wants_it(submitted, mine, cast, house):
    again = assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=date(2027, 1, 5), from_last=False)
    assert set(again.items.values_list("state", flat=True)) == {"unanswered"}


def test_evidence_serves_another_year_as_a_link_not_a_copy(mine, state, opened, say, cast, house):
    from greenmine.evidence.models import File
    from tests.assessment.conftest import complete

    state(mine, **PRECONDITIONS)
    assessment.attach(opened, "order", upload=document("巡查记录"), by=cast.enterprise, on=ON)
    complete(opened, say, cast)
    assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    files = File.objects.count()
    again = assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=date(2027, 11, 20))
    link = again.evidence.get(indicator="order")
    assert link.taken_from == opened.number
    assert File.objects.count() == files
