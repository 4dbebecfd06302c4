"""Recursive-descent reader: tokens to the intermediate form, default deny.

condition = both OR … · both = one AND … · one = NOT one | ( condition ) | comparison · comparison = sum [op sum | IN | BETWEEN | IS NONE]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from greenmine.law import limits
from greenmine.law.dictionary import DIVISION_DIGITS, Dictionary
from greenmine.law.ir import (
    A_DAY,
    BOOLEAN,
    DAY,
    DIVISION,
    ENUM,
    NUMBER,
    And,
    Compare,
    Condition,
    Const,
    IsNone,
    Kind,
    Lookup,
    Member,
    Named,
    Node,
    Not,
    Or,
    Ref,
    Shift,
    Term,
    Today,
)  # fmt: skip
from greenmine.law.language import terms
from greenmine.law.language.negation import check_negations
from greenmine.law.language.tokens import Token, tokens
from greenmine.law.problems import LanguageError
from greenmine.law.values import Value

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
UNITS = {"DAY": 1, "DAYS": 1, "MONTH": 1, "MONTHS": 1, "YEAR": 12, "YEARS": 12}


@dataclass
class Scope:
    """What names mean in a pack: the dictionary, the values, the definitions and the subject whose facts need no path."""

    dictionary: Dictionary
    values: Mapping[str, Value]
    definitions: Mapping[str, str] = field(default_factory=dict)
    subject: str = "mine"
    reading: tuple[str, ...] = ()
    sizes: dict[str, int] = field(default_factory=dict)
    known: dict[str, Node] = field(default_factory=dict)

    def definition(self, name: str, position: int) -> tuple[Node, int]:
        """The expansion of a definition and its size in nodes; cycles and deep chains are refused."""
        if name in self.reading:
            raise LanguageError(f"定义“{name}”循环引用", f"definition “{name}” refers to itself", position)
        if len(self.reading) >= limits.DEFINITION_DEPTH:
            raise LanguageError(
                f"定义嵌套超过 {limits.DEFINITION_DEPTH} 层",
                f"definitions nested deeper than {limits.DEFINITION_DEPTH}",
                position,
            )
        if name not in self.known:
            inner = Scope(
                self.dictionary,
                self.values,
                self.definitions,
                self.subject,
                (*self.reading, name),
                self.sizes,
                self.known,
            )
            self.known[name], self.sizes[name] = _Reader(self.definitions[name], inner).whole()
        return self.known[name], self.sizes[name]


def read_expression(text: str, scope: Scope) -> Node:
    """A condition or a term; LanguageError with the character where reading stopped."""
    node, _ = _Reader(text, scope).whole()
    if node.kind.name == BOOLEAN:
        check_negations(node)
    return node


def read_condition(text: str, scope: Scope) -> Condition:
    """An expression that is true, false or unknown."""
    node = read_expression(text, scope)
    if node.kind.name != BOOLEAN:
        raise LanguageError("应为条件（真假）", "a condition is expected", 1)
    return node  # type: ignore[return-value]


def read_term(text: str, scope: Scope) -> Term:
    """An expression with a value."""
    node = read_expression(text, scope)
    if node.kind.name == BOOLEAN:
        raise LanguageError("应为数值或日期", "a value is expected", 1)
    return node  # type: ignore[return-value]


def read_day(text: str, scope: Scope) -> Term:
    """An expression whose value is a day."""
    node = read_expression(text, scope)
    if node.kind.name != DAY:
        raise LanguageError("应为日期", "a day is expected", 1)
    return node  # type: ignore[return-value]


class _Reader:
    """Reads one expression; `size` counts nodes with definitions expanded, before any is built."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.scope = scope
        self.tokens = tokens(text)
        self.at = 0
        self.size = 0

    def whole(self) -> tuple[Node, int]:
        node = self.either()
        if self.token.sort != "end":
            raise self.unexpected()
        return node, self.size

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def unexpected(self) -> LanguageError:
        token = self.token
        if token.sort == "end":
            return LanguageError("表达式不完整", "the expression is not complete", token.position)
        return LanguageError(f"此处不应出现“{token.text}”", f"“{token.text}” is not expected here", token.position)

    def take(self, *texts: str) -> Token | None:
        """The next token if it is one of these keywords or signs."""
        token = self.token
        if token.sort in ("keyword", "sign") and token.text in texts:
            self.at += 1
            return token
        return None

    def need(self, text: str) -> Token:
        token = self.take(text)
        if token is None:
            raise self.unexpected()
        return token

    def need_sort(self, sort: str) -> Token:
        token = self.token
        if token.sort != sort:
            raise self.unexpected()
        self.at += 1
        return token

    def count(self, nodes: int = 1) -> None:
        self.size += nodes
        if self.size > limits.NODES:
            raise LanguageError(
                f"条件过大（展开定义后超过 {limits.NODES} 个节点）",
                f"the condition is too large (over {limits.NODES} nodes, definitions expanded)",
                self.token.position,
            )

    def condition(self, node: Node, position: int) -> Condition:
        if node.kind.name != BOOLEAN:
            raise LanguageError("此处应为条件（真假）", "a condition is expected here", position)
        return node  # type: ignore[return-value]

    def term(self, node: Node, position: int) -> Term:
        if node.kind.name == BOOLEAN:
            raise LanguageError("此处应为数值、日期或枚举", "a value is expected here", position)
        return node  # type: ignore[return-value]

    def either(self) -> Node:
        return self.joined("OR", Or, self.both)

    def both(self) -> Node:
        return self.joined("AND", And, self.one)

    def joined(self, word: str, make: type[And | Or], part: object) -> Node:
        position = self.token.position
        first: Node = part()  # type: ignore[operator]
        if not self.take(word):
            return first
        self.count()
        parts = [self.condition(first, position)]
        while True:
            position = self.token.position
            parts.append(self.condition(part(), position))  # type: ignore[operator]
            if not self.take(word):
                return make(tuple(parts))

    def one(self) -> Node:
        refusals = 0
        position = self.token.position
        while self.take("NOT"):
            refusals += 1
            self.count()
            if refusals > limits.NOT_CHAIN:
                raise LanguageError("连续的 NOT 过多", "too many NOT in a row", position)
        node = self.comparison()
        for _ in range(refusals):
            node = Not(self.condition(node, position))
        return node

    def comparison(self) -> Node:
        position = self.token.position
        left = self.sum()
        token = self.take(*COMPARISONS)
        if token:
            return self.compare(token.text, self.term(left, position), token.position)
        if self.take("IS"):
            negated = bool(self.take("NOT"))
            self.need("NONE")
            return self.is_none(left, negated, position)
        negated = bool(self.take("NOT"))
        if self.take("IN"):
            node: Condition = self.member(self.term(left, position), position)
        elif self.take("BETWEEN"):
            node = self.between(self.term(left, position), position)
        elif negated:
            raise self.unexpected()
        else:
            return left
        return Not(node) if negated else node

    def compare(self, op: str, left: Term, position: int) -> Condition:
        right = self.against(left)
        return self.comparing(op, left, right, position)

    def comparing(self, op: str, left: Term, right: Term, position: int) -> Condition:
        self.count()
        self.hold(left, right, position)
        self.hold(right, left, position)
        left, right = terms.comparable(op, left, right, position)
        return Compare(op, left, right)

    def hold(self, one: Term, other: Term, position: int) -> None:
        one = terms.plain(one)
        if isinstance(one, Ref) and isinstance(other, Const):
            terms.hold_literal(self.scope.dictionary[one.name], other, position)

    def against(self, left: Term) -> Term:
        """What stands right of a comparison: a quoted code where the left side is an enum, else a term."""
        token = self.token
        if token.sort == "quoted":
            self.at += 1
            self.count()
            return Const(self.code(left.kind, token), left.kind)
        return self.term(self.sum(), token.position)

    def code(self, kind: Kind, token: Token) -> int:
        if kind.name == ENUM and token.text in kind.codes:
            return kind.codes.index(token.text)
        if (
            kind.name == DIVISION
            and len(token.text) == DIVISION_DIGITS
            and token.text.isascii()
            and token.text.isdigit()
        ):
            return int(token.text)
        allowed = " | ".join(kind.codes[:8])
        if kind.name == ENUM:
            raise LanguageError(
                f"“{token.text}”不在取值范围（{allowed}）",
                f"“{token.text}” is not in the domain ({allowed})",
                token.position,
            )
        raise LanguageError(
            f"此处不能用引号文字“{token.text}”", f"the quoted “{token.text}” does not fit here", token.position
        )

    def is_none(self, left: Node, negated: bool, position: int) -> Condition:
        self.count()
        if not isinstance(left, Ref) or not left.may_be_none:
            zh = "IS NONE 只用于可为 none 的事实（枚举用 = 'none'）"
            raise LanguageError(zh, "IS NONE is for facts that may be none (for an enum write = 'none')", position)
        return Not(IsNone(left)) if negated else IsNone(left)

    def member(self, left: Term, position: int) -> Condition:
        self.need("(")
        constants = [self.literal(left, position)]
        while self.take(","):
            constants.append(self.literal(left, position))
            if len(constants) > limits.IN_LIST:
                raise LanguageError(
                    f"IN 列表超过 {limits.IN_LIST} 项", f"more than {limits.IN_LIST} items in the list", position
                )
        self.need(")")
        self.count()
        if left.kind.name == NUMBER:
            scale = max(left.kind.scale, *(constant.kind.scale for constant in constants))
            left = terms.at_scale(left, scale, position)
            constants = [terms.at_scale(constant, scale, position) for constant in constants]  # type: ignore[misc]
        return Member(left, tuple(sorted({constant.value for constant in constants})))

    def literal(self, left: Term, position: int) -> Const:
        token = self.token
        self.count()
        if token.sort == "quoted":
            self.at += 1
            return Const(self.code(left.kind, token), left.kind)
        found = self.constant()
        if found is None or found.kind.name != left.kind.name:
            raise (
                self.unexpected()
                if found is None
                else LanguageError("列表中的值类型不符", "an item of the list has another type", token.position)
            )
        self.hold(left, found, position)
        return found

    def between(self, left: Term, position: int) -> Condition:
        low = self.against(left)
        self.need("AND")
        high = self.against(left)
        self.count()
        return And((self.comparing(">=", left, low, position), self.comparing("<=", left, high, position)))

    def sum(self) -> Node:
        position = self.token.position
        node = self.product()
        periods = 0
        while token := self.take("+", "-"):
            left = self.term(node, position)
            self.count()
            if left.kind.name == DAY:
                periods += 1
                node = self.shift(left, token, periods)
            else:
                node = terms.add(token.text, left, self.term(self.product(), token.position), token.position)
        return node

    def shift(self, left: Term, sign: Token, periods: int) -> Term:
        if periods > limits.PERIODS_ON_A_DAY or (isinstance(terms.plain(left), Shift) and periods == 1):
            raise LanguageError(
                f"一个日期最多加减 {limits.PERIODS_ON_A_DAY} 次",
                f"a day is moved at most {limits.PERIODS_ON_A_DAY} times",
                sign.position,
            )
        number = self.need_sort("number")
        unit = self.take(*UNITS)
        if unit is None or not number.text.isdigit():
            raise LanguageError(
                "日期后应写“+ 2 YEARS”这样的期间", "after a day write a period like + 2 YEARS", number.position
            )
        months = not unit.text.startswith("DAY")
        count = int(number.text) * UNITS[unit.text]
        if count > (limits.MONTHS if months else limits.DAYS):
            raise LanguageError("期间超过一百年", "a period of more than a hundred years", number.position)
        return Shift(left, count if sign.text == "+" else -count, months)

    def product(self) -> Node:
        position = self.token.position
        node = self.atom()
        while token := self.take("*"):
            self.count()
            node = terms.multiply(self.term(node, position), self.term(self.atom(), token.position), token.position)
        return node

    def atom(self) -> Node:
        self.count()
        constant = self.constant()
        if constant is not None:
            return constant
        token = self.token
        if self.take("("):
            node = self.either()
            self.need(")")
            return node
        if token.sort == "today":
            self.at += 1
            return Today()
        if token.sort == "name":
            self.at += 1
            return self.lookup(token) if token.text == "value" and self.token.text == "(" else self.named(token)
        raise self.unexpected()

    def constant(self) -> Const | None:
        """A number or day literal, where one stands."""
        token = self.token
        if token.sort == "number":
            self.at += 1
            return terms.number(token.text, token.position)
        follows = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if token.sort == "sign" and token.text == "-" and follows.sort == "number":
            self.at += 2
            return terms.number("-" + follows.text, token.position)
        if token.sort == "keyword" and token.text == "DATE" and follows.sort == "quoted":
            self.at += 2
            return terms.day(follows.text, follows.position)
        return None

    def named(self, token: Token) -> Node:
        name = token.text
        if name in self.scope.definitions:
            node, size = self.scope.definition(name, token.position)
            self.count(size)
            return Named(name, node, node.kind)
        fact = terms.fact_called(name, self.scope.dictionary, self.scope.subject, token.position)
        try:
            kind = terms.kind_of(fact)
        except LanguageError as error:
            raise LanguageError(error.zh, error.en, token.position) from None
        return Ref(name, kind, fact.may_be_none)

    def lookup(self, token: Token) -> Term:
        self.need("(")
        name = self.need_sort("quoted")
        value = self.scope.values.get(name.text)
        if value is None:
            raise LanguageError(f"没有参数“{name.text}”", f"there is no value “{name.text}”", name.position)
        keys: list[Ref] = []
        while self.take(","):
            key = self.need_sort("name")
            self.count()
            node = self.named(key)
            if not isinstance(node, Ref):
                raise LanguageError("查表键应为事实", "a key must be a fact", key.position)
            keys.append(node)
        self.need(")")
        if tuple(key.name.rpartition(".")[2] for key in keys) != value.keys:
            asked = ", ".join(value.keys) or "—"
            raise LanguageError(
                f"“{value.id}”的键应为 {asked}", f"the keys of “{value.id}” are {asked}", token.position
            )
        kind = A_DAY if value.type == "date" else Kind(NUMBER, value.scale, max(abs(value.least), abs(value.most)))
        return Lookup(value.id, tuple(keys), kind)


__all__ = ["Scope", "read_condition", "read_day", "read_expression", "read_term"]
