"""What changes between two sets (指标表差异): items added, dropped and changed, and the totals and marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from greenmine.law.indicators import Indicator, Precondition, Standard
from greenmine.law.indicators.points import said

FIELDS: dict[str, dict[str, str]] = {
    "name": {"zh": "名称", "en": "name"},
    "kind": {"zh": "类型", "en": "kind"},
    "points": {"zh": "分值", "en": "points"},
    "scale": {"zh": "评分标准", "en": "scale"},
    "pass_at": {"zh": "底线分", "en": "pass"},
    "applies": {"zh": "适用范围", "en": "applies to"},
    "evidence": {"zh": "佐证", "en": "evidence"},
    "checked": {"zh": "核查方式", "en": "checked"},
    "check": {"zh": "核验条件", "en": "condition"},
    "provisions": {"zh": "依据", "en": "citation"},
    "category": {"zh": "所属二级指标", "en": "category"},
    "help": {"zh": "填报说明", "en": "help"},
    "typical": {"zh": "常见问题", "en": "typical shortcomings"},
    "may_not_apply": {"zh": "可说明不适用", "en": "may not apply"},
    "alternative": {"zh": "变体组", "en": "variant"},
}
STATUSES: dict[str, dict[str, str]] = {
    "official": {"zh": "正式", "en": "official"},
    "structure_only": {"zh": "仅结构", "en": "structure only"},
    "demonstration": {"zh": "演示", "en": "demonstration"},
    "local": {"zh": "地方自定", "en": "local"},
}
Item = Indicator | Precondition
UNKNOWN = {"zh": "未知", "en": "unknown"}


@dataclass(frozen=True, slots=True)
class Changed:
    """One item that is in both sets and not the same: which fields."""

    before: Item
    after: Item
    fields: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs."""

    head: tuple[tuple[dict[str, str], Any, Any], ...]
    added: tuple[Item, ...]
    dropped: tuple[Item, ...]
    changed: tuple[Changed, ...]
    same: int

    @property
    def is_nothing(self) -> bool:
        """Whether the two say the same."""
        return not (self.head or self.added or self.dropped or self.changed)


def difference(before: Standard, after: Standard) -> Difference:
    """What changes from one set to another, item by item."""
    old, new = _items(before), _items(after)
    both = [(old[name], new[name]) for name in new if name in old]
    changed = [Changed(one, two, fields) for one, two in both if (fields := _fields(one, two))]
    return Difference(
        tuple(_head(before, after)),
        tuple(item for name, item in new.items() if name not in old),
        tuple(item for name, item in old.items() if name not in new),
        tuple(changed),
        len(both) - len(changed),
    )


def parts(standard: Standard) -> tuple[Item, ...]:
    """Preconditions and indicators, in the order of the text."""
    told: tuple[Item, ...] = standard.preconditions or ()
    return (*told, *standard.indicators)


def _items(standard: Standard) -> dict[str, Item]:
    return {item.id: item for item in parts(standard)}


def _fields(one: Item, two: Item) -> tuple[dict[str, str], ...]:
    if type(one) is not type(two):
        return (FIELDS["kind"],)
    return tuple(words for name, words in FIELDS.items() if getattr(one, name, None) != getattr(two, name, None))


def _head(before: Standard, after: Standard) -> list[tuple[dict[str, str], Any, Any]]:
    rows = [
        ({"zh": "总分", "en": "points"}, before.points, after.points),
        ({"zh": "达标总分", "en": "pass mark"}, before.pass_marks.total, after.pass_marks.total),
        (
            {"zh": "各一级最低得分率", "en": "least share"},
            before.pass_marks.dimension_ratio,
            after.pass_marks.dimension_ratio,
        ),
        ({"zh": "施行日", "en": "in force from"}, before.in_force[0], after.in_force[0]),
        ({"zh": "适用地区", "en": "territory"}, before.territory, after.territory),
        ({"zh": "性质", "en": "status"}, STATUSES[before.status], STATUSES[after.status]),
    ]
    return [(words, _shown(one), _shown(two)) for words, one, two in rows if one != two]


def _shown(value: Any) -> Any:
    if value is None or isinstance(value, dict):
        return value or UNKNOWN
    if isinstance(value, int):
        return said(value)
    return str(float(value)) if hasattr(value, "numerator") else str(value)
