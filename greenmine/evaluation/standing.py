"""Standing of a mine (矿山状态): one word for where a mine stands today, read from its findings.

The states, their order and what each leaves out are data (`rulebook/standing.yaml`); this module only reads them.
Listing (none, provincial, national) and the state of a procedure stand beside the standing, never inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from greenmine.law import Dictionary, Finding, Sheet


@dataclass(frozen=True, slots=True)
class StandingState:
    """One row of the table: the state, its words, and the condition that must hold."""

    state: str
    label: Mapping[str, str]
    tone: str
    when: Mapping[str, Any] | None  # None: otherwise


@dataclass(frozen=True, slots=True)
class StandingTable:
    """The whole table of standings (状态表), in the order in which it is read."""

    bound: frozenset[str]
    leave_out: frozenset[str]
    states: tuple[StandingState, ...]

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> StandingTable:
        """Read the parsed `standing.yaml`; the last state must be the one that holds otherwise."""
        states = tuple(
            StandingState(
                state=row["state"],
                label=row["label"],
                tone=row["tone"],
                when=None if row["when"] == "otherwise" else row["when"],
            )
            for row in table["states"]
        )
        if states[-1].when is not None:
            raise ValueError("standing.yaml: the last state must hold otherwise")
        return cls(bound=frozenset(table["bound"]), leave_out=frozenset(table["leave_out"]), states=states)

    def counts(self, finding: Finding) -> bool:
        """Whether this finding speaks for the mine: it binds the enterprise and carries no flag that leaves it out."""
        return finding.rule.bound in self.bound and self.leave_out.isdisjoint(finding.flags)

    def label(self, state: str) -> Mapping[str, str]:
        """The words of a state in Chinese and English."""
        return next(row.label for row in self.states if row.state == state)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a mine stands: the state, its words, the rules that decided it, and how many findings stood beside."""

    state: str
    label: Mapping[str, str]
    tone: str
    decided_by: tuple[str, ...]
    beside: int


def standing(table: StandingTable, dictionary: Dictionary, sheet: Sheet, findings: Iterable[Finding]) -> Standing:
    """The first state of the table whose condition holds for these findings of one mine."""
    bound = [finding for finding in findings if finding.rule.bound in table.bound]
    counted = [finding for finding in bound if table.counts(finding)]
    for row in table.states:
        decided_by = _holds(row.when, dictionary, sheet, counted)
        if decided_by is not None:
            return Standing(row.state, row.label, row.tone, decided_by, len(bound) - len(counted))
    raise AssertionError("the last state of the table always holds")


def _holds(
    when: Mapping[str, Any] | None, dictionary: Dictionary, sheet: Sheet, counted: list[Finding]
) -> tuple[str, ...] | None:
    """The rules that make the condition true, or None where it does not hold."""
    if when is None:
        return ()
    if when.get("or_nothing_counted") == "true" and not counted:
        return ()
    if "fact" in when:
        return () if sheet.shown(when["fact"], dictionary) == when["is"] else None
    kinds = when.get("every") or when["any"]
    of_kind = [finding for finding in counted if kinds == "all" or finding.rule.kind in kinds]
    hits = tuple(finding.rule.id for finding in of_kind if finding.outcome == when["outcome"])
    enough = bool(hits) and (len(hits) == len(of_kind) if "every" in when else True)
    return hits if enough else None
