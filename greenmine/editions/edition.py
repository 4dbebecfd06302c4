"""An edition (规则版本): the rulebook's files, what an operator added to them, and the engine, as one immutable thing.

Its id is the hash of the canonical JSON of all three, so equal law has equal ids on every machine and a changed comment
changes nothing. The canonical JSON holds everything needed to build the edition again: databases store it whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from greenmine.editions.calendars import Calendar
from greenmine.editions.instruments import Instrument, Provision
from greenmine.editions.territories import Divisions
from greenmine.law import Dictionary, Rule

ORDERED = "domain"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A named person's confirmation (口径确认): a rule's reading by default is settled, or it need not yield after all."""

    rule: str
    settles: str  # reading | yields
    reason: str
    document: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class EffectiveDay:
    """The effective day of a document that does not name it, entered by an operator with its source (施行日期登记)."""

    instrument: str
    from_on: date
    source: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Overlay:
    """What this installation added to the shipped files (本地补充)."""

    effective_days: tuple[EffectiveDay, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    files: Mapping[str, Any] = field(default_factory=dict)  # path → parsed content: values replaced, official tables

    def as_json(self) -> dict[str, Any]:
        """The overlay in plain values, lists in a fixed order."""
        return {
            "effective_days": sorted((_plain(day) for day in self.effective_days), key=_text),
            "confirmations": sorted((_plain(one) for one in self.confirmations), key=_text),
            "files": dict(self.files),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Overlay:
        """The overlay as it was stored."""
        return cls(
            effective_days=tuple(
                EffectiveDay(
                    d["instrument"],
                    date.fromisoformat(d["from_on"]),
                    d["source"],
                    d["by"],
                    date.fromisoformat(d["on"]),
                )
                for d in content.get("effective_days", ())
            ),
            confirmations=tuple(
                Confirmation(
                    c["rule"],
                    c["settles"],
                    c["reason"],
                    c["document"],
                    c["by"],
                    date.fromisoformat(c["on"]),
                )
                for c in content.get("confirmations", ())
            ),
            files=dict(content.get("files", {})),
        )


@dataclass(frozen=True)
class Edition:
    """The law as read here: dictionary, documents, rules, values, divisions, calendars and what has been confirmed."""

    id: str
    dictionary: Dictionary
    instruments: Mapping[str, Instrument]
    rules: tuple[Rule, ...]
    values: Any
    divisions: Divisions
    calendar: Calendar
    standing: Mapping[str, Any]
    words: Mapping[str, Any]
    confirmations: tuple[Confirmation, ...]
    overlay: Overlay = field(default_factory=Overlay)
    _provisions: dict[str, Provision] = field(init=False, repr=False, compare=False)
    _rules: dict[str, Rule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        provisions = {p.id: p for instrument in self.instruments.values() for p in instrument.provisions}
        object.__setattr__(self, "_provisions", provisions)
        object.__setattr__(self, "_rules", {rule.id: rule for rule in self.rules})

    def covers(self, territory: str, region: str | None, on: date) -> bool:
        """Whether a text for a territory reaches a region on a day (the divisions table of that day)."""
        return self.divisions.covers(territory, region, on)

    def instrument(self, identifier: str) -> Instrument:
        """The document with this id; KeyError where the rulebook has none."""
        return self.instruments[identifier]

    def provision(self, identifier: str) -> Provision:
        """The provision with this id (gs-2023/3.3.l); KeyError where the rulebook has none."""
        return self._provisions[identifier]

    def has_provision(self, identifier: str) -> bool:
        """Whether the rulebook holds this provision."""
        return identifier in self._provisions

    def provisions(self) -> Iterable[Provision]:
        """All provisions, document by document, in the order of the text."""
        return self._provisions.values()

    def rule(self, identifier: str) -> Rule:
        """The rule with this id; KeyError where the rulebook has none."""
        return self._rules[identifier]

    def rules_of(self, provision: str) -> list[Rule]:
        """The rules that serve a provision."""
        return [rule for rule in self.rules if provision in rule.provisions]

    def cite(self, provision: str) -> str:
        """How a clause is quoted on screen and in letters: number of the document and place in it."""
        found = self.provision(provision)
        return self.instrument(found.instrument).cite(found)


ShippedEdition = Edition  # the shipped one is an edition like any other


def canonical(files: Mapping[str, Any], overlay: Overlay, engine: str) -> str:
    """The canonical JSON of an edition: keys in order of the alphabet, no blanks, Chinese unescaped.

    Only a domain keeps the order of its file: a stored value is the place of its code in it.
    """
    content = {"engine": engine, "files": dict(files), "overlay": overlay.as_json()}
    return json.dumps(_in_order(content), ensure_ascii=False, separators=(",", ":"))


def _in_order(content: Any, *, as_written: bool = False) -> Any:
    if isinstance(content, Mapping):
        keys = content if as_written else sorted(content)
        return {key: _in_order(content[key], as_written=key == ORDERED) for key in keys}
    if isinstance(content, list | tuple):
        return [_in_order(item) for item in content]
    return content


def edition_id(text: str) -> str:
    """The id of an edition: the hash of its canonical JSON."""
    return sha256(text.encode()).hexdigest()


def _plain(entry: Confirmation | EffectiveDay) -> dict[str, str]:
    return {name: str(getattr(entry, name)) for name in entry.__slots__}


def _text(entry: Mapping[str, str]) -> str:
    return json.dumps(entry, sort_keys=True)
