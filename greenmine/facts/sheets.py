"""Sheets (事实表): from everything recorded about a subject to the one row of values the law reads on a day.

`sheet(kind, key, …, on, known_at)` is a pure function of the records. On a day, for each fact:
1. statements that stood in the records at `known_at` and speak of `on`; per organisation the latest recorded one;
2. the highest-ranked source that says anything decides; equal ranks that differ make the fact unknown (`conflict`,
   来源冲突); a lower rank that differs leaves the value and marks it `disputed` (有不同来源);
3. a collection (penalties, yearly figures) folds to its scalar before single statements are looked at;
4. a fact kept by the system that nobody stated is none where the region's migrated history is declared complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from greenmine.editions.territories import Divisions
from greenmine.facts.assertions import Assertion, CollectionRow, History, Records
from greenmine.facts.folds import Row, fold
from greenmine.law import NONE, Dictionary, Fact, Sheet

CONFLICT = "conflict"
DISPUTED = "disputed"
SYSTEM = "system"
UNKNOWN = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the value on a sheet comes from: who said it, when, and whether a fold or a declaration made it."""

    source: str
    label: str
    since: date | None
    recorded_at: datetime | None
    sequence: int | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """One fact on one day: its lowered value (None where unknown), its mark, and the source that decided."""

    value: Any
    mark: str | None
    source: Source | None


NOTHING_SAID = Resolved(UNKNOWN, None, None)


def sheet(
    kind: str,
    key: str,
    records: Records,
    dictionary: Dictionary,
    *,
    on: date,
    known_at: datetime,
    divisions: Divisions | None = None,
) -> Sheet:
    """The sheet of one subject on a day, from what was recorded at a moment."""
    said: dict[str, list[Assertion]] = {}
    for assertion in records.assertions:
        if assertion.known(known_at) and assertion.holds(on):
            said.setdefault(assertion.name, []).append(assertion)
    region = _region(said, dictionary) if kind != "region" else key
    declared = _history_is_declared(records.histories, region, known_at, divisions)
    values: dict[str, Any] = {}
    marks: dict[str, str] = {}
    sources: dict[str, Source] = {}
    for fact in _facts_to_ask(dictionary, kind, said, declared=declared):
        resolved = _resolve(fact, said.get(fact.name, ()), records, on, known_at, declared)
        if resolved.value is not UNKNOWN:
            values[fact.name] = resolved.value
        if resolved.mark is not None:
            marks[fact.name] = resolved.mark
        if resolved.source is not None:
            sources[fact.name] = resolved.source
    return Sheet(
        kind=kind,
        key=key,
        region_code=region,
        values=values,
        marks=marks,
        sources=sources,
        dictionary=dictionary,
    )


def with_paths(own: Sheet, **others: Sheet | None) -> Sheet:
    """A sheet that can also be read one hop away: `with_paths(mine, holder=enterprise)` answers `holder.rnd_spend_ratio`."""
    if not any(others.values()):
        return own
    values, marks, sources = dict(own.values), dict(own.marks), dict(own.sources)
    for path, other in others.items():
        if other is None:
            continue
        values.update({f"{path}.{name}": value for name, value in other.values.items()})
        marks.update({f"{path}.{name}": mark for name, mark in other.marks.items()})
        sources.update({f"{path}.{name}": source for name, source in other.sources.items()})
    return replace(own, values=values, marks=marks, sources=sources)


def rank(fact: Fact, source: str) -> int:
    """How highly a source is believed about a fact: 0 is first; a source the dictionary does not name comes last."""
    ranked: tuple[str, ...] = tuple(fact.stated_by)
    return ranked.index(source) if source in ranked else len(ranked)


def resolve(fact: Fact, assertions: Iterable[Assertion]) -> Resolved:
    """What the statements about one fact on one day come to (rank, conflict, disputed)."""
    latest = _latest_of_each_source(assertions)
    if not latest:
        return NOTHING_SAID
    if len(latest) == 1:
        return Resolved(latest[0].value, None, _source(latest[0]))
    best = min(rank(fact, assertion.source) for assertion in latest)
    first = [assertion for assertion in latest if rank(fact, assertion.source) == best]
    winner = max(first, key=_recency)
    if any(_differ(assertion, winner) for assertion in first):
        return Resolved(UNKNOWN, CONFLICT, None)
    disputed = any(_differ(assertion, winner) for assertion in latest)
    return Resolved(winner.value, DISPUTED if disputed else None, _source(winner))


def _resolve(
    fact: Fact,
    said: Iterable[Assertion],
    records: Records,
    on: date,
    known_at: datetime,
    declared: bool,
) -> Resolved:
    folded = _folded(fact, records, on, known_at)
    if folded is not UNKNOWN:
        return Resolved(folded, None, Source(SYSTEM, "", None, None, None))
    resolved = resolve(fact, said)
    nothing_said = resolved.value is UNKNOWN and resolved.mark is None
    if nothing_said and declared and fact.kept_by == SYSTEM:
        return Resolved(_nothing_happened(fact), None, Source(SYSTEM, "", None, None, None))
    return resolved


