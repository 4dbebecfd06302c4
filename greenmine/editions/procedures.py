"""Step tables of the rulebook (办理步骤表): read from `rulebook/procedures`, checked against the documents of the law."""

from __future__ import annotations

from functools import lru_cache

from greenmine.editions import rulebook_files as files
from greenmine.editions.shipped import load_shipped
from greenmine.law.steps import Table, load_table

FOLDER = "procedures"


class UnknownTable(LookupError):
    """The rulebook has no procedure of this name."""

    def __init__(self, identifier: str) -> None:
        self.zh = f"规则库没有办理步骤表“{identifier}”"
        self.en = f"the rulebook has no step table “{identifier}”"
        super().__init__(f"{self.zh} · {self.en}")


def table(identifier: str) -> Table:
    """The step table of this name as it lies in the rulebook; UnknownTable where there is none."""
    return read(text_of(identifier), identifier)


def text_of(identifier: str) -> str:
    """The text of a step table: kept with every case, so that a running case keeps its own."""
    if identifier not in names():
        raise UnknownTable(identifier)
    return (files.folder() / FOLDER / f"{identifier}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def read(text: str, identifier: str = "") -> Table:
    """The table of a text: its clauses must be provisions of the shipped documents."""
    provisions = frozenset(one.id for one in load_shipped().provisions())
    return load_table(text, file=f"{FOLDER}/{identifier}.yaml", provisions=provisions)


def names() -> list[str]:
    """The names of all step tables."""
    return sorted(path.stem for path in (files.folder() / FOLDER).glob("*.yaml"))
