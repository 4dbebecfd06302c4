"""What can only be seen on the whole of a standard: totals, numbers of parts, ids used twice, scales above their points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from greenmine.law.indicators.cells import counted, held_counts, summed
from greenmine.law.indicators.points import said
from greenmine.law.indicators.scales import choices
from greenmine.law.indicators.standard import Indicator, Range, Standard, UnknownScale, YesNo

Told = tuple[str, str, str]  # subject, zh, en


def check_whole(standard: Standard) -> list[Told]:
    """Every problem of the whole, each with the id of the part it is about."""
    return [
        *_duplicates(standard),
        *_totals(standard),
        *_counts(standard),
        *_marks(standard),
        *_alternatives(standard),
        *(told for indicator in standard.indicators for told in _scale(indicator)),
    ]


def _duplicates(standard: Standard) -> list[Told]:
    answered = [*(one.id for one in standard.preconditions or ()), *(one.id for one in standard.indicators)]
    found = []
    for what_zh, what_en, names in (
        ("一级指标", "dimension", [dimension.id for dimension in standard.dimensions]),
        ("二级指标", "category", [one.id for dimension in standard.dimensions for one in dimension.categories]),
        ("指标或先决条件", "indicator or precondition", answered),
    ):
        found += [
            (name, f"{what_zh}“{name}”重复", f"{what_en} “{name}” appears twice")
            for name, times in Counter(names).items()
            if times > 1
        ]
    return found


def _totals(standard: Standard) -> list[Told]:
    found: list[Told] = []
    is_whole = standard.status != "structure_only"  # of a structure only some parts are held
    for dimension in standard.dimensions:
        for category in dimension.categories:
            total, known = summed(category.indicators)
            found += _sum(category.id, category.points, total, known and is_whole)
            if not category.indicators and is_whole:
                found.append(
                    (category.id, f"二级指标“{category.id}”下没有指标", f"category “{category.id}” has no indicator")
                )
        sums = [category.points for category in dimension.categories]
        complete = is_whole and _complete(sums, dimension.counts.get("categories"))
        found += _sum(dimension.id, dimension.points, sum(p or 0 for p in sums), complete)
    sums = [dimension.points for dimension in standard.dimensions]
    complete = is_whole and _complete(sums, standard.counts.get("dimensions"))
    return [*found, *_sum(standard.id, standard.points, sum(p or 0 for p in sums), complete)]


def _complete(sums: list[int | None], wanted: int | None) -> bool:
    """Whether every part is held with its points, as far as the number of parts tells."""
    return None not in sums and bool(sums) and (wanted is None or len(sums) >= wanted)


def _sum(subject: str, declared: int | None, total: int, complete: bool) -> list[Told]:
    """A declared total equals the sum of known parts, and is never below it."""
    if declared is None or total == declared or (not complete and total < declared):
        return []
    return [
        (
            subject,
            f"“{subject}”的分值为 {said(declared)}，其下各项合计 {said(total)}",
            f"“{subject}” has {said(declared)} points, its parts sum to {said(total)}",
        )
    ]


def _counts(standard: Standard) -> list[Told]:
    found = _too_many(standard.id, standard.counts, held_counts(standard))
    for dimension in standard.dimensions:
        held = {"categories": len(dimension.categories), "indicators": counted(dimension.indicators)}
        found += _too_many(dimension.id, dimension.counts, held)
    return found


def _too_many(subject: str, counts: Mapping[str, int], held: Mapping[str, int]) -> list[Told]:
    return [
        (
            subject,
            f"“{subject}”所列 {key} 有 {held[key]} 项，多于注明的 {counts[key]} 项",
            f"“{subject}” lists {held[key]} {key}, more than the {counts[key]} it names",
        )
        for key in counts
        if held.get(key, 0) > counts[key]
    ]


def _marks(standard: Standard) -> list[Told]:
    total, points = standard.pass_marks.total, standard.points
    if total is None or points is None or total <= points:
        return []
    return [
        (
            standard.id,
            f"达标线 {said(total)} 高于总分 {said(points)}",
            f"the pass mark {said(total)} is above the total of {said(points)}",
        )
    ]


def _alternatives(standard: Standard) -> list[Told]:
    groups: dict[str, list[Indicator]] = {}
    for indicator in standard.indicators:
        if indicator.alternative:
            groups.setdefault(indicator.alternative, []).append(indicator)
    found: list[Told] = []
    for name, members in groups.items():
        if len({(member.category, member.points) for member in members}) > 1:
            found.append(
                (
                    name,
                    f"“{name}”的各变体应在同一二级指标下且分值相同",
                    f"the variants of “{name}” must stand in one category with the same points",
                )
            )
        if any(member.applies.is_universal for member in members):
            found.append(
                (
                    name,
                    f"“{name}”的每个变体都应写明适用范围",
                    f"each variant of “{name}” must say for which mines it is",
                )
            )
        if standard.not_applicable == "full":
            found.append(
                (
                    name,
                    "不适用得满分的体系不能有变体",
                    "variants need not_applicable: rescale",
                )
            )
    return found


def _scale(indicator: Indicator) -> Iterable[Told]:
    name, points, scale = indicator.id, indicator.points, indicator.scale
    if isinstance(scale, Range):
        if points is not None and points % scale.step:
            yield name, f"“{name}”的步长除不尽分值", f"“{name}”: the step does not divide the points"
    elif not isinstance(scale, (UnknownScale, YesNo)):
        most = max(choices(indicator) or (0,))
        if points is not None and most > points:
            yield (
                name,
                f"“{name}”的评分高于分值 {said(points)}",
                f"“{name}”: the scale goes above its {said(points)} points",
            )
        elif points is not None and most < points:
            yield (
                name,
                f"“{name}”没有一档得满分 {said(points)}",
                f"“{name}”: no step of the scale gives the full {said(points)} points",
            )
    if indicator.pass_at is None:
        return
    if indicator.kind != "binding" or isinstance(scale, YesNo):
        yield (
            name,
            f"“{name}”：pass 只用于不是“是否”的约束性指标",
            f"“{name}”: pass is for binding indicators other than yes_no",
        )
    if points is not None and indicator.pass_at > points:
        yield name, f"“{name}”的底线高于分值", f"“{name}”: pass is above the points"
