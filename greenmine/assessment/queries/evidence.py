"""Evidence that is there already (已有材料): of the mine, of other items and years, of the holder's other mines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from greenmine.assessment.flags import months_later
from greenmine.assessment.models import Assessment, ItemEvidence
from greenmine.evidence.models import Provenance
from greenmine.law.indicators.standard import EvidenceNeed
from greenmine.registry.models import Mine

MOST = 300


@dataclass(frozen=True, slots=True)
class Reusable:
    """A file that could prove an item: whose it is, whether it is still good, and where it serves already."""

    provenance: Provenance
    mine: str
    mine_name: str
    served: tuple[str, ...]  # items it served before, in this assessment or earlier ones
    same_item: bool
    expired: bool


def reusable_evidence(
    assessment: Assessment, indicator: str, *, need: EvidenceNeed | None = None, on: date
) -> list[Reusable]:
    """The files this item could rest on, those that served the same item first, newest first. Never another holder's."""
    group = dict(Mine.objects.filter(holder__key=assessment.holder).values_list("key", "name"))
    group.setdefault(assessment.mine, "")
    keys = group if assessment.party == Assessment.Party.SELF else {assessment.mine: group[assessment.mine]}
    reach = Q(subject_kind="mine", subject_key__in=list(keys)) | Q(organisation=assessment.organisation)
    if assessment.party != Assessment.Party.SELF:
        reach = Q(organisation=assessment.organisation, subject_kind="mine", subject_key=assessment.mine)
    files = list(
        Provenance.objects.filter(reach).exclude(organisation="").select_related("file").order_by("-id")[:MOST]
    )
    served: dict[str, set[str]] = {}
    linked: set[str] = set()
    same_house = ItemEvidence.objects.filter(
        sha256__in={found.file_id for found in files}, assessment__holder=assessment.holder, detached_at=None
    )
    for sha256, item, number in same_house.values_list("sha256", "indicator", "assessment_id"):
        served.setdefault(sha256, set()).add(item)
        if item == indicator and number == assessment.pk:
            linked.add(sha256)
    found = [
        Reusable(
            provenance=one, mine=one.subject_key, mine_name=keys.get(one.subject_key, ""),
            served=tuple(sorted(served.get(one.file_id, ()))), same_item=indicator in served.get(one.file_id, ()),
            expired=_expired(one, need, on),
        )
        for one in _once(files)
        if one.file_id not in linked
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.same_item, one.expired, -one.provenance.pk))


def _once(files: Iterable[Provenance]) -> Iterable[Provenance]:
    """Each content once, as it was brought last."""
    seen: set[str] = set()
    for one in files:
        if one.file_id not in seen:
            seen.add(one.file_id)
            yield one


def _expired(one: Provenance, need: EvidenceNeed | None, on: date) -> bool:
    return need is not None and need.valid_months is not None and months_later(one.on, need.valid_months) <= on
