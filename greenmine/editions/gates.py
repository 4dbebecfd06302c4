"""The gates of the rulebook (关口表): read strictly from `rulebook/gates.yaml`, checked against facts and provisions.

The real gates and the preview read this one table. A check at a gate keeps the text it read, so it can be read again.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256

from greenmine.editions import rulebook_files as files
from greenmine.editions.shipped import load_shipped
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map, Seq, load

FILE = "gates.yaml"
PARTS = ("gates", "as_listed", "days", "know", "checks", "fresh")
KINDS = ("scope", "eligibility", "threshold", "obligation", "deadline", "report", "removal")
ASKS = ("submitted", "preconditions", "passed")
BREACH = ("stops", "unknown")
CONFIDENCES = ("S", "M", "I", "?")
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate (关口): which rules it judges, which facts it has to know, what else it looks at."""

    id: str
    name: Words
    cite: tuple[str, ...]
    kinds: frozenset[str]
    as_listed: frozenset[str]
    asks: frozenset[str]
    know: tuple[str, ...]
    days: bool
    fresh: bool
    report: bool
    control: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Facts a gate has to know, perhaps only where a condition holds."""

    id: str
    name: Words
    facts: tuple[str, ...]
    when: str
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A condition a gate asks beside the rules, and what it comes to where it is false."""

    id: str
    name: Words
    why: Words
    gates: frozenset[str]
    condition: str
    breach: str
    unknown_is_fine: bool
    cite: tuple[str, ...]
    confidence: str
    source: Words


@dataclass(frozen=True, slots=True)
class Age:
    """From a day on, how many days a fact may be old, and how sure that figure is."""

    since: date
    days: int
    confidence: str
    source: Words


@dataclass(frozen=True, slots=True)
class Fresh:
    """How old these facts may be as these sources state them (时效)."""

    id: str
    name: Words
    actors: tuple[str, ...]
    facts: tuple[str, ...]
    ages: tuple[Age, ...]

    def on(self, on: date) -> Age | None:
        """The figure that holds on a day; None before the first."""
        held = [age for age in self.ages if age.since <= on]
        return max(held, key=lambda age: age.since) if held else None


@dataclass(frozen=True, slots=True)
class AsListed:
    """Why rules of removal are judged as if the mine were listed (按已在册核验)."""

    words: Words
    cite: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Book:
    """The whole table, with the hash of its text."""

    digest: str
    text: str
    gates: tuple[Gate, ...]
    as_listed: AsListed
    days: tuple[str, ...]
    know: tuple[Known, ...]
    checks: tuple[Check, ...]
    fresh: tuple[Fresh, ...]

    def gate(self, identifier: str) -> Gate:
        """The gate with this id; UnknownGate where there is none."""
        for one in self.gates:
            if one.id == identifier:
                return one
        raise UnknownGate(identifier)

    def known_at(self, gate: Gate) -> list[Known]:
        """The groups of facts a gate has to know."""
        return [one for one in self.know if one.id in gate.know]


class UnknownGate(LookupError):
    """The rulebook has no gate of this name."""

    def __init__(self, identifier: str) -> None:
        self.zh = f"规则库没有关口“{identifier}”"
        self.en = f"the rulebook has no gate “{identifier}”"
        super().__init__(f"{self.zh} · {self.en}")


def book() -> Book:
    """The gates as they lie in the rulebook."""
    return read(text())


def text() -> str:
    """The text of the gates: kept with every check."""
    return (files.folder() / FILE).read_text(encoding="utf-8")


@lru_cache(maxsize=4)
def read(content: str) -> Book:
    """The gates of a text, its names held against the shipped rulebook; RulebookError lists every problem with its line."""
    shipped = load_shipped()
    provisions = frozenset(one.id for one in shipped.provisions())
    return _Reader(content, frozenset(shipped.dictionary.keys()), provisions).book()


@lru_cache(maxsize=16)
def read_kept(content: str) -> Book:
    """The gates of a text that a check kept: names that are gone since are no problem."""
    return _Reader(content, None, None).book()


