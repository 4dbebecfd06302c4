"""How a specification works in practice (规范实施效果): scores by indicator and findings by clause, the most often failed first.

Only what the person may see; figures per indicator and clause, no mine is named.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from greenmine.assessment.models import Assessment
from greenmine.assessment.queries import assessments_for
from greenmine.editions import standards
from greenmine.editions.edition import Edition
from greenmine.editions.standards import UnknownStandard
from greenmine.evaluation import queries as evaluation
from greenmine.evaluation.packing import OUTCOMES
from greenmine.evaluation.recording import rule_order
from greenmine.law.indicators import Standard
from greenmine.web.components.clock import today
from greenmine.web.components.desk import current_edition

MOST_ASSESSMENTS = 1000
MOST_MINES = 20_000
CLAUSES_SHOWN = 60


@dataclass
class ItemEffect:
    """One indicator over the submitted assessments: how often, how much of its points, how often below its bottom line."""

    item: Any
    assessed: int = 0
    got: int = 0
    possible: int = 0
    failed: int = 0
    parties: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> int | None:
        """Points got over points possible, in whole per cent; None where nothing was assessed."""
        return round(100 * self.got / self.possible) if self.possible else None


@dataclass(frozen=True)
class ClauseEffect:
    """One clause over the mines: how many do not satisfy it, of how many decided."""

    provision: str
    breached: int
    decided: int

    @property
    def share(self) -> int:
        """Per cent of the decided."""
        return round(100 * self.breached / self.decided)


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The figures of one set and of every clause."""
    law = current_edition()
    entries = standards.listed()
    used = assessments_for(request.user, on=today()).filter(state=Assessment.State.SUBMITTED)
    names = sorted(set(used.order_by().values_list("standard", flat=True)))
    asked = request.GET.get("set") or (names[0] if names else "")
    context: dict[str, Any] = {
        "entries": entries,
        "asked": asked,
        "clauses": clauses(request.user, law)[:CLAUSES_SHOWN],
    }
    try:
        standard = standards.get(asked) if asked else None
    except UnknownStandard:
        standard = None
    if standard is not None:
        rows = used.filter(standard=standard.id).order_by("-submitted_on", "-number")
        context |= {"standard": standard, "items": by_item(standard, rows), "count": rows.count()}
    return render(request, "authority/standards/effect.html", context)


def by_item(standard: Standard, rows: Any) -> list[ItemEffect]:
    """The indicators of a set with what submitted assessments came to, the weakest first, the never assessed last."""
    table = {one.id: ItemEffect(one) for one in standard.indicators}
    for frozen, party in rows.values_list("frozen", "party")[:MOST_ASSESSMENTS]:
        for item in json.loads(frozen)["result"]["items"]:
            effect = table.get(item["id"])
            if effect is None or item["applies"] is not True or item["state"] == "unanswered":
                continue
            effect.assessed += 1
            effect.parties[party] += 1
            effect.got += item["low"]
            effect.possible += item["points"] or 0
            effect.failed += item["met"] is False
    return sorted(table.values(), key=lambda one: (one.share is None, one.share or 0, -one.failed))


def clauses(person: Any, law: Edition) -> list[ClauseEffect]:
    """Every clause that some mine in reach does not satisfy, the most often failed first."""
    rules = rule_order(law)
    lines = evaluation.standings_for(person).filter(edition=law.id).values_list("outcomes", flat=True)[:MOST_MINES]
    breached: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for rule, column in zip(rules, zip(*lines, strict=False), strict=False):
        letters = Counter(column)
        counts = Counter[str]()
        for letter, count in letters.items():
            if letter in OUTCOMES:
                counts[str(OUTCOMES[letter])] += count
        if law.rule(rule).kind == "removal":
            continue
        for provision in law.rule(rule).provisions:
            breached[provision] += counts["breached"]
            decided[provision] += counts["breached"] + counts["satisfied"]
    found = [ClauseEffect(name, count, decided[name]) for name, count in breached.items() if count]
    return sorted(found, key=lambda one: (-one.share, -one.breached, one.provision))