def _folded(fact: Fact, records: Records, on: date, known_at: datetime) -> Any:
    if not fact.fold:
        return UNKNOWN
    record = fact.fold["record"]
    rows = _latest_rows(record, records.rows, known_at)
    complete = any(
        c.record == record and c.complete_to >= on and c.recorded_at <= known_at for c in records.completeness
    )
    if not rows and not complete:
        return UNKNOWN
    return fold(fact.fold["by"], rows, fact.fold.get("field", ""), on=on, complete=complete)


def _latest_rows(record: str, rows: Iterable[CollectionRow], known_at: datetime) -> list[Row]:
    """Per row key the latest recording that stood at the moment: a correction replaces what it corrects."""
    latest: dict[str, CollectionRow] = {}
    for row in rows:
        stood = row.recorded_at <= known_at and (row.withdrawn_at is None or known_at < row.withdrawn_at)
        if row.record != record or not stood:
            continue
        other = latest.get(row.key)
        if other is None or (row.recorded_at, row.sequence) > (
            other.recorded_at,
            other.sequence,
        ):
            latest[row.key] = row
    return [Row(row.key, row.from_on, row.closed_on, row.fields) for _, row in sorted(latest.items())]


def _latest_of_each_source(assertions: Iterable[Assertion]) -> list[Assertion]:
    listed = list(assertions)
    if len(listed) <= 1:
        return listed
    latest: dict[tuple[str, str], Assertion] = {}
    for assertion in listed:
        who = (assertion.source, assertion.organisation)
        if who not in latest or _recency(assertion) > _recency(latest[who]):
            latest[who] = assertion
    return list(latest.values())


def _source(assertion: Assertion) -> Source:
    return Source(assertion.source, assertion.label, assertion.since, assertion.recorded_at, assertion.sequence)


def _recency(assertion: Assertion) -> tuple[datetime, int]:
    return assertion.recorded_at, assertion.sequence


def _differ(one: Assertion, other: Assertion) -> bool:
    """None is itself a value: `none` against a day is a difference; so is true against 1 in another type."""
    if one.value is NONE or other.value is NONE:
        return one.value is not other.value
    return bool(one.value != other.value)


def _region(said: Mapping[str, list[Assertion]], dictionary: Dictionary) -> str | None:
    if "region_code" not in dictionary:
        return None
    fact = dictionary["region_code"]
    value = resolve(fact, said.get("region_code", ())).value
    return None if value is UNKNOWN or value is NONE else str(fact.show(value))


def _history_is_declared(
    histories: Iterable[History],
    region: str | None,
    known_at: datetime,
    divisions: Divisions | None,
) -> bool:
    """Whether someone has declared the migrated history of the subject's region (or one above it) complete."""
    if region is None:
        return False
    above = set(divisions.ancestors(region)) if divisions is not None else {region}
    return any(history.region in above and history.recorded_at <= known_at for history in histories)


def _nothing_happened(fact: Fact) -> Any:
    """What a fact kept by the system says where nothing ever happened: none, no, or zero."""
    if fact.may_be_none:
        return NONE
    if fact.type == "enum":
        return fact.parse("none") if "none" in fact.domain else UNKNOWN
    return {"boolean": False, "integer": 0}.get(fact.type, UNKNOWN)


def _facts_to_ask(dictionary: Dictionary, kind: str, said: Mapping[str, object], *, declared: bool) -> Iterable[Fact]:
    """The facts that can have a value: those stated, those folded, and, where history is declared, the system's own."""
    of_kind = _of_kind(dictionary, kind)
    yield from (of_kind.by_name[name] for name in said if name in of_kind.by_name)
    always = (*of_kind.folded, *(of_kind.kept_by_system if declared else ()))
    yield from {fact.name: fact for fact in always if fact.name not in said}.values()


@dataclass(frozen=True, slots=True)
class _OfKind:
    """The facts of one kind of subject, as a sheet asks for them; kept beside the dictionary they were read from."""

    dictionary: Dictionary
    by_name: Mapping[str, Fact]
    folded: tuple[Fact, ...]
    kept_by_system: tuple[Fact, ...]


_known_kinds: dict[tuple[int, str], _OfKind] = {}


def _of_kind(dictionary: Dictionary, kind: str) -> _OfKind:
    found = _known_kinds.get((id(dictionary), kind))
    if found is None or found.dictionary is not dictionary:
        facts = dictionary.for_subject(kind)
        found = _OfKind(
            dictionary,
            {fact.name: fact for fact in facts},
            tuple(fact for fact in facts if fact.fold),
            tuple(fact for fact in facts if fact.kept_by == SYSTEM),
        )
        _known_kinds[id(dictionary), kind] = found
    return found


__all__ = [
    "CONFLICT",
    "DISPUTED",
    "Resolved",
    "Source",
    "rank",
    "resolve",
    "sheet",
    "with_paths",
]
