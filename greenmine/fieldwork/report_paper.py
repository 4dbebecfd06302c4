"""A report as the fields of its paper (rulebook/papers/assessment-report.yaml): tables of items, index of imagery, team, days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from greenmine.assessment.drafts import points_words
from greenmine.assessors.models import Engagement, Review
from greenmine.assessors.models.people import Discipline, Grade
from greenmine.fieldwork import engaged, queries
from greenmine.fieldwork.models import Capture, Fieldwork, Report
from greenmine.fieldwork.photographs import CHINA

MOST_PICTURES = 100  # a paper holds so many; the index names all of them
VERDICTS = {"pass": "达到评价指标要求", "fail": "未达到评价指标要求", "undecided": "待定"}
OUTCOMES = {True: "满足", False: "不满足", None: "待核实"}
REACHED = {True: "达到", False: "未达到", None: "待定"}
Content = Mapping[str, Any]


def fields_of(report: Report) -> dict[str, Any]:
    """The named fields of the paper, from the fixed content of the report and nothing else."""
    content, file = report.content, report.fieldwork
    engagement = engaged.engagement(file.engagement)
    captures = _captures(file, content)
    return {
        "mine": content["mine"]["name"],
        "holder": content["holder"] or "—",
        "agency": content["agency"],
        "credit_code": engagement.agency.credit_code,
        "commissioner": content["commissioned_by"] or "—",
        "engagement": content["engagement"],
        "purpose": engagement.get_purpose_display(),
        "standard": content["standard"]["title"]["zh"],
        "standard_digest": content["standard"]["digest"],
        "visited_on": min((date.fromisoformat(one["from"]) for one in content["visits"]), default=None),
        "team": _team(engagement),
        "process": list(_process(content)),
        "total": _points(content["result"]["low"], content["result"]["high"]) + " 分",
        "verdict": VERDICTS[content["result"]["verdict"]],
        "reasons": [line for line in content["conclusion"].splitlines() if line.strip()],
        "preconditions": [[one["name"], OUTCOMES[one["outcome"]], ""] for one in content["preconditions"]],
        "dimensions": [
            [one["name"], _points(one["low"], one["high"]), _points(*one["possible"]), REACHED[one["reached"]]]
            for one in content["dimensions"]
        ],
        "items": [_item(number, one) for number, one in enumerate(content["items"], start=1)],
        "records": _records(content),
        "problems": [line for line in content["recommendations"].splitlines() if line.strip()],
        "questions": [
            [str(number), one["text"], one["answer"] or "—", "已确认" if one["confirmed_on"] else "未确认"]
            for number, one in enumerate(content["questions"], start=1)
        ],
        "photographs": _pictures(captures, content),
        "index": _index(content),
        "review": _review(engagement, report),
        "signers": _signers(engagement, report, content),
    }


def _team(engagement: Engagement) -> list[list[str]]:
    return [
        [
            one.assessor.name,
            "、".join(str(Discipline(field).label) for field in one.disciplines),
            str(Grade(one.assessor.grade).label),
            "项目负责人" if one.leader else "成员",
        ]
        for one in engaged.team(engagement)
    ]


def _process(content: Content) -> Iterable[str]:
    looked, wrong = len(content["desk"]), sum(one["outcome"] == "defective" for one in content["desk"])
    yield f"书面审查：审查 {looked} 项，其中缺失或不符 {wrong} 项。"
    for visit in content["visits"]:
        members = "、".join(visit["members"])
        yield f"第 {visit['number']} 次现场核查：{visit['from']} 至 {visit['until']}，{members}；路线：{visit['route']}。"
        signed = "、".join(f"{name}（{on}）" for name, on in visit["signatures"])
        yield f"现场核查记录校验值 {visit['record_hash']}，签字：{signed}。"
        for item, reason in visit["settled"].items():
            yield f"指标 {item} 成员结论不一致，项目负责人裁定：{reason}"


def _item(number: int, one: Content) -> list[str]:
    came_to = "不适用" if one["state"] == "not_applicable" else _points(one["low"], one["high"])
    words = one["reason"] if one["state"] == "not_applicable" else one["comment"]
    if one["by_fact"]:
        words = "；".join(part for part in ("依据已掌握的事实", words) if part)
    return [str(number), one["name"], points_words(one["points"]), _self(one), came_to, words]


def _self(one: Content) -> str:
    return points_words(one["self"]) if one.get("self") is not None else "—"


def _records(content: Content) -> list[list[str]]:
    """The record of every item seen on site with the numbers of its pictures."""
    numbers: dict[str, list[str]] = {}
    for place, one in enumerate(content["captures"], start=1):
        numbers.setdefault(one["item"], []).append(f"影像{place}")
    return [
        [str(number), one["name"], one["comment"] or "—", "、".join(numbers.get(one["id"], [])) or "—"]
        for number, one in enumerate(content["items"], start=1)
        if one["checked"] in ("site", "both") and one["state"] != "not_applicable"
    ]


def _index(content: Content) -> list[list[str]]:
    names = {one["id"]: one["name"] for one in content["items"]}
    return [
        [
            f"影像{place}",
            names.get(one["item"], one["item"]),
            _moment(one["taken_at"]),
            _place(one),
            "—" if one["accuracy_m"] is None else f"±{one['accuracy_m']:.0f} 米",
            one["sha256"][:16],
        ]
        for place, one in enumerate(content["captures"], start=1)
    ]


def _place(one: Content) -> str:
    found = f"{one['longitude']:.6f}, {one['latitude']:.6f}" if one["latitude"] is not None else "无定位"
    return f"{found}（{one['place']}）" if one["place"] else found


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _captures(file: Fieldwork, content: Content) -> list[Capture]:
    order = {one["sha256"]: place for place, one in reversed(list(enumerate(content["captures"])))}
    held = [row for row in queries.captures_of(file.assessment) if row.sha256 in order and row.provenance_id]
    return sorted(held, key=lambda row: order[row.sha256])


def _pictures(captures: Iterable[Capture], content: Content) -> list[dict[str, Any]]:
    names = {one["id"]: one["name"] for one in content["items"]}
    return [
        {
            "provenance": row.provenance_id,
            "caption": f"影像{place} {names.get(row.item, row.item)} {_moment(row.taken_at.isoformat())}",
        }
        for place, row in enumerate(captures, start=1)
    ][:MOST_PICTURES]


def _review(engagement: Engagement, report: Report) -> list[list[str]]:
    rows = engagement.reviews.filter(report_hash=report.content_hash, passed=True).order_by("id")
    return [[row.get_role_display(), row.by, row.comment or "同意", row.on.isoformat()] for row in rows]


def _signers(engagement: Engagement, report: Report, content: Content) -> list[dict[str, Any]]:
    found = [
        {"label": "评估人员", "name": name, "on": on} for visit in content["visits"] for name, on in visit["signatures"]
    ]
    rows = engagement.reviews.filter(report_hash=report.content_hash, passed=True).order_by("id")
    labels = {Review.Role.LEADER: "项目负责人", Review.Role.QUALITY: "质控人", Review.Role.SIGNATORY: "签字法人"}
    return found + [{"label": labels[Review.Role(row.role)], "name": row.by, "on": row.on.isoformat()} for row in rows]


def _points(low: int, high: int) -> str:
    return points_words(low) if low == high else f"{points_words(low)}–{points_words(high)}"
