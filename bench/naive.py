"""The closures against the naive oracle of tests/law: the rule's own text, exact decimals and days, no form between."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bench.population import Population, judges
from greenmine.editions import rulebook_files as files
from greenmine.law import Bound, Outcome, evaluate_one, load_yaml
from greenmine.law.judge import Judge
from tests.law.oracle import Oracle

QUOTED = re.compile(r"('[^']*')")
CODE_NONE = "none*"  # an enum's own code `none` is a value; the oracle keeps the plain word for what has no value


def wrong_cells(bound: Bound, population: Population, count: int) -> int:
    """Outcomes and due days of the closures that differ from the oracle's, over the first mines."""
    tables, texts = figures(bound), {judge.rule.id: expanded(judge) for judge in judges(bound)}
    wrong = 0
    for sheet in population.sheets(0, count):
        found = evaluate_one(bound, sheet)
        facts = {name: said(bound, name, value) for name, value in sheet.values.items()}
        for judge in judges(bound):
            if judge.rule.id not in found:
                wrong += bound.covers(judge.rule, sheet.region_code)
                continue
            finding = found[judge.rule.id]
            wrong += expected(judge, texts[judge.rule.id], facts, tables) != (finding.outcome, finding.due_on)
    return wrong


def said(bound: Bound, name: str, lowered: Any) -> Any:
    """A value as the oracle reads it: Decimal, date, text, bool, "none"."""
    fact = bound.dictionary[name]
    shown = fact.show(lowered)
    if fact.type == "enum" and shown == "none":
        return CODE_NONE
    if shown is None or shown == "none" or isinstance(shown, bool):
        return shown
    if fact.type == "date":
        return date.fromisoformat(str(shown))
    return Decimal(str(shown)) if fact.type in ("decimal", "integer", "year") else shown


def figures(bound: Bound) -> dict[str, dict[tuple[Any, ...], Any]]:
    """The dated values of the day, as texts and decimals."""
    tables = {}
    for name, value in bound.edition.values.items():
        version, rows = value.on(bound.on), {}
        for key, row in version.rows.items() if version else ():
            read = tuple(said(bound, fact, part) for fact, part in zip(value.keys, key, strict=True))
            shown = value.show(row.value)
            rows[read] = date.fromisoformat(shown) if value.type == "date" else Decimal(shown)
        tables[name] = rows
    return tables


def expanded(judge: Judge) -> dict[str, str]:
    """The texts of a rule, with its definitions written out."""
    read = files.read_texts(files.folder())
    known: dict[str, str] = {}
    for name in (files.DEFINITIONS, judge.rule.file):
        content = load_yaml(read[name])
        known |= content.get("definitions") or {}
    return {part: _expand(text, known) for part, text in judge.rule.texts.items()}


def _expand(text: str, known: Mapping[str, str]) -> str:
    parts = QUOTED.split(text.replace("'none'", f"'{CODE_NONE}'"))
    for place in range(0, len(parts), 2):
        parts[place] = re.sub(
            r"[A-Za-z_][\w.]*", lambda m: f"({_expand(known[m[0]], known)})" if m[0] in known else m[0], parts[place]
        )
    return "".join(parts)


def expected(
    judge: Judge, texts: Mapping[str, str], facts: Mapping[str, Any], tables: Any
) -> tuple[Outcome, date | None]:
    """The outcome and due day that the text itself gives."""
    on, rule = judge.day.on, judge.rule
    prefix = f"{judge.path}." if judge.path else ""
    read = {name.removeprefix(prefix): value for name, value in facts.items() if name.startswith(prefix)}
    applies = Oracle(texts["applies"], read, on, tables).truth() if "applies" in texts else True
    due = Oracle(texts["due"], read, on, tables).sum() if "due" in texts else None
    day = due if isinstance(due, date) else None
    if applies is not True:
        return (Outcome.NOT_APPLICABLE if applies is False else Outcome.UNKNOWN), day
    if "due" in texts:
        return _timed(due, read.get(texts["done_on"]), on), day
    event = read.get(rule.event_on) if rule.event_on else None
    body = False if isinstance(event, date) and event > on else Oracle(texts[rule.body_key], read, on, tables).truth()
    return (Outcome.UNKNOWN if body is None else judge.when_true if body else judge.when_false), None


def _timed(due: Any, done: Any, on: date) -> Outcome:
    if due == "none":
        return Outcome.NOT_APPLICABLE
    if due is None or done is None:
        return Outcome.UNKNOWN
    if done == "none" or done > on:
        return Outcome.PENDING if on <= due else Outcome.BREACHED
    return Outcome.SATISFIED if done <= due else Outcome.BREACHED
