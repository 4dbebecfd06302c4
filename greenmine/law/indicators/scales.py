"""Scales (评分标准): reading them, the least and most they can give, and which claims they allow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenmine.law import limits
from greenmine.law.dictionary import NONE, Dictionary, Fact
from greenmine.law.indicators.points import needed_points, read_points, said
from greenmine.law.indicators.standard import (
    Band,
    Check,
    Indicator,
    Level,
    Levels,
    Measured,
    Range,
    Scale,
    UnknownScale,
    YesNo,
)
from greenmine.law.problems import ValueProblem
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map

SCALES = ("levels", "range", "yes_no", "measured")
ORDERED = ("decimal", "integer", "year", "date")
FEWEST_LEVELS, MOST_STEPS = 2, 60


def read_scale(shape: Shape, dictionary: Dictionary, entry: Map, check: Callable[[Map], Check | None]) -> Scale:
    """The scale under `scale`; `unknown` or absent is an unknown cell."""
    written = entry.get("scale", "unknown")
    line = entry.line_of("scale")
    if written in ("unknown", "?", ""):
        return UnknownScale()
    if not isinstance(written, Map) or len(written) != 1 or next(iter(written)) not in SCALES:
        one_of = " | ".join(SCALES)
        shape.refuse(f"scale 应为 {one_of} 之一", f"scale must be one of {one_of}", line)
        return UnknownScale()
    name = next(iter(written))
    if name == "levels":
        return _levels(shape, written, line)
    below = written[name]
    if below == "":
        below = Map(line)
    if not isinstance(below, Map):
        shape.refuse(f"scale.{name} 应为键值对", f"scale.{name} must be a mapping", line)
        return UnknownScale()
    if name == "range":
        return _range(shape, below)
    if name == "yes_no":
        shape.known_keys(below, ("check",))
        return YesNo(check(below))
    return _measured(shape, dictionary, below)


def _levels(shape: Shape, written: Map, line: int) -> Scale:
    levels = []
    for entry in shape.entries(written["levels"]):
        shape.known_keys(entry, ("points", "zh", "en"), ("points", "zh", "en"))
        words = {lang: shape.text(entry, lang) for lang in ("zh", "en")}
        if not all(words.values()) or any(len(text) > limits.TEXT_LENGTH for text in words.values()):
            shape.refuse(
                "每一档应有不过长的中英文说明", "a level needs a description in zh and en, not too long", entry.line
            )
        levels.append(Level(needed_points(shape, entry, "points"), words))
    points = [level.points for level in levels]
    if not FEWEST_LEVELS <= len(levels) <= MOST_STEPS:
        shape.refuse(f"档次应有 2 至 {MOST_STEPS} 个", f"a scale of levels has 2 to {MOST_STEPS} of them", line)
    if len(set(points)) != len(points):
        shape.refuse("两档分值相同，无从区分", "two levels have the same points", line)
    return Levels(tuple(levels))


def _range(shape: Shape, below: Map) -> Scale:
    shape.known_keys(below, ("step",), ("step",))
    step = needed_points(shape, below, "step")
    if step <= 0:
        shape.refuse("step 应大于零", "step must be above zero", below.line_of("step"))
    return Range(max(step, 1))


def _measured(shape: Shape, dictionary: Dictionary, below: Map) -> Scale:
    shape.known_keys(below, ("fact", "bands", "else", "none"), ("fact", "bands"))
    name = shape.text(below, "fact")
    if name not in dictionary or dictionary[name].type == "text":
        shape.refuse(f"字典中没有可计量的事实“{name}”", f"there is no fact “{name}” to measure", below.line_of("fact"))
        return UnknownScale()
    fact = dictionary[name]
    if fact.subject != "mine" and "." not in name:
        shape.refuse(
            f"事实“{name}”不属于矿山，应写作 holder.{name} 等",
            f"“{name}” is no fact of a mine: write holder.{name} or the like",
            below.line_of("fact"),
        )
    bands = tuple(band for entry in shape.entries(below.get("bands", "")) if (band := _band(shape, fact, entry)))
    if not 1 <= len(bands) <= MOST_STEPS:
        shape.refuse(
            f"分段应有 1 至 {MOST_STEPS} 个", f"a measured scale has 1 to {MOST_STEPS} bands", below.line_of("bands")
        )
    _check_reachable(shape, bands, below.line_of("bands"))
    none = read_points(shape, below, "none")
    if none is not None and not fact.may_be_none:
        shape.refuse(f"“{name}”不会为无，不应写 none", f"“{name}” is never none", below.line_of("none"))
    return Measured(name, bands, read_points(shape, below, "else") or 0, none)


def _band(shape: Shape, fact: Fact, entry: Map) -> Band | None:
    shape.known_keys(entry, ("at_least", "at_most", "is", "points"), ("points",))
    hows = [key for key in ("at_least", "at_most", "is") if key in entry]
    allowed = ("at_least", "at_most") if fact.type in ORDERED else ("is",)
    if len(hows) != 1 or hows[0] not in allowed:
        one_of = " | ".join(allowed)
        shape.refuse(
            f"“{fact.name}”的分段应写 {one_of} 之一", f"a band of “{fact.name}” needs one of {one_of}", entry.line
        )
        return None
    how = hows[0]
    values = []
    for text in shape.texts(entry, how):
        try:
            value = fact.parse(text)
        except ValueProblem as problem:
            shape.refuse(problem.zh, problem.en, entry.line_of(how))
            continue
        if value is NONE:
            shape.refuse("分段不能为无，请用 none", "a band cannot be none: use the key none", entry.line_of(how))
            continue
        values.append(int(value))
    if not values or (how != "is" and len(values) > 1):
        shape.refuse(f"“{how}”应有一个值", f"“{how}” needs one value", entry.line_of(how))
        return None
    return Band(how, tuple(sorted(set(values))), needed_points(shape, entry, "points"))  # type: ignore[arg-type]


def _check_reachable(shape: Shape, bands: tuple[Band, ...], line: int) -> None:
    """The first band that holds counts, so a later one must reach further than the earlier ones of its sort."""
    for index, band in enumerate(bands):
        for before in bands[:index]:
            if before.how != band.how:
                continue
            hidden = (
                before.values[0] <= band.values[0]
                if band.how == "at_least"
                else before.values[0] >= band.values[0]
                if band.how == "at_most"
                else set(band.values) <= set(before.values)
            )
            if hidden:
                shape.refuse("有分段被前一分段完全覆盖", "a band is hidden behind an earlier one", line)
                return


def by_fact(scale: Measured, value: Any) -> int | None:
    """The points a known value gives; None where the fact is unknown, or none without points for it."""
    if value is None:
        return None
    if value is NONE:
        return scale.when_none
    for band in scale.bands:
        edge = band.values[0]
        if (
            (band.how == "at_least" and value >= edge)
            or (band.how == "at_most" and value <= edge)
            or (band.how == "is" and int(value) in band.values)
        ):
            return band.points
    return scale.otherwise


def choices(indicator: Indicator) -> tuple[int, ...] | None:
    """The scores that may be claimed, ascending; None for a range or an unknown scale."""
    match indicator.scale:
        case Levels(levels=levels):
            return tuple(sorted(level.points for level in levels))
        case YesNo():
            return tuple(sorted({0, indicator.points or 0}))
        case Measured(bands=bands, otherwise=otherwise, when_none=when_none):
            given = {*(band.points for band in bands), otherwise}
            return tuple(sorted(given if when_none is None else given | {when_none}))
    return None


def least_and_most(indicator: Indicator) -> tuple[int, int]:
    """What the scale can give at all; an unknown one anything up to the points."""
    possible = choices(indicator)
    return (possible[0], possible[-1]) if possible else (0, indicator.points or 0)


def allows(indicator: Indicator, score: int) -> bool:
    """Whether a claimed score lies on the scale."""
    possible = choices(indicator)
    if possible is not None:
        return score in possible
    if indicator.points is None:
        return score >= 0
    step = indicator.scale.step if isinstance(indicator.scale, Range) else 1
    return 0 <= score <= indicator.points and score % step == 0


def asked(indicator: Indicator) -> dict[str, str]:
    """What may be claimed, as a sentence."""
    possible = choices(indicator)
    if possible is not None:
        listed = [said(points) for points in possible]
        return {"zh": f"只能为 {'、'.join(listed)} 分", "en": f"must be one of {', '.join(listed)}"}
    most = "…" if indicator.points is None else said(indicator.points)
    step = said(indicator.scale.step) if isinstance(indicator.scale, Range) else "0.01"
    return {"zh": f"应为 0 至 {most} 分，步长 {step}", "en": f"must be 0 to {most} in steps of {step}"}
