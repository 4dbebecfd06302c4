"""A step table as the engine holds it: states, steps, clocks; what is open in a state, and what is out of turn."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Protocol

Words = Mapping[str, str]
Readings = Mapping[str, str | int]  # the readings a table depends on → what they say
COUNTRY = "000000"
SAME = "same"  # `to: same`: the step leaves the state as it is
OPENING = "open"  # the id of the act that opens a case
# What may happen to a case outside its table; the names cannot be those of steps.
WITHDRAWN, MIGRATED, MIGRATION_UNDONE = ":withdrawn", ":migrated", ":migration_undone"
MARKS: Mapping[str, Words] = {
    WITHDRAWN: {"zh": "撤回", "en": "withdrawn"},
    MIGRATED: {"zh": "改换步骤表", "en": "moved to another step table"},
    MIGRATION_UNDONE: {"zh": "撤销改换步骤表", "en": "move to another step table undone"},
}
KINDS = ("working", "calendar")
ALSO = "+"  # a reading may name several levels: county+city


class OutOfTurn(Exception):
    """A step that is not open in this state (步骤不当次), in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


class CountedDay(Protocol):
    """A day reached by counting working days."""

    @property
    def on(self) -> date:
        """The day."""
        ...

    @property
    def provisional(self) -> bool:
        """Whether the count passed a year whose table is not sourced."""
        ...


class WorkingDays(Protocol):
    """What counting asks of a calendar (`editions.calendars.Calendar` is one)."""

    @property
    def years(self) -> Mapping[int, Any]:
        """The years that have a table."""
        ...

    def add(self, start: date, working_days: int) -> CountedDay:
        """The day so many working days after `start`, the start day not counted."""
        ...


@dataclass(frozen=True, slots=True)
class Actor:
    """Whose turn it is: a kind of organisation, for an authority perhaps only some levels and departments.

    `reading` names the reading (口径) that says which level; a table settled for a case has the levels themselves.
    """

    kind: str
    levels: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    reading: str = ""

    def settled(self, values: Readings) -> Actor:
        """With the level that the reading says."""
        return replace(self, levels=_levels(values[self.reading])) if self.reading in values else self


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit (时限): so many days after a step was taken or a state entered; that day itself is not counted.

    The days are a figure, or what a reading says, or what an officer entered with a step (`payload` of `step`); 0 is not known.
    """

    days: int
    kind: str
    after: str
    confidence: str = ""
    reading: str = ""
    payload: str = ""
    step: str = ""

    def settled(self, values: Readings) -> Clock:
        """With the days that the reading says."""
        return replace(self, days=int(values[self.reading])) if self.reading in values else self

    def counts_from(self, *, step: str, state: str) -> bool:
        """Whether taking this step, or entering this state by it, starts the clock."""
        return self.after in (step, state)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a time limit; without a day, the reason why none can be named."""

    on: date | None
    provisional: bool = False
    reason: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """Where a case may stand (办理状态); in a final one nothing is left to do. Entering it may ask for opinions."""

    id: str
    title: Words
    final: bool = False
    opinions: str = ""


@dataclass(frozen=True, slots=True)
class OpinionRound:
    """Opinions asked of several departments at once (并联征求意见), each in writing and until a day."""

    id: str
    title: Words
    departments: tuple[str, ...]
    asked: Actor
    clock: Clock
    verb: str
    provisions: tuple[str, ...] = ()
    by: str = ""
    confidence: str = ""

    def settled(self, values: Readings) -> OpinionRound:
        """With the level and the days that readings say."""
        return replace(self, asked=self.asked.settled(values), clock=self.clock.settled(values))


