"""The desk review (书面审查): what is asked of papers and facts, found by a person item by item, returned once with one list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.assessment import actions as assessment
from greenmine.assessment import queries as assessments
from greenmine.assessment.models import Assessment, ItemEvidence
from greenmine.assessment.scoring import standard_by
from greenmine.assessors import actions as assessors
from greenmine.fieldwork import engaged
from greenmine.fieldwork.models import DeskItem, DeskReview, Fieldwork
from greenmine.fieldwork.permissions import (
    CannotWork,
    check_can_complete,
    check_can_return_papers,
    check_may_touch,
)
from greenmine.ledger import actions as ledger

OUTCOMES = {
    True: {"zh": "依事实：满足", "en": "by the facts: met"},
    False: {"zh": "依事实：不满足", "en": "by the facts: not met"},
    None: {"zh": "依事实：待核实", "en": "by the facts: not known"},
}
LONGEST_NOTE = 500


def self_assessment_of(file: Fieldwork) -> Assessment | None:
    """The mine's latest submitted self-assessment: what its papers are."""
    return Assessment.objects.filter(mine=file.mine, party="self", state="submitted").order_by("-id").first()


def open_review(file: Fieldwork, opened: Assessment, *, on: date) -> DeskReview:
    """Make the list of everything that is looked at on paper: preconditions first, then each paper an item asks for."""
    review = DeskReview.objects.create(fieldwork=file, opened_on=on)
    result = assessments.result_of(opened)
    applies = {item.id for item in result.items if item.applies is not False}
    outcomes = {one.id: one.outcome for one in result.preconditions}
    files = _files_of(self_assessment_of(file))
    rows = [
        _row("precondition", one.id, one.name, OUTCOMES[outcomes.get(one.id)])
        for one in standard_by(file.standard, file.standard_digest).preconditions or ()
    ]
    for indicator in standard_by(file.standard, file.standard_digest).indicators:
        if indicator.id not in applies or indicator.checked == "site":
            continue
        for need in indicator.evidence:
            held = files.get((indicator.id, need.id), 0) + files.get((indicator.id, ""), 0)
            name = {key: f"{indicator.name[key]}：{need.name[key]}" for key in ("zh", "en")}
            rows.append(_row("paper", f"{indicator.id}/{need.id}", name, _held(held)))
    for place, row in enumerate(rows):
        row.review, row.place = review, place
    DeskItem.objects.bulk_create(rows)
    return review


def _row(kind: str, code: str, name: Mapping[str, str], says: Mapping[str, str]) -> DeskItem:
    return DeskItem(
        kind=kind, code=code[:100], zh=name["zh"][:300], en=name["en"][:300], says_zh=says["zh"], says_en=says["en"]
    )


def _held(count: int) -> dict[str, str]:
    if count:
        return {"zh": f"自评附佐证 {count} 份", "en": f"{count} pieces of evidence with the self-assessment"}
    return {"zh": "自评未附佐证", "en": "no evidence with the self-assessment"}


def _files_of(found: Assessment | None) -> dict[tuple[str, str], int]:
    if found is None:
        return {}
    counts: dict[tuple[str, str], int] = {}
    links = ItemEvidence.objects.filter(assessment=found, detached_at=None).values_list("indicator", "need")
    for indicator, need in links:
        counts[indicator, need] = counts.get((indicator, need), 0) + 1
    return counts


@transaction.atomic
def decide(review: DeskReview, decisions: Mapping[int, tuple[str, str]], *, by: Person, on: date) -> int:
    """What the reviewer found of items: id → (outcome, note). All of them are written, or with a refusal none."""
    check_may_touch(by, review, on=on)
    items = {item.pk: item for item in review.items.select_for_update()}
    changed = []
    for key, (outcome, note) in decisions.items():
        item = items.get(key)
        if item is None or outcome not in DeskItem.Outcome.values:
            raise CannotWork("清单中没有该项，请刷新页面。", "The list has no such item: reload the page.")
        if outcome == DeskItem.Outcome.DEFECTIVE and not note.strip():
            raise CannotWork(f"“{item.zh}”：请写明缺什么或哪里不符。", f"{item.en}: say what is missing or wrong.")
        if (item.outcome, item.note) != (outcome, note.strip()):
            item.outcome, item.note = outcome, note.strip()[:LONGEST_NOTE]
            item.decided_by, item.decided_on = by.name, on
            changed.append(item)
    DeskItem.objects.bulk_update(changed, ["outcome", "note", "decided_by", "decided_on"])
    return len(changed)