class _Reader:
    def __init__(self, content: str, facts: Container[str] | None, provisions: Container[str] | None) -> None:
        self.content, self.facts, self.provisions = content, facts, provisions
        self.shape = Shape(FILE)

    def book(self) -> Book:
        whole = load(self.content, file=FILE)
        self.shape.known_keys(whole, PARTS, PARTS)
        self.shape.raise_if_any()
        found = Book(
            digest=sha256(self.content.encode()).hexdigest(),
            text=self.content,
            gates=tuple(self.gate(one) for one in self.shape.entries(whole["gates"])),
            as_listed=self.listed(whole["as_listed"]),
            days=self.names(whole, "days"),
            know=tuple(self.known(one) for one in self.shape.entries(whole["know"])),
            checks=tuple(self.check(one) for one in self.shape.entries(whole["checks"])),
            fresh=tuple(self.fresh(one) for one in self.shape.entries(whole["fresh"])),
        )
        self.shape.raise_if_any()
        return found

    def gate(self, entry: Map) -> Gate:
        allowed = (
            "id",
            "zh",
            "en",
            "cite",
            "kinds",
            "as_listed",
            "asks",
            "know",
            "days",
            "fresh",
            "report",
            "control",
        )
        self.shape.known_keys(entry, allowed, ("id", "zh", "en", "cite", "kinds", "know"))
        return Gate(
            id=self.shape.text(entry, "id"),
            name=self.name(entry),
            cite=self.cite(entry),
            kinds=frozenset(self.among(entry, "kinds", KINDS)),
            as_listed=frozenset(self.among(entry, "as_listed", KINDS)),
            asks=frozenset(self.among(entry, "asks", ASKS)),
            know=self.shape.texts(entry, "know"),
            days=self.shape.yes_no(entry, "days"),
            fresh=self.shape.yes_no(entry, "fresh"),
            report=self.shape.yes_no(entry, "report"),
            control=self.shape.yes_no(entry, "control"),
        )

    def listed(self, entry: Map) -> AsListed:
        self.shape.known_keys(entry, ("zh", "en", "cite", "confidence"), ("zh", "en", "confidence"))
        return AsListed(self.name(entry), self.cite(entry), self.shape.choice(entry, "confidence", CONFIDENCES, "?"))

    def known(self, entry: Map) -> Known:
        self.shape.known_keys(entry, ("id", "zh", "en", "facts", "when", "cite"), ("id", "zh", "en", "facts"))
        return Known(
            self.shape.text(entry, "id"),
            self.name(entry),
            self.names(entry, "facts"),
            self.shape.text(entry, "when"),
            self.cite(entry),
        )

    def check(self, entry: Map) -> Check:
        allowed = (
            "id",
            "zh",
            "en",
            "why",
            "gates",
            "check",
            "breach",
            "unknown",
            "cite",
            "confidence",
            "source",
        )
        self.shape.known_keys(entry, allowed, ("id", "zh", "en", "why", "gates", "check", "breach", "confidence"))
        return Check(
            id=self.shape.text(entry, "id"),
            name=self.name(entry),
            why=self.shape.words(entry, "why"),
            gates=frozenset(self.shape.texts(entry, "gates")),
            condition=self.shape.text(entry, "check"),
            breach=self.shape.choice(entry, "breach", BREACH, "unknown"),
            unknown_is_fine=self.shape.choice(entry, "unknown", ("fine", "asked"), "asked") == "fine",
            cite=self.cite(entry),
            confidence=self.shape.choice(entry, "confidence", CONFIDENCES, "?"),
            source=self.shape.words(entry, "source", needed=False),
        )

    def fresh(self, entry: Map) -> Fresh:
        keys = ("id", "zh", "en", "from", "facts", "days")
        self.shape.known_keys(entry, keys, keys)
        ages = entry.get("days")
        return Fresh(
            self.shape.text(entry, "id"),
            self.name(entry),
            self.shape.texts(entry, "from"),
            self.names(entry, "facts"),
            tuple(self.age(one) for one in (ages if isinstance(ages, Seq) else ()) if isinstance(one, Map)),
        )

    def age(self, entry: Map) -> Age:
        keys = ("from", "days", "confidence", "source")
        self.shape.known_keys(entry, keys, keys)
        return Age(
            self.shape.day(entry, "from") or date.min,
            self.shape.whole(entry, "days", 0) or 0,
            self.shape.choice(entry, "confidence", CONFIDENCES, "?"),
            self.shape.words(entry, "source"),
        )

    def name(self, entry: Map) -> Words:
        return {"zh": self.shape.text(entry, "zh"), "en": self.shape.text(entry, "en")}

    def among(self, entry: Map, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        found = self.shape.texts(entry, key)
        for one in found:
            if one not in allowed:
                self.shape.refuse(f"“{key}”不认识“{one}”", f"{key} does not know “{one}”", entry.line_of(key))
        return found

    def names(self, entry: Map, key: str) -> tuple[str, ...]:
        found = self.shape.texts(entry, key)
        for one in found:
            if self.facts is not None and one not in self.facts:
                self.shape.refuse(f"事实目录中没有“{one}”", f"no fact is named “{one}”", entry.line_of(key))
        return found

    def cite(self, entry: Map) -> tuple[str, ...]:
        found = self.shape.texts(entry, "cite")
        for one in found:
            if self.provisions is not None and one not in self.provisions:
                self.shape.refuse(f"规则库没有条款“{one}”", f"there is no provision “{one}”", entry.line_of("cite"))
        return found
