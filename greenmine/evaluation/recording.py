"""Keeping what was judged (判定留存): one standing a mine, a row where an outcome changes, totals of what is missing.

Judging itself is pure (`judging`); this module writes its result, always in the caller's transaction. It decides nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db import transaction

from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.evaluation.judging import Judgement
from greenmine.evaluation.models import FindingChange, MineStanding, UnknownTotal
from greenmine.evaluation.packing import pack, unpack
from greenmine.facts import bulk
from greenmine.law import Finding

STARTS_SOMETHING = frozenset({"breached", "pending"})
WRITTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Flip:
    """One outcome that became another: what the timeline shows and what may open a clue."""

    mine: str
    rule: str
    before: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping a batch of judgements came to."""

    flips: tuple[Flip, ...]
    regions: frozenset[str]


def rule_order(edition: Edition) -> list[str]:
    """The order in which outcomes are packed under an edition."""
    return sorted(rule.id for rule in edition.rules)


def keep(
    judgements: Iterable[Judgement], *, edition: Edition, on: date, known_at: datetime, holders: Mapping[str, str]
) -> Kept:
    """Write standings and changed outcomes of these mines; return what flipped, and the regions whose totals moved."""
    batch = list(judgements)
    order = rule_order(edition)
    earlier = {row.mine: row for row in MineStanding.objects.filter(mine__in=[judged.sheet.key for judged in batch])}
    changes: list[FindingChange] = []
    standings: list[MineStanding] = []
    for judged in batch:
        before = _outcomes_before(earlier.get(judged.sheet.key), edition.id, order)
        changes += _changes(judged, before, edition.id, on, known_at)
        standings.append(_standing(judged, edition.id, order, on, known_at, holders.get(judged.sheet.key, "")))
    _write(standings, changes)
    regions = {row.region_code for row in standings} | {row.region_code for row in earlier.values()}
    flips = tuple(Flip(change.mine, change.rule, change.before, change.outcome) for change in changes)
    return Kept(flips, frozenset(regions))


def _outcomes_before(row: MineStanding | None, edition: str, order: list[str]) -> dict[str, str] | None:
    """What the rules came to before, whatever edition they were judged under; None when never judged."""
    if row is None:
        return None
    order_then = order if row.edition == edition else _order_of(row.edition)
    return unpack(order_then, row.outcomes) if len(row.outcomes) == len(order_then) else None


@lru_cache(maxsize=4)
def _order_of(edition: str) -> list[str]:
    """The order of an earlier edition; nothing where it is not stored here."""
    try:
        return rule_order(editions.stored(edition))
    except KeyError:
        return []


def _changes(
    judged: Judgement, before: Mapping[str, str] | None, edition: str, on: date, known_at: datetime
) -> list[FindingChange]:
    changed = []
    for finding in judged.findings:
        outcome = str(finding.outcome)
        was = "" if before is None else before.get(finding.rule.id, "")
        if outcome == was or (not was and outcome not in STARTS_SOMETHING):
            continue
        changed.append(_change(judged, finding, was, edition, on, known_at))
    return changed


def _change(judged: Judgement, finding: Finding, was: str, edition: str, on: date, known_at: datetime) -> FindingChange:
    return FindingChange(
        mine=judged.sheet.key,
        region_code=judged.sheet.region_code or "",
        rule=finding.rule.id,
        kind=finding.rule.kind,
        bound=finding.rule.bound,
        before=was,
        outcome=str(finding.outcome),
        flags=list(finding.flags),
        due_on=finding.due_on,
        judged_on=on,
        known_at=known_at,
        edition=edition,
    )


def _standing(
    judged: Judgement, edition: str, order: list[str], on: date, known_at: datetime, holder: str
) -> MineStanding:
    own = [finding for finding in judged.findings if finding.rule.bound == "enterprise"]
    counts = Counter(str(finding.outcome) for finding in own if finding.counted)
    grounds = sum(f.rule.kind == "removal" and str(f.outcome) == "breached" and f.counted for f in own)
    return MineStanding(
        mine=judged.sheet.key,
        region_code=judged.sheet.region_code or "",
        holder=holder,
        judged_on=on,
        known_at=known_at,
        edition=edition,
        standing=judged.standing.state,
        decided_by=list(judged.standing.decided_by),
        beside=judged.standing.beside,
        grounds=grounds,
        breached=counts["breached"],
        unknown=counts["unknown"],
        pending=counts["pending"],
        satisfied=counts["satisfied"],
        outcomes=pack(order, {found.rule.id: (str(found.outcome), found.counted) for found in judged.findings}),
        missing=dict(sorted(Counter(name for finding in own for name in finding.missing).items())),
    )


def _write(standings: list[MineStanding], changes: list[FindingChange]) -> None:
    fields = [field.name for field in MineStanding._meta.concrete_fields if field.name not in ("id", "mine")]  # noqa: SLF001 -- Django's documented model API
    MineStanding.objects.bulk_create(
        standings, update_conflicts=True, unique_fields=["mine"], update_fields=fields, batch_size=WRITTEN_AT_ONCE
    )
    by_rule: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        by_rule[change.rule].append(change.mine)
    for rule, mines in by_rule.items():
        for start in range(0, len(mines), WRITTEN_AT_ONCE):
            chunk = mines[start : start + WRITTEN_AT_ONCE]
            FindingChange.objects.filter(rule=rule, mine__in=chunk, current=True).update(current=False)
    FindingChange.objects.bulk_create(changes, batch_size=WRITTEN_AT_ONCE)


@transaction.atomic
def refresh_totals(regions: Iterable[str]) -> None:
    """Count again, county by county, how many findings and mines each missing fact holds up."""
    for chunk in bulk.chunks(sorted(regions), WRITTEN_AT_ONCE):
        findings: dict[str, Counter[str]] = defaultdict(Counter)
        mines: dict[str, Counter[str]] = defaultdict(Counter)
        standings = MineStanding.objects.filter(region_code__in=chunk).values_list("region_code", "missing")
        for region, missing in standings.iterator():
            findings[region].update(missing)
            mines[region].update(missing.keys())
        UnknownTotal.objects.filter(region_code__in=chunk).delete()
        rows = (
            (region, fact, count, mines[region][fact])
            for region in chunk
            for fact, count in sorted(findings[region].items())
        )
        bulk.insert(UnknownTotal, ("region_code", "fact", "findings", "mines"), rows)
