"""Overlays (叠加): what a territory adds to, replaces in or tightens of a base set. Nothing is loosened silently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from greenmine.law.indicators import loosening
from greenmine.law.indicators.cells import counted, held_counts, summed
from greenmine.law.indicators.points import read_points, read_ratio
from greenmine.law.indicators.reading import Reader
from greenmine.law.indicators.standard import Category, Change, Dimension, Indicator, Precondition, Standard
from greenmine.law.strict_yaml import Map

OVERLAY_KEYS = ("base", "adds", "replaces", "tightens", "removes")
PARTS = ("indicators", "preconditions")
OWN_KEYS = ("loosens",)  # what an entry may say beside the part itself
WORDS = {
    "adds": ("新增", "adds"), "replaces": ("替换", "replaces"), "tightens": ("加严", "tightens"),
    "loosens": ("放宽", "loosens"), "removes": ("取消", "removes"), "fills": ("补明", "fills"),
}  # fmt: skip


def lay_over(reader: Reader, data: Map, head: Standard, base: Standard) -> Standard:
    """The whole set a base and an overlay come to, with every change named."""
    return _Overlay(reader, data, head, base).whole()


class _Overlay:
    """Lays one overlay over its base; `changes` grows as its entries are read."""

    def __init__(self, reader: Reader, data: Map, head: Standard, base: Standard) -> None:
        self.reader, self.shape, self.data, self.head, self.base = reader, reader.shape, data, head, base
        self.changes: list[Change] = []
        self.indicators = dict(base.by_id)
        self.preconditions = {one.id: one for one in base.preconditions or ()}

    def whole(self) -> Standard:
        """The resolved standard."""
        for section in ("adds", "replaces", "tightens"):
            below = self.reader.map(self.data, section) or Map(self.data.line)
            self.shape.known_keys(below, (*PARTS, "pass_marks") if section == "tightens" else PARTS)
            for entry in self.reader.entries(below.get("indicators"), below.line_of("indicators")):
                self.indicator(section, entry)
            for entry in self.reader.entries(below.get("preconditions"), below.line_of("preconditions")):
                self.precondition(section, entry)
        for entry in self.reader.entries(self.data.get("removes"), self.data.line_of("removes")):
            self.remove(entry)
        return self.joined()

    def note(
        self, what: Any, subject: str, entry: Map, said: Iterable[tuple[str, str]] = (), *, proven: bool = True
    ) -> None:
        """One change; with `said` it names what it does."""
        zh, en = WORDS[what]
        told = list(said)
        self.changes.append(
            Change(
                what, subject,
                f"{zh}“{subject}”" + (f"：{'；'.join(zh for zh, _ in told)}" if told else ""),
                f"{en} “{subject}”" + (f": {'; '.join(en for _, en in told)}" if told else ""),
                self.cited(entry), proven,
            )
        )  # fmt: skip

    def cited(self, entry: Map) -> tuple[str, ...]:
        """The provisions of an entry; refused ones are told elsewhere."""
        cited = entry.get("provisions", ())
        return (cited,) if isinstance(cited, str) else tuple(str(one) for one in cited)

    def judged(
        self, what: str, subject: str, entry: Map, found: Iterator[tuple[str, str]], *, proven: bool = True
    ) -> None:
        """A change that loosens is refused unless its entry says so and cites why; otherwise it is what it says."""
        loosened = list(found)
        if not loosened:
            self.note(what, subject, entry, proven=proven)
            return
        if self.may_loosen(entry):
            self.note("loosens", subject, entry, loosened)
            return
        for zh, en in loosened:
            self.shape.refuse(
                f"“{subject}”被放宽：{zh}。确需放宽的，写 loosens: true 并写明 provisions",
                f"“{subject}” is loosened: {en}. If that is meant, write loosens: true and cite provisions",
                entry.line,
            )

    def may_loosen(self, entry: Map) -> bool:
        """Whether the entry says that it loosens, and by what provision."""
        return self.shape.yes_no(entry, "loosens") and bool(self.cited(entry))

    def place(self, entry: Map) -> tuple[str, str]:
        """Dimension and category of an added indicator."""
        wanted = self.shape.text(entry, "category")
        for dimension in self.base.dimensions:
            if any(category.id == wanted for category in dimension.categories):
                return dimension.id, wanted
        self.shape.refuse(
            f"基础体系没有二级指标“{wanted}”", f"the base has no category “{wanted}”", entry.line_of("category")
        )
        return "", ""

    def indicator(self, section: str, entry: Map) -> None:
        """An added, replaced or tightened indicator."""
        name = self.shape.text(entry, "id")
        old = self.indicators.get(name)
        if section == "adds":
            if old is not None or name in self.preconditions:
                self.shape.refuse(f"“{name}”已存在", f"“{name}” is there already", entry.line)
                return
            dimension, category = self.place(entry)
            self.indicators[name] = self.reader.indicator(entry, dimension, category, "category", *OWN_KEYS)
            self.note("adds", name, entry)
            return
        if old is None:
            self.absent(name, entry)
            return
        read = self.reader.indicator(entry, old.dimension, old.category, *OWN_KEYS) if section == "replaces" else None
        new = read or self.patched(entry, old)
        self.indicators[name] = new
        found = loosening.of_indicator(new, old, self.base.dictionary)
        self.judged(section, name, entry, found, proven=loosening.is_proven(new, old))

    def patched(self, entry: Map, old: Indicator) -> Indicator:
        """The old indicator with the keys the entry gives; names and kinds are read by the same reader."""
        full = Map(entry.line)
        full.lines.update(entry.lines)
        full.update(entry)
        for key, value in (("name", old.name), ("kind", old.kind or "unknown")):
            if key not in full:
                full[key] = _as_map(value, entry.line)
        read = self.reader.indicator(full, old.dimension, old.category, *OWN_KEYS)
        given = {_FIELDS.get(key, key) for key in entry} & set(_PATCHED)
        if read.kind == "binding" and old.kind != "binding" and "may_not_apply" not in entry:
            given.add("may_not_apply")
        return replace(old, **{key: getattr(read, key) for key in given})

    def precondition(self, section: str, entry: Map) -> None:
        """An added, replaced or tightened precondition."""
        name = self.shape.text(entry, "id")
        old = self.preconditions.get(name)
        if section == "adds":
            if old is not None or name in self.indicators:
                self.shape.refuse(f"“{name}”已存在", f"“{name}” is there already", entry.line)
                return
            self.preconditions[name] = self.reader.precondition(_without(entry, OWN_KEYS))
            self.note("adds", name, entry)
            return
        if old is None:
            self.absent(name, entry)
            return
        full = _without(entry, OWN_KEYS)
        if section == "tightens" and "name" not in full:
            full["name"] = _as_map(old.name, entry.line)
        read = self.reader.precondition(full)
        given = {key: getattr(read, key) for key in entry if key in _PRECONDITION_FIELDS}
        new = read if section == "replaces" else replace(old, **given)
        self.preconditions[name] = new
        self.judged(section, name, entry, loosening.of_precondition(new, old))

    def absent(self, name: str, entry: Map) -> None:
        self.shape.refuse(f"基础体系没有“{name}”", f"the base has no “{name}”", entry.line)

    def remove(self, entry: Map) -> None:
        """A part that is taken away: always a loosening."""
        self.shape.known_keys(entry, ("id", "provisions", "loosens", "note"), ("id",))
        name = self.shape.text(entry, "id")
        self.reader.cited(entry)
        if name not in self.indicators and name not in self.preconditions:
            self.absent(name, entry)
            return
        self.indicators.pop(name, None)
        self.preconditions.pop(name, None)
        if self.may_loosen(entry):
            self.note("removes", name, entry)
            return
        self.judged("removes", name, entry, iter([("取消了该项", "it is taken away")]))

    def joined(self) -> Standard:
        """Base and changes as one set, its totals summed anew, its marks judged as shares."""
        base, reader = self.base, self.reader
        dimensions = tuple(self.dimension(dimension) for dimension in base.dimensions)
        marks_entry = reader.map(reader.map(self.data, "tightens") or Map(0), "pass_marks")
        sums = [dimension.points for dimension in dimensions]
        points = read_points(self.shape, self.data, "points")
        if points is None:
            points = sum(p or 0 for p in sums) if base.points is not None and None not in sums else base.points
        told = base.preconditions is not None or bool(self.preconditions)
        whole = replace(
            self.head, kind="overlay", base=base.id, points=points, pass_marks=self.marks(marks_entry),
            not_applicable=base.not_applicable, counts={}, dimensions=dimensions,
            preconditions=tuple(self.preconditions.values()) if told else None,
        )  # fmt: skip
        loosened = [*loosening.of_marks(whole.pass_marks, base.pass_marks), *loosening.of_whole(whole, base)]
        if marks_entry is not None or loosened:
            self.judged("tightens", "pass_marks", marks_entry or Map(self.data.line), iter(loosened))
        before, now = held_counts(base), held_counts(whole)
        grown = {key: number + now[key] - before[key] for key, number in base.counts.items()}
        return replace(whole, counts=grown, changes=tuple(self.changes))

    def marks(self, entry: Map | None) -> Any:
        """The base's marks with those the overlay gives."""
        base = self.base.pass_marks
        if entry is None:
            return base
        self.shape.known_keys(entry, ("total", "dimension_ratio", "binding_all", "loosens", "provisions", "note"))
        self.reader.cited(entry)
        binding = self.shape.choice(entry, "binding_all", ("true", "false"), "")
        return replace(
            base,
            total=read_points(self.shape, entry, "total", none=True) if "total" in entry else base.total,
            dimension_ratio=read_ratio(self.shape, entry, "dimension_ratio")
            if "dimension_ratio" in entry
            else base.dimension_ratio,
            binding_all=base.binding_all if not binding else binding == "true",
        )

    def dimension(self, old: Dimension) -> Dimension:
        """A dimension with its changed categories."""
        categories = tuple(self.category(category) for category in old.categories)
        sums = [category.points for category in categories]
        points = old.points if old.points is None or None in sums else sum(p or 0 for p in sums)
        new = replace(old, categories=categories, points=points)
        more = counted(new.indicators) - counted(old.indicators)
        if "indicators" in old.counts:
            new = replace(new, counts={**old.counts, "indicators": old.counts["indicators"] + more})
        return new

    def category(self, old: Category) -> Category:
        """A category with its changed and added indicators, in the old order."""
        now = tuple(one for one in self.indicators.values() if one.category == old.id)
        total, known = summed(now)
        changed = now != old.indicators
        return replace(
            old, indicators=now, points=total if changed and known and old.points is not None else old.points
        )


_FIELDS = {"pass": "pass_at"}
_PATCHED = ("name", "kind", "points", "scale", "pass_at", "applies", "may_not_apply", "alternative", "evidence",
            "checked", "help", "typical", "tags", "provisions", "confidence")  # fmt: skip
_PRECONDITION_FIELDS = tuple(name for name in Precondition.__dataclass_fields__ if name != "id")


def _as_map(value: Any, line: int) -> Any:
    if isinstance(value, str):
        return value
    made = Map(line)
    made.update(value)
    return made


def _without(entry: Map, keys: tuple[str, ...]) -> Map:
    made = Map(entry.line)
    made.lines.update(entry.lines)
    made.update({key: value for key, value in entry.items() if key not in keys})
    return made
