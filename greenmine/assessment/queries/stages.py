"""Checklists by stage (分阶段检查单): what the applicable set asks of a new, renovated or expanded mine at each stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from greenmine.assessment.queries.headings import serves
from greenmine.assessment.queries.views import ItemView, View, applies
from greenmine.assessment.tables import Heading, staged_natures, stages

NATURE, STATUS = "construction_nature", "operating_status"


@dataclass(frozen=True, slots=True)
class StageChecklist:
    """One stage with the items that speak of it; `current` where the mine is at it, None where nobody has said."""

    stage: Heading
    items: Sequence[ItemView]
    current: bool | None


@dataclass(frozen=True, slots=True)
class Staged:
    """The checklists of a mine; `asked` None and the facts in `missing` where its nature of construction is unknown."""

    asked: bool | None
    checklists: Sequence[StageChecklist]
    missing: tuple[str, ...]


def stage_checklists(view: View) -> Staged:
    """The four stages for new, renovated and expanded mines (gs-2023/3.3.g); none for others."""
    nature, status = _shown(view, NATURE), _shown(view, STATUS)
    if nature is None:
        return Staged(None, (), (NATURE,))
    if nature not in staged_natures():
        return Staged(False, (), ())
    found = [
        StageChecklist(
            stage.heading,
            [one for one in view.items if serves(one, stage.heading) and applies(one) is not False],
            None if status is None else status in stage.statuses,
        )
        for stage in stages()
    ]
    return Staged(True, found, () if status is not None else (STATUS,))


def _shown(view: View, name: str) -> str | None:
    dictionary = view.ground.edition.dictionary
    value = dictionary[name].show(view.ground.sheet.values.get(name)) if name in dictionary else None
    return None if value is None else str(value)
