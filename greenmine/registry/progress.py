"""Progress (进度): how far a long job has come, in a small file, because its transaction shows nothing until it ends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of how many are done."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """Whole percent, 0 to 100."""
        return min(100, self.done * 100 // self.total) if self.total else 0


def tell(job: str, done: int, total: int) -> None:
    """Leave word of how far a job has come."""
    place = _place(job)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = place.with_suffix(".new")
    waiting.write_text(json.dumps({"done": done, "total": total}), encoding="utf-8")
    waiting.replace(place)


def of(job: str) -> Progress:
    """How far a job has come; nothing of nothing where it has not begun."""
    try:
        said = json.loads(_place(job).read_text(encoding="utf-8"))
        return Progress(int(said["done"]), int(said["total"]))
    except (OSError, ValueError, KeyError):
        return Progress(0, 0)


def _place(job: str) -> Path:
    return Path(settings.DATA) / "progress" / f"{job}.json"
