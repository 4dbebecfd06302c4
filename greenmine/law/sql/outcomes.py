"""One rule as an SQL expression: its outcome as a code, plus a bit where the finding does not count by itself."""

from __future__ import annotations

from greenmine.law.bind import Bound
from greenmine.law.folding import compared
from greenmine.law.force import ENTERED
from greenmine.law.ir import DAY, Compare, Condition, Const, Kind, Lookup, Node, Ref, Term, Truth, walk
from greenmine.law.judge import Judge
from greenmine.law.rules import Outcome
from greenmine.law.sql.emitter import DEEP, Emitter, nesting
from greenmine.law.sql.table import SQL_NONE

CODES = {
    Outcome.SATISFIED: 1,
    Outcome.BREACHED: 2,
    Outcome.PENDING: 3,
    Outcome.UNKNOWN: 4,
    Outcome.NOT_APPLICABLE: 5,
}
OUTCOMES = {code: outcome for outcome, code in CODES.items()}
SET_APART = 8
NOT_APPLICABLE, UNKNOWN = CODES[Outcome.NOT_APPLICABLE], CODES[Outcome.UNKNOWN]


class RuleSql:
    """Writes one judge's code, already multiplied by its place in the packed integer."""

    def __init__(
        self, bound: Bound, kind: str, judge: Judge, emitter: Emitter, weight: int, *, flags: bool = True
    ) -> None:
        self.bound, self.kind, self.judge, self.sql, self.weight = bound, kind, judge, emitter, weight
        self.flags = flags
        self.today = judge.today
        self.apart_always = flags and bool({"lapsed", "needs_confirmation"} & set(judge.static_flags))
        self.low_applies = self._low(judge.applies)
        self.low_rest = self._low(*judge.rest)
        self.yielded = self._yielded() if flags and not self.apart_always else []

    # -- leaves ---------------------------------------------------------------------------------------------------

    def leaf(self, code: int, *conditions: str, remedied: bool = False) -> str:
        """A code; set apart where one of the conditions holds (all of them may be NULL, which is not true)."""
        apart = str((code + SET_APART) * self.weight)
        plain = str(code * self.weight)
        if not self.flags:
            return plain
        if self.apart_always or remedied:
            return apart
        asked = [*conditions, *self.low_applies, *self.yielded]
        if code != NOT_APPLICABLE:
            asked += self.low_rest
        asked = [condition for condition in asked if condition not in ("", self.sql.false)]
        if self.sql.true in asked:
            return apart
        if not asked:
            return plain
        return f"(CASE WHEN {' OR '.join(dict.fromkeys(asked))} THEN {apart} ELSE {plain} END)"

    def _low(self, *nodes: Node) -> list[str]:
        if not self.flags:
            return []
        lookups = dict.fromkeys(part for node in nodes for part in walk(node) if isinstance(part, Lookup))
        return [low for lookup in lookups if (low := self.sql.reads_low(lookup))]

    def _yielded(self) -> list[str]:
        judge = self.judge
        if judge.unyielding:
            return []
        conditions = []
        for name in judge.rule.yields_to:
            if not self.bound.speaks(name):
                continue
            rule = self.bound.rule(name)
            path = self.bound.path(rule, self.kind)
            other = self.bound.judge(rule, path) if path is not None else None
            if other is None or other.lapsed:
                continue
            code = RuleSql(self.bound, self.kind, other, self.sql, 1, flags=False).code()
            conditions.append(f"({code}<>{NOT_APPLICABLE} AND {{territory:{self.bound.territory_of(rule)}}})")
        return conditions

    # -- the rule -------------------------------------------------------------------------------------------------

    def code(self) -> str:
        """The whole rule: 5 where it does not apply, 4 where that is unknown, else what its kind says."""
        judge = self.judge
        if judge.timed:
            return self.timed()
        body = self.body()
        return self.applied(body, [])

    def applied(self, inside: str, situations: list[str]) -> str:
        """The rule inside its `applies`: 5 where that is false, 4 where it is unknown."""
        applies = self.judge.folded_applies
        if isinstance(applies, Truth):
            return inside if applies.value else self.leaf(NOT_APPLICABLE)
        return self.switch(applies, inside, self.leaf(NOT_APPLICABLE), self.leaf(UNKNOWN, *situations))

    def switch(self, condition: Condition, when_true: str, when_false: str, otherwise: str) -> str:
        """Three ways by a condition that is evaluated once."""
        if isinstance(condition, Truth):
            return when_true if condition.value else when_false
        asked, sql = self.sql.condition(condition), self.sql
        return (
            f"(CASE {asked} WHEN {sql.true} THEN {when_true} WHEN {sql.false} THEN {when_false} ELSE {otherwise} END)"
        )

    def body(self) -> str:
        """What a require, ground or qualifies comes to."""
        judge = self.judge
        back = self.looked_back() if judge.event and judge.rule.look_back == "flag" and not judge.confirmed else ""
        when_true = self.leaf(CODES[judge.when_true], back)
        when_false = self.leaf(CODES[judge.when_false])
        unknown = self.leaf(UNKNOWN, back)
        plain = self.switch(judge.folded_body, when_true, when_false, unknown)
        if not judge.event:
            return plain
        event = self.sql.fact(judge.event)
        if judge.rule.look_back != "from_entry":
            return f"(CASE WHEN {event}>{self.today} THEN {when_false} ELSE {plain} END)"
        return self.from_entry(event, plain, when_false, unknown)

    def from_entry(self, event: str, plain: str, when_false: str, unknown: str) -> str:
        """Only events on or after the day of entry count; without a known entry day that is unknown."""
        days = self.entered()
        unsure = self.switch(self.judge.folded_body, unknown, when_false, unknown)
        inside = " OR ".join(f"({day}>{SQL_NONE} AND {day}<={event})" for day in days) or self.sql.false
        outside = " OR ".join(f"{day}>{SQL_NONE}" for day in days) or self.sql.false
        nothing = " OR ".join(f"{day} IS NULL" for day in days) or self.sql.true
        return (
            f"(CASE WHEN {event} IS NULL OR {event}={SQL_NONE} THEN {plain} WHEN {event}>{self.today} THEN {when_false}"
            f" WHEN {inside} THEN {plain} WHEN {outside} THEN {when_false} WHEN {nothing} THEN {unsure} ELSE {when_false} END)"
        )

    def entered(self) -> list[str]:
        """The columns of the days of entry, on sheets of mines."""
        if self.kind != "mine":
            return []
        return [self.sql.fact(name) for name in ENTERED if name in self.judge.dictionary]

    def looked_back(self) -> str:
        """An event before the first entry, or before the text was in force."""
        event, days = self.sql.fact(self.judge.event), self.entered()
        whens = [f"WHEN {event} IS NULL OR {event}={SQL_NONE} THEN 0"]
        if self.judge.starts is not None:
            whens.append(f"WHEN {event}<{self.judge.starts} THEN 1")
        whens += [f"WHEN {day}>{SQL_NONE} AND {day}<={event} THEN 0" for day in days]
        whens += [f"WHEN {day}>{event} THEN 1" for day in days]
        return f"(CASE {' '.join(whens)} ELSE 0 END)=1"

    # -- deadlines and reports --------------------------------------------------------------------------------------

    def timed(self) -> str:
        """What a deadline or report comes to."""
        judge = self.judge
        clock = judge.clock
        if clock is not None and judge.rule.clock_before_force == "from_force" and judge.starts is not None:
            early = compared("<", clock, self.day(judge.starts))
            late = self.applied(*self.timed_with(judge.folded_due))
            if judge.force.unconfirmed:
                from_force = self.applied(self.leaf(UNKNOWN), [])
            else:
                from_force = self.applied(*self.timed_with(judge.due_from_force))
            return self.switch(early, from_force, late, late)
        return self.applied(*self.timed_with(judge.folded_due))

    def timed_with(self, due: Term) -> tuple[str, list[str]]:
        """The expression for a due term, and the situations that set an unknown finding apart."""
        judge, sql = self.judge, self.sql
        done = sql.fact(judge.done)
        situations = self.situations(due)
        dropped = self.after_term(due) if judge.rule.due_after_term == "drop" else sql.false
        nones = [f"{name}={SQL_NONE}" for name in sql.none_facts(due)]
        whens = [f"WHEN {' OR '.join(nones)} THEN {self.leaf(NOT_APPLICABLE)}"] if nones else []
        unknown = [*self.unknown_parts(due), f"{done} IS NULL"]
        whens.append(f"WHEN {' OR '.join(unknown)} THEN {self.leaf(UNKNOWN, *situations)}")
        if dropped != sql.false:
            whens.append(f"WHEN {dropped} THEN {self.leaf(NOT_APPLICABLE)}")
        pending, breached = (self.leaf(CODES[outcome], *situations) for outcome in (Outcome.PENDING, Outcome.BREACHED))
        in_time = self.inside(compared("<=", self.day(self.today), due))
        whens.append(
            f"WHEN {done}={SQL_NONE} OR {done}>{self.today} THEN (CASE WHEN {in_time} THEN {pending} ELSE {breached} END)"
        )
        kept = self.inside(compared("<=", Ref(judge.done, Kind(DAY)), due))
        satisfied = self.leaf(CODES[Outcome.SATISFIED], *situations)
        remedied = self.leaf(CODES[Outcome.BREACHED], remedied=True)
        return f"(CASE {' '.join(whens)} WHEN {kept} THEN {satisfied} ELSE {remedied} END)", situations

    def situations(self, due: Term) -> list[str]:
        """What the text leaves open and the facts make matter."""
        judge = self.judge
        if judge.confirmed:
            return []
        found = []
        if judge.clock is not None and judge.rule.clock_before_force == "flag" and judge.starts is not None:
            found.append(self.sql.condition(compared("<", judge.clock, self.day(judge.starts))))
        if judge.rule.due_after_term == "flag":
            found.append(self.after_term(due))
        return [condition for condition in found if condition != self.sql.false]

    def after_term(self, due: Term) -> str:
        """Whether the due day lies after the text's own term."""
        if self.judge.ends is None:
            return self.sql.false
        return self.sql.condition(compared(">", due, self.day(self.judge.ends)))

    def unknown_parts(self, due: Term) -> list[str]:
        """What makes the due day unknown: a fact without a value, a table without a row."""
        parts = [f"{self.sql.fact(part.name)} IS NULL" for part in walk(due) if isinstance(part, Ref)]
        parts += [f"{self.sql.lookup(part)} IS NULL" for part in walk(due) if isinstance(part, Lookup)]
        return list(dict.fromkeys(parts))

    def inside(self, condition: Condition) -> str:
        """A condition where neither side is none or unknown any more."""
        if isinstance(condition, Compare):
            written = self.sql.compared(condition.op, condition.left, condition.right)
            if nesting(written) <= DEEP:
                return written
        return self.sql.condition(condition)

    @staticmethod
    def day(ordinal: int) -> Const:
        """A day as a constant."""
        return Const(ordinal, Kind(DAY))
