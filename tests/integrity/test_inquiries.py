"""From suspicion to debarment or clearance: nothing without evidence, nothing by the one who opened it, nothing by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessors import queries as assessors
from greenmine.integrity import actions as integrity
from greenmine.integrity import queries
from greenmine.integrity.actions import CannotInquire, Finding, Opening
from greenmine.integrity.issuing import papers_of
from greenmine.integrity.models import PublicNotice, Recheck
from greenmine.ledger import queries as ledger

OPENED, TOLD, PLEADED, DECIDED = date(2026, 6, 1), date(2026, 6, 8), date(2026, 6, 12), date(2026, 6, 18)
COLLUSION = "cn-2024-1/17.0.3"


def proof(name: str = "比对记录.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "两份报告影像逐张比对记录".encode())


class Desk:
    """The province's two people at work on one inquiry."""

    def __init__(self, cast: Any, province: Any) -> None:
        self.reviewer, self.decider, self.house = cast.province_reviewer, cast.province, province

    def runs(self, on: date) -> dict[str, Any]:
        return {"by": self.reviewer, "organisation": self.house, "on": on}

    def decides(self, on: date) -> dict[str, Any]:
        return {"by": self.decider, "organisation": self.house, "on": on}

    def opened(self, **fields: Any) -> Any:
        given = {"agency": "A0000001", "ground": COLLUSION, "origin": "complaint", "source": "群众来信反映照片雷同",
                 "people": ["P0000001"]} | fields  # fmt: skip
        return integrity.open_inquiry(Opening(**given), **self.runs(OPENED))

    def told(self, *, evidence: bool = True, **fields: Any) -> Any:
        inquiry = integrity.investigate(self.opened(**fields), **self.runs(OPENED))
        integrity.add_record(
            inquiry, "三张现场照片与另一委托相同", upload=proof() if evidence else None, **self.runs(OPENED)
        )
        integrity.draft(inquiry, "prior-notice", **self.runs(TOLD))
        integrity.sign(inquiry, "prior-notice", by=self.decider, on=TOLD)
        return integrity.serve(inquiry, "prior-notice", day=TOLD, way="direct", received_by="贺法人", **self.runs(TOLD))

    def heard(self, **fields: Any) -> Any:
        return integrity.plead(self.told(**fields), "heard", "系整理材料时误放", **self.runs(PLEADED))

    def verified(self, **finding: Any) -> Any:
        inquiry = self.heard()
        given = {
            "reasons": "申辩不能成立",
            "facts": "三张照片取自另一矿山",
            "parties": [p.pk for p in inquiry.parties.all()],
        } | finding
        return integrity.verify(inquiry, Finding(**given), **self.decides(DECIDED))

    def served(self, **finding: Any) -> Any:
        inquiry = self.verified(**finding)
        integrity.draft(inquiry, "debarment-decision", **self.runs(DECIDED))
        integrity.sign(inquiry, "debarment-decision", by=self.decider, on=DECIDED)
        return integrity.serve(
            inquiry, "debarment-decision", day=DECIDED, way="direct", received_by="贺法人", **self.runs(DECIDED)
        )


@pytest.fixture
def desk(cast: Any, province: Any, house: Any) -> Desk:
    return Desk(cast, province)


@pytest.mark.shows("cn-2024-1/17.0.5", "cn-2024-1/17.0.6", "cn-2024-1/17.0.7", by="act")
@pytest.mark.shows("gs-2023/3.10.h", by="act")
def test_a_verified_case_debars_the_body_and_the_person_apart_for_three_years(desk: Desk, house: Any) -> None:
    house.engage("WT-2026-0001", "M00000001")
    house.engage("WT-2026-0002", "M00000002")
    inquiry = integrity.debar(desk.served(), **desk.decides(DECIDED))
    body, person = (
        assessors.debarment(*who, date(2029, 6, 17)) for who in (("agency", "A0000001"), ("assessor", "P0000001"))
    )
    assert (body.since, body.until, body.ground) == (DECIDED, date(2029, 6, 18), COLLUSION)
    assert (person.since, person.until, person.name) == (DECIDED, date(2029, 6, 18), "许评估")
    assert body.decision_number == inquiry.decision_number == "绿矿评决〔2026〕1号"
    assert not assessors.is_debarred("agency", "A0000001", date(2029, 6, 18))
    assert not assessors.is_debarred("assessor", "P0000002", DECIDED)
    notice = integrity.publish(inquiry, **desk.decides(DECIDED))
    assert "陇原评估咨询有限公司、许**" in notice.zh
    assert "绿矿评决〔2026〕1号" in notice.zh
    assert notice.published_on == DECIDED
    assert list(queries.notices()) == [notice]
    assert ledger.last("inquiry", inquiry.number).cite == ["cn-2024-1/17.0.6"]


