"""Saying a condition (说法): every node as a phrase in Chinese and English, with the values it met on a sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from greenmine.law.days import iso
from greenmine.law.dictionary import NONE, decimal_text
from greenmine.law.ir import (
    DAY,
    ENUM,
    NUMBER,
    And,
    Compare,
    Const,
    IsNone,
    Lookup,
    Member,
    Named,
    Node,
    Not,
    Or,
    Ref,
    Shift,
    Sum,
    Times,
    Today,
    walk,
)  # fmt: skip

if TYPE_CHECKING:
    from greenmine.law.judge import Judge

Values = Mapping[str, Any]
NUMBER_WORDS = {
    "zh": {"=": "等于", "<>": "不等于", "<": "低于", "<=": "不高于", ">": "高于", ">=": "不低于"},
    "en": {
        "=": "equals",
        "<>": "differs from",
        "<": "is below",
        "<=": "is at most",
        ">": "is above",
        ">=": "is at least",
    },
}
DAY_WORDS = {
    "zh": {"=": "为", "<>": "不为", "<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"},
    "en": {"=": "is", "<>": "is not", "<": "is before", "<=": "is not after", ">": "is after", ">=": "is not before"},
}
CODE_WORDS = {"zh": {"=": "为", "<>": "不为"}, "en": {"=": "is", "<>": "is not"}}
OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
JOIN = {
    "zh": {"and": "，且", "or": "，或", "list": "、", "one": "或"},
    "en": {"and": " and ", "or": " or ", "list": ", ", "one": " or "},
}


class Saying:
    """Phrases about one judge's conditions in one language; with `values`, each fact carries the value it has."""

    def __init__(self, judge: Judge, lang: str, values: Values | None = None) -> None:
        self.judge, self.lang, self.values = judge, lang, values
        self.zh = lang == "zh"
        self.join = JOIN[lang]

    def label(self, name: str) -> str:
        """The label of a fact as read."""
        label = self.judge.dictionary[name].label[self.lang]
        if name.startswith("holder."):
            return f"矿业权人{label}" if self.zh else f"holder: {label}"
        return label

    def with_value(self, name: str) -> str:
        """Label and value: 采矿许可证有效期至（2025-01-01）."""
        if self.values is None:
            return self.label(name)
        value = self.judge.dictionary[name].words(self.values.get(name), self.lang)
        return f"{self.label(name)}（{value}）" if self.zh else f"{self.label(name)} ({value})"

    def condition(self, node: Node, truth: bool | None = True) -> str:
        """The phrase of a condition that is true, false (said as its opposite) or unknown (said as asked)."""
        match node:
            case Named(node=below):
                return self.condition(below, truth)
            case Not(part=part):
                return self.condition(part, None if truth is None and self.values is not None else not truth)
            case And(parts=parts) | Or(parts=parts):
                together = isinstance(node, And) is (truth is not False)
                phrases = [self.bracketed(part, truth) for part in parts]
                return self.join["and" if together else "or"].join(phrases)
        return self.leaf(node, truth is not False)

    def bracketed(self, part: Node, truth: bool | None) -> str:
        """A part inside AND or OR, in brackets where it is itself a list of parts."""
        plain = part
        while isinstance(plain, Named):
            plain = plain.node
        phrase = self.condition(part, truth)
        if isinstance(plain, And | Or):
            return f"（{phrase}）" if self.zh else f"({phrase})"
        return phrase

    def leaf(self, node: Node, truth: bool) -> str:
        """One comparison, membership, IS NONE or plain fact."""
        if not truth and self.values is not None and not isinstance(node, IsNone) and (none := self.none_among(node)):
            return f"{self.label(none)}为无" if self.zh else f"{self.label(none)} is none"
        match node:
            case Ref(name=name):
                yes = ("：是" if truth else "：否") if self.zh else (": yes" if truth else ": no")
                return self.label(name) + yes
            case IsNone(fact=fact):
                if self.values is not None and not truth:
                    return self.with_value(fact.name)
                return self.label(fact.name) + (
                    ("为无" if truth else "不为无") if self.zh else (" is none" if truth else " is not none")
                )
            case Member(term=term, values=values):
                listed = self.join["one"].join(self.constant(value, term) for value in values)
                word = CODE_WORDS[self.lang]["=" if truth else "<>"]
                return self.spaced(self.term(term, term), word, listed)
            case Compare(op=op, left=left, right=right):
                words = {NUMBER: NUMBER_WORDS, DAY: DAY_WORDS}.get(left.kind.name, CODE_WORDS)[self.lang]
                return self.spaced(self.term(left, right), words[op if truth else OPPOSITE[op]], self.term(right, left))
        return "…"

    def spaced(self, *parts: str) -> str:
        """Phrases put together: Chinese needs a space only beside Latin letters and digits."""
        if not self.zh:
            return " ".join(parts)
        phrase = parts[0]
        for part in parts[1:]:
            phrase += (" " if phrase[-1].isascii() or part[0].isascii() else "") + part
        return phrase

    def none_among(self, node: Node) -> str:
        """A fact of the leaf that is none: it makes the comparison false by itself."""
        values = self.values or {}
        return next((part.name for part in walk(node) if isinstance(part, Ref) and values.get(part.name) is NONE), "")

    def term(self, node: Node, beside: Node) -> str:
        """The phrase of a term; figures take the unit of the fact they are compared with."""
        match node:
            case Named(node=below):
                return self.term(below, beside)
            case Ref(name=name):
                return self.with_value(name)
            case Const(value=value):
                return self.constant(value, beside, node.kind.scale)
            case Today():
                today = iso(self.judge.today)
                return (
                    today
                    if self.values is not None
                    else f"判定日（{today}）"
                    if self.zh
                    else f"the day judged for ({today})"
                )
            case Lookup():
                return self.lookup(node)
            case Times(term=below, shown=shown):
                phrase = self.term(below, beside)
                return f"{phrase} × {shown}" if shown else phrase
            case Sum(op=op, left=left, right=right):
                return f"{self.term(left, beside)} {'+' if op == '+' else '−'} {self.term(right, beside)}"
            case Shift():
                return self.shift(node)
        return "…"

    def shift(self, node: Shift) -> str:
        """A moved day: 投产日后 2 年, 2 years after the day."""
        count, day = abs(node.count), self.term(node.day, node.day)
        years = node.months and count % 12 == 0
        number = count // 12 if years else count
        if self.zh:
            unit = "年" if years else "个月" if node.months else "日"
            return f"{day}{'后' if node.count >= 0 else '前'} {number} {unit}"
        unit = ("year" if years else "month" if node.months else "day") + ("" if number == 1 else "s")
        return f"{number} {unit} {'after' if node.count >= 0 else 'before'} {day}"

    def constant(self, value: int, beside: Node, scale: int | None = None) -> str:
        """A literal in the words of the fact beside it."""
        kind = beside.kind
        fact = next((part.name for part in walk(beside) if isinstance(part, Ref)), "")
        if kind.name == ENUM:
            return self.judge.dictionary[fact].words(value, self.lang)
        if kind.name == DAY:
            return iso(value)
        if kind.name == NUMBER:
            return self.figure(value, kind.scale if scale is None else scale, fact)
        return f"{value:06d}"

    def figure(self, value: int, scale: int, fact: str) -> str:
        """A number as the fact beside it is shown, without idle zeros."""
        while scale > 0 and value % 10 == 0:
            value, scale = value // 10, scale - 1
        known = self.judge.dictionary[fact] if fact else None
        if known is None:
            return decimal_text(value, scale)
        if known.is_ratio:
            value, scale = value * 10 ** max(0, 2 - scale), max(2, scale)
        return known.number_words(value, scale, self.lang)

    def lookup(self, node: Lookup) -> str:
        """The title of a table, with the figure that was found."""
        table = self.judge.day.values[node.table]
        title = table.title[self.lang]
        found = self.judge.closures.evaluate(node)(self.values or {})
        if found is None:
            return title
        return f"{title}（{table.show(found)}）" if self.zh else f"{title} ({table.show(found)})"


def deciding(node: Node, is_so: Callable[[Node], Any], truth: bool) -> list[tuple[Node, bool]]:
    """The leaves that make a condition true or false, each with its own truth, in the order of the text."""
    match node:
        case Named(node=below):
            return deciding(below, is_so, truth)
        case Not(part=part):
            return deciding(part, is_so, not truth)
        case And(parts=parts) | Or(parts=parts):
            chosen = parts if isinstance(node, And) is truth else [part for part in parts if is_so(part) is truth]
            return [leaf for part in chosen for leaf in deciding(part, is_so, truth)]
    return [(node, truth)]
