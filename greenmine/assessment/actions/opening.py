"""Opening (发起自评): the set of indicators is chosen by territory and facts, last year's answers are offered as 沿用."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessment import engaged, scoring
from greenmine.assessment.actions.writing import fields_of, keep_totals, next_number
from greenmine.assessment.mappings import between
from greenmine.assessment.models import AnswerChange, Assessment, ItemAnswer, ItemEvidence
from greenmine.assessment.permissions import CannotAssess, check_can_open_self
from greenmine.assessment.queries.comparing import last_of
from greenmine.editions import queries as editions
from greenmine.editions import standards
from greenmine.editions.edition import Edition
from greenmine.editions.standards import UnknownStandard
from greenmine.facts import queries as facts
from greenmine.law import Sheet
from greenmine.law.indicators import Answer, Standard, carry
from greenmine.ledger import actions as ledger
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine

TIER = "provincial"


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What is offered of the last account: answers by new item, and which old item each came from."""

    answers: Mapping[str, Answer]
    from_item: Mapping[str, str]


def open_self(
    mine_key: str,
    *,
    by: Person,
    organisation: Organisation,
    on: date,
    standard_id: str | None = None,
    from_last: bool = True,
    tier: str = TIER,
) -> Assessment:
    """Open a mine's self-assessment (发起自评); without a standard named, the one that suits the mine is chosen."""
    try:
        return _open_self(mine_key, by, organisation, on, standard_id, from_last=from_last, tier=tier)
    except IntegrityError as twice:  # two people of the enterprise at the same moment
        raise CannotAssess(
            "该矿山的自评刚刚由他人发起，请刷新页面。", "Somebody has just opened it: load the page again."
        ) from twice


@transaction.atomic
def _open_self(
    mine_key: str, by: Person, organisation: Organisation, on: date, standard_id: str | None, *, from_last: bool, tier: str
) -> Assessment:  # fmt: skip
    """Open a self-assessment of a mine (开始自评): the set of indicators chosen, known facts and last answers filled in."""
    edition, mine = editions.active(), _mine(mine_key)
    check_can_open_self(by, mine, on=on)
    sheet = facts.sheet_of(edition, "mine", mine.key, on=on, known_at=timezone.now())
    standard, because = _choose(mine, sheet, standard_id, tier=tier, on=on)
    last = last_of(mine.key) if from_last else None
    found = _create(
        mine, standard, because, edition, party=Assessment.Party.SELF, by=by, organisation=organisation, on=on, last=last
    )  # fmt: skip
    _fill(found, standard, sheet, by=by, on=on)
    ledger.record(
        "assessment.opened", subject=found.subject, by=by, organisation=organisation, on=on,
        region_code=found.region_code, cite=["cn-2024-1/7.1.a", *(["gs-2023/3.2.f"] if _is_gansu(edition, found) else [])],
        sentence={
            "zh": f"发起“{mine.name}”{found.year}年自评 {found.number}，指标：{standard.title['zh']}",
            "en": f"opened self-assessment {found.number} of {mine.name} against {standard.title['en']}",
        },
        payload={"standard": standard.id, "digest": standard.digest},
    )  # fmt: skip
    return found


@transaction.atomic
def open_for_engagement(
    engagement_number: str,
    mine_key: str,
    *,
    party: str,
    standard_id: str,
    by: Person,
    organisation: Organisation,
    on: date,
) -> Assessment:
    """Open a third party's account of a mine (第三方评估、复评、盲评) for a running engagement; once for each."""
    if party not in (Assessment.Party.THIRD_PARTY, Assessment.Party.RECHECK, Assessment.Party.BLIND):
        raise CannotAssess("评估类型不正确。", "This is no kind of third-party assessment.")
    accounts.check_can(by, "engagements.answer", on=on, organisation=organisation.key)
    engagement = engaged.check_is_engaged(engagement_number, organisation.key, on=on)
    if engagement.mine != mine_key:
        raise CannotAssess(
            f"委托 {engagement_number} 不是针对该矿山的。", f"Engagement {engagement_number} is for another mine."
        )
    rows = Assessment.objects.filter(engagement=engagement_number, party=party)
    known = rows.exclude(state=Assessment.State.WITHDRAWN).first()
    if known is not None:
        return known
    edition, mine = editions.active(), _mine(mine_key)
    sheet = facts.sheet_of(edition, "mine", mine.key, on=on, known_at=timezone.now())
    standard, because = _choose(mine, sheet, standard_id or None, tier=TIER, on=on)
    found = _create(
        mine, standard, because, edition, party=party, by=by, organisation=organisation, on=on, last=None,
        engagement=engagement_number,
    )  # fmt: skip
    _fill(found, standard, sheet, by=by, on=on)
    ledger.record(
        "assessment.opened", subject=found.subject, by=by, organisation=organisation, on=on,
        region_code=found.region_code, cite=["cn-2024-1/8.2.b"],
        sentence={
            "zh": f"就委托 {engagement_number} 建立“{mine.name}”{found.get_party_display()} {found.number}",
            "en": f"opened {found.party} assessment {found.number} of {mine.name} for {engagement_number}",
        },
        payload={"standard": standard.id, "digest": standard.digest},
    )  # fmt: skip
    return found


def taken_over(last: Assessment, standard: Standard) -> TakenOver:
    """What the last account offers: the same text as it is, another by its mapping; nothing where nothing corresponds."""
    answers = scoring.answers_in(ItemAnswer.objects.filter(assessment=last).exclude(state="unanswered"))
    old = scoring.standard_of(last)
    if old.digest == standard.digest:
        return TakenOver(answers, {identifier: identifier for identifier in answers})
    try:
        mapping = between(old, standard)
    except CannotAssess:
        return TakenOver({}, {})
    kept = carry(mapping, old, standard, answers).kept
    origin = {pair.new: pair.old for pair in mapping.pairs if pair.new in kept}
    return TakenOver(kept, origin)


