"""Values (参数): dated, cited figures that rules read with value('id') or value('table', fact, …).

On a day the last version that began holds; before the first there is none (unknown). Every version or row carries its
confidence: S sourced · M memory · I inferred · ? unknown; anything but S flags the findings that read it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from greenmine.law import limits
from greenmine.law.days import FIRST_DAY, LAST_DAY, iso, read_day
from greenmine.law.dictionary import Dictionary, decimal_text, scaled
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map, Seq, load

CONFIDENCES = ("S", "M", "I", "?")
Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure with its confidence."""

    value: int
    confidence: str

    @property
    def is_low(self) -> bool:
        """Whether a finding that reads it must say so."""
        return self.confidence != "S"


@dataclass(frozen=True, slots=True)
class Version:
    """The figures from one day on; a value without keys has one row under the empty key."""

    from_on: date
    rows: Mapping[Key, Row]
    cite: str
    source: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Value:
    """One dated value or table (参数表)."""

    id: str
    title: Mapping[str, str]
    type: str
    scale: int
    least: int
    most: int
    keys: tuple[str, ...]
    versions: tuple[Version, ...]
    file: str = ""
    line: int = 0

    def on(self, on: date) -> Version | None:
        """The version that holds on a day, or None before the first."""
        at = bisect_right([version.from_on for version in self.versions], on)
        return self.versions[at - 1] if at else None

    def show(self, lowered: int) -> str:
        """The figure as text: a day or a number at the value's scale."""
        return iso(lowered) if self.type == "date" else decimal_text(lowered, self.scale)


KEYS = ("id", "title", "type", "unit", "scale", "min", "max", "keys", "versions", "note")
VERSION_KEYS = ("from", "value", "confidence", "cite", "source", "rows")


def load_values(text: str, dictionary: Dictionary, *, file: str = "") -> dict[str, Value]:
    """The values of one file by id; RulebookError lists every problem with its line."""
    shape = Shape(file)
    values: dict[str, Value] = {}
    for entry in shape.entries(load(text, file=file)):
        value = _value(shape, entry, dictionary)
        if value.id in values:
            shape.refuse(f"参数“{value.id}”重复", f"value “{value.id}” appears twice", entry.line)
        values[value.id] = value
    shape.raise_if_any()
    return values


def _value(shape: Shape, entry: Map, dictionary: Dictionary) -> Value:
    shape.known_keys(entry, KEYS, ("id", "title", "type", "versions"))
    name = shape.text(entry, "id")
    if not limits.ID.fullmatch(name):
        shape.refuse(f"参数编号“{name}”不合规", f"“{name}” is no id", entry.line_of("id"))
    kind = shape.choice(entry, "type", ("decimal", "integer", "date"), "decimal")
    scale = (shape.whole(entry, "scale", 0) or 0) if kind == "decimal" else 0
    least, most = _bounds(shape, entry, kind, scale)
    keys = shape.texts(entry, "keys")
    for key in keys:
        if key not in dictionary or dictionary[key].type not in ("enum", "integer", "boolean", "year"):
            shape.refuse(
                f"查表键“{key}”不是字典中的枚举事实",
                f"key “{key}” is no enum fact of the dictionary",
                entry.line_of("keys"),
            )
            keys = ()
    versions = [
        _version(shape, version, kind, scale, keys, dictionary) for version in shape.entries(entry.get("versions", ""))
    ]
    if not versions:
        shape.refuse(f"“{name}”没有任何版本", f"“{name}” has no version", entry.line)
    for before, after in pairwise(versions):
        if after.from_on <= before.from_on:
            shape.refuse(
                f"“{name}”的版本日期须递增且不重复",
                f"“{name}”: versions must start on increasing days",
                entry.line_of("versions"),
            )
    for version in versions:
        for row in version.rows.values():
            if not least <= row.value <= most:
                shape.refuse(
                    f"“{name}”的数值超出 min–max", f"“{name}”: a figure is outside min–max", entry.line_of("versions")
                )
    return Value(
        name, shape.words(entry, "title"), kind, scale, least, most, keys, tuple(versions), shape.file, entry.line
    )


