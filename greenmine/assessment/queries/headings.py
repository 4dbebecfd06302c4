"""Results by the headings the documents name (五化、五大核心、三类要求、要件): each item under the headings it serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenmine.assessment.queries.views import ItemView, View, applies
from greenmine.assessment.tables import Heading, groupings
from greenmine.law.indicators.standard import Indicator


@dataclass(frozen=True, slots=True)
class HeadingResult:
    """One heading of one document: its items, what is certain and possible of its points, how many are proven."""

    heading: Heading
    items: Sequence[ItemView]
    low: int
    high: int
    points: int
    proven: int

    @property
    def outcome(self) -> str:
        """`met` at full certain points, `short` where points are lost for certain, else `unknown`."""
        if not self.items:
            return "unknown"
        if self.low >= self.points:
            return "met"
        return "short" if self.high < self.points else "unknown"


def by_heading(view: View) -> dict[str, list[HeadingResult]]:
    """Document → its headings with their results; an item may serve several headings, one without any serves none."""
    return {
        document: [_result(heading, [one for one in view.items if serves(one, heading)]) for heading in listed]
        for document, listed in groupings().items()
    }


def serves(one: ItemView, heading: Heading) -> bool:
    """Whether an item belongs under a heading: by its tags, the provisions it cites, or its dimension."""
    part: Any = one.part
    tags: set[str] = set(getattr(part, "tags", ()))
    return bool(
        tags & set(heading.tags)
        or any(_cites(cited, wanted) for cited in part.provisions for wanted in heading.provisions)
        or (isinstance(part, Indicator) and part.dimension in heading.dimensions)
    )


def unplaced(view: View) -> Mapping[str, list[ItemView]]:
    """Document → items under none of its headings, so that nothing disappears from a report."""
    return {
        document: [
            one for one in view.items if not one.is_precondition and not any(serves(one, heading) for heading in listed)
        ]
        for document, listed in groupings().items()
    }


def _cites(cited: str, wanted: str) -> bool:
    return cited == wanted or cited.startswith(f"{wanted}.")


def _result(heading: Heading, items: Sequence[ItemView]) -> HeadingResult:
    counted = [one for one in items if not one.is_precondition and applies(one) is not False]
    return HeadingResult(
        heading=heading,
        items=items,
        low=sum(one.scored.low for one in counted if one.scored is not None),
        high=sum(one.scored.high for one in counted if one.scored is not None),
        points=sum(one.part.points or 0 for one in counted if isinstance(one.part, Indicator)),
        proven=sum(1 for one in counted if one.links and not one.missing),
    )
