"""From which figure on something is shown (提示阈值): dated values of the rulebook, with their confidence. None decides anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from greenmine.editions.edition import Edition
from greenmine.integrity.visits import Limits


@dataclass(frozen=True)
class Threshold:
    """One figure as it holds on a day."""

    id: str
    figure: float
    confidence: str
    title: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """For the signal that used it."""
        return {"id": self.id, "figure": self.figure, "confidence": self.confidence, "title": self.title}


@dataclass(frozen=True)
class Thresholds:
    """All figures of integrity on one day."""

    edition: Edition
    on: date

    def __getitem__(self, name: str) -> Threshold:
        """The threshold with this name, `integrity-` left out or not; LookupError where none holds yet."""
        identifier = name if name.startswith("integrity-") else f"integrity-{name}"
        value = self.edition.values[identifier]
        version = value.on(self.on)
        if version is None:
            raise LookupError(identifier)
        row = version.rows[()]
        return Threshold(identifier, row.value / 10**value.scale, row.confidence, dict(value.title))

    def figure(self, name: str) -> float:
        """Just the figure."""
        return self[name].figure

    def whole(self, name: str) -> int:
        """A figure that is a whole number."""
        return round(self[name].figure)

    def of_visits(self) -> Limits:
        """The limits by which a visit is looked at."""
        return Limits(
            minutes_per_item=self.figure("minutes-per-item"),
            off_site_m=self.figure("off-site"),
            off_site_share=self.figure("off-site-share"),
            speed_kmh=self.figure("speed"),
            drift_s=self.figure("clock-drift"),
            same_place_shots=self.whole("same-place-shots"),
        )
