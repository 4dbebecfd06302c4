"""Which set of indicators a mine is assessed by (适用指标表): most specific territory first, then the strictest.

A set of which only the structure is held can never be the answer while another can decide; the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from greenmine.editions.standards.shelf import StandardEntry, listed
from greenmine.editions.territories import Divisions
from greenmine.law.indicators import Standard
from greenmine.law.indicators.compiled import applies_to
from greenmine.law.sheets import Sheet

Words = dict[str, str]
ANY = "any"
COUNTRY = "000000"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A set that lies over the mine, and what was found of it."""

    entry: StandardEntry
    applies: bool | None
    can_decide: bool
    reason: Words

    @property
    def standard(self) -> Standard:
        """The set."""
        return self.entry.standard


@dataclass(frozen=True, slots=True)
class Choice:
    """The set to assess by, or None; every candidate, best first; why, in both languages."""

    standard: Standard | None
    candidates: tuple[Candidate, ...]
    reasons: tuple[Words, ...]


def choose(region_code: str | None, sheet: Sheet, *, tier: str, on: date, divisions: Divisions | None = None) -> Choice:
    """The set for a mine in a region on a day: `tier` national | provincial | any."""
    known = divisions or _divisions()
    over = [
        entry
        for entry in listed(on)
        if known.covers(entry.territory, region_code, on) and (tier == ANY or entry.standard.tier in (tier, ANY))
    ]
    found = [_candidate(entry, sheet, on) for entry in over]
    found = [one for one in found if one.applies is not False]
    found.sort(key=_rank, reverse=True)
    chosen = next((one.standard for one in found if one.can_decide and one.applies), None)
    return Choice(chosen, tuple(found), tuple(_reasons(chosen, found)))


def check_not_looser(chosen: Standard, wanted: Standard) -> Words | None:
    """Why a wanted set may not be taken in place of the chosen one: it is an overlay's base, or passes more easily.

    A mine in the red line or a protected area carries out the strictest standard (执行最严标准规范); for the others the
    overlay of their own territory still binds.
    """
    if wanted.digest == chosen.digest:
        return None
    if not wanted.can_decide:
        return {
            "zh": f"“{wanted.title['zh']}”仅有结构，不能出具结论",
            "en": f"of “{wanted.title['en']}” only the structure is held: no verdict can be given on it",
        }
    if wanted.id == chosen.base or strictness(wanted) < strictness(chosen):
        return {
            "zh": f"“{wanted.title['zh']}”比适用的“{chosen.title['zh']}”宽松，不能改用",
            "en": f"“{wanted.title['en']}” is looser than “{chosen.title['en']}”, which applies",
        }
    return None


def strictness(standard: Standard) -> tuple[Fraction, int, int]:
    """How much it asks: share of points to pass, binding indicators, and whether it tightens another."""
    marks, points = standard.pass_marks, standard.points
    share = Fraction(marks.total, points) if marks.total and points else Fraction(0)
    binding = sum(one.kind == "binding" for one in standard.indicators)
    return share, binding, int(standard.kind == "overlay")


def specificity(territory: str) -> int:
    """How many digits of a division code say something: 0 for the country, 2 a province, 4 a prefecture, 6 a county."""
    return len(territory.rstrip("0")) + len(territory.rstrip("0")) % 2


def _divisions() -> Divisions:
    from greenmine.editions.standards.shelf import law_in_use  # noqa: PLC0415 -- asked for only without divisions

    return law_in_use().divisions


def _rank(one: Candidate) -> tuple[object, ...]:
    standard = one.standard
    begins = standard.in_force[0] or date.min
    return (
        one.can_decide and one.applies is True,
        standard.status != "demonstration",
        specificity(standard.territory),
        *strictness(standard)[::2],
        begins,
        standard.id,
    )


def _candidate(entry: StandardEntry, sheet: Sheet, on: date) -> Candidate:
    standard = entry.standard
    applies = applies_to(standard, sheet, on=on)
    title = standard.title
    if applies is None:
        reason = {
            "zh": f"“{title['zh']}”是否适用待核实：请先补齐矿种、开采方式、规模等事实",
            "en": f"whether “{title['en']}” applies is unknown: state mineral, method and scale first",
        }
    elif applies is False:
        reason = {"zh": f"“{title['zh']}”不适用于该矿", "en": f"“{title['en']}” is not for this mine"}
    elif standard.can_decide:
        reason = {"zh": f"“{title['zh']}”适用，可出具结论", "en": f"“{title['en']}” applies and can decide"}
    else:
        count = len(standard.needed_cells)
        reason = {
            "zh": f"“{title['zh']}”本应适用，但本系统仅有其结构，缺 {count} 处必要内容，不能出具结论；请系统运维载入正式指标表",
            "en": f"“{title['en']}” would apply, but only its structure is held ({count} cells missing): no verdict until an operator loads the official table",
        }
    return Candidate(entry, applies, standard.can_decide, reason)


def _reasons(chosen: Standard | None, found: list[Candidate]) -> list[Words]:
    if not found:
        return [
            {
                "zh": "没有适用于该矿的指标表：请核对行政区、矿种和日期",
                "en": "no set of indicators is for this mine: check region, mineral and day",
            }
        ]
    if chosen is None:
        none = {"zh": "没有能够出具结论的指标表", "en": "there is no set on which a verdict could be given"}
        return [none, *(one.reason for one in found)]
    first = {
        "zh": f"采用“{chosen.title['zh']}”：适用地区最具体，同一地区取最严",
        "en": f"“{chosen.title['en']}” is taken: the most specific territory, and the strictest of it",
    }
    return [first, *(one.reason for one in found if one.standard is not chosen)]
