"""Where a mine lies and how far things may be off (矿区范围与容差), read for comparing photographs."""

from __future__ import annotations

from datetime import date
from typing import Any

from shapely.geometry import mapping

from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.fieldwork.photographs import Tolerances
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine
from greenmine.spatial.areas import Area, from_wkb

Point = tuple[float, float]


def tolerances_on(edition: Edition, on: date) -> Tolerances:
    """The dated values of the rulebook; before the first version nothing is noted for being too far."""

    def figure(name: str) -> float:
        value = edition.values.get(name)
        version = value.on(on) if value is not None else None
        return float("inf") if version is None else float(version.rows[()].value)

    return Tolerances(
        place_m=figure("fieldwork-place-tolerance"),
        point_radius_m=figure("fieldwork-point-radius"),
        accuracy_worst_m=figure("fieldwork-accuracy-worst"),
        drift_s=figure("fieldwork-clock-drift"),
        position_age_s=figure("fieldwork-position-age"),
        exif_s=figure("fieldwork-exif-time"),
    )


def surroundings(mine_key: str, *, on: date) -> tuple[Tolerances, list[Area], Point | None]:
    """Tolerances, areas and coordinates of a mine on a day; nothing where the registry knows none."""
    mine = Mine.objects.filter(key=mine_key).first()
    areas = [from_wkb(row.shape) for row in registry.boundaries_of(mine, on=on)] if mine is not None else []
    return tolerances_on(editions.active(), on), areas, point_of(mine)


def point_of(mine: Mine | None) -> Point | None:
    """Longitude and latitude of a mine, where they are known."""
    if mine is None or mine.longitude is None or mine.latitude is None:
        return None
    return float(mine.longitude), float(mine.latitude)


def outline(mine_key: str, *, on: date) -> list[Any]:
    """The areas of a mine as GeoJSON geometries, for the site pack."""
    return [mapping(area.shape) for area in surroundings(mine_key, on=on)[1]]
