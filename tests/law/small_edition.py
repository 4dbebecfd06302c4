"""A small edition built from texts, for tests of the engine alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from greenmine.law import Case, Dictionary, Rule, Sheet, Value, load_dictionary, load_pack, load_values


class Divisions:
    """Provinces by their digits; the tests need no more."""

    rows: tuple[Any, ...] = ()

    def covers(self, territory: str, region: str | None, on: date | None = None) -> bool:
        prefix = territory.rstrip("0")
        return region is not None and region.startswith(prefix)


@dataclass
class SmallEdition:
    dictionary: Dictionary
    values: dict[str, Value]
    rules: tuple[Rule, ...]
    cases: tuple[Case, ...] = ()
    instruments: dict[str, Any] = field(default_factory=dict)
    confirmations: tuple[Any, ...] = ()
    divisions: Any = field(default_factory=Divisions)
    id: str = "small"


def instrument(
    territory: str = "000000", begins: str = "", ends: str = "", after: str = "lapsed", not_before: str = ""
) -> Any:
    force = None
    if begins:
        force = SimpleNamespace(
            from_on=date.fromisoformat(begins), to_on=date.fromisoformat(ends) if ends else None, after=after
        )
    return SimpleNamespace(
        territory=territory, in_force=force, not_before=date.fromisoformat(not_before) if not_before else None
    )


def edition(dictionary: str, pack: str, values: str = "", **more: Any) -> SmallEdition:
    facts = load_dictionary(dictionary, file="facts.yaml")
    figures = load_values(values, facts, file="values.yaml") if values else {}
    read = load_pack(pack, facts, figures, file="pack.yaml")
    return SmallEdition(facts, figures, read.rules, read.cases, **more)


def sheet(edition: SmallEdition, kind: str = "mine", region: str | None = None, **facts: Any) -> Sheet:
    """A sheet from JSON values; `holder__x` is `holder.x`."""
    values = {}
    for name, raw in facts.items():
        read_as = name.replace("__", ".")
        values[read_as] = edition.dictionary[read_as].parse(raw)
    return Sheet(kind, "M1", region, values, dictionary=edition.dictionary)
