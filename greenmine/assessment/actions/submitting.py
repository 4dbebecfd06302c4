"""Submitting (提交自评报告): agreed to, frozen, stated, recorded, told; given back with reasons; taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from greenmine.accounts import queries as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessment.actions.writing import keep_totals, locked
from greenmine.assessment.flags import Flag
from greenmine.assessment.freezing import Frozen, freeze
from greenmine.assessment.models import Assessment, Return, Submission
from greenmine.assessment.permissions import (
    LONGEST_REASON,
    CannotAssess,
    check_can_return,
    check_can_submit,
    check_can_withdraw,
)
from greenmine.assessment.queries.views import View, view_of
from greenmine.assessment.reporting import report_of
from greenmine.assessment.tables import Receiver, receiver
from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine

MOST_REASONS = 100


class NotReady(CannotAssess):
    """A submission that is stopped by the checks (尚不能提交): `flags` says by which."""

    def __init__(self, flags: Sequence[Flag]) -> None:
        zh = "；".join(one.zh for one in flags[:5])
        en = " ".join(one.en for one in flags[:5])
        super().__init__(
            f"还有 {len(flags)} 个问题需要先处理：{zh}", f"{len(flags)} points have to be settled first: {en}"
        )
        self.flags = list(flags)


@transaction.atomic
def submit(
    assessment: Assessment, *, agreed: bool, by: Person, on: date, organisation: Organisation | None = None
) -> Assessment:
    """Submit an account: the enterprise's decider agrees to the truth commitment, and everything is frozen under a hash."""
    found = locked(assessment)
    check_can_submit(by, found, agreed=agreed, on=on)
    view = view_of(found, on=on, thorough=True)
    _check_ready(view)
    edition, mine = editions.active(), registry.standing_mines().select_related("holder").get(key=found.mine)
    house = organisation or accounts.acting_for(by, _verb(found), on=on)
    assert house is not None, "whoever may submit acts for an organisation"
    commitment = commitment_text(edition)
    frozen = freeze(view, mine=mine, commitment=commitment, by=by.name, on=on)
    to = receiver(edition.divisions, found.region_code)
    keep_totals(found, view.result)
    _write(found, frozen, view, commitment, to, by=by, on=on)
    if found.party == Assessment.Party.SELF:
        report, evidence = report_of(view, mine, frozen=frozen, by=by, organisation=house, on=on)
        Assessment.objects.filter(pk=found.pk).update(report=report)
        _state(edition, found, view, evidence, by=by, organisation=house, on=on)
        _tell(found, mine, to)
    ledger.record(
        "assessment.submitted", subject=found.subject, by=by, organisation=house, on=on, region_code=found.region_code,
        cite=_cited(found, to),
        sentence={
            "zh": f"提交“{mine.name}”{found.get_party_display()}报告 {found.number}，并承诺真实（存档 {frozen.hash[:12]}）",
            "en": f"submitted {found.number} of {mine.name}, answering for its truth (frozen {frozen.hash[:12]})",
        },
        payload={
            "hash": frozen.hash, "verdict": found.verdict, "low": found.low, "high": found.high,
            "standard": found.standard, "digest": found.standard_digest, "commitment": commitment["zh"],
        },
    )  # fmt: skip
    return found


@transaction.atomic
def return_(
    assessment: Assessment,
    reasons: Sequence[Mapping[str, str]],
    *,
    by: Person,
    organisation: Organisation,
    on: date,
) -> Return:
    """Give a report back with reasons (退回补正), all at once; the enterprise finds them on top of what it fills in."""
    found = locked(assessment)
    check_can_return(by, found, on=on)
    listed = _reasons(found, reasons)
    given = Return.objects.create(
        assessment=found, reasons=listed, by=f"{organisation.name} · {by.name}", organisation=organisation.key,
        on=on, at=timezone.now(),
    )  # fmt: skip
    found.state = Assessment.State.RETURNED
    found.changed_at = timezone.now()
    found.save(update_fields=["state", "changed_at"])
    notifications.settle("assessment", found.number, "assessment.submitted", by=by.name)
    said = "；".join(one["text"] for one in listed)
    ledger.record(
        "assessment.returned", subject=found.subject, by=by, organisation=organisation, on=on,
        region_code=found.region_code, cite=["cn-2024-1/7.1.c"],
        sentence={
            "zh": f"退回自评报告 {found.number}：{said}"[:500],
            "en": f"gave back self-assessment {found.number}: {said}"[:500],
        },
        payload={"reasons": listed, "hash": found.frozen_hash},
    )  # fmt: skip
    notifications.tell(
        "assessment.returned", to=("enterprise", found.holder), about=found.subject,
        text={
            "zh": f"自评报告 {found.number} 被退回，共 {len(listed)} 条意见，请修改后重新提交。",
            "en": f"Self-assessment {found.number} was given back with {len(listed)} points; mend and submit it again.",
        },
    )  # fmt: skip
    return given


@transaction.atomic
def withdraw(assessment: Assessment, *, by: Person, on: date) -> Assessment:
    """Take an account back (撤回): what it stated is taken back with it, what it said stays readable."""
    found = locked(assessment)
    check_can_withdraw(by, found, on=on)
    edition = editions.active()
    for sequence in found.submissions.values_list("sequence", flat=True):
        facts.withdraw(edition, _act(found, sequence))
    was = found.state
    found.state = Assessment.State.WITHDRAWN
    found.changed_at = timezone.now()
    found.save(update_fields=["state", "changed_at"])
    notifications.settle("assessment", found.number, "assessment.submitted", by=by.name)
    notifications.settle("assessment", found.number, "assessment.returned", by=by.name)
    ledger.record(
        "assessment.withdrawn", subject=found.subject, by=by, on=on, region_code=found.region_code,
        cite=["cn-2024-1/7.3"], payload={"was": was},
        sentence={"zh": f"撤回评估 {found.number}", "en": f"withdrew assessment {found.number}"},
    )  # fmt: skip
    return found


