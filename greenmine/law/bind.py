"""Binding (绑定): an edition on a day — the rules that speak, compiled once, asked many times."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Protocol

from greenmine.law.closures import Closures
from greenmine.law.dictionary import Dictionary
from greenmine.law.folding import Day
from greenmine.law.force import Confirmations, Force, InstrumentLike, force_of
from greenmine.law.judge import Judge
from greenmine.law.problems import NoRuleInForce
from greenmine.law.rules import Rule
from greenmine.law.values import Value

COUNTRY = "000000"
DAYS_KEPT = 200


class DivisionsLike(Protocol):
    """What the law needs of the table of divisions."""

    def covers(self, territory: str, region: str | None, on: date | None = None) -> bool:
        """Whether a territory reaches a region on a day."""


class EditionLike(Protocol):
    """What the law needs of an edition: which text is read, and what was confirmed about it."""

    @property
    def id(self) -> str:
        """The hash that names the edition."""

    @property
    def dictionary(self) -> Dictionary:
        """The fact dictionary."""

    @property
    def instruments(self) -> Any:
        """The documents, by id or listed."""

    @property
    def rules(self) -> Collection[Rule]:
        """Every rule of every pack."""

    @property
    def values(self) -> Mapping[str, Value]:
        """The dated values by id."""

    @property
    def divisions(self) -> Any:
        """The table of divisions."""

    @property
    def confirmations(self) -> Any:
        """What persons have confirmed."""


class Bound:
    """The rules of an edition that are in force or lapsed on `on`; judges are compiled when first asked."""

    def __init__(self, edition: EditionLike, on: date, like: Bound | None = None) -> None:
        self.edition, self.on = edition, on
        self.dictionary: Dictionary = edition.dictionary
        self.day = Day(on, edition.values)
        self.closures = Closures(self.day)
        if like is None:
            self.confirmations = Confirmations.read(edition.confirmations)
            self.instruments = _by_id(edition.instruments)
            self.forces = {
                rule.id: (rule, force_of(rule, self.instruments.get(rule.instrument)))
                for rule in sorted(edition.rules, key=lambda rule: rule.id)
            }
        else:
            self.confirmations, self.instruments, self.forces = like.confirmations, like.instruments, like.forces
        self.rules: list[Rule] = [rule for rule, force in self.forces.values() if force.speaks(on)]
        self._other_days: dict[date, Bound] = {}
        self._by_id = {rule.id: rule for rule in self.rules}
        self._judges: dict[tuple[str, str], Judge] = {}
        self._covering: dict[tuple[str, str | None], tuple[Judge, ...]] = {}
        self._yielders: dict[tuple[str, str | None], tuple[Judge, ...]] = {}
        self._covers: dict[tuple[str, str | None], bool] = {}

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id; NoRuleInForce where it does not speak on the day."""
        if rule_id not in self._by_id:
            raise NoRuleInForce(rule_id, self.on)
        return self._by_id[rule_id]

    def speaks(self, rule_id: str) -> bool:
        """Whether a rule is in force or lapsed on the day."""
        return rule_id in self._by_id

    def force(self, rule: Rule) -> Force:
        """The days of a rule."""
        return self.forces[rule.id][1]

    def judge(self, rule: Rule, path: str = "") -> Judge:
        """The compiled rule, read with a path where it is judged one hop away."""
        key = (rule.id, path)
        if key not in self._judges:
            self._judges[key] = Judge(
                rule, path, self.forces[rule.id][1], self.day, self.closures, self.dictionary, self.confirmations
            )
        return self._judges[key]

    def territory_of(self, rule: Rule) -> str:
        """Where a rule holds: its own territory, or its document's."""
        instrument = self.instruments.get(rule.instrument)
        return rule.territory or (instrument.territory if instrument else COUNTRY)

    def covers(self, rule: Rule, region: str | None) -> bool:
        """Whether the rule's territory covers a region on the day; without a region only national rules do."""
        key = (self.territory_of(rule), region)
        if key not in self._covers:
            territory = key[0]
            self._covers[key] = territory == COUNTRY or (
                region is not None and self.edition.divisions.covers(territory, region, self.on)
            )
        return self._covers[key]

    def path(self, rule: Rule, kind: str) -> str | None:
        """How a rule is read on a sheet of some kind: '' plainly, 'holder' an enterprise's rule on a mine, None not at all."""
        if rule.kind == "quota":
            return None
        if rule.subject == kind:
            return ""
        return "holder" if kind == "mine" and rule.subject == "enterprise" else None

    def covering(self, kind: str, region: str | None) -> tuple[Judge, ...]:
        """Every judge for sheets of a kind in a region, by rule id."""
        key = (kind, region)
        if key not in self._covering:
            self._covering[key] = tuple(
                self.judge(rule, path)
                for rule in self.rules
                if (path := self.path(rule, kind)) is not None and self.covers(rule, region)
            )
        return self._covering[key]

    def judge_for(self, rule_id: str, kind: str, region: str | None) -> Judge | None:
        """The judge of one rule for sheets of a kind in a region; None where the rule does not cover them."""
        rule = self.rule(rule_id)
        path = self.path(rule, kind)
        return self.judge(rule, path) if path is not None and self.covers(rule, region) else None

    def yielders(self, kind: str, region: str | None) -> tuple[Judge, ...]:
        """Those of `covering` that may yield to another."""
        key = (kind, region)
        if key not in self._yielders:
            self._yielders[key] = tuple(
                judge for judge in self.covering(kind, region) if judge.rule.yields_to and not judge.unyielding
            )
        return self._yielders[key]

    def at(self, on: date) -> Bound:
        """The same edition on another day; the last days asked for are kept."""
        if on == self.on:
            return self
        if on not in self._other_days:
            if len(self._other_days) >= DAYS_KEPT:
                self._other_days.clear()
            self._other_days[on] = Bound(self.edition, on, like=self)
        return self._other_days[on]

    def words_of(self, name: str, lang: str = "zh") -> str:
        """The label of a fact as read, or the title of a value named in `missing`."""
        if name.startswith("value:"):
            value = self.edition.values.get(name[6:])
            return value.title[lang] if value else name[6:]
        if name.startswith("in_force:"):
            return "施行日期" if lang == "zh" else "effective day"
        label = self.dictionary[name].label[lang]
        if name.startswith("holder."):
            return f"矿业权人：{label}" if lang == "zh" else f"holder: {label}"
        return label


def bind(edition: EditionLike, on: date) -> Bound:
    """The edition's rules on a day."""
    return Bound(edition, on)


def _by_id(instruments: Any) -> Mapping[str, InstrumentLike]:
    if isinstance(instruments, Mapping):
        return instruments
    return {instrument.id: instrument for instrument in instruments or ()}
