"""Corner lists (拐点坐标): text as it stands on a mining licence or in a coordinate exchange file.

One corner a line: number, X, Y — or J-number, ring, X, Y — separated by commas, tabs, blanks or 、. X is the northing,
Y the easting with its zone number (8 digits); degrees (decimal or 103°48′12″) are read in either order. A blank line,
a line of `*` or a new ring number starts another ring. Lines of an exchange file's header are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenmine.spatial.areas import CHINA_LATITUDE, CHINA_LONGITUDE, Area, AreaRefused, from_rings
from greenmine.spatial.projections import degrees_from_zone, refuse_old_systems

NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?$")
SIXTIETHS = re.compile(r"^(\d{1,3})[°度](\d{1,2})[′'分](\d{1,2}(?:\.\d+)?)[″\"秒]?$")
SEPARATORS = re.compile(r"[,，、;；\t ]+")
CORNER_NUMBER = re.compile(r"^[A-Za-z]*\d+$")
EASTING_WITH_ZONE = (10_000_000, 46_000_000)
EASTING_WITHOUT_ZONE = (100_000, 900_000)
NORTHING = (300_000, 6_000_000)
FEWEST_COLUMNS, MOST_COLUMNS = 2, 4


def read_corners(text: str) -> Area:
    """The area that a corner list describes; AreaRefused where a line cannot be read, naming the line."""
    refuse_old_systems(text)
    rings: list[list[tuple[float, float]]] = []
    last_ring: str | None = None
    open_ring = False
    for number, line in enumerate(text.splitlines(), start=1):
        corner = _corner(number, line.strip())
        if corner is None:
            open_ring = False
            continue
        ring, point = corner
        if not open_ring or (ring is not None and ring != last_ring):
            rings.append([])
        rings[-1].append(point)
        last_ring, open_ring = ring, True
    return from_rings([ring for ring in rings if ring])


def _corner(number: int, line: str) -> tuple[str | None, tuple[float, float]] | None:
    """The ring number (where given) and the point of one line; None for a line between rings or of a header."""
    if not line or set(line) <= {"*", "-", "="} or line.startswith(("[", "@")) or line.endswith("@"):
        return None
    cells = [cell for cell in SEPARATORS.split(line) if cell]
    measures = [value for value in (_measure(cell) for cell in cells[-2:]) if value is not None]
    if len(measures) < FEWEST_COLUMNS or not FEWEST_COLUMNS <= len(cells) <= MOST_COLUMNS:
        if not any(_measure(cell) is not None for cell in cells) or "=" in line or "：" in line:
            return None  # a heading or a header line
        raise AreaRefused(
            f"第 {number} 行“{line[:40]}”不是拐点坐标：应为 点号、X、Y",
            f"line {number} {line[:40]!r} is not a corner: number, X, Y",
        )
    leading = cells[:-2]
    if any(not CORNER_NUMBER.match(cell) for cell in leading):
        raise AreaRefused(
            f"第 {number} 行“{line[:40]}”的点号无法识别", f"line {number} {line[:40]!r}: corner number not understood"
        )
    ring = leading[1] if len(leading) > 1 else None
    return ring, _degrees(number, measures[0], measures[1])


def _measure(cell: str) -> float | None:
    if NUMBER.match(cell):
        return float(cell)
    found = SIXTIETHS.match(cell)
    return None if not found else float(found[1]) + float(found[2]) / 60 + float(found[3]) / 3600


def _degrees(line: int, one: float, other: float) -> tuple[float, float]:
    for longitude, latitude in ((one, other), (other, one)):
        if _within(longitude, CHINA_LONGITUDE) and _within(latitude, CHINA_LATITUDE):
            return longitude, latitude
    for northing, easting in ((one, other), (other, one)):
        if _within(northing, NORTHING) and _within(easting, EASTING_WITH_ZONE):
            return degrees_from_zone(int(easting // 1_000_000), northing, easting)
        if (
            _within(northing, NORTHING)
            and _within(easting, EASTING_WITHOUT_ZONE)
            and northing > EASTING_WITHOUT_ZONE[1]
        ):
            raise AreaRefused(
                f"第 {line} 行的 Y 坐标 {easting:.0f} 没有带号，请在 Y 坐标前加两位带号",
                f"line {line}: easting {easting:.0f} has no zone number; put it first",
            )
    raise AreaRefused(
        f"第 {line} 行的坐标（{one:g}，{other:g}）既不是经纬度，也不是带带号的 X、Y",
        f"line {line}: ({one:g}, {other:g}) is neither degrees nor X, Y with a zone",
    )


def _within(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]


def lines(area: Area) -> Iterator[str]:
    """The corners of an area as text, in degrees to nine digits: number, ring, longitude, latitude."""
    ring_number = 0
    for polygon in area.shape.geoms:
        for ring in (polygon.exterior, *polygon.interiors):
            ring_number += 1
            for corner, (longitude, latitude) in enumerate(list(ring.coords)[:-1], start=1):
                yield f"J{corner},{ring_number},{longitude:.9f},{latitude:.9f}"
