"""Instruments (文件) and their provisions (条款): the documents that are read as law, sentence by sentence.

One file per document in `rulebook/instruments`; the words are the project's own paraphrase, in Chinese and English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from greenmine.law.problems import Problem
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map

SUBJECTS = ("mine", "enterprise", "agency", "person", "region", "case", "instrument")
SHOWN_BY = ("rule", "act", "record", "text")
PARTS = (
    "foundation", "evaluation", "selection", "supervision", "commitments", "operation", "monitoring", "restoration",
    "spatial", "benefits", "innovation", "exchange",
)  # fmt: skip
INSTRUMENT_KEYS = {
    "id",
    "number",
    "title",
    "issuer",
    "nature",
    "territory",
    "in_force",
    "not_before",
    "provisions",
}
PROVISION_KEYS = {
    "id", "locator", "zh", "en", "kind", "actors", "numbers", "applies_to", "needs", "machine", "capability",
    "software", "subject", "part", "shown_by",
}  # fmt: skip
BOTH = ("zh", "en")
NUMBERED = "〔"  # a document number holds its year in these brackets


@dataclass(frozen=True, slots=True)
class Force:
    """The days on which a text is in force: `to` is the last day; afterwards it is `lapsed` or `ended`."""

    from_on: date
    to_on: date | None
    after: str


@dataclass(frozen=True, slots=True)
class Provision:
    """One sentence of a document (条款) in our words, with what it is about and what shows that it works."""

    id: str
    instrument: str
    locator: str
    zh: str
    en: str
    kind: str
    subject: str
    part: str
    shown_by: str
    actors: tuple[str, ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)
    applies_to: str = ""
    needs: tuple[str, ...] = ()
    machine: str = ""
    capability: str = ""
    software: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One document (文件): its number, who issued it, where and when it is in force, and its provisions in order.

    A document whose effective day is not in its text has `not_before` and no `force` until an operator enters the day.
    """

    id: str
    number: str
    title: Mapping[str, str]
    issuer: Mapping[str, str]
    nature: Mapping[str, str]
    territory: str
    force: Force | None
    not_before: date | None
    provisions: tuple[Provision, ...]
    file: str = ""

    @property
    def in_force(self) -> Force | None:
        """The days of force as the text or an operator gives them; None where neither does."""
        return self.force

    def cite(self, provision: Provision) -> str:
        """How a clause is quoted: 自然资规〔2024〕1号 四（十七）; by its title where the document has no number."""
        named = self.number if NUMBERED in self.number else f"《{self.title['zh']}》"
        return f"{named} {provision.locator}".strip()


def read_instrument(content: Mapping[str, Any], file: str) -> Instrument:
    """The document in a parsed file; its shape has been checked by `instrument_problems`."""
    force = content.get("in_force")
    identifier = str(content["id"])
    return Instrument(
        id=identifier,
        number=str(content["number"]),
        title=_both(content["title"]),
        issuer=_both(content["issuer"]),
        nature=_both(content["nature"]),
        territory=str(content["territory"]),
        force=None
        if force is None
        else Force(
            _day(force["from"]),
            _last_day(force.get("to")),
            force.get("after", "lapsed"),
        ),
        not_before=_day(content["not_before"]) if "not_before" in content else None,
        provisions=tuple(_provision(entry, identifier) for entry in content["provisions"]),
        file=file,
    )


def instrument_problems(content: Any, file: str) -> list[Problem]:
    """Every fault of a parsed file, each with its line; empty where the file can be read."""
    shape = Shape(file)
    if not isinstance(content, Map):
        return [Problem("文件应为一个文件的条目", "the file must hold one document", file, 1)]
    shape.known_keys(content, INSTRUMENT_KEYS, INSTRUMENT_KEYS - {"in_force", "not_before"})
    if ("in_force" in content) == ("not_before" in content):
        shape.refuse(
            "应写明 in_force 或 not_before 之一",
            "give in_force or not_before, one of them",
            content.line,
        )
    _check_force(shape, content)
    seen: set[str] = set()
    for entry in shape.entries(content.get("provisions", "")):
        _check_provision(shape, entry, str(content.get("id", "")), seen)
    return shape.problems


def _check_force(shape: Shape, content: Map) -> None:
    if "not_before" in content:
        shape.day(content, "not_before")
    force = content.get("in_force")
    if not isinstance(force, Map):
        return
    shape.known_keys(force, ("from", "to", "after"), ("from",))
    first = shape.day(force, "from")
    last = shape.day(force, "to") if force.get("to") else None
    if first and last and last < first:
        shape.refuse("失效日早于施行日", "the last day is before the first", force.line)
    shape.choice(force, "after", ("lapsed", "ended"), "lapsed")


def _check_provision(shape: Shape, entry: Map, document: str, seen: set[str]) -> None:
    identifier = shape.text(entry, "id")
    if not identifier.startswith(document + "/") or identifier in seen:
        shape.refuse(
            f"条款编号“{identifier}”重复或不以 {document}/ 开头",
            f"“{identifier}” is a duplicate or does not begin with {document}/",
            entry.line_of("id"),
        )
    seen.add(identifier)
    shape.known_keys(
        entry,
        PROVISION_KEYS,
        ("locator", "zh", "en", "kind", "subject", "part", "shown_by"),
    )
    for key, words in (("subject", SUBJECTS), ("part", PARTS), ("shown_by", SHOWN_BY)):
        shape.choice(entry, key, words, words[0])


def _provision(entry: Mapping[str, Any], document: str) -> Provision:
    return Provision(
        id=entry["id"],
        instrument=document,
        locator=entry["locator"],
        zh=entry["zh"],
        en=entry["en"],
        kind=entry["kind"],
        subject=entry["subject"],
        part=entry["part"],
        shown_by=entry["shown_by"],
        actors=tuple(entry.get("actors") or ()),
        numbers=dict(entry.get("numbers") or {}),
        applies_to=entry.get("applies_to") or "",
        needs=tuple(entry.get("needs") or ()),
        machine=entry.get("machine") or "",
        capability=entry.get("capability") or "",
        software=entry.get("software") or "",
    )


def _both(words: Any) -> dict[str, str]:
    """{zh, en}; one word standing alone serves for both."""
    return dict(words) if isinstance(words, Mapping) else {"zh": str(words), "en": str(words)}


def _day(text: Any) -> date:
    return date.fromisoformat(str(text))


def _last_day(text: Any) -> date | None:
    return None if text in (None, "", "open", "null") else _day(text)
