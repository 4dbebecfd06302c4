"""What stands in the way of a report (报告前核对): every reason at once, each naming what would settle it.

A report needs the whole desk review, a signed record and imagery with time, place and item for every item seen on site, no
open difference, the signed commitments of the team, an answer to every item, and an indicator set that can decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from greenmine.assessment import queries as assessments
from greenmine.assessment.models import Assessment
from greenmine.assessment.scoring import standard_by
from greenmine.fieldwork import engaged, queries
from greenmine.fieldwork.merging import SiteRecord
from greenmine.fieldwork.models import Capture, DeskReview, Fieldwork, Visit
from greenmine.law.indicators import Result, Standard

Words = dict[str, str]
MOST_NAMED = 8


def hindrances(file: Fieldwork, *, on: date) -> list[Words]:
    """Everything that keeps this fieldwork from becoming a report; nothing where it may be made."""
    standard = standard_by(file.standard, file.standard_digest)
    target = Assessment.objects.get(number=file.assessment)
    result = assessments.result_of(target)
    visits = list(queries.visits_of(file.assessment))
    return [
        *_of_desk(file),
        *_of_visits(visits),
        *_of_site(file, standard, result, visits),
        *_of_commitments(file),
        *_of_answers(standard, result),
        *_of_hints(target, on),
    ]


def site_items(standard: Standard, result: Result) -> list[str]:
    """The items that are verified on site: every one that is looked at there and is not known not to apply."""
    applies = {item.id for item in result.items if item.applies is not False and item.state != "not_applicable"}
    return [one.id for one in standard.indicators if one.checked in ("site", "both") and one.id in applies]


def _of_desk(file: Fieldwork) -> Iterable[Words]:
    if file.desk_review.state != DeskReview.State.COMPLETE:
        yield {"zh": "书面审查尚未办结", "en": "the desk review is not complete"}


def _of_visits(visits: Sequence[Visit]) -> Iterable[Words]:
    if not visits:
        yield {"zh": "还没有现场核查", "en": "there was no visit"}
    for visit in visits:
        if visit.state != Visit.State.CLOSED:
            yield {"zh": f"第 {visit.number} 次现场核查尚未结束", "en": f"visit {visit.number} has not ended"}
        record = queries.record_of(visit)
        if record.open_conflicts():
            yield {
                "zh": f"第 {visit.number} 次现场核查有 {len(record.open_conflicts())} 项结论不一致未裁定",
                "en": f"visit {visit.number} has {len(record.open_conflicts())} unsettled differences",
            }
        unsigned = queries.unsigned(visit)
        if unsigned:
            names = "、".join(member.person.name for member in unsigned)
            yield {
                "zh": f"第 {visit.number} 次现场核查记录未签字：{names}",
                "en": f"visit {visit.number} unsigned: {names}",
            }


def _of_site(file: Fieldwork, standard: Standard, result: Result, visits: Sequence[Visit]) -> Iterable[Words]:
    wanted = site_items(standard, result)
    records = [queries.record_of(visit) for visit in visits]
    without_record = [one for one in wanted if not any(_has_record(record, one) for record in records)]
    shown = items_with_imagery(file, records)
    without_imagery = [one for one in wanted if one not in shown]
    if without_record:
        yield _named(standard, without_record, "没有现场核查记录", "without a record made on site")
    if without_imagery:
        yield _named(
            standard, without_imagery, "没有带时间、地点的现场影像", "without imagery that carries time and place"
        )


def _has_record(record: SiteRecord, item: str) -> bool:
    return record.item(item).holds is not None


def items_with_imagery(file: Fieldwork, records: Sequence[SiteRecord]) -> set[str]:
    """Items with a photograph that has arrived, was not withdrawn, and says where it was taken (定位或文字)."""
    gone = {op.op for record in records for op in record.withdrawn}
    held = Capture.objects.filter(visit__fieldwork=file, provenance__isnull=False).select_related("operation")
    return {
        row.item
        for row in held
        if row.operation.op not in gone and (row.latitude is not None or row.place) and not _is_altered(row)
    }


def _is_altered(row: Capture) -> bool:
    """Whether the bytes that arrived are not those hashed at capture: such a picture proves nothing."""
    return any(one["code"] == "hash_differs" for one in row.checks)


def _of_commitments(file: Fieldwork) -> Iterable[Words]:
    names = engaged.uncommitted(engaged.engagement(file.engagement))
    if names:
        listed = "、".join(names)
        yield {"zh": f"未签署真实性承诺：{listed}", "en": f"the truth commitment is not signed by {listed}"}


def _of_answers(standard: Standard, result: Result) -> Iterable[Words]:
    if result.refused is not None:
        yield {"zh": result.refused["zh"], "en": result.refused["en"]}
        return
    waiting = [
        item.id
        for item in result.items
        if item.applies is not False and item.state == "unanswered" and not item.decided_by_fact
    ]
    waiting += [one.id for one in result.preconditions if one.outcome is None]
    if waiting:
        yield _named(standard, waiting, "尚无评估结论", "without a result")
    elif result.verdict == "undecided":
        missing = "、".join(result.missing[:MOST_NAMED])
        yield {"zh": f"结论仍待定，需先查明：{missing}", "en": f"undecided until this is known: {missing}"}


def _of_hints(target: Assessment, on: date) -> Iterable[Words]:
    """What the consistency checks ask about is explained before a report is made, as before any submission."""
    waiting = [flag for flag in assessments.flags(target, on=on) if flag.is_open] if target.is_open else []
    if waiting:
        zh, en = "；".join(one.zh for one in waiting[:3]), " ".join(one.en for one in waiting[:3])
        yield {
            "zh": f"{len(waiting)} 条一致性检查提示须处理或说明：{zh}",
            "en": f"{len(waiting)} hints of the checks are not settled: {en}",
        }


def _named(standard: Standard, items: Sequence[str], zh: str, en: str) -> Words:
    names = {one.id: one.name for one in standard.preconditions or ()}
    names |= {one.id: one.name for one in standard.indicators}
    shown = items[:MOST_NAMED]
    more = len(items) - len(shown)
    return {
        "zh": f"{len(items)} 项{zh}："
        + "、".join(names[one]["zh"] for one in shown)
        + (f" 等 {len(items)} 项" if more else ""),
        "en": f"{len(items)} items {en}: "
        + ", ".join(names[one]["en"] for one in shown)
        + (f" and {more} more" if more else ""),
    }
