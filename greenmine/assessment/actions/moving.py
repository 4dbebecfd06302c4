"""Moving to another set of indicators (换用指标): previewed, on a person's word, undone bit for bit; nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from greenmine.accounts.models import Person
from greenmine.assessment import scoring
from greenmine.assessment.actions.writing import ANSWER, fields_of, keep_totals, locked, next_version
from greenmine.assessment.mappings import between
from greenmine.assessment.models import AnswerChange, Assessment, ItemAnswer, ItemEvidence, Move
from greenmine.assessment.permissions import CannotAssess, check_can_fill
from greenmine.editions import standards
from greenmine.editions.standards import UnknownStandard
from greenmine.law.indicators import Answer, Carried, Result, Standard, carry, score
from greenmine.law.indicators import Mapping as IndicatorMapping
from greenmine.ledger import actions as ledger

LINK = (
    "id", "indicator", "need", "provenance_id", "sha256", "mine", "fact", "dated_on", "version_text", "attached_by",
    "attached_on", "taken_from", "detached_at", "detached_by",
)  # fmt: skip
DAYS, MOMENTS = ("dated_on", "attached_on"), ("at", "detached_at")


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What would carry over, what wants a look, what would be left behind (kept all the same), and both results."""

    old: Standard
    new: Standard
    carried: Carried
    before: Result
    after: Result


def preview_move(assessment: Assessment, to_id: str) -> Carried:
    """What would be kept, want a look, or be left behind (换用预览); writes nothing."""
    return _carried(assessment, to_id)[2]


def weigh_move(assessment: Assessment, to_id: str, *, on: date) -> MovePreview:
    """A move with both results, the old one by the old set and the new one by what would be kept; writes nothing."""
    old, new, carried = _carried(assessment, to_id)
    answers = scoring.answers_in(ItemAnswer.objects.filter(assessment=assessment))
    sheet = scoring.quick_ground(assessment).sheet
    return MovePreview(old, new, carried, score(old, answers, sheet, on=on), score(new, carried.kept, sheet, on=on))


def _carried(assessment: Assessment, to_id: str) -> tuple[Standard, Standard, Carried]:
    old, new = scoring.standard_of(assessment), _wanted(assessment, to_id)
    answers = scoring.answers_in(ItemAnswer.objects.filter(assessment=assessment))
    return old, new, carry(between(old, new), old, new, answers)


@transaction.atomic
def move(assessment: Assessment, to_id: str, *, by: Person, on: date) -> Move:
    """Go over to another set of indicators on a person's word; everything as it was is kept beside."""
    found = locked(assessment)
    check_can_fill(by, found, on=on)
    old, new, carried = _carried(found, to_id)
    before = snapshot(found)
    made = Move.objects.create(
        assessment=found, from_standard=old.id, from_digest=old.digest,
        to_standard=new.id, to_digest=new.digest, before=before, before_hash=_hash(before),
        kept=sorted(carried.kept), to_review=_words(carried.to_review),
        dropped=sorted(carried.dropped), by=by.name, on=on,
    )  # fmt: skip
    _replace(found, new, carried, between(old, new), on=on)
    _take_standard(found, new, on=on)
    ledger.record(
        "assessment.moved", subject=found.subject, by=by, on=on, region_code=found.region_code,
        cite=["cn-2024-1/17.b"],
        sentence={
            "zh": f"{found.number} 由“{old.title['zh']}”换用“{new.title['zh']}”："
            f"沿用 {len(made.kept)} 项，待复核 {len(made.to_review)} 项，不再适用 {len(made.dropped)} 项",
            "en": f"{found.number} moved from {old.title['en']} to {new.title['en']}: "
            f"{len(made.kept)} kept, {len(made.to_review)} to review, {len(made.dropped)} left behind",
        },
        payload={"from": made.from_digest, "to": made.to_digest, "before": made.before_hash},
    )  # fmt: skip
    return made


@transaction.atomic
def undo_move(assessment: Assessment, *, by: Person, on: date) -> Move:
    """Go back to the set and the answers as they were before the last move (撤销换用), bit for bit."""
    found = locked(assessment)
    check_can_fill(by, found, on=on)
    made = Move.objects.filter(assessment=found, undone_on=None).order_by("-id").first()
    if made is None:
        raise CannotAssess("没有可以撤销的换用。", "There is no move to undo.")
    made.after, made.undone_on, made.undone_by = snapshot(found), on, by.name
    made.save(update_fields=["after", "undone_on", "undone_by"])
    restore(found, made.before)
    old = scoring.standard_by(made.from_standard, made.from_digest)
    AnswerChange.objects.bulk_create(
        AnswerChange(assessment=found, outcome=AnswerChange.Outcome.RESTORED, on=on, **fields_of(row))
        for row in ItemAnswer.objects.filter(assessment=found).order_by("id")
        if row.version
    )
    _take_standard(found, old, on=on)
    ledger.record(
        "assessment.move_undone", subject=found.subject, by=by, on=on, region_code=found.region_code,
        cite=["cn-2024-1/17.b"], payload={"before": made.before_hash},
        sentence={
            "zh": f"{found.number} 撤销换用，恢复“{old.title['zh']}”及原填写内容",
            "en": f"{found.number}: the move was undone; {old.title['en']} and its answers stand again",
        },
    )  # fmt: skip
    return made