@pytest.mark.shows("cn-2024-1/17.0.7", "cn-2024-1/17.0.5", by="act", refusal=True)
def test_nobody_is_debarred_before_it_is_verified(desk: Desk) -> None:
    with pytest.raises(CannotInquire, match="未经查实不得列入黑名单"):
        integrity.debar(desk.heard(), **desk.decides(DECIDED))
    assert not assessors.is_debarred("agency", "A0000001", DECIDED)


@pytest.mark.shows("cn-2024-1/17.0.5", "cn-2024-1/17.0.3", by="act", refusal=True)
def test_it_is_not_verified_without_evidence_in_the_file(desk: Desk) -> None:
    inquiry = desk.heard(evidence=False)
    with pytest.raises(CannotInquire, match="须附至少一份证据"):
        integrity.verify(
            inquiry, Finding("理由", "事实", [p.pk for p in inquiry.parties.all()]), **desk.decides(DECIDED)
        )
    inquiry.refresh_from_db()
    assert (inquiry.outcome, inquiry.state) == ("", "heard")


@pytest.mark.shows("cn-2024-1/17.0.6", by="act", refusal=True)
@pytest.mark.shows("gs-2023/3.10.h", by="act", refusal=True)
def test_what_was_not_verified_is_not_notified(desk: Desk) -> None:
    inquiry = integrity.refute(desk.heard(), "照片系误放，已更正", **desk.decides(DECIDED))
    with pytest.raises(CannotInquire, match="只有查实并列入黑名单的案件才能通报"):
        integrity.publish(inquiry, **desk.decides(DECIDED))
    assert not PublicNotice.objects.exists()


def test_whoever_opened_it_does_not_decide_it(desk: Desk, cast: Any) -> None:
    from tests.conftest import person

    both = person(desk.house, "both", "双岗", "reviewer")
    inquiry = desk.heard()
    with pytest.raises(NotAllowed):
        integrity.refute(inquiry, "理由", by=both, organisation=desk.house, on=DECIDED)
    with pytest.raises(NotAllowed):
        integrity.refute(inquiry, "理由", **desk.runs(DECIDED))
    with pytest.raises(NotAllowed):
        integrity.open_inquiry(
            Opening("A0000001", COLLUSION, "finding", "发现"), by=cast.county_reviewer,
            organisation=cast.county_reviewer.memberships.get().organisation, on=OPENED,
        )  # fmt: skip


def test_a_refuted_case_clears_everybody_and_debars_nobody(desk: Desk) -> None:
    inquiry = integrity.refute(desk.heard(), "照片系误放，已更正", **desk.decides(DECIDED))
    integrity.draft(inquiry, "clearance-notice", **desk.runs(DECIDED))
    integrity.sign(inquiry, "clearance-notice", by=desk.decider, on=DECIDED)
    inquiry = integrity.serve(inquiry, "clearance-notice", day=DECIDED, way="electronic", **desk.runs(DECIDED))
    assert (inquiry.state, inquiry.closed_on) == ("closed", DECIDED)
    assert [p.verified for p in inquiry.parties.all()] == [False, False]
    assert len(papers_of(inquiry, "clearance-notice")) == 2
    assert not assessors.is_debarred("agency", "A0000001", DECIDED)


def test_earlier_reports_wait_for_a_person_and_no_mine_is_touched(desk: Desk, house: Any) -> None:
    from greenmine.facts.models import FactRecord

    for number in ("WT-2026-0001", "WT-2026-0002"):
        house.engage(number, number)
    inquiry = desk.served()
    before = FactRecord.objects.filter(subject_kind__in=("mine", "enterprise")).count()
    inquiry = integrity.debar(inquiry, **desk.decides(DECIDED))
    assert FactRecord.objects.filter(subject_kind__in=("mine", "enterprise")).count() == before
    waiting = list(inquiry.rechecks.order_by("engagement"))
    assert [(one.engagement, one.outcome) for one in waiting] == [("WT-2026-0001", "open"), ("WT-2026-0002", "open")]
    with pytest.raises(CannotInquire, match="还有 2 份既往报告待复核"):
        integrity.close(inquiry, **desk.runs(DECIDED))
    for one in waiting:
        integrity.look_again(one, "stands", "影像和记录未见问题", **desk.runs(DECIDED))
    with pytest.raises(CannotInquire, match="已复核"):
        integrity.look_again(waiting[0], "clue", "再看", **desk.runs(DECIDED))
    assert integrity.close(inquiry, **desk.runs(DECIDED)).state == "closed"
    assert Recheck.objects.filter(outcome="open").count() == 0


