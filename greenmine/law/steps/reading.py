"""Reading a step table from strict YAML: closed keys, every reference resolved, no state that leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from hashlib import sha256

from greenmine.law.language import Scope
from greenmine.law.shape import Shape
from greenmine.law.steps.reading_work import WORK_KEYS, Known, WorkReader
from greenmine.law.steps.table import COUNTRY, OPENING, SAME, OpinionRound, State, Step, Table
from greenmine.law.strict_yaml import Map, load

TABLE_KEYS = (
    "id", "title", "prefix", "note", "start", "states", "opening", "steps",
    "family", "territory", "in_force", "readings", "opinions",
)  # fmt: skip
STATE_KEYS = ("zh", "en", "final", "opinions")
STEP_KEYS = ("id", "title", "from", "to", "clock", "not_before", *WORK_KEYS)
PREFIX = re.compile(r"[A-Z]{2,4}")
TERRITORY = re.compile(r"[0-9]{6}")


def load_table(
    text: str,
    *,
    file: str = "",
    provisions: Container[str] | None = None,
    verbs: Container[str] | None = None,
    readings: Container[str] | None = None,
    facts: Scope | None = None,
) -> Table:
    """The table of a file's text; RulebookError lists every problem.

    Clauses, verbs, readings and the facts of preconditions are checked where they are given.
    """
    return _Reader(Shape(file), Known(provisions, verbs, readings, facts)).table(text)


class _Reader(WorkReader):
    """Reads one table and remembers what is wrong with it."""

    def table(self, text: str) -> Table:
        data = load(text, file=self.shape.file)
        if not isinstance(data, Map):
            self.shape.refuse("步骤表应为键值对", "a step table is a mapping", 1)
            self.shape.raise_if_any()
        self.shape.known_keys(data, TABLE_KEYS, ("id", "title", "start", "states", "steps"))
        identifier = self.identifier(data, "id")
        self.depends_on = self.readings_of(data)
        states = self.states(data)
        opinions = self.opinions(data)
        opening = self.opening(data)
        steps = self.steps(data, states)
        start = self.shape.text(data, "start")
        self.check_names(data, start, states, steps, opening)
        self.check_opinions(data, states, steps, opinions)
        if not self.shape.problems:
            self.check_ways(data, start, states, steps)
        title = self.shape.words(data, "title")
        prefix = self.shape.text(data, "prefix", "AJ")
        if not PREFIX.fullmatch(prefix):
            self.shape.refuse(
                f"编号前缀“{prefix}”应为 2–4 个大写字母",
                f"the prefix “{prefix}” must be 2–4 capital letters",
                data.line_of("prefix"),
            )
        territory = self.shape.text(data, "territory", COUNTRY)
        if not TERRITORY.fullmatch(territory):
            self.shape.refuse(
                f"适用地区“{territory}”应为六位行政区划代码",
                f"the territory “{territory}” must be a division code of six digits",
                data.line_of("territory"),
            )
        span = data.get("in_force")
        from_on = to_on = None
        if isinstance(span, Map):
            self.shape.known_keys(span, ("from", "to"), ("from",))
            from_on, to_on = self.shape.day(span, "from"), self.shape.day(span, "to")
        elif span is not None:
            self.shape.refuse("in_force 应为 {from, to}", "in_force must be {from, to}", data.line_of("in_force"))
        if from_on and to_on and to_on < from_on:
            self.shape.refuse("in_force 的 to 早于 from", "in_force ends before it begins", data.line_of("in_force"))
        family = self.shape.text(data, "family", identifier)
        self.shape.raise_if_any()
        return Table(
            identifier, title, prefix, states, start, steps, opening, sha256(text.encode()).hexdigest(),
            family, territory, from_on, to_on, self.depends_on, opinions,
        )  # fmt: skip

    def states(self, data: Map) -> dict[str, State]:
        given = data.get("states")
        if not isinstance(given, Map) or not given:
            self.shape.refuse("states 应为 {编号: {zh, en}}", "states must be {id: {zh, en}}", data.line_of("states"))
            return {}
        found = {}
        for key, entry in given.items():
            if not isinstance(entry, Map):
                self.shape.refuse(f"状态“{key}”应有 zh 和 en", f"state “{key}” needs zh and en", given.line_of(key))
                continue
            self.shape.known_keys(entry, STATE_KEYS, ("zh", "en"))
            title = {lang: self.shape.text(entry, lang) for lang in ("zh", "en")}
            found[key] = State(key, title, self.shape.yes_no(entry, "final"), self.shape.text(entry, "opinions"))
        return found

    def opinions(self, data: Map) -> dict[str, OpinionRound]:
        given = data.get("opinions")
        if given is None:
            return {}
        if not isinstance(given, Map):
            self.shape.refuse(
                "opinions 应为 {编号: {departments, level, days}}",
                "opinions must be {id: {departments, level, days}}",
                data.line_of("opinions"),
            )
            return {}
        return {
            key: self.round(key, entry)
            for key, entry in given.items()
            if isinstance(entry, Map) or self._no_map(given, key)
        }

    def _no_map(self, given: Map, key: str) -> bool:
        self.shape.refuse(f"“{key}”应为键值对", f"“{key}” must be a mapping", given.line_of(key))
        return False

    def check_opinions(
        self, data: Map, states: dict[str, State], steps: dict[str, Step], opinions: dict[str, OpinionRound]
    ) -> None:
        """Every round that is named exists, and every round is asked in some state."""
        asked = {state.opinions for state in states.values() if state.opinions}
        waited = {step.after_opinions for step in steps.values() if step.after_opinions}
        for name in sorted((asked | waited) - set(opinions)):
            self.shape.refuse(
                f"没有名为“{name}”的征求意见", f"there is no round of opinions “{name}”", data.line_of("opinions")
            )
        for name in sorted(set(opinions) - asked):
            self.shape.refuse(
                f"征求意见“{name}”没有状态使用", f"no state asks for the opinions “{name}”", data.line_of("opinions")
            )
        for step in steps.values():
            origins = [states[origin] for origin in step.origins if origin in states]
            if step.after_opinions and any(state.opinions != step.after_opinions for state in origins):
                self.shape.refuse(
                    f"步骤“{step.id}”只能从征求“{step.after_opinions}”意见的状态办理",
                    f"step “{step.id}” starts where the opinions “{step.after_opinions}” are asked",
                    data.line_of("steps"),
                )
        for one in opinions.values():
            if one.clock.step and one.clock.step not in steps:
                self.shape.refuse(
                    f"征求意见“{one.id}”的期限来自不存在的步骤“{one.clock.step}”",
                    f"opinions “{one.id}”: there is no step “{one.clock.step}”",
                    data.line_of("opinions"),
                )
        for state in states.values():
            if state.final and state.opinions:
                self.shape.refuse(
                    f"已办结状态“{state.id}”不再征求意见",
                    f"the final state “{state.id}” asks for no opinions",
                    data.line_of("states"),
                )

    def opening(self, data: Map) -> Step | None:
        entry = data.get("opening")
        if entry is None:
            return None
        if not isinstance(entry, Map):
            self.shape.refuse("opening 应为键值对", "opening must be a mapping", data.line_of("opening"))
            return None
        self.shape.known_keys(entry, ("title", *WORK_KEYS), ("title", "verb", "actor"))
        return self.work(entry, OPENING, (), self.shape.text(data, "start"))

    def steps(self, data: Map, states: dict[str, State]) -> dict[str, Step]:
        found: dict[str, Step] = {}
        for entry in self.shape.entries(data.get("steps", "")):
            self.shape.known_keys(entry, STEP_KEYS, ("id", "title", "from", "to", "verb", "actor"))
            identifier = self.identifier(entry, "id")
            if identifier in found or identifier == OPENING or identifier in states:
                self.shape.refuse(
                    f"步骤名“{identifier}”重复或已作他用", f"the name “{identifier}” is used twice", entry.line_of("id")
                )
                continue
            found[identifier] = self.work(
                entry, identifier, self.shape.texts(entry, "from"), self.shape.text(entry, "to")
            )
        return found

    def check_names(
        self, data: Map, start: str, states: dict[str, State], steps: dict[str, Step], opening: Step | None
    ) -> None:
        if start not in states:
            self.shape.refuse(f"起始状态“{start}”未列出", f"the start “{start}” is no state", data.line_of("start"))
        known = {*states, *steps, *((OPENING,) if opening else ())}
        for step in steps.values():
            self.all_known(data, step, step.origins, states, "from")
            self.all_known(data, step, (step.to,), {*states, SAME}, "to")
            self.all_known(data, step, step.separate_from, {*steps, *((OPENING,) if opening else ())}, "separate_from")
            for clock in (step.clock, step.not_before):
                self.all_known(data, step, (clock.after,) if clock else (), known, "after")
                self.all_known(data, step, (clock.step,) if clock and clock.step else (), known, "step")
            if not step.origins:
                self.shape.refuse(
                    f"步骤“{step.id}”缺少 from", f"step “{step.id}” starts nowhere", data.line_of("steps")
                )

    def all_known(self, data: Map, step: Step, names: Iterable[str], known: Container[str], key: str) -> None:
        for name in names:
            if name not in known:
                self.shape.refuse(
                    f"步骤“{step.id}”的 {key}“{name}”不存在",
                    f"step “{step.id}”: {key} “{name}” does not exist",
                    data.line_of("steps"),
                )

    def check_ways(self, data: Map, start: str, states: dict[str, State], steps: dict[str, Step]) -> None:
        """Every state can be reached, and from every state the case can end; nothing follows the end."""
        ways = {(origin, step.lands_in(origin)) for step in steps.values() for origin in step.origins}
        line = data.line_of("states")
        for state in sorted(set(states) - _reached({start}, ways)):
            self.shape.refuse(f"状态“{state}”不可到达", f"state “{state}” cannot be reached", line)
        ends = {state for state, one in states.items() if one.final}
        back = _reached(ends, {(to, origin) for origin, to in ways})
        for state in sorted(set(states) - back):
            self.shape.refuse(
                f"状态“{state}”没有出路：补上后续步骤，或标明 final: true",
                f"state “{state}” leads to no end: add a step, or say final: true",
                line,
            )
        for origin, _ in sorted(ways):
            if states[origin].final:
                self.shape.refuse(
                    f"已办结状态“{origin}”之后还有步骤", f"a step follows the final state “{origin}”", line
                )


def _reached(start: set[str], ways: set[tuple[str, str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        here = waiting.pop()
        for origin, to in ways:
            if origin == here and to not in found:
                found.add(to)
                waiting.append(to)
    return found
