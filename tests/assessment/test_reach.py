from __future__ import annotations

import pytest

from greenmine.accounts import queries as accounts
from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions as assessment
from greenmine.assessment import queries
from greenmine.assessment.models import Assessment
from greenmine.assessment.permissions import CannotAssess, check_can_read
from greenmine.assessors.models import Agency, Engagement
from tests.assessment.conftest import ON, PRECONDITIONS, complete, new_mine


def seen(person):
    return set(queries.assessments_for(person, on=ON).values_list("number", flat=True))


@pytest.fixture
def engage(cast):
    """`engage(cast.agency, mine)` gives this person's agency an accepted engagement for the mine."""

    def engaged(person, mine, *, state="accepted", purpose="first"):
        house = accounts.main_organisation(person, on=ON)
        agency, _ = Agency.objects.get_or_create(
            organisation=house.key,
            defaults={
                "key": f"A{house.pk:07d}", "name": house.name, "kind": "enterprise", "registered_on": ON,
                "registered_by": "秦经办",
            },
        )  # fmt: skip
        number = f"WT-2026-{Engagement.objects.count() + 1:04d}"
        return Engagement.objects.create(
            number=number, mine=mine.key, mine_name=mine.name, region_code=mine.region_code, holder="E00000001",
            agency=agency, purpose=purpose, state=state, state_since=ON, drafted_by="秦经办",
            drafted_by_organisation="O1", drafted_on=ON, commissioned_on=ON, funding="public_budget",
        )  # fmt: skip

    return engaged


def third(cast, mine, engagement, *, party="third_party", person=None):
    who = person or cast.agency
    house = accounts.main_organisation(who, on=ON)
    return assessment.open_for_engagement(
        engagement.number, mine.key, party=party, standard_id="", by=who, organisation=house, on=ON
    )


def test_a_draft_is_seen_by_the_enterprise_alone(opened, cast, mine, engage):
    engage(cast.agency, mine)
    for person in cast:
        own = person in (cast.enterprise, cast.enterprise_decider)
        assert seen(person) == ({opened.number} if own else set())
        if not own:
            with pytest.raises(NotAllowed):
                check_can_read(person, opened, on=ON)


def test_what_is_submitted_is_read_by_the_authorities_of_the_region(submitted, cast):
    for person in (cast.county, cast.county_reviewer, cast.province, cast.ministry, cast.auditor, cast.enterprise):
        assert seen(person) == {submitted.number}
    for person in (cast.other_county, cast.other_enterprise, cast.agency, cast.other_agency, cast.operator):
        assert seen(person) == set()


def test_an_agency_reads_the_submitted_self_assessment_only_while_engaged(submitted, cast, mine, engage):
    engagement = engage(cast.agency, mine)
    assert seen(cast.agency) == {submitted.number}
    assert seen(cast.other_agency) == set()
    Engagement.objects.filter(pk=engagement.pk).update(state="closed", closed_on=ON)
    assert seen(cast.agency) == set()


def test_a_blind_assessor_sees_nobody_elses_account(submitted, cast, mine, engage):
    first = third(cast, mine, engage(cast.agency, mine))
    blind = engage(cast.other_agency, mine, purpose="blind")
    own = third(cast, mine, blind, party="blind", person=cast.other_agency)
    assert seen(cast.other_agency) == {own.number}
    assert own.number not in seen(cast.agency)
    assert own.number not in seen(cast.enterprise)
    assert first.number not in seen(cast.enterprise)


def test_a_third_party_fills_in_its_own_account_only_while_engaged(mine, cast, engage, say, opened):
    engagement = engage(cast.agency, mine)
    account = third(cast, mine, engagement)
    assert (account.party, account.engagement, account.last) == ("third_party", engagement.number, None)
    assert third(cast, mine, engagement).pk == account.pk
    assert say(account, "order", score=150, by=cast.agency).item.score == 150
    for person in (cast.enterprise, cast.other_agency, cast.county):
        with pytest.raises(NotAllowed):
            say(account, "order", score=0, by=person)
    with pytest.raises(NotAllowed):
        say(opened, "order", score=0, by=cast.agency)
    Engagement.objects.filter(pk=engagement.pk).update(state="filed")
    with pytest.raises(CannotAssess):
        say(account, "order", score=0, by=cast.agency)


def test_no_account_without_an_engagement_of_ones_own_for_this_mine(mine, edition, cast, engage):
    engagement = engage(cast.other_agency, mine)
    with pytest.raises(CannotAssess):
        third(cast, mine, engagement)
    elsewhere = engage(cast.agency, new_mine(edition, cast, "另一煤矿"))
    with pytest.raises(CannotAssess):
        third(cast, mine, elsewhere)
    with pytest.raises(CannotAssess):
        third(cast, mine, engage(cast.agency, mine, state="commissioned", purpose="recheck"))
    with pytest.raises(CannotAssess):
        third(cast, mine, elsewhere, party="self")
    assert Assessment.objects.count() == 0


def test_the_parties_are_compared_item_by_item(mine, state, opened, say, cast, house, engage):
    state(mine, **PRECONDITIONS)
    complete(opened, say, cast)
    assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    account = third(cast, mine, engage(cast.agency, mine))
    say(account, "order", score=150, by=cast.agency)
    say(account, "no-open-dispute", met=True, by=cast.agency)
    assessment.submit(account, agreed=True, by=cast.agency, on=ON)
    row = next(one for one in queries.compare_parties(mine.key, 2026) if one.indicator == "order")
    assert (row.scores, row.gap) == ({"self": 300, "third_party": 150}, 150)
    assert queries.compare_parties(mine.key, 2025) == []


def test_evidence_of_an_agency_is_its_own_or_of_the_mine(mine, cast, engage, opened):
    from greenmine.evidence import actions as evidence
    from tests.assessment.conftest import document

    account = third(cast, mine, engage(cast.agency, mine))
    private = evidence.keep(document("集团内部"), by=cast.enterprise, on=ON, subject=("mine", "M00000099"))
    with pytest.raises(CannotAssess):
        assessment.attach(account, "order", provenance=private, by=cast.agency, on=ON)
    shown = {one.provenance.pk for one in queries.reusable_evidence(account, "order", on=ON)}
    assert private.pk not in shown
