"""Comparing two editions (版本比对): the flips between two judgements of one mine, and of all mines in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db import transaction

from greenmine.editions.edition import Edition
from greenmine.evaluation.judging import Judgement
from greenmine.evaluation.reading import judge_mines
from greenmine.registry import queries as registry
from greenmine.web.operator.models import ComparedFlip, EditionComparison

AT_ONCE = 200
ABSENT = ("", False)
IDLE = {"", "not_applicable"}  # a rule that is not there and one that does not apply ask the same of a mine: nothing
Standings = Counter[tuple[str, str]]


def flips_between(before: Judgement, after: Judgement) -> Iterator[ComparedFlip]:
    """Every rule that comes to another outcome, or begins or ceases to count by itself; in order of rule id."""
    was, now = _outcomes(before), _outcomes(after)
    for rule in sorted({*was, *now}):
        old, new = was.get(rule, ABSENT), now.get(rule, ABSENT)
        if old != new and not {old[0], new[0]} <= IDLE:
            yield ComparedFlip(
                mine=after.sheet.key,
                region_code=after.sheet.region_code or "",
                rule=rule,
                before=old[0],
                counted_before=old[1],
                outcome=new[0],
                counted=new[1],
            )


def run(comparison: EditionComparison, before: Edition, after: Edition) -> None:
    """Judge every mine under both editions and keep the flips; beginning again forgets what an earlier try kept."""
    comparison.flips.all().delete()
    mines = list(registry.standing_mines().order_by("key").values_list("key", flat=True))
    _note(comparison, state=EditionComparison.State.RUNNING, total=len(mines), done=0, standings=[])
    moved: Standings = Counter()
    for start in range(0, len(mines), AT_ONCE):
        chunk = mines[start : start + AT_ONCE]
        flips, here = _compare(comparison, before, after, chunk)  # judged before writing: writers do not wait for it
        moved += here
        with transaction.atomic():
            ComparedFlip.objects.bulk_create(flips, batch_size=500)
            _note(comparison, done=start + len(chunk))
    table = [[old, new, count] for (old, new), count in sorted(moved.items())]
    _note(comparison, state=EditionComparison.State.DONE, standings=table)


def _compare(
    comparison: EditionComparison, before: Edition, after: Edition, mines: Sequence[str]
) -> tuple[list[ComparedFlip], Standings]:
    """The flips of these mines, and how many moved from which standing to which."""
    on, known_at = comparison.judged_on, comparison.known_at
    was = judge_mines(before, mines, on=on, known_at=known_at)
    now = judge_mines(after, mines, on=on, known_at=known_at)
    moved: Standings = Counter()
    flips: list[ComparedFlip] = []
    for old, new in zip(was, now, strict=True):
        flips += flips_between(old, new)
        if old.standing.state != new.standing.state:
            moved[old.standing.state, new.standing.state] += 1
    for flip in flips:
        flip.comparison = comparison
    return flips, moved


def _outcomes(judged: Judgement) -> dict[str, tuple[str, bool]]:
    return {finding.rule.id: (str(finding.outcome), finding.counted) for finding in judged.findings}


def _note(comparison: EditionComparison, **fields: object) -> None:
    for name, value in fields.items():
        setattr(comparison, name, value)
    comparison.save(update_fields=list(fields))
