"""A standard made ready for a day: its conditions as closures, in the law's own language, compiled once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from greenmine.law.closures import Closures, Evaluate, Gather, Values
from greenmine.law.dictionary import Dictionary
from greenmine.law.folding import Day, fold_condition
from greenmine.law.indicators.standard import Applies, Check, Measured, Standard, YesNo
from greenmine.law.ir import Condition, Ref, walk
from greenmine.law.problems import ValueProblem
from greenmine.law.saying import Saying, deciding
from greenmine.law.sheets import Sheet

KEPT = 64
REGION = "region_code"
FACETS = (("minerals", "mineral"), ("methods", "mining_method"), ("scales", "scale"), ("climates", "climate_zone"))
LEAVES = 4
_programs: dict[tuple[str, date], Program] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition: as it reads, what it comes to, which facts would settle it, and which it mentions."""

    node: Condition
    ask: Evaluate
    gather: Gather
    mentioned: tuple[str, ...]

    def missing(self, values: Values) -> tuple[str, ...]:
        """The facts that would settle it, sorted; none where it is settled."""
        names: set[str] = set()
        self.gather(values, names)
        return tuple(sorted(names))


@dataclass(frozen=True, slots=True)
class Facets:
    """Applicability made ready: (fact, lowered codes) pairs, regions as digits, and a condition."""

    codes: tuple[tuple[str, frozenset[int]], ...]
    regions: tuple[str, ...]
    when: Asked | None

    @property
    def mentioned(self) -> tuple[str, ...]:
        """The facts it reads."""
        return (*(fact for fact, _ in self.codes), *(self.when.mentioned if self.when else ()))

    def ask(self, sheet: Sheet, values: Values) -> tuple[bool | None, tuple[str, ...]]:
        """Whether it applies, and the facts that would settle it where that is unknown."""
        outcomes: list[bool | None] = []
        missing: set[str] = set()
        for fact, codes in self.codes:
            value = values.get(fact)
            outcomes.append(None if value is None else value in codes)
            if value is None:
                missing.add(fact)
        if self.regions:
            region = sheet.region_code
            outcomes.append(None if not region else any(region.startswith(digits) for digits in self.regions))
            if not region:
                missing.add(REGION)
        if self.when is not None:
            outcome = self.when.ask(values)
            outcomes.append(outcome)
            if outcome is None:
                missing.update(self.when.missing(values))
        if False in outcomes:
            return False, ()
        return (None, tuple(sorted(missing))) if None in outcomes else (True, ())


