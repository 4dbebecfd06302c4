"""Whether the system is well (运行状态): the worker's sign of life, the database, the files, the last backup."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum

from greenmine.evidence.models import File

SILENT_SECONDS = 120


CLOCKS = ("schedule", "sealing", "searching")  # the worker's clocks, each with a file of what it could not do


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The worker's last sign of life; never seen where there was none."""

    at: datetime | None
    pid: int

    def is_stale(self, now: datetime) -> bool:
        """Whether the worker is silent for so long that somebody has to look."""
        return self.at is None or (now - self.at).total_seconds() > SILENT_SECONDS

    def worker(self, now: datetime) -> str:
        """The name under which the living worker takes jobs; empty where none lives."""
        return "" if self.is_stale(now) else f"greenmine-{self.pid}"


@dataclass(frozen=True, slots=True)
class Storage:
    """How much is kept, and how much room is left."""

    database: str
    database_bytes: int
    files: int
    file_bytes: int
    free_bytes: int


def heartbeat() -> Heartbeat:
    """What the worker left when it last beat."""
    beat = _kept("worker.json")
    return Heartbeat(_moment(beat.get("at")), int(beat.get("pid", 0)))


def last_backup() -> datetime | None:
    """When `./run admin backup` last wrote a copy of this data folder; None where it never did."""
    return _moment(_kept("backup.json").get("at"))


def schedule_problems() -> dict[str, str]:
    """What the worker does by itself and could not do when it last tried: the task and the error."""
    found = {name: problem for clock in CLOCKS for name, problem in _kept(f"{clock}-problems.json").items()}
    return {name: str(problem) for name, problem in found.items() if problem}


def storage() -> Storage:
    """Sizes of database and files."""
    kept = File.objects.aggregate(count=Count("pk"), size=Sum("size"))
    words = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    return Storage(
        database=words.get(connection.vendor, connection.vendor),
        database_bytes=_database_bytes(),
        files=kept["count"],
        file_bytes=kept["size"] or 0,
        free_bytes=shutil.disk_usage(settings.DATA).free,
    )


def _database_bytes() -> int:
    asked = (
        "SELECT pg_database_size(current_database())"
        if connection.vendor == "postgresql"
        else "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return int(cursor.fetchone()[0])


def _kept(name: str) -> dict[str, Any]:
    """A small file of the data folder; empty where it is missing or half written."""
    try:
        found = json.loads((Path(settings.DATA) / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None
