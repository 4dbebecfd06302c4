"""Which items of a set need review because a source moved (需复核的指标): a clause changed or lapsed, a text was replaced.

A proposal with its reason; whoever keeps the set decides what to change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.editions.models import IndicatorSet
from greenmine.editions.standards import catalogue, shelf
from greenmine.editions.standards.comparing import Item, parts
from greenmine.law.indicators import Standard


@dataclass(frozen=True, slots=True)
class NeedsReview:
    """One item and one source that moved."""

    item: str
    name: dict[str, str]
    source: str
    zh: str
    en: str


def needing_review(standard: Standard, *, on: date) -> list[NeedsReview]:
    """Every item with a source that changed since the set was kept, lapsed, is gone, or was replaced."""
    law, before = shelf.law_in_use(), _read_with(standard)
    texts = {text.key: text for text in catalogue.entries(on)}
    moved = [text for text in texts.values() if text.industries and (text.stage == "abolished" or text.replaced_by)]
    found: list[NeedsReview] = []
    for item in parts(standard):
        for provision in item.provisions:
            for zh, en in _of_provision(provision, law, before, on):
                found.append(NeedsReview(item.id, dict(item.name), provision, zh, en))
        found += _of_texts(item, moved)
    return found


def _read_with(standard: Standard) -> Edition | None:
    """The edition a set was kept with, where it is not the active one."""
    row = IndicatorSet.objects.filter(digest=standard.digest).values_list("edition", flat=True).first()
    return editions.stored(row) if row and row != editions.active_id() else None


def _of_provision(provision: str, law: Edition, before: Edition | None, on: date) -> Iterator[tuple[str, str]]:
    if not law.has_provision(provision):
        yield f"引用的条款 {provision} 已不在规则库中", f"the provision {provision} is no longer in the rulebook"
        return
    now = law.provision(provision)
    if before is not None and before.has_provision(provision):
        old = before.provision(provision)
        if (old.zh, old.en, old.locator) != (now.zh, now.en, now.locator):
            yield f"引用的条款 {law.cite(provision)} 文字有变化", f"the text of {law.cite(provision)} changed"
    force = law.instrument(now.instrument).in_force
    if force is not None and force.to_on is not None and force.to_on < on:
        day = force.to_on.isoformat()
        yield f"引用的文件 {law.cite(provision)} 原定期限已于 {day} 届满", f"{law.cite(provision)} lapsed on {day}"


def _of_texts(item: Item, moved: list[catalogue.Text]) -> Iterator[NeedsReview]:
    for text in moved:
        if set(text.industries) & set(item.applies.industries):
            by = f"，由 {text.replaced_by} 代替" if text.replaced_by else "，已废止"
            by_en = f" was replaced by {text.replaced_by}" if text.replaced_by else " was abolished"
            yield NeedsReview(
                item.id, dict(item.name), text.number,
                f"所属行业的标准 {text.number} 有变化{by}", f"{text.number}, the standard of its industry,{by_en}",
            )  # fmt: skip
