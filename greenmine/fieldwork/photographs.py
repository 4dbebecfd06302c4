"""What a photograph says of itself (影像核对), compared with what was claimed of it: notes for a person, never refusals.

Pure: bytes, claims, area and tolerances in; a list of notes out. `weight`: fine · note · doubt.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from pyproj import Geod
from shapely.geometry import Point
from shapely.ops import nearest_points

from greenmine.spatial.areas import Area

CHINA = ZoneInfo("Asia/Shanghai")
EXIF_IFD, GPS_IFD = 0x8769, 0x8825
TAKEN, TAKEN_CHANGED = 0x9003, 0x0132
GPS_NORTH, GPS_LATITUDE, GPS_EAST, GPS_LONGITUDE = 1, 2, 3, 4
ELLIPSOID = Geod(ellps="GRS80")
FIRST_POSSIBLE_YEAR = 2000


@dataclass(frozen=True)
class Tolerances:
    """How far things may be apart before a note says so; dated values of the rulebook."""

    place_m: float
    point_radius_m: float
    accuracy_worst_m: float
    drift_s: float
    position_age_s: float
    exif_s: float


@dataclass(frozen=True)
class Claim:
    """What the device said when the photograph was taken."""

    taken_at: datetime
    drift_ms: int | None
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    position_age_ms: int | None
    no_position: str = ""


@dataclass(frozen=True)
class Inside:
    """What the file itself holds: time and place written by the camera, where they are."""

    taken_at: datetime | None
    latitude: float | None
    longitude: float | None


def note(code: str, weight: str, zh: str, en: str) -> dict[str, str]:
    """One thing noted about a photograph."""
    return {"code": code, "weight": weight, "zh": zh, "en": en}


def corrected(claim: Claim) -> datetime:
    """The moment of capture by the server's clock, as far as the drift is known."""
    return claim.taken_at - timedelta(milliseconds=claim.drift_ms or 0)


def time_notes(claim: Claim, *, from_on: date, until_on: date, tolerances: Tolerances) -> list[dict[str, str]]:
    """Whether the photograph was taken on the days of the visit, and whether its clock can be trusted."""
    day = corrected(claim).astimezone(CHINA).date()
    said = []
    if not from_on <= day <= until_on:
        said.append(
            note(
                "outside_days",
                "doubt",
                f"拍摄日期 {day} 不在核查日期 {from_on} 至 {until_on} 之内",
                f"taken on {day}, outside the visit's days {from_on} to {until_on}",
            )
        )
    if claim.drift_ms is None:
        said.append(
            note(
                "drift_unknown",
                "note",
                "设备时钟偏差未知：拍摄前未与服务器对时",
                "clock drift unknown: the device had not met the server before",
            )
        )
    elif abs(claim.drift_ms) > tolerances.drift_s * 1000:
        seconds = round(claim.drift_ms / 1000)
        said.append(
            note(
                "drift",
                "doubt",
                f"设备时钟与服务器相差 {seconds} 秒，已按服务器时间折算",
                f"the device's clock was {seconds} s off the server's; times are corrected by it",
            )
        )
    return said


def place_notes(
    claim: Claim, areas: Iterable[Area], point: tuple[float, float] | None, *, tolerances: Tolerances
) -> list[dict[str, str]]:
    """Whether the photograph was taken at the mine, as far as its position says something."""
    if claim.latitude is None or claim.longitude is None:
        why = claim.no_position or "unknown"
        return [note("no_position", "doubt", f"没有定位（{_why(why)}）", f"no position ({why})")]
    said = []
    accuracy = claim.accuracy_m
    if accuracy is None or accuracy <= 0:
        said.append(
            note(
                "accuracy_zero",
                "doubt",
                "定位精度为 0 或缺失，可能为模拟定位",
                "accuracy is 0 or absent: the position may have been simulated",
            )
        )
        accuracy = 0.0
    elif accuracy > tolerances.accuracy_worst_m:
        said.append(
            note(
                "accuracy_poor",
                "note",
                f"定位精度 {accuracy:.0f} 米，过低",
                f"accuracy is {accuracy:.0f} m: poor",
            )
        )
    if claim.position_age_ms is not None and claim.position_age_ms > tolerances.position_age_s * 1000:
        seconds = claim.position_age_ms // 1000
        said.append(
            note(
                "position_old",
                "note",
                f"定位比拍摄早 {seconds} 秒",
                f"the position is {seconds} s older than the photo",
            )
        )
    away = metres_outside(claim.longitude, claim.latitude, areas, point, radius_m=tolerances.point_radius_m)
    if away is None:
        said.append(
            note(
                "no_area",
                "note",
                "该矿山没有登记范围或坐标，无法核对位置",
                "the mine has no boundary or coordinates: the place cannot be compared",
            )
        )
    elif away > tolerances.place_m + accuracy:
        said.append(
            note(
                "off_site",
                "doubt",
                f"拍摄位置在矿区范围外约 {away:.0f} 米（精度 {accuracy:.0f} 米）",
                f"taken about {away:.0f} m outside the mine (accuracy {accuracy:.0f} m)",
            )
        )
    return said


