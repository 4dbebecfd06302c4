"""One rule bound to one day: from the values of a sheet to a finding. Outcomes, flags and missing as the design says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from greenmine.law.closures import Closures, Evaluate, Gather
from greenmine.law.dictionary import NONE, Dictionary
from greenmine.law.findings import Finding
from greenmine.law.folding import Day, fold_condition, fold_term
from greenmine.law.force import ENTERED, Confirmations, Force, clock_base, counted_from
from greenmine.law.ir import And, Condition, Lookup, Node, Not, Or, Term, Truth, children, facts_of, renamed, walk
from greenmine.law.rules import TIMED, WHEN_FALSE, WHEN_TRUE, Outcome, Rule
from greenmine.law.sheets import Sheet

Values = Mapping[str, Any]
ALWAYS = Truth(True)


class Judge:
    """A rule on a day, read with or without a path (`holder` for an enterprise's rule judged on a mine)."""

    def __init__(
        self,
        rule: Rule,
        path: str,
        force: Force,
        day: Day,
        closures: Closures,
        dictionary: Dictionary,
        confirmed: Confirmations,
    ) -> None:
        self.rule, self.path, self.force, self.day, self.closures = rule, path, force, day, closures
        self.dictionary = dictionary
        self.today = day.on.toordinal()
        self.confirmed = rule.id in confirmed.readings
        self.unyielding = rule.id in confirmed.unyielding
        self.timed = rule.kind in TIMED
        self.reasons: dict[Any, dict[str, str]] = {}
        self.phrases: dict[Any, str] = {}
        self._parts: dict[int, tuple[Evaluate, tuple[str, ...]]] = {}
        self._prepare()

    # -- preparation ---------------------------------------------------------------------------------------------

    def read(self, node: Any) -> Any:
        """A node of the rule as this judge reads it: with the path before plain names."""
        return renamed(node, self.path) if self.path and node is not None else node

    def part(self, node: Node) -> tuple[Evaluate, tuple[str, ...]]:
        """The closure of a node of this rule and the facts it reads: found by the node itself, without comparing nodes."""
        found = self._parts.get(id(node))
        if found is None:
            found = self._parts[id(node)] = (self.closures.evaluate(node), tuple(sorted(facts_of(node))))
        return found

    def name(self, fact: str) -> str:
        """A fact's name as read."""
        return f"{self.path}.{fact}" if self.path and fact else fact

    def _prepare(self) -> None:
        rule = self.rule
        self.applies: Condition = self.read(rule.applies) or ALWAYS
        self.body: Condition = self.read(rule.body) or ALWAYS
        self.due: Term | None = self.read(rule.due)
        self.done = self.name(rule.done_on.name) if rule.done_on else ""
        self.event = self.name(rule.event_on)
        self.folded_applies = fold_condition(self.applies, self.day)
        self.folded_body = fold_condition(self.body, self.day)
        evaluate = self.closures.evaluate
        self.ask_applies: Evaluate | None = (
            None
            if isinstance(self.folded_applies, Truth) and self.folded_applies.value
            else evaluate(self.folded_applies)
        )
        self.ask_body = evaluate(self.folded_body)
        self.when_true, self.when_false = (
            WHEN_TRUE.get(rule.kind, Outcome.UNKNOWN),
            WHEN_FALSE.get(rule.kind, Outcome.UNKNOWN),
        )
        self.starts = self.force.from_on.toordinal() if self.force.from_on else None
        self.ends = self.force.to_on.toordinal() if self.force.to_on else None
        self.lapsed = self.ends is not None and self.today > self.ends
        self.static_flags = self._flags_of_text()
        self._low_applies, self._low_rest = self._low(self.applies), self._low(*self.rest)
        # Most rules have no days, no events and no doubtful figures: their findings need fewer questions.
        self.plain = not (self.timed or self.event or self._low_applies or self._low_rest)
        self._prepare_due()

    def _prepare_due(self) -> None:
        self.clock: Term | None = None
        if self.due is None:
            return
        evaluate = self.closures.evaluate
        self.folded_due = fold_term(self.due, self.day)
        self.ask_due = evaluate(self.folded_due)
        base = clock_base(self.due)
        if base is None or self.starts is None or self.rule.clock_before_force == "apply":
            return
        self.clock = fold_term(base, self.day)
        self.ask_clock = evaluate(self.clock)
        if self.rule.clock_before_force == "from_force" and not self.force.unconfirmed and self.force.from_on:
            self.due_from_force = fold_term(counted_from(self.due, self.force.from_on), self.day)

    def _flags_of_text(self) -> tuple[str, ...]:
        flags = []
        if self.lapsed:
            flags.append("lapsed")
        if self.force.unconfirmed or (self.rule.needs_confirmation and not self.confirmed):
            flags.append("needs_confirmation")
        return tuple(flags)

    def _low(self, *nodes: Node) -> bool | list[Callable[[Values], bool]]:
        """True where a low-confidence value is always read; else the questions whether one is read on a sheet."""
        asked: list[Callable[[Values], bool]] = []
        for lookup in {part for node in nodes for part in walk(node) if isinstance(part, Lookup)}:
            low = {key for key, row in self.day.rows(lookup.table).items() if row.is_low}
            if not lookup.keys and low:
                return True
            if low:
                asked.append(_reads_one_of(low, [key.name for key in lookup.keys]))
        return asked

    @cached_property
    def rest(self) -> tuple[Node, ...]:
        """The expressions beside `applies`."""
        return (self.due,) if self.timed and self.due is not None else () if self.timed else (self.body,)

    @cached_property
    def mentioned(self) -> tuple[str, ...]:
        """Every fact the rule mentions, as read, sorted."""
        names = facts_of(self.applies).union(*(facts_of(node) for node in self.rest))
        return tuple(sorted(names | {name for name in (self.done, self.event) if name}))

    @cached_property
    def shows(self) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        """Name and the fact's way to show a value, for every fact mentioned."""
        return tuple((name, self.dictionary[name].writer()) for name in self.mentioned)

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """The comparisons, memberships and plain facts of the rule, in the order of the text."""
        return tuple(leaf for node in (self.folded_applies, self.folded_body) for leaf in _leaves(node))

    @cached_property
    def _trace(self) -> tuple[Evaluate, ...]:
        return tuple(self.closures.evaluate(leaf) for leaf in self.leaves)

    def trace(self, values: Values) -> tuple[Any, ...]:
        """What each leaf came to on a sheet: True, False or None."""
        return tuple([ask(values) for ask in self._trace])

    @cached_property
    def _gather(self) -> tuple[Gather, Gather, Gather]:
        gather = self.closures.gather
        return gather(self.folded_applies), gather(self.folded_body), gather(self.folded_due if self.timed else ALWAYS)

    # -- one sheet ------------------------------------------------------------------------------------------------

    def find(self, sheet: Sheet) -> Finding:
        """The finding of this rule about a sheet (before yielding, which needs the other findings)."""
        values = sheet.values
        applies = True if self.ask_applies is None else self.ask_applies(values)
        if self.plain and not sheet.marks:
            if applies is False:
                return Finding(self, sheet, Outcome.NOT_APPLICABLE, None, self.static_flags)
            answer = None if applies is None else self.ask_body(values)
            settled = Outcome.UNKNOWN if answer is None else self.when_true if answer else self.when_false
            return Finding(self, sheet, settled, None, self.static_flags)
        situations: list[str] = []
        remedied = False
        due = self.due_day(values, situations) if self.timed else None
        if applies is False:
            outcome = Outcome.NOT_APPLICABLE
        elif applies is None:
            outcome = Outcome.UNKNOWN
        elif self.timed:
            outcome, remedied = self._timed(values, due)
        else:
            outcome = self._judged(values, situations)
        flags = self._flags(sheet, outcome, situations, remedied)
        return Finding(self, sheet, outcome, due if isinstance(due, int) else None, flags, tuple(situations))

    def due_day(self, values: Values, situations: list[str]) -> Any:
        """The due day, NONE or None; what the text leaves open about it is added to the situations."""
        due = self.ask_due(values)
        if self.clock is not None:
            start = self.ask_clock(values)
            if isinstance(start, int) and self.starts is not None and start < self.starts:
                if self.rule.clock_before_force == "from_force":
                    due = None if self.force.unconfirmed else self.closures.evaluate(self.due_from_force)(values)
                else:
                    situations.append("clock")
        if self.ends is not None and isinstance(due, int) and due > self.ends and self.rule.due_after_term == "flag":
            situations.append("term")
        return due

    def _timed(self, values: Values, due: Any) -> tuple[Outcome, bool]:
        if due is NONE:
            return Outcome.NOT_APPLICABLE, False
        done = values.get(self.done)
        if due is None or done is None:
            return Outcome.UNKNOWN, False
        if self.rule.due_after_term == "drop" and self.ends is not None and due > self.ends:
            return Outcome.NOT_APPLICABLE, False
        if done is NONE or done > self.today:
            return (Outcome.PENDING if self.today <= due else Outcome.BREACHED), False
        return (Outcome.SATISFIED, False) if done <= due else (Outcome.BREACHED, True)

    def _judged(self, values: Values, situations: list[str]) -> Outcome:
        answer = self.ask_body(values)
        if self.event and answer is not False:
            answer = self._looked_back(values, answer, situations)
        if answer is None:
            return Outcome.UNKNOWN
        return self.when_true if answer else self.when_false

    def _looked_back(self, values: Values, answer: bool | None, situations: list[str]) -> bool | None:
        """What the event's day makes of the ground: an event after the day has not happened."""
        event = values.get(self.event)
        if not isinstance(event, int):
            return answer
        if event > self.today:
            return False
        if self.rule.look_back == "any":
            return answer
        entered = [values.get(name) for name in ENTERED]
        days = [day for day in entered if isinstance(day, int)]
        if self.rule.look_back == "from_entry":
            return answer if days and event >= min(days) else None if None in entered and not days else False
        if (days and event < min(days)) or (self.starts is not None and event < self.starts):
            situations.append("look_back")
        return answer

    def _flags(self, sheet: Sheet, outcome: Outcome, situations: list[str], remedied: bool) -> tuple[str, ...]:
        applicable = outcome is not Outcome.NOT_APPLICABLE
        flags: set[str] | None = None
        if sheet.marks:
            flags = {mark for name in self.mentioned if (mark := sheet.marks.get(name))}
        if remedied:
            flags = (flags or set()) | {"remedied"}
        if situations and applicable and not self.confirmed:
            flags = (flags or set()) | {"needs_confirmation"}
        if self._is_low(self._low_applies, sheet.values) or (applicable and self._is_low(self._low_rest, sheet.values)):
            flags = (flags or set()) | {"low_confidence"}
        return tuple(sorted(flags.union(self.static_flags))) if flags else self.static_flags

    @staticmethod
    def _is_low(low: bool | list[Callable[[Values], bool]], values: Values) -> bool:
        return low if isinstance(low, bool) else bool(low) and any(ask(values) for ask in low)

    def missing(self, values: Values) -> tuple[str, ...]:
        """The names that together settle an unknown finding, sorted."""
        names: set[str] = set()
        of_applies, of_body, of_due = self._gather
        if self.ask_applies is not None:
            of_applies(values, names)
        if not self.timed:
            if self._judged(values, []) is Outcome.UNKNOWN:
                of_body(values, names)
                if self.rule.look_back == "from_entry" and isinstance(values.get(self.event), int):
                    names.update(name for name in ENTERED if values.get(name) is None)
            return tuple(sorted(names))
        due = self.due_day(values, [])
        if due is None:
            of_due(values, names)
            if self.ask_due(values) is not None:
                names.add(f"in_force:{self.rule.instrument}")
        if due is not NONE and values.get(self.done) is None:
            names.add(self.done)
        return tuple(sorted(names))


def _leaves(node: Node) -> Iterator[Node]:
    if isinstance(node, And | Or | Not):
        for child in children(node):
            yield from _leaves(child)
    elif not isinstance(node, Truth):
        yield node


def _reads_one_of(rows: set[tuple[int, ...]], keys: list[str]) -> Callable[[Values], bool]:
    return lambda values: tuple(values.get(key) for key in keys) in rows


__all__ = ["Judge"]
