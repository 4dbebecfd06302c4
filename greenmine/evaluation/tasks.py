"""What happens by itself: mines are judged again when something was stated about them, when a day turns, or an edition.

Each task finds what is due and judges it; running twice changes nothing, and a crash leaves the cursor where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from greenmine.editions.edition import Edition
from greenmine.evaluation import recording
from greenmine.evaluation.models import FactRequest, MineStanding, RequestedFact
from greenmine.evaluation.pushdown import packed_outcomes
from greenmine.evaluation.reading import judge_mines
from greenmine.facts import actions as facts_actions
from greenmine.facts import queries as facts
from greenmine.facts import reading

READER = "evaluation.rejudge"
AT_ONCE = 500


def rejudge_changed(edition: Edition, *, on: date, known_at: datetime) -> int:
    """Judge every mine touched by changes not yet seen; returns how many. At least once: judged before the cursor moves."""
    judged = 0
    while changes := facts.changes_after(READER):
        mines = {change.subject_key for change in changes if change.subject_kind == "mine"}
        holders = sorted({change.subject_key for change in changes if change.subject_kind == "enterprise"})
        mines |= set(facts.held_by(holders))
        # A change recorded after `known_at` was asked for must be seen too, or the cursor would pass it unjudged.
        seen_at = max(known_at, *(change.recorded_at for change in changes))
        judged += rejudge(edition, sorted(mines), on=on, known_at=seen_at)
        facts_actions.move_cursor(READER, to=changes[-1])
    return judged


def rejudge(edition: Edition, mines: Iterable[str], *, on: date, known_at: datetime) -> int:
    """Judge these mines and keep the result, some hundreds at a time, each batch in a transaction of its own."""
    keys = list(mines)
    moved: set[str] = set()
    try:
        for start in range(0, len(keys), AT_ONCE):
            moved |= _rejudge_batch(edition, keys[start : start + AT_ONCE], on=on, known_at=known_at)
    finally:  # what was judged is counted, whatever happened to the rest
        recording.refresh_totals(moved)
    return len(keys)


@transaction.atomic
def _rejudge_batch(edition: Edition, mines: Sequence[str], *, on: date, known_at: datetime) -> frozenset[str]:
    judgements = list(judge_mines(edition, mines, on=on, known_at=known_at))
    holders = reading.related("mine", mines, "holder", on=on, known_at=known_at)
    kept = recording.keep(judgements, edition=edition, on=on, known_at=known_at, holders=holders)
    _close_settled(judgements, on=on)
    return kept.regions


def rejudge_day(edition: Edition, *, on: date, known_at: datetime) -> int:
    """Judge again every mine not yet judged for this day or this edition (日切、版本启用)."""
    due = MineStanding.objects.exclude(judged_on=on, edition=edition.id).order_by("mine")
    before = dict(due.values_list("mine", "outcomes"))
    if facts.rolled_on("mine") != on:
        return rejudge(edition, before, on=on, known_at=known_at)
    same = {mine for mine, packed in packed_outcomes(edition, on=on) if before.get(mine) == packed}
    done = rejudge(edition, [mine for mine in before if mine not in same], on=on, known_at=known_at)
    due.filter(mine__in=same, edition=edition.id).update(judged_on=on, known_at=known_at)
    return done


def _close_settled(judgements: Iterable[object], *, on: date) -> None:
    """Close the requests for facts that are known by now, whoever stated them."""
    known = {(judged.sheet.key, name) for judged in judgements for name in judged.sheet.values}  # type: ignore[attr-defined]
    mines = {mine for mine, _ in known}
    still_open = RequestedFact.objects.filter(mine__in=mines, state=RequestedFact.State.OPEN)
    settled = [item.pk for item in still_open if (item.mine, item.fact) in known]
    RequestedFact.objects.filter(pk__in=settled).update(state=RequestedFact.State.SETTLED_OTHERWISE)
    FactRequest.objects.filter(closed_on__isnull=True, items__pk__in=settled).exclude(
        items__state=RequestedFact.State.OPEN
    ).update(closed_on=on)
