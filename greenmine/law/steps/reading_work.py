"""Reading one step, one clock and one round of opinions of a step table."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from greenmine.law import limits
from greenmine.law.language import Scope, read_condition
from greenmine.law.problems import LanguageError
from greenmine.law.shape import Shape
from greenmine.law.steps.table import KINDS, Actor, Clock, OpinionRound, Requirement, Step
from greenmine.law.strict_yaml import Map

WORK_KEYS = (
    "verb", "actor", "levels", "departments", "needs", "separate_from", "provision", "by", "confidence", "note",
    "gate", "requires", "after_opinions", "collective", "paper", "failure",
)  # fmt: skip
CLOCK_KEYS = ("days", "kind", "after", "confidence")
ROUND_KEYS = ("title", "departments", "level", "days", "kind", "verb", "provision", "by", "confidence")
ACTORS = ("authority", "enterprise", "agency", "operator")
LEVELS = ("ministry", "province", "city", "county")
DEPARTMENTS = (
    "natural_resources", "government", "ecology", "emergency", "forestry", "water", "industry", "energy", "market",
    "finance", "tax", "sci_tech", "dev_reform", "fin_regulator", "securities", "human_resources", "statistics", "security",
)  # fmt: skip
GATES = ("filing", "review", "assessment", "verification", "notice", "entry", "yearly")
FAILURES = (
    "not_accepted", "returned", "review_failed", "assessment_failed", "verification_failed", "objection_upheld",
)  # fmt: skip
CONFIDENCES = ("S", "M", "I", "?")
PRACTICE = "practice"
OPINION_VERB = "selection.opine"
VERB = re.compile(r"[a-z]+\.[a-z_]+")
ASKED = {"zh": "征求部门意见", "en": "opinions of the departments"}


@dataclass(frozen=True, slots=True)
class Known:
    """What a table may name: clauses, verbs, readings, and the facts of preconditions; None is not checked."""

    provisions: Container[str] | None
    verbs: Container[str] | None
    readings: Container[str] | None
    facts: Scope | None


class WorkReader:
    """Reads steps, clocks and opinions."""

    def __init__(self, shape: Shape, known: Known) -> None:
        self.shape, self.known = shape, known
        self.depends_on: tuple[str, ...] = ()

    def readings_of(self, data: Map) -> tuple[str, ...]:
        """The readings a table depends on."""
        found = self.shape.texts(data, "readings")
        for name in found:
            if self.known.readings is not None and name not in self.known.readings:
                self.shape.refuse(f"没有口径“{name}”", f"there is no reading “{name}”", data.line_of("readings"))
        return found

    def identifier(self, entry: Map, key: str) -> str:
        """A name as the rulebook writes names."""
        found = self.shape.text(entry, key)
        if not limits.ID.fullmatch(found):
            self.shape.refuse(
                f"“{found}”不是合规的编号（小写字母、数字、_ . -）",
                f"“{found}” is no id (lower case, digits, _ . -)",
                entry.line_of(key),
            )
        return found

    def work(self, entry: Map, identifier: str, origins: tuple[str, ...], to: str) -> Step:
        """One step, or the opening."""
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
            gate=self.shape.choice(entry, "gate", GATES),
            requires=self.requires(entry),
            after_opinions=self.shape.text(entry, "after_opinions"),
            members=self.members(entry),
            paper=self.shape.text(entry, "paper"),
            failure=self.shape.choice(entry, "failure", FAILURES),
        )
        self.check_ground(entry, identifier, step.provisions, step.by, step.confidence)
        return step

    def verb(self, entry: Map, default: str = "") -> str:
        """The verb of the matrix of roles."""
        verb = self.shape.text(entry, "verb", default)
        known = self.known.verbs
        if not VERB.fullmatch(verb) or (known is not None and verb not in known):
            self.shape.refuse(
                f"权限矩阵没有“{verb}”", f"the matrix of roles has no verb “{verb}”", entry.line_of("verb")
            )
        return verb

    def actor(self, entry: Map) -> Actor:
        """Whose turn it is."""
        kind = self.shape.choice(entry, "actor", ACTORS)
        levels, reading = self.levels(entry, "levels")
        departments = self.departments(entry)
        if (levels or reading or departments) and kind != "authority":
            self.shape.refuse(
                "只有主管部门分层级和部门", "only authorities have levels and departments", entry.line_of("levels")
            )
        return Actor(kind, levels, departments, reading)

    def levels(self, entry: Map, key: str) -> tuple[tuple[str, ...], str]:
        """Levels of government, or the reading that says which."""
        if isinstance(entry.get(key), Map):
            return (), self.reading(entry, key)
        levels = self.shape.texts(entry, key)
        for level in levels:
            if level not in LEVELS:
                self.shape.refuse(f"不认识的层级“{level}”", f"unknown level “{level}”", entry.line_of(key))
        return levels, ""

    def departments(self, entry: Map) -> tuple[str, ...]:
        """Lines of government."""
        found = self.shape.texts(entry, "departments")
        for name in found:
            if name not in DEPARTMENTS:
                self.shape.refuse(f"不认识的部门“{name}”", f"unknown department “{name}”", entry.line_of("departments"))
        return found

    def reading(self, entry: Map, key: str) -> str:
        """`{reading: id}`: the id must stand in the table's own list."""
        given = entry[key]
        self.shape.known_keys(given, ("reading",), ("reading",))
        name = self.shape.text(given, "reading")
        if name and name not in self.depends_on:
            self.shape.refuse(
                f"口径“{name}”未列入本表的 readings",
                f"the reading “{name}” is not among the table's readings",
                given.line_of("reading"),
            )
        return name

    def clock(self, entry: Map, key: str) -> Clock | None:
        """A time limit."""
        given = entry.get(key)
        if given is None:
            return None
        if not isinstance(given, Map):
            self.shape.refuse(
                f"{key} 应为 {{days, kind, after}}", f"{key} must be {{days, kind, after}}", entry.line_of(key)
            )
            return None
        self.shape.known_keys(given, CLOCK_KEYS, ("days", "kind", "after"))
        return self.counted(given, self.shape.text(given, "after"))

    def counted(self, given: Map, after: str) -> Clock:
        """The days of a limit: a figure, a reading, or what an officer entered."""
        kind = self.shape.choice(given, "kind", KINDS, "working")
        confidence = self.shape.choice(given, "confidence", CONFIDENCES)
        days = given.get("days")
        if isinstance(days, Map) and "payload" in days:
            self.shape.known_keys(days, ("payload", "step"), ("payload", "step"))
            payload, step = self.shape.text(days, "payload"), self.shape.text(days, "step")
            return Clock(0, kind, after, confidence, payload=payload, step=step)
        if isinstance(days, Map):
            return Clock(0, kind, after, confidence, reading=self.reading(given, "days"))
        figure = self.shape.whole(given, "days", 0) or 0
        if not 0 < figure <= limits.DAYS:
            self.shape.refuse("时限天数应为正整数", "a time limit has at least one day", given.line_of("days"))
        return Clock(figure, kind, after, confidence)

    def members(self, entry: Map) -> int:
        """How many vote at least where a step is decided together."""
        given = entry.get("collective")
        if given is None:
            return 0
        if not isinstance(given, Map):
            self.shape.refuse(
                "collective 应为 {members: 人数}", "collective must be {members: n}", entry.line_of("collective")
            )
            return 0
        self.shape.known_keys(given, ("members",), ("members",))
        members = self.shape.whole(given, "members", 0) or 0
        if not 1 < members <= limits.IN_LIST:
            self.shape.refuse(
                "集体决策至少两人", "a collective decision has at least two members", given.line_of("members")
            )
        return members

    def requires(self, entry: Map) -> tuple[Requirement, ...]:
        """What must be true of the mine."""
        found = []
        for one in self.shape.entries(entry.get("requires", "")):
            self.shape.known_keys(one, ("check", "zh", "en", "provision"), ("check", "zh", "en"))
            check = self.shape.text(one, "check")
            if self.known.facts is not None:
                try:
                    read_condition(check, self.known.facts)
                except LanguageError as refused:
                    self.shape.refuse(f"条件“{check}”：{refused.zh}", f"“{check}”: {refused.en}", one.line_of("check"))
            provisions = self.shape.texts(one, "provision")
            self.check_provisions(one, provisions)
            words = {lang: self.shape.text(one, lang) for lang in ("zh", "en")}
            found.append(Requirement(check, words, provisions))
        return tuple(found)

    def round(self, identifier: str, entry: Map) -> OpinionRound:
        """One round of opinions; its clock runs from the state that asks."""
        self.shape.known_keys(entry, ROUND_KEYS, ("departments", "level", "days", "kind"))
        if not limits.ID.fullmatch(identifier):
            self.shape.refuse(f"“{identifier}”不是合规的编号", f"“{identifier}” is no id", entry.line)
        departments = self.departments(entry)
        if not departments:
            self.shape.refuse(
                "应写明征求意见的部门", "name the departments that are asked", entry.line_of("departments")
            )
        levels, reading = self.levels(entry, "level")
        found = OpinionRound(
            identifier,
            self.shape.words(entry, "title", needed=False) or ASKED,
            departments,
            Actor("authority", levels, departments, reading),
            self.counted(entry, ""),
            self.verb(entry, OPINION_VERB),
            self.shape.texts(entry, "provision"),
            self.shape.choice(entry, "by", (PRACTICE,)),
            self.shape.choice(entry, "confidence", CONFIDENCES),
        )
        self.check_ground(entry, identifier, found.provisions, found.by, found.confidence)
        return found

    def check_ground(self, entry: Map, identifier: str, provisions: tuple[str, ...], by: str, confidence: str) -> None:
        """Everything rests on a clause, or is called practice with its confidence."""
        if not provisions and by != PRACTICE:
            self.shape.refuse(
                f"步骤“{identifier}”没有依据：写明 provision，或写 by: practice 并注明 confidence",
                f"step “{identifier}” rests on nothing: name a provision, or say by: practice with its confidence",
                entry.line,
            )
        if by == PRACTICE and not confidence:
            self.shape.refuse(
                f"步骤“{identifier}”依惯例办理，须注明 confidence",
                f"step “{identifier}” is practice: say with which confidence",
                entry.line,
            )
        self.check_provisions(entry, provisions)

    def check_provisions(self, entry: Map, provisions: tuple[str, ...]) -> None:
        """Every clause that is cited is one of the rulebook."""
        for provision in provisions:
            if self.known.provisions is not None and provision not in self.known.provisions:
                self.shape.refuse(
                    f"规则库没有条款“{provision}”", f"there is no provision “{provision}”", entry.line_of("provision")
                )
