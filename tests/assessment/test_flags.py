from __future__ import annotations

from datetime import date

import pytest

from greenmine.accounts import queries as accounts
from greenmine.assessment import actions as assessment
from greenmine.assessment import flags as hints
from greenmine.assessment import queries
from greenmine.assessment.models import ItemAnswer
from greenmine.assessment.permissions import CannotAssess
from tests.assessment.conftest import ON, document, new_mine, photo


def codes(one, indicator, on=ON):
    return [flag.code for flag in queries.view_of(one, on=on).item(indicator).flags]


def test_evidence_is_good_until_the_day_before_its_months_are_over(opened, say, cast):
    assessment.attach(opened, "order", upload=photo(1), dated_on=date(2025, 11, 21), by=cast.enterprise, on=ON)
    say(opened, "order", score=300)
    assert codes(opened, "order", date(2026, 11, 20)) == []
    assert codes(opened, "order", date(2026, 11, 21)) == ["expired_evidence"]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 12, 1), 12, date(2026, 12, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_end_on_the_last_day_there_is(day, months, later):
    assert hints.months_later(day, months) == later


def test_the_same_photograph_at_another_mine_is_asked_about_and_a_document_is_not(edition, opened, say, cast, house):
    other = new_mine(edition, cast, "青山二号煤矿")
    second = assessment.open_self(other.key, by=cast.enterprise, organisation=house, on=ON)
    assessment.attach(second, "order", upload=photo(1), by=cast.enterprise, on=ON)
    assessment.attach(opened, "order", upload=photo(1), by=cast.enterprise, on=ON)
    (flag,) = say(opened, "order", score=300).flags
    assert (flag.code, flag.severity) == ("same_photo_elsewhere", "asks")
    assert "青山二号煤矿" in flag.zh
    assessment.attach(second, "rnd", upload=document("同一制度"), by=cast.enterprise, on=ON)
    assessment.attach(opened, "rnd", upload=document("同一制度"), by=cast.enterprise, on=ON)
    assert "same_photo_elsewhere" not in codes(opened, "rnd")


def test_another_enterprises_mine_is_not_named(edition, opened, say, cast):
    rival = new_mine(edition, cast, "白石秘密矿", holder="E00000002")
    house = accounts.main_organisation(cast.other_enterprise, on=ON)
    theirs = assessment.open_self(rival.key, by=cast.other_enterprise, organisation=house, on=ON)
    assessment.attach(theirs, "order", upload=photo(1), by=cast.other_enterprise, on=ON)
    assessment.attach(opened, "order", upload=photo(1), by=cast.enterprise, on=ON)
    (flag,) = say(opened, "order", score=300).flags
    assert flag.code == "same_photo_elsewhere"
    assert "白石" not in flag.zh + flag.en
    assert rival.key not in flag.zh + flag.en


def test_the_same_photograph_in_another_item_is_only_noted(opened, say, cast):
    for indicator, need in (("order", "photo"), ("facilities", "zone-living")):
        assessment.attach(opened, indicator, need=need, upload=photo(1), by=cast.enterprise, on=ON)
    (flag,) = say(opened, "order", score=300).flags
    assert (flag.code, flag.severity, flag.is_open) == ("same_photo_in_other_item", "notes", False)


def test_a_score_off_its_scale_is_found_even_where_no_form_would_have_let_it_in(opened):
    ItemAnswer.objects.filter(assessment=opened, indicator="order").update(state="scored", score=250, version=1)
    (flag, *_) = queries.view_of(opened, on=ON).item("order").flags
    assert (flag.code, flag.severity) == ("impossible_value", "blocks")


@pytest.mark.parametrize(("then", "now", "asked"), [(300, 150, True), (300, 0, True), (300, 300, False)])
def test_a_jump_against_last_year_is_asked_about_from_half_the_points(
    submitted, mine, say, cast, house, then, now, asked
):
    later = date(2027, 11, 20)
    ItemAnswer.objects.filter(assessment=submitted, indicator="order").update(score=then)
    again = assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=later)
    say(again, "order", score=now, comment="复核", on=later)
    assert ("sudden_jump" in codes(again, "order", later)) is asked


def test_a_reason_settles_exactly_what_it_was_given_for(opened, say, cast):
    say(opened, "order", score=300)
    (flag,) = queries.view_of(opened, on=ON).item("order").flags
    assert flag.is_open
    assessment.acknowledge(opened, flag.fingerprint, reason="照片待补", by=cast.enterprise, on=ON)
    (same,) = queries.view_of(opened, on=ON).item("order").flags
    assert (same.reason, same.is_open) == ("照片待补", False)
    say(opened, "facilities", score=200)
    (other,) = queries.view_of(opened, on=ON).item("facilities").flags
    assert other.is_open
    for wrong in ({"reason": " "}, {"reason": "字" * 1001}):
        with pytest.raises(CannotAssess):
            assessment.acknowledge(opened, other.fingerprint, by=cast.enterprise, on=ON, **wrong)
    with pytest.raises(CannotAssess):
        assessment.acknowledge(opened, "0" * 64, reason="x", by=cast.enterprise, on=ON)


def test_what_blocks_cannot_be_explained_away(opened, cast):
    flag = next(one for one in queries.flags(opened, on=ON) if one.code == "precondition_unanswered")
    with pytest.raises(CannotAssess):
        assessment.acknowledge(opened, flag.fingerprint, reason="以后再填", by=cast.enterprise, on=ON)


def test_days_of_evidence_lie_neither_ahead_nor_before_there_were_records(opened, cast):
    for day in (date(2026, 11, 21), date(1949, 9, 30)):
        with pytest.raises(CannotAssess):
            assessment.attach(opened, "order", upload=photo(1), dated_on=day, by=cast.enterprise, on=ON)
    assert opened.evidence.count() == 0


def test_every_hint_says_in_both_languages_what_is_wrong_and_what_to_do(opened, say):
    say(opened, "order", score=300)
    for flag in queries.flags(opened, on=ON):
        assert flag.zh
        assert flag.en
        assert flag.do["zh"]
        assert flag.do["en"]
        assert flag.severity in hints.ORDER
