"""Packs (规则文件): reading `rulebook/rules/**` into typed rules. A pack is data that anyone may upload: default deny."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from greenmine.law import limits
from greenmine.law.cases import Case, read_case
from greenmine.law.dictionary import SUBJECTS, Dictionary
from greenmine.law.ir import Ref
from greenmine.law.language import Scope, read_condition, read_day, read_expression
from greenmine.law.problems import LanguageError, Problem, RulebookError
from greenmine.law.rules import BODY_KEY, KINDS, TIMED, InForce, Rule
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map, load
from greenmine.law.values import Value

COMMON = ("id", "provision", "kind", "title", "territory", "in_force", "subject", "bound", "applies", "yields_to",
          "needs_confirmation", "interpretation", "cases", "note")  # fmt: skip
TIMED_KEYS = ("due", "done_on", "warn", "clock_before_force", "due_after_term")
EVENT_KEYS = ("event_on", "look_back")
QUOTA_KEYS = ("population", "hit", "by", "target")
NEEDED = ("id", "provision", "kind", "title", "subject", "bound")
WARN = re.compile(r"\d{1,3} (DAY|MONTH|YEAR)S?")
ACTORS = frozenset(
    [
        "enterprise",
        "ministry_nr",
        "province_nr",
        "city_nr",
        "county_nr",
        "granting_authority",
        "province_gov",
        "city_gov",
        "county_gov",
        "ecology",
        "finance",
        "market",
        "fin_regulator",
        "securities",
        "forestry",
        "emergency",
        "industry",
        "energy",
        "water",
        "tax",
        "sci_tech",
        "dev_reform",
        "human_resources",
        "statistics",
        "security",
        "third_party",
        "agency",
        "expert",
        "bank",
        "media",
        "public",
        "association",
        "exploration_unit",
        "investor",
        "guarantee_body",
        "peoples_congress",
        "procuratorate",
        "supervisory_commission",
    ]
)


@dataclass(frozen=True, slots=True)
class Pack:
    """What one file holds: its rules, its definitions as texts, and the examples its author wrote beside the rules."""

    rules: tuple[Rule, ...]
    definitions: Mapping[str, str]
    cases: tuple[Case, ...]


def load_pack(
    text: str,
    dictionary: Dictionary,
    values: Mapping[str, Value],
    *,
    file: str = "",
    definitions: Mapping[str, str] | None = None,
    provisions: Collection[str] | None = None,
    instruments: Collection[str] | None = None,
) -> Pack:
    """Read one pack; RulebookError lists every problem with file and line.

    `definitions` are those shared by all packs; `provisions` and `instruments`, where given, must contain what is cited.
    """
    shape = Shape(file)
    data = load(text, file=file)
    if not isinstance(data, Map):
        raise RulebookError(Problem("应为 {definitions, rules}", "{definitions, rules} is expected", file, 1))
    shape.known_keys(data, ("definitions", "rules"))
    own = _definitions(shape, data, definitions or {})
    reader = _PackReader(shape, dictionary, values, {**(definitions or {}), **own}, provisions, instruments)
    reader.check_definitions(data, own)
    rules, cases = reader.read(shape.entries(data.get("rules", "")))
    shape.problems += _circles({rule.id: rule for rule in rules})
    shape.raise_if_any()
    return Pack(tuple(rules), own, tuple(cases))


def check_together(rules: Iterable[Rule], *, file: str = "") -> list[Problem]:
    """What can only be seen over all packs: ids used twice, yields to nobody, circles of yielding."""
    by_id: dict[str, Rule] = {}
    problems: list[Problem] = []
    for rule in rules:
        if rule.id in by_id:
            problems.append(
                Problem(f"规则“{rule.id}”重复", f"rule “{rule.id}” appears twice", rule.file or file, rule.line)
            )
        by_id[rule.id] = rule
    for rule in by_id.values():
        problems += [
            Problem(
                f"“{rule.id}”让位于不存在的“{other}”",
                f"“{rule.id}” yields to “{other}”, which does not exist",
                rule.file,
                rule.line,
            )
            for other in rule.yields_to
            if other not in by_id
        ]
    return problems + _circles(by_id)


def _circles(rules: Mapping[str, Rule]) -> list[Problem]:
    """Rules that in the end yield to themselves."""
    return [
        Problem(f"“{rule.id}”的让位成环", f"the yielding of “{rule.id}” goes in a circle", rule.file, rule.line)
        for rule in rules.values()
        if _reaches(rule.id, rule.id, rules, set())
    ]


def _reaches(start: str, goal: str, rules: Mapping[str, Rule], seen: set[str]) -> bool:
    for other in rules[start].yields_to if start in rules else ():
        if other == goal:
            return True
        if other not in seen:
            seen.add(other)
            if _reaches(other, goal, rules, seen):
                return True
    return False


def _definitions(shape: Shape, data: Map, shared: Mapping[str, str]) -> dict[str, str]:
    listed = data.get("definitions", "")
    if listed == "":
        return {}
    if not isinstance(listed, Map):
        shape.refuse(
            "definitions 应为 {名称: 条件}", "definitions must be {name: condition}", data.line_of("definitions")
        )
        return {}
    for name, text in listed.items():
        if not limits.NAME.fullmatch(name) or len(name) > limits.NAME_LENGTH:
            shape.refuse(f"定义名“{name}”不合规", f"“{name}” is no definition name", listed.line_of(name))
        if name in shared and shared[name] != text:
            shape.refuse(f"定义“{name}”与公共定义重名", f"definition “{name}” is already shared", listed.line_of(name))
        if not isinstance(text, str):
            shape.refuse(f"定义“{name}”应为文字", f"definition “{name}” must be a text", listed.line_of(name))
    return {name: text for name, text in listed.items() if isinstance(text, str)}


class _PackReader:
    """Reads the rules of one file; every problem goes to the shape, so that all are reported at once."""

    def __init__(
        self,
        shape: Shape,
        dictionary: Dictionary,
        values: Mapping[str, Value],
        definitions: Mapping[str, str],
        provisions: Collection[str] | None,
        instruments: Collection[str] | None,
    ) -> None:
        self.shape, self.dictionary, self.provisions, self.instruments = shape, dictionary, provisions, instruments
        self.scopes = {subject: Scope(dictionary, values, definitions, subject) for subject in SUBJECTS}

    def check_definitions(self, data: Map, own: Mapping[str, str]) -> None:
        """A definition is read for the first kind of subject whose facts it names; it must read for one of them."""
        for name, text in own.items():
            if name in self.dictionary:
                self.shape.refuse(
                    f"定义“{name}”与事实重名",
                    f"definition “{name}” has the name of a fact",
                    data["definitions"].line_of(name),
                )
            problem: LanguageError | None = None
            for scope in self.scopes.values():
                try:
                    read_expression(text, scope)
                    break
                except LanguageError as error:
                    problem = problem or error
            else:
                if problem:
                    self.shape.problems.append(problem.problem(self.shape.file, data["definitions"].line_of(name)))

    def read(self, entries: list[Map]) -> tuple[list[Rule], list[Case]]:
        rules: list[Rule] = []
        cases: list[Case] = []
        for entry in entries:
            rule = self.rule(entry)
            if any(rule.id == other.id for other in rules):
                self.shape.refuse(f"规则“{rule.id}”重复", f"rule “{rule.id}” appears twice", entry.line)
            rules.append(rule)
            cases += [
                read_case(self.shape, case, default_rule=rule.id) for case in self.shape.entries(entry.get("cases", ""))
            ]
        return rules, cases

    def rule(self, entry: Map) -> Rule:
        shape = self.shape
        kind = shape.choice(entry, "kind", KINDS, "obligation")
        body_key = BODY_KEY.get(kind, "")
        allowed = {*COMMON, *([body_key] if body_key else [])}
        allowed |= set(TIMED_KEYS) if kind in TIMED else set(QUOTA_KEYS) if kind == "quota" else set()
        allowed |= set(EVENT_KEYS) if body_key == "ground" else set()
        needed = (
            *NEEDED,
            *([body_key] if body_key else ["due", "done_on"] if kind in TIMED else ["population", "hit"]),
        )
        shape.known_keys(entry, allowed, needed)
        subject = shape.choice(entry, "subject", SUBJECTS, "mine")
        scope = self.scopes[subject]
        rule = Rule(
            id=self.id(entry), provisions=self.cited(entry), kind=kind, title=shape.words(entry, "title"), subject=subject,
            bound=self.bound(entry), territory=self.territory(entry), in_force=self.force(entry),
            applies=self.expression(entry, "applies", read_condition, scope),
            yields_to=shape.texts(entry, "yields_to"),
            needs_confirmation=shape.words(entry, "needs_confirmation", needed=False),
            interpretation=shape.words(entry, "interpretation", needed=False),
            texts={key: shape.text(entry, key) for key in ("applies", body_key, "due", "done_on", "population", "hit") if key and key in entry},
            file=shape.file, line=entry.line,
        )  # fmt: skip
        return self.completed(rule, entry, scope)

    def completed(self, rule: Rule, entry: Map, scope: Scope) -> Rule:
        """The rule with the keys of its kind."""
        shape = self.shape
        if rule.body_key:
            rule = replace(rule, body=self.expression(entry, rule.body_key, read_condition, scope))
        if rule.body_key == "ground":
            rule = replace(rule, event_on=self.day_fact(entry, "event_on"),
                           look_back=shape.choice(entry, "look_back", ("flag", "from_entry", "any"), "flag"))  # fmt: skip
            if "look_back" in entry and "event_on" not in entry:
                shape.refuse("look_back 须与 event_on 同写", "look_back needs event_on", entry.line_of("look_back"))
        if rule.kind in TIMED:
            name = self.day_fact(entry, "done_on")
            rule = replace(
                rule, due=self.expression(entry, "due", read_day, scope), done_on=self.done(entry, name, scope),
                warn=self.warn(entry),
                clock_before_force=shape.choice(entry, "clock_before_force", ("flag", "from_force", "apply"), "flag"),
                due_after_term=shape.choice(entry, "due_after_term", ("flag", "run_on", "drop"), "flag"),
            )  # fmt: skip
        if rule.kind == "quota":
            rule = replace(
                rule, population=self.expression(entry, "population", read_condition, scope),
                hit=self.expression(entry, "hit", read_condition, scope),
                by=shape.choice(entry, "by", ("", "country", "province", "prefecture", "county"), ""), target=shape.text(entry, "target"),
            )  # fmt: skip
        return rule

    def expression(self, entry: Map, key: str, read: Callable[[str, Scope], Any], scope: Scope) -> Any:
        if key not in entry:
            return None
        try:
            return read(self.shape.text(entry, key), scope)
        except LanguageError as error:
            problem = error.problem(self.shape.file, entry.line_of(key))
            self.shape.problems.append(replace(problem, zh=f"{key}：{problem.zh}", en=f"{key}: {problem.en}"))
            return None

    def id(self, entry: Map) -> str:
        name = self.shape.text(entry, "id")
        if not limits.ID.fullmatch(name) or "." not in name:
            self.shape.refuse(
                f"规则编号“{name}”不合规（小写，以文件编号开头，最长 60）",
                f"“{name}” is no rule id (lower case, document first, at most 60)",
                entry.line_of("id"),
            )
        if self.instruments is not None and name.partition(".")[0] not in self.instruments:
            self.shape.refuse(
                f"规则“{name}”不以已收录文件的编号开头",
                f"rule “{name}” does not begin with a recorded document",
                entry.line_of("id"),
            )
        return name

    def cited(self, entry: Map) -> tuple[str, ...]:
        cited = self.shape.texts(entry, "provision")
        if not cited:
            self.shape.refuse(
                "缺少条款依据（provision）", "a citation (provision) is missing", entry.line_of("provision")
            )
        for provision in cited:
            if self.provisions is not None and provision not in self.provisions:
                self.shape.refuse(
                    f"没有条款“{provision}”", f"there is no provision “{provision}”", entry.line_of("provision")
                )
        return cited

    def bound(self, entry: Map) -> str:
        bound = self.shape.text(entry, "bound")
        if bound not in ACTORS:
            self.shape.refuse(f"义务主体“{bound}”不在词表", f"bound “{bound}” is no actor", entry.line_of("bound"))
        return bound

    def territory(self, entry: Map) -> str:
        code = self.shape.text(entry, "territory")
        if code and not re.fullmatch(r"\d{6}", code):
            self.shape.refuse(
                f"territory“{code}”应为六位行政区划代码",
                f"territory “{code}” is no six-digit code",
                entry.line_of("territory"),
            )
        return code

    def force(self, entry: Map) -> InForce | None:
        force = entry.get("in_force")
        if force is None:
            return None
        if not isinstance(force, Map):
            self.shape.refuse(
                "in_force 应为 {from, to, after}", "in_force must be {from, to, after}", entry.line_of("in_force")
            )
            return None
        self.shape.known_keys(force, ("from", "to", "after"))
        found = InForce(
            self.shape.day(force, "from"),
            self.shape.day(force, "to"),
            self.shape.choice(force, "after", ("lapsed", "ended"), ""),
        )
        if found.from_on and found.to_on and found.to_on < found.from_on:
            self.shape.refuse("in_force 的起止颠倒", "in_force ends before it begins", force.line)
        return found

    def day_fact(self, entry: Map, key: str) -> str:
        name = self.shape.text(entry, key)
        if key in entry and (name not in self.dictionary or self.dictionary[name].type != "date"):
            self.shape.refuse(
                f"“{key}”的“{name}”不是字典中的日期事实", f"“{key}”: “{name}” is no date fact", entry.line_of(key)
            )
            return ""
        return name

    def done(self, entry: Map, name: str, scope: Scope) -> Ref | None:
        if not name:
            return None
        node = self.expression(entry, "done_on", read_day, scope)
        if node is not None and not isinstance(node, Ref):
            self.shape.refuse("done_on 应为一个日期事实", "done_on must be one date fact", entry.line_of("done_on"))
            return None
        if not self.dictionary[name].may_be_none:
            self.shape.refuse(
                f"done_on 的“{name}”须可为 none（尚未完成）",
                f"done_on: “{name}” must be able to be none (not done)",
                entry.line_of("done_on"),
            )
        return node

    def warn(self, entry: Map) -> str:
        warn = self.shape.text(entry, "warn")
        if warn and not WARN.fullmatch(warn):
            self.shape.refuse(
                f"warn“{warn}”应为“6 MONTHS”的写法", f"warn “{warn}” must be like 6 MONTHS", entry.line_of("warn")
            )
        return warn


__all__ = ["Pack", "check_together", "load_pack"]
