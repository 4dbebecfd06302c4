"""Telling (说明): why an item counts what it counts, one sentence in Chinese and English for each thing worth knowing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenmine.law.indicators.compiled import Asked, Facets, Program
from greenmine.law.indicators.points import said
from greenmine.law.indicators.results import Answer, Said
from greenmine.law.indicators.scales import asked, least_and_most
from greenmine.law.indicators.standard import Indicator, Measured

Values = Mapping[str, Any]
Told = tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What was found of an item that may apply."""

    applies: bool | None
    says: int | None
    holds: bool | None
    claimed: int | None
    excused: bool
    impossible: bool
    met: bool | None
    missing: tuple[str, ...]


def words(zh: str, en: str) -> Said:
    """One sentence in both languages."""
    return {"zh": zh, "en": en}


def listed(ready: Program, names: tuple[str, ...]) -> Said:
    """Labels of facts, as a list."""
    return words("、".join(ready.label(n, "zh") for n in names), ", ".join(ready.label(n, "en") for n in names))


def _why_absent(ready: Program, facets: Facets | None, values: Values) -> Said:
    """The facts that put a mine outside an item's reach."""
    if facets is None:
        return words("", "")
    facts: list[Said] = [
        ready.with_value(fact, values) for fact, codes in facets.codes if values.get(fact) not in codes
    ]
    when = facets.when
    if when is not None and when.ask(values) is False:
        facts.append(ready.because(when, values, truth=False))
    if not facts:
        facts.append(words("所在地区", "the region"))
    return words("，".join(fact["zh"] for fact in facts), ", ".join(fact["en"] for fact in facts))


def absent(ready: Program, facets: Facets | None, values: Values, *, contradiction: bool) -> Told:
    """It does not apply, by the facts."""
    why = _why_absent(ready, facets, values)
    told = [words(f"按事实不适用：{why['zh']}", f"does not apply by the facts: {why['en']}")]
    if contradiction:
        told.append(
            words("填报了得分，与事实不一致，不计分", "a score was claimed, against the facts; it does not count")
        )
    return tuple(told)


def excused(ready: Program, answer: Answer, missing: tuple[str, ...]) -> Told:
    """A person says that it does not apply."""
    reason = answer.reason or "—"
    told = [words(f"填报为不适用：{reason}", f"claimed not to apply: {reason}")]
    if missing:
        told.append(_unsure(ready, missing))
    return tuple(told)


def _unsure(ready: Program, missing: tuple[str, ...]) -> Said:
    facts = listed(ready, missing)
    return words(f"是否适用待核实，缺：{facts['zh']}", f"whether it applies is open, missing: {facts['en']}")


def counted(
    ready: Program, indicator: Indicator, case: Case, facets: Facets | None, check: Asked | None, values: Values
) -> Told:
    """It applies, or may: by what it counts, and what speaks against it."""
    read = values.get(indicator.scale.fact) if isinstance(indicator.scale, Measured) else None
    mentioned = check.mentioned if check else ()
    key = (indicator.id, case, read, *[values.get(name) for name in mentioned])
    if key not in ready.said:
        ready.trim()
        ready.said[key] = tuple(_counted(ready, indicator, case, check, values))
    found: Told = ready.said[key]
    if case.applies is None and facets is not None:
        missing = tuple(name for name in case.missing if name in _reads(facets))
        return (*found, _unsure(ready, missing))
    return found


def _reads(facets: Facets) -> tuple[str, ...]:
    return (*facets.mentioned, "region_code")


def _counted(ready: Program, indicator: Indicator, case: Case, check: Asked | None, values: Values) -> list[Said]:
    told = [_main(ready, indicator, case, check, values)]
    if case.excused:
        told.append(
            words("填报为不适用，须由事实证明，不予采纳", "it was claimed not to apply, which only facts can show")
        )
    elif case.says is not None and case.claimed is not None and case.claimed != case.says:
        told.append(
            words(
                f"填报 {said(case.claimed)} 分与事实不一致，按事实计 {said(case.says)} 分",
                f"the claimed {said(case.claimed)} differs from the facts; {said(case.says)} counts",
            )
        )
    if case.impossible:
        rule = asked(indicator)
        told.append(
            words(
                f"填报 {said(case.claimed or 0)} 分不在评分标准内（{rule['zh']}），按未填报计",
                f"the claimed score is not on the scale ({rule['en']}); it counts as unanswered",
            )
        )
    if case.met is False:
        line = "" if indicator.pass_at is None else said(indicator.pass_at)
        told.append(
            words(
                f"未达约束性底线{f'（{line} 分）' if line else ''}",
                f"misses the binding bottom line{f' ({line})' if line else ''}",
            )
        )
    return told


def _main(ready: Program, indicator: Indicator, case: Case, check: Asked | None, values: Values) -> Said:
    if case.says is not None or case.holds is not None:
        points = said(case.says or 0)
        if check is not None and case.holds is not None:
            why: Said = ready.because(check, values, truth=case.holds)
        else:
            scale = indicator.scale
            why = ready.with_value(scale.fact, values) if isinstance(scale, Measured) else words("", "")
        return words(f"按事实计 {points} 分：{why['zh']}", f"{points} by the facts: {why['en']}")
    tail = words("", "")
    if case.missing and case.applies is not None:
        facts = listed(ready, case.missing)
        tail = words(f"；尚缺事实：{facts['zh']}", f"; facts are missing: {facts['en']}")
    if case.claimed is not None and not case.impossible:
        return words(f"按填报计 {said(case.claimed)} 分{tail['zh']}", f"{said(case.claimed)} as claimed{tail['en']}")
    low, high = least_and_most(indicator)
    return words(
        f"尚未填报，得分在 {said(low)} 至 {said(high)} 之间{tail['zh']}",
        f"not answered, between {said(low)} and {said(high)}{tail['en']}",
    )


def precondition(
    ready: Program,
    check: Asked | None,
    how: str,
    answer: Answer,
    missing: tuple[str, ...],
    values: Values,
    *,
    contradiction: bool = False,
) -> Told:
    """Why a precondition is met, fails or is open."""
    told: list[Said] = []
    if how == "absent":
        told.append(words("按事实不适用", "does not apply by the facts"))
    elif how == "excused":
        reason = answer.reason or "—"
        told.append(words(f"填报为不适用：{reason}", f"claimed not to apply: {reason}"))
    elif how == "fact" and check is not None:
        holds = check.ask(values)
        why = ready.because(check, values, truth=bool(holds))
        told.append(
            words(f"满足：{why['zh']}", f"met: {why['en']}")
            if holds
            else words(f"不满足：{why['zh']}", f"not met: {why['en']}")
        )
    elif how == "claim":
        told.append(
            words("填报为满足", "claimed as met") if answer.met else words("填报为不满足", "claimed as not met")
        )
    else:
        told.append(words("尚未填报", "not answered"))
    if missing:
        facts = listed(ready, missing)
        told.append(words(f"尚缺事实：{facts['zh']}", f"facts are missing: {facts['en']}"))
    if contradiction:
        told.append(
            words(
                "填报与事实不一致或不能成立，以事实为准",
                "the claim is against the facts or cannot stand; the facts count",
            )
        )
    return tuple(told)
