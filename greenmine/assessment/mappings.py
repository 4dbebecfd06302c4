"""Which item of one set of indicators corresponds to which of another (指标对照): as loaded, or by identity."""

from __future__ import annotations

from greenmine.assessment import scoring
from greenmine.assessment.permissions import CannotAssess
from greenmine.editions import standards
from greenmine.law.indicators import Mapping, Pair, Standard


def between(old: Standard, new: Standard) -> Mapping:
    """The mapping an operator loaded; without one, items of the same id that are word for word the same.

    An overlay shares its base's items, so a province's table needs no mapping of its own. CannotAssess where nothing
    at all corresponds: a person has to load a mapping first.
    """
    found = standards.mapping(old.id, new.id)
    if found is not None:
        return found
    before, after = scoring.parts_by_id(old), scoring.parts_by_id(new)
    shared = [identifier for identifier in before if identifier in after]
    if not shared:
        raise CannotAssess(
            f"没有从“{old.title['zh']}”到“{new.title['zh']}”的指标对应表，请由系统运维载入后再换用。",
            f"There is no mapping from {old.title['en']} to {new.title['en']}: an operator has to load one first.",
        )
    return Mapping(
        from_id=old.id,
        to_id=new.id,
        pairs=tuple(
            Pair(identifier, identifier, "equal" if before[identifier] == after[identifier] else "narrower", {})
            for identifier in shared
        ),
    )
