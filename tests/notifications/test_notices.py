"""To-dos and messages reach whom they are for, and nobody else."""

from __future__ import annotations

from datetime import date

import pytest

from greenmine.notifications import actions, queries

ON = date(2026, 11, 20)
TEXT = {"zh": "请补录 3 项事实", "en": "please state 3 facts"}
pytestmark = pytest.mark.django_db


def test_a_county_is_told_by_its_actor_and_division(cast) -> None:
    actions.tell("facts.requested", to=("county_nr", "620422"), text=TEXT, due_on=ON)
    assert queries.waiting(cast.county, on=ON).count() == 1
    assert queries.waiting(cast.other_county, on=ON).count() == 0
    assert queries.waiting(cast.enterprise, on=ON).count() == 0


def test_an_enterprise_is_told_by_its_permanent_key(cast) -> None:
    actions.tell("facts.requested", to=("enterprise", "E00000001"), text=TEXT)
    assert queries.waiting(cast.enterprise, on=ON).count() == 1
    assert queries.waiting(cast.other_enterprise, on=ON).count() == 0


def test_what_is_for_one_role_waits_for_that_role(cast) -> None:
    house = cast.county.memberships.get().organisation
    actions.tell("x.asked", to=house, role="reviewer", text=TEXT)
    assert queries.waiting(cast.county_reviewer, on=ON).count() == 1
    assert queries.waiting(cast.county, on=ON).count() == 0


def test_a_message_waits_for_nothing(cast) -> None:
    actions.tell("x.said", to=cast.county, text=TEXT, todo=False)
    assert queries.waiting(cast.county, on=ON).count() == 0
    assert queries.for_person(cast.county, on=ON).count() == 1


def test_what_happened_closes_what_waited_for_it(cast) -> None:
    actions.tell("facts.requested", to=("county_nr", "620422"), text=TEXT, about=("request", "BL-2026-0001"))
    assert actions.settle("request", "BL-2026-0001", "facts.requested", by="王经办") == 1
    assert queries.waiting(cast.county, on=ON).count() == 0


def test_a_leavers_todos_go_to_his_successor(cast) -> None:
    actions.tell("x.asked", to=cast.county, text=TEXT)
    assert actions.hand_over(cast.county, cast.county_reviewer) == 1
    assert queries.waiting(cast.county_reviewer, on=ON).count() == 1


def test_what_is_due_first_stands_first(cast) -> None:
    for day in (None, date(2026, 12, 1), date(2026, 11, 25)):
        actions.tell("x.asked", to=cast.county, text=TEXT, due_on=day)
    assert [row.due_on for row in queries.waiting(cast.county, on=ON)] == [date(2026, 11, 25), date(2026, 12, 1), None]


def test_a_to_do_leads_to_the_page_of_the_readers_own_desk() -> None:
    from greenmine.notifications.models import Notice
    from greenmine.web.components.notices import place_of

    about = Notice(about_kind="engagement", about_key="WT-2026-0001")
    assert place_of(about, "authority") == "/authority/engagements/WT-2026-0001/"
    assert place_of(about, "enterprise") == "/enterprise/engagements/WT-2026-0001/"
    assert place_of(about, "agency") == "/assessor/engagements/WT-2026-0001/"
    assert place_of(Notice(about_kind="engagement", about_key=""), "agency") == ""
    assert place_of(Notice(about_kind="something", about_key="x"), "authority") == ""
    assert place_of(Notice(about_kind="request", to_kind="county_nr"), "authority") == "/authority/to-fill/"
    assert place_of(Notice(verb="assessment.due", about_kind="mine", about_key="M00000001"), "enterprise") == (
        "/enterprise/assessments/new/?mine=M00000001"
    )
    assert place_of(Notice(url="/given/"), "authority") == "/given/"
