"""What can be asked of judgements: standings of a scope, mines by rule and outcome, what is missing most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Substr

from greenmine.editions.edition import Edition
from greenmine.evaluation.models import FindingChange, MineStanding, UnknownTotal
from greenmine.evaluation.packing import NOT_COVERED, OUTCOMES, letters
from greenmine.evaluation.reading import bound_on
from greenmine.evaluation.recording import rule_order
from greenmine.law import Rule
from greenmine.registry import queries as registry


def standings_for(person: Any) -> QuerySet[MineStanding]:
    """Where the mines within a person's reach stand."""
    return MineStanding.objects.filter(mine__in=registry.mines_for(person).values("key"))


def by_rule(standings: QuerySet[MineStanding], edition: Edition, rule: str) -> QuerySet[Any]:
    """The standings with `letter`: what one rule came to for each mine, judged under this edition."""
    place = rule_order(edition).index(rule) + 1
    judged: QuerySet[Any] = standings.filter(edition=edition.id).annotate(letter=Substr("outcomes", place, 1))
    return judged.exclude(letter=NOT_COVERED)


def with_outcome(standings: QuerySet[MineStanding], edition: Edition, rule: str, outcome: str) -> QuerySet[Any]:
    """The standings of the mines for which a rule came to an outcome."""
    return by_rule(standings, edition, rule).filter(letter__in=letters(outcome))


def outcome_counts(standings: QuerySet[MineStanding], edition: Edition, rule: str) -> dict[str, int]:
    """How many mines a rule decides which way."""
    rows = by_rule(standings, edition, rule).order_by().values_list("letter").annotate(count=Count("id"))
    counts: dict[str, int] = {}
    for letter, count in rows:
        counts[OUTCOMES[letter]] = counts.get(OUTCOMES[letter], 0) + count
    return counts


def standing_counts(standings: QuerySet[MineStanding]) -> dict[str, int]:
    """How many mines stand where."""
    return dict(standings.order_by().values_list("standing").annotate(count=Count("id")))


def standing_counts_by_county(standings: QuerySet[MineStanding]) -> dict[str, dict[str, int]]:
    """County → standing → number of mines."""
    table: dict[str, dict[str, int]] = {}
    rows = standings.order_by().values_list("region_code", "standing").annotate(count=Count("id"))
    for region, state, count in rows:
        table.setdefault(region, {})[state] = count
    return table


def most_missing(totals: QuerySet[UnknownTotal], *, limit: int) -> list[Mapping[str, Any]]:
    """The missing facts that hold up the most findings, with the number of mines they concern."""
    rows: QuerySet[Any, Any] = totals.order_by().values("fact").annotate(findings=Sum("findings"), mines=Sum("mines"))
    return list(rows.order_by("-findings", "fact")[:limit])


def rules_reading(edition: Edition, fact: str, *, on: date) -> list[Rule]:
    """The rules that speak on a day and mention a fact: what stating it may settle."""
    bound = bound_on(edition, on)
    return [rule for rule in bound.rules if rule.kind != "quota" and fact in bound.judge(rule).mentioned]


def timeline(mine: str) -> QuerySet[FindingChange]:
    """What changed for a mine, latest first."""
    return FindingChange.objects.filter(mine=mine).order_by("-id")


def in_region(rows: QuerySet[MineStanding] | QuerySet[UnknownTotal], prefix: str) -> QuerySet:  # type: ignore[type-arg]
    """Rows of a region and everything below it, by the range of its code."""
    return rows.filter(region_code__startswith=prefix) if prefix else rows