@transaction.atomic
def return_papers(
    review: DeskReview, *, due_on: date | None, by: Person, organisation: Organisation, on: date
) -> list[DeskItem]:
    """Give the papers back with one list of all defects (退回补正，一次性告知); the mine is told by when."""
    check_may_touch(by, review, on=on)
    items = list(review.items.select_for_update().order_by("place"))
    check_can_return_papers(items, due_on=due_on, on=on)
    defects = [item for item in items if item.outcome == DeskItem.Outcome.DEFECTIVE]
    review.items.filter(pk__in=[item.pk for item in defects]).update(was_told=True)
    review.state, review.returned_on, review.returned_due_on = DeskReview.State.RETURNED, on, due_on
    review.returned_by = by.name
    review.save(update_fields=["state", "returned_on", "returned_due_on", "returned_by"])
    _say(
        review, "papers_returned", by=by, organisation=organisation, on=on,
        zh=f"书面审查退回补正（一次性告知 {len(defects)} 项），期限 {due_on}：" + "；".join(_line(i) for i in defects)[:1500],
        en=f"papers returned with one list of {len(defects)} defects, due {due_on}",
    )  # fmt: skip
    assert due_on is not None
    text = "书面审查需补正以下材料（一次性告知）：\n" + "\n".join(
        f"{n}. {_line(i)}" for n, i in enumerate(defects, start=1)
    )
    assessors.raise_question(
        engaged.engagement(review.fieldwork.engagement), text, due_on=due_on, by=by, organisation=organisation, on=on
    )
    return defects


def _line(item: DeskItem) -> str:
    return f"{item.zh}——{item.note}"


@transaction.atomic
def complete(review: DeskReview, *, by: Person, organisation: Organisation, on: date) -> DeskReview:
    """End the desk review (书面审查办结): every item looked at, every defect told. What stays wrong goes into the report."""
    check_may_touch(by, review, on=on)
    items = list(review.items.select_for_update())
    check_can_complete(items)
    review.state, review.completed_on, review.completed_by = DeskReview.State.COMPLETE, on, by.name
    review.save(update_fields=["state", "completed_on", "completed_by"])
    still = sum(item.outcome == DeskItem.Outcome.DEFECTIVE for item in items)
    _carry(review.fieldwork, items, by=by, on=on)
    assessors.finish_desk_review(
        engaged.engagement(review.fieldwork.engagement), by=by, organisation=organisation, on=on
    )
    _say(
        review, "desk_review_completed", by=by, organisation=organisation, on=on,
        zh=f"{review.fieldwork.engagement} 书面审查办结：{len(items)} 项，仍有 {still} 项缺失或不符",
        en=f"{review.fieldwork.engagement} desk review done: {len(items)} items, {still} still missing or wrong",
    )  # fmt: skip
    return review


def _carry(file: Fieldwork, items: Sequence[DeskItem], *, by: Person, on: date) -> None:
    """What was found on paper: preconditions become answers, papers in order become evidence of their items (佐证沿用)."""
    target = Assessment.objects.get(number=file.assessment)
    versions = dict(target.items.values_list("indicator", "version"))
    decided = {one.id for one in assessments.result_of(target).preconditions if one.decided_by_fact}
    proofs = _links_of(self_assessment_of(file))
    for item in items:
        if item.kind == "precondition" and item.code not in decided and item.outcome != DeskItem.Outcome.NOT_NEEDED:
            draft = assessment.Draft("scored", met=item.outcome == DeskItem.Outcome.IN_ORDER, comment=item.note)
            assessment.answer(target, item.code, draft, seen=versions.get(item.code, 0), by=by, on=on)
        if item.kind == "paper" and item.outcome == DeskItem.Outcome.IN_ORDER:
            indicator, _, need = item.code.partition("/")
            for link in (*proofs.get((indicator, need), ()), *proofs.get((indicator, ""), ())):
                assessment.attach(target, indicator, need=need, provenance=link.provenance, by=by, on=on)


def _links_of(found: Assessment | None) -> dict[tuple[str, str], list[ItemEvidence]]:
    """The files of a self-assessment by item and need."""
    links: dict[tuple[str, str], list[ItemEvidence]] = {}
    if found is not None:
        rows = ItemEvidence.objects.filter(assessment=found, detached_at=None, provenance__isnull=False)
        for link in rows.select_related("provenance").order_by("id"):
            links.setdefault((link.indicator, link.need), []).append(link)
    return links


def _say(review: DeskReview, verb: str, *, zh: str, en: str, by: Person, organisation: Any, on: date) -> None:
    ledger.record(
        f"fieldwork.{verb}", subject=("engagement", review.fieldwork.engagement), by=by, organisation=organisation,
        on=on, sentence={"zh": zh, "en": en}, cite=["cn-2024-1/8.6.a", "cn-2024-1/8.6.c"],
        region_code=review.fieldwork.region_code,
    )  # fmt: skip
