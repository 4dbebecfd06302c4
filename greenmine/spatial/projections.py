"""Projections (投影): from Gauss-Krüger zones and other CGCS2000 forms to degrees.

Xi'an 80 and Beijing 54 are refused: without the organisation's own seven parameters they are metres to a hundred
metres off, silently.
"""

from __future__ import annotations

from functools import cache

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from greenmine.spatial.areas import AreaRefused

CGCS2000 = 4490
THREE_DEGREE_ZONES = range(25, 46)
SIX_DEGREE_ZONES = range(13, 24)
OLD_SYSTEMS = ("西安", "北京54", "北京 54", "xian", "xi'an", "beijing", "krassow", "1980", "1954", "80坐标", "54坐标")


def refuse_old_systems(words: str) -> None:
    """Refuse a file that names Xi'an 80 or Beijing 54."""
    lowered = words.lower()
    if any(name in lowered for name in OLD_SYSTEMS):
        raise AreaRefused(
            "坐标系为西安80或北京54，精确转换需要本单位的七参数，请先转换为 CGCS2000（2000国家大地坐标系）",
            "the coordinate system is Xi'an 80 or Beijing 54; convert to CGCS2000 with your own seven parameters first",
        )


def degrees_from_zone(zone: int, northing: float, easting: float) -> tuple[float, float]:
    """Longitude and latitude of a Gauss-Krüger point whose easting carries the zone number (带号)."""
    longitude, latitude = _from_zone(zone).transform(northing, easting)
    return round(longitude, 9), round(latitude, 9)


def to_degrees(wkt: str) -> Transformer | None:
    """The way from a coordinate system to CGCS2000 degrees; None where the file is in degrees already."""
    refuse_old_systems(wkt)
    try:
        system = CRS.from_wkt(wkt)
    except CRSError:
        raise AreaRefused(
            "无法识别 .prj 中的坐标系，请以 CGCS2000 重新导出", "the .prj names no known system; export as CGCS2000"
        ) from None
    name = (system.geodetic_crs or system).name.lower()
    if not any(word in name for word in ("2000", "4490", "wgs")):
        raise AreaRefused(
            f"坐标系为“{system.name}”，请转换为 CGCS2000 后再导入",
            f"the system is {system.name!r}; convert to CGCS2000 first",
        )
    if system.is_geographic:
        return None
    return Transformer.from_crs(system, system.geodetic_crs, always_xy=True)


@cache
def _from_zone(zone: int) -> Transformer:
    if zone in THREE_DEGREE_ZONES:
        code = 4488 + zone
    elif zone in SIX_DEGREE_ZONES:
        code = 4478 + zone
    else:
        raise AreaRefused(
            f"带号 {zone} 不存在：三度带为 25–45，六度带为 13–23", f"zone {zone} does not exist: 25–45 (3°), 13–23 (6°)"
        )
    # The official axes of a zone are northing first; degrees come back longitude first.
    projected = CRS.from_epsg(code)
    there = Transformer.from_crs(projected, CRS.from_epsg(CGCS2000), always_xy=False)
    return _Swapped(there)  # type: ignore[return-value]


class _Swapped:
    """(northing, easting) → (longitude, latitude)."""

    def __init__(self, transformer: Transformer) -> None:
        self._transformer = transformer

    def transform(self, northing: float, easting: float) -> tuple[float, float]:
        latitude, longitude = self._transformer.transform(northing, easting)
        return longitude, latitude
