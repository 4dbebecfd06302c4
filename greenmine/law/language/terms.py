"""Typing of terms: scales brought together, literals held to their fact's domain, ranges kept inside 64 bits."""

from __future__ import annotations

from greenmine.law import limits
from greenmine.law.days import read_day
from greenmine.law.dictionary import PATHS, Dictionary, Fact, decimal_text, scaled
from greenmine.law.ir import (
    A_DAY,
    BOOLEAN,
    CONDITION,
    DAY,
    DIVISION,
    ENUM,
    NUMBER,
    Const,
    Kind,
    Named,
    Ref,
    Sum,
    Term,
    Times,
    Today,
    walk,
)  # fmt: skip
from greenmine.law.problems import LanguageError

KIND_ZH = {BOOLEAN: "是否", NUMBER: "数", DAY: "日期", ENUM: "枚举", DIVISION: "行政区划"}


def kind_of(fact: Fact) -> Kind:
    """The kind of a fact's term; texts never enter an expression."""
    if fact.type == "enum":
        return Kind(ENUM, codes=fact.codes)
    if fact.type in ("decimal", "integer", "year"):
        return Kind(NUMBER, fact.scale, max(abs(fact.least or 0), abs(fact.most or 0)))
    if fact.type == "text":
        raise LanguageError(
            f"文字事实“{fact.name}”不能用于规则", f"the text fact “{fact.name}” cannot be used in a rule"
        )
    return {"boolean": CONDITION, "date": A_DAY, "division": Kind(DIVISION)}[fact.type]


def number(text: str, position: int) -> Const:
    """A number literal at the scale it was written with."""
    scale = len(text.partition(".")[2])
    value = scaled(text, scale)
    return Const(value, checked(Kind(NUMBER, scale, abs(value)), position))


def day(text: str, position: int) -> Const:
    """A day literal."""
    try:
        return Const(read_day(text), A_DAY)
    except ValueError:
        raise LanguageError(
            f"“{text}”不是 1900 至 2199 年间的日期", f"“{text}” is no day from 1900 to 2199", position
        ) from None


def checked(kind: Kind, position: int) -> Kind:
    """The kind, if every value of it stays inside a signed 64-bit integer."""
    if kind.limit > limits.LARGEST or kind.scale > limits.PRODUCT_SCALE:
        raise LanguageError("数值范围过大，无法精确计算", "the figures become too large to be exact", position)
    return kind


def at_scale(term: Term, scale: int, position: int) -> Term:
    """The same figure at a finer scale."""
    steps = scale - term.kind.scale
    if steps == 0:
        return term
    kind = checked(Kind(NUMBER, scale, term.kind.limit * 10**steps), position)
    if isinstance(term, Const):
        return Const(term.value * 10**steps, kind)
    return Times(term, 10**steps, kind)


def add(op: str, left: Term, right: Term, position: int) -> Term:
    """The sum or difference of two numbers."""
    need_numbers(left, right, position)
    scale = max(left.kind.scale, right.kind.scale)
    left, right = at_scale(left, scale, position), at_scale(right, scale, position)
    limit = left.kind.limit + right.kind.limit
    kind = checked(Kind(NUMBER, scale, limit), position)
    if isinstance(left, Const) and isinstance(right, Const):
        return Const(left.value + right.value if op == "+" else left.value - right.value, kind)
    return Sum(op, left, right, kind)


def multiply(left: Term, right: Term, position: int) -> Term:
    """A term times a literal, on either side."""
    need_numbers(left, right, position)
    if isinstance(left, Const):
        left, right = right, left
    if not isinstance(right, Const):
        raise LanguageError("只能乘以数字", "a term may only be multiplied by a literal", position)
    kind = checked(Kind(NUMBER, left.kind.scale + right.kind.scale, left.kind.limit * abs(right.value)), position)
    if isinstance(left, Const):
        return Const(left.value * right.value, kind)
    return Times(left, right.value, kind, decimal_text(right.value, right.kind.scale))


def need_numbers(left: Term, right: Term, position: int) -> None:
    """Refuse arithmetic on anything but numbers."""
    for term in (left, right):
        if term.kind.name != NUMBER:
            raise LanguageError(
                f"{KIND_ZH[term.kind.name]}不能做加减乘", f"no arithmetic on a {term.kind.name}", position
            )


def comparable(op: str, left: Term, right: Term, position: int) -> tuple[Term, Term]:
    """Both sides on one scale; LanguageError where they cannot be compared."""
    one, other = left.kind, right.kind
    if one.name == other.name == NUMBER:
        scale = max(one.scale, other.scale)
        left, right = at_scale(left, scale, position), at_scale(right, scale, position)
    elif one.name == other.name == DAY or (
        one.name == other.name and one.name in (ENUM, DIVISION) and op in ("=", "<>") and one.codes == other.codes
    ):
        pass
    else:
        zh = f"{KIND_ZH[one.name]}与{KIND_ZH[other.name]}不能用“{op}”比较"
        raise LanguageError(zh, f"a {one.name} and a {other.name} cannot be compared with {op}", position)
    if not any(
        isinstance(part, Ref | Today) or type(part).__name__ == "Lookup"
        for side in (left, right)
        for part in walk(side)
    ):
        raise LanguageError("比较的两边都是字面值", "both sides of the comparison are literals", position)
    return left, right


def hold_literal(fact: Fact, literal: Const, position: int) -> None:
    """Refuse a number outside the domain of the fact it is compared with, or finer than its scale."""
    if fact.type not in ("decimal", "integer", "year"):
        return
    shown = decimal_text(literal.value, literal.kind.scale)
    try:
        value = scaled(shown, fact.scale)
    except ValueError:
        zh = f"{shown} 的小数位多于“{fact.name}”的 {fact.scale} 位"
        raise LanguageError(zh, f"{shown} is finer than the {fact.scale} decimals of “{fact.name}”", position) from None
    if (fact.least is not None and value < fact.least) or (fact.most is not None and value > fact.most):
        zh = f"{shown} 超出“{fact.name}”的取值范围"
        raise LanguageError(zh, f"{shown} is outside the domain of “{fact.name}”", position)


def plain(term: Term) -> Term:
    """The term under a definition's name."""
    return plain(term.node) if isinstance(term, Named) else term  # type: ignore[arg-type]


def fact_called(name: str, dictionary: Dictionary, of: str, position: int) -> Fact:
    """The fact a name means to a rule about `of`; refused where the dictionary has none, or another subject's."""
    path, _, plain = name.rpartition(".")
    if name not in dictionary and plain not in dictionary:
        raise LanguageError(f"字典中没有“{name}”", f"“{name}” is not in the dictionary", position)
    subject = dictionary[plain].subject
    expected = PATHS.get(path, "") if path else of
    if subject != expected:
        right = next((p for p, s in PATHS.items() if s == subject), "")
        should = f"{right}.{plain}" if right and subject != of else plain
        raise LanguageError(
            f"“{plain}”是{subject}的事实，应写作“{should}”",
            f"“{plain}” is a fact of the {subject}: write “{should}”",
            position,
        )
    return dictionary[plain]
