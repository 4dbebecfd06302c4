from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from greenmine.assessment import queries, tasks
from greenmine.assessment.actions import submit
from greenmine.evaluation.models import MineStanding
from greenmine.facts.statements import Source
from greenmine.notifications.models import Notice
from tests.assessment.conftest import ON, PRECONDITIONS, complete, new_mine

SYSTEM = Source("system")


def test_each_gate_says_what_it_would_ask_before_anything_is_filed(mine):
    gates = queries.gates_preview(mine.key, on=ON)
    assert [gate.id for gate in gates] == ["filing", "review", "assessment", "verification", "notice", "entry"]
    filing = gates[0]
    assert filing.outcome == "stops"
    assert "提交自评报告" in {line.what["zh"] for line in filing.stopping}
    assert {"mining_license_valid_until"} <= {name for line in filing.unsettled for name in line.missing}
    assert all(line.why["zh"] and line.why["en"] for gate in gates for line in gate.lines if line.outcome != "fine")


def test_a_failed_precondition_and_an_expired_licence_stop_a_mine_at_filing(mine, state, opened):
    state(mine, **{**PRECONDITIONS, "mining_license_valid_until": "2026-11-19"})
    filing = queries.gates_preview(mine.key, on=ON)[0]
    assert "先决条件：采矿许可证有效" in " ".join(line.what["zh"] for line in filing.stopping) or filing.stopping
    days = [line for line in filing.lines if line.due_on == date(2026, 11, 19)]
    assert [line.outcome for line in days] == ["stops"]


@pytest.mark.parametrize(("last", "outcome"), [("2026-11-20", "soon"), ("2027-02-18", "soon"), ("2027-02-19", "fine")])
def test_a_licence_that_ends_within_ninety_days_is_shown_ahead(mine, state, last, outcome):
    state(mine, **{**PRECONDITIONS, "mining_license_valid_until": last})
    filing = queries.gates_preview(mine.key, on=ON)[0]
    assert [line.outcome for line in filing.lines if line.due_on == date.fromisoformat(last)] == [outcome]


def test_after_a_submission_that_passed_the_first_lines_are_fine(submitted, mine):
    filing = queries.gates_preview(mine.key, on=ON)[0]
    line = next(one for one in filing.lines if one.what["zh"] == "提交自评报告")
    assert (line.outcome, submitted.number in line.why["zh"]) == ("fine", True)


def test_the_risk_of_removal_names_the_ground_and_never_decides(mine, state):
    state(mine, SYSTEM, provincial_entry="listed", provincial_entered_on="2025-06-01")
    state(mine, earliest_unperformed_penalty_due_on="2026-10-01")
    risk = queries.removal_risk(mine.key, on=ON)
    assert risk.listed is True
    first = risk.lines[0]
    assert (first.outcome, first.rule) == ("stops", "cn-2024-1.removal.penalty-unperformed")
    assert {line.outcome for line in risk.lines} <= {"stops", "unknown", "soon"}
    assert risk.days_ahead == 90


def test_a_mine_that_is_not_listed_is_at_no_risk_of_removal(mine, state):
    state(mine, SYSTEM, provincial_entry="none", national_entry="none")
    risk = queries.removal_risk(mine.key, on=ON)
    assert (risk.listed, [line for line in risk.lines if line.outcome == "stops"]) == (False, [])


def test_the_groups_other_mines_are_notes_and_no_grounds(edition, cast, mine):
    sister = new_mine(edition, cast, "青山二号煤矿")
    MineStanding.objects.create(
        mine=sister.key, judged_on=ON, known_at=timezone.now(), edition=edition.id, standing="ground_present", grounds=1
    )
    risk = queries.removal_risk(mine.key, on=ON)
    assert ["青山二号煤矿" in note["zh"] for note in risk.notes] == [True]
    assert all("青山二号" not in line.why["zh"] for line in risk.lines)


def test_an_enterprise_is_reminded_once_and_again_when_the_interval_is_over(
    edition, mine, state, opened, say, cast, house
):
    assert tasks.remind(edition, on=ON) == 1
    assert tasks.remind(edition, on=ON) == 0
    told = Notice.objects.get(verb="assessment.due")
    assert (told.to_kind, told.to_key) == ("enterprise", "E00000001")
    assert "口径待确认" in told.zh
    state(mine, **PRECONDITIONS)
    complete(opened, say, cast)
    submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    told.refresh_from_db()
    assert told.done_at is not None
    assert tasks.remind(edition, on=date(2027, 11, 19)) == 0
    assert tasks.remind(edition, on=date(2027, 11, 20)) == 1


def test_advice_puts_vetoes_first_and_counts_the_stated_efforts(mine, state, opened, say, cast):
    state(mine, **{**PRECONDITIONS, "abnormal_listing": True})
    complete(opened, say, cast, best=False)
    say(opened, "order", score=0, effort=5)
    found = queries.advice(queries.view_of(opened, on=ON), on=ON)
    assert [step.id for step in found.vetoes][:1] == ["not-abnormal"]
    assert all(step.sort == "precondition" for step in found.vetoes[:1])
    assert {step.id: step.effort for step in found.items}.get("order", 5) == 5
    assert found.gaps
