"""A finding (判定): what one rule says of one subject on one day. A computed `breached` is an opinion, never an act."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from greenmine.law.reasons import reason_of
from greenmine.law.rules import NOT_COUNTED, Outcome, Rule

if TYPE_CHECKING:
    from greenmine.law.judge import Judge
    from greenmine.law.sheets import Sheet

Shown = bool | int | str | None


class Finding:
    """Outcome, due day and flags are computed at once; `missing`, `facts` and `reason` when first read.

    `situations` are the reasons for a flag that depend on the facts: clock, term, look_back.
    """

    __slots__ = ("_facts", "_missing", "_reason", "due", "flags", "judge", "outcome", "sheet", "situations")

    def __init__(
        self,
        judge: Judge,
        sheet: Sheet,
        outcome: Outcome,
        due: int | None,
        flags: tuple[str, ...],
        situations: tuple[str, ...] = (),
    ) -> None:
        self.judge = judge
        self.sheet = sheet
        self.outcome = outcome
        self.due = due
        self.flags = flags
        self.situations = situations
        self._missing: tuple[str, ...] | None = None
        self._facts: dict[str, Shown] | None = None
        self._reason: dict[str, str] | None = None

    @property
    def rule(self) -> Rule:
        """The rule that was judged."""
        return self.judge.rule

    @property
    def due_on(self) -> date | None:
        """The due day whenever it can be computed, whatever the outcome."""
        return None if self.due is None else date.fromordinal(self.due)

    @property
    def counted(self) -> bool:
        """Whether the finding speaks by itself: no flag that sets it apart."""
        return not self.flags or NOT_COUNTED.isdisjoint(self.flags)

    @property
    def missing(self) -> tuple[str, ...]:
        """Only with unknown: the names that together settle it, sorted."""
        if self.outcome is not Outcome.UNKNOWN:
            return ()
        if self._missing is None:
            self._missing = self.judge.missing(self.sheet.values)
        return self._missing

    @property
    def facts(self) -> dict[str, Shown]:
        """Every fact the rule mentions with its JSON value, unknown ones None, sorted by name."""
        if self._facts is None:
            values, shown = self.sheet.values, self.sheet.cache
            self._facts = facts = {}
            for name, show in self.judge.shows:
                if name in shown:  # a fact is shown once a sheet, however many rules mention it
                    facts[name] = shown[name]
                else:
                    lowered = values.get(name)
                    facts[name] = shown[name] = None if lowered is None else show(lowered)
        return self._facts

    @property
    def trace(self) -> tuple[bool | None, ...]:
        """What each of `judge.leaves` came to: the reasoning without the words."""
        return self.judge.trace(self.sheet.values)

    @property
    def reason(self) -> dict[str, str]:
        """One sentence in Chinese and English: what was compared with what."""
        if self._reason is None:
            self._reason = reason_of(self)
        return self._reason

    def with_flag(self, flag: str) -> Finding:
        """The same finding with one more flag."""
        return Finding(
            self.judge, self.sheet, self.outcome, self.due, tuple(sorted({*self.flags, flag})), self.situations
        )

    def as_tuple(self) -> tuple[Any, ...]:
        """Rule, outcome, due day, missing and flags: what two evaluations must agree on."""
        return (self.rule.id, str(self.outcome), self.due_on, self.missing, self.flags)

    def __repr__(self) -> str:
        return f"Finding({self.rule.id}: {self.outcome}{', '.join(('', *self.flags))})"
