"""What can happen to a report (第三方评估报告): drafted, reviewed inside by three persons, filed, returned, accepted, revised."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.assessment import actions as assessment
from greenmine.assessment.models import Assessment, ItemAnswer, ItemEvidence
from greenmine.assessors import actions as assessors
from greenmine.assessors import numbers
from greenmine.assessors.models import Engagement, Review
from greenmine.editions import queries as editions
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.fieldwork import engaged, queries, report_content, report_paper
from greenmine.fieldwork.hindrances import hindrances
from greenmine.fieldwork.models import Fieldwork, Report
from greenmine.fieldwork.permissions import LONGEST_TEXT, CannotWork, check_can_work, check_leads
from greenmine.ledger import actions as ledger
from greenmine.papers import actions as papers
from greenmine.papers.models import Paper

FILING = ("cn-2024-1/8.6.b", "cn-2024-1/8.6.c", "cn-2024-1/8.6.d", "cn-2024-1/8.6.f", "cn-2024-1/8.6.g")


def commitment_text() -> dict[str, str]:
    """The truth commitment (真实性承诺) that the signatory agrees to, in both languages; the Chinese text is kept."""
    words = editions.active().words["commitment"]["third_party"]
    return {"zh": words["zh"], "en": words["en"]}


@transaction.atomic
def draft_report(
    file: Fieldwork, *, conclusion: str, recommendations: str, by: Person, organisation: Organisation, on: date
) -> Report:
    """Draft the report (编制报告) or change the draft. CannotWork lists everything that is still missing."""
    check_can_work(by, file, on=on)
    check_leads(by, file)
    waiting = hindrances(file, on=on)
    if waiting:
        zh, en = "；".join(one["zh"] for one in waiting), "; ".join(one["en"] for one in waiting)
        raise CannotWork(f"还不能编制报告：{zh}。", f"The report cannot be made yet: {en}.")
    if not conclusion.strip():
        raise CannotWork("请填写评估结论说明。", "Write the conclusion in words.")
    if max(len(conclusion), len(recommendations)) > LONGEST_TEXT:
        raise CannotWork(f"每段文字最多 {LONGEST_TEXT} 字。", f"Each text has at most {LONGEST_TEXT} characters.")
    Fieldwork.objects.select_for_update().get(pk=file.pk)
    report = queries.latest_report(file)
    if report is None or report.state == Report.State.RETURNED:
        report = _new_version(file, report, by=by, on=on)
    if report.state not in (Report.State.DRAFT, Report.State.REVIEW):
        raise CannotWork(
            f"报告 {report.number} {report.get_state_display()}，不能修改。",
            f"Report {report.number} cannot be changed.",
        )
    if report.state == Report.State.REVIEW and _signed(file, report):
        raise CannotWork(
            "报告正在内部审核，不能修改；审核人退回后再改。", "It is under review: it changes once sent back."
        )
    report.conclusion, report.recommendations = conclusion.strip(), recommendations.strip()
    content = report_content.gather(file, report)
    report.content, report.content_hash = content, digest(content)
    report.verdict, report.low, report.high = (content["result"][key] for key in ("verdict", "low", "high"))
    report.state, report.drafted_by, report.drafted_on = Report.State.REVIEW, by.name, on
    report.save()
    _say(
        report, "report_drafted", by=by, organisation=organisation, on=on, cite=["cn-2024-1/8.6.b"],
        zh=f"编制报告 {report.number}（{report.content_hash[:12]}），进入内部审核",
        en=f"drafted report {report.number} ({report.content_hash[:12]}) for internal review",
    )  # fmt: skip
    return report


def _new_version(file: Fieldwork, before: Report | None, *, by: Person, on: date) -> Report:
    version = before.version + 1 if before is not None else 1
    number = before.number.rsplit("-", 1)[0] if before is not None else numbers.take_yearly("PG", on)
    return Report(fieldwork=file, number=f"{number}-{version}", version=version, drafted_by=by.name, drafted_on=on)


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of a report's content: what the three sign, and what is filed."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _signed(file: Fieldwork, report: Report) -> bool:
    """Whether somebody passed this very content and nobody sent it back since."""
    last = engaged.engagement(file.engagement).reviews.order_by("-id").first()
    return last is not None and last.passed and last.report_hash == report.content_hash


@transaction.atomic
def review_report(
    report: Report,
    role: str,
    *,
    seen_hash: str,
    passed: bool,
    comment: str,
    by: Person,
    organisation: Organisation,
    on: date,
) -> Review:
    """One of the three reviews exactly what he saw (内部审核); sent back, the leader changes it and the round begins anew."""
    file = report.fieldwork
    check_can_work(by, file, on=on)
    locked = Report.objects.select_for_update().get(pk=report.pk)
    if locked.state != Report.State.REVIEW:
        raise CannotWork("报告不在内部审核阶段。", "The report is not under review.")
    if locked.content_hash != seen_hash:
        raise CannotWork("报告内容已修改，请重新查看后再审核。", "The report has changed: look at it again.")
    found = engaged.engagement(file.engagement)
    return assessors.review(
        found, role, locked.content_hash, passed=passed, by=by, organisation=organisation, on=on, comment=comment
    )


@transaction.atomic
def file_report(report: Report, *, agreed: bool, by: Person, organisation: Organisation, on: date) -> Report:
    """File the report with the commissioning side (提交报告): the signatory agrees to the commitment, everything is frozen."""
    file = report.fieldwork
    check_can_work(by, file, on=on)
    locked = Report.objects.select_for_update(of=("self",)).select_related("fieldwork").get(pk=report.pk)
    if locked.state != Report.State.REVIEW:
        raise CannotWork("报告不在可提交的阶段。", "This is not the time to file the report.")
    if not agreed:
        raise CannotWork(
            "请先阅读并签署真实性承诺，再提交报告。", "Read and sign the truth commitment before the report is filed."
        )
    waiting = hindrances(file, on=on)
    if waiting or digest(report_content.gather(file, locked)) != locked.content_hash:
        raise CannotWork(
            "审核之后记录又有变化，请项目负责人重新编制报告。",
            "Records changed since the review: draft the report again.",
        )
    _submit_assessment(file, by=by, organisation=organisation, on=on)
    assessors.file_report(
        engaged.engagement(file.engagement), locked.content_hash, by=by, organisation=organisation, on=on
    )
    locked.commitment, locked.committed_by = commitment_text()["zh"], by.name
    locked.state, locked.filed_on = Report.State.FILED, on
    locked.paper = _paper(locked, by=by, organisation=organisation, on=on)
    locked.save()
    _state(locked, by=by, organisation=organisation, on=on)
    _say(
        locked, "report_filed", by=by, organisation=organisation, on=on, cite=FILING,
        zh=f"提交第三方评估报告 {locked.number}，结论：{report_paper.VERDICTS[locked.verdict]}，校验值 {locked.content_hash}",
        en=f"filed third-party report {locked.number}, verdict {locked.verdict}, hash {locked.content_hash}",
    )  # fmt: skip
    return locked


def _submit_assessment(file: Fieldwork, *, by: Person, organisation: Organisation, on: date) -> None:
    target = Assessment.objects.get(number=file.assessment)
    if target.is_open:
        assessment.submit(target, agreed=True, by=by, on=on, organisation=organisation)


def _paper(report: Report, *, by: Person, organisation: Organisation, on: date) -> Paper:
    file = report.fieldwork
    made = papers.make(
        "assessment-report", report_paper.fields_of(report), subject=("engagement", file.engagement),
        region_code=file.region_code, by=by, organisation=organisation, on=on,
    )  # fmt: skip
    return papers.sign(made, by=by, on=on)


def _state(report: Report, *, by: Person, organisation: Organisation, on: date) -> None:
    """What the third party found becomes facts, with the report as evidence; an undecided verdict says nothing."""
    passed = {"pass": True, "fail": False}.get(report.verdict)
    if passed is None or report.paper is None:
        return
    evidence = (str(report.paper.pdf_id),)
    failed = sum(one["kind"] == "binding" and one["met"] is False for one in report.content["items"])
    said = {"third_party_passed": passed, "binding_indicators_failed": failed}
    statements = [
        Statement("mine", report.fieldwork.mine, name, value, since=on, evidence=evidence)
        for name, value in said.items()
    ]
    source = Source(organisation.actor, organisation.key, f"{organisation.name} · {by.name}")
    facts.state_many(editions.active(), statements, source=source, act=f"report:{report.number}")


@transaction.atomic
def return_report(
    report: Report, reasons: Sequence[str], *, by: Person, organisation: Organisation, on: date
) -> Report:
    """The commissioning side gives the report back with every defect at once (退回补正); what it stated is taken back."""
    locked = _filed(report)
    assessors.return_report(
        engaged.engagement(locked.fieldwork.engagement), reasons, by=by, organisation=organisation, on=on
    )
    locked.state, locked.returned_on, locked.returned_by = Report.State.RETURNED, on, f"{organisation.name} · {by.name}"
    locked.return_reasons = "\n".join(one.strip() for one in reasons if one.strip())
    locked.save(update_fields=["state", "returned_on", "returned_by", "return_reasons"])
    facts.withdraw(editions.active(), f"report:{locked.number}")
    _say(
        locked, "report_returned", by=by, organisation=organisation, on=on,
        zh=f"退回报告 {locked.number}：{locked.return_reasons}"[:500], en=f"returned report {locked.number}",
    )  # fmt: skip
    return locked


@transaction.atomic
def accept_report(report: Report, *, by: Person, organisation: Organisation, on: date) -> Report:
    """The commissioning side accepts the report (验收报告); the fieldwork is closed."""
    locked = _filed(report)
    assessors.accept_report(engaged.engagement(locked.fieldwork.engagement), by=by, organisation=organisation, on=on)
    locked.state, locked.accepted_on = Report.State.ACCEPTED, on
    locked.save(update_fields=["state", "accepted_on"])
    Fieldwork.objects.filter(pk=locked.fieldwork_id).update(closed_on=on)
    _say(
        locked, "report_accepted", by=by, organisation=organisation, on=on,
        zh=f"验收报告 {locked.number}", en=f"accepted report {locked.number}",
    )  # fmt: skip
    return locked


def _filed(report: Report) -> Report:
    locked = Report.objects.select_for_update(of=("self",)).select_related("fieldwork").get(pk=report.pk)
    if locked.state != Report.State.FILED:
        raise CannotWork(
            f"报告 {locked.number} {locked.get_state_display()}，不能办理。",
            f"Report {locked.number} is {locked.state}.",
        )
    return locked


@transaction.atomic
def revise(file: Fieldwork, *, by: Person, organisation: Organisation, on: date) -> Assessment:
    """Open the answers again after a return (修改评估): the returned account stays as it was, a copy of it is worked on."""
    check_can_work(by, file, on=on)
    check_leads(by, file)
    last = queries.latest_report(file)
    before = Assessment.objects.get(number=file.assessment)
    if last is None or last.state != Report.State.RETURNED:
        raise CannotWork("只有委托方退回的报告可以修改评估结论。", "Results change only after a report was returned.")
    if before.is_open:
        return before
    assessment.withdraw(before, by=by, on=on)
    made = assessment.open_for_engagement(
        file.engagement,
        file.mine,
        party=before.party,
        standard_id=file.standard,
        by=by,
        organisation=organisation,
        on=on,
    )
    _copy(before, made, by=by, on=on)
    Fieldwork.objects.filter(pk=file.pk).update(
        assessment=made.number, standard=made.standard, standard_digest=made.standard_digest
    )
    file.refresh_from_db()
    return made


def _copy(before: Assessment, after: Assessment, *, by: Person, on: date) -> None:
    versions = dict(after.items.values_list("indicator", "version"))
    for row in ItemAnswer.objects.filter(assessment=before).exclude(state="unanswered").order_by("id"):
        draft = assessment.Draft(row.state, row.score, row.met, row.comment, row.reason, row.effort)
        assessment.answer(after, row.indicator, draft, seen=versions.get(row.indicator, 0), by=by, on=on)
    for link in ItemEvidence.objects.filter(assessment=before, detached_at=None).select_related("provenance"):
        if link.provenance is not None:
            assessment.attach(after, link.indicator, need=link.need, provenance=link.provenance, by=by, on=on)


def reviews_of(report: Report) -> list[Review]:
    """What the three said of exactly this content."""
    found: Engagement = engaged.engagement(report.fieldwork.engagement)
    return list(found.reviews.filter(report_hash=report.content_hash).order_by("id"))


def _say(
    report: Report, verb: str, *, zh: str, en: str, by: Person, organisation: Organisation, on: date,
    cite: Sequence[str] = (),
) -> None:  # fmt: skip
    ledger.record(
        f"fieldwork.{verb}", subject=("engagement", report.fieldwork.engagement), by=by, organisation=organisation,
        on=on, sentence={"zh": zh, "en": en}, cite=list(cite), region_code=report.fieldwork.region_code,
        payload={"report": report.number, "hash": report.content_hash},
    )  # fmt: skip
