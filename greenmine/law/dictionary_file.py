"""Reading `rulebook/facts.yaml` into a Dictionary; every wrong entry is named with its line."""

from __future__ import annotations

from collections.abc import Mapping

from greenmine.law import limits
from greenmine.law.days import FIRST_DAY, LAST_DAY
from greenmine.law.dictionary import NUMBERS, SUBJECTS, TYPES, Dictionary, Fact, scaled
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map, load

KEYS = ("name", "label", "type", "unit", "unit_words", "scale", "min", "max", "domain", "may_be_none", "subject", "stated_by", "kept_by",
        "event_on", "fold", "evidence", "help", "headings", "synonyms")  # fmt: skip
NEEDED = ("name", "label", "type", "subject")
FOLDS = ("latest_closed_year", "min", "max", "sum", "mean", "any", "all", "count", "earliest_open")
RESERVED = {"and", "or", "not", "in", "is", "none", "between", "date", "day", "days", "month", "months", "year", "years",
            "value", "true", "false"}  # fmt: skip


def load_dictionary(text: str, *, file: str = "") -> Dictionary:
    """The dictionary of a file's text; RulebookError lists every problem with its line."""
    shape = Shape(file)
    facts: dict[str, Fact] = {}
    for entry in shape.entries(load(text, file=file)):
        fact = _fact(shape, entry)
        if fact.name in facts:
            shape.refuse(
                f"事实“{fact.name}”重复（首次在第 {facts[fact.name].line} 行）",
                f"fact “{fact.name}” appears twice",
                entry.line,
            )
        facts[fact.name] = fact
    _check_event_days(shape, facts)
    shape.raise_if_any()
    return Dictionary(facts)


def _fact(shape: Shape, entry: Map) -> Fact:
    shape.known_keys(entry, KEYS, NEEDED)
    name = shape.text(entry, "name")
    if not limits.NAME.fullmatch(name) or len(name) > limits.NAME_LENGTH or name in RESERVED:
        shape.refuse(
            f"事实名“{name}”不合规（小写字母、数字、单个下划线）", f"“{name}” is no fact name", entry.line_of("name")
        )
    kind = shape.choice(entry, "type", TYPES, "text")
    scale = shape.whole(entry, "scale", 0) or 0
    if (scale and kind != "decimal") or not 0 <= scale <= limits.SCALE:
        shape.refuse(
            f"“{name}”：只有 decimal 可有 scale（0–8）",
            f"“{name}”: scale (0–8) is for decimals",
            entry.line_of("scale"),
        )
    least, most = _bounds(shape, entry, kind, scale)
    domain = _domain(shape, entry, kind)
    may_be_none = shape.yes_no(entry, "may_be_none")
    if may_be_none and kind not in ("date", "decimal", "integer"):
        shape.refuse(
            f"“{name}”：只有日期和数可为 none；枚举把 none 列为取值",
            f"“{name}”: only dates and numbers may be none",
            entry.line_of("may_be_none"),
        )
    return Fact(
        name=name, type=kind, subject=shape.choice(entry, "subject", SUBJECTS, "mine"), label=shape.words(entry, "label"),
        unit=shape.text(entry, "unit"), unit_words=shape.words(entry, "unit_words", needed=False), scale=scale, least=least, most=most, domain=domain, may_be_none=may_be_none,
        stated_by=shape.texts(entry, "stated_by"), kept_by=shape.choice(entry, "kept_by", ("party", "system"), "party"),
        event_on=shape.text(entry, "event_on"), fold=_fold(shape, entry), evidence=shape.words(entry, "evidence", needed=False),
        help=shape.words(entry, "help", needed=False), headings=shape.texts(entry, "headings"),
        synonyms=_synonyms(shape, entry, domain), codes=tuple(domain), line=entry.line,
    )  # fmt: skip


def _bounds(shape: Shape, entry: Map, kind: str, scale: int) -> tuple[int | None, int | None]:
    if kind == "date":
        return FIRST_DAY, LAST_DAY
    if kind == "division":
        return 0, 999_999
    if kind not in NUMBERS:
        for key in ("min", "max"):
            if key in entry:
                shape.refuse(f"“{key}”只用于数", f"“{key}” is for numbers", entry.line_of(key))
        return None, None
    defaults = {"min": "1900" if kind == "year" else "0", "max": "2199" if kind == "year" else ""}
    bounds: list[int] = []
    for key, default in defaults.items():
        try:
            bounds.append(scaled(shape.text(entry, key, default), scale))
        except ValueError:
            shape.refuse(
                f"数必须有“{key}”，且不超过 {scale} 位小数",
                f"a number needs “{key}” with at most {scale} decimals",
                entry.line_of(key),
            )
            bounds.append(0)
    if bounds[0] > bounds[1] or max(abs(bound) for bound in bounds) > limits.LARGEST // 1000:
        shape.refuse("min 与 max 颠倒或过大", "min and max are reversed or too large", entry.line_of("max"))
    return bounds[0], bounds[1]


def _domain(shape: Shape, entry: Map, kind: str) -> dict[str, Mapping[str, str]]:
    if kind != "enum":
        if "domain" in entry:
            shape.refuse("只有 enum 有 domain", "only an enum has a domain", entry.line_of("domain"))
        return {}
    domain = entry.get("domain")
    if not isinstance(domain, Map) or not domain:
        shape.refuse("enum 必须有 domain", "an enum needs a domain", entry.line_of("domain"))
        return {}
    for code in domain:
        if not limits.NAME.fullmatch(code):
            shape.refuse(f"取值代码“{code}”不合规", f"“{code}” is no code", domain.line_of(code))
    return {code: shape.words(domain, code) for code in domain}


def _fold(shape: Shape, entry: Map) -> dict[str, str]:
    fold = entry.get("fold")
    if fold is None:
        return {}
    if not isinstance(fold, Map):
        shape.refuse("fold 应为 {record, field, by}", "fold must be {record, field, by}", entry.line_of("fold"))
        return {}
    shape.known_keys(fold, ("record", "field", "by"), ("record", "by"))
    by = shape.text(fold, "by")
    if by not in FOLDS and not (by.startswith("year(-") and by.endswith(")") and by[6:-1].isdigit()):
        shape.refuse(f"不认识的汇总方式“{by}”", f"unknown fold “{by}”", fold.line_of("by"))
    return {key: shape.text(fold, key) for key in fold}


def _synonyms(shape: Shape, entry: Map, domain: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    synonyms = entry.get("synonyms")
    if synonyms is None:
        return {}
    if not isinstance(synonyms, Map):
        shape.refuse("synonyms 应为 {代码: [词]}", "synonyms must be {code: [words]}", entry.line_of("synonyms"))
        return {}
    for code in synonyms:
        if code not in domain and entry.get("type") == "enum":
            shape.refuse(f"synonyms 中的“{code}”不在 domain", f"“{code}” is not in the domain", synonyms.line_of(code))
    return {code: shape.texts(synonyms, code) for code in synonyms}


def _check_event_days(shape: Shape, facts: Mapping[str, Fact]) -> None:
    for fact in facts.values():
        if fact.event_on and (fact.event_on not in facts or facts[fact.event_on].type != "date"):
            shape.refuse(
                f"“{fact.name}”的 event_on“{fact.event_on}”不是日期事实",
                f"“{fact.name}”: event_on “{fact.event_on}” is no date fact",
                fact.line,
            )
