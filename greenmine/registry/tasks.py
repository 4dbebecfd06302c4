"""What happens to imports by itself: the worker reads and writes them; a failure is told in words and can be retried."""

from __future__ import annotations

import logging

from django.db import transaction
from django_tasks import task

from greenmine.editions import queries as editions
from greenmine.registry import import_reading, import_writing
from greenmine.registry.models import ImportBatch

log = logging.getLogger("greenmine.registry")
FAILED = {
    "zh": "后台任务失败，未写入任何内容；请联系运维人员，任务可以重试",
    "en": "the job failed and wrote nothing; tell the operator, it can be tried again",
}


@task()
def read_import(batch: int) -> None:
    """Read an uploaded ledger into its preview."""
    found = ImportBatch.objects.get(pk=batch)
    if found.state not in (ImportBatch.State.UPLOADED, ImportBatch.State.READING):
        return
    try:
        import_reading.read(editions.active(), found)
    except Exception:
        log.exception("import %s failed", batch)
        _failed(batch)
        raise


@task()
def write_import(batch: int) -> None:
    """Write a confirmed import."""
    try:
        with transaction.atomic():
            found = ImportBatch.objects.select_for_update().get(pk=batch)
            if found.state == ImportBatch.State.COMMITTING:
                import_writing.write(editions.active(), found)
    except Exception:
        log.exception("import %s failed", batch)
        _failed(batch)
        raise


def _failed(batch: int) -> None:
    """Say that the job failed; the trace stays with the job."""
    ImportBatch.objects.filter(pk=batch).update(state=ImportBatch.State.FAILED, problem=FAILED)
