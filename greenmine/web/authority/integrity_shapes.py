"""Drawings of integrity pages as numbers for SVG attributes: leniency bars, photographs against the mine, a visit in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from greenmine.fieldwork.models import Capture

WIDTH, ROW = 640, 26
LEFT = 220
MAP_WIDTH, MAP_HEIGHT, EDGE = 600, 360, 24
STRETCH = 1.25  # how much longer a degree of latitude is than one of longitude, in the middle of the country
KILOMETRES = 111  # of a degree of latitude


def bars(rows: Sequence[Any], highlight: str = "") -> dict[str, Any]:
    """Leniency figures as bars with their intervals around a line of nought."""
    reach = max([1.0, *(abs(float(edge)) for row in rows for edge in (row.low, row.high))])
    middle = LEFT + (WIDTH - LEFT) / 2
    scale = (WIDTH - LEFT) / 2 / reach

    def at(points: Any) -> float:
        return round(middle + float(points) * scale, 1)

    drawn = [
        {
            "name": row.name[:14], "points": row.points, "y": place * ROW + 8, "text": place * ROW + 20, "line": place * ROW + 15,
            "x": min(at(0), at(row.points)), "width": round(abs(at(row.points) - at(0)), 1), "low": at(row.low),
            "high": at(row.high), "count": row.count, "too_few": row.too_few, "here": row.key == highlight,
        }
        for place, row in enumerate(rows)
    ]  # fmt: skip
    return {
        "rows": drawn,
        "width": WIDTH,
        "height": len(rows) * ROW + 28,
        "middle": middle,
        "left": LEFT,
        "reach": round(reach, 1),
    }


def ground(
    rings: Iterable[Sequence[tuple[float, float]]], point: tuple[float, float] | None, shots: Iterable[Capture]
) -> dict[str, Any]:
    """The mine's outline and the photographs, true to scale as far as one picture needs it."""
    outlines = [list(ring) for ring in rings]
    placed = [shot for shot in shots if shot.longitude is not None and shot.latitude is not None]
    everything = [corner for ring in outlines for corner in ring]
    everything += [(float(shot.longitude or 0), float(shot.latitude or 0)) for shot in placed]
    everything += [point] if point else []
    if not everything:
        return {}
    west, east = min(x for x, _ in everything), max(x for x, _ in everything)
    south, north = min(y for _, y in everything), max(y for _, y in everything)
    unit = min(
        (MAP_WIDTH - 2 * EDGE) / max(east - west, 1e-4), (MAP_HEIGHT - 2 * EDGE) / (max(north - south, 1e-4) * STRETCH)
    )

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            round(MAP_WIDTH / 2 + (x - (west + east) / 2) * unit, 1),
            round(MAP_HEIGHT / 2 - (y - (south + north) / 2) * unit * STRETCH, 1),
        )

    return {
        "width": MAP_WIDTH,
        "height": MAP_HEIGHT,
        "outlines": [" ".join(f"{a},{b}" for a, b in (at(x, y) for x, y in ring)) for ring in outlines],
        "point": at(*point) if point else None,
        "shots": [
            {"x": at(float(s.longitude or 0), float(s.latitude or 0))[0], "y": at(float(s.longitude or 0), float(s.latitude or 0))[1],
             "item": s.item, "taken_at": s.taken_at}
            for s in placed
        ],
        "lines": [round(MAP_WIDTH * part / 6) for part in range(1, 6)],
        "rows": [round(MAP_HEIGHT * part / 4) for part in range(1, 4)],
        "kilometres": round(MAP_WIDTH / unit * KILOMETRES / STRETCH, 1),
    }  # fmt: skip


def timeline(shots: Sequence[Capture]) -> dict[str, Any]:
    """Photographs on a line of time, each person a row."""
    if not shots:
        return {}
    first, last = min(s.taken_at for s in shots), max(s.taken_at for s in shots)
    seconds = max((last - first).total_seconds(), 1.0)
    people = sorted({s.author_name for s in shots})
    return {
        "width": MAP_WIDTH,
        "height": 34 + 26 * len(people),
        "first": first,
        "last": last,
        "people": [{"name": name, "y": 22 + 26 * place} for place, name in enumerate(people)],
        "shots": [
            {
                "x": round(110 + (MAP_WIDTH - 130) * (s.taken_at - first).total_seconds() / seconds, 1),
                "y": 22 + 26 * people.index(s.author_name),
                "item": s.item,
                "taken_at": s.taken_at,
            }
            for s in shots
        ],
    }
