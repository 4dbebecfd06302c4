"""Force (效力): on which days a rule speaks, and what its text leaves open about clocks, terms and earlier events."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from greenmine.law.ir import Const, Kind, Named, Node, Shift, Term, Today
from greenmine.law.rules import Rule

ENTERED = ("provincial_entered_on", "national_entered_on")  # the day from which an event counts against a listed mine


class InstrumentLike(Protocol):
    """What the law needs of a document."""

    @property
    def territory(self) -> str:
        """The division for which the text was made."""

    @property
    def in_force(self) -> Any:
        """The days of force, or None where neither text nor operator names them."""

    @property
    def not_before(self) -> date | None:
        """The day before which a text without an effective day cannot have been in force."""


@dataclass(frozen=True, slots=True)
class Force:
    """The days of one rule. `unconfirmed`: the text names no effective day and no operator has entered one."""

    from_on: date | None
    to_on: date | None
    after: str
    unconfirmed: bool

    def speaks(self, on: date) -> bool:
        """Whether the rule is judged on a day: in force, or lapsed but still shown."""
        if self.from_on is not None and on < self.from_on:
            return False
        return self.to_on is None or on <= self.to_on or self.after == "lapsed"

    def in_force(self, on: date) -> bool:
        """Whether the day lies inside the term; the last day counts."""
        return self.speaks(on) and (self.to_on is None or on <= self.to_on)

    def edges(self) -> Iterable[date]:
        """The days on which the rule begins or stops to be in force."""
        if self.from_on:
            yield self.from_on
        if self.to_on:
            yield date.fromordinal(self.to_on.toordinal() + 1)


def force_of(rule: Rule, instrument: InstrumentLike | None) -> Force:
    """The rule's own days, completed from its document."""
    own, text = rule.in_force, instrument.in_force if instrument else None
    not_before = instrument.not_before if instrument else None
    from_on = (own.from_on if own else None) or (text.from_on if text else not_before)
    to_on = (own.to_on if own else None) or (text.to_on if text else None)
    after = (own.after if own else "") or (text.after if text else "") or "lapsed"
    return Force(from_on, to_on, after, unconfirmed=text is None and not_before is not None)


def clock_base(due: Node) -> Term | None:
    """The day to which `due` adds a period; None where it adds none (then there is no clock)."""
    node, adds = due, False
    while isinstance(node, Shift | Named):
        if isinstance(node, Shift):
            adds = adds or node.count > 0
            node = node.day
        else:
            node = node.node
    return node if adds and not isinstance(node, Today) else None  # type: ignore[return-value]


def counted_from(due: Node, start: date) -> Term:
    """The same period counted from another day (`from_force`)."""
    if isinstance(due, Named):
        return counted_from(due.node, start)
    if isinstance(due, Shift):
        return Shift(counted_from(due.day, start), due.count, due.months)
    return Const(start.toordinal(), Kind("day"))


@dataclass(frozen=True, slots=True)
class Confirmations:
    """What persons have confirmed: readings of rules, and rules that need not yield after all."""

    readings: frozenset[str] = frozenset()
    unyielding: frozenset[str] = frozenset()

    @classmethod
    def read(cls, confirmations: Collection[Any]) -> Confirmations:
        """From the edition's records: rule ids, or objects with `rule` and `settles` (reading, or yields)."""
        readings: set[str] = set()
        unyielding: set[str] = set()
        for confirmation in confirmations or ():
            rule = confirmation if isinstance(confirmation, str) else _part(confirmation, "rule")
            settles = "reading" if isinstance(confirmation, str) else _part(confirmation, "settles", "reading")
            (unyielding if settles == "yields" else readings).add(rule)
        return cls(frozenset(readings), frozenset(unyielding))


def _part(confirmation: Any, name: str, default: str = "") -> str:
    value = confirmation.get(name, default) if isinstance(confirmation, dict) else getattr(confirmation, name, default)
    return str(value)
