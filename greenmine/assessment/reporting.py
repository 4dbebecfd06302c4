"""The self-assessment report (自评估报告): the frozen text kept as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from greenmine.accounts.models import Organisation, Person
from greenmine.assessment.freezing import Frozen
from greenmine.assessment.queries.views import View
from greenmine.evidence import actions as evidence
from greenmine.registry.models import Mine


@dataclass(frozen=True, slots=True)
class _Content:
    """A content made here, in the shape in which evidence takes files."""

    name: str
    content: bytes

    def chunks(self) -> Iterable[bytes]:
        """All of it."""
        return [self.content]


def report_of(
    view: View,
    mine: Mine,
    *,
    commitment: Mapping[str, str],
    frozen: Frozen,
    by: Person,
    organisation: Organisation | None,
    on: date,
) -> tuple[str, tuple[str, ...]]:
    """Keep what was submitted as a file; (number of the paper or empty, ids of the evidence)."""
    number = view.assessment.number
    kept = evidence.keep(
        _Content(f"{number}.json", frozen.text.encode()), by=by, on=on, subject=("mine", mine.key),
        title=f"自评估报告存档 {number}", region_code=mine.region_code,
    )  # fmt: skip
    return "", (str(kept.pk),)