def _bounds(shape: Shape, entry: Map, kind: str, scale: int) -> tuple[int, int]:
    if kind == "date":
        return FIRST_DAY, LAST_DAY
    try:
        least, most = scaled(shape.text(entry, "min", "0"), scale), scaled(shape.text(entry, "max", "-"), scale)
    except ValueError:
        shape.refuse(
            f"数必须有 max，且不超过 {scale} 位小数",
            f"a number needs max with at most {scale} decimals",
            entry.line_of("max"),
        )
        return 0, 0
    if least > most or max(abs(least), abs(most)) > limits.LARGEST // 1000:
        shape.refuse("min 与 max 颠倒或过大", "min and max are reversed or too large", entry.line_of("max"))
    return least, most


def _version(shape: Shape, entry: Map, kind: str, scale: int, keys: tuple[str, ...], dictionary: Dictionary) -> Version:
    shape.known_keys(entry, VERSION_KEYS, ("from", "confidence"))
    confidence = shape.choice(entry, "confidence", CONFIDENCES, "?")
    source = shape.words(entry, "source", needed=False)
    if not source and not shape.text(entry, "cite"):
        shape.refuse("缺少依据：写 cite 或 source", "a citation is missing: give cite or source", entry.line)
    rows: dict[Key, Row] = {}
    if keys:
        _table_rows(shape, entry, rows, kind, scale, keys, dictionary, confidence)
    else:
        rows[()] = Row(_figure(shape, shape.text(entry, "value"), kind, scale, entry.line_of("value")), confidence)
    return Version(shape.day(entry, "from") or date(1900, 1, 1), rows, shape.text(entry, "cite"), source)


def _table_rows(
    shape: Shape,
    entry: Map,
    rows: dict[Key, Row],
    kind: str,
    scale: int,
    keys: tuple[str, ...],
    dictionary: Dictionary,
    confidence: str,
) -> None:
    listed = entry.get("rows")
    if not isinstance(listed, Seq):
        shape.refuse("查表参数须有 rows", "a table needs rows", entry.line)
        return
    for line, row in zip(listed.lines, listed, strict=True):
        if (
            not isinstance(row, Seq)
            or not len(keys) < len(row) <= len(keys) + 2
            or not all(isinstance(item, str) for item in row)
        ):
            shape.refuse(
                f"每行应为 {len(keys)} 个键、数值、可选的依据等级",
                f"a row is {len(keys)} keys, a figure, an optional confidence",
                line,
            )
            continue
        try:
            key = tuple(int(dictionary[name].parse(code)) for name, code in zip(keys, row, strict=False))  # type: ignore[arg-type]
        except ValueError as problem:
            shape.refuse(getattr(problem, "zh", "键无效"), getattr(problem, "en", "bad key"), line)
            continue
        if key in rows:
            shape.refuse(
                f"键 {', '.join(row[: len(keys)])} 重复", f"duplicate row for {', '.join(row[: len(keys)])}", line
            )
        sure = row[len(keys) + 1] if len(row) > len(keys) + 1 else confidence
        if sure not in CONFIDENCES:
            shape.refuse(f"依据等级“{sure}”应为 S M I ?", f"confidence “{sure}” is not S M I ?", line)
        rows[key] = Row(_figure(shape, row[len(keys)], kind, scale, line), sure)


def _figure(shape: Shape, text: str, kind: str, scale: int, line: int) -> int:
    try:
        return read_day(text) if kind == "date" else scaled(text, scale)
    except ValueError:
        shape.refuse(
            f"“{text}”不是{'日期' if kind == 'date' else f'最多 {scale} 位小数的数'}",
            f"“{text}” is no {'day' if kind == 'date' else f'number with at most {scale} decimals'}",
            line,
        )
        return 0
