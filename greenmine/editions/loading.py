"""Loading an edition (装载): from the texts of the rulebook and the local additions to one checked, immutable edition.

Every file is read before anything is refused, so that a person sees all problems at once, each with file and line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from greenmine import law
from greenmine.editions import rulebook_files as files
from greenmine.editions.calendars import Calendar, CalendarYear
from greenmine.editions.edition import Edition, Overlay, canonical, edition_id
from greenmine.editions.instruments import (
    Force,
    Instrument,
    instrument_problems,
    read_instrument,
)
from greenmine.editions.territories import read_divisions
from greenmine.law import Problem, RulebookError
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import load

ENGINE = law.ENGINE_VERSION
T = TypeVar("T")
Texts = Mapping[str, str]


class _Problems:
    """Collects what every file is refused for."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Carry on with the next file where this one is refused."""
        try:
            yield
        except RulebookError as refused:
            self.found += refused.problems

    def raise_if_any(self) -> None:
        if self.found:
            raise RulebookError(self.found)


def build(texts: Texts, overlay: Overlay | None = None, *, words: str = "") -> Edition:
    """The edition of these texts and additions; RulebookError lists every problem of every file.

    `words` is the text of the words on screen: part of no edition's id, since it changes no outcome.
    """
    overlay = overlay or Overlay()
    texts = {
        **texts,
        **{name: _as_text(content) for name, content in overlay.files.items()},
    }
    problems = _Problems()
    content = {name: parsed for name, text in texts.items() for parsed in _parsed(name, text, problems)}
    problems.raise_if_any()
    shipped = {name: one for name, one in content.items() if name not in overlay.files}
    instruments = _instruments(content, overlay, problems)
    dictionary = law.load_dictionary(texts[files.DICTIONARY], file=files.DICTIONARY)
    values = _values(texts, dictionary, problems)
    rules = _rules(texts, dictionary, values, instruments, problems)
    calendar = _each(
        files.calendars(content),
        lambda name: _calendar_year(content[name], name),
        problems,
    )
    problems.raise_if_any()
    return Edition(
        id=edition_id(canonical(shipped, overlay, ENGINE)),
        dictionary=dictionary,
        instruments=instruments,
        rules=tuple(sorted(rules, key=lambda rule: rule.id)),
        values=values,
        divisions=read_divisions(texts.get(files.DIVISIONS, "code,name,level,parent\n000000,全国,country,\n")),
        calendar=Calendar({year.year: year for year in calendar}),
        standing=_plain(content.get(files.STANDING, {})),
        words=_plain(load(words, file=files.WORDS)),
        confirmations=overlay.confirmations,
        overlay=overlay,
    )


def stored_text(texts: Texts, overlay: Overlay | None = None) -> str:
    """The canonical JSON of the edition of these texts: what databases keep, and whose hash is the id."""
    added = json.dumps((overlay or Overlay()).as_json(), ensure_ascii=False, sort_keys=True)
    return _stored_text(tuple(sorted(texts.items())), added)


@lru_cache(maxsize=2)
def _stored_text(texts: tuple[tuple[str, str], ...], added: str) -> str:
    """The same texts and additions give the same text: it is made once."""
    overlay = Overlay.from_json(json.loads(added))
    problems = _Problems()
    content = {name: parsed for name, text in texts for parsed in _parsed(name, text, problems)}
    problems.raise_if_any()
    shipped = {name: one for name, one in content.items() if name not in overlay.files}
    return canonical(shipped, overlay, ENGINE)


def from_stored(text: str, *, words: str = "") -> Edition:
    """The edition of a canonical JSON, as it was stored; its id is the one it had."""
    stored = json.loads(text)
    texts = {name: _as_text(one) for name, one in stored["files"].items()}
    edition = build(texts, Overlay.from_json(stored["overlay"]), words=words)
    return replace(edition, id=edition_id(text))


def _parsed(name: str, text: str, problems: _Problems) -> Iterator[Any]:
    if name.endswith(".csv"):
        yield text
        return
    with problems.collected():
        yield load(text, file=name)


def _as_text(content: Any) -> str:
    """JSON is YAML: a parsed file can be read again as text."""
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def _each(names: list[str], read: Callable[[str], T], problems: _Problems) -> list[T]:
    found = []
    for name in names:
        with problems.collected():
            found.append(read(name))
    return found


def _instruments(content: Mapping[str, Any], overlay: Overlay, problems: _Problems) -> dict[str, Instrument]:
    days = {day.instrument: day for day in overlay.effective_days}
    found: dict[str, Instrument] = {}
    for name in files.instruments(content):
        wrong = instrument_problems(content[name], name)
        problems.found += wrong
        if wrong:
            continue
        instrument = read_instrument(content[name], name)
        day = days.get(instrument.id)
        found[instrument.id] = (
            instrument
            if day is None
            else replace(instrument, force=Force(day.from_on, None, "lapsed"), not_before=None)
        )
    return found


def _values(texts: Texts, dictionary: law.Dictionary, problems: _Problems) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in files.values(texts):
        with problems.collected():
            for identifier, value in law.load_values(texts[name], dictionary, file=name).items():
                if identifier in found:
                    problems.found.append(
                        Problem(
                            f"参数“{identifier}”已在另一文件",
                            f"“{identifier}” is in two files",
                            name,
                        )
                    )
                found[identifier] = value
    return found


def _rules(
    texts: Texts,
    dictionary: law.Dictionary,
    values: Any,
    instruments: Mapping[str, Instrument],
    problems: _Problems,
) -> list[law.Rule]:
    rules: list[law.Rule] = []
    provisions = {p.id for instrument in instruments.values() for p in instrument.provisions}
    shared: Mapping[str, str] = {}
    if files.DEFINITIONS in texts:
        with problems.collected():
            shared = law.load_pack(texts[files.DEFINITIONS], dictionary, values, file=files.DEFINITIONS).definitions
    for name in files.packs(texts):
        with problems.collected():
            rules += law.load_pack(
                texts[name],
                dictionary,
                values,
                file=name,
                definitions=shared,
                provisions=provisions,
                instruments=instruments,
            ).rules
    problems.found += law.check_together(rules)
    return rules


def _calendar_year(content: Any, name: str) -> CalendarYear:
    shape = Shape(name)
    shape.known_keys(
        content,
        ("year", "confidence", "source", "holidays", "working"),
        ("year", "confidence", "holidays"),
    )
    year = shape.whole(content, "year", 0) or 0
    try:
        days = [frozenset(date.fromisoformat(day) for day in content.get(key, ())) for key in ("holidays", "working")]
    except ValueError:
        shape.refuse(
            "日期应写成 2024-10-01",
            "write days as 2024-10-01",
            content.line_of("holidays"),
        )
        days = [frozenset(), frozenset()]
    if any(day.year != year for day in (*days[0], *days[1])):
        shape.refuse(f"有日期不在 {year} 年", f"a day is not in {year}", content.line_of("year"))
    shape.raise_if_any()
    return CalendarYear(year, days[0], days[1], content["confidence"], dict(content.get("source", {})))


def _plain(content: Any) -> Any:
    """Parsed content without its line numbers."""
    if isinstance(content, Mapping):
        return {key: _plain(value) for key, value in content.items()}
    return [_plain(item) for item in content] if isinstance(content, list) else content