@dataclass(frozen=True, slots=True)
class Requirement:
    """What must be true of the mine before a step (办理前提), in the rule language, with the sentence that refuses."""

    check: str
    words: Words
    provisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step (办理步骤): who takes it, from where to where, until when, with what, and on which clause."""

    id: str
    title: Words
    origins: tuple[str, ...]
    to: str
    verb: str
    actor: Actor
    clock: Clock | None = None
    not_before: Clock | None = None
    needs: tuple[str, ...] = ()
    separate_from: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    by: str = ""
    confidence: str = ""
    note: Words = field(default_factory=dict)
    gate: str = ""
    requires: tuple[Requirement, ...] = ()
    after_opinions: str = ""
    members: int = 0
    paper: str = ""
    failure: str = ""

    @property
    def is_collective(self) -> bool:
        """Whether it is decided by several people together (集体决策), with minutes and votes."""
        return self.members > 0

    def settled(self, values: Readings) -> Step:
        """With the levels and days that readings say."""
        return replace(
            self,
            actor=self.actor.settled(values),
            clock=self.clock and self.clock.settled(values),
            not_before=self.not_before and self.not_before.settled(values),
        )

    def lands_in(self, state: str) -> str:
        """The state in which a case stands after this step."""
        return state if self.to == SAME else self.to


@dataclass(frozen=True)
class Table:
    """One procedure as a table (步骤表)."""

    id: str
    title: Words
    prefix: str
    states: Mapping[str, State]
    start: str
    steps: Mapping[str, Step]
    opening: Step | None
    digest: str
    family: str = ""
    territory: str = COUNTRY
    from_on: date | None = None
    to_on: date | None = None
    readings: tuple[str, ...] = ()
    opinions: Mapping[str, OpinionRound] = field(default_factory=dict)

    def is_in_force(self, on: date) -> bool:
        """Whether it is the table of this day; both ends count."""
        return (self.from_on is None or self.from_on <= on) and (self.to_on is None or on <= self.to_on)

    def settled(self, values: Readings) -> Table:
        """The table with every reading (口径) replaced by what it says for a territory on a day."""
        if not self.readings:
            return self
        return replace(
            self,
            steps={name: step.settled(values) for name, step in self.steps.items()},
            opening=self.opening and self.opening.settled(values),
            opinions={name: one.settled(values) for name, one in self.opinions.items()},
        )

    def open_steps(self, state: str) -> list[Step]:
        """The steps that may be taken in a state, in the order of the file; KeyError for a state the table has not."""
        self.states[state]
        return [step for step in self.steps.values() if state in step.origins]

    def step(self, identifier: str) -> Step:
        """A step by its id, or what else may happen to a case; OutOfTurn where the table has none."""
        if identifier in MARKS:
            return Step(identifier, MARKS[identifier], (), SAME, "", Actor("authority"))
        found = self.opening if identifier == OPENING else self.steps.get(identifier)
        if found is None:
            raise OutOfTurn(
                f"“{self.title['zh']}”没有步骤“{identifier}”", f"“{self.title['en']}” has no step “{identifier}”"
            )
        return found

    def check(self, state: str, step: str) -> Step:
        """The step, if it is open in this state; OutOfTurn says what is open instead."""
        found = self.step(step)
        if state in found.origins:
            return found
        now, after = self.states[state].title, [one.title for one in self.open_steps(state)]
        instead = {lang: "、".join(title[lang] for title in after) for lang in ("zh", "en")}
        zh = f"当前可办：{instead['zh']}" if after else "已办结"
        en = f"open are: {instead['en'].replace('、', ', ')}" if after else "nothing is left to do"
        raise OutOfTurn(
            f"目前为“{now['zh']}”，不能办理“{found.title['zh']}”；{zh}",
            f"the case is “{now['en']}”, so “{found.title['en']}” is out of turn; {en}",
        )

    def is_final(self, state: str) -> bool:
        """Whether nothing is left to do in a state."""
        return self.states[state].final

    def due(self, step: str, since: date, calendar: WorkingDays | None = None) -> date | None:
        """The last day for a step whose clock began `since`; None without a clock or where no day can be named."""
        return self.deadline(step, since, calendar).on

    def deadline(self, step: str, since: date, calendar: WorkingDays | None = None) -> Deadline:
        """As `due`, with the reason where there is no day."""
        clock = self.step(step).clock
        return count(clock, since, calendar) if clock else Deadline(None, reason=NO_CLOCK)

    def opens_on(self, step: str, since: date, calendar: WorkingDays | None = None) -> Deadline:
        """The last day of waiting before a step may be taken (`not_before`), counted from `since`."""
        wait = self.step(step).not_before
        return count(wait, since, calendar) if wait else Deadline(None, reason=NO_CLOCK)


UNKNOWN_DAYS = {"zh": "该期限的天数尚未登记", "en": "how many days this limit has is not known yet"}
NO_CLOCK = {"zh": "该步骤未设时限", "en": "this step has no time limit"}


def count(clock: Clock, since: date, calendar: WorkingDays | None) -> Deadline:
    """The last day of a clock that began `since`. Working days need the tables of every year they pass."""
    if clock.days <= 0:
        return Deadline(None, reason=UNKNOWN_DAYS)
    if clock.kind == "calendar":
        return Deadline(since + timedelta(days=clock.days))
    if calendar is None:
        return Deadline(
            None, reason={"zh": "没有工作日历，无法计算工作日", "en": "no calendar to count working days by"}
        )
    counted = calendar.add(since, clock.days)
    missing = _years_without(calendar.years, since, counted.on)
    if missing:
        years = "、".join(map(str, missing))
        return Deadline(
            None,
            reason={
                "zh": f"缺少 {years} 年节假日安排，无法确定期限；请先登记该年工作日历",
                "en": f"the holidays of {years.replace('、', ', ')} are not known yet: enter that year's calendar first",
            },
        )
    return Deadline(counted.on, counted.provisional)


def _years_without(years: Container[int], first: date, last: date) -> list[int]:
    return [year for year in range(first.year, last.year + 1) if year not in years]


def _levels(value: str | int) -> tuple[str, ...]:
    return tuple(str(value).split(ALSO))