def snapshot(assessment: Assessment) -> dict[str, list[dict[str, Any]]]:
    """Every answer and evidence link as it stands, in plain values."""
    answers = ItemAnswer.objects.filter(assessment=assessment).order_by("id").values("id", *ANSWER)
    links = ItemEvidence.objects.filter(assessment=assessment).order_by("id").values(*LINK)
    return {"answers": [_plain(row) for row in answers], "evidence": [_plain(row) for row in links]}


def restore(assessment: Assessment, content: Mapping[str, list[dict[str, Any]]]) -> None:
    """Put answers and links back exactly as a snapshot has them, with the very rows they were."""
    ItemAnswer.objects.filter(assessment=assessment).delete()
    ItemEvidence.objects.filter(assessment=assessment).delete()
    ItemAnswer.objects.bulk_create(ItemAnswer(assessment=assessment, **_rich(row)) for row in content["answers"])
    ItemEvidence.objects.bulk_create(ItemEvidence(assessment=assessment, **_rich(row)) for row in content["evidence"])


def _wanted(assessment: Assessment, to_id: str) -> Standard:
    try:
        found = standards.get(to_id)
    except UnknownStandard as unknown:
        raise CannotAssess(unknown.zh, unknown.en) from unknown
    if found.digest == assessment.standard_digest:
        raise CannotAssess("已经在使用这套指标。", "This set of indicators is in use already.")
    if not found.can_decide:
        raise CannotAssess(
            f"“{found.title['zh']}”还有未载入的内容，不能据以评估。",
            f"{found.title['en']} has cells that are not held: nothing can be assessed by it.",
        )
    if found.id == scoring.standard_of(assessment).base:
        raise CannotAssess(
            f"“{found.title['zh']}”是当前指标的基础表，换用会去掉本地区加严的要求，不能换用。",
            f"The present set tightens {found.title['en']}: going back to it would loosen, so it is refused.",
        )
    return found


def _replace(found: Assessment, new: Standard, carried: Carried, mapping: IndicatorMapping, *, on: date) -> None:
    """Rows for the new set. Their versions are new, so that no open page can write over what it never saw."""
    version = next_version(found)
    old = {row.indicator: row for row in ItemAnswer.objects.filter(assessment=found)}
    links = list(ItemEvidence.objects.filter(assessment=found, detached_at=None))
    partner = {pair.new: pair.old for pair in mapping.pairs if pair.relation != "none" and pair.old}
    ItemAnswer.objects.filter(assessment=found).delete()
    ItemEvidence.objects.filter(assessment=found).delete()
    rows = [
        _moved(found, part.id, carried.kept.get(part.id), old.get(partner.get(part.id, "")), version)
        for part in scoring.parts(new)
    ]
    ItemAnswer.objects.bulk_create(rows)
    AnswerChange.objects.bulk_create(
        AnswerChange(assessment=found, outcome=AnswerChange.Outcome.MOVED, on=on, **fields_of(row)) for row in rows
    )
    _carry_links(found, new, partner, links)


def _moved(
    found: Assessment, identifier: str, answer: Answer | None, before: ItemAnswer | None, version: int
) -> ItemAnswer:
    """A kept answer with all that was said beside it; one to review keeps its comment and starts unanswered."""
    row = ItemAnswer(assessment=found, indicator=identifier, version=version)
    if before is not None:
        row.comment, row.effort, row.by, row.at = before.comment, before.effort, before.by, before.at
        row.taken_from = before.taken_from
    if answer is not None:
        row.state, row.score, row.met, row.reason = answer.state, answer.score, answer.met, answer.reason
    return row


def _carry_links(found: Assessment, new: Standard, partner: Mapping[str, str], links: list[ItemEvidence]) -> None:
    parts = scoring.parts_by_id(new)
    fresh = []
    for to_id, from_id in partner.items():
        seen: set[tuple[str, int | None, str]] = set()
        for link in links:
            if link.indicator != from_id or to_id not in parts:
                continue
            need = link.need if scoring.need(parts[to_id], link.need) is not None else ""
            key = (need, link.provenance_id, link.fact)
            if key not in seen:
                seen.add(key)
                fresh.append(_copy(found, link, to_id, need))
    ItemEvidence.objects.bulk_create(fresh)


def _copy(found: Assessment, link: ItemEvidence, indicator: str, need: str) -> ItemEvidence:
    return ItemEvidence(
        assessment=found, indicator=indicator, need=need, provenance_id=link.provenance_id, sha256=link.sha256,
        mine=link.mine, fact=link.fact, dated_on=link.dated_on, version_text=link.version_text,
        attached_by=link.attached_by, attached_on=link.attached_on, taken_from=link.taken_from,
    )  # fmt: skip


def _take_standard(found: Assessment, standard: Standard, *, on: date) -> None:
    standards.keep(standard, on=on)
    found.standard, found.standard_digest = standard.id, standard.digest
    found.save(update_fields=["standard", "standard_digest"])
    rows = ItemAnswer.objects.filter(assessment=found)
    keep_totals(found, scoring.scored(scoring.quick_ground(found), rows, on=on))


def _words(to_review: Mapping[str, Any]) -> dict[str, Any]:
    return {identifier: _reason(why) for identifier, why in to_review.items()}


def _reason(why: Any) -> dict[str, str]:
    said = getattr(why, "reason", why)
    return {"zh": said["zh"], "en": said["en"]}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _rich(row: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(row)
    for name in DAYS:
        if found.get(name):
            found[name] = date.fromisoformat(found[name])
    for name in MOMENTS:
        if found.get(name):
            found[name] = datetime.fromisoformat(found[name])
    return found


def _hash(content: Any) -> str:
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
