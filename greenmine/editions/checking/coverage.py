"""Coverage (覆盖): which provisions are demonstrated, each in the way its kind allows. Four columns, never added up.

*rule*: the cases of a rule that serves the provision run, and every mutant of the rule is killed by one of them.
*act*, *record*: a passing marked test produced an act or record citing the provision, and another its refusal or unknown.
*text*: the provision is searchable and shown (every provision of a recorded instrument is, by the rulebook browser).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from greenmine.editions.checking.tree import ROOT, tree_hash

COLUMNS = ("rule", "act", "record", "text")
SHOWN_FILE = ROOT / "build" / "shown.json"


class StaleResult(Exception):
    """The test result belongs to another tree (or there is none): run the tests again."""


@dataclass(slots=True)
class Cell:
    """One cell of the table: how many provisions are demonstrated, of how many."""

    shown: int = 0
    of: int = 0
    open: list[str] = field(default_factory=list)

    def add(self, provision: str, *, shown: bool) -> None:
        """Count one provision; keep its id where it is not demonstrated."""
        self.of += 1
        self.shown += shown
        if not shown:
            self.open.append(provision)

    def __str__(self) -> str:
        return f"{self.shown}/{self.of}" if self.of else "–"


Table = dict[str, dict[str, Cell]]


def read_shown(file: Path = SHOWN_FILE, *, tree: str | None = None) -> dict[str, set[str]]:
    """What the last whole green run demonstrated: provision → act, record, text; StaleResult when it is another tree's."""
    if not file.exists():
        raise StaleResult("没有测试结果：请先运行 ./run test · no test result: run ./run test first")
    result = json.loads(file.read_text())
    if result["tree"] != (tree or tree_hash()):
        raise StaleResult(
            "测试结果属于另一个版本的代码：请重新运行 ./run test · the test result is of another tree: run ./run test again"
        )
    return demonstrated(result["shown"])


def demonstrated(shown: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """What the marked tests demonstrate: both a production and a refusal (or unknown) for act and record."""
    sorts: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for entry in shown:
        sorts[entry["provision"], entry["by"]].add(entry["refusal"])
    found: dict[str, set[str]] = defaultdict(set)
    for (provision, by), refusals in sorts.items():
        if refusals == {True, False} or (by == "text" and False in refusals):
            found[provision].add(by)
    return found


def tables(
    provisions: Iterable[Mapping[str, Any]], rules_killed: Mapping[str, bool], shown: Mapping[str, set[str]]
) -> tuple[Table, Table]:
    """The two tables, by document and by capability.

    `rules_killed`: provision → whether every rule serving it has all its mutants killed; absent where no rule serves it.
    """
    by_document: Table = defaultdict(lambda: {column: Cell() for column in COLUMNS})
    by_capability: Table = defaultdict(lambda: {column: Cell() for column in COLUMNS})
    for provision in provisions:
        how = provision["shown_by"]
        done = rules_killed.get(provision["id"], False) if how == "rule" else how in shown.get(provision["id"], set())
        by_document[provision["id"].partition("/")[0]][how].add(provision["id"], shown=done)
        by_capability[provision["capability"]][how].add(provision["id"], shown=done)
    return dict(by_document), dict(sorted(by_capability.items()))


def as_markdown(by_document: Table, by_capability: Table, open_mine_rules: Iterable[str]) -> str:
    """The committed page `docs/reference/coverage.md`."""
    lines = [
        "# Coverage of the 1,109 provisions",
        "",
        "Made by `./run rulebook coverage --write` after a whole green test run. The four columns are never added up:",
        "*rule* cases run and mutants killed · *act*, *record* produced and asserted in a marked test, a refusal or unknown",
        "among them · *text* searchable and shown. Each cell: demonstrated / provisions shown in that way.",
        "",
        *_table("document", by_document),
        "",
        *_table("capability", by_capability),
        "",
        "## Open provisions about mines and enterprises shown by rule",
        "",
    ]
    open_list = sorted(open_mine_rules)
    lines += [f"- {provision}" for provision in open_list] or ["None."]
    return "\n".join(lines) + "\n"


def _table(title: str, table: Table) -> list[str]:
    rows = [f"| {title} | {' | '.join(COLUMNS)} |", f"|---|{'---|' * len(COLUMNS)}"]
    return rows + [
        f"| {name} | {' | '.join(str(cells[column]) for column in COLUMNS)} |" for name, cells in table.items()
    ]
