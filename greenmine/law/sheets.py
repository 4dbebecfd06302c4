"""A sheet (事实表): the lowered values of one subject as they are known, the only thing the law reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenmine.law.dictionary import NONE, Dictionary
from greenmine.law.problems import ValueProblem

TIERS = ("provincial", "national")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One subject: lowered `values` by name (absent or None is unknown), `marks` (conflict, disputed) and `sources` by name."""

    kind: str
    key: str
    region_code: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Any] = field(default_factory=dict)
    dictionary: Dictionary | None = None
    cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def shown(self, name: str, dictionary: Dictionary | None = None) -> bool | int | str | None:
        """The JSON value of a fact, None where unknown; needs a dictionary, here or with the sheet."""
        known = dictionary if dictionary is not None else self.dictionary
        if known is None:
            raise ValueError("a sheet shows values only with its dictionary")
        return known[name].show(self.values.get(name)) if name in known else None


def contradictions(values: Mapping[str, Any], dictionary: Dictionary) -> list[ValueProblem]:
    """What a file may not say together: an entry `none` with an entered day, or listed with entered day none."""
    found: list[ValueProblem] = []
    for tier in TIERS:
        entry, entered = f"{tier}_entry", f"{tier}_entered_on"
        if (
            entry not in dictionary
            or entered not in dictionary
            or values.get(entry) is None
            or values.get(entered) is None
        ):
            continue
        state = dictionary[entry].show(values[entry])
        if state == "none" and values[entered] is not NONE:
            found.append(
                ValueProblem(
                    f"“{entry}”为 none，却有“{entered}”：请改正其一",
                    f"“{entry}” is none but “{entered}” is a day: correct one of them",
                )
            )
        if state == "listed" and values[entered] is NONE:
            found.append(
                ValueProblem(
                    f"“{entry}”为 listed，“{entered}”却为 none：请改正其一",
                    f"“{entry}” is listed but “{entered}” is none: correct one of them",
                )
            )
    return found
