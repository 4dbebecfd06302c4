"""Loading a standard: the text, read strictly, checked on the whole, an overlay laid over its base."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any

from greenmine.law.dictionary import Dictionary
from greenmine.law.indicators.checking import check_whole
from greenmine.law.indicators.classes import Classes
from greenmine.law.indicators.overlays import OVERLAY_KEYS, lay_over
from greenmine.law.indicators.points import read_points, read_ratio
from greenmine.law.indicators.reading import DIVISION_DIGITS, Reader
from greenmine.law.indicators.standard import PassMarks, Standard, StandardError
from greenmine.law.problems import Problem, RulebookError
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map, load
from greenmine.law.values import CONFIDENCES

HEAD_KEYS = ("id", "title", "status", "tier", "kind", "territory", "in_force", "applies", "source", "confidence",
             "provisions", "points", "note")  # fmt: skip
BODY_KEYS = ("pass_marks", "not_applicable", "counts", "preconditions", "dimensions")
STATUSES = ("official", "structure_only", "demonstration", "local")
TIERS = ("national", "provincial", "any")


def load_standard(
    text: str,
    dictionary: Dictionary,
    *,
    base: Standard | None = None,
    provisions: Container[str] | None = None,
    classes: Classes | None = None,
    file: str = "",
) -> Standard:
    """The standard a text says; StandardError lists every problem, each with zh, en and where (file:line).

    An overlay needs its `base`. `classes` are needed where applicability is by industry.
    """
    try:
        return _load(text, dictionary, base, provisions, classes, file)
    except RulebookError as error:
        raise StandardError(error.problems) from None


def _load(
    text: str, dictionary: Dictionary, base: Standard | None, provisions: Container[str] | None,
    classes: Classes | None, file: str,
) -> Standard:  # fmt: skip
    data = load(text, file=file)
    if not isinstance(data, Map):
        raise RulebookError(Problem("应为一套指标体系（键值对）", "a standard (a mapping) is expected", file, 1))
    shape = Shape(file)
    reader = Reader(shape, dictionary, classes, provisions)
    kind = shape.choice(data, "kind", ("standalone", "overlay"), "standalone")
    standard = _overlay(reader, data, base) if kind == "overlay" else _standalone(reader, data)
    shape.raise_if_any()
    lines = lines_of_ids(data)
    for subject, zh, en in check_whole(standard):
        shape.refuse(zh, en, lines.get(subject, data.line))
    shape.raise_if_any()
    return standard


def _standalone(reader: Reader, data: Map) -> Standard:
    shape = reader.shape
    shape.known_keys(data, (*HEAD_KEYS, *BODY_KEYS), ("id", "title", "status", "tier", "territory", "dimensions"))
    rule = shape.choice(data, "not_applicable", ("rescale", "full", "unknown"), "unknown")
    dimensions = reader.entries(data.get("dimensions"), data.line_of("dimensions"))
    return replace(
        _head(reader, data),
        points=read_points(shape, data, "points"),
        pass_marks=read_marks(reader, data),
        not_applicable=None if rule == "unknown" else rule,  # type: ignore[arg-type]
        counts=reader.counts(data),
        preconditions=reader.preconditions(data),
        dimensions=tuple(reader.dimension(entry) for entry in dimensions),
    )


def _head(reader: Reader, data: Map) -> Standard:
    """What stands before the tables; the tables still unknown."""
    shape = reader.shape
    territory = shape.text(data, "territory")
    if len(territory) != DIVISION_DIGITS or not (territory.isascii() and territory.isdigit()):
        shape.refuse(
            f"territory“{territory}”应为六位行政区划代码",
            f"territory “{territory}” is no six-digit code",
            data.line_of("territory"),
        )
    force = reader.map(data, "in_force") or Map(data.line)
    shape.known_keys(force, ("from", "to"))
    begins, ends = shape.day(force, "from"), shape.day(force, "to")
    if begins and ends and ends < begins:
        shape.refuse("in_force 的起止颠倒", "in_force ends before it begins", data.line_of("in_force"))
    return Standard(
        id=reader.id(data), title=reader.words(data, "title"),
        status=shape.choice(data, "status", STATUSES, "structure_only"),  # type: ignore[arg-type]
        tier=shape.choice(data, "tier", TIERS, "any"),  # type: ignore[arg-type]
        kind="standalone", territory=territory, in_force=(begins, ends), applies=reader.applies(data),
        source=reader.words(data, "source", needed=False), confidence=shape.choice(data, "confidence", CONFIDENCES, "?"),
        provisions=reader.cited(data), points=None, pass_marks=PassMarks(), not_applicable=None, preconditions=None,
        dimensions=(), dictionary=reader.dictionary,
    )  # fmt: skip


def read_marks(reader: Reader, data: Map) -> PassMarks:
    """The pass marks; each left out is unknown."""
    marks = reader.map(data, "pass_marks") or Map(data.line)
    reader.shape.known_keys(marks, ("total", "dimension_ratio", "binding_all"))
    binding = reader.shape.choice(marks, "binding_all", ("true", "false", "unknown"), "unknown")
    return PassMarks(
        read_points(reader.shape, marks, "total", none=True),
        read_ratio(reader.shape, marks, "dimension_ratio"),
        None if binding == "unknown" else binding == "true",
    )


def _overlay(reader: Reader, data: Map, base: Standard | None) -> Standard:
    shape = reader.shape
    shape.known_keys(data, (*HEAD_KEYS, *OVERLAY_KEYS), ("id", "title", "status", "tier", "territory", "base"))
    wanted = shape.text(data, "base")
    if base is None or base.id != wanted:
        shape.refuse(
            f"找不到基础体系“{wanted}”", f"the base “{wanted}” of the overlay is not given", data.line_of("base")
        )
        return _head(reader, data)
    return lay_over(reader, data, _head(reader, data), base)


def lines_of_ids(data: Any) -> dict[str, int]:
    """Where each id stands, so that a problem of the whole can name a line."""
    found: dict[str, int] = {}
    if isinstance(data, Map):
        if isinstance(data.get("id"), str):
            found[data["id"]] = data.line_of("id")
        for value in data.values():
            found.update(lines_of_ids(value))
    elif isinstance(data, list):
        for value in data:
            found.update(lines_of_ids(value))
    return found
