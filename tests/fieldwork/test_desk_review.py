"""The desk review: item by item, returned once with one list, nothing new the second time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from greenmine.assessment.models import Assessment
from greenmine.assessors.models import Engagement, Question
from greenmine.fieldwork import desk
from greenmine.fieldwork.models import DeskReview
from greenmine.fieldwork.permissions import CannotWork

from .world import ON, FieldWorld


def decide(world: FieldWorld, review: DeskReview, *defects: str) -> None:
    rows = {
        row.pk: ("defective", "没有盖章") if row.code in defects else ("in_order", "") for row in review.items.all()
    }
    desk.decide(review, rows, by=world.cast.agency, on=ON)


def papers(review: DeskReview) -> list[str]:
    return list(review.items.filter(kind="paper").order_by("place").values_list("code", flat=True))


def test_facts_say_what_they_know_of_preconditions_and_papers_say_whether_they_are_there(world: FieldWorld) -> None:
    review = world.opened().desk_review
    said = dict(review.items.filter(kind="precondition").values_list("code", "says_zh"))
    assert said["mining-licence"] == "依事实：满足"
    assert said["no-open-dispute"] == "依事实：待核实"
    assert set(review.items.filter(kind="paper").values_list("says_zh", flat=True)) == {"自评未附佐证"}


def test_papers_are_returned_once_with_one_list(world: FieldWorld) -> None:
    review = world.opened().desk_review
    first, second = papers(review)[:2]
    with pytest.raises(CannotWork, match="请审完全部材料"):
        desk.return_papers(review, due_on=ON, **world.as_("agency"))
    decide(world, review, first, second)
    with pytest.raises(CannotWork, match="补正期限"):
        desk.return_papers(review, due_on=ON - timedelta(days=1), **world.as_("agency"))
    told = desk.return_papers(review, due_on=ON + timedelta(days=10), **world.as_("agency"))
    assert [item.code for item in told] == [first, second]
    question = Question.objects.get()
    assert question.due_on == ON + timedelta(days=10)
    assert question.text.count("没有盖章") == 2


def test_nothing_new_is_asked_the_second_time(world: FieldWorld) -> None:
    review = world.opened().desk_review
    first, second, third = papers(review)[:3]
    decide(world, review, first, second)
    desk.return_papers(review, due_on=ON, **world.as_("agency"))
    review.refresh_from_db()
    decide(world, review, first, third)
    with pytest.raises(CannotWork, match="上次退回时没有告知"):
        desk.return_papers(review, due_on=ON, **world.as_("agency"))
    decide(world, review, first)
    assert [item.code for item in desk.return_papers(review, due_on=ON, **world.as_("agency"))] == [first]


def test_a_defect_says_what_is_wrong(world: FieldWorld) -> None:
    review = world.opened().desk_review
    row = review.items.first()
    with pytest.raises(CannotWork, match="缺什么或哪里不符"):
        desk.decide(review, {row.pk: ("defective", " ")}, by=world.cast.agency, on=ON)
    with pytest.raises(CannotWork, match="没有该项"):
        desk.decide(review, {0: ("in_order", "")}, by=world.cast.agency, on=ON)


def test_it_ends_when_everything_was_looked_at_and_told(world: FieldWorld) -> None:
    file = world.opened()
    review = file.desk_review
    with pytest.raises(CannotWork, match="未审"):
        desk.complete(review, **world.as_("agency"))
    decide(world, review, "no-open-dispute")
    with pytest.raises(CannotWork, match="尚未告知"):
        desk.complete(review, **world.as_("agency"))
    desk.return_papers(review, due_on=ON, **world.as_("agency"))
    desk.complete(review, **world.as_("agency"))
    answers = dict(Assessment.objects.get(number=file.assessment).items.values_list("indicator", "met"))
    assert answers["no-open-dispute"] is False
    assert Engagement.objects.get(number=world.engagement).state == "desk_reviewed"
    with pytest.raises(CannotWork, match="已办结"):
        decide(world, review)
