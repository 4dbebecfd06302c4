"""A running case goes over to another table: seen before, with a reason, and undone while nothing followed."""

from __future__ import annotations

from datetime import date

import pytest

from greenmine.accounts.permissions import NotAllowed
from greenmine.ledger.models import Record
from greenmine.procedures import actions, queries
from greenmine.procedures import readings as confirming
from greenmine.procedures.models import Case, Migration, Opinion
from greenmine.procedures.permissions import CannotTake, Overtaken
from tests.procedures.conftest import ON

NEXT, NEW = date(2026, 11, 10), "selection-000000-2024"
WHY = "甘肃方案期满，改按国家通知办理"


def open_steps(case):
    return sorted(case.items.filter(state="open").values_list("step", flat=True))


def test_the_preview_says_where_it_stands_and_what_changes_and_writes_nothing(cast, reviewing):
    before = (Case.objects.get().version, open_steps(reviewing), Record.objects.count())
    preview = actions.preview_migration(reviewing, NEW, on=NEXT)
    assert (preview.old.id, preview.new.id) == ("selection-620000-2024", NEW)
    assert preview.state.title["zh"] == "初审中"
    assert preview.may
    assert preview.lost_steps == ()
    assert preview.lost_opinions == ()
    assert {one.step.id: one.changes for one in preview.clocks}["pass_review"] is False
    assert (Case.objects.get().version, open_steps(reviewing), Record.objects.count()) == before


def test_a_case_goes_over_keeps_its_opinions_and_its_clocks_and_goes_on(cast, departments, reviewing):
    due = reviewing.items.get(step="pass_review", state="open").due_on
    move = actions.migrate(reviewing, NEW, WHY, by=cast.county_reviewer, on=NEXT)
    assert (reviewing.table, reviewing.state, reviewing.version) == (NEW, "reviewing", 3)
    assert (move.from_table, move.to_table, move.reason) == ("selection-620000-2024", NEW, WHY)
    assert reviewing.items.get(step="pass_review", state="open").due_on == due
    assert Opinion.objects.filter(ended_on=None).count() == 2
    for one in queries.opinions_of(reviewing):
        actions.give_opinion(one, "agree", "同意", by=departments[one.department], on=NEXT)
    actions.take(reviewing, "pass_review", {"reasons": "齐"}, by=cast.county_reviewer, on=NEXT)
    assert "commission" in open_steps(reviewing)
    assert [row.step for row in queries.history(reviewing)] == ["open", "accept", ":migrated", "pass_review"]


def test_it_is_undone_while_nothing_followed(cast, reviewing):
    before = open_steps(reviewing)
    move = actions.migrate(reviewing, NEW, WHY, by=cast.county_reviewer, on=NEXT)
    actions.undo_migration(move, "误操作", by=cast.county_reviewer, on=NEXT)
    kept = Case.objects.select_related("kept").get()
    assert (kept.table, kept.state, kept.state_since, kept.version) == ("selection-620000-2024", "reviewing", ON, 4)
    assert open_steps(kept) == before
    assert Opinion.objects.filter(ended_on=None).count() == 2
    assert queries.table_of(kept).id == "selection-620000-2024"
    assert Migration.objects.get().undone_reason == "误操作"
    with pytest.raises(CannotTake, match="不能撤销"):
        actions.undo_migration(move, "再撤", by=cast.county_reviewer, on=NEXT)


def test_after_a_step_it_is_not_undone(cast, reviewing):
    move = actions.migrate(reviewing, NEW, WHY, by=cast.county_reviewer, on=NEXT)
    actions.take(reviewing, "return_review", {"defects": ["x"]}, by=cast.county_reviewer, on=NEXT)
    with pytest.raises(CannotTake, match="改换之后已有办理记录"):
        actions.undo_migration(move, "误", by=cast.county_reviewer, on=NEXT)


def test_a_state_that_has_no_place_must_be_named(cast, departments, reviewing):
    for one in queries.opinions_of(reviewing):
        actions.give_opinion(one, "agree", "同意", by=departments[one.department], on=ON)
    actions.take(reviewing, "pass_review", {"reasons": "齐"}, by=cast.county_reviewer, on=ON)
    actions.take(reviewing, "forward", by=cast.county_decider, on=ON)
    preview = actions.preview_migration(reviewing, NEW, on=NEXT)
    assert (preview.needs_state, preview.may) == (True, False)
    assert [step.id for step in preview.lost_steps] == ["forward"]
    with pytest.raises(CannotTake, match="请指明"):
        actions.migrate(reviewing, NEW, WHY, by=cast.county_reviewer, on=NEXT)
    with pytest.raises(CannotTake, match="没有该状态"):
        actions.migrate(reviewing, NEW, WHY, by=cast.county_reviewer, on=NEXT, state="heaven")
    with pytest.raises(CannotTake, match="不能改换到已办结的状态"):
        actions.migrate(reviewing, NEW, WHY, by=cast.county_reviewer, on=NEXT, state="listed")
    actions.migrate(reviewing, NEW, WHY, by=cast.county_reviewer, on=NEXT, state="review_passed")
    item = reviewing.items.get(step="commission", state="open")
    assert (reviewing.state, reviewing.state_since, item.due_on) == ("review_passed", NEXT, date(2026, 12, 8))


def test_a_case_keeps_its_readings_until_it_is_migrated(cast, application):
    assert application.readings["review-level"]["value"] == "county"
    confirming.confirm("review-level", "620000", "city", document="文", reason="由", by=cast.province, on=NEXT)
    actions.take(application, "accept", by=cast.county, on=NEXT)
    assert application.items.get(step="pass_review", state="open").to_kind == "county_nr"
    preview = actions.preview_migration(application, "selection-620000-2024", on=NEXT)
    assert ("review-level", "county", "city") in preview.new_readings
    actions.migrate(application, "selection-620000-2024", "口径已确认", by=cast.county_reviewer, on=NEXT)
    item = application.items.get(step="pass_review", state="open")
    assert (item.to_kind, item.to_key) == ("city_nr", "620400")
    with pytest.raises(CannotTake, match="没有变化"):
        actions.migrate(application, "selection-620000-2024", "再来", by=cast.county_reviewer, on=NEXT)


@pytest.mark.parametrize(
    "who", ["county", "other_county", "enterprise_decider", "agency_decider", "auditor", "operator"]
)
def test_only_who_manages_cases_migrates(cast, reviewing, who):
    with pytest.raises(NotAllowed):
        actions.migrate(reviewing, NEW, WHY, by=getattr(cast, who), on=NEXT)
    assert Migration.objects.count() == 0


def test_reason_version_and_a_running_case_are_asked(cast, reviewing):
    with pytest.raises(CannotTake, match="请写明"):
        actions.migrate(reviewing, NEW, " ", by=cast.county_reviewer, on=NEXT)
    with pytest.raises(Overtaken):
        actions.migrate(reviewing, NEW, WHY, by=cast.county_reviewer, on=NEXT, seen=1)
    actions.withdraw(reviewing, "撤", by=cast.enterprise_decider, on=NEXT)
    with pytest.raises(CannotTake, match="撤回"):
        actions.migrate(reviewing, NEW, WHY, by=cast.county_reviewer, on=NEXT)
