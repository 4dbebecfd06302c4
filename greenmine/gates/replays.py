"""Replays of known failures (案例重演): what became known when and to whom, how it went in life, when the public learned of it.

Read strictly from `rulebook/cases/replays`; names are invented. A test runs each through the procedure and says at which gate
it is stopped and how many days earlier than in life; its clean twin passes every gate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from greenmine.editions import gates as tables
from greenmine.editions import rulebook_files as files
from greenmine.editions.shipped import load_shipped
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map, Seq, load

FOLDER = "cases/replays"
CLEAN = "clean.yaml"
KNOWN = ("S", "M", "I")
ACTS = ("report_filed", "inquiry_opened", "misconduct_verified", "agency_debarred")
MINE = ("name", "holder", "mineral", "region")
KEYS = ("id", "zh", "en", "source", "shift", "mine", "known", "life", "public", "stopped", "then")
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the public report says or what we supposed, and how sure it is (S sourced, M memory, I inferred)."""

    known: str
    words: Words


@dataclass(frozen=True, slots=True)
class Told:
    """What came to be known on a day: facts a department stated, or an act of the registers."""

    on: date
    words: Words
    by: str = ""
    facts: Mapping[str, str] | None = None
    act: str = ""
    agency: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Facts one department states of a mine with nothing against it; `before`: only when it comes to that gate."""

    by: str
    facts: Mapping[str, str]
    before: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a replay is stopped, by which lines, and how many days before the public learned of it."""

    gate: str
    by: tuple[str, ...]
    days: int = 0


@dataclass(frozen=True, slots=True)
class Replay:
    """One known failure, as far as it is known."""

    id: str
    title: Words
    source: Sequence[Sentence]
    years_moved: int
    mine: Mapping[str, str]
    known: Sequence[Told]
    life: Sequence[tuple[date, str]]
    public_on: date
    public: Words
    stopped: Stop
    then: Stop | None


def replays() -> list[Replay]:
    """Every replay, in the order of their files; RulebookError where one cannot be read."""
    where = files.folder() / FOLDER
    return [
        read(path.read_text(encoding="utf-8"), path.stem) for path in sorted(where.glob("*.yaml")) if path.name != CLEAN
    ]


@lru_cache(maxsize=1)
def clean() -> tuple[Said, ...]:
    """What the departments say of a mine that passes every gate."""
    shape = Shape(f"{FOLDER}/{CLEAN}")
    content = load((files.folder() / FOLDER / CLEAN).read_text(encoding="utf-8"), file=shape.file)
    found = tuple(_said(shape, entry) for entry in shape.entries(content))
    shape.raise_if_any()
    return found


def clean_facts() -> dict[str, str]:
    """The same as one mapping of facts, whoever says them."""
    return {name: value for said in clean() for name, value in said.facts.items()}


def _said(shape: Shape, entry: Map) -> Said:
    shape.known_keys(entry, ("by", "facts", "before"), ("by", "facts"))
    return Said(shape.text(entry, "by"), _facts(shape, entry), shape.text(entry, "before"))


def read(content: str, name: str) -> Replay:
    """The replay of a text; RulebookError lists every problem with its line."""
    shape = Shape(f"{FOLDER}/{name}.yaml")
    whole = load(content, file=shape.file)
    shape.known_keys(whole, KEYS, ("id", "zh", "en", "source", "mine", "known", "life", "public", "stopped"))
    shape.raise_if_any()
    if shape.text(whole, "id") != name:
        shape.refuse("id 应与文件名相同", "the id must be the name of the file", whole.line_of("id"))
    found = Replay(
        id=shape.text(whole, "id"),
        title=_words(shape, whole),
        source=[_sentence(shape, one) for one in shape.entries(whole["source"])],
        years_moved=_moved(shape, whole.get("shift")),
        mine=_mine(shape, whole["mine"]),
        known=[_told(shape, one) for one in shape.entries(whole["known"])],
        life=[_step(shape, one) for one in shape.entries(whole["life"])],
        public_on=_day(shape, whole["public"], ("on", "zh", "en")),
        public=_words(shape, whole["public"]),
        stopped=_stop(shape, whole["stopped"], ("gate", "by", "days")),
        then=_stop(shape, whole["then"], ("gate", "by")) if "then" in whole else None,
    )
    _check_order(shape, found)
    shape.raise_if_any()
    return found


def _sentence(shape: Shape, entry: Map) -> Sentence:
    shape.known_keys(entry, ("known", "zh", "en"), ("known", "zh", "en"))
    return Sentence(shape.choice(entry, "known", KNOWN, "I"), _words(shape, entry))


def _moved(shape: Shape, entry: Any) -> int:
    if not isinstance(entry, Map):
        return 0
    shape.known_keys(entry, ("years", "zh", "en"), ("years", "zh", "en"))
    return shape.whole(entry, "years", 0) or 0


def _mine(shape: Shape, entry: Map) -> Mapping[str, str]:
    shape.known_keys(entry, MINE, MINE)
    return {key: shape.text(entry, key) for key in MINE}


def _told(shape: Shape, entry: Map) -> Told:
    shape.known_keys(entry, ("on", "by", "facts", "act", "agency", "ground", "zh", "en"), ("on", "zh", "en"))
    if ("facts" in entry) == ("act" in entry):
        shape.refuse("须写 facts 或 act 之一", "give either facts or an act", entry.line)
    return Told(
        on=_day(shape, entry),
        words=_words(shape, entry),
        by=shape.text(entry, "by"),
        facts=_facts(shape, entry) if "facts" in entry else None,
        act=shape.choice(entry, "act", (*ACTS, ""), ""),
        agency=shape.text(entry, "agency"),
        ground=shape.text(entry, "ground"),
    )


def _step(shape: Shape, entry: Map) -> tuple[date, str]:
    shape.known_keys(entry, ("on", "gate"), ("on", "gate"))
    known = [gate.id for gate in tables.book().gates]
    return _day(shape, entry), shape.choice(entry, "gate", known, known[0])


def _stop(shape: Shape, entry: Map, keys: tuple[str, ...]) -> Stop:
    shape.known_keys(entry, keys, keys)
    return Stop(shape.text(entry, "gate"), shape.texts(entry, "by"), shape.whole(entry, "days", 0) or 0)


def _facts(shape: Shape, entry: Map) -> dict[str, str]:
    facts = entry.get("facts")
    dictionary = load_shipped().dictionary
    if isinstance(facts, Seq) or not isinstance(facts, dict):
        shape.refuse("facts 应为 {事实: 值}", "facts must be {name: value}", entry.line)
        return {}
    for name in facts:
        if name not in dictionary:
            shape.refuse(f"事实目录中没有“{name}”", f"no fact is named “{name}”", entry.line_of("facts"))
    return {name: str(value) for name, value in facts.items()}


def _day(shape: Shape, entry: Map, keys: tuple[str, ...] = ()) -> date:
    if keys:
        shape.known_keys(entry, keys, keys)
    return shape.day(entry, "on") or date.min


def _words(shape: Shape, entry: Map) -> Words:
    return {"zh": shape.text(entry, "zh"), "en": shape.text(entry, "en")}


def _check_order(shape: Shape, found: Replay) -> None:
    """Days follow each other, and the public learned of it last."""
    for days in ([one.on for one in found.known], [day for day, _ in found.life]):
        if days != sorted(days):
            shape.refuse("日期应按先后排列", "days must follow each other", 1)
        if days and days[-1] > found.public_on:
            shape.refuse("公开之日应在最后", "the public learns of it last", 1)
