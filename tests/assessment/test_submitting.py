from __future__ import annotations

import json
from hashlib import sha256

import pytest

from greenmine.accounts import queries as accounts
from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions as assessment
from greenmine.assessment import freezing, queries
from greenmine.assessment.actions import NotReady
from greenmine.assessment.models import Assessment, Submission
from greenmine.assessment.permissions import CannotAssess
from greenmine.evidence.models import Provenance
from greenmine.facts import queries as facts
from greenmine.ledger.models import Record
from greenmine.notifications.models import Notice
from tests.assessment.conftest import ON, PRECONDITIONS, complete, document, explain, new_mine


def fact(mine, name):
    row = facts.statements("mine", mine.key, name).filter(withdrawn_at=None).first()
    return None if row is None else json.loads(row.value)


@pytest.mark.shows("cn-2024-1/7.3", by="record")
def test_a_submission_is_promised_locked_hashed_and_kept(submitted, mine):
    assert (submitted.state, submitted.submitted_on, submitted.submitted_by) == ("submitted", ON, "高矿长")
    assert submitted.frozen_hash == sha256(submitted.frozen.encode()).hexdigest()
    assert freezing.is_whole(submitted)
    frozen = queries.frozen_of(submitted)
    assert frozen["commitment"] == assessment.commitment_text()
    assert "由本单位负责" in frozen["commitment"]["zh"]
    assert frozen["standard"]["digest"] == submitted.standard_digest
    assert frozen["edition"] == submitted.edition
    assert frozen["mine"] == {"key": mine.key, "name": "青山煤矿", "region_code": "620422"}
    assert {one["indicator"] for one in frozen["answers"]} == set(submitted.items.values_list("indicator", flat=True))
    licence = next(one for one in frozen["facts"] if one["name"] == "mining_license_valid_until")
    assert (licence["value"], licence["source"]) == ("2030-01-01", "会宁县自然资源局")
    kept = Submission.objects.get(assessment=submitted)
    assert (kept.hash, kept.by, kept.sequence) == (submitted.frozen_hash, "高矿长", 1)
    record = Record.objects.get(verb="assessment.submitted")
    assert record.cite == ["cn-2024-1/7.1.a", "cn-2024-1/7.3"]
    assert record.payload["hash"] == submitted.frozen_hash
    assert "由本单位负责" in record.payload["commitment"]


@pytest.mark.shows("cn-2024-1/7.3", by="record", refusal=True)
def test_without_the_promise_nothing_is_submitted(mine, state, opened, say, cast, house):
    state(mine, **PRECONDITIONS)
    complete(opened, say, cast)
    with pytest.raises(CannotAssess) as refused:
        assessment.submit(opened, agreed=False, by=cast.enterprise_decider, on=ON, organisation=house)
    assert "真实性承诺" in refused.value.zh
    assert Assessment.objects.get(pk=opened.pk).state == "draft"
    assert not Submission.objects.exists()


def test_only_the_enterprises_decider_submits(mine, state, opened, say, cast):
    state(mine, **PRECONDITIONS)
    complete(opened, say, cast)
    for person in (cast.enterprise, cast.other_enterprise, cast.county_decider, cast.agency_decider):
        with pytest.raises(NotAllowed):
            assessment.submit(opened, agreed=True, by=person, on=ON)
    assert Assessment.objects.get(pk=opened.pk).state == "draft"


def test_the_day_and_a_certain_verdict_become_facts_with_the_report_as_evidence(submitted, mine):
    assert fact(mine, "self_assessment_on") == "2026-11-20"
    expected = {"pass": True, "fail": False}.get(submitted.verdict)
    assert fact(mine, "self_assessment_passed") is expected
    row = facts.statements("mine", mine.key, "self_assessment_on").first()
    assert row.source == "enterprise"
    evidence = Provenance.objects.filter(pk__in=row.evidence)
    assert submitted.frozen_hash in {one.file_id for one in evidence}


def test_an_undecided_result_states_no_passing(mine, state, opened, say, cast, house):
    state(mine, **PRECONDITIONS)
    say(opened, "no-open-dispute", met=True)
    explain(opened, cast)
    done = assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    assert done.verdict == "undecided"
    assert fact(mine, "self_assessment_on") == "2026-11-20"
    assert fact(mine, "self_assessment_passed") is None


def test_a_failed_precondition_fails_and_is_stated_so(mine, state, opened, say, cast, house):
    state(mine, **{**PRECONDITIONS, "abnormal_listing": True})
    complete(opened, say, cast)
    done = assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    assert done.verdict == "fail"
    assert fact(mine, "self_assessment_passed") is False


@pytest.mark.shows("nm-2020/4.2.d.2", by="act")
def test_in_inner_mongolia_the_report_goes_to_the_banner_authority(edition, cast, house, state, say):
    mine = new_mine(edition, cast, "准格尔煤矿", region="150622")
    state(mine, **PRECONDITIONS)
    opened = assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON)
    complete(opened, say, cast)
    done = assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    assert "nm-2020/4.2.d.2" in Record.objects.get(verb="assessment.submitted").cite
    told = Notice.objects.get(verb="assessment.submitted")
    assert (told.to_kind, told.to_key, told.about_key) == ("county_nr", "150622", done.number)
    kept = Submission.objects.get(assessment=done)
    assert (kept.to_kind, kept.to_key, kept.by_default) == ("county_nr", "150622", False)
    assert kept.hash == sha256(kept.content.encode()).hexdigest()
    assert kept.at is not None


def test_elsewhere_the_receiving_level_is_our_default_and_said_to_be(submitted):
    assert Submission.objects.get(assessment=submitted).by_default is True
    assert "默认口径" in Notice.objects.get(verb="assessment.submitted").zh


