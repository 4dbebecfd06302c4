"""Comparisons (比较): with the last account, between parties, and of old and new indicators (新旧指标衔接)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from greenmine.assessment import scoring
from greenmine.assessment.mappings import between
from greenmine.assessment.models import Assessment, ItemAnswer
from greenmine.editions import standards
from greenmine.law.indicators import Answer, Carried, Result, Standard, carry, score

PARTIES = (
    Assessment.Party.SELF,
    Assessment.Party.THIRD_PARTY,
    Assessment.Party.RECHECK,
    Assessment.Party.BLIND,
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One item in two accounts; `change` in hundredths where both scored it on one scale."""

    indicator: str
    name: Mapping[str, str]
    points: int | None
    before: ItemAnswer | None
    now: ItemAnswer | None
    change: int | None
    relation: str = "equal"  # of the two items, where the indicators differ
    in_other: bool = True


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two accounts side by side: the items, and the change of the totals (None where the scales differ)."""

    before: Assessment
    now: Assessment
    items: Sequence[Compared]
    change: int | None
    same_standard: bool

    @property
    def changed(self) -> list[Compared]:
        """Only the items whose score changed."""
        return [one for one in self.items if one.change]


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One item as each party scored it; the gap is the largest difference between two of them."""

    indicator: str
    name: Mapping[str, str]
    points: int | None
    scores: Mapping[str, int | None]
    gap: int | None


@dataclass(frozen=True, slots=True)
class OldToNew:
    """A mine's last submitted account under the old set, read by the new one: both results, and what needs a look."""

    assessment: Assessment
    old: Standard
    new: Standard
    carried: Carried
    before: Result
    after: Result


def last_of(mine: str, *, party: str = "self", before: Assessment | None = None) -> Assessment | None:
    """The latest submitted account of a party, or the one before a given account."""
    rows = Assessment.objects.filter(mine=mine, party=party, state=Assessment.State.SUBMITTED)
    if before is not None:
        rows = rows.filter(pk__lt=before.pk)
    return rows.order_by("-submitted_on", "-id").first()


def compare(assessment: Assessment, other: Assessment) -> Comparison:
    """What changed item by item since another account; across editions by the mapping, never by guessing."""
    now, before = scoring.standard_of(assessment), scoring.standard_of(other)
    same = now.digest == before.digest
    partner = {part.id: (part.id, "equal") for part in scoring.parts(now)} if same else _partners(before, now)
    new_rows, old_rows = _rows(assessment), _rows(other)
    old_parts = scoring.parts_by_id(before)
    items = []
    for part in scoring.parts(now):
        old_id, relation = partner.get(part.id, ("", "none"))
        one, two = new_rows.get(part.id), old_rows.get(old_id)
        alike = relation == "equal" and getattr(old_parts.get(old_id), "points", None) == getattr(part, "points", None)
        items.append(
            Compared(
                part.id,
                part.name,
                getattr(part, "points", None),
                two,
                one,
                _change(two, one) if alike else None,
                relation,
                bool(old_id),
            )
        )
    change = assessment.low - other.low if now.points == before.points else None
    return Comparison(other, assessment, items, change, same)


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """The submitted self-assessments of a mine in order, and how the total changed from each to the next."""

    accounts: Sequence[Assessment]
    changes: Sequence[int | None]  # hundredths; None where the sets have different totals


def score_change(mine: str) -> ScoreChange:
    """How a mine's score went from self-assessment to self-assessment (得分变化)."""
    rows = Assessment.objects.filter(mine=mine, party=Assessment.Party.SELF, state=Assessment.State.SUBMITTED)
    accounts = list(rows.defer("frozen").order_by("submitted_on", "id"))
    changes = [
        now.low - before.low if scoring.standard_of(now).points == scoring.standard_of(before).points else None
        for before, now in pairwise(accounts)
    ]
    return ScoreChange(accounts, changes)


def compare_parties(mine: str, year: int) -> list[PartyRow]:
    """Self, third party, re-check and blind scores of a mine in a year, item by item (评分差异)."""
    accounts = _latest_by_party(mine, year)
    if not accounts:
        return []
    answers = {party: _rows(one) for party, one in accounts.items()}
    standard = scoring.standard_of(next(iter(accounts.values())))
    rows = []
    for indicator in standard.indicators:
        scores = {
            party: (row.score if row is not None and row.state == "scored" else None)
            for party, of in answers.items()
            for row in [of.get(indicator.id)]
        }
        known = [one for one in scores.values() if one is not None]
        gap = max(known) - min(known) if len(known) > 1 else None
        rows.append(PartyRow(indicator.id, indicator.name, indicator.points, scores, gap))
    return rows


def old_to_new(mine: str, to_id: str, *, on: date) -> OldToNew | None:
    """The old account of a mine under new indicators (cn-2024-1/17.b); None where it has none, or already has the new."""
    last = last_of(mine)
    if last is None:
        return None
    new, old = standards.get(to_id), scoring.standard_of(last)
    if new.digest == old.digest:
        return None
    answers = scoring.answers_in(ItemAnswer.objects.filter(assessment=last))
    carried = carry(between(old, new), old, new, answers)
    sheet = scoring.full_ground(last, on=on).sheet
    return OldToNew(last, old, new, carried, score(old, answers, sheet, on=on), score(new, carried.kept, sheet, on=on))


def carried_answers(carried: Carried) -> dict[str, Answer]:
    """What is taken over without anybody looking at it."""
    return dict(carried.kept)


def _latest_by_party(mine: str, year: int) -> dict[str, Assessment]:
    rows = Assessment.objects.filter(mine=mine, year=year, state=Assessment.State.SUBMITTED).defer("frozen")
    found: dict[str, Assessment] = {}
    for row in rows.order_by("id"):
        found[row.party] = row
    return {party: found[party] for party in PARTIES if party in found}


def _partners(before: Standard, now: Standard) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for pair in between(before, now).pairs:
        if pair.new and pair.old and pair.relation != "none":
            found.setdefault(pair.new, (pair.old, pair.relation))
    return found


def _rows(assessment: Assessment) -> dict[str, ItemAnswer]:
    return {row.indicator: row for row in ItemAnswer.objects.filter(assessment=assessment)}


def _change(before: Any, now: Any) -> int | None:
    if before is None or now is None or before.score is None or now.score is None:
        return None
    return int(now.score - before.score)
