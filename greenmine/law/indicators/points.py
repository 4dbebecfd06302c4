"""Points (分值) as whole hundredths: reading them exactly, and writing them as people do."""

from __future__ import annotations

from fractions import Fraction

from greenmine.law.dictionary import decimal_text, scaled
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map

DIGITS = 2
MOST = 1_000_000 * 10**DIGITS
UNKNOWN = ("", "unknown", "?")


def said(points: int) -> str:
    """12.5 for 1250: no idle zeros."""
    text = decimal_text(points, DIGITS)
    return text.rstrip("0").rstrip(".")


def read_points(shape: Shape, entry: Map, key: str, *, none: bool = False) -> int | None:
    """The points under a key; None where the cell is unknown; `none` is zero where it may be said."""
    text = shape.text(entry, key).strip()
    if text in UNKNOWN:
        return None
    if none and text == "none":
        return 0
    try:
        points = scaled(text, DIGITS)
    except ValueError:
        points = -1
    if not 0 <= points <= MOST:
        shape.refuse(
            f"“{key}”的“{text}”不是最多 {DIGITS} 位小数的非负数",
            f"“{key}”: “{text}” is no number from 0 with at most {DIGITS} decimals",
            entry.line_of(key),
        )
        return None
    return points


def needed_points(shape: Shape, entry: Map, key: str) -> int:
    """Points that cannot be left unknown."""
    points = read_points(shape, entry, key)
    if points is None:
        if shape.text(entry, key).strip() in UNKNOWN:
            shape.refuse(f"缺少“{key}”", f"“{key}” is missing", entry.line_of(key))
        return 0
    return points


def read_ratio(shape: Shape, entry: Map, key: str) -> Fraction | None:
    """An exact ratio from 0 to 1; None where unknown; `none` is zero."""
    text = shape.text(entry, key).strip()
    if text in UNKNOWN:
        return None
    if text == "none":
        return Fraction(0)
    try:
        ratio = Fraction(scaled(text, 6), 10**6)
    except ValueError:
        ratio = Fraction(-1)
    if not 0 <= ratio <= 1:
        shape.refuse(
            f"“{key}”的“{text}”应为 0 至 1 之间的小数", f"“{key}”: “{text}” is no ratio from 0 to 1", entry.line_of(key)
        )
        return None
    return ratio
