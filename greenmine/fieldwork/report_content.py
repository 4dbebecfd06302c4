"""What a third-party report says (报告内容): gathered from the records, in plain values, fixed by its hash.

The same content is frozen, signed and written into .docx and PDF: nobody types a number into a report.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenmine.assessment import queries as assessments
from greenmine.assessment.models import Assessment, ItemAnswer
from greenmine.assessment.scoring import standard_by
from greenmine.assessors.models import Engagement
from greenmine.fieldwork import desk, engaged, merging, queries
from greenmine.fieldwork.models import Fieldwork, Report, Visit
from greenmine.law.indicators import Result, Standard
from greenmine.registry.models import Mine


def gather(file: Fieldwork, report: Report) -> dict[str, Any]:
    """Everything the report says, from what was recorded."""
    assessment = Assessment.objects.get(number=file.assessment)
    standard = standard_by(file.standard, file.standard_digest)
    result = assessments.result_of(assessment)
    engagement = engaged.engagement(file.engagement)
    mine = Mine.objects.select_related("holder").filter(key=file.mine).first()
    return {
        "number": report.number,
        "version": report.version,
        "engagement": file.engagement,
        "agency": engagement.agency.name,
        "commissioned_by": engagement.commissioned_by_name,
        "mine": {"key": file.mine, "name": mine.name if mine else file.mine, "region": file.region_code},
        "holder": mine.holder.name if mine and mine.holder else "",
        "standard": {"id": standard.id, "title": dict(standard.title), "digest": file.standard_digest},
        "team": _team(engagement),
        "desk": _desk(file),
        "visits": [_visit(visit) for visit in queries.visits_of(file.assessment)],
        "questions": _questions(engagement),
        "items": _items(standard, result, assessment, _claimed(file)),
        "preconditions": _preconditions(standard, result),
        "dimensions": _dimensions(standard, result),
        "result": {
            "low": result.total[0],
            "high": result.total[1],
            "possible": list(result.possible),
            "verdict": result.verdict,
            "vetoes": list(result.vetoes),
            "digest": result.digest,
        },
        "captures": _captures(file),
        "conclusion": report.conclusion,
        "recommendations": report.recommendations,
    }


def _team(engagement: Engagement) -> list[dict[str, Any]]:
    return [
        {"name": one.assessor.name, "disciplines": list(one.disciplines), "leader": one.leader}
        for one in engaged.team(engagement)
    ]


def _desk(file: Fieldwork) -> list[dict[str, str]]:
    rows = file.desk_review.items.order_by("place")
    return [{"kind": row.kind, "name": row.zh, "outcome": row.outcome, "note": row.note} for row in rows]


def _visit(visit: Visit) -> dict[str, Any]:
    record = queries.record_of(visit)
    return {
        "number": visit.number,
        "from": visit.from_on.isoformat(),
        "until": visit.until_on.isoformat(),
        "route": visit.route,
        "members": [member.person.name for member in visit.members.all()],
        "record_hash": merging.digest(queries.canonical_of(visit)),
        "signatures": [[one.person_name, one.on.isoformat()] for one in queries.signed_by(visit)],
        "settled": {
            name: one.settlement.payload["reason"] for name, one in sorted(record.items.items()) if one.settlement
        },
    }


def _questions(engagement: Engagement) -> list[dict[str, str]]:
    return [
        {
            "text": one.text,
            "asked_on": one.asked_on.isoformat(),
            "answer": one.answer,
            "confirmed_on": one.confirmed_on.isoformat() if one.confirmed_on else "",
        }
        for one in engagement.questions.order_by("number")
    ]


def _claimed(file: Fieldwork) -> dict[str, int | None]:
    """What the mine claims of each item in its own assessment."""
    own = desk.self_assessment_of(file)
    return {} if own is None else dict(ItemAnswer.objects.filter(assessment=own).values_list("indicator", "score"))


def _items(
    standard: Standard, result: Result, assessment: Assessment, claimed: Mapping[str, int | None]
) -> list[dict[str, Any]]:
    answers = {row.indicator: row for row in ItemAnswer.objects.filter(assessment=assessment)}
    said = []
    for one in standard.indicators:
        found = result.item(one.id)
        if found.applies is False:
            continue
        answer = answers.get(one.id)
        said.append(
            {
                "id": one.id,
                "name": one.name["zh"],
                "dimension": one.dimension,
                "kind": one.kind,
                "points": one.points,
                "low": found.low,
                "high": found.high,
                "state": found.state,
                "met": found.met,
                "by_fact": found.decided_by_fact,
                "checked": one.checked,
                "self": claimed.get(one.id),
                "comment": answer.comment if answer else "",
                "reason": answer.reason if answer else "",
            }
        )
    return said


def _preconditions(standard: Standard, result: Result) -> list[dict[str, Any]]:
    names = {one.id: one.name["zh"] for one in standard.preconditions or ()}
    return [{"id": one.id, "name": names[one.id], "outcome": one.outcome} for one in result.preconditions]


def _dimensions(standard: Standard, result: Result) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "name": standard.dimension(one.id).name["zh"],
            "low": one.low,
            "high": one.high,
            "possible": list(one.possible),
            "reached": one.reached,
        }
        for one in result.dimensions
    ]


def _captures(file: Fieldwork) -> list[dict[str, Any]]:
    """The index of imagery: each picture with time, place and item; withdrawn ones are not part of the report."""
    gone = {op.op for visit in queries.visits_of(file.assessment) for op in queries.record_of(visit).withdrawn}
    rows = [row for row in queries.captures_of(file.assessment) if row.operation.op not in gone and row.provenance_id]
    return [
        {
            "item": row.item,
            "by": row.author_name,
            "taken_at": row.taken_at.isoformat(),
            "sha256": row.sha256,
            "latitude": row.latitude,
            "longitude": row.longitude,
            "accuracy_m": row.accuracy_m,
            "place": row.place,
            "notes": [one["zh"] for one in row.checks if one["weight"] != "fine"],
        }
        for row in rows
    ]
