"""What the operator's desk asks: comparisons and their flips by rule, and the acts a person may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from greenmine.accounts import queries as accounts
from greenmine.facts.models import MigratedHistory
from greenmine.ledger.models import Record
from greenmine.web.operator.models import ComparedFlip, EditionComparison


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which a rule's findings flip, and for how many mines."""

    before: str
    counted_before: bool
    outcome: str
    counted: bool
    mines: int

    def as_list(self) -> list[Any]:
        """The change in plain values, for keeping."""
        return [self.before, self.counted_before, self.outcome, self.counted, self.mines]


@dataclass(frozen=True, slots=True)
class FlippedRule:
    """One rule and the ways in which its findings flip."""

    rule: str
    changes: tuple[Change, ...]
    mines: int


def latest_comparison(before: str | None, after: str) -> EditionComparison | None:
    """The last comparison of these two editions."""
    return EditionComparison.objects.filter(before=before or "", after=after).order_by("-id").first()


def flips_by_rule(comparison: EditionComparison) -> list[FlippedRule]:
    """The flips of a comparison, rule by rule, those of most mines first."""
    columns = ("rule", "before", "counted_before", "outcome", "counted")
    rows = comparison.flips.order_by(*columns).values_list(*columns).annotate(mines=Count("id"))
    by_rule: dict[str, list[Change]] = {}
    for rule, before, counted_before, outcome, counted, mines in rows:
        by_rule.setdefault(rule, []).append(Change(before, counted_before, outcome, counted, mines))
    found = [FlippedRule(rule, tuple(ways), sum(way.mines for way in ways)) for rule, ways in by_rule.items()]
    return sorted(found, key=lambda row: (-row.mines, row.rule))


def mines_flipped(comparison: EditionComparison) -> int:
    """How many mines have any flip."""
    return comparison.flips.values("mine").distinct().count()


def flips_of_rule(comparison: EditionComparison, rule: str) -> QuerySet[ComparedFlip]:
    """The mines for which a rule flips."""
    return comparison.flips.filter(rule=rule).order_by("id")


def declarations() -> QuerySet[MigratedHistory]:
    """Which regions' history was declared complete to which day, the latest first."""
    return MigratedHistory.objects.order_by("-id")


def records_for(person: Any, *, on: date) -> QuerySet[Record]:
    """The acts within a person's reach, newest first: of his divisions, about or by his organisations."""
    scope = accounts.reach(person, "records.read", on=on)
    if scope.everything:
        return Record.objects.order_by("-id")
    within = scope.condition(region="region_code")
    within |= Q(subject_kind="organisation", subject_key__in=scope.organisations)
    within |= Q(subject_kind="enterprise", subject_key__in=scope.enterprises)
    within |= Q(by__organisation__in=scope.organisations)
    return Record.objects.filter(within).order_by("-id")


def verbs_used() -> list[str]:
    """The kinds of acts that ever happened."""
    return list(Record.objects.order_by("verb").values_list("verb", flat=True).distinct())
