"""What can be asked of the registry: the mines within a person's reach, and how they are found by a few characters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet

from greenmine.accounts import queries as accounts
from greenmine.registry.models import Control, Enterprise, ImportBatch, ImportProblem, Mine, MiningRight, Succession
from greenmine.spatial.areas import from_wkb

Row = TypeVar("Row", bound=models.Model)
HOLDER_COLUMNS = ("holder", "items__holder")


def mines_for(person: Any) -> QuerySet[Mine]:
    """The mines a person may see: those of his region, or those his enterprise holds; none for whoever holds no role."""
    scope = accounts.reach(person, "mines.see")
    return standing_mines().filter(scope.condition(region="region_code", enterprise="holder__key"))


def standing_mines() -> QuerySet[Mine]:
    """Every mine of the registry whose import was not undone."""
    return Mine.objects.filter(withdrawn_at__isnull=True)


def in_scope(rows: QuerySet[Row], person: Any) -> QuerySet[Row]:
    """Rows that carry a division (and a holder) within a person's reach."""
    scope = accounts.reach(person, "mines.see")
    holder = _holder_column(rows.model)
    found = rows.filter(scope.condition(region="region_code", enterprise=holder))
    return found.distinct() if holder and "__" in holder else found


def with_names(rows: Iterable[Any]) -> list[Any]:
    """The same rows, each with `name` and `holder_name` of the mine it names; one query however many there are."""
    listed = list(rows)
    mines = Mine.objects.filter(key__in={row.mine for row in listed}).select_related("holder")
    by_key = {mine.key: mine for mine in mines}
    for row in listed:
        mine = by_key.get(row.mine)
        row.name = mine.name if mine else row.mine
        row.holder_name = mine.holder.name if mine and mine.holder else ""
    return listed


def search(mines: QuerySet[Mine], words: str) -> QuerySet[Mine]:
    """The mines whose name, number, licence or holder holds every word; two characters are enough (西和)."""
    for word in words.lower().split():
        mines = mines.filter(search__contains=word)
    return mines


def mine(key: str) -> Mine:
    """The mine with a permanent number; Mine.DoesNotExist otherwise."""
    return standing_mines().get(key=key)


def rights_of(mine_of: Mine) -> QuerySet[MiningRight]:
    """The mining rights of a mine, the latest first."""
    return mine_of.rights.filter(withdrawn_at__isnull=True).order_by("-valid_from", "-id")


def history_of(mine_of: Mine) -> QuerySet[Succession]:
    """Every transfer, merger, split and renaming a mine took part in, the latest first."""
    return Succession.objects.filter(Q(before=mine_of) | Q(after=mine_of)).distinct().order_by("-on", "-id")


def control_chain(enterprise: Enterprise, *, on: Any) -> list[Enterprise]:
    """Who controls an enterprise on a day, upwards to the top; a circle ends where it began."""
    chain: list[Enterprise] = []
    current: Enterprise | None = enterprise
    while current is not None:
        held = Q(holds_to__isnull=True) | Q(holds_to__gt=on)
        link = Control.objects.filter(held, child=current, holds_from__lte=on).order_by("-share", "id").first()
        current = link.parent if link and link.parent not in (enterprise, *chain) else None
        if current is not None:
            chain.append(current)
    return chain


def sister_mines(of: Mine, *, on: Any) -> QuerySet[Mine]:
    """The other mines of the holder and of those who control it: shown as risk, never as a ground."""
    if of.holder is None:
        return Mine.objects.none()
    holders = [of.holder, *control_chain(of.holder, on=on)]
    return standing_mines().filter(holder__in=holders).exclude(pk=of.pk)


def mines_at(longitude: float, latitude: float, *, on: Any) -> list[Mine]:
    """The mines in whose area a point lies on a day (the edge belongs to it)."""
    held = Q(boundaries__holds_to__isnull=True) | Q(boundaries__holds_to__gt=on)
    boxed = standing_mines().filter(
        held, boundaries__holds_from__lte=on, boundaries__west__lte=longitude, boundaries__east__gte=longitude,
        boundaries__south__lte=latitude, boundaries__north__gte=latitude,
    )  # fmt: skip
    return [
        found
        for found in boxed.distinct().order_by("key")
        if any(from_wkb(b.shape).contains(longitude, latitude) for b in boundaries_of(found, on=on))
    ]


def boundaries_of(of: Mine, *, on: Any) -> list[Any]:
    """The areas of a mine on a day, the latest recorded first."""
    held = Q(holds_to__isnull=True) | Q(holds_to__gt=on)
    return list(of.boundaries.filter(held, holds_from__lte=on).order_by("-recorded_at", "-id"))


def imports_for(person: Any) -> QuerySet[ImportBatch]:
    """The imports within a person's reach, the latest first."""
    return in_scope(ImportBatch.objects.all(), person).order_by("-id")


def problems_of(batch: ImportBatch) -> QuerySet[ImportProblem]:
    """What is wrong with an import, in the order of the file."""
    return batch.problems.order_by("row", "id")


def _holder_column(model: type[models.Model]) -> str | None:
    for path in HOLDER_COLUMNS:
        first, _, second = path.partition("__")
        try:
            field = model._meta.get_field(first)  # noqa: SLF001 -- Django's documented Meta API
        except FieldDoesNotExist:
            continue
        if not second and not field.is_relation:
            return path
        if second and field.is_relation:
            return path
    return None
