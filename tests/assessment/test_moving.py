from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions as assessment
from greenmine.assessment import queries, scoring
from greenmine.assessment.actions import Draft
from greenmine.assessment.actions.moving import snapshot
from greenmine.assessment.models import AnswerChange, Assessment, ItemAnswer, ItemEvidence, Move
from greenmine.assessment.permissions import CannotAssess, Overtaken
from greenmine.ledger.models import Record
from tests.assessment.conftest import ON, PRECONDITIONS, complete, document, new_mine

NEXT = "demo-2027"


@pytest.fixture
def elsewhere(edition, cast, house):
    """An open assessment on the demonstration set itself, which has a mapping to the next edition."""
    mine = new_mine(edition, cast, "昆明煤矿", region="530112")
    return assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON)


@pytest.mark.shows("cn-2024-1/17.b", by="record")
def test_the_set_of_each_account_is_kept_and_the_old_one_read_by_the_new(edition, cast, house, state, say):
    mine = new_mine(edition, cast, "昆明煤矿", region="530112")
    state(mine, **PRECONDITIONS, provincial_entry="listed", provincial_entered_on="2025-06-01")
    one = assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON)
    complete(one, say, cast)
    done = assessment.submit(one, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    assert queries.frozen_of(done)["standard"]["digest"] == done.standard_digest
    found = queries.old_to_new(mine.key, NEXT, on=ON)
    assert (found.old.id, found.new.id) == ("demo-2026", NEXT)
    assert found.before.standard_digest == done.standard_digest
    assert found.after.standard == NEXT
    assert found.carried.kept
    assert found.carried.to_review
    assert found.carried.dropped
    assert Assessment.objects.get(pk=done.pk).standard == "demo-2026"


@pytest.mark.shows("cn-2024-1/17.b", by="record", refusal=True)
def test_without_an_earlier_account_or_a_mapping_nothing_is_compared(submitted, mine, edition, cast):
    assert queries.old_to_new(new_mine(edition, cast, "新矿").key, NEXT, on=ON) is None
    with pytest.raises(CannotAssess) as refused:
        assessment.preview_move(submitted, "cn-2024")
    assert refused.value.en
    assert queries.old_to_new(mine.key, submitted.standard, on=ON) is None


def test_a_preview_writes_nothing_and_loses_nothing(elsewhere, say):
    say(elsewhere, "order", score=300, comment="整洁")
    before = snapshot(elsewhere)
    carried = assessment.preview_move(elsewhere, NEXT)
    assert snapshot(elsewhere) == before
    assert {**carried.kept, **carried.to_review}
    weighed = assessment.weigh_move(elsewhere, NEXT, on=ON)
    assert weighed.before.standard_digest != weighed.after.standard_digest


def test_moving_is_on_a_persons_word_and_undone(elsewhere, say, cast):
    say(elsewhere, "order", score=300, comment="整洁", effort=5)
    assessment.attach(elsewhere, "order", upload=document(), by=cast.enterprise, on=ON)
    before, digest = snapshot(elsewhere), elsewhere.standard_digest
    made = assessment.move(elsewhere, NEXT, by=cast.enterprise, on=ON)
    now = Assessment.objects.get(pk=elsewhere.pk)
    assert (now.standard, made.by) == (NEXT, "陈填报")
    assert set(now.items.values_list("indicator", flat=True)) == {p.id for p in scoring.parts(scoring.standard_of(now))}
    assert made.before == before
    assert Record.objects.filter(verb="assessment.moved").exists()
    assessment.undo_move(now, by=cast.enterprise, on=ON)
    back = Assessment.objects.get(pk=elsewhere.pk)
    assert back.standard_digest == digest
    assert snapshot(back) == before
    assert Move.objects.get().after is not None
    with pytest.raises(CannotAssess):
        assessment.undo_move(back, by=cast.enterprise, on=ON)


def test_a_page_opened_before_a_move_writes_over_nothing(elsewhere, say, cast):
    say(elsewhere, "order", score=300)
    assessment.move(elsewhere, NEXT, by=cast.enterprise, on=ON)
    shared = elsewhere.items.exclude(state="unanswered").values_list("indicator", flat=True)
    for indicator in shared:
        with pytest.raises(Overtaken):
            say(elsewhere, indicator, score=0, seen=1)


@pytest.mark.parametrize("wanted", ["no-such", "cn-2024", "nm-2024"])
def test_no_move_to_what_cannot_decide_or_does_not_exist(elsewhere, cast, wanted):
    with pytest.raises(CannotAssess):
        assessment.move(elsewhere, wanted, by=cast.enterprise, on=ON)
    assert Move.objects.count() == 0


def test_what_a_territory_tightened_is_not_loosened_by_moving_to_its_base(edition, cast, house):
    in_gansu = assessment.open_self(
        new_mine(edition, cast, "会宁煤矿").key, by=cast.enterprise, organisation=house, on=ON
    )
    assert in_gansu.standard == "demo-2026-gansu"
    with pytest.raises(CannotAssess, match="加严的要求"):
        assessment.move(in_gansu, "demo-2026", by=cast.enterprise, on=ON)
    assert Assessment.objects.get(pk=in_gansu.pk).standard == "demo-2026-gansu"


def test_nobody_else_moves_an_assessment(elsewhere, cast):
    for person in (cast.other_enterprise, cast.county, cast.operator):
        with pytest.raises(NotAllowed):
            assessment.move(elsewhere, NEXT, by=person, on=ON)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    answers=st.dictionaries(
        st.sampled_from(["order", "zones", "facilities", "smart", "sequence", "greening-care"]),
        st.tuples(st.sampled_from(["scored", "not_applicable", "unanswered"]), st.text("山水ab \n", max_size=8), st.none() | st.integers(0, 9)),
        max_size=6,
    ),
    linked=st.sets(st.sampled_from(["order", "zones", "smart"])),
    after=st.sampled_from([None, "order"]),
)  # fmt: skip
def test_an_undone_move_gives_back_every_bit(elsewhere, cast, answers, linked, after):
    Move.objects.all().delete()
    ItemEvidence.objects.filter(assessment=elsewhere).delete()
    ItemAnswer.objects.filter(assessment=elsewhere).update(
        state="unanswered", score=None, met=None, version=0, reason=""
    )
    AnswerChange.objects.all().delete()
    one = Assessment.objects.get(pk=elsewhere.pk)
    for indicator, (state, comment, effort) in answers.items():
        draft = Draft(state, 0 if state == "scored" else None, None, comment, "理由", effort)
        assessment.answer(one, indicator, draft, seen=0, by=cast.enterprise, on=ON)
    for indicator in linked:
        assessment.attach(one, indicator, fact="mineral", by=cast.enterprise, on=ON)
    before, result = snapshot(one), queries.result_of(one, on=ON).canonical()
    made = assessment.move(one, NEXT, by=cast.enterprise, on=ON)
    told = {row["indicator"] for row in before["answers"] if row["state"] != "unanswered"}
    assert told <= {row["indicator"] for row in made.before["answers"]}
    if after:
        row = one.items.filter(indicator=after).first()
        if row is not None:
            assessment.answer(
                one, after, Draft("unanswered", comment="改"), seen=row.version, by=cast.enterprise, on=ON
            )
    assessment.undo_move(one, by=cast.enterprise, on=ON)
    back = Assessment.objects.get(pk=one.pk)
    assert snapshot(back) == before
    assert queries.result_of(back, on=ON).canonical() == result