class Program:
    """One standard on one day."""

    def __init__(self, standard: Standard, on: date) -> None:
        self.standard, self.on = standard, on
        self.dictionary: Dictionary = standard.dictionary
        self.day = Day(on, {})
        self.closures = Closures(self.day)
        self.said: dict[Any, Any] = {}  # sentences that were already made, by what they depend on
        self._aligned: dict[int, tuple[Dictionary, tuple[str, ...]]] = {}
        self.whole = self.facets(standard.applies)
        self.items = [
            (one, self.facets(one.applies), self.asked(one.scale.check) if isinstance(one.scale, YesNo) else None)
            for one in standard.indicators
        ]
        self.conditions = [
            (one, self.facets(one.applies), self.asked(one.check)) for one in standard.preconditions or ()
        ]
        names = set(self.whole.mentioned if self.whole else ())
        for part, facets, check in (*self.items, *self.conditions):
            names.update(facets.mentioned if facets else (), check.mentioned if check else ())
            scale = getattr(part, "scale", None)
            if isinstance(scale, Measured):
                names.add(scale.fact)
        self.mentioned = tuple(sorted(names))

    def asked(self, check: Check | None) -> Asked | None:
        """A condition made ready."""
        if check is None:
            return None
        folded = fold_condition(check.node, self.day)
        mentioned = tuple(sorted({node.name for node in walk(check.node) if isinstance(node, Ref)}))
        return Asked(folded, self.closures.evaluate(folded), self.closures.gather(folded), mentioned)

    def facets(self, applies: Applies) -> Facets | None:
        """Applicability made ready; None where it speaks of every mine."""
        if applies.is_universal:
            return None
        codes = tuple(
            (fact, frozenset(self.dictionary[fact].codes.index(code) for code in getattr(applies, facet)))
            for facet, fact in FACETS
            if getattr(applies, facet) or (facet == "minerals" and applies.industries)
        )
        return Facets(codes, tuple(_digits(region) for region in applies.regions), self.asked(applies.when))

    def values(self, sheet: Sheet) -> Mapping[str, Any]:
        """The sheet's values as this standard's dictionary lowers them; a value it does not know is unknown."""
        other = sheet.dictionary
        if other is None or other is self.dictionary:
            return sheet.values
        if id(other) not in self._aligned:
            if len(self._aligned) >= KEPT:
                self._aligned.clear()
            self._aligned[id(other)] = (other, tuple(name for name in self.mentioned if self._differs(name, other)))
        names = self._aligned[id(other)][1]
        if not names:
            return sheet.values
        return {**sheet.values, **{name: self._again(name, other, sheet.values.get(name)) for name in names}}

    def _differs(self, name: str, other: Dictionary) -> bool:
        if name not in other:
            return True
        one, two = self.dictionary[name], other[name]
        return (one.type, one.codes, one.scale) != (two.type, two.codes, two.scale)

    def _again(self, name: str, other: Dictionary, value: Any) -> Any:
        if value is None or name not in other:
            return None
        try:
            return self.dictionary[name].parse(other[name].show(value))
        except ValueProblem:
            return None

    def because(self, asked: Asked, values: Values, truth: bool) -> dict[str, str]:
        """The leaves that made a condition true or false, as a phrase in each language."""
        key = (id(asked), truth, *[values.get(name) for name in asked.mentioned])
        if key not in self.said:
            self.trim()
            leaves = deciding(asked.node, lambda part: self.closures.evaluate(part)(values), truth)
            self.said[key] = {lang: self._phrase(leaves, values, lang) for lang in ("zh", "en")}
        return cast("dict[str, str]", self.said[key])

    def _phrase(self, leaves: list[Any], values: Values, lang: str) -> str:
        speaker = SimpleNamespace(
            dictionary=self.dictionary, today=self.on.toordinal(), day=self.day, closures=self.closures
        )
        saying = Saying(cast("Any", speaker), lang, values)
        phrases = list(dict.fromkeys(saying.leaf(leaf, is_true) for leaf, is_true in leaves))
        return ("，" if lang == "zh" else ", ").join(phrases[:LEAVES])

    def label(self, name: str, lang: str) -> str:
        """The label of a fact as read."""
        if name not in self.dictionary:
            return name
        label = self.dictionary[name].label[lang]
        if name.startswith("holder."):
            return f"矿业权人{label}" if lang == "zh" else f"holder: {label}"
        return label

    def with_value(self, name: str, values: Values) -> dict[str, str]:
        """Label and value of a fact: 绿化覆盖率（85.00%）."""
        words = {lang: self.dictionary[name].words(values.get(name), lang) for lang in ("zh", "en")}
        return {"zh": f"{self.label(name, 'zh')}（{words['zh']}）", "en": f"{self.label(name, 'en')} ({words['en']})"}

    def trim(self) -> None:
        """Sentences are kept only up to a bound."""
        if len(self.said) > KEPT * KEPT:
            self.said.clear()


def _digits(region: str) -> str:
    """620000 covers 62….., 620100 covers 6201..: pairs of zeros at the end say nothing."""
    while region.endswith("00"):
        region = region[:-2]
    return region


def program(standard: Standard, on: date) -> Program:
    """The standard made ready for a day; the last ones asked for are kept."""
    key = (standard.digest, on)
    found = _programs.get(key)
    if found is None or not (found.standard is standard or found.dictionary is standard.dictionary):
        if len(_programs) >= KEPT:
            _programs.clear()
        found = _programs[key] = Program(standard, on)
    return found


def applies_to(standard: Standard, sheet: Sheet, *, on: date) -> bool | None:
    """Whether a standard is for this mine; None where facts are missing. Territory and force are not asked here."""
    ready = program(standard, on)
    return True if ready.whole is None else ready.whole.ask(sheet, ready.values(sheet))[0]
