"""Statements (陈述) before they are recorded: checked against the dictionary, in words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from greenmine.facts.sheets import SYSTEM
from greenmine.law import NONE, Dictionary, Fact
from greenmine.law.problems import ValueProblem

EARLIEST_DAY = date(1949, 10, 1)  # no authority of today has a record that speaks of an earlier day


@dataclass(frozen=True, slots=True)
class Source:
    """Who says it: the actor of the dictionary, the organisation's permanent key, and the words shown for it."""

    actor: str
    organisation: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One value said of one subject; `since` and `until` (first day it no longer holds) may be open."""

    kind: str
    key: str
    name: str
    value: Any
    since: date | None = None
    until: date | None = None
    evidence: tuple[str, ...] = field(default_factory=tuple)
    note: str = ""


class CannotState(ValueError):
    """A statement that is refused, in words: what is wrong and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


def canonical_value(fact: Fact, raw: Any) -> str:
    """The JSON text a value is stored as: equal values have equal texts. ValueProblem outside the domain."""
    return json.dumps(fact.show(fact.parse(raw)), ensure_ascii=False)


def lowered_text(fact: Fact, lowered: Any) -> str:
    """The JSON text of a value that is lowered already (an imported ledger's)."""
    shown = fact.show(lowered)
    return _plain_text(shown) if isinstance(shown, str) else json.dumps(shown)


@lru_cache(maxsize=4096)
def _plain_text(shown: str) -> str:
    return json.dumps(shown, ensure_ascii=False)


def check(dictionary: Dictionary, statement: Statement, source: Source, *, imported: bool) -> Fact:
    """The fact a statement is about; CannotState where it may not be said, of this, or by this source.

    An import and a recorded migration may state what the source usually does not: it then ranks behind all others.
    """
    if "." in statement.name or statement.name not in dictionary:
        raise CannotState(
            f"事实目录中没有“{statement.name}”",
            f"the dictionary has no fact {statement.name!r}",
        )
    fact = dictionary[statement.name]
    if fact.subject != statement.kind:
        raise CannotState(
            f"“{fact.label['zh']}”不是关于该类对象的事实",
            f"{fact.name} is a fact of {fact.subject}, not {statement.kind}",
        )
    if not imported and source.actor not in fact.stated_by:
        raise CannotState(
            f"“{fact.label['zh']}”不由{source.label or source.actor}填报，应由：{'、'.join(fact.stated_by)}",
            f"{fact.name} is stated by {', '.join(fact.stated_by)}, not by {source.actor}",
        )
    if fact.kept_by == SYSTEM and source.actor != SYSTEM and not imported:
        raise CannotState(
            f"“{fact.label['zh']}”由系统记录，只能由相应业务办理产生",
            f"{fact.name} is kept by the system and follows from its acts",
        )
    if statement.since and statement.until and statement.until <= statement.since:
        raise CannotState("截止日应晚于起始日", "the end must come after the beginning")
    return fact


def check_together(dictionary: Dictionary, statements: Iterable[Statement]) -> None:
    """An entry said to be none cannot have an entered day, nor a listed one the day none (rules: neither is derived)."""
    said: dict[tuple[str, str], dict[str, Any]] = {}
    for one in statements:
        said.setdefault((one.kind, one.key), {})[one.name] = one.value
    for values in said.values():
        for tier in ("provincial", "national"):
            _check_entry(dictionary, values, f"{tier}_entry", f"{tier}_entered_on")


def _check_entry(dictionary: Dictionary, values: dict[str, Any], entry: str, day: str) -> None:
    if entry not in values or day not in values or entry not in dictionary or day not in dictionary:
        return
    try:
        listed = dictionary[entry].show(dictionary[entry].parse(values[entry]))
        entered = dictionary[day].parse(values[day])
    except ValueProblem:
        return  # refused on its own
    if (listed == "none" and entered is not NONE) or (listed == "listed" and entered is NONE):
        raise CannotState(
            "名录状态与纳入日期相互矛盾",
            "the entry and the day it was entered contradict each other",
        )
