"""Step tables of the rulebook (办理步骤表): read from `rulebook/procedures`, checked against the documents of the law.

A family (遴选、异议、移出…) has one table for the country and others for territories, each with the days on which it holds.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from greenmine.editions import readings
from greenmine.editions import rulebook_files as files
from greenmine.editions.shipped import load_shipped
from greenmine.law import load_yaml
from greenmine.law.language import Scope
from greenmine.law.steps import Table, load_table

FOLDER = "procedures"


class UnknownTable(LookupError):
    """The rulebook has no procedure of this name."""

    def __init__(self, identifier: str) -> None:
        self.zh = f"规则库没有办理步骤表“{identifier}”"
        self.en = f"the rulebook has no step table “{identifier}”"
        super().__init__(f"{self.zh} · {self.en}")


class NoTableInForce(LookupError):
    """No table of a family holds in a region on a day: the text of that time is not held here."""

    def __init__(self, family: str, region_code: str, on: date) -> None:
        place = load_shipped().divisions.name(region_code, on) if region_code else ""
        self.zh = f"{place}在 {on} 没有可适用的“{family}”步骤表：当时施行的文本未收录，不能据以办理"
        self.en = f"no step table “{family}” holds in {place or 'no region'} on {on}: the text of that day is not held"
        super().__init__(f"{self.zh} · {self.en}")


def table(identifier: str) -> Table:
    """The step table of this name as it lies in the rulebook; UnknownTable where there is none."""
    return read(text_of(identifier), identifier)


def choose(family: str, region_code: str, on: date) -> Table:
    """The table of a family for a region on a day: that of the most specific territory; NoTableInForce where there is none."""
    held = {one.territory: one for one in tables() if one.family == family and one.is_in_force(on)}
    for code in load_shipped().divisions.ancestors(region_code or "000000", on):
        if code in held:
            return held[code]
    raise NoTableInForce(family, region_code, on)


def tables() -> list[Table]:
    """Every table of the rulebook."""
    return [table(identifier) for identifier in names()]


def text_of(identifier: str) -> str:
    """The text of a step table: kept with every case, so that a running case keeps its own."""
    if identifier not in names():
        raise UnknownTable(identifier)
    return (files.folder() / FOLDER / f"{identifier}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def read(text: str, identifier: str = "") -> Table:
    """The table of a text: its clauses, readings and facts must be those of the shipped rulebook."""
    shipped = load_shipped()
    return load_table(
        text,
        file=f"{FOLDER}/{identifier}.yaml",
        provisions=frozenset(one.id for one in shipped.provisions()),
        readings=readings.names(),
        facts=facts_scope(),
    )


@lru_cache(maxsize=1)
def facts_scope() -> Scope:
    """What preconditions may read: the facts of a mine, dated values and the definitions shared by all rules."""
    shipped = load_shipped()
    path = files.folder() / files.DEFINITIONS
    shared = load_yaml(path.read_text(encoding="utf-8"), file=files.DEFINITIONS) if path.is_file() else {}
    return Scope(shipped.dictionary, shipped.values, dict(shared.get("definitions", {})))


def names() -> list[str]:
    """The names of all step tables."""
    return sorted(path.stem for path in (files.folder() / FOLDER).glob("*.yaml"))
