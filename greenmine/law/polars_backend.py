"""Polars as an accelerator (optional): the bound rules over a data frame, for simulation and very large populations.

Same codes as the SQL push-down, one small integer column a rule. Polars is imported when first used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import reduce
from math import prod
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from greenmine.law.bind import COUNTRY, Bound
from greenmine.law.days import FIRST_DAY, LAST_DAY
from greenmine.law.folding import Day, compared
from greenmine.law.force import ENTERED
from greenmine.law.ir import (
    DAY,
    And,
    Compare,
    Condition,
    Const,
    IsNone,
    Kind,
    Lookup,
    Member,
    Node,
    Not,
    Or,
    Ref,
    Shift,
    Sum,
    Term,
    Times,
    Truth,
    walk,
)  # fmt: skip
from greenmine.law.judge import Judge
from greenmine.law.rules import Outcome
from greenmine.law.sheets import Sheet
from greenmine.law.sql.emitter import ranges
from greenmine.law.sql.outcomes import CODES, SET_APART
from greenmine.law.sql.table import SQL_NONE, to_sql

if TYPE_CHECKING:
    import polars as pl

NOT_APPLICABLE, UNKNOWN = CODES[Outcome.NOT_APPLICABLE], CODES[Outcome.UNKNOWN]
DENSE_ROWS = 4_000_000
EPOCH = 305
FIGURES, CONDITIONS, ANSWERS, OUTCOMES = range(4)  # the stages in which columns are computed, each from those before


def frame_of(bound: Bound, sheets: Sequence[Sheet], names: Iterable[str]) -> pl.DataFrame:
    """A frame with key, region_code and the lowered facts named, as `judge_frame` reads it."""
    import polars as pl  # noqa: PLC0415 -- optional dependency

    data: dict[str, Any] = {
        "key": pl.Series("key", [sheet.key for sheet in sheets], pl.String),
        "region_code": pl.Series("region_code", [sheet.region_code for sheet in sheets], pl.String),
    }
    for name in names:
        fact = bound.dictionary[name]
        stored = [to_sql(fact, sheet.values.get(name)) for sheet in sheets]
        data[name] = pl.Series(
            name, stored, pl.Boolean if fact.type == "boolean" else pl.Int16 if fact.type == "enum" else pl.Int64
        )
    return pl.DataFrame(data)


def names_read(bound: Bound, kind: str = "mine", only: Collection[str] | None = None) -> list[str]:
    """The facts a frame needs for these rules."""
    names = {name for judge in _judges(bound, kind, only) for name in judge.mentioned}
    if kind == "mine":
        names |= {name for name in ENTERED if name in bound.dictionary}
    return sorted(names)


def judge_frame(
    bound: Bound, frame: pl.DataFrame, *, kind: str = "mine", only: Collection[str] | None = None
) -> pl.DataFrame:
    """`key` and one Int8 column a rule: outcome code, plus 8 where set apart; 0 where the rule does not cover the row."""
    import polars as pl  # noqa: PLC0415 -- optional dependency

    emitter = _Emitter(pl, bound.day)
    columns = [_Rule(bound, kind, judge, emitter).column() for judge in _judges(bound, kind, only)]
    # What is equal has been kept once already; looking for more over a hundred rules costs more than it brings.
    nothing_more = pl.QueryOptFlags.none()
    for stage in emitter.stages:
        frame = frame.lazy().with_columns(list(stage.values())).collect(optimizations=nothing_more)
    return frame.lazy().select(pl.col("key"), *columns).collect(optimizations=nothing_more)


def _judges(bound: Bound, kind: str, only: Collection[str] | None) -> list[Judge]:
    return [
        bound.judge(rule, path)
        for rule in bound.rules
        if (path := bound.path(rule, kind)) is not None and (only is None or rule.id in only)
    ]


class _Emitter:
    """Folded nodes as expressions: conditions are Boolean with null for unknown, terms Int64 with the sentinel for none."""

    def __init__(self, pl: Any, day: Day) -> None:
        self.pl, self.day = pl, day
        self.moved: dict[int, Any] = {}
        self.stages: tuple[dict[Any, Any], ...] = ({}, {}, {}, {})

    def kept(self, stage: int, key: Any, make: Callable[[], Any]) -> Any:
        """A column of its own for what is read more than once: figures and regions, then conditions, then outcomes."""
        known = self.stages[stage]
        if key not in known:
            made = make()
            known[key] = made.alias(f"={stage}.{len(known)}")
        return self.pl.col(known[key].meta.output_name())

    def asked(self, node: Condition) -> Any:
        """A whole condition of a rule, computed once however many rules ask it."""
        if isinstance(node, Truth | Ref):
            return self.condition(node)
        return self.kept(CONDITIONS, node, lambda: self.condition(node))

    def lit(self, value: bool) -> Any:
        return self.pl.lit(value)

    def condition(self, node: Condition) -> Any:
        """A condition; Polars itself computes equal parts once."""
        match node:
            case And(parts=parts):
                return reduce(and_, [self.condition(part) for part in parts])
            case Or(parts=parts):
                return reduce(or_, [self.condition(part) for part in parts])
            case Truth(value=value):
                return self.lit(value)
            case Ref(name=name):
                return self.pl.col(name)
            case Not(part=part):
                return ~self.condition(part)
            case IsNone(fact=fact):
                return self.pl.col(fact.name) == SQL_NONE
            case Member(term=term, values=values):
                value, none = self.term(term)
                inside = [value == low if low == high else value.is_between(low, high) for low, high in ranges(values)]
                return self.guarded(reduce(or_, inside), none)
            case Compare(op=op, left=left, right=right):
                one, none = self.term(left)
                other, none_too = self.term(right)
                return self.guarded(_OPERATORS[op](one, other), none, none_too)
        raise TypeError(type(node).__name__)

    def guarded(self, expression: Any, *nones: Any) -> Any:
        """False where a term is none, also beside an unknown one."""
        for none in nones:
            if none is not None:
                expression = expression & ~none
        return expression

    def term(self, node: Term) -> tuple[Any, Any]:
        """Value (null where unknown or none), and whether it is none (None where it never is)."""
        match node:
            case Const(value=value):
                return self.pl.lit(value, dtype=self.pl.Int64), None
            case Ref(name=name, may_be_none=may_be_none):
                return self.pl.col(name), (self.pl.col(name) == SQL_NONE if may_be_none else None)
            case Sum(op=op, left=left, right=right):
                one, none = self.plain(left)
                other, none_too = self.plain(right)
                return (one + other if op == "+" else one - other), _either(none, none_too)
            case Times(term=below, factor=factor):
                value, none = self.plain(below)
                return value * factor, none
            case Shift(day=below, count=count, months=months):
                value, none = self.plain(below)
                if not months:
                    return value + count, none
                return (self.read_months(value, count) if isinstance(below, Ref) else self.months(value, count)), none
            case Lookup():
                return self.lookup(node), None
        raise TypeError(type(node).__name__)

    def plain(self, node: Term) -> tuple[Any, Any]:
        """A term for arithmetic: the sentinel is taken out before anything is computed with it."""
        value, none = self.term(node)
        if none is None or not isinstance(node, Ref):
            return value, none
        return self.pl.when(none).then(None).otherwise(value), none.fill_null(False)

    def read_months(self, day: Any, count: int) -> Any:
        """A stated day moved by months: read from a column of all days that can be stated, computed once."""
        if count not in self.moved:
            every = self.months(self.pl.int_range(FIRST_DAY, LAST_DAY + 1, dtype=self.pl.Int64), count)
            self.moved[count] = self.pl.lit(self.pl.select(every.alias("")).to_series())
        return self.moved[count].gather(day - FIRST_DAY)

    def months(self, day: Any, count: int) -> Any:
        """A day moved by months, clamped to the month's end, in integers."""
        quarter = 4 * (day + EPOCH) + 3
        of_century = 4 * (quarter % 146097 // 4) + 3
        of_year = 5 * (of_century % 1461 // 4) + 461
        month = 12 * (100 * (quarter // 146097) + of_century // 1461) + of_year // 153 + (count - 3)
        in_month = of_year % 153 // 5
        return self.pl.min_horizontal(_start(month) + in_month, _start(month + 1) - 1) - EPOCH

    def lookup(self, node: Lookup) -> Any:
        if not self.day.rows(node.table):
            return self.pl.lit(None, dtype=self.pl.Int64)
        if not node.keys:
            return self.pl.lit(self.day.rows(node.table)[()].value, dtype=self.pl.Int64)
        return self.gathered(node, {key: row.value for key, row in self.day.rows(node.table).items()}, self.pl.Int64)

    def gathered(self, node: Lookup, rows: Mapping[tuple[int, ...], int], dtype: Any) -> Any:
        """A table as one dense column that is read by position: joins would copy the whole frame."""
        return self.kept(FIGURES, (node, dtype), lambda: self.gather(node, rows, dtype))

    def gather(self, node: Lookup, rows: Mapping[tuple[int, ...], int], dtype: Any) -> Any:
        spans = [_span([row[place] for row in rows]) for place in range(len(node.keys))]
        size = prod(count for _, count in spans)
        if size > DENSE_ROWS:
            raise ValueError(f"the table {node.table} is too wide for Polars: {size} combinations of keys")
        dense: list[int | None] = [None] * size
        for row, value in rows.items():
            dense[_position([part - least for part, (least, _) in zip(row, spans, strict=True)], spans)] = value
        columns = []
        for key, (least, count) in zip(node.keys, spans, strict=True):
            moved = self.pl.col(key.name).cast(self.pl.Int64) - least
            columns.append(self.pl.when(moved.is_between(0, count - 1)).then(moved))
        return self.pl.lit(self.pl.Series(dense, dtype=dtype)).gather(_position(columns, spans))

    def reads_low(self, node: Lookup) -> Any:
        """Whether a row of low confidence is read; None where there is none."""
        low = [row for row in self.day.rows(node.table).values() if row.is_low]
        if not low:
            return None
        if not node.keys:
            return self.lit(True)
        flags = {key: int(row.is_low) for key, row in self.day.rows(node.table).items()}
        return (self.gathered(node, flags, self.pl.Int8) == 1).fill_null(False)


def _span(used: list[int]) -> tuple[int, int]:
    """The least key that occurs, and how many there are up to the largest."""
    return min(used), max(used) - min(used) + 1


def _position(parts: Sequence[Any], spans: Sequence[tuple[int, int]]) -> Any:
    """The place of a combination of keys in the dense column; works on integers and on expressions."""
    place: Any = 0
    for part, (_, count) in zip(parts, spans, strict=True):
        place = place * count + part
    return place


_OPERATORS = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
}


def _start(month: Any) -> Any:
    year = month // 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month % 12) + 2) // 5


def _either(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return one if other is None else other
    return one | other


class _Rule:
    """One judge as an Int8 expression: the outcome code, plus 8 where the finding does not count by itself."""

    def __init__(self, bound: Bound, kind: str, judge: Judge, emitter: _Emitter) -> None:
        self.bound, self.kind, self.judge, self.emit, self.pl = bound, kind, judge, emitter, emitter.pl
        self.applies = self.emit.asked(judge.folded_applies)
        self.always = isinstance(judge.folded_applies, Truth) and judge.folded_applies.value

    def column(self) -> Any:
        outcome, apart = self.outcome()
        code = outcome
        if apart is not None:
            code = outcome + (self.code(SET_APART) if apart is True else apart.cast(self.pl.Int8) * SET_APART)
        covered = self.covered(self.judge)
        if covered is not None:
            code = self.pl.when(covered).then(code).otherwise(self.code(0))
        return code.cast(self.pl.Int8).alias(self.judge.rule.id)

    def code(self, value: int) -> Any:
        return self.pl.lit(value, dtype=self.pl.Int8)

    def covered(self, judge: Judge) -> Any:
        """Whether the rule's territory covers the row; None where it always does."""
        territory = self.bound.territory_of(judge.rule)
        if territory == COUNTRY:
            return None
        return self.emit.kept(FIGURES, territory, lambda: self.inside(judge, territory))

    def inside(self, judge: Judge, territory: str) -> Any:
        """Whether the region lies in a territory: its digits say so, but for the exceptions of the divisions' table."""
        prefix = territory.rstrip("0")
        prefix += "0" * (len(prefix) % 2)
        known = {str(row.code) for row in getattr(self.bound.edition.divisions, "rows", ())}
        odd = {code for code in known if self.bound.covers(judge.rule, code) != code.startswith(prefix)}
        region = self.pl.col("region_code")
        inside = region.str.starts_with(prefix)
        if odd:
            inside = inside != region.is_in(sorted(odd))
        return inside.fill_null(False)

    def outcome(self) -> tuple[Any, Any]:
        """The outcome code, and whether the finding is set apart (True, None for never, or an expression)."""
        judge = self.judge
        inside, situations, remedied = self.timed() if judge.timed else self.judged()
        outcome = self.emit.kept(OUTCOMES, (judge.rule.id, judge.path), lambda: self.applied(inside))
        return outcome, self.set_apart(outcome, situations, remedied)

    def applied(self, inside: Any) -> Any:
        """The outcome inside `applies`, beside what it is where that is false or unknown."""
        if self.always:
            return inside
        other = self.pl.when(self.applies.is_null()).then(self.code(UNKNOWN)).otherwise(self.code(NOT_APPLICABLE))
        return self.pl.when(self.applies).then(inside).otherwise(other)

    def set_apart(self, outcome: Any, situations: list[Any], remedied: Any) -> Any:
        judge = self.judge
        if {"lapsed", "needs_confirmation"} & set(judge.static_flags):
            return True
        applicable = [] if judge.confirmed else list(situations)
        applicable += self.low(*judge.rest)
        whole = [*self.low(judge.applies), *self.yielded()]
        if remedied is not None:
            whole.append(remedied & self.applies)
        if applicable:
            whole.append(reduce(or_, [each.fill_null(False) for each in applicable]) & (outcome != NOT_APPLICABLE))
        return reduce(or_, [each.fill_null(False) for each in whole]) if whole else None

    def low(self, *nodes: Node) -> list[Any]:
        lookups = dict.fromkeys(part for node in nodes for part in walk(node) if isinstance(part, Lookup))
        return [low for lookup in lookups if (low := self.emit.reads_low(lookup)) is not None]

    def yielded(self) -> list[Any]:
        found = []
        for name in self.judge.rule.yields_to if not self.judge.unyielding else ():
            if not self.bound.speaks(name) or (path := self.bound.path(self.bound.rule(name), self.kind)) is None:
                continue
            other = self.bound.judge(self.bound.rule(name), path)
            if other.lapsed:
                continue
            applies = _Rule(self.bound, self.kind, other, self.emit).outcome()[0] != NOT_APPLICABLE
            covered = self.covered(other)
            found.append(applies if covered is None else applies & covered)
        return found

    def judged(self) -> tuple[Any, list[Any], Any]:
        judge, pl = self.judge, self.pl
        answer = self.emit.asked(judge.folded_body)
        situations: list[Any] = []
        if judge.event:
            event = pl.col(judge.event)
            happened = (event > SQL_NONE) & (event <= judge.today)
            answer = pl.when(event > judge.today).then(False).otherwise(answer)
            answer, situations = self.looked_back(answer, event, happened)
            answer = self.emit.kept(ANSWERS, (judge.rule.id, judge.path), lambda: answer)
        codes = (self.code(CODES[judge.when_true]), self.code(CODES[judge.when_false]), self.code(UNKNOWN))
        return pl.when(answer).then(codes[0]).when(~answer).then(codes[1]).otherwise(codes[2]), situations, None

    def looked_back(self, answer: Any, event: Any, happened: Any) -> tuple[Any, list[Any]]:
        judge, pl = self.judge, self.pl
        names = [name for name in ENTERED if self.kind == "mine" and name in judge.dictionary]
        days = [pl.when(pl.col(name) > SQL_NONE).then(pl.col(name)) for name in names]
        first = pl.min_horizontal(*days) if days else pl.lit(None, dtype=pl.Int64)
        if judge.rule.look_back == "from_entry":
            unsure = pl.any_horizontal(*[pl.col(name).is_null() for name in names]) if names else pl.lit(True)
            late = pl.when(first <= event).then(answer).when(first > event).then(False)
            late = late.when(unsure).then(pl.when(~answer).then(False).otherwise(None)).otherwise(False)
            return pl.when(happened).then(late).otherwise(answer), []
        if judge.rule.look_back == "any":
            return answer, []
        early = (event < first).fill_null(False)
        if judge.starts is not None:
            early = early | (event < judge.starts)
        return answer, [happened & early & answer.ne_missing(False) & self.applies]

    def timed(self) -> tuple[Any, list[Any], Any]:
        judge, pl = self.judge, self.pl
        due, none = self.emit.plain(judge.folded_due)
        if not isinstance(judge.folded_due, Ref | Const):
            day = due
            due = self.emit.kept(CONDITIONS, judge.folded_due, lambda: day)
        early = None
        if judge.clock is not None and judge.starts is not None:
            early = self.emit.asked(compared("<", judge.clock, Const(judge.starts, Kind(DAY)))).fill_null(False)
            if judge.rule.clock_before_force == "from_force":
                instead = (
                    pl.lit(None, dtype=pl.Int64)
                    if judge.force.unconfirmed
                    else self.emit.plain(judge.due_from_force)[0]
                )
                due = pl.when(early).then(instead).otherwise(due)
                early = None
        situations = [early] if early is not None else []
        after = due > judge.ends if judge.ends is not None else None
        if after is not None and judge.rule.due_after_term == "flag":
            situations.append(after)
        done = pl.col(judge.done)
        open_still = (done == SQL_NONE) | (done > judge.today)
        late = ~open_still & (done > due)
        remedied = late
        breached, code = (
            self.code(CODES[Outcome.BREACHED]),
            pl.when(due.is_null() | done.is_null()).then(self.code(UNKNOWN)),
        )
        if after is not None and judge.rule.due_after_term == "drop":
            code = code.when(after).then(self.code(NOT_APPLICABLE))
            remedied = late & ~after
        code = code.when(open_still & (due >= judge.today)).then(self.code(CODES[Outcome.PENDING]))
        code = code.when(open_still | late).then(breached).otherwise(self.code(CODES[Outcome.SATISFIED]))
        if none is not None:
            code = pl.when(none).then(self.code(NOT_APPLICABLE)).otherwise(code)
        return code, situations, remedied


__all__ = ["frame_of", "judge_frame", "names_read"]
