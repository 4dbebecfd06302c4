"""The preliminary review (初审): automatic findings to be remarked on, the departments' opinions, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from greenmine.editions import queries as editions
from greenmine.evaluation.reading import judge_mine
from greenmine.procedures.models import Case, Opinion
from greenmine.selection import tables
from greenmine.selection.models import Application, Review
from greenmine.selection.recording import Act

RANK = {"breached": 0, "unknown": 1, "pending": 2, "satisfied": 3}


def findings_of(application: Application, *, on: date) -> list[dict[str, Any]]:
    """What the rules come to for the mine today, the worst first (系统判定): opinions of the rulebook, decisions of nobody."""
    edition = editions.active()
    judgement = judge_mine(edition, application.mine, on=on, known_at=timezone.now())
    found = [
        {
            "rule": one.rule.id,
            "outcome": str(one.outcome),
            "zh": one.rule.title["zh"],
            "en": one.rule.title["en"],
            "why": dict(one.reason),
            "missing": list(one.missing),
            "cite": list(one.rule.provisions),
            "flags": list(one.flags),
        }
        for one in judgement.findings
        if one.rule.kind in tables.review_kinds() and one.rule.bound == "enterprise" and str(one.outcome) in RANK
    ]
    return sorted(found, key=lambda one: (RANK[one["outcome"]], one["rule"]))


def opinions_of(case: Case, *, on: date) -> list[dict[str, Any]]:
    """The departments' opinions as they stand; one that is late is shown late, never as agreement."""
    rows = Opinion.objects.filter(case=case).order_by("entry", "id")
    return [
        {
            "department": row.department,
            "organisation": row.organisation_name,
            "verdict": row.verdict,
            "text": row.text,
            "asked_on": row.asked_on.isoformat(),
            "due_on": row.due_on.isoformat() if row.due_on else None,
            "given_on": row.given_on.isoformat() if row.given_on else None,
            "standing": row.standing(on),
            "by": row.by_name,
        }
        for row in rows
    ]


def write_review(
    application: Application,
    case: Case,
    act: Act,
    *,
    passed: bool,
    reasons: str,
    remarks: Sequence[Mapping[str, Any]] = (),
) -> Review:
    """Keep a review as it was: what was seen, what was said, and who concluded."""
    return Review.objects.create(
        application=application, findings=findings_of(application, on=act.on), opinions=opinions_of(case, on=act.on),
        passed=passed, reasons=reasons, remarks=list(remarks), by=act.who, by_id=act.by.pk, organisation=act.organisation.key, on=act.on,
    )  # fmt: skip
