"""Where a mine lies, as it may be known: names of its divisions, and a point no finer than a county unless it was released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import floor

from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition

PROVINCE_DIGITS, PREFECTURE_DIGITS, CODE = 2, 4, 6
PRECISION = "public-position-degrees"
HALF = 2
SQUARE = 0.5  # of the map's first payload, in degrees


@dataclass(frozen=True)
class Place:
    """A division with those above it."""

    name: str
    province: str
    prefecture: str


@dataclass(frozen=True)
class Point:
    """A point as published, and the square of the map in which it lies; nothing where none is known."""

    longitude: float | None = None
    latitude: float | None = None
    cell: str = ""


def of(region_code: str, on: date, law: Edition | None = None) -> Place:
    """The full name of a division, its province and prefecture by the digits of GB/T 2260."""
    code = (region_code or "").ljust(CODE, "0")[:CODE]
    divisions = (law or editions.active()).divisions
    name = divisions.full_name(code, on) if code != "0" * CODE else divisions.name(code)
    return Place(name, f"{code[:PROVINCE_DIGITS]}0000", f"{code[:PREFECTURE_DIGITS]}00")


def mineral(code: str, law: Edition) -> dict[str, str]:
    """A mineral in both languages; the code itself where the dictionary has none."""
    found = law.dictionary["mineral"].domain.get(code) if code else None
    return {"zh": found["zh"], "en": found["en"]} if found else {"zh": code, "en": code}


def point(longitude: float | None, latitude: float | None, *, on: date, released: bool, law: Edition) -> Point:
    """The middle of a square the size of a county in which the point lies; the point itself where it was released."""
    if longitude is None or latitude is None:
        return Point()
    lon, lat = float(longitude), float(latitude)
    cell = f"{floor(lon / SQUARE)},{floor(lat / SQUARE)}"
    if released:
        return Point(round(lon, 5), round(lat, 5), cell)
    side = precision(on, law)
    lon, lat = ((floor(one / side) + 1 / HALF) * side for one in (lon, lat))
    return Point(round(lon, 4), round(lat, 4), f"{floor(lon / SQUARE)},{floor(lat / SQUARE)}")


def precision(on: date, law: Edition) -> float:
    """The side of that square in degrees: a dated value of the rulebook."""
    value = law.values.get(PRECISION)
    version = value.on(on) if value is not None else None
    if value is None or version is None:
        return SQUARE
    return float(version.rows[()].value / 10**value.scale)
