"""A visit of the demonstration and its report (演示现场核查与报告), through the real actions: desk, site, signatures, filing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from greenmine.assessment import actions as assessment
from greenmine.assessment.models import Assessment
from greenmine.assessment.queries import flags, result_of
from greenmine.assessment.scoring import standard_by
from greenmine.assessors import actions as assessors
from greenmine.assessors.models import Engagement
from greenmine.config.demo_pictures import site_picture
from greenmine.fieldwork import actions as fieldwork
from greenmine.fieldwork import desk, engaged, receiving, reporting
from greenmine.fieldwork.hindrances import site_items
from greenmine.fieldwork.merging import digest
from greenmine.fieldwork.models import Capture, Fieldwork, Report, Visit
from greenmine.fieldwork.queries import canonical_of, last_operation
from greenmine.law.indicators import Standard, choices
from greenmine.registry.models import Mine

if TYPE_CHECKING:
    from greenmine.config.demo_third_parties import Stage

MINUTES_EACH = 6
SHORT = (4, 11)  # where the assessors saw less than the enterprise claimed


def assessed(found: Engagement, mine: Mine, who: Mapping[str, Stage], *, from_on: date) -> Report:
    """From the desk review to the filed report of one engagement."""
    leader, second = who["agency"], who["agency2"]
    file = fieldwork.open_fieldwork(found.number, **leader(from_on))
    review = file.desk_review
    desk.decide(review, {row.pk: ("in_order", "") for row in review.items.all()}, by=leader.by, on=from_on)
    desk.complete(review, **leader(from_on))
    assessors.settle_questions(engaged.engagement(found.number), **leader(from_on))
    seen_on = from_on + timedelta(days=3)
    standard = standard_by(file.standard, file.standard_digest)
    items = site_items(standard, result_of(Assessment.objects.get(number=file.assessment)))
    visit = fieldwork.plan_visit(
        file, from_on=seen_on, until_on=seen_on + timedelta(days=1), route="采场—排土场—加工区—办公生活区", items=items,
        members=[leader.by.pk, second.by.pk], **leader(from_on),
    )  # fmt: skip
    for place, item in enumerate(items):
        _seen(visit, mine, standard, item, place, (leader, second)[place % 2], seen_on)
    for one in (leader, second):
        text = canonical_of(visit)
        fieldwork.sign(visit, seen_hash=digest(text), seen_op=last_operation(visit), **one(seen_on))
    fieldwork.close_visit(visit, **leader(seen_on))
    _answer_the_rest(file, standard, leader, seen_on)
    _explain(file, leader, seen_on)
    return _filed(file, who, seen_on + timedelta(days=5))


def _seen(visit: Visit, mine: Mine, standard: Standard, item: str, place: int, one: Stage, on: date) -> None:
    """One finding and one photograph, as the phone sends them."""
    at = datetime(on.year, on.month, on.day, 9, tzinfo=timezone.get_current_timezone()) + timedelta(
        minutes=MINUTES_EACH * place
    )
    indicator = standard.indicator(item)
    possible = choices(indicator) or ()
    score = possible[-2] if place in SHORT and len(possible) > 1 else (possible[-1] if possible else indicator.points)
    picture = site_picture(f"{mine.key}:site", place)
    claim = {
        "sha256": sha256(picture).hexdigest(), "size": len(picture), "name": f"{indicator.name['zh']}.jpg",
        "latitude": float(mine.latitude or 0) + place * 0.00004, "longitude": float(mine.longitude or 0) + place * 0.00003,
        "accuracy_m": 6.5, "position_age_ms": 800, "no_position": "", "place": "",
    }  # fmt: skip
    comment = f"{mine.name}现场查看“{indicator.name['zh']}”：{'与自评一致' if place not in SHORT else '部分未达到自评所述'}，位置见影像。"
    said: Sequence[tuple[str, Any]] = (
        ("finding", {"state": "scored", "score": score, "met": None, "comment": comment}),
        ("capture", claim),
    )
    batch = [
        {"op": str(uuid4()), "kind": kind, "item": item, "sequence": place * 2 + nth, "device_time": at.isoformat(),
         "drift_ms": 0, "payload": payload}
        for nth, (kind, payload) in enumerate(said, start=1)
    ]  # fmt: skip
    received = receiving.receive(visit, batch, device="demo-phone", drift_ms=0, by=one.by, on=on)
    assert received.refused == [], received.refused
    capture = Capture.objects.get(operation__op=batch[1]["op"])
    receiving.keep_photograph(capture, ContentFile(picture, name=f"{item}.jpg"), by=one.by, on=on)


def _answer_the_rest(file: Fieldwork, standard: Standard, leader: Stage, on: date) -> None:
    """What is decided on paper: the items nobody has to see, as the papers show them."""
    target = Assessment.objects.get(number=file.assessment)
    versions = dict(target.items.values_list("indicator", "version"))
    for item in result_of(target).items:
        if item.state != "unanswered" or item.applies is False or item.decided_by_fact:
            continue
        possible = choices(standard.indicator(item.id))
        draft = assessment.Draft(
            "scored", score=possible[-1] if possible else item.points, comment="书面材料齐全，予以认可。"
        )
        assessment.answer(target, item.id, draft, seen=versions.get(item.id, 0), by=leader.by, on=on)


def _explain(file: Fieldwork, leader: Stage, on: date) -> None:
    """Every hint of the consistency checks explained, without which no report is drafted."""
    target = Assessment.objects.get(number=file.assessment)
    told = dict.fromkeys(
        (one.fingerprint for one in flags(target, on=on) if one.is_open), "现场影像和书面材料已核对（演示）"
    )
    assessment.acknowledge_all(target, told, by=leader.by, on=on)


def _filed(file: Fieldwork, who: Mapping[str, Stage], on: date) -> Report:
    report = reporting.draft_report(
        file, conclusion="经书面审查和现场核查，该矿山各项先决条件满足，评分达到演示指标达标线。",
        recommendations="加强运输道路洒水和标识维护。", **who["agency"](on),
    )  # fmt: skip
    for role, one in (("leader", who["agency"]), ("quality", who["quality"]), ("signatory", who["signatory"])):
        reporting.review_report(report, role, seen_hash=report.content_hash, passed=True, comment="", **one(on))
    return reporting.file_report(report, agreed=True, **who["signatory"](on))
