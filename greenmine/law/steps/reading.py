"""Reading a step table from strict YAML: closed keys, every reference resolved, no state that leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from hashlib import sha256

from greenmine.law import limits
from greenmine.law.shape import Shape
from greenmine.law.steps.table import KINDS, OPENING, SAME, Actor, Clock, State, Step, Table
from greenmine.law.strict_yaml import Map, load

TABLE_KEYS = ("id", "title", "prefix", "note", "start", "states", "opening", "steps")
STATE_KEYS = ("zh", "en", "final")
WORK_KEYS = ("verb", "actor", "levels", "needs", "separate_from", "provision", "by", "confidence", "note")
STEP_KEYS = ("id", "title", "from", "to", "clock", "not_before", *WORK_KEYS)
CLOCK_KEYS = ("days", "kind", "after", "confidence")
ACTORS = ("authority", "enterprise", "agency", "operator")
LEVELS = ("ministry", "province", "city", "county")
CONFIDENCES = ("S", "M", "I", "?")
PRACTICE = "practice"
PREFIX = re.compile(r"[A-Z]{2,4}")
VERB = re.compile(r"[a-z]+\.[a-z_]+")


def load_table(
    text: str,
    *,
    file: str = "",
    provisions: Container[str] | None = None,
    verbs: Container[str] | None = None,
) -> Table:
    """The table of a file's text; RulebookError lists every problem. Clauses and verbs are checked where lists are given."""
    return _Reader(Shape(file), provisions, verbs).table(text)


class _Reader:
    """Reads one table and remembers what is wrong with it."""

    def __init__(self, shape: Shape, provisions: Container[str] | None, verbs: Container[str] | None) -> None:
        self.shape, self.provisions, self.verbs = shape, provisions, verbs

    def table(self, text: str) -> Table:
        data = load(text, file=self.shape.file)
        if not isinstance(data, Map):
            self.shape.refuse("步骤表应为键值对", "a step table is a mapping", 1)
            self.shape.raise_if_any()
        self.shape.known_keys(data, TABLE_KEYS, ("id", "title", "start", "states", "steps"))
        identifier = self.identifier(data, "id")
        states = self.states(data)
        opening = self.opening(data)
        steps = self.steps(data, states)
        start = self.shape.text(data, "start")
        self.check_names(data, start, states, steps, opening)
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
        self.shape.raise_if_any()
        digest = sha256(text.encode()).hexdigest()
        return Table(identifier, title, prefix, states, start, steps, opening, digest)

    def identifier(self, entry: Map, key: str) -> str:
        found = self.shape.text(entry, key)
        if not limits.ID.fullmatch(found):
            self.shape.refuse(
                f"“{found}”不是合规的编号（小写字母、数字、_ . -）",
                f"“{found}” is no id (lower case, digits, _ . -)",
                entry.line_of(key),
            )
        return found

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
            found[key] = State(key, title, self.shape.yes_no(entry, "final"))
        return found

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

    def work(self, entry: Map, identifier: str, origins: tuple[str, ...], to: str) -> Step:
        step = Step(
            id=identifier,
            title=self.shape.words(entry, "title"),
            origins=origins,
            to=to,
            verb=self.verb(entry),
            actor=self.actor(entry),
            clock=self.clock(entry, "clock"),
            not_before=self.clock(entry, "not_before"),
            needs=self.shape.texts(entry, "needs"),
            separate_from=self.shape.texts(entry, "separate_from"),
            provisions=self.shape.texts(entry, "provision"),
            by=self.shape.choice(entry, "by", (PRACTICE,)),
            confidence=self.shape.choice(entry, "confidence", CONFIDENCES),
            note=self.shape.words(entry, "note", needed=False),
        )
        self.check_ground(entry, step)
        return step

    def verb(self, entry: Map) -> str:
        verb = self.shape.text(entry, "verb")
        if not VERB.fullmatch(verb) or (self.verbs is not None and verb not in self.verbs):
            self.shape.refuse(
                f"权限矩阵没有“{verb}”", f"the matrix of roles has no verb “{verb}”", entry.line_of("verb")
            )
        return verb

    def actor(self, entry: Map) -> Actor:
        levels = self.shape.texts(entry, "levels")
        for level in levels:
            if level not in LEVELS:
                self.shape.refuse(f"不认识的层级“{level}”", f"unknown level “{level}”", entry.line_of("levels"))
        kind = self.shape.choice(entry, "actor", ACTORS)
        if levels and kind != "authority":
            self.shape.refuse("只有主管部门分层级", "only authorities have levels", entry.line_of("levels"))
        return Actor(kind, levels)

    def clock(self, entry: Map, key: str) -> Clock | None:
        given = entry.get(key)
        if given is None:
            return None
        if not isinstance(given, Map):
            self.shape.refuse(
                f"{key} 应为 {{days, kind, after}}", f"{key} must be {{days, kind, after}}", entry.line_of(key)
            )
            return None
        self.shape.known_keys(given, CLOCK_KEYS, ("days", "kind", "after"))
        days = self.shape.whole(given, "days", 0) or 0
        if not 0 < days <= limits.DAYS:
            self.shape.refuse("时限天数应为正整数", "a time limit has at least one day", given.line_of("days"))
        return Clock(
            days,
            self.shape.choice(given, "kind", KINDS, "working"),
            self.shape.text(given, "after"),
            self.shape.choice(given, "confidence", CONFIDENCES),
        )

    def check_ground(self, entry: Map, step: Step) -> None:
        if not step.provisions and step.by != PRACTICE:
            self.shape.refuse(
                f"步骤“{step.id}”没有依据：写明 provision，或写 by: practice 并注明 confidence",
                f"step “{step.id}” rests on nothing: name a provision, or say by: practice with its confidence",
                entry.line,
            )
        if step.by == PRACTICE and not step.confidence:
            self.shape.refuse(
                f"步骤“{step.id}”依惯例办理，须注明 confidence",
                f"step “{step.id}” is practice: say with which confidence",
                entry.line,
            )
        for provision in step.provisions:
            if self.provisions is not None and provision not in self.provisions:
                self.shape.refuse(
                    f"规则库没有条款“{provision}”", f"there is no provision “{provision}”", entry.line_of("provision")
                )

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
