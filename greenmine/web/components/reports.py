"""A submitted assessment exactly as it was frozen (存档), drawn from its own record and not from what stands today."""

from __future__ import annotations

import json
from fractions import Fraction
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from greenmine.assessment import scoring
from greenmine.assessment.models import Assessment, ItemEvidence, Submission
from greenmine.law.indicators import Standard
from greenmine.papers.models import Paper
from greenmine.web.components.assessments import headline, said
from greenmine.web.components.files import file_response

PAPER_FORMS = ("docx", "pdf")


def frozen_page(assessment: Assessment, *, wanted: str = "") -> dict[str, Any] | None:
    """What a page shows of a submission (the last one unless another is asked for); None where there is none."""
    submissions = list(assessment.submissions.order_by("-sequence"))
    chosen = _chosen(submissions, wanted)
    if chosen is None:
        return None
    content = json.loads(chosen.content)
    standard = scoring.standard_by(content["standard"]["id"], content["standard"]["digest"])
    paper = paper_of(assessment)
    return {
        "submission": chosen,
        "submissions": submissions,
        "content": content,
        "standard": standard,
        "whole": sha256(chosen.content.encode()).hexdigest() == chosen.hash,
        "summary": _summary(standard, content["result"]),
        "preconditions": _rows(standard.preconditions or (), content, assessment),
        "sections": _sections(standard, content, assessment),
        "facts": content["facts"],
        "hints": _hints(standard, content),
        "forms": PAPER_FORMS if paper is not None and chosen.pk == submissions[0].pk else (),
    }


def frozen_file(request: HttpRequest, assessment: Assessment, form: str) -> HttpResponseBase | None:
    """The last submission as a file: its record with the hash, or the paper made of it; None for anything else."""
    last = assessment.submissions.order_by("-sequence").first()
    if last is None:
        return None
    if form == "json":
        response = HttpResponse(last.content, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{assessment.number}-{last.hash[:12]}.json"'
        return response
    paper = paper_of(assessment) if form in PAPER_FORMS else None
    return file_response(request, getattr(paper, form)) if paper is not None else None


def paper_of(assessment: Assessment) -> Paper | None:
    """The report as a paper (自评报告), the latest one."""
    papers = Paper.objects.filter(
        subject_kind="assessment", subject_key=assessment.number, kind="self-assessment-report"
    )
    return papers.select_related("docx__file", "pdf__file").order_by("-pk").first()


def _chosen(submissions: list[Submission], wanted: str) -> Submission | None:
    if not wanted:
        return submissions[0] if submissions else None
    return next((one for one in submissions if str(one.sequence) == wanted), None)


def _summary(standard: Standard, result: dict[str, Any]) -> dict[str, Any]:
    """The frozen result as the summary draws one."""
    marks = standard.pass_marks
    names = {part.id: part.name for part in scoring.parts(standard)}
    total, possible = ((one[0], one[1]) for one in (result["total"], result["possible"]))
    points, ratio = standard.points, result["ratio"]
    on_scale = (int(Fraction(ratio[0]) * points), int(Fraction(ratio[1]) * points)) if ratio and points else None
    due = [one for one in result["items"] if one["applies"] is not False]
    return {
        **headline(standard, total, possible, on_scale),
        "verdict": result["verdict"],
        "dimensions": [
            {
                "id": one["id"],
                "name": standard.dimension(one["id"]).name,
                "low": one["low"],
                "high": one["high"],
                "possible": one["possible"][1],
                "mark": one["possible"][1] * marks.dimension_ratio if marks.dimension_ratio else None,
                "reached": one["reached"],
            }
            for one in result["dimensions"]
        ],
        "vetoes": [{"id": one, "name": names.get(one, {"zh": one, "en": one})} for one in result["vetoes"]],
        "reasons": [*([result["refused"]] if result["refused"] else []), *result["reasons"]],
        "answered": sum(one["state"] != "unanswered" or one["decided_by_fact"] for one in due)
        + sum(one["outcome"] is not None for one in result["preconditions"]),
        "asked": len(due) + len(result["preconditions"]),
    }


def _sections(standard: Standard, content: dict[str, Any], assessment: Assessment) -> list[dict[str, Any]]:
    rows = {row["id"]: row for row in _rows(standard.indicators, content, assessment)}
    return [
        {
            "id": dimension.id,
            "name": dimension.name,
            "points": dimension.points,
            "parts": [
                {"name": category.name, "rows": [rows[one.id] for one in category.indicators]}
                for category in dimension.categories
            ],
        }
        for dimension in standard.dimensions
    ]


def _rows(parts: Any, content: dict[str, Any], assessment: Assessment) -> list[dict[str, Any]]:
    """Each item as it was answered, what counted, and what proved it."""
    answers = {one["indicator"]: one for one in content["answers"]}
    counted = {one["id"]: one for one in (*content["result"]["preconditions"], *content["result"]["items"])}
    proofs: dict[str, list[dict[str, Any]]] = {}
    files = _files(assessment)
    for one in content["evidence"]:
        proofs.setdefault(one["indicator"], []).append({**one, "file": files.get(one["sha256"])})
    hints: dict[str, list[dict[str, Any]]] = {}
    for one in content["hints"]:
        hints.setdefault(one["indicator"], []).append(one)
    return [
        {
            "id": part.id,
            "name": part.name,
            "kind": getattr(part, "kind", None),
            "points": getattr(part, "points", None),
            "answer": answers.get(part.id, {}),
            "said": said(part, SimpleNamespace(**answers[part.id])) if part.id in answers else "",
            "item": counted.get(part.id, {}),
            "evidence": proofs.get(part.id, ()),
            "hints": hints.get(part.id, ()),
        }
        for part in parts
    ]


def _files(assessment: Assessment) -> dict[str, int]:
    """Where the content of each hash can be opened; evidence taken off since is still that of the submission."""
    kept = ItemEvidence.objects.filter(assessment=assessment, provenance__isnull=False).order_by("pk")
    return dict(kept.values_list("sha256", "provenance_id"))


def _hints(standard: Standard, content: dict[str, Any]) -> list[dict[str, Any]]:
    names = {part.id: part.name for part in scoring.parts(standard)}
    return [{**one, "name": names.get(one["indicator"])} for one in content["hints"] if one["severity"] != "notes"]
