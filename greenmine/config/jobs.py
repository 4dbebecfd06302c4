"""Background jobs as the operator sees them: waiting, running, stuck, failed; and how one is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django_tasks_db.models import DBTaskResult

STUCK_AFTER = timedelta(hours=1)
SHOWN = 100


@dataclass(frozen=True)
class Job:
    """One job: what it does, how it stands, since when, and what went wrong."""

    id: str
    task: str
    state: str
    since: datetime
    problem: str


def overview(*, now: datetime | None = None) -> list[Job]:
    """Every job that is not done, newest first; one that runs for more than an hour is called stuck."""
    moment = now or datetime.now(UTC)
    rows = DBTaskResult.objects.exclude(status="SUCCESSFUL").order_by("-enqueued_at")[:SHOWN]
    return [_job(row, moment) for row in rows]


def _job(row: DBTaskResult, now: datetime) -> Job:
    since = row.finished_at or row.started_at or row.enqueued_at
    stuck = row.status == "RUNNING" and now - since > STUCK_AFTER
    last_line = row.traceback.strip().rsplit("\n", 1)[-1] if row.traceback else ""
    return Job(str(row.id), row.task_path, "stuck" if stuck else row.status.lower(), since, last_line)


def retry(job: str, *, now: datetime | None = None) -> bool:
    """Queue a failed or stuck job again; False where there is none of this number."""
    moment = now or datetime.now(UTC)
    found = next((one for one in overview(now=moment) if one.id == job and one.state in {"failed", "stuck"}), None)
    if found is None:
        return False
    DBTaskResult.objects.filter(pk=job).update(
        status="READY", started_at=None, finished_at=None, worker_ids=[], traceback="", exception_class_path=""
    )
    return True
