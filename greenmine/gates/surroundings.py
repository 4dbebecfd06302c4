"""What a gate sees beside the facts (关口旁证): the third party's report and who made it, the holder's other mines.

Read from the registers in the caller's transaction and kept with the check, so that it can be read again as it was seen.
A report of an agency that is debarred, or about which misconduct was verified, stops; an open inquiry has to be settled or
passed on a ground; the control chain is shown as risk and is never a ground.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from greenmine.assessors import queries as assessors
from greenmine.assessors.models import Engagement
from greenmine.editions.gates import Gate
from greenmine.evaluation.gating import FINE, RISK, STOPS, UNKNOWN, Line
from greenmine.evaluation.models import MineStanding
from greenmine.integrity.models import Inquiry, Recheck
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine

NOT_ACCEPTED = "cn-2024-1/17.0.8"
LOOKED_AT_AGAIN = {Recheck.Outcome.REASSESS: "建议重新评估", Recheck.Outcome.CLUE: "移交问题线索"}
IN_ENGLISH = {Recheck.Outcome.REASSESS: "to be assessed again", Recheck.Outcome.CLUE: "passed on as a clue"}


def seen(gate: Gate, mine: Mine, *, on: date) -> list[dict[str, Any]]:
    """The lines of a gate that rest on registers, as plain values."""
    lines: list[Line] = []
    if gate.report:
        lines += _report(mine, on)
    if gate.control:
        lines += _control(mine, on)
    return [line.as_json() for line in lines]


def report_of(mine_key: str, *, on: date) -> Engagement | None:
    """The engagement whose report a mine's selection rests on: the latest one filed."""
    filed = Engagement.objects.filter(mine=mine_key, filed_on__lte=on).exclude(purpose=Engagement.Purpose.BLIND)
    return filed.select_related("agency").order_by("-filed_on", "-id").first()


def _report(mine: Mine, on: date) -> Iterator[Line]:
    report = report_of(mine.key, on=on)
    if report is None:
        return
    yield _debarred(report, on)
    for inquiry in _inquiries(report, on):
        yield _inquiry(report, inquiry, on)
    for member in assessors.team_of(report):
        held = assessors.debarment("assessor", member.assessor.key, on)
        if held is not None:
            yield _named(report, f"person:{member.assessor.key}", held.since, held.until, held.decision_number,
                         "评估组成员已列入黑名单", "a member of the assessing team is debarred")  # fmt: skip


def _debarred(report: Engagement, on: date) -> Line:
    held = assessors.debarment("agency", report.agency.key, on)
    if held is not None:
        return _named(report, "agency", held.since, held.until, held.decision_number, "评估机构已列入黑名单", "the assessing agency is debarred")  # fmt: skip
    what = {"zh": "第三方评估机构", "en": "the assessing agency"}
    why = {
        "zh": f"{report.agency.name}（{report.number}）未列入黑名单。",
        "en": f"{report.agency.name} ({report.number}) is not debarred.",
    }
    return Line(FINE, "report:agency", what, why, cite=(NOT_ACCEPTED,))


def _named(report: Engagement, key: str, since: date, until: date, decision: str, zh: str, en: str) -> Line:
    why = {
        "zh": f"{report.agency.name} 的报告（{report.number}）：{decision}，自 {since} 起至 {until} 前评估服务不予采信。",
        "en": f"report {report.number} of {report.agency.name}: by {decision} its services are not accepted from {since} until {until}.",
    }
    return Line(STOPS, f"report:{key}", {"zh": zh, "en": en}, why, True, (), (NOT_ACCEPTED,), token=decision)


def _inquiries(report: Engagement, on: date) -> list[Inquiry]:
    """The inquiries about the report itself, and the open ones about its agency."""
    of_report = Q(signals__engagement=report.number) | Q(rechecks__engagement=report.number)
    still_open = Q(agency=report.agency.key) & (Q(closed_on__isnull=True) | Q(closed_on__gt=on))
    found = Inquiry.objects.filter(of_report | still_open, opened_on__lte=on)
    return list(found.distinct().order_by("id"))


def _inquiry(report: Engagement, inquiry: Inquiry, on: date) -> Line:
    about = {"zh": f"评估失信调查 {inquiry.number}", "en": f"misconduct inquiry {inquiry.number}"}
    key, cite = f"report:inquiry:{inquiry.number}", (inquiry.ground,)
    decided = inquiry.decided_on is not None and inquiry.decided_on <= on
    if decided and inquiry.outcome == "refuted":
        return Line(FINE, key, about, {"zh": "查无实据。", "en": "it was refuted."}, cite=cite)
    again = inquiry.rechecks.filter(engagement=report.number, on__lte=on).first() if decided else None
    if again is not None and again.outcome == Recheck.Outcome.STANDS:
        why = {"zh": f"已复核该报告：{again.note}", "en": f"the report was looked at again and stands: {again.note}"}
        return Line(FINE, key, about, why, cite=cite)
    if again is not None and again.outcome in LOOKED_AT_AGAIN:
        outcome = Recheck.Outcome(again.outcome)
        why = {
            "zh": f"该报告复核结论：{LOOKED_AT_AGAIN[outcome]}。{again.note}",
            "en": f"the report was looked at again: {IN_ENGLISH[outcome]}. {again.note}",
        }
        return Line(STOPS, key, about, why, True, (), cite, token=outcome)
    if decided and inquiry.signals.filter(engagement=report.number).exists():
        why = {
            "zh": f"已查实涉及该报告的失信行为（{inquiry.decision_number or inquiry.decided_on}）。",
            "en": f"misconduct about this report was verified ({inquiry.decision_number or inquiry.decided_on}).",
        }
        return Line(STOPS, key, about, why, True, (), cite, token=inquiry.outcome)
    if decided:
        why = {
            "zh": "机构另案查实，该报告尚未复核。",
            "en": "verified in another matter; this report was not looked at again yet.",
        }
        return Line(UNKNOWN, key, about, why, True, (), cite, token=inquiry.outcome)
    why = {"zh": f"{inquiry.opened_on} 立案，尚未办结。", "en": f"opened on {inquiry.opened_on} and not decided yet."}
    return Line(UNKNOWN, key, about, why, True, (), cite, token=inquiry.state)


def _control(mine: Mine, on: date) -> Iterator[Line]:
    """Other mines of the holder and of those who control it: a note; mines of another enterprise stay unnamed."""
    sisters: dict[str, Mine] = {one.key: one for one in registry.sister_mines(mine, on=on)}
    standings = MineStanding.objects.filter(mine__in=list(sisters), grounds__gt=0).order_by("mine")
    for place, standing in enumerate(standings, start=1):
        own = sisters[standing.mine].holder_id == mine.holder_id
        name = f"“{sisters[standing.mine].name}”" if own else "控股企业所属的另一矿山"
        name_en = f"“{sisters[standing.mine].name}”" if own else "another mine of the controlling enterprise"
        what = {"zh": "同一采矿权人或控制链的其他矿山", "en": "other mines of the holder or its control chain"}
        why = {
            "zh": f"{name}涉嫌存在移出情形（{standing.judged_on} 判定，待确认），仅作风险提示，不作为本矿山的依据。",
            "en": f"at {name_en} a ground for removal seems present (judged on {standing.judged_on}, to be confirmed): risk only.",
        }
        yield Line(RISK, f"control:{place}", what, why)
