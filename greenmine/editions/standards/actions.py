"""What can happen to sets of indicators: an official table is loaded, withdrawn, mapped to another, and texts are kept.

Rights are asked by the desks (this room lies below `accounts`); here an act is a named person's, with its source.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from greenmine.editions import queries as editions
from greenmine.editions.models import IndicatorMapping, IndicatorSet
from greenmine.editions.standards import shelf
from greenmine.law.indicators import Mapping, Standard, StandardError, check_mapping, load_mapping
from greenmine.law.problems import Problem
from greenmine.ledger import actions as ledger

Who = ledger.Actor | str
CITE = ["cn-2024-1/13.2.a"]
LONGEST_SOURCE = 500


class CannotLoad(ValueError):
    """Why a set, a mapping or a withdrawal is refused, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


def check_named(by: Who, source: str) -> str:
    """The name of whoever acts; CannotLoad where it is nobody's act or nobody says where the text comes from."""
    name = by if isinstance(by, str) else str(by)
    if not name.strip():
        raise CannotLoad("载入指标表须由具名人员办理", "loading a set of indicators is a named person's act")
    if not source.strip():
        raise CannotLoad("请写明来源：文件名称、文号和取得途径", "give the source: name and number of the document")
    return name


@transaction.atomic
def load_indicator_set(text: str, *, by: Who, on: date, source: str) -> IndicatorSet:
    """Load a table (载入指标表): it stands from now on beside the shipped ones; StandardError where it is refused.

    Open assessments stay on the text they were opened with until a person moves them.
    """
    name = check_named(by, source)
    standard = shelf.read(text)
    standing = next((one for one in shelf.listed() if one.id == standard.id), None)
    if standing is not None and standing.digest == standard.digest:
        raise CannotLoad(
            f"“{standard.title['zh']}”与现有的完全相同，没有可载入的内容",
            f"“{standard.title['en']}” is exactly the one that stands: there is nothing to load",
        )
    if standing is not None:
        keep(standing.standard, on=on)
    row = _kept(standard, text, on)
    row.loaded, row.source, row.by, row.on = True, source[:LONGEST_SOURCE], name, on
    row.at, row.withdrawn_on, row.withdrawn_by = timezone.now(), None, ""
    row.save()
    cells = len(standard.unknown_cells)
    ledger.record(
        "standards.loaded", subject=("indicator_set", standard.id), by=by, on=on, cite=CITE,
        zh=f"载入指标表“{standard.title['zh']}”（{standard.digest[:12]}，未知单元 {cells} 处）：{source}",
        en=f"indicator set “{standard.title['en']}” loaded ({standard.digest[:12]}, {cells} unknown cells): {source}",
        payload={"digest": standard.digest, "replaces": standing.digest if standing else ""},
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw_indicator_set(digest: str, *, by: Who, on: date, reason: str) -> IndicatorSet:
    """Take a loaded table back (撤回指标表): nothing new begins on it, everything scored on it stays computable."""
    name = check_named(by, reason)
    row = IndicatorSet.objects.select_for_update().filter(digest=digest, loaded=True, withdrawn_on__isnull=True).first()
    if row is None:
        raise CannotLoad("没有这份载入的指标表，或者已经撤回", "there is no such loaded table, or it was withdrawn")
    row.withdrawn_on, row.withdrawn_by = on, name
    row.save(update_fields=["withdrawn_on", "withdrawn_by"])
    ledger.record(
        "standards.withdrawn", subject=("indicator_set", row.identifier), by=by, on=on, cite=CITE,
        zh=f"撤回指标表 {row.identifier}（{digest[:12]}）：{reason}",
        en=f"indicator set {row.identifier} ({digest[:12]}) withdrawn: {reason}",
    )  # fmt: skip
    return row


@transaction.atomic
def keep(standard: Standard, *, on: date) -> IndicatorSet | None:
    """Keep a shipped text under its digest (存档), so that it stays computable when the files move on. Changes nothing else.

    None where the text is neither on the shelf nor kept (a set made in memory).
    """
    row = IndicatorSet.objects.filter(digest=standard.digest).first()
    if row is not None:
        return row
    if standard.base and (base := _base_of(standard)) is not None:
        keep(base, on=on)
    for identifier, text in shelf.texts().items():
        if identifier == standard.id and shelf.shipped()[identifier].digest == standard.digest:
            row = _kept(standard, text, on)
            row.save()
    return row


def keep_shipped(*, on: date) -> int:
    """Keep every shipped text (每次启用规则版本和每日执行); how many were new."""
    before = IndicatorSet.objects.count()
    for standard in shelf.shipped().values():
        keep(standard, on=on)
    return IndicatorSet.objects.count() - before


@transaction.atomic
def load_indicator_mapping(text: str, *, by: Who, on: date, source: str) -> IndicatorMapping:
    """Load how the indicators of two sets correspond (载入新旧指标对应表); StandardError lists what does not fit."""
    name = check_named(by, source)
    mapping = load_mapping(text)
    if problems := mapping_problems(mapping):
        raise StandardError(problems)
    IndicatorMapping.objects.filter(
        from_id=mapping.from_id, to_id=mapping.to_id, withdrawn_on__isnull=True
    ).update(withdrawn_on=on)  # fmt: skip
    row = IndicatorMapping.objects.create(
        from_id=mapping.from_id, to_id=mapping.to_id, text=text, source=source[:LONGEST_SOURCE], by=name, on=on,
        at=timezone.now(),
    )  # fmt: skip
    ledger.record(
        "standards.mapped", subject=("indicator_set", mapping.to_id), by=by, on=on, cite=["cn-2024-1/17.b"],
        zh=f"载入指标对应表 {mapping.from_id} → {mapping.to_id}（{len(mapping.pairs)} 对）：{source}",
        en=f"mapping {mapping.from_id} → {mapping.to_id} loaded ({len(mapping.pairs)} pairs): {source}",
    )  # fmt: skip
    return row


def mapping_problems(mapping: Mapping) -> list[Problem]:
    """What of a mapping does not fit the two sets it names."""
    try:
        old, new = shelf.get(mapping.from_id), shelf.get(mapping.to_id)
    except shelf.UnknownStandard as unknown:
        return [Problem(unknown.zh, unknown.en)]
    return list(check_mapping(mapping, old, new))


def _kept(standard: Standard, text: str, on: date) -> IndicatorSet:
    """The row of a text, with everything it is read with; not yet saved."""
    row = IndicatorSet.objects.filter(digest=standard.digest).first()
    if row is not None:
        return row
    law = shelf.law_in_use()
    if not editions.is_stored(law.id):
        raise editions.NoEditionActive(editions.NoEditionActive.zh)
    base = _base_of(standard)
    if base is not None:
        keep(base, on=on)
    return IndicatorSet(
        digest=standard.digest, identifier=standard.id, text=text, classes=shelf.classes_text(), edition=law.id,
        base_digest=base.digest if base else "", on=on, at=timezone.now(),
    )  # fmt: skip


def _base_of(standard: Standard) -> Standard | None:
    return shelf.get(standard.base) if standard.base else None
