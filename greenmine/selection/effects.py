"""What each step does beside moving the case (步骤的效果): one function a step; a step without one only moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from greenmine.accounts.models import Organisation
from greenmine.assessment.models import Assessment
from greenmine.directory import actions as directory
from greenmine.directory.models import NoticeMine, PublicNotice
from greenmine.directory.permissions import CannotAct
from greenmine.law.steps import Step
from greenmine.notifications import actions as notifications
from greenmine.procedures.models import Case
from greenmine.selection import assessing, deciding, forwarding, returning, reviewing, verifying
from greenmine.selection.models import Application, Defects, Meeting
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.preparing import refill
from greenmine.selection.recording import Act, state_fact

UPHELD = "upheld"
Payload = dict[str, Any]


@dataclass
class Taking:
    """A step that is being taken: of which application, in which case, with what; `given` goes into the case."""

    application: Application
    case: Case
    step: Step
    given: Payload
    act: Act
    files: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reasons(self) -> str:
        """The reasons that were given."""
        return str(self.given.get("reasons", ""))


def _accept(taking: Taking) -> None:
    taking.application.accepted_on = taking.act.on


def _return(stage: str) -> Callable[[Taking], None]:
    def give_back(taking: Taking) -> None:
        made = returning.give_back(taking.application, stage, taking.given["defects"], taking.act)
        taking.given["round"] = made.round

    return give_back


def _resubmit(taking: Taking) -> None:
    refill(taking.application, by=taking.act.by, organisation=taking.act.organisation, on=taking.act.on)
    returning.answer(taking.application, taking.given["answers"], taking.act)
    for verb in ("selection.return_for_correction", "selection.return_review"):
        notifications.settle(*taking.application.subject, verb, by=taking.act.by.name)
    taking.application.refresh_from_db(fields=["assessment", "assessment_hash", "standard", "self_points"])


def _review(*, passed: bool) -> Callable[[Taking], None]:
    def conclude(taking: Taking) -> None:
        made = reviewing.write_review(
            taking.application, taking.case, taking.act, passed=passed, reasons=taking.reasons,
            remarks=taking.given.get("remarks", ()),
        )  # fmt: skip
        taking.given["review"] = made.pk
        if passed:
            taking.application.review_passed_on = taking.act.on
        else:
            taking.application.outcome_reason = taking.reasons

    return conclude


def _reasoned(taking: Taking) -> None:
    taking.application.outcome_reason = taking.reasons


def _withdraw(taking: Taking) -> None:
    """An assessment that is under way for it is told of: what becomes of the engagement a person decides."""
    application = taking.application
    application.outcome_reason = taking.reasons
    for verb in ("selection.return_for_correction", "selection.return_review"):
        notifications.settle(*application.subject, verb, by=taking.act.by.name)
    engaged = assessing.open_engagement(application)
    if engaged is None:
        return
    office = Organisation.objects.filter(key=engaged.commissioned_by or engaged.drafted_by_organisation).first()
    if office is not None:
        notifications.tell(
            "selection.withdrawn_while_engaged", to=office, about=("engagement", engaged.number),
            text={
                "zh": f"{application.number}（{application.mine_name}）已撤回申报，请决定委托 {engaged.number} 是否取消",
                "en": f"{application.number} was withdrawn: decide whether engagement {engaged.number} is cancelled",
            },
        )  # fmt: skip


def _commission(taking: Taking) -> None:
    made = assessing.engage(taking.application, taking.given["agency"], taking.act)
    taking.given["engagement"] = made.number


def _commission_again(taking: Taking) -> None:
    assessing.check_engagement_ended(taking.application)
    _commission(taking)


def _assessed(verdict: str) -> Callable[[Taking], None]:
    def read(taking: Taking) -> None:
        report = assessing.check_verdict(taking.application, verdict)
        taking.application.report, taking.application.third_party_points = report.number, report.low
        taking.given |= {"report": report.number, "hash": report.content_hash}
        if verdict == "fail":
            taking.application.outcome_reason = taking.reasons

    return read


def _send(taking: Taking) -> None:
    made = forwarding.send(taking.application, taking.step.id, taking.act)
    taking.given |= {"bundle": made.digest, "items": len(made.bundle)}


def _send_passed(taking: Taking) -> None:
    """The city reports upward only what passed on site, with the report attached (gs-2023/3.3.s)."""
    report = assessing.check_verdict(taking.application, "pass")
    taking.given["report"] = report.number
    _send(taking)


def _receive(taking: Taking) -> None:
    made = forwarding.receive(taking.application, taking.step.id, taking.act)
    taking.given["received_at"] = made.received_at.isoformat() if made.received_at else ""


def _consent(taking: Taking) -> None:
    forwarding.consent(taking.application, taking.given, taking.act)


def _decline(taking: Taking) -> None:
    forwarding.decline(taking.application, taking.reasons, taking.act)


def _plan(taking: Taking) -> None:
    verifying.plan(taking.application, taking.given, taking.act)


def _record(taking: Taking) -> None:
    verifying.record(taking.application, taking.given, taking.act)


def _confirm(taking: Taking) -> None:
    done = verifying.conclude(taking.application, taking.reasons, taking.act, confirmed=True)
    taking.application.verified_on = taking.act.on
    if taking.application.tier == "provincial":
        evidence = (str(done.sheet_id),) if done.sheet_id else ()
        state_fact(
            taking.application, taking.act, "verification_passed_on", taking.act.on.isoformat(), evidence=evidence
        )


def _refuse(taking: Taking) -> None:
    verifying.conclude(taking.application, taking.reasons, taking.act, confirmed=False)
    taking.application.outcome_reason = taking.reasons


def _unsampled(taking: Taking) -> None:
    taking.given["draw"] = verifying.check_is_unsampled(taking.application, on=taking.act.on).pk


def _meet(kind: str, *, carried: bool) -> Callable[[Taking], None]:
    def hold(taking: Taking) -> None:
        made = deciding.hold(taking.application, kind, taking.given, taking.act, carried=carried)
        taking.given["meeting"] = made.pk
        if kind == Meeting.Kind.DECISION and carried:
            taking.application.decided_on = taking.act.on
        if kind == Meeting.Kind.EXPERTS and not carried:
            taking.application.outcome_reason = taking.reasons

    return hold


def row_of(application: Application) -> NoticeMine:
    """The application's line on its latest public notice."""
    found = (
        NoticeMine.objects.select_related("notice")
        .filter(notice__number=application.notice, mine=application.mine)
        .first()
    )
    if found is None:
        raise CannotSelect("该申报不在公示名单中", "the application stands on no public notice")
    return found