def test_silence_counts_only_after_the_last_day_of_the_plea(desk: Desk) -> None:
    inquiry = desk.told()  # served on Monday 8 June: five working days end on Monday 15 June
    with pytest.raises(CannotInquire, match="2026-06-15"):
        integrity.plead(inquiry, "silent", **desk.runs(date(2026, 6, 15)))
    assert integrity.plead(inquiry, "silent", **desk.runs(date(2026, 6, 16))).plea_how == "silent"


def test_the_term_runs_from_service_as_the_decision_says_or_from_the_decision(desk: Desk) -> None:
    inquiry = desk.verified(term_from=date(2026, 6, 22))
    integrity.draft(inquiry, "debarment-decision", **desk.runs(DECIDED))
    integrity.sign(inquiry, "debarment-decision", by=desk.decider, on=DECIDED)
    with pytest.raises(CannotInquire, match="与送达日期不一致"):
        integrity.serve(
            inquiry, "debarment-decision", day=DECIDED, way="direct", received_by="贺", **desk.runs(DECIDED)
        )
    inquiry = integrity.serve(
        inquiry,
        "debarment-decision",
        day=date(2026, 6, 22),
        way="direct",
        received_by="贺",
        **desk.runs(date(2026, 6, 22)),
    )
    integrity.debar(inquiry, **desk.decides(date(2026, 6, 22)))
    assert assessors.debarment("agency", "A0000001", date(2026, 6, 22)).until == date(2029, 6, 22)


@pytest.mark.parametrize(
    ("clock", "said"), [("days: 5, kind: working", "5个工作日"), ("days: 10, kind: calendar", "10日")]
)
def test_the_prior_notice_gives_the_time_for_a_plea_of_the_case_s_own_step_table(
    desk: Desk, clock: str, said: str
) -> None:
    from greenmine.integrity.inquiring import case_of

    inquiry = integrity.investigate(desk.opened(), **desk.runs(OPENED))
    kept = case_of(inquiry).kept
    text = kept.content.replace("clock: {days: 5, kind: working, after: noticed", f"clock: {{{clock}, after: noticed")
    type(kept).objects.filter(pk=kept.pk).update(content=text)
    integrity.add_record(inquiry, "三张现场照片与另一委托相同", upload=proof(), **desk.runs(OPENED))
    papers = integrity.draft(inquiry, "prior-notice", **desk.runs(TOLD))
    assert [paper.fields["plea_days"] for paper in papers] == [said, said]


def test_steps_out_of_turn_are_refused_in_words(desk: Desk) -> None:
    inquiry = desk.opened()
    with pytest.raises(CannotInquire, match="不能办理"):
        integrity.plead(inquiry, "heard", "申辩", **desk.runs(OPENED))
    with pytest.raises(CannotInquire, match="不是制作该文书的阶段"):
        integrity.draft(inquiry, "prior-notice", **desk.runs(OPENED))


@pytest.mark.parametrize("ground", [f"cn-2024-1/17.0.{n}" for n in range(1, 6)])
@pytest.mark.shows("cn-2024-1/17.0.1", "cn-2024-1/17.0.2", "cn-2024-1/17.0.3", "cn-2024-1/17.0.4", by="act")
def test_each_ground_of_the_notice_can_be_inquired_into(desk: Desk, ground: str) -> None:
    inquiry = desk.opened(ground=ground)
    assert (inquiry.ground, inquiry.state) == (ground, "opened")
    assert ledger.last("inquiry", inquiry.number).cite == [ground]


@pytest.mark.parametrize("ground", [f"cn-2024-1/17.0.{n}" for n in range(1, 6)])
@pytest.mark.shows(
    "cn-2024-1/17.0.1", "cn-2024-1/17.0.2", "cn-2024-1/17.0.3", "cn-2024-1/17.0.4", by="act", refusal=True
)
def test_a_ground_is_not_verified_without_evidence_for_it(desk: Desk, ground: str) -> None:
    inquiry = desk.heard(ground=ground, evidence=False)
    with pytest.raises(CannotInquire, match="须附至少一份证据"):
        integrity.verify(
            inquiry, Finding("理由", "事实", [p.pk for p in inquiry.parties.all()]), **desk.decides(DECIDED)
        )
    inquiry.refresh_from_db()
    assert (inquiry.outcome, inquiry.state, inquiry.decision_number) == ("", "heard", "")
    assert not assessors.is_debarred("agency", "A0000001", DECIDED)
    integrity.add_record(inquiry, "补充证据", upload=proof(), **desk.runs(DECIDED))
    given = Finding("理由", "事实", [p.pk for p in inquiry.parties.all()])
    assert integrity.verify(inquiry, given, **desk.decides(DECIDED)).outcome == "verified"


