"""What every act of the directory shares: who acts, the ledger, numbers, history, facts, and dated figures."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import models

from greenmine.accounts.models import Organisation, Person
from greenmine.directory.models import Entry, EntryEvent, Tier
from greenmine.directory.permissions import CannotAct
from greenmine.editions import queries as editions
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.ledger import actions as ledger
from greenmine.registry import queries as registry
from greenmine.registry.models import Counter, Mine

SYSTEM = "system"
LISTING = "standard_status"
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Act:
    """Who acts, for which authority, on which day."""

    by: Person
    organisation: Organisation
    on: date

    @property
    def who(self) -> str:
        """As it stands in the file."""
        return f"{self.organisation.name} · {self.by.name}"

    @property
    def source(self) -> Source:
        """As the source of what the system itself counts."""
        return Source(SYSTEM, "", self.who)


def write(
    act: Act, verb: str, subject: tuple[str, str], zh: str, en: str, cite: Sequence[str] = (), *, region: str = "",
    payload: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Enter an act in the ledger."""
    ledger.record(
        f"directory.{verb}", subject=subject, by=act.by, organisation=act.organisation, on=act.on,
        sentence={"zh": zh, "en": en}, cite=list(cite), region_code=region, payload=payload or {},
    )  # fmt: skip


def event(
    entry: Entry, kind: str, act: Act, zh: str, en: str, cite: Sequence[str] = (), *, case: str = "",
    public: bool = True, day: date | None = None,
) -> EntryEvent:  # fmt: skip
    """Write down what happened to an entry, and in the ledger."""
    made = EntryEvent.objects.create(
        entry=entry, kind=kind, on=day or act.on, state=entry.state, changing=entry.changing, zh=zh, en=en,
        cite=list(cite), case=case, public=public, by=act.who, recorded_on=act.on,
    )  # fmt: skip
    write(
        act, kind, ("entry", entry.number), f"{entry.number} {entry.mine_name}：{zh}", f"{entry.number}: {en}", cite,
        region=entry.region_code, payload={"mine": entry.mine, "tier": entry.tier, "case": case, "state": entry.state},
    )  # fmt: skip
    return made


def next_number(letters: str, on: date) -> str:
    """ML-2026-0001: the year and the number within it; two transactions never get the same."""
    kind = f"{letters}-{on.year}"
    Counter.objects.get_or_create(kind=kind)
    counter = Counter.objects.select_for_update().get(kind=kind)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{kind}-{counter.last:04d}"


def mine_of(key: str, kind: type[CannotAct] = CannotAct) -> Mine:
    """A mine that exists, by its permanent number."""
    found = registry.standing_mines().select_related("holder").filter(key=key).first()
    if found is None:
        raise kind(f"没有编号为 {key} 的矿山", f"there is no mine {key}")
    return found


def state_entry(entry: Entry, act: Act, value: str, *, since: date, entered: bool = False) -> None:
    """State what the law reads of an entry: its state, and the day of entry, as kept by the system for its owner."""
    edition = editions.active()
    said = [Statement("mine", entry.mine, f"{entry.tier}_entry", value, since=since)]
    if entered:
        said.append(
            Statement("mine", entry.mine, f"{entry.tier}_entered_on", entry.entered_on.isoformat(), since=since)
        )
    source = Source(
        SYSTEM, entry.owner, act.who
    )  # one keeper for each directory: two offices never contradict each other
    facts.state_many(edition, said, source=source, act=f"entry:{entry.number}")
    if entered and entry.tier == Tier.PROVINCIAL and act.organisation.actor in edition.dictionary[LISTING].stated_by:
        facts.state(
            edition, Statement("mine", entry.mine, LISTING, "listed", since=since),
            source=Source(act.organisation.actor, act.organisation.key, act.who), act=f"entry:{entry.number}",
        )  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A dated value of the rulebook as it holds on a day, with how sure it is."""

    id: str
    figure: int
    confidence: str
    title: Mapping[str, str]
    source: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """For the case that used it."""
        return {
            "id": self.id, "figure": self.figure, "confidence": self.confidence, "title": dict(self.title),
            "source": dict(self.source),
        }  # fmt: skip


def figure(identifier: str, on: date) -> Figure | None:
    """A figure of the rulebook on a day; None where no text of that day gives one."""
    value = editions.active().values[identifier]
    version = value.on(on)
    if version is None:
        return None
    row = version.rows[()]
    return Figure(identifier, int(row.value), row.confidence, dict(value.title), dict(version.source))


def months_after(day: date, count: int) -> date:
    """The same day so many months later; the last day of a month that has no such day."""
    place = day.year * 12 + day.month - 1 + count
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def lock(row: Row) -> Row:
    """The row as it is now: of two who act at once the second sees the first."""
    return type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)  # noqa: SLF001 -- documented
