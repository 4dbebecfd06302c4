"""Carrying answers from one edition to the next (版本衔接): what stays, what a person must look at, what has no place.

A mapping says of each old item how the new one relates to it: equal, narrower, wider, or none. Nothing is lost: every
old answer is in exactly one of kept, to_review or dropped.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Literal

from greenmine.law.indicators.reading import MOST_ENTRIES
from greenmine.law.indicators.results import UNANSWERED, Answer, Said
from greenmine.law.indicators.standard import Indicator, Precondition, Standard, StandardError
from greenmine.law.indicators.telling import words
from greenmine.law.problems import Problem, RulebookError
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map, load

Relation = Literal["equal", "narrower", "wider", "none"]
RELATIONS = ("equal", "narrower", "wider", "none")
WORDS = {
    "equal": ("相同", "equal"), "narrower": ("变窄", "narrower"), "wider": ("变宽", "wider"), "none": ("无对应", "none"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """The new item beside the old one; `relation` says how the new one is, compared with the old one."""

    old: str
    new: str
    relation: Relation
    note: Said


@dataclass(frozen=True, slots=True)
class Mapping:
    """How the items of one standard lie in another. An old item in no pair has no counterpart."""

    from_id: str
    to_id: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class ToReview:
    """Old answers that bear on a new item, and why a person must look at them."""

    answers: MappingOf[str, Answer]
    reason: Said


@dataclass(frozen=True, slots=True)
class Carried:
    """What becomes of the answers: kept and to_review by new id, dropped by old id; new_items have no predecessor."""

    kept: MappingOf[str, Answer]
    to_review: MappingOf[str, ToReview]
    dropped: MappingOf[str, Answer]
    new_items: tuple[str, ...]


def load_mapping(text: str, *, file: str = "") -> Mapping:
    """A mapping {from, to, pairs: [{from, to, relation, note}]}; StandardError lists every problem."""
    try:
        return _load(text, file)
    except RulebookError as error:
        raise StandardError(error.problems) from None


def _load(text: str, file: str) -> Mapping:
    data = load(text, file=file)
    if not isinstance(data, Map):
        raise RulebookError(Problem("应为 {from, to, pairs}", "{from, to, pairs} is expected", file, 1))
    shape = Shape(file)
    shape.known_keys(data, ("from", "to", "pairs", "note"), ("from", "to", "pairs"))
    entries = shape.entries(data.get("pairs", ""))
    if len(entries) > MOST_ENTRIES:
        shape.refuse(f"超过 {MOST_ENTRIES} 项", f"more than {MOST_ENTRIES} pairs", data.line_of("pairs"))
    pairs: dict[tuple[str, str], Pair] = {}
    for entry in entries[:MOST_ENTRIES]:
        pair = _pair(shape, entry)
        if (pair.old, pair.new) in pairs:
            shape.refuse(f"“{pair.old}”与“{pair.new}”重复", f"“{pair.old}” and “{pair.new}” appear twice", entry.line)
        pairs[pair.old, pair.new] = pair
    shape.raise_if_any()
    return Mapping(shape.text(data, "from"), shape.text(data, "to"), tuple(pairs.values()))


def _pair(shape: Shape, entry: Map) -> Pair:
    shape.known_keys(entry, ("from", "to", "relation", "note"), ("relation",))
    relation = shape.choice(entry, "relation", RELATIONS, "none")
    pair = Pair(
        shape.text(entry, "from"),
        shape.text(entry, "to"),
        relation,  # type: ignore[arg-type]
        shape.words(entry, "note", needed=False),
    )
    needed = bool(pair.old or pair.new) if relation == "none" else bool(pair.old and pair.new)
    if not needed:
        shape.refuse("from 与 to 不全", "from and to are needed", entry.line)
    if relation == "none" and pair.old and pair.new:
        shape.refuse("无对应的一项只写 from 或 to", "with the relation none write only from or only to", entry.line)
    return pair


def check_mapping(mapping: Mapping, old: Standard, new: Standard) -> list[Problem]:
    """What does not fit the two standards: other ids, items that are not there, items nobody spoke of."""
    found = []
    for name, standard in ((mapping.from_id, old), (mapping.to_id, new)):
        if name != standard.id:
            found.append(
                Problem(f"对应表写的是“{name}”，不是“{standard.id}”", f"it is about “{name}”, not “{standard.id}”")
            )
    spoken = {"old": {pair.old for pair in mapping.pairs} - {""}, "new": {pair.new for pair in mapping.pairs} - {""}}
    for side, standard in (("old", old), ("new", new)):
        ids = _ids(standard)
        found += [
            Problem(f"“{standard.id}”没有“{name}”", f"“{standard.id}” has no “{name}”")
            for name in sorted(spoken[side] - ids)
        ]
        found += [
            Problem(f"“{standard.id}”的“{name}”未写明对应关系", f"nothing is said of “{name}” of “{standard.id}”")
            for name in sorted(ids - spoken[side])
        ]
    return found


def _ids(standard: Standard) -> set[str]:
    return {*standard.by_id, *(one.id for one in standard.preconditions or ())}


def carry(mapping: Mapping, old: Standard, new: Standard, answers: MappingOf[str, Answer]) -> Carried:
    """What becomes of each answer. Only an equal item with the same scale and points keeps its answer by itself."""
    given = {name: answer for name, answer in answers.items() if answer != UNANSWERED}
    leads: dict[str, list[Pair]] = {}
    for pair in mapping.pairs:
        if pair.relation != "none" and pair.new in _ids(new):
            leads.setdefault(pair.new, []).append(pair)
    kept: dict[str, Answer] = {}
    to_review: dict[str, ToReview] = {}
    for name in sorted(leads):
        pairs = [pair for pair in leads[name] if pair.old in given]
        if not pairs:
            continue
        reason = _why_review(pairs, old, new)
        if reason is None:
            kept[name] = given[pairs[0].old]
        else:
            to_review[name] = ToReview({pair.old: given[pair.old] for pair in pairs}, reason)
    placed = {pair.old for name in (*kept, *to_review) for pair in leads[name]}
    dropped = {name: answer for name, answer in sorted(given.items()) if name not in placed}
    return Carried(kept, to_review, dropped, tuple(sorted(_ids(new) - set(leads))))


def _why_review(pairs: list[Pair], old: Standard, new: Standard) -> Said | None:
    """Why a person must look; None where the one old answer simply stays."""
    if len(pairs) > 1:
        return words("由多项旧指标合并而来", "several old items came together in it")
    pair = pairs[0]
    note = pair.note or words("", "")
    if pair.relation != "equal":
        zh, en = WORDS[pair.relation]
        more_zh, more_en = (f"：{note['zh']}", f": {note['en']}") if note["zh"] else ("", "")
        return words(f"新指标比旧指标{zh}{more_zh}", f"the new item is {en} than the old one{more_en}")
    before, after = _part(old, pair.old), _part(new, pair.new)
    if type(before) is not type(after) or before is None:
        return words("先决条件与指标互换", "a precondition and an indicator changed places")
    if isinstance(before, Indicator) and isinstance(after, Indicator):
        if before.points != after.points:
            return words("分值不同", "the points differ")
        if before.scale != after.scale:
            return words("评分标准不同", "the scales differ")
    return None


def _part(standard: Standard, name: str) -> Indicator | Precondition | None:
    if name in standard.by_id:
        return standard.indicator(name)
    return next((one for one in standard.preconditions or () if one.id == name), None)