def check_upheld(application: Application) -> None:
    """An objection that was decided as upheld; nobody types it."""
    row = row_of(application)
    decided = row.notice.objections.filter(mine=application.mine, outcome=UPHELD).exists()
    if row.outcome != NoticeMine.Outcome.UPHELD and not decided:
        raise CannotSelect("没有经核查认定成立的异议", "no objection was found upheld")


def _uphold(taking: Taking) -> None:
    check_upheld(taking.application)
    taking.application.outcome_reason = taking.reasons


def _enter(taking: Taking) -> None:
    application, act = taking.application, taking.act
    notice = PublicNotice.objects.filter(number=application.notice).first()
    digest = Assessment.objects.filter(number=application.assessment).values_list("standard_digest", flat=True).first()
    try:
        entry = directory.enter(
            application.mine, application.tier, notice=notice, application=application.number,
            decision_number=taking.given["decision_number"], certificate_number=taking.given.get("certificate_number", ""),
            standard=application.standard, standard_digest=digest or "", batch=application.batch.number,
            table=application.table, by=act.by, organisation=act.organisation, on=act.on,
        )  # fmt: skip
    except CannotAct as refused:
        raise CannotSelect(refused.zh, refused.en) from None
    application.entry, application.decision_number = entry.number, taking.given["decision_number"][:100]
    taking.given["entry"] = entry.number


ACCEPTANCE, IN_REVIEW = Defects.Stage.ACCEPTANCE, Defects.Stage.REVIEW
EXPERTS, DECISION = Meeting.Kind.EXPERTS, Meeting.Kind.DECISION

EFFECTS: Mapping[str, Callable[[Taking], None]] = {
    "accept": _accept,
    "return_for_correction": _return(ACCEPTANCE),
    "return_review": _return(IN_REVIEW),
    "not_accept": _reasoned,
    "resubmit": _resubmit,
    "resubmit_review": _resubmit,
    "pass_review": _review(passed=True),
    "fail_review": _review(passed=False),
    "commission": _commission,
    "commission_again": _commission_again,
    "pass_assessment": _assessed("pass"),
    "fail_assessment": _assessed("fail"),
    "ask_consent": _send,
    "consent": _consent,
    "decline_consent": _decline,
    "forward": _send,
    "report_review": _send,
    "report_passed": _send_passed,
    "forward_league": _send,
    "forward_region": _send,
    "receive": _receive,
    "receive_review": _receive,
    "receive_passed": _receive,
    "receive_league": _receive,
    "receive_region": _receive,
    "plan_verification": _plan,
    "record_verification": _record,
    "confirm_verification": _confirm,
    "refuse_verification": _refuse,
    "pass_unsampled": _unsampled,
    "plan_field_check": _plan,
    "record_field_check": _record,
    "confirm_field_check": _confirm,
    "refuse_field_check": _refuse,
    "uphold_objection": _uphold,
    "uphold_league_objection": _uphold,
    "support": _meet(EXPERTS, carried=True),
    "not_support": _meet(EXPERTS, carried=False),
    "decide": _meet(DECISION, carried=True),
    "reconsider": _meet(DECISION, carried=False),
    "enter": _enter,
    "withdraw": _withdraw,
    "withdraw_recommendation": _reasoned,
}