def _mine(key: str) -> Mine:
    found = registry.standing_mines().select_related("holder").filter(key=key).first()
    if found is None:
        raise CannotAssess(f"没有编号为 {key} 的矿山。", f"There is no mine {key}.")
    return found


def _choose(
    mine: Mine, sheet: Sheet, standard_id: str | None, *, tier: str, on: date
) -> tuple[Standard, list[dict[str, str]]]:
    """The set to assess by, and why: named by a person, or the most particular one that can decide."""
    choice = standards.choose(mine.region_code, sheet, tier=tier, on=on)
    if standard_id is not None:
        return _named(standard_id, choice.standard)
    because = [dict(reason) for reason in choice.reasons]
    if choice.standard is None:
        raise CannotAssess(
            "没有适用于该矿山的评价指标：" + "；".join(reason["zh"] for reason in because),
            "No set of indicators suits this mine: " + "; ".join(reason["en"] for reason in because),
        )
    return choice.standard, because


def _named(standard_id: str, suits: Standard | None) -> tuple[Standard, list[dict[str, str]]]:
    """The set a person named; one that is looser than what applies to the mine is refused."""
    try:
        named = standards.get(standard_id)
    except UnknownStandard as unknown:
        raise CannotAssess(unknown.zh, unknown.en) from unknown
    looser = standards.check_not_looser(suits, named) if suits is not None else None
    if looser is not None or not named.can_decide:
        words = looser or {
            "zh": f"“{named.title['zh']}”仅有结构，不能出具结论",
            "en": f"of “{named.title['en']}” only the structure is held: no verdict can be given on it",
        }
        raise CannotAssess(f"{words['zh']}。", f"{words['en']}.")
    return named, [{"zh": "由填报人选定", "en": "chosen by the person who opened it"}]


def _create(
    mine: Mine,
    standard: Standard,
    because: list[dict[str, str]],
    edition: Edition,
    *,
    party: str,
    by: Person,
    organisation: Organisation,
    on: date,
    last: Assessment | None,
    engagement: str = "",
) -> Assessment:
    standards.keep(standard, on=on)
    return Assessment.objects.create(
        number=next_number(on), party=party, mine=mine.key, region_code=mine.region_code,
        holder=mine.holder.key if mine.holder else "", organisation=organisation.key, engagement=engagement,
        year=on.year, standard=standard.id, standard_digest=standard.digest, edition=edition.id,
        chosen_because=because, last=last, opened_on=on, opened_by=by.name, changed_at=timezone.now(),
    )  # fmt: skip


def _fill(found: Assessment, standard: Standard, sheet: Sheet, *, by: Person, on: date) -> None:
    """A row for every item, filled from the last account where there is one, and the bounds on that."""
    over = taken_over(found.last, standard) if found.last is not None else TakenOver({}, {})
    old = _old_rows(found.last) if found.last is not None else {}
    rows = [_row(found, part.id, over, old, by=by) for part in scoring.parts(standard)]
    ItemAnswer.objects.bulk_create(rows)
    AnswerChange.objects.bulk_create(
        AnswerChange(assessment=found, outcome=AnswerChange.Outcome.TAKEN_OVER, on=on, **fields_of(row))
        for row in rows
        if row.taken_from
    )
    if found.last is not None:
        _take_evidence(found, found.last, over, by=by, on=on)
    ground = scoring.Ground(editions.active(), standard, sheet)
    keep_totals(found, scoring.scored(ground, rows, on=on))


def _row(
    found: Assessment, identifier: str, over: TakenOver, old: Mapping[str, ItemAnswer], *, by: Person
) -> ItemAnswer:
    answer = over.answers.get(identifier)
    if answer is None or answer.state == "unanswered" or found.last is None:
        return ItemAnswer(assessment=found, indicator=identifier)
    before = old.get(over.from_item.get(identifier, identifier))
    more: dict[str, Any] = {"comment": before.comment, "effort": before.effort} if before is not None else {}
    return ItemAnswer(
        assessment=found, indicator=identifier, state=answer.state, score=answer.score, met=answer.met,
        reason=answer.reason, version=1, by=by.name, at=timezone.now(), taken_from=found.last.number, **more,
    )  # fmt: skip


def _old_rows(last: Assessment) -> dict[str, ItemAnswer]:
    return {row.indicator: row for row in ItemAnswer.objects.filter(assessment=last)}


def _take_evidence(found: Assessment, last: Assessment, over: TakenOver, *, by: Person, on: date) -> None:
    """Last year's evidence is linked again, never copied; whether it is too old by now, the checks say."""
    to_items: dict[str, list[str]] = {}
    for new, old in over.from_item.items():
        to_items.setdefault(old, []).append(new)
    parts = scoring.parts_by_id(scoring.standard_of(found))
    links = ItemEvidence.objects.filter(assessment=last, detached_at=None)
    ItemEvidence.objects.bulk_create(
        ItemEvidence(
            assessment=found, indicator=new, need=link.need if scoring.need(parts[new], link.need) else "",
            provenance_id=link.provenance_id, sha256=link.sha256, mine=found.mine, fact=link.fact,
            dated_on=link.dated_on, version_text=link.version_text, attached_by=by.name, attached_on=on,
            taken_from=last.number,
        )
        for link in links
        for new in to_items.get(link.indicator, ())
        if new in parts
    )  # fmt: skip


def _is_gansu(edition: Edition, found: Assessment) -> bool:
    return edition.divisions.covers("620000", found.region_code)
