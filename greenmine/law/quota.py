"""Quotas (目标比例): shares are bounds. With unknowns a target is met, not met, or undecided — and by whom it is decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from greenmine.law.bind import Bound
from greenmine.law.closures import Evaluate
from greenmine.law.folding import fold_condition
from greenmine.law.problems import NoRuleInForce
from greenmine.law.sheets import Sheet

MET, NOT_MET, UNDECIDED = "met", "not_met", "undecided"
LEVELS = {"country": 0, "province": 2, "prefecture": 4, "county": 6}


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One region: sure and possible members and hits, the bounds of the share, the answer, and who would decide it.

    `least` and `most` are None where nobody is, or may be, in the population.
    """

    region: str
    members: int
    possible_members: int
    hits: int
    possible_hits: int
    least: Decimal | None
    most: Decimal | None
    target: Decimal | None
    outcome: str
    deciding: tuple[str, ...]


def quota(bound: Bound, rule_id: str, sheets: Iterable[Sheet]) -> list[QuotaRow]:
    """The rows of a quota rule over sheets, by region of the rule's `by`; NoRuleInForce where it does not speak."""
    rule = bound.rule(rule_id)
    if rule.kind != "quota" or rule.population is None or rule.hit is None:
        raise NoRuleInForce(rule_id, bound.on)
    member = bound.closures.evaluate(fold_condition(rule.population, bound.day))
    hit = bound.closures.evaluate(fold_condition(rule.hit, bound.day))
    groups: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        if sheet.kind == rule.subject and bound.covers(rule, sheet.region_code):
            groups[_region(sheet, rule.by)].append(sheet)
    target = _target(bound, rule.target)
    return [_row(region, group, member, hit, target) for region, group in sorted(groups.items())]


def _region(sheet: Sheet, by: str) -> str:
    digits = LEVELS.get(by, 0)
    return (sheet.region_code or "")[:digits].ljust(6, "0")


def _target(bound: Bound, target: str) -> Decimal | None:
    """The share asked for: a figure, or the id of a dated value."""
    if not target:
        return None
    value = bound.edition.values.get(target)
    if value is None:
        return Decimal(target)
    row = bound.day.rows(target).get(())
    return None if row is None else Decimal(row.value).scaleb(-value.scale)


def _row(region: str, sheets: list[Sheet], member: Evaluate, hit: Evaluate, target: Decimal | None) -> QuotaRow:
    judged = [(sheet.key, member(sheet.values), hit(sheet.values)) for sheet in sheets]
    inside = [(key, is_hit) for key, is_member, is_hit in judged if is_member is True]
    unsure = [(key, is_hit) for key, is_member, is_hit in judged if is_member is None]
    hits = sum(is_hit is True for _, is_hit in inside)
    open_hits = sum(is_hit is None for _, is_hit in inside)
    # Whoever may or may not belong lowers the share as a certain member without a hit, and raises it as one with a hit.
    never = sum(is_hit is not True for _, is_hit in unsure)
    ever = sum(is_hit is not False for _, is_hit in unsure)
    least = _share(hits, len(inside) + never) if inside or never else _share(1, 1) if unsure else None
    most = _share(hits + open_hits + ever, len(inside) + ever) if inside or ever else _share(0, 1) if unsure else None
    outcome = _outcome(least, most, target)
    deciding: tuple[str, ...] = ()
    if outcome == UNDECIDED:
        deciding = tuple(sorted([key for key, is_hit in inside if is_hit is None] + [key for key, _ in unsure]))
    return QuotaRow(
        region,
        len(inside),
        len(inside) + len(unsure),
        hits,
        hits + open_hits + ever,
        least,
        most,
        target,
        outcome,
        deciding,
    )


def _share(hits: int, members: int) -> Decimal | None:
    return Decimal(hits) / Decimal(members) if members else None


def _outcome(least: Decimal | None, most: Decimal | None, target: Decimal | None) -> str:
    if least is None or most is None or target is None:
        return UNDECIDED
    if least >= target:
        return MET
    return NOT_MET if most < target else UNDECIDED


__all__ = ["MET", "NOT_MET", "UNDECIDED", "QuotaRow", "quota"]