@pytest.mark.parametrize("ground", ["", "cn-2024-1/17.0.8", "cn-2024-1/9.9", "收费过高"])
def test_no_other_ground_is_invented(desk: Desk, ground: str) -> None:
    with pytest.raises(CannotInquire, match="所列情形之一"):
        desk.opened(ground=ground)


def test_a_signal_leads_to_an_inquiry_once(desk: Desk, signal: Any) -> None:
    inquiry = desk.opened(origin="signal", signals=[signal.number])
    signal.refresh_from_db()
    assert (signal.state, list(inquiry.signals.all())) == ("inquiry", [signal])
    with pytest.raises(integrity.CannotJudge, match="已转入调查"):
        integrity.dismiss(signal, reason="误报", **desk.runs(OPENED))
    with pytest.raises(integrity.CannotJudge, match="已转入调查"):
        desk.opened(origin="signal", signals=[signal.number])


def test_a_signal_is_dismissed_with_a_reason(desk: Desk, signal: Any) -> None:
    with pytest.raises(CannotInquire, match="请填写排除的理由"):
        integrity.dismiss(signal, reason=" ", **desk.runs(OPENED))
    assert integrity.dismiss(signal, reason="同一矿区的存档影像", **desk.runs(OPENED)).state == "dismissed"


def test_signals_of_another_province_are_not_seen(desk: Desk, signal: Any, cast: Any, house: Any) -> None:
    from tests.integrity.conftest import signal_of

    signal_of(house, "XH-2026-00002", region_code="530100", zh="云南的信号")
    on = OPENED
    assert [one.number for one in queries.signals_for(cast.province_reviewer, on=on)] == ["XH-2026-00001"]
    assert [one.number for one in queries.signals_for(cast.ministry, on=on)] == ["XH-2026-00002", "XH-2026-00001"]
    assert [one.number for one in queries.signals_for(cast.county_reviewer, on=on)] == ["XH-2026-00001"]
    for nobody in (cast.agency, cast.agency_decider, cast.enterprise, cast.operator, cast.other_county):
        assert list(queries.signals_for(nobody, on=on)) == []


def test_an_agency_sees_its_own_leniency_and_nobody_elses(house: Any, cast: Any) -> None:
    from greenmine.integrity.models import LeniencyFigure

    for key, agency in (("A0000001", "A0000001"), ("A0000002", "A0000002")):
        LeniencyFigure.objects.create(
            unit="agency", key=key, agency=agency, name=key, region_code="620000", count=9, points=1, low=0, high=2,
            too_few=False, computed_on=OPENED,
        )  # fmt: skip
    own = cast.agency_decider.memberships.get().organisation
    assert [one.key for one in queries.own_leniency(own)] == ["A0000001"]
    assert list(queries.own_leniency(cast.other_agency.memberships.get().organisation)) == []
    assert [one.key for one in queries.leniency_for(cast.province_reviewer, on=OPENED)] == ["A0000001", "A0000002"]
    assert list(queries.leniency_for(cast.county_reviewer, on=OPENED)) == []
    assert list(queries.leniency_for(cast.agency_decider, on=OPENED)) == []


@pytest.mark.shows("cn-2024-1/17.0.2", by="act")
def test_who_opened_which_file_of_an_enterprise_is_known(house: Any, cast: Any, law: Any) -> None:
    from greenmine.evidence import actions as evidence

    kept = evidence.keep(proof("排污许可证.txt"), by=cast.enterprise, on=OPENED, subject=("mine", "M00000001"))
    evidence.note_opening(kept, by=cast.agency, on=OPENED)
    evidence.note_opening(kept, by=cast.other_agency, on=OPENED)
    assert [(one.name, one.provenance.name) for one in queries.openings_by("A0000001")] == [
        ("许评估", "排污许可证.txt")
    ]


@pytest.mark.shows("cn-2024-1/17.0.2", by="act", refusal=True)
def test_what_nobody_of_the_agency_opened_is_not_laid_at_its_door(house: Any, cast: Any, law: Any) -> None:
    from greenmine.evidence import actions as evidence

    kept = evidence.keep(proof("储量报告.txt"), by=cast.enterprise, on=OPENED, subject=("mine", "M00000001"))
    evidence.note_opening(kept, by=cast.other_agency, on=OPENED)
    evidence.note_opening(kept, by=cast.county, on=OPENED)
    assert list(queries.openings_by("A0000001")) == []
    assert list(queries.openings_by("A9999999")) == []
