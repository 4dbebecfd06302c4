"""Going up (上报): the bundle that is handed over, its digest, and when the authority above received it; the government's consent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from greenmine.fieldwork.models import Report
from greenmine.papers import queries as papers
from greenmine.selection.models import Application, Consent, Forwarding
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.recording import Act

# step → the level it goes to; None: to the government of the same level
LEVELS: Mapping[str, str] = {
    "forward": "city", "report_review": "province", "report_passed": "province", "forward_league": "city",
    "forward_region": "province", "ask_consent": "county",
}  # fmt: skip
RECEIVES: Mapping[str, str] = {
    "receive": "forward", "receive_review": "report_review", "receive_passed": "report_passed",
    "receive_league": "forward_league", "receive_region": "forward_region",
}  # fmt: skip


def bundle_of(application: Application) -> list[dict[str, str]]:
    """Everything an application consists of by now: what was filed, the report, the consent, the notices, the papers."""
    found = [{"kind": "application", "key": application.number, "digest": application.filed_hash}]
    if application.assessment:
        found.append({"kind": "assessment", "key": application.assessment, "digest": application.assessment_hash})
    reports = Report.objects.filter(fieldwork__engagement=application.engagement, state=Report.State.ACCEPTED)
    if application.engagement:
        found += [{"kind": "report", "key": one.number, "digest": one.content_hash} for one in reports]
    for consent in application.consents.filter(given=True).select_related("evidence"):
        digest = consent.evidence.file_id if consent.evidence is not None else ""
        found.append({"kind": "consent", "key": consent.document, "digest": digest})
    if application.notice:
        found.append({"kind": "notice", "key": application.notice, "digest": ""})
    return found + [
        {"kind": "paper", "key": paper.number or f"{paper.kind}#{paper.pk}", "digest": paper.content_hash}
        for paper in papers.standing(papers.about(*application.subject)).order_by("id")
    ]


def send(application: Application, step: str, act: Act) -> Forwarding:
    """Hand the bundle over to the level above."""
    bundle = bundle_of(application)
    digest = sha256(json.dumps(bundle, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return Forwarding.objects.create(
        application=application, step=step, organisation=act.organisation.key, organisation_name=act.organisation.name,
        to_level=LEVELS[step], bundle=bundle, digest=digest, by=act.by.name, on=act.on,
    )  # fmt: skip


def receive(application: Application, step: str, act: Act) -> Forwarding:
    """Receive what was sent (接收): the time is kept."""
    sent = application.forwardings.filter(step=RECEIVES[step], received_on=None).order_by("-id").first()
    if sent is None:
        raise CannotSelect("没有待接收的上报材料", "nothing was sent that waits to be received")
    sent.received_by, sent.received_on, sent.received_at = act.who, act.on, datetime.now(UTC)
    sent.save(update_fields=["received_by", "received_on", "received_at"])
    return sent


def consent(application: Application, given: Mapping[str, Any], act: Act) -> Consent:
    """The government's consent (旗县级人民政府同意): its document and its day."""
    if given["dated_on"] > act.on:
        raise CannotSelect("文件日期不能晚于今天", "the document is dated ahead")
    return Consent.objects.create(
        application=application, given=True, document=given["document"][:100], dated_on=given["dated_on"],
        evidence_id=given["evidence"], by=act.who, organisation=act.organisation.key, on=act.on,
    )  # fmt: skip


def decline(application: Application, reasons: str, act: Act) -> Consent:
    """The government does not consent; it goes back with reasons."""
    return Consent.objects.create(
        application=application, given=False, document="", dated_on=act.on, reasons=reasons, by=act.who,
        organisation=act.organisation.key, on=act.on,
    )  # fmt: skip
