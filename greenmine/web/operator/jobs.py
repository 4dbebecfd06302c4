"""Background jobs as the operator sees them: waiting, running, stuck, failed; and how one is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django_tasks_db.models import DBTaskResult

STUCK_AFTER = timedelta(hours=1)
SHOWN = 100


@dataclass(frozen=True)
class Job:
    """One job: what it does, how it stands, since when, how often it was begun, and what went wrong."""

    id: str
    task: str
    state: str
    since: datetime
    problem: str
    attempts: int = 0

    @property
    def can_be_retried(self) -> bool:
        """Whether a person may queue it again."""
        return self.state in {"failed", "stuck"}


def overview(*, now: datetime | None = None, worker: str = "") -> list[Job]:
    """Every job that is not done, newest first.

    One that runs for more than an hour is called stuck; so is one whose worker is not the living one, where that is known.
    """
    moment = now or datetime.now(UTC)
    rows = DBTaskResult.objects.exclude(status="SUCCESSFUL").order_by("-enqueued_at")[:SHOWN]
    return [_job(row, moment, worker) for row in rows]


def _job(row: DBTaskResult[..., Any], now: datetime, worker: str) -> Job:
    since = row.finished_at or row.started_at or row.enqueued_at
    orphaned = bool(worker and row.worker_ids and row.worker_ids[-1] != worker)
    stuck = row.status == "RUNNING" and (orphaned or now - since > STUCK_AFTER)
    last_line = row.traceback.strip().rsplit("\n", 1)[-1] if row.traceback else ""
    state = "stuck" if stuck else row.status.lower()
    return Job(str(row.id), row.task_path, state, since, last_line, attempts=len(row.worker_ids))


def retry(job: str, *, now: datetime | None = None, worker: str = "") -> bool:
    """Queue a failed or stuck job again; False where there is none of this number. How often it was begun is kept."""
    moment = now or datetime.now(UTC)
    found = next((one for one in overview(now=moment, worker=worker) if one.id == job and one.can_be_retried), None)
    if found is None:
        return False
    DBTaskResult.objects.filter(pk=job).update(
        status="READY", started_at=None, finished_at=None, traceback="", exception_class_path=""
    )
    return True
