"""The rulebook browser (规则库): document → provision → rules → every mine a rule decides today, and back."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from greenmine.editions.edition import Edition
from greenmine.editions.instruments import Provision
from greenmine.editions.worked import cases_of
from greenmine.evaluation import queries as evaluation
from greenmine.evaluation.packing import LETTERS, OUTCOMES
from greenmine.registry import queries as registry
from greenmine.web.components.desk import current_edition

SEARCH_SHOWS = 100
MINES_SHOWN = 50
PARTS = {
    "applies": {"zh": "适用条件", "en": "applies when"},
    "require": {"zh": "要求", "en": "requires"},
    "ground": {"zh": "情形", "en": "ground"},
    "qualifies": {"zh": "符合条件", "en": "qualifies when"},
    "due": {"zh": "期限", "en": "due"},
    "done_on": {"zh": "完成日", "en": "done on"},
}
CASES_SHOWN = 40


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The five documents, and a search over every provision."""
    edition = current_edition()
    query = request.GET.get("q", "").strip()
    documents = [
        {
            "instrument": instrument,
            "shown": dict(Counter(one.shown_by for one in instrument.provisions)),
            "rules": sum(one.instrument == instrument.id for one in edition.rules),
        }
        for instrument in edition.instruments.values()
    ]
    found = search(edition, query)
    context = {"documents": documents, "q": query, "found": found[:SEARCH_SHOWS], "found_count": len(found)}
    return render(request, "authority/rulebook/index.html", context)


@login_required
def document(request: HttpRequest, instrument: str) -> HttpResponse:
    """One document, provision by provision, with how each is shown and which rules serve it."""
    edition = current_edition()
    if instrument not in edition.instruments:
        raise Http404
    shown_by, query = request.GET.get("shown_by", ""), request.GET.get("q", "").strip()
    text = edition.instrument(instrument)
    serving = _rules_by_provision(edition)
    rows = [
        {"provision": provision, "rules": serving[provision.id]}
        for provision in text.provisions
        if (not shown_by or provision.shown_by == shown_by) and _speaks_of(provision, query)
    ]
    context = {"instrument": text, "rows": rows, "shown_by": shown_by, "q": query, "ways": edition.words["shown_by"]}
    return render(request, "authority/rulebook/document.html", context)


@login_required
def provision(request: HttpRequest, instrument: str, path: str) -> HttpResponse:
    """One provision: what it says, whom it is about, how it is shown, the rules that serve it and what they decide."""
    edition = current_edition()
    identifier = f"{instrument}/{path}"
    if not edition.has_provision(identifier):
        raise Http404
    standings = evaluation.standings_for(request.user)
    rules = [
        {"rule": rule, "counts": evaluation.outcome_counts(standings, edition, rule.id)}
        for rule in edition.rules_of(identifier)
    ]
    found = edition.provision(identifier)
    context = {
        "instrument": edition.instrument(instrument),
        "provision": found,
        "cite": edition.cite(identifier),
        "rules": rules,
        "needs": [(name, edition.dictionary[name] if name in edition.dictionary else None) for name in found.needs],
        "words": edition.words,
    }
    return render(request, "authority/rulebook/provision.html", context)


@login_required
def rule(request: HttpRequest, identifier: str) -> HttpResponse:
    """One rule: its condition, its reading, its worked cases, and every mine it decides today."""
    edition = current_edition()
    try:
        found = edition.rule(identifier)
    except KeyError:
        raise Http404 from None
    outcome = request.GET.get("outcome", "")
    standings = evaluation.standings_for(request.user)
    counts = evaluation.outcome_counts(standings, edition, identifier)
    mines = evaluation.by_rule(standings, edition, identifier)
    if outcome in LETTERS:
        mines = evaluation.with_outcome(standings, edition, identifier, outcome)
    after = request.GET.get("after", "")
    page = list(mines.filter(mine__gt=after).order_by("mine")[: MINES_SHOWN + 1])
    context = {
        "rule": found,
        "texts": [(PARTS.get(part, part), text) for part, text in found.texts.items()],
        "cases": cases_of(found)[:CASES_SHOWN],
        "provisions": [(edition.provision(p), edition.cite(p)) for p in found.provisions],
        "counts": counts,
        "outcome": outcome,
        "rows": _shown(page[:MINES_SHOWN]),
        "next_after": page[MINES_SHOWN - 1].mine if len(page) > MINES_SHOWN else "",
        "outcomes": OUTCOMES,
        "words": edition.words,
    }
    return render(request, "authority/rulebook/rule.html", context)


def _shown(standings: list[Any]) -> list[Any]:
    """The rows with the name of their mine and the outcome in words of the rulebook."""
    rows = registry.with_names(standings)
    for row in rows:
        row.outcome = OUTCOMES[row.letter]
    return rows


def search(edition: Edition, query: str) -> list[dict[str, Any]]:
    """Provisions that speak of every word of the query, in the order of the texts; none for an empty query."""
    if not query:
        return []
    serving = _rules_by_provision(edition)
    return [
        {"provision": found, "cite": edition.cite(found.id), "rules": serving[found.id]}
        for found in edition.provisions()
        if _speaks_of(found, query)
    ]


def _speaks_of(found: Provision, query: str) -> bool:
    haystack = f"{found.id} {found.locator} {found.zh} {found.en} {' '.join(found.needs)}".lower()
    return all(word in haystack for word in query.lower().split())


def _rules_by_provision(edition: Edition) -> dict[str, list[Any]]:
    serving: dict[str, list[Any]] = defaultdict(list)
    for found in edition.rules:
        for served in found.provisions:
            serving[served].append(found)
    return serving