def _why(code: str) -> str:
    return {
        "denied": "未授权定位",
        "unavailable": "设备无法定位",
        "timeout": "定位超时",
        "unsupported": "设备不支持定位",
    }.get(code, "原因不明")


def metres_outside(
    longitude: float, latitude: float, areas: Iterable[Area], point: tuple[float, float] | None, *, radius_m: float
) -> float | None:
    """How far a position lies outside the mine's areas, or beyond the radius of its point; None where neither is known."""
    here = Point(longitude, latitude)
    found = []
    for area in areas:
        if area.shape.covers(here):
            return 0.0
        there = nearest_points(area.shape, here)[0]
        found.append(float(ELLIPSOID.inv(longitude, latitude, there.x, there.y)[2]))
    if found:
        return min(found)
    if point is None:
        return None
    return max(0.0, float(ELLIPSOID.inv(longitude, latitude, *point)[2]) - radius_m)


def content_notes(
    claim: Claim, claimed: str, actual: str, content: Inside, *, tolerances: Tolerances
) -> list[dict[str, str]]:
    """Whether the bytes are those hashed at capture, and whether what the camera wrote agrees with the device."""
    said = []
    if claimed != actual:
        said.append(
            note(
                "hash_differs",
                "doubt",
                "上传的文件与拍摄时的哈希不一致，内容已改变",
                "the uploaded bytes are not those hashed at capture: the content changed",
            )
        )
    if content.taken_at is None:
        said.append(note("exif_absent", "fine", "照片文件中没有拍摄时间", "the file holds no time of its own"))
    else:
        apart = abs((content.taken_at - claim.taken_at).total_seconds())
        if apart > tolerances.exif_s:
            said.append(
                note(
                    "exif_time",
                    "doubt",
                    f"照片自带时间 {content.taken_at.astimezone(CHINA):%Y-%m-%d %H:%M} 与拍摄时间相差 {apart / 60:.0f} 分钟",
                    f"the file's own time is {apart / 60:.0f} minutes from the time of capture",
                )
            )
    if content.latitude is not None and content.longitude is not None and claim.latitude is not None:
        away = ELLIPSOID.inv(content.longitude, content.latitude, claim.longitude, claim.latitude)[2]
        if away > tolerances.place_m + (claim.accuracy_m or 0):
            said.append(
                note(
                    "exif_place",
                    "doubt",
                    f"照片自带位置与设备定位相差约 {away:.0f} 米",
                    f"the file's own place is about {away:.0f} m from the device's",
                )
            )
    return said


def inside(content: bytes) -> Inside:
    """The time and place that the camera wrote into a photograph; nothing where it wrote none or nonsense."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            exif = picture.getexif()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Inside(None, None, None)
    taken = _moment(exif.get_ifd(EXIF_IFD).get(TAKEN) or exif.get(TAKEN_CHANGED))
    gps = exif.get_ifd(GPS_IFD)
    latitude = _degrees(gps.get(GPS_LATITUDE), gps.get(GPS_NORTH), "S", most=90)
    longitude = _degrees(gps.get(GPS_LONGITUDE), gps.get(GPS_EAST), "W", most=180)
    if latitude is None or longitude is None:
        return Inside(taken, None, None)
    return Inside(taken, latitude, longitude)


def _moment(said: Any) -> datetime | None:
    try:
        found = datetime.strptime(str(said), "%Y:%m:%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.year >= FIRST_POSSIBLE_YEAR else None


def _degrees(parts: Any, side: Any, negative: str, *, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    if not 0 <= found <= most:  # nor is "no number" (0/0) a place
        return None
    return -found if str(side).strip("\0 ") == negative else found
