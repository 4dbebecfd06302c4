"""What `./run assess` judges: the mines of a ledger or of a JSON list of facts, as sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from greenmine.editions.territories import Divisions
from greenmine.law import Dictionary, Sheet
from greenmine.registry.ledgers.facts_json import read_facts
from greenmine.registry.ledgers.ledger import Ledger, read_ledger
from greenmine.registry.ledgers.problems import LedgerProblem, LedgerRefused

SubjectsRefused = LedgerRefused


@dataclass(frozen=True, slots=True)
class Subject:
    """One mine to judge. `facts` are lowered values by sheet name; what a file does not say is unknown."""

    id: str
    name: str | None
    region_code: str | None
    facts: Mapping[str, Any]
    dictionary: Dictionary | None = field(default=None, compare=False, repr=False)

    def sheet(self) -> Sheet:
        """The sheet the law reads."""
        return Sheet("mine", self.id, self.region_code, self.facts, dictionary=self.dictionary)


@dataclass(frozen=True, slots=True)
class Subjects:
    """The mines of a file in its order, and what has to be said about it (stderr)."""

    subjects: tuple[Subject, ...]
    notices: tuple[str | LedgerProblem, ...] = ()


def read_subjects(path: Path, *, dictionary: Dictionary, divisions: Divisions) -> Subjects:
    """Read a .json strictly and anything else as a ledger; SubjectsRefused says every reason."""
    if path.suffix.lower() == ".json":
        mines = read_facts(path, path.name, dictionary=dictionary)
        subjects = tuple(Subject(m.id, m.name, m.region_code, m.facts, dictionary) for m in mines)
        return Subjects(subjects, tuple(_strange_regions(subjects, divisions)))
    ledger = read_ledger(path, path.name, dictionary=dictionary, divisions=divisions)
    rows = (Subject(row.id, row.name or None, row.region_code, row.facts, dictionary) for row in ledger.rows)
    return Subjects(tuple(rows), tuple(_notices(ledger)))


def _strange_regions(subjects: tuple[Subject, ...], divisions: Divisions) -> Iterator[str]:
    """Codes that no table knows are judged by their leading digits; a slip of the pen should not pass unseen."""
    for subject in subjects:
        code = subject.region_code
        if code is not None and code not in divisions:
            yield (
                f"{subject.id}：行政区代码“{code}”不在区划表中，按前几位所属的地区判定，请核对"
                f" · {subject.id}: no division has the code “{code}”; judged by its leading digits, check it"
            )


def _notices(ledger: Ledger) -> list[str | LedgerProblem]:
    unmapped = [
        f"表头“{heading}”对不上任何事实，未读取 · the heading “{heading}” matches no fact and is ignored"
        for heading in ledger.unmapped
    ]
    return [*unmapped, *ledger.problems]
