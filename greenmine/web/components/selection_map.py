"""Where a mine lies (位置示意): its area and point over a graticule; no base map, therefore no approval number to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from greenmine.registry import queries as registry
from greenmine.registry.models import Mine
from greenmine.spatial.areas import from_wkb

WIDTH, HEIGHT, EDGE = 420, 280, 30
STRETCH = 1.25  # how much longer a degree of latitude is than one of longitude, in the middle of the country
AROUND = 0.02  # degrees shown about a mine of which only a point is known
STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # between two lines of the graticule, degrees
MOST_LINES = 6
Ring = Sequence[tuple[float, float]]


def placed(mine: Mine, *, on: date) -> dict[str, Any]:
    """The drawing of a mine's place as numbers for SVG attributes; empty where neither area nor point is known."""
    rings = list(_rings(mine, on))
    point = (float(mine.longitude), float(mine.latitude)) if mine.longitude is not None and mine.latitude else None
    corners = [corner for ring in rings for corner in ring] + ([point] if point else [])
    if not corners:
        return {}
    west, east = _reach([x for x, _y in corners])
    south, north = _reach([y for _x, y in corners])
    unit = min((WIDTH - 2 * EDGE) / (east - west), (HEIGHT - 2 * EDGE) / ((north - south) * STRETCH))
    middle = ((west + east) / 2, (south + north) / 2)

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            round(WIDTH / 2 + (x - middle[0]) * unit, 1),
            round(HEIGHT / 2 - (y - middle[1]) * unit * STRETCH, 1),
        )

    half = (WIDTH / 2 / unit, HEIGHT / 2 / unit / STRETCH)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "outlines": [" ".join(f"{a},{b}" for a, b in (at(x, y) for x, y in ring)) for ring in rings],
        "point": at(*point) if point else None,
        "meridians": [(at(x, middle[1])[0], _degrees(x)) for x in _lines(middle[0] - half[0], middle[0] + half[0])],
        "parallels": [(at(middle[0], y)[1], _degrees(y)) for y in _lines(middle[1] - half[1], middle[1] + half[1])],
        "said": f"{_degrees(point[0])}, {_degrees(point[1])}" if point else "",
    }


def _rings(mine: Mine, on: date) -> Iterator[Ring]:
    for found in registry.boundaries_of(mine, on=on):
        for polygon in from_wkb(bytes(found.shape)).shape.geoms:
            for ring in (polygon.exterior, *polygon.interiors):
                yield [(x, y) for x, y, *_height in ring.coords]


def _reach(values: Sequence[float]) -> tuple[float, float]:
    """From the least to the most, never narrower than what is shown about a point."""
    low, high = min(values), max(values)
    lacking = max(0.0, 2 * AROUND - (high - low)) / 2
    return low - lacking, high + lacking


def _lines(low: float, high: float) -> list[float]:
    """Round degrees between two, as many as read well."""
    step = next((one for one in STEPS if (high - low) / one <= MOST_LINES), STEPS[-1] * 10)
    first = int(low / step) + 1
    return [round(number * step, 6) for number in range(first, int(high / step) + 1)]


def _degrees(value: float) -> str:
    return f"{value:.3f}°"
