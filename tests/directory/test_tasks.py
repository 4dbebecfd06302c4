"""What happens by itself: people are reminded once, and a case withdrawn elsewhere is followed; nothing is decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from greenmine.directory import actions as directory
from greenmine.directory import tasks
from greenmine.directory.models import Change, Entry, Objection, PublicNotice, Removal
from greenmine.directory.published.models import Statement
from greenmine.notifications.models import Notice
from greenmine.procedures import actions as procedures
from greenmine.procedures.models import Case
from tests.conftest import TODAY, person
from tests.directory.conftest import house, known
from tests.directory.test_changes import transferred
from tests.directory.test_objections import NAME, registered
from tests.directory.test_removals import LATER, STANDARD, proposed, removed

pytestmark = pytest.mark.django_db


def withdrawn(world: Any, number: str, reason: str, *, who: Any, on: Any) -> None:
    """Another decider of the house that opened a case withdraws it on the desk of cases."""
    second = who if who is not None else person(house(world.cast.county), "seconddecider2", "段签发", "decider")
    procedures.withdraw(Case.objects.get(number=number), reason, by=second, on=on)


def test_a_notice_whose_last_day_passed_is_named_once_and_stays_running(world: Any) -> None:
    notice = world.noticed()
    assert tasks.remind(notice.until_on) == 0
    assert tasks.remind(notice.until_on + timedelta(days=1)) == 1
    assert tasks.remind(notice.until_on + timedelta(days=2)) == 0
    assert Notice.objects.get(verb="directory.notice_over").about_key == notice.number
    assert PublicNotice.objects.get().state == "running"


def test_a_term_of_rectification_that_ran_out_removes_nobody(world: Any) -> None:
    entry = world.listed()
    found = directory.order_rectification(
        proposed(world, entry, STANDARD), LATER + timedelta(days=3), **world.as_("province_clerk", LATER)
    )
    assert tasks.remind(LATER + timedelta(days=3)) == 0
    assert tasks.remind(LATER + timedelta(days=4)) == 1
    assert (Removal.objects.get(pk=found.pk).state, Entry.objects.get(pk=entry.pk).state) == (
        "rectifying",
        "rectifying",
    )


def test_a_withdrawn_proposal_leaves_the_mine_as_it_stood(world: Any) -> None:
    entry = world.listed()
    found = proposed(world, entry)
    withdrawn(world, found.number, "事实不清，另行核查", who=world.cast.county_decider, on=LATER)
    assert tasks.follow_withdrawn(LATER) == 1
    now = Removal.objects.get(pk=found.pk)
    assert (now.outcome, now.closed_on, now.reasons) == ("withdrawn", LATER, "事实不清，另行核查")
    assert (Entry.objects.get(pk=entry.pk).state, known(world, "provincial_entry", on=LATER)) == ("listed", "listed")
    assert not Statement.objects.filter(kind="removal").exists()
    assert tasks.follow_withdrawn(LATER) == 0


def test_what_was_removed_does_not_come_back_by_a_withdrawal(world: Any) -> None:
    entry = world.listed()
    found = removed(world, entry)
    withdrawn(world, found.number, "不再公告", who=world.cast.county_decider, on=LATER)
    tasks.follow_withdrawn(LATER)
    assert (Entry.objects.get(pk=entry.pk).state, Removal.objects.get(pk=found.pk).outcome) == ("removed", "removed")


def test_an_objection_does_not_disappear_quietly(world: Any) -> None:
    notice = world.noticed()
    made = registered(world, notice)
    withdrawn(world, made.number, f"{NAME}来电撤回", who=world.cast.province, on=TODAY)
    tasks.follow_withdrawn(TODAY)
    now = Objection.objects.get(pk=made.pk)
    assert (now.outcome, now.closed_on) == ("withdrawn", TODAY)
    shown = Statement.objects.get(kind="objection_outcome")
    assert shown.title_zh == "青山铁矿公示异议：异议已撤回"
    assert NAME not in f"{shown.title_zh}{shown.body}"
    assert known(world, "objections_open") == 0
    assert world.ended(notice).rows.get().outcome == "clear"


def test_a_change_that_happened_is_decided_by_the_owner_even_when_its_case_was_withdrawn(
    world: Any, refused: Any
) -> None:
    entry = world.listed()
    day = entry.entered_on
    change = transferred(world, entry)
    withdrawn(world, change.number, "误报", who=world.cast.county_decider, on=day)
    tasks.follow_withdrawn(day)
    assert Entry.objects.get(pk=entry.pk).changing is True
    keep = directory.Settlement("continued", "条件未变")
    refused(lambda: directory.settle(change.rows.get(), keep, **world.as_("county_decider", day)))
    directory.settle(change.rows.get(), keep, **world.as_("province", day))
    assert (Entry.objects.get(pk=entry.pk).changing, Change.objects.get().closed_on) == (False, day)
