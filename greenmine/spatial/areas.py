"""Areas (范围): a polygon that is valid, lies in China, and says what was mended to make it so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import shapely
from pyproj import Geod
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

Ring = Sequence[tuple[float, float]]
Words = Mapping[str, str]

CHINA_LONGITUDE = (73.0, 136.0)
CHINA_LATITUDE = (3.0, 54.0)
CORNERS_OF_A_TRIANGLE = 3
MOST_CORNERS = 200_000
LARGEST_REPAIR = 0.01  # a repair that changes more than 1 % of the area changes what was meant
SQUARE_METRES_PER_HECTARE = 10_000


class AreaRefused(ValueError):
    """A shape that cannot be used, in words: what is wrong, where, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Area:
    """A mining area or zone in CGCS2000 degrees, with what was noted or mended on reading it."""

    shape: MultiPolygon
    notes: tuple[Words, ...] = ()

    @property
    def wkb(self) -> bytes:
        """The shape as bytes, as databases keep it."""
        return bytes(shapely.to_wkb(self.shape))

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, south, east, north = self.shape.bounds
        return west, south, east, north

    @property
    def hectares(self) -> float:
        """The area on the ellipsoid in hm²: what a decision may rest on, unlike a plane figure."""
        return abs(_ellipsoid().geometry_area_perimeter(self.shape)[0]) / SQUARE_METRES_PER_HECTARE

    def contains(self, longitude: float, latitude: float) -> bool:
        """Whether a point lies in the area; its edge belongs to it."""
        return bool(self.shape.covers(Point(longitude, latitude)))

    def overlap_hectares(self, other: Area) -> float:
        """How much of another area lies in this one, hm²."""
        shared = self.shape.intersection(other.shape)
        return abs(_ellipsoid().geometry_area_perimeter(shared)[0]) / SQUARE_METRES_PER_HECTARE


def from_wkb(wkb: bytes) -> Area:
    """An area as it was stored."""
    return Area(_polygons(shapely.from_wkb(bytes(wkb))))


def from_rings(rings: Sequence[Ring], notes: Sequence[Words] = ()) -> Area:
    """An area from rings of (longitude, latitude); a ring inside another is a hole in it."""
    if not rings:
        raise AreaRefused("没有读到任何拐点坐标，请检查文件内容", "no corner points were found; check the content")
    for number, ring in enumerate(rings, start=1):
        _check_ring(number, ring)
    shape: BaseGeometry = MultiPolygon()
    for polygon in sorted((Polygon(ring) for ring in rings), key=_plane_area, reverse=True):
        hole = shape.covers(polygon.representative_point()) if polygon.is_valid else False
        shape = shape.difference(polygon) if hole else _joined(shape, polygon)
    return from_shape(shape, notes)


def from_shape(shape: BaseGeometry, notes: Sequence[Words] = ()) -> Area:
    """A valid area from any polygon: small faults are mended and noted, large ones refused."""
    said = list(notes)
    if shape.is_empty:
        raise AreaRefused("范围是空的，请重新导出", "the shape is empty; export it again")
    _check_in_china(shape)
    if not shape.is_valid:
        why = shapely.is_valid_reason(shape)
        shape = _repaired(shape, why)
        said.append(
            {
                "zh": f"范围有自相交（{why}），已自动修复，请核对",
                "en": f"the shape crossed itself ({why}); mended, please check",
            }
        )
    area = Area(_polygons(shape), tuple(said))
    if area.hectares == 0:
        raise AreaRefused("范围面积为零，请检查拐点顺序", "the area is zero; check the order of the corners")
    return area


def _repaired(shape: BaseGeometry, why: str) -> BaseGeometry:
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    outline = shapely.convex_hull(shape).area
    changed = abs(mended.area - shape.area)
    if mended.is_empty or changed > LARGEST_REPAIR * outline:
        raise AreaRefused(
            f"范围自相交（{why}），自动修复会改变面积，请按拐点顺序重新提供",
            f"the shape crosses itself ({why}) and mending would change its area; give the corners in order",
        )
    return mended


def _check_ring(number: int, ring: Ring) -> None:
    corners = len(set(ring))
    if corners < CORNERS_OF_A_TRIANGLE:
        raise AreaRefused(
            f"第 {number} 圈只有 {corners} 个不同的拐点，至少需要 3 个",
            f"ring {number} has {corners} different corners; 3 are needed",
        )
    if corners > MOST_CORNERS:
        raise AreaRefused(
            f"第 {number} 圈超过 {MOST_CORNERS} 个拐点", f"ring {number} has more than {MOST_CORNERS} corners"
        )


def _check_in_china(shape: BaseGeometry) -> None:
    west, south, east, north = shape.bounds
    inside = (
        CHINA_LONGITUDE[0] <= west
        and east <= CHINA_LONGITUDE[1]
        and CHINA_LATITUDE[0] <= south
        and north <= CHINA_LATITUDE[1]
    )
    if not inside:
        raise AreaRefused(
            f"坐标（经度 {west:.4f}–{east:.4f}，纬度 {south:.4f}–{north:.4f}）不在我国范围内，请检查带号和坐标顺序",
            f"longitude {west:.4f}–{east:.4f}, latitude {south:.4f}–{north:.4f} is outside China; check zone and axis order",
        )


def _joined(shape: BaseGeometry, polygon: Polygon) -> BaseGeometry:
    if shape.is_empty:
        return polygon
    parts = [*getattr(shape, "geoms", [shape]), polygon]
    return MultiPolygon(parts) if not polygon.is_valid else shape.union(polygon)


def _polygons(shape: BaseGeometry) -> MultiPolygon:
    if isinstance(shape, Polygon):
        return MultiPolygon([shape])
    return MultiPolygon([part for part in getattr(shape, "geoms", []) if isinstance(part, Polygon)])


def _plane_area(polygon: Polygon) -> float:
    return float(polygon.area)


@cache
def _ellipsoid() -> Geod:
    return Geod(ellps="GRS80")  # CGCS2000's own ellipsoid differs from it by 0.1 mm
