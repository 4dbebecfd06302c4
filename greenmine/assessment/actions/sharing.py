"""Sharing (集团复用): one answer with its evidence, applied to chosen open assessments of the holder's other mines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from greenmine.accounts.models import Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import checks, scoring
from greenmine.assessment.actions.writing import append, keep_totals, locked
from greenmine.assessment.models import AnswerChange, Assessment, ItemAnswer, ItemEvidence
from greenmine.assessment.permissions import CannotAssess, check_can_fill
from greenmine.ledger import actions as ledger

MOST_TARGETS = 100


@dataclass(frozen=True, slots=True)
class Shared:
    """What applying one answer to one other assessment would do; `refused` says why it cannot, in both languages."""

    number: str
    mine: str
    indicator: str
    before: ItemAnswer | None
    after: ItemAnswer
    links: int
    overwrites: bool
    refused: Mapping[str, str] | None = None


def targets_of(assessment: Assessment) -> list[Assessment]:
    """The other open self-assessments of the holder, by number."""
    rows = Assessment.objects.filter(
        holder=assessment.holder, party=Assessment.Party.SELF, state__in=("draft", "returned")
    )
    return list(rows.exclude(pk=assessment.pk).exclude(holder="").defer("frozen").order_by("number"))


def preview_share(
    assessment: Assessment, indicators: Sequence[str], numbers: Sequence[str], *, by: Person, on: date
) -> list[Shared]:
    """What would be written where (复用预览); writes nothing."""
    check_can_fill(by, assessment, on=on)
    if len(numbers) > MOST_TARGETS:
        raise CannotAssess(
            f"一次最多选择 {MOST_TARGETS} 个自评。", f"Choose at most {MOST_TARGETS} assessments at once."
        )
    targets = {one.number: one for one in targets_of(assessment)}
    unknown = [number for number in numbers if number not in targets]
    if unknown:
        raise CannotAssess(
            f"{'、'.join(unknown[:5])} 不是本企业其他矿山填写中的自评。",
            f"{', '.join(unknown[:5])}: not an open self-assessment of another mine of yours.",
        )
    chosen = [targets[number] for number in numbers]
    own = {row.indicator: row for row in ItemAnswer.objects.filter(assessment=assessment, indicator__in=indicators)}
    theirs = {
        (row.assessment_id, row.indicator): row
        for row in ItemAnswer.objects.filter(assessment__in=chosen, indicator__in=indicators)
    }
    links = checks.links_of(assessment)
    return [
        _shared(assessment, target, own.get(indicator), theirs.get((target.pk, indicator)), indicator, links)
        for target in chosen
        for indicator in indicators
    ]


@transaction.atomic
def share(
    assessment: Assessment,
    indicators: Sequence[str],
    numbers: Sequence[str],
    *,
    by: Person,
    on: date,
    seen: Mapping[tuple[str, str], int] | None = None,
) -> list[Shared]:
    """Apply answers and links as previewed (复用): all or nothing; `seen` are the versions the preview showed."""
    previewed = preview_share(assessment, indicators, numbers, by=by, on=on)
    for one in previewed:
        if one.refused is not None:
            raise CannotAssess(f"{one.number}：{one.refused['zh']}", f"{one.number}: {one.refused['en']}")
        version = one.before.version if one.before is not None else 0
        if seen is not None and seen.get((one.number, one.indicator), version) != version:
            raise CannotAssess(
                f"{one.number} 的该项在预览之后被修改，请重新预览。",
                f"An item of {one.number} changed since the preview: look at it again.",
            )
    links = checks.links_of(assessment)
    for target in targets_of(assessment):
        mine = [one for one in previewed if one.number == target.number]
        if mine:
            _apply(assessment, target, mine, links, by=by, on=on)
    return previewed


def _shared(
    source: Assessment,
    target: Assessment,
    own: ItemAnswer | None,
    theirs: ItemAnswer | None,
    indicator: str,
    links: Mapping[str, Sequence[ItemEvidence]],
) -> Shared:
    after = ItemAnswer(assessment=target, indicator=indicator)
    refused = _why_not(source, target, own, indicator)
    if own is not None:
        for name in ("state", "score", "met", "comment", "reason"):
            setattr(after, name, getattr(own, name))
        after.effort = theirs.effort if theirs is not None else None
    overwrites = theirs is not None and theirs.state != "unanswered"
    return Shared(
        target.number, target.mine, indicator, theirs, after, len(links.get(indicator, ())), overwrites, refused
    )


def _why_not(
    source: Assessment, target: Assessment, own: ItemAnswer | None, indicator: str
) -> Mapping[str, str] | None:
    """Only an answered item, on the very same scale."""
    if own is None or own.state == "unanswered":
        return {"zh": "该项尚未填写。", "en": "the item is not answered here."}
    here = scoring.part(scoring.standard_of(source), indicator)
    there = scoring.part(scoring.standard_of(target), indicator)
    if there is None or here != there:
        return {
            "zh": "对方使用的指标中没有相同的一项。",
            "en": "the set of indicators used there has no such item.",
        }
    return None


def _apply(
    source: Assessment,
    target: Assessment,
    chosen: Sequence[Shared],
    links: Mapping[str, Sequence[ItemEvidence]],
    *,
    by: Person,
    on: date,
) -> None:
    """Write chosen answers with their evidence into an open assessment of another mine (沿用)."""
    found = locked(target)
    try:
        check_can_fill(by, found, on=on)
    except NotAllowed as refused:
        raise CannotAssess(refused.zh, refused.en) from refused
    items = {row.indicator: row for row in ItemAnswer.objects.filter(assessment=found)}
    for one in chosen:
        row = items.setdefault(one.indicator, ItemAnswer(assessment=found, indicator=one.indicator))
        seen = row.version
        row.state, row.score, row.met = one.after.state, one.after.score, one.after.met
        row.comment, row.reason = one.after.comment, one.after.reason
        row.version, row.by, row.at, row.taken_from = seen + 1, by.name, timezone.now(), source.number
        row.save()
        append(row, outcome=AnswerChange.Outcome.TAKEN_OVER, seen=seen, on=on)
        for link in links.get(one.indicator, ()):
            _link(found, source, link, by=by, on=on)
    keep_totals(found, scoring.scored(scoring.quick_ground(found), items.values(), on=on))
    ledger.record(
        "assessment.shared", subject=found.subject, by=by, on=on, region_code=found.region_code,
        cite=["cn-2024-1/7.1.a"], payload={"from": source.number, "items": [one.indicator for one in chosen]},
        sentence={
            "zh": f"{found.number} 沿用 {source.number} 的 {len(chosen)} 项填写内容与佐证",
            "en": f"{found.number} took {len(chosen)} answers with their evidence from {source.number}",
        },
    )  # fmt: skip


def _link(found: Assessment, source: Assessment, link: ItemEvidence, *, by: Person, on: date) -> None:
    ItemEvidence.objects.get_or_create(
        assessment=found,
        indicator=link.indicator,
        need=link.need,
        provenance=link.provenance,
        fact=link.fact,
        detached_at=None,
        defaults={
            "sha256": link.sha256, "mine": found.mine, "dated_on": link.dated_on, "version_text": link.version_text,
            "attached_by": by.name, "attached_on": on, "taken_from": source.number,
        },
    )  # fmt: skip
