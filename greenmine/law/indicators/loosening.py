"""Loosening (放宽): whether a changed part asks less than the part it replaces.

What can be compared is compared exactly; where only the words differ, nothing is proven and the change says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from greenmine.law.dictionary import Dictionary
from greenmine.law.indicators.points import said
from greenmine.law.indicators.scales import by_fact
from greenmine.law.indicators.standard import (
    Applies,
    Check,
    EvidenceNeed,
    Indicator,
    Measured,
    PassMarks,
    Precondition,
    Range,
    Scale,
    Standard,
    UnknownScale,
    YesNo,
)
from greenmine.law.ir import And, Compare, Const, Member, Named, Node, Not, Or, Ref

Said = tuple[str, str]
FACETS = {
    "minerals": ("行业", "industries"), "methods": ("开采方式", "methods"), "scales": ("规模", "scales"),
    "regions": ("地区", "regions"), "climates": ("气候区", "climates"),
}  # fmt: skip


def implies(new: Node, old: Node) -> bool:
    """Whether the new condition can be seen to hold only where the old one holds; False where it cannot be seen."""
    new, old = _bare(new), _bare(old)
    if new == old:
        return True
    if isinstance(old, And):
        return all(implies(new, part) for part in old.parts)
    if isinstance(new, Or):
        return all(implies(part, old) for part in new.parts)
    if isinstance(new, And) and any(implies(part, old) for part in new.parts):
        return True
    if isinstance(old, Or):
        return any(implies(new, part) for part in old.parts)
    if isinstance(new, Not) and isinstance(old, Not):
        return implies(old.part, new.part)
    return _leaf_implies(new, old)


def _bare(node: Node) -> Node:
    while isinstance(node, Named):
        node = node.node
    return node


def _leaf_implies(new: Node, old: Node) -> bool:
    if isinstance(new, Member) and isinstance(old, Member):
        return new.term == old.term and set(new.values) <= set(old.values)
    if not isinstance(new, Compare) or not isinstance(old, Compare):
        return False
    if isinstance(new.left, Ref) and isinstance(new.right, Const) and new.op == "=" and isinstance(old.right, Const):
        return new.left == old.left and old.op == "=" and new.right == old.right
    if not isinstance(new.right, Const) or not isinstance(old.right, Const) or new.left != old.left:
        return False
    if (new.right.kind.name, new.right.kind.scale) != (old.right.kind.name, old.right.kind.scale):
        return False
    return _edge_implies(new.op, new.right.value, old.op, old.right.value)


def _edge_implies(new: str, new_edge: int, old: str, old_edge: int) -> bool:
    """Thresholds on the same term at the same scale."""
    if new in (">=", ">") and old in (">=", ">"):
        return new_edge > old_edge or (new_edge == old_edge and (new == ">" or old == ">="))
    if new in ("<=", "<") and old in ("<=", "<"):
        return new_edge < old_edge or (new_edge == old_edge and (new == "<" or old == "<="))
    return False


def of_check(new: Check | None, old: Check | None) -> Iterator[Said]:
    """A check that is gone or cannot be seen to ask as much."""
    if old is None:
        return
    if new is None:
        yield "取消了事实校验", "the check by facts is gone"
    elif not implies(new.node, old.node):
        yield f"校验条件未见更严：{new.text}", f"the check is not seen to ask as much: {new.text}"


def of_applies(new: Applies, old: Applies) -> Iterator[Said]:
    """Fewer mines than before: an exemption."""
    for facet, (zh, en) in FACETS.items():
        now, then = set(getattr(new, facet)), set(getattr(old, facet))
        if now and (not then or not then <= now):
            yield f"适用的{zh}变少", f"it applies to fewer {en}"
    if new.when is not None and not (old.when is not None and implies(old.when.node, new.when.node)):
        yield f"适用条件收窄：{new.when.text}", f"it applies under a narrower condition: {new.when.text}"


def of_evidence(new: tuple[EvidenceNeed, ...], old: tuple[EvidenceNeed, ...]) -> Iterator[Said]:
    """Evidence no longer asked for, of more kinds, or good for longer."""
    now = {need.id: need for need in new}
    for need in old:
        kept = now.get(need.id)
        if kept is None:
            yield f"不再要求佐证“{need.id}”", f"evidence “{need.id}” is no longer asked for"
            continue
        if need.kinds and (not kept.kinds or not set(kept.kinds) <= set(need.kinds)):
            yield f"佐证“{need.id}”可用更多种类", f"evidence “{need.id}” may be of more kinds"
        if need.valid_months is not None and (kept.valid_months is None or kept.valid_months > need.valid_months):
            yield f"佐证“{need.id}”有效期变长", f"evidence “{need.id}” is good for longer"


def of_scale(new: Scale, old: Scale, dictionary: Dictionary) -> Iterator[Said]:
    """A scale that gives more for the same, or leaves to a person what facts decided."""
    if isinstance(old, UnknownScale) or new == old:
        return
    if isinstance(old, YesNo):
        yield from of_check(new.check if isinstance(new, YesNo) else None, old.check)
    elif isinstance(old, Measured):
        if not isinstance(new, Measured) or new.fact != old.fact:
            yield "不再由同一事实计分", "it is no longer measured by the same fact"
        elif _gives_more(new, old, dictionary):
            yield "同一数值得分更高", "the same figure gives more points"
    elif isinstance(new, UnknownScale):
        yield "评分标准变为未知", "the scale becomes unknown"


def _gives_more(new: Measured, old: Measured, dictionary: Dictionary) -> bool:
    """Compared at every edge of both and beside it: between edges nothing changes."""
    fact = dictionary[new.fact]
    edges = {edge for scale in (new, old) for band in scale.bands for edge in band.values}
    ends = {end for end in (fact.least, fact.most) if end is not None}
    tried = {edge + step for edge in edges for step in (-1, 0, 1)} | ends
    if any(by_fact(new, value) > by_fact(old, value) for value in tried):  # type: ignore[operator]
        return True
    return old.when_none is not None and (new.when_none is None or new.when_none > old.when_none)


def of_indicator(new: Indicator, old: Indicator, dictionary: Dictionary) -> Iterator[Said]:
    """Every way in which an indicator asks less than before."""
    if old.kind == "binding" and new.kind != "binding":
        yield "约束性指标变为提升性指标", "a binding indicator becomes an improvement indicator"
    if old.points is not None and (new.points is None or new.points < old.points):
        yield "分值降低", "it carries fewer points"
    if old.pass_at is not None and (new.pass_at is None or new.pass_at < old.pass_at):
        yield "底线降低", "its bottom line is lower"
    if new.may_not_apply and not old.may_not_apply:
        yield "允许主张不适用", "it may now be claimed not to apply"
    if new.checked not in (old.checked, "both"):
        yield "核查方式减少", "it is checked in fewer ways"
    if (new.dimension, new.category) != (old.dimension, old.category):
        yield "移到另一分类", "it moves to another category"
    yield from of_scale(new.scale, old.scale, dictionary)
    yield from of_applies(new.applies, old.applies)
    yield from of_evidence(new.evidence, old.evidence)


def is_proven(new: Indicator, old: Indicator) -> bool:
    """Whether the comparison covers all that changed: descriptions of levels and steps cannot be compared."""
    if new.scale == old.scale:
        return True
    if isinstance(new.scale, Measured) and isinstance(old.scale, Measured):
        return True
    return isinstance(new.scale, YesNo) and isinstance(old.scale, YesNo | UnknownScale | Range)


def of_precondition(new: Precondition, old: Precondition) -> Iterator[Said]:
    """Every way in which a precondition asks less than before."""
    yield from of_check(new.check, old.check)
    if new.may_not_apply and not old.may_not_apply:
        yield "允许主张不适用", "it may now be claimed not to apply"
    yield from of_applies(new.applies, old.applies)
    yield from of_evidence(new.evidence, old.evidence)


def of_marks(new: PassMarks, old: PassMarks) -> Iterator[Said]:
    """A lower dimension mark, or binding indicators that no longer all count; the total is compared as a share."""
    if old.dimension_ratio is not None and (new.dimension_ratio or Fraction(0)) < old.dimension_ratio:
        yield "分项达标线降低", "the mark of each dimension is lower"
    if old.binding_all and not new.binding_all:
        yield "约束性指标不再须全部达到", "binding indicators need no longer all be met"


def of_whole(new: Standard, old: Standard) -> Iterator[Said]:
    """A lower total mark as a share of all points, or a kinder reading of what does not apply."""
    if old.not_applicable == "rescale" and new.not_applicable != "rescale":
        yield "不适用的指标改为得满分", "indicators that do not apply now give full points"
    if old.pass_marks.total and old.points and new.points:
        share, before = Fraction(new.pass_marks.total or 0, new.points), Fraction(old.pass_marks.total, old.points)
        if share < before:
            least = said(-(-before.numerator * new.points // before.denominator))
            yield (
                f"达标线占总分的比例降低（总分 {said(new.points)}，至少应为 {least}）",
                f"the pass mark is a smaller share of the total ({said(new.points)}; at least {least} is needed)",
            )
