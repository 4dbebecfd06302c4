"""Gathers what the consistency checks read (一致性检查), in a number of queries that does not grow with anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from greenmine.assessment import flags as hints
from greenmine.assessment import scoring
from greenmine.assessment.flags import Elsewhere, Flag, Known
from greenmine.assessment.models import Acknowledgement, Assessment, ItemAnswer, ItemEvidence, Return
from greenmine.assessment.scoring import Ground
from greenmine.evidence import queries as evidence
from greenmine.evidence.places import path_of
from greenmine.law.indicators import Result
from greenmine.registry.models import Mine

MOST_ELSEWHERE = 200
JUMP = "assessment-jump-share"


def links_of(assessment: Assessment, indicator: str | None = None) -> dict[str, list[ItemEvidence]]:
    """The evidence that stands, by item; of one item where one is asked for."""
    rows = ItemEvidence.objects.filter(assessment=assessment, detached_at=None)
    rows = rows if indicator is None else rows.filter(indicator=indicator)
    found: dict[str, list[ItemEvidence]] = {}
    for link in rows.select_related("provenance__file").order_by("id"):
        found.setdefault(link.indicator, []).append(link)
    return found


def gather(
    assessment: Assessment,
    ground: Ground,
    links: Mapping[str, Sequence[ItemEvidence]],
    *,
    on: date,
    indicator: str | None = None,
    thorough: bool = False,
) -> Known:
    """What is known for checking one item, or all; `thorough` reads every file again and compares its hash."""
    listed = [link for of_item in links.values() for link in of_item if link.provenance is not None]
    pictures = {link.sha256 for link in listed if _is_picture(link)}
    share = scoring.figure(ground.edition, JUMP, on)
    return Known(
        standard=ground.standard,
        evidence=links,
        last=_last(assessment, indicator),
        last_comparable=assessment.last is not None and assessment.last.standard_digest == assessment.standard_digest,
        jump=share[:2] if share is not None else None,
        elsewhere=_elsewhere(assessment, pictures),
        broken={link.sha256 for link in listed if _is_broken(link, thorough=thorough)},
        pictures=pictures,
        known_facts={name for name, value in ground.sheet.values.items() if value is not None},
        on=on,
    )


def all_flags(
    assessment: Assessment, items: Iterable[ItemAnswer], result: Result, ground: Ground, known: Known
) -> list[Flag]:
    """Every hint of an assessment, preconditions first, with the reasons given; then what speaks of the whole."""
    by_id = {item.indicator: item for item in items}
    scored = said_by_id(result)
    outcomes = precondition_outcomes(result)
    found: list[Flag] = []
    for part in scoring.parts(ground.standard):
        item = by_id.get(part.id) or ItemAnswer(assessment=assessment, indicator=part.id)
        if part.id in outcomes and outcomes[part.id] is None:
            found.append(_unanswered(part.id, part.name))
        found += hints.of_item(part, item, known, scored.get(part.id))
    found += _open_returns(assessment, by_id)
    return hints.acknowledged(found, reasons_of(assessment))


def item_flags(assessment: Assessment, item: ItemAnswer, result: Result, ground: Ground, known: Known) -> list[Flag]:
    """The hints about one item, with the reasons given."""
    part = scoring.part(ground.standard, item.indicator)
    if part is None:
        return []
    found = hints.of_item(part, item, known, said_by_id(result).get(item.indicator))
    if precondition_outcomes(result).get(item.indicator, False) is None:
        found.insert(0, _unanswered(part.id, part.name))
    return hints.acknowledged(found, reasons_of(assessment) if found else {})


def scored_by_id(result: Result) -> dict[str, Any]:
    """What the engine says of each item."""
    return {item.id: item for item in result.items}


def said_by_id(result: Result) -> dict[str, Any]:
    """What the engine says of each item and each precondition."""
    return {**{one.id: one for one in result.preconditions}, **scored_by_id(result)}


def precondition_outcomes(result: Result) -> dict[str, bool | None]:
    """Each precondition: met, not met, or None where nobody knows."""
    return {one.id: one.outcome for one in result.preconditions}


def reasons_of(assessment: Assessment) -> dict[tuple[str, str, str], str]:
    """The reasons given for hints so far."""
    rows = Acknowledgement.objects.filter(assessment=assessment)
    return {(row.indicator, row.code, row.fingerprint): row.reason for row in rows}


def _unanswered(identifier: str, name: Mapping[str, str]) -> Flag:
    return hints.flag(
        "precondition_unanswered", hints.BLOCKS, identifier,
        f"先决条件“{name['zh']}”尚未填写。", f"The precondition “{name['en']}” is not answered.",
        "补报相应事实，或直接填写是否满足。", "State the facts it reads, or answer it.",
    )  # fmt: skip


def _open_returns(assessment: Assessment, by_id: Mapping[str, ItemAnswer]) -> Iterable[Flag]:
    """What an authority asked to be put right: settled by changing the item since, or by saying what was done."""
    for given_back in Return.objects.filter(assessment=assessment, answered_on=None).order_by("id"):
        for place, reason in enumerate(given_back.reasons):
            item = by_id.get(reason["indicator"])
            if item is not None and item.at is not None and item.at > given_back.at:
                continue
            yield hints.flag(
                "open_return", hints.BLOCKS, reason["indicator"],
                f"退回意见：{reason['text']}", f"Given back: {reason['text']}",
                "修改该项，或说明如何处理。", "Change the item, or say what was done.", f"{given_back.pk}:{place}",
            )  # fmt: skip


def _last(assessment: Assessment, indicator: str | None) -> dict[str, ItemAnswer]:
    if assessment.last_id is None:
        return {}
    rows = ItemAnswer.objects.filter(assessment_id=assessment.last_id)
    rows = rows if indicator is None else rows.filter(indicator=indicator)
    return {row.indicator: row for row in rows}


def _elsewhere(assessment: Assessment, pictures: set[str]) -> dict[str, list[Elsewhere]]:
    """Where else these photographs lie. Another enterprise's mine is not named: that it is another must do."""
    if not pictures:
        return {}
    rows = (
        ItemEvidence.objects.filter(sha256__in=pictures, detached_at=None)
        .exclude(assessment__state=Assessment.State.WITHDRAWN)
        .order_by("-id")
        .values_list("sha256", "mine", "indicator", "assessment_id", "assessment__holder")[:MOST_ELSEWHERE]
    )
    listed = list(rows)
    own = {mine for _, mine, _, _, holder in listed if holder == assessment.holder and mine != assessment.mine}
    names = dict(Mine.objects.filter(key__in=own).values_list("key", "name")) if own else {}
    found: dict[str, list[Elsewhere]] = {}
    for sha256, mine, indicator, number, _ in listed:
        place = Elsewhere(sha256, mine, names.get(mine, ""), indicator, number == assessment.pk)
        found.setdefault(sha256, []).append(place)
    return found


def _is_picture(link: ItemEvidence) -> bool:
    return link.provenance is not None and link.provenance.file.media_type.startswith("image/")


def _is_broken(link: ItemEvidence, *, thorough: bool) -> bool:
    if link.provenance is None:
        return False
    return not evidence.is_whole(link.provenance.file) if thorough else not path_of(link.sha256).exists()
