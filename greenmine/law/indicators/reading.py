"""Reading the entries of a standard: default deny, every wrong part becomes a problem with its line, all of them listed."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from greenmine.law import limits
from greenmine.law.dictionary import Dictionary
from greenmine.law.indicators.classes import MINERAL, Classes
from greenmine.law.indicators.points import UNKNOWN, needed_points, read_points
from greenmine.law.indicators.scales import read_scale
from greenmine.law.indicators.standard import (
    EVERYWHERE,
    Applies,
    Category,
    Check,
    Dimension,
    EvidenceNeed,
    Indicator,
    Precondition,
    Scale,
)
from greenmine.law.language import Scope, read_condition
from greenmine.law.problems import LanguageError
from greenmine.law.shape import Shape, Words
from greenmine.law.strict_yaml import Map
from greenmine.law.values import CONFIDENCES

FACETS = {"methods": "mining_method", "scales": "scale", "climates": "climate_zone"}
COUNTED = ("dimensions", "categories", "indicators", "preconditions")
EVIDENCE_KINDS = ("file", "photo", "video", "fact", "register", "contract", "licence", "report", "map", "interview")
DIVISION_DIGITS = 6
MOST_ENTRIES = 1000

PRECONDITION_KEYS = ("id", "name", "check", "applies", "may_not_apply", "evidence", "provisions", "help", "note")
INDICATOR_KEYS = ("id", "name", "kind", "points", "scale", "pass", "applies", "may_not_apply", "alternative", "evidence",
                  "checked", "help", "typical", "tags", "provisions", "confidence", "note")  # fmt: skip


class Reader:
    """Reads parts of one file against a dictionary, the industry classes and the provisions that exist."""

    def __init__(
        self, shape: Shape, dictionary: Dictionary, classes: Classes | None, provisions: Container[str] | None
    ) -> None:
        self.shape, self.dictionary, self.classes, self.provisions = shape, dictionary, classes, provisions
        self.scope = Scope(dictionary, {}, {}, "mine")

    def id(self, entry: Map, key: str = "id") -> str:
        """A lower-case identifier."""
        name = self.shape.text(entry, key)
        if not limits.ID.fullmatch(name):
            self.shape.refuse(
                f"编号“{name}”不合规（小写字母开头，最长 60）",
                f"“{name}” is no id (lower case, at most 60)",
                entry.line_of(key),
            )
        return name

    def words(self, entry: Map, key: str, *, needed: bool = True) -> Words:
        """{zh, en}, not longer than a page."""
        words = self.shape.words(entry, key, needed=needed)
        if any(len(text) > limits.TEXT_LENGTH for text in words.values()):
            self.shape.refuse(f"“{key}”过长", f"“{key}” is too long", entry.line_of(key))
        return words

    def cited(self, entry: Map) -> tuple[str, ...]:
        """Provisions that exist."""
        cited = self.shape.texts(entry, "provisions")
        for provision in cited:
            if self.provisions is not None and provision not in self.provisions:
                self.shape.refuse(
                    f"没有条款“{provision}”", f"there is no provision “{provision}”", entry.line_of("provisions")
                )
        return cited

    def check(self, entry: Map, key: str) -> Check | None:
        """A condition over the mine's facts, where one is written."""
        text = " ".join(self.shape.text(entry, key).split())
        if not text:
            return None
        if len(text) > limits.TEXT_LENGTH:
            self.shape.refuse(f"“{key}”过长", f"“{key}” is too long", entry.line_of(key))
            return None
        try:
            return Check(text, read_condition(text, self.scope))
        except LanguageError as error:
            problem = error.problem(self.shape.file, entry.line_of(key))
            self.shape.refuse(f"{key}：{problem.zh}", f"{key}: {problem.en}", entry.line_of(key))
            return None

    def map(self, entry: Map, key: str) -> Map | None:
        """A mapping under a key, or None where it is absent or of another shape."""
        value = entry.get(key)
        if value is None or isinstance(value, Map):
            return value
        if value != "":
            self.shape.refuse(f"“{key}”应为键值对", f"“{key}” must be a mapping", entry.line_of(key))
        return None

    def entries(self, data: Any, line: int) -> list[Map]:
        """A list of mappings of bearable length."""
        found = self.shape.entries("" if data is None else data)
        if len(found) > MOST_ENTRIES:
            self.shape.refuse(f"超过 {MOST_ENTRIES} 项", f"more than {MOST_ENTRIES} entries", line)
            return []
        return found

    def applies(self, entry: Map) -> Applies:
        """The facets of applicability, each a closed list of codes."""
        facets = self.map(entry, "applies")
        if not facets:
            return EVERYWHERE
        self.shape.known_keys(facets, ("industries", "regions", "when", *FACETS))
        codes = {key: self.codes(facets, key, fact) for key, fact in FACETS.items()}
        industries = self.shape.texts(facets, "industries")
        return Applies(
            industries=industries, minerals=self.minerals(facets, industries), regions=self.regions(facets),
            when=self.check(facets, "when"), **codes,
        )  # fmt: skip

    def codes(self, facets: Map, key: str, fact: str) -> tuple[str, ...]:
        """Codes of an enum fact."""
        codes = self.shape.texts(facets, key)
        known = self.dictionary[fact].codes if fact in self.dictionary else ()
        for code in codes:
            if code not in known:
                self.shape.refuse(
                    f"applies.{key}：“{code}”不是事实“{fact}”的取值",
                    f"applies.{key}: “{code}” is no value of the fact “{fact}”",
                    facets.line_of(key),
                )
        return codes

    def minerals(self, facets: Map, industries: tuple[str, ...]) -> tuple[str, ...]:
        """The minerals of the industries."""
        if not industries:
            return ()
        line = facets.line_of("industries")
        if self.classes is None or MINERAL not in self.dictionary:
            self.shape.refuse("没有行业分类表，不能按行业限定", "there is no table of industry classes", line)
            return ()
        found: set[str] = set()
        for industry in industries:
            if industry not in self.classes:
                self.shape.refuse(f"没有行业分类“{industry}”", f"there is no industry class “{industry}”", line)
            else:
                found.update(self.classes[industry].minerals)
        return tuple(sorted(found))

    def regions(self, facets: Map) -> tuple[str, ...]:
        """Six-digit division codes."""
        regions = self.shape.texts(facets, "regions")
        for region in regions:
            if len(region) != DIVISION_DIGITS or not (region.isascii() and region.isdigit()):
                self.shape.refuse(
                    f"“{region}”不是六位行政区划代码",
                    f"“{region}” is no six-digit division code",
                    facets.line_of("regions"),
                )
        return regions

    def evidence(self, entry: Map) -> tuple[EvidenceNeed, ...]:
        """What evidence is asked for."""
        found: dict[str, EvidenceNeed] = {}
        for need in self.entries(entry.get("evidence"), entry.line_of("evidence")):
            self.shape.known_keys(need, ("id", "name", "kinds", "valid_months"), ("id", "name"))
            months = self.shape.whole(need, "valid_months")
            if months is not None and not 0 < months <= limits.MONTHS:
                self.shape.refuse(
                    "“valid_months”应为正整数", "“valid_months” must be a positive number", need.line_of("valid_months")
                )
            one = EvidenceNeed(self.id(need), self.words(need, "name"), self.kinds(need), months)
            if one.id in found:
                self.shape.refuse(f"佐证“{one.id}”重复", f"evidence “{one.id}” appears twice", need.line)
            found[one.id] = one
        return tuple(found.values())

    def kinds(self, need: Map) -> tuple[str, ...]:
        """Kinds of evidence from a closed list."""
        kinds = self.shape.texts(need, "kinds")
        for kind in kinds:
            if kind not in EVIDENCE_KINDS:
                one_of = " | ".join(EVIDENCE_KINDS)
                self.shape.refuse(
                    f"佐证种类“{kind}”应为 {one_of}", f"“{kind}” is not one of {one_of}", need.line_of("kinds")
                )
        return kinds

    def precondition(self, entry: Map) -> Precondition:
        """One precondition."""
        self.shape.known_keys(entry, PRECONDITION_KEYS, ("id", "name"))
        return Precondition(
            self.id(entry), self.words(entry, "name"), self.check(entry, "check"), self.evidence(entry),
            self.applies(entry), self.shape.yes_no(entry, "may_not_apply"), self.cited(entry),
            self.words(entry, "help", needed=False),
        )  # fmt: skip

    def preconditions(self, data: Map) -> tuple[Precondition, ...] | None:
        """All preconditions; None where the text's are not held."""
        listed = data.get("preconditions", "unknown")
        if isinstance(listed, str) and listed in UNKNOWN:
            return None
        return tuple(self.precondition(entry) for entry in self.entries(listed, data.line_of("preconditions")))

    def indicator(self, entry: Map, dimension: str, category: str, *extra: str) -> Indicator:
        """One indicator; the checks against its own points are made on the whole."""
        shape = self.shape
        shape.known_keys(entry, (*INDICATOR_KEYS, *extra), ("id", "name"))
        kind = shape.choice(entry, "kind", ("binding", "improvement", "unknown"), "unknown")
        points = read_points(shape, entry, "points")
        default_may = "false" if kind == "binding" else "true"
        return Indicator(
            id=self.id(entry), name=self.words(entry, "name"),
            kind=None if kind == "unknown" else kind,  # type: ignore[arg-type]
            points=points, scale=self.scale(entry), dimension=dimension, category=category,
            pass_at=read_points(shape, entry, "pass"), applies=self.applies(entry),
            may_not_apply=shape.choice(entry, "may_not_apply", ("true", "false"), default_may) == "true",
            alternative=self.id(entry, "alternative") if "alternative" in entry else "",
            evidence=self.evidence(entry),
            checked=shape.choice(entry, "checked", ("desk", "site", "both"), "both"),  # type: ignore[arg-type]
            help=self.words(entry, "help", needed=False), typical=self.words(entry, "typical", needed=False),
            tags=shape.texts(entry, "tags"), provisions=self.cited(entry),
            confidence=shape.choice(entry, "confidence", CONFIDENCES, "?"),
        )  # fmt: skip

    def scale(self, entry: Map) -> Scale:
        """The scale of an indicator."""
        return read_scale(self.shape, self.dictionary, entry, lambda below: self.check(below, "check"))

    def category(self, entry: Map, dimension: str) -> Category:
        """One category with its indicators."""
        self.shape.known_keys(entry, ("id", "name", "points", "indicators", "note"), ("id", "name"))
        name = self.id(entry)
        listed = self.entries(entry.get("indicators"), entry.line_of("indicators"))
        return Category(
            name, self.words(entry, "name"), read_points(self.shape, entry, "points"),
            tuple(self.indicator(below, dimension, name) for below in listed),
        )  # fmt: skip

    def dimension(self, entry: Map) -> Dimension:
        """One dimension with its categories."""
        self.shape.known_keys(entry, ("id", "name", "points", "counts", "categories", "note"), ("id", "name"))
        name = self.id(entry)
        listed = self.entries(entry.get("categories"), entry.line_of("categories"))
        return Dimension(
            name, self.words(entry, "name"), read_points(self.shape, entry, "points"),
            tuple(self.category(below, name) for below in listed), self.counts(entry),
        )  # fmt: skip

    def counts(self, entry: Map) -> dict[str, int]:
        """How many parts the text is known to have."""
        counts = self.map(entry, "counts")
        if not counts:
            return {}
        self.shape.known_keys(counts, COUNTED)
        found = {}
        for key in COUNTED:
            number = self.shape.whole(counts, key)
            if number is not None and not 0 <= number <= MOST_ENTRIES:
                self.shape.refuse(f"“{key}”超出范围", f"“{key}” is out of range", counts.line_of(key))
            elif number is not None:
                found[key] = number
        return found


__all__ = ["INDICATOR_KEYS", "PRECONDITION_KEYS", "Reader", "needed_points"]