def commitment_text(edition: Edition | None = None) -> dict[str, str]:
    """The truth commitment (真实性承诺) that is agreed to, in both languages."""
    words = (edition or editions.active()).words["commitment"]["self_assessment"]
    return {"zh": words["zh"], "en": words["en"]}


def _check_ready(view: View) -> None:
    """Only what makes a report worthless stops it, and hints an enterprise has not explained yet."""
    own = view.assessment.party == Assessment.Party.SELF
    stopping = [*view.blocking, *(view.asking if own else ())]
    if stopping:
        raise NotReady(stopping)


def _write(
    found: Assessment, frozen: Frozen, view: View, commitment: Mapping[str, str], to: Receiver, *, by: Person, on: date
) -> None:
    found.state = Assessment.State.SUBMITTED
    found.submitted_on, found.submitted_by = on, by.name
    found.frozen, found.frozen_hash = frozen.text, frozen.hash
    found.edition = view.ground.edition.id
    found.save(
        update_fields=["state", "submitted_on", "submitted_by", "frozen", "frozen_hash", "edition", "changed_at"]
    )
    Submission.objects.create(
        assessment=found, sequence=_next_sequence(found), content=frozen.text, hash=frozen.hash,
        commitment=commitment["zh"], low=found.low, high=found.high, verdict=found.verdict, by=by.name, on=on,
        at=timezone.now(), to_kind=to.to, to_key=found.region_code, by_default=to.by_default,
    )  # fmt: skip
    Return.objects.filter(assessment=found, answered_on=None).update(answered_on=on)


def _verb(found: Assessment) -> str:
    return "assessments.submit" if found.party == Assessment.Party.SELF else "engagements.answer"


def _next_sequence(found: Assessment) -> int:
    last = found.submissions.order_by("-sequence").values_list("sequence", flat=True).first()
    return (last or 0) + 1


def _state(
    edition: Edition,
    found: Assessment,
    view: View,
    evidence: tuple[str, ...],
    *,
    by: Person,
    organisation: Organisation,
    on: date,
) -> None:
    """The day is a fact; passing is one only where the verdict is certain. Undecided says nothing."""
    said = {"self_assessment_on": on.isoformat()}
    passed = {"pass": True, "fail": False}.get(str(view.result.verdict))
    statements = [
        Statement("mine", found.mine, name, value, since=on, evidence=evidence) for name, value in said.items()
    ]
    if passed is not None:
        statements.append(Statement("mine", found.mine, "self_assessment_passed", passed, since=on, evidence=evidence))
    source = Source("enterprise", organisation.key, f"{organisation.name} · {by.name}")
    sequence = found.submissions.order_by("-sequence").values_list("sequence", flat=True).first()
    facts.state_many(edition, statements, source=source, act=_act(found, sequence or 1))


def _act(found: Assessment, sequence: int) -> str:
    return f"assessment:{found.number}:{sequence}"


def _tell(found: Assessment, mine: Mine, to: Receiver) -> None:
    notifications.settle("assessment", found.number, "assessment.returned", by=found.submitted_by)
    notifications.settle("mine", found.mine, "assessment.due", by=found.submitted_by)
    default = "" if not to.by_default else "（接收层级为默认口径）"
    default_en = "" if not to.by_default else " (the receiving level is our default)"
    notifications.tell(
        "assessment.submitted", to=(to.to, found.region_code), about=found.subject,
        text={
            "zh": f"“{mine.name}”提交了自评报告 {found.number}，请审阅{default}。",
            "en": f"{mine.name} submitted self-assessment {found.number}: please read it{default_en}.",
        },
    )  # fmt: skip


def _cited(found: Assessment, to: Receiver) -> list[str]:
    if found.party != Assessment.Party.SELF:
        return ["cn-2024-1/8.2.b"]
    return list(dict.fromkeys(["cn-2024-1/7.1.a", "cn-2024-1/7.3", to.cite]))


def _reasons(found: Assessment, reasons: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    content = json.loads(found.frozen) if found.frozen else {"answers": []}
    known = {one["indicator"] for one in content["answers"]}
    listed = []
    for reason in reasons:
        text, indicator = str(reason.get("text", "")).strip(), str(reason.get("indicator", ""))
        if not text:
            continue
        if indicator and indicator not in known:
            raise CannotAssess(f"该报告没有“{indicator}”这一项。", f"The report has no item {indicator!r}.")
        if len(text) > LONGEST_REASON:
            raise CannotAssess(
                f"每条意见最多 {LONGEST_REASON} 字，请缩短。", f"A point has at most {LONGEST_REASON} characters."
            )
        listed.append({"indicator": indicator, "text": text})
    if not listed:
        raise CannotAssess("请填写退回理由。", "Give the reasons for which it is given back.")
    if len(listed) > MOST_REASONS:
        raise CannotAssess(f"一次最多 {MOST_REASONS} 条意见。", f"At most {MOST_REASONS} points at once.")
    return listed