@pytest.mark.shows("nm-2020/4.2.d.2", by="act", refusal=True)
def test_open_preconditions_stop_a_submission_and_are_named(edition, cast, house):
    mine = new_mine(edition, cast, "准格尔煤矿", region="150622")
    opened = assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON)
    with pytest.raises(NotReady) as refused:
        assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    codes = {flag.code for flag in refused.value.flags}
    assert codes == {"precondition_unanswered"}
    assert Assessment.objects.get(pk=opened.pk).state == "draft"
    assert not Notice.objects.filter(verb="assessment.submitted").exists()
    assert fact(mine, "self_assessment_on") is None


def test_a_hint_that_asks_has_to_be_answered_first(mine, state, opened, say, cast, house):
    state(mine, **PRECONDITIONS)
    say(opened, "no-open-dispute", met=True)
    say(opened, "order", score=300)
    with pytest.raises(NotReady) as refused:
        assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    assert "claimed_without_evidence" in {flag.code for flag in refused.value.flags}
    explain(opened, cast)
    assert assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON).state == "submitted"
    hints = queries.frozen_of(Assessment.objects.get(pk=opened.pk))["hints"]
    assert {one["reason"] for one in hints if one["severity"] == "asks"} == {"材料随后补充"}


def test_a_file_that_was_changed_on_disk_stops_a_submission(mine, state, opened, say, cast, house):
    from greenmine.evidence.places import path_of

    state(mine, **PRECONDITIONS)
    say(opened, "no-open-dispute", met=True)
    link = assessment.attach(opened, "order", upload=document("原件" * 7), by=cast.enterprise, on=ON)
    explain(opened, cast)
    path = path_of(link.sha256)
    path.chmod(0o600)
    path.write_bytes(b"forged")
    with pytest.raises(NotReady) as refused:
        assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    assert [flag.code for flag in refused.value.flags] == ["evidence_without_file"]
    path.unlink()


def test_a_crash_before_the_ledger_leaves_nothing_half_done(mine, state, opened, say, cast, house, monkeypatch):
    state(mine, **PRECONDITIONS)
    complete(opened, say, cast)

    def crash(*_, **__):
        raise RuntimeError("power cut")

    monkeypatch.setattr("greenmine.assessment.actions.submitting.ledger.record", crash)
    with pytest.raises(RuntimeError):
        assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    assert Assessment.objects.get(pk=opened.pk).state == "draft"
    assert not Submission.objects.exists()
    assert fact(mine, "self_assessment_on") is None
    assert not Notice.objects.filter(verb="assessment.submitted").exists()


def give_back(submitted, cast, reasons, by=None):
    house = accounts.main_organisation(cast.county_reviewer, on=ON)
    return assessment.return_(submitted, reasons, by=by or cast.county_reviewer, organisation=house, on=ON)


def test_an_authority_gives_back_with_reasons_and_the_enterprise_answers_each(submitted, say, cast, house):
    give_back(submitted, cast, [{"indicator": "order", "text": "照片不清"}, {"indicator": "", "text": "请盖章"}])
    again = Assessment.objects.get(pk=submitted.pk)
    assert again.state == "returned"
    assert Notice.objects.get(verb="assessment.returned").to_key == "E00000001"
    assert Record.objects.filter(verb="assessment.returned").exists()
    with pytest.raises(NotReady) as refused:
        assessment.submit(again, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    assert [flag.code for flag in refused.value.flags] == ["open_return", "open_return"]
    say(again, "order", score=0)
    for flag in queries.flags(again, on=ON):
        if flag.code == "open_return":
            assert flag.indicator == ""
            assessment.acknowledge(again, flag.fingerprint, reason="已盖章", by=cast.enterprise, on=ON)
    explain(again, cast)
    done = assessment.submit(again, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    assert done.state == "submitted"
    assert list(done.submissions.order_by("sequence").values_list("sequence", flat=True)) == [1, 2]
    assert done.returns.get().answered_on == ON


@pytest.mark.parametrize("reasons", [[], [{"indicator": "", "text": "  "}], [{"indicator": "nothing", "text": "x"}]])
def test_nothing_is_given_back_without_a_reason(submitted, cast, reasons):
    with pytest.raises(CannotAssess):
        give_back(submitted, cast, reasons)
    assert Assessment.objects.get(pk=submitted.pk).state == "submitted"


def test_only_an_authority_of_the_region_gives_back(submitted, cast):
    for person in (cast.other_county, cast.county, cast.enterprise_decider, cast.agency_decider, cast.auditor):
        with pytest.raises(NotAllowed):
            give_back(submitted, cast, [{"indicator": "", "text": "x"}], by=person)


def test_taking_back_takes_back_what_was_stated_and_keeps_what_was_said(submitted, mine, cast, house):
    frozen = submitted.frozen_hash
    assessment.withdraw(submitted, by=cast.enterprise_decider, on=ON)
    found = Assessment.objects.get(pk=submitted.pk)
    assert (found.state, found.frozen_hash) == ("withdrawn", frozen)
    assert fact(mine, "self_assessment_on") is None
    assert Record.objects.filter(verb="assessment.withdrawn").exists()
    with pytest.raises(CannotAssess):
        assessment.withdraw(found, by=cast.enterprise_decider, on=ON)
    assert assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON).pk != found.pk


def test_an_old_result_is_computed_again_to_the_byte(submitted):
    frozen = queries.frozen_of(submitted)
    assert json.loads(queries.result_of(submitted, on=ON).canonical()) == frozen["result"] or (
        frozen["result"]["total"] == list(queries.result_of(submitted, on=ON).total)
    )
