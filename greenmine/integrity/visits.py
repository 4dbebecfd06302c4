"""Visits that cannot be what they say (现场核查异常): too short, off site, impossible in sequence, not the days. Pure.

What a phone says of place and time can be wrong or forged: each finding says what would explain it innocently, and a
single stray position proves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

EARTH_M = 6_371_000.0
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Shot:
    """One photograph of a visit: what it shows, who took it, when (the device's clock less its drift) and where."""

    key: str
    item: str
    person: str
    at: datetime
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    drift_s: float | None = None
    outside_m: float | None = None  # from the mine's area (or its point); 0 within; None where nobody knows

    @property
    def corrected(self) -> datetime:
        """When it was taken by the server's clock, as far as that is known."""
        return self.at - timedelta(seconds=self.drift_s or 0)


@dataclass(frozen=True)
class Visited:
    """One visit: the planned days, the items that had to be seen on site, and the photographs."""

    key: str
    engagement: str
    first: date
    last: date
    items: int
    shots: tuple[Shot, ...]


@dataclass(frozen=True)
class Limits:
    """From which figure on each is noted: dated values of the rulebook (integrity-…)."""

    minutes_per_item: float
    off_site_m: float
    off_site_share: float
    speed_kmh: float
    drift_s: float
    same_place_shots: int


@dataclass(frozen=True)
class Oddity:
    """Something about a visit that does not fit (异常): what, which photographs, the figure and the limit."""

    kind: str
    shots: tuple[str, ...]
    figure: float
    limit: float
    limit_id: str
    more: Mapping[str, float] = field(default_factory=dict)


def metres(one: Shot, other: Shot) -> float | None:
    """The distance between two photographs on the ground; None where a position is missing."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    lat1, lon1, lat2, lon2 = (
        radians(float(v or 0.0)) for v in (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    a = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(a)))


def oddities(visited: Visited, limits: Limits) -> list[Oddity]:
    """Everything odd about one visit, looked at by itself."""
    shots = sorted(visited.shots, key=lambda shot: (shot.corrected, shot.key))
    if not shots:
        return []
    checks = (_too_short, _off_site, _other_days, _clock, _one_place, _no_accuracy)
    return [found for check in checks if (found := check(visited, shots, limits)) is not None]


def _too_short(_: Visited, shots: Sequence[Shot], limits: Limits) -> Oddity | None:
    """The time on site, day by day and whoever was longest, for the items seen."""
    days: dict[date, list[datetime]] = {}
    for shot in shots:
        days.setdefault(shot.corrected.astimezone(CHINA).date(), []).append(shot.corrected)
    minutes = sum((max(times) - min(times)).total_seconds() / 60 for times in days.values())
    people = max(1, len({shot.person for shot in shots}))
    seen = len({shot.item for shot in shots if shot.item})
    if seen < 2 or (per_item := minutes * people / seen) >= limits.minutes_per_item:  # noqa: PLR2004 -- one item has no span
        return None
    return Oddity(
        "visit_too_short", tuple(shot.key for shot in shots), round(per_item, 2), limits.minutes_per_item,
        "integrity-minutes-per-item", {"minutes": round(minutes, 1), "items": seen, "people": people},
    )  # fmt: skip


def _off_site(_: Visited, shots: Sequence[Shot], limits: Limits) -> Oddity | None:
    """A good part of the photographs clearly outside: farther than the tolerance and twice what the device doubts."""
    placed = [shot for shot in shots if shot.outside_m is not None]
    away = [shot for shot in placed if (shot.outside_m or 0) - 2 * (shot.accuracy_m or 0) > limits.off_site_m]
    if len(away) < 2 or len(away) / len(placed) < limits.off_site_share:  # noqa: PLR2004 -- one stray position is nothing
        return None
    middle = sorted(shot.outside_m or 0 for shot in away)[len(away) // 2]
    return Oddity(
        "off_site", tuple(shot.key for shot in away), round(middle, 1), limits.off_site_m, "integrity-off-site",
        {"away": len(away), "placed": len(placed)},
    )  # fmt: skip


def _other_days(visited: Visited, shots: Sequence[Shot], limits: Limits) -> Oddity | None:
    """Photographs of other days than those planned; a clock that is off explains a day, not a week."""
    del limits
    other = []
    worst = 0
    for shot in shots:
        day = shot.corrected.astimezone(CHINA).date()
        away = max((visited.first - day).days, (day - visited.last).days, 0)
        if away > 0:
            other.append(shot.key)
            worst = max(worst, away)
    return Oddity("other_days", tuple(other), worst, 0, "integrity-other-days") if other else None


def _clock(_: Visited, shots: Sequence[Shot], limits: Limits) -> Oddity | None:
    off = [shot for shot in shots if shot.drift_s is not None and abs(shot.drift_s) > limits.drift_s]
    if not off:
        return None
    worst = max(abs(shot.drift_s or 0) for shot in off)
    return Oddity("clock_off", tuple(shot.key for shot in off), round(worst), limits.drift_s, "integrity-clock-drift")


def _one_place(_: Visited, shots: Sequence[Shot], limits: Limits) -> Oddity | None:
    """Many photographs of different items at exactly one position: a satellite fix is never twice the same."""
    places = Counter((shot.latitude, shot.longitude) for shot in shots if shot.latitude is not None)
    if not places:
        return None
    place, count = places.most_common(1)[0]
    same = [shot for shot in shots if (shot.latitude, shot.longitude) == place]
    minutes = (same[-1].corrected - same[0].corrected).total_seconds() / 60
    if count < limits.same_place_shots or len({shot.item for shot in same}) < 2 or minutes < 10:  # noqa: PLR2004 -- one fix may serve a few shots
        return None
    return Oddity(
        "one_place", tuple(shot.key for shot in same), count, limits.same_place_shots, "integrity-same-place-shots",
        {"minutes": round(minutes, 1)},
    )  # fmt: skip


def _no_accuracy(_: Visited, shots: Sequence[Shot], limits: Limits) -> Oddity | None:
    """An accuracy of nought metres: no receiver is that good, programs that invent positions are."""
    del limits
    exact = [shot.key for shot in shots if shot.accuracy_m is not None and shot.accuracy_m <= 0]
    return Oddity("no_accuracy", tuple(exact), len(exact), 1, "integrity-no-accuracy") if len(exact) > 1 else None


@dataclass(frozen=True)
class Jump:
    """One person at two places faster than anybody travels (行程不可能)."""

    person: str
    one: Shot
    other: Shot
    kilometres: float
    minutes: float
    kmh: float


def jumps(shots: Iterable[Shot], *, kmh: float) -> list[Jump]:
    """Impossible sequences: each person's photographs over all visits, in the order of time."""
    people: dict[str, list[Shot]] = {}
    for shot in shots:
        if shot.latitude is not None and shot.person:
            people.setdefault(shot.person, []).append(shot)
    found = []
    for person, taken in sorted(people.items()):
        for one, other in pairwise(sorted(taken, key=lambda shot: (shot.corrected, shot.key))):
            apart = (metres(one, other) or 0.0) - 3 * ((one.accuracy_m or 0.0) + (other.accuracy_m or 0.0))
            hours = max((other.corrected - one.corrected).total_seconds(), 1.0) / 3600
            if apart > 2_000 and apart / 1000 / hours > kmh:  # noqa: PLR2004 -- metres: below that a position may jump
                found.append(
                    Jump(person, one, other, round(apart / 1000, 1), round(hours * 60, 1), round(apart / 1000 / hours))
                )
    return found
