from __future__ import annotations

import pytest

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions as assessment
from greenmine.assessment.models import AnswerChange
from greenmine.assessment.permissions import CannotAssess
from greenmine.evidence.models import File
from greenmine.ledger.models import Record
from tests.assessment.conftest import ON, document, new_mine


@pytest.fixture
def others(edition, cast, house, opened):
    mines = [new_mine(edition, cast, f"青山{number}号煤矿") for number in (2, 3)]
    return [assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON) for mine in mines]


def test_one_answer_with_its_evidence_serves_the_groups_other_mines(opened, others, say, cast):
    say(opened, "systems", score=300, comment="集团统一制度")
    assessment.attach(opened, "systems", upload=document(), version_text="V2", by=cast.enterprise, on=ON)
    numbers = [one.number for one in others]
    previewed = assessment.preview_share(opened, ["systems"], numbers, by=cast.enterprise, on=ON)
    assert [(one.number, one.links, one.overwrites, one.refused) for one in previewed] == [
        (number, 1, False, None) for number in numbers
    ]
    assert others[0].items.get(indicator="systems").state == "unanswered"
    files = File.objects.count()
    assessment.share(opened, ["systems"], numbers, by=cast.enterprise, on=ON)
    for other in others:
        row = other.items.get(indicator="systems")
        assert (row.score, row.comment, row.taken_from, row.version) == (300, "集团统一制度", opened.number, 1)
        assert other.evidence.get().version_text == "V2"
        assert AnswerChange.objects.get(assessment=other).outcome == "taken_over"
    assert File.objects.count() == files
    assert Record.objects.filter(verb="assessment.shared").count() == 2


def test_what_stands_there_is_shown_and_a_change_since_the_preview_stops_it(opened, others, say, cast):
    say(opened, "systems", score=300)
    say(others[0], "systems", score=0, comment="本矿另有说明")
    number = others[0].number
    (previewed,) = assessment.preview_share(opened, ["systems"], [number], by=cast.enterprise, on=ON)
    assert previewed.overwrites is True
    assert previewed.before.comment == "本矿另有说明"
    seen = {(number, "systems"): previewed.before.version}
    say(others[0], "systems", score=0, comment="又改")
    with pytest.raises(CannotAssess):
        assessment.share(opened, ["systems"], [number], by=cast.enterprise, on=ON, seen=seen)
    assert others[0].items.get(indicator="systems").comment == "又改"


def test_nothing_goes_to_another_holder_or_from_an_empty_item(edition, cast, opened, others):
    from greenmine.accounts import queries as accounts

    rival = new_mine(edition, cast, "白石矿", holder="E00000002")
    house = accounts.main_organisation(cast.other_enterprise, on=ON)
    theirs = assessment.open_self(rival.key, by=cast.other_enterprise, organisation=house, on=ON)
    assert theirs not in assessment.targets_of(opened)
    with pytest.raises(CannotAssess) as refused:
        assessment.share(opened, ["systems"], [theirs.number], by=cast.enterprise, on=ON)
    assert "白石" not in refused.value.zh
    (previewed,) = assessment.preview_share(opened, ["systems"], [others[0].number], by=cast.enterprise, on=ON)
    assert previewed.refused is not None
    with pytest.raises(CannotAssess):
        assessment.share(opened, ["systems"], [others[0].number], by=cast.enterprise, on=ON)
    with pytest.raises(NotAllowed):
        assessment.share(opened, ["systems"], [others[0].number], by=cast.other_enterprise, on=ON)
