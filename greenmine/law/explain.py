"""Explaining one finding (解释).

The whole tree with what each part came to, the facts with their sources, the figures with their citations, what is
missing and when it next changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from greenmine.law.bind import Bound
from greenmine.law.evaluate import evaluate_one
from greenmine.law.findings import Finding
from greenmine.law.ir import And, Compare, IsNone, Lookup, Member, Named, Node, Not, Or, Ref, walk
from greenmine.law.judge import Judge
from greenmine.law.next_change import next_change
from greenmine.law.problems import NoRuleInForce
from greenmine.law.saying import Saying
from greenmine.law.sheets import Sheet

PARTS = {
    "applies": {"zh": "适用条件", "en": "applies where"}, "require": {"zh": "要求", "en": "required"},
    "ground": {"zh": "情形", "en": "ground"}, "qualifies": {"zh": "支持条件", "en": "qualifies where"},
    "due": {"zh": "期限", "en": "due"}, "done_on": {"zh": "完成日", "en": "done on"},
}  # fmt: skip
TRUTH = {True: "T", False: "F", None: "U"}


@dataclass(frozen=True, slots=True)
class ExplainedFact:
    """A fact as it was read: JSON value (None where unknown), words, source record and mark (conflict, disputed)."""

    name: str
    label: Mapping[str, str]
    value: bool | int | str | None
    words: Mapping[str, str]
    source: Any
    mark: str


@dataclass(frozen=True, slots=True)
class ExplainedValue:
    """A figure that was read: the table, the figure (None where no row), from when, with confidence and citation."""

    id: str
    title: Mapping[str, str]
    figure: str | None
    from_on: date | None
    confidence: str
    cite: str
    source: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A part of the rule: its phrase as asked, what it came to (T, F, U; a value for terms), facts, figures, parts below."""

    zh: str
    en: str
    outcome: str
    joined: str = ""
    facts: tuple[ExplainedFact, ...] = ()
    values: tuple[ExplainedValue, ...] = ()
    children: tuple[TreeNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding with its whole reasoning."""

    finding: Finding
    tree: tuple[TreeNode, ...]
    facts: tuple[ExplainedFact, ...]
    values: tuple[ExplainedValue, ...]
    missing: tuple[str, ...]
    next_change: date | None


def explain(bound: Bound, rule_id: str, sheet: Sheet) -> Explanation:
    """Why a rule finds what it finds about a sheet; NoRuleInForce where it does not speak or does not cover the subject."""
    found = evaluate_one(bound, sheet, only=rule_id).get(rule_id)
    if found is None:
        raise NoRuleInForce(rule_id, bound.on)
    teller = _Teller(found.judge, sheet)
    tree = teller.tree()
    return Explanation(
        found,
        tree,
        teller.facts(found.judge.mentioned),
        teller.all_values(),
        found.missing,
        next_change(bound, rule_id, sheet),
    )


class _Teller:
    """Builds the tree of one judge over one sheet."""

    def __init__(self, judge: Judge, sheet: Sheet) -> None:
        self.judge, self.sheet, self.values = judge, sheet, sheet.values
        self.zh, self.en = Saying(judge, "zh"), Saying(judge, "en")

    def tree(self) -> tuple[TreeNode, ...]:
        judge, rule = self.judge, self.judge.rule
        parts: list[TreeNode] = []
        if rule.applies is not None:
            parts.append(self.part("applies", judge.applies))
        if rule.body is not None:
            parts.append(self.part(rule.body_key, judge.body))
        if judge.due is not None:
            parts.append(self.term_part("due", judge.due))
            parts.append(self.done())
        return tuple(parts)

    def part(self, key: str, node: Node) -> TreeNode:
        title = PARTS[key]
        return TreeNode(title["zh"], title["en"], self.truth(node), key, children=(self.node(node),))

    def term_part(self, key: str, node: Node) -> TreeNode:
        title = PARTS[key]
        value = self.judge.due_day(self.values, [])
        shown = "U" if value is None else date.fromordinal(value).isoformat() if isinstance(value, int) else "none"
        below = TreeNode(
            self.zh.term(node, node), self.en.term(node, node), shown, facts=self.read(node), values=self.figures(node)
        )
        return TreeNode(title["zh"], title["en"], shown, key, children=(below,))

    def done(self) -> TreeNode:
        title, facts = PARTS["done_on"], self.facts((self.judge.done,))
        shown = facts[0].value
        return TreeNode(title["zh"], title["en"], "U" if shown is None else str(shown), "done_on", facts=facts)

    def truth(self, node: Node) -> str:
        return TRUTH[self.judge.closures.evaluate(node)(self.values)]

    def node(self, node: Node) -> TreeNode:
        match node:
            case Named(node=below) if isinstance(below, And | Or | Not | Compare | Member | IsNone | Named | Ref):
                return self.node(below)
            case And(parts=parts) | Or(parts=parts):
                both = isinstance(node, And)
                zh, en = ("以下全部", "all of these") if both else ("以下任一", "any of these")
                return TreeNode(
                    zh, en, self.truth(node), "and" if both else "or", children=tuple(self.node(part) for part in parts)
                )
            case Not(part=part):
                inner: Node = part
                while isinstance(inner, Named):
                    inner = inner.node
                if isinstance(inner, And | Or):
                    return TreeNode(
                        "以下不成立", "this does not hold", self.truth(node), "not", children=(self.node(inner),)
                    )
        return TreeNode(
            self.zh.condition(node),
            self.en.condition(node),
            self.truth(node),
            facts=self.read(node),
            values=self.figures(node),
        )

    def read(self, node: Node) -> tuple[ExplainedFact, ...]:
        return self.facts(tuple(sorted({part.name for part in walk(node) if isinstance(part, Ref)})))

    def facts(self, names: tuple[str, ...]) -> tuple[ExplainedFact, ...]:
        told = []
        for name in names:
            fact, value = self.judge.dictionary[name], self.values.get(name)
            words = {"zh": fact.words(value, "zh"), "en": fact.words(value, "en")}
            label = {"zh": self.zh.label(name), "en": self.en.label(name)}
            told.append(
                ExplainedFact(
                    name, label, fact.show(value), words, self.sheet.sources.get(name), self.sheet.marks.get(name, "")
                )
            )
        return tuple(told)

    def figures(self, node: Node) -> tuple[ExplainedValue, ...]:
        lookups = dict.fromkeys(part for part in walk(node) if isinstance(part, Lookup))
        return tuple(self.figure(lookup) for lookup in lookups)

    def figure(self, lookup: Lookup) -> ExplainedValue:
        table = self.judge.day.values[lookup.table]
        version = table.on(self.judge.day.on)
        keys: tuple[Any, ...] = tuple(self.values.get(key.name) for key in lookup.keys)
        row = version.rows.get(keys) if version else None
        return ExplainedValue(
            table.id, table.title, table.show(row.value) if row else None, version.from_on if version else None,
            row.confidence if row else "?", version.cite if version else "", version.source if version else {},
        )  # fmt: skip

    def all_values(self) -> tuple[ExplainedValue, ...]:
        nodes = (self.judge.applies, *self.judge.rest)
        return tuple({figure.id: figure for node in nodes for figure in self.figures(node)}.values())
