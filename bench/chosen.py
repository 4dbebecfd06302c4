"""The rules that are measured: the shipped edition, of which only the chosen rules speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from greenmine.editions.shipped import load_shipped
from greenmine.law import Bound, bind

DAY = date(2025, 6, 30)  # a month's end on which all five documents have begun and none has lapsed
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Chosen:
    """An edition as the law reads it, with some of its rules."""

    shipped: Any
    rules: tuple[Any, ...]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.shipped, name)


def ids(*names: str) -> list[str]:
    """The ids in the lists of bench/rules."""
    lines = [line for name in names for line in (HERE / "rules" / f"{name}.txt").read_text("utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def bound(*names: str) -> Bound:
    """The chosen rules on the day; a rule that is gone from the rulebook is refused by name."""
    edition, wanted = load_shipped(), set(ids(*names))
    rules = tuple(rule for rule in edition.rules if rule.id in wanted)
    if missing := wanted - {rule.id for rule in rules}:
        raise SystemExit(f"规则库中没有 · not in the rulebook, change bench/rules: {', '.join(sorted(missing))}")
    made = bind(Chosen(edition, rules), DAY)
    if silent := wanted - {rule.id for rule in made.rules}:
        raise SystemExit(f"{DAY} 未生效 · not in force on {DAY}: {', '.join(sorted(silent))}")
    return made
