"""The worker process: queued jobs in the foreground, the schedule in a thread beside them. `python -m greenmine.config.worker`."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import Any

LOOK_EVERY_SECONDS = 1.0
ORPHAN_LOOK_SECONDS = 1.0


def main() -> None:
    """Work until told to stop, or until the parent is gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenmine.config.settings")
    import django  # noqa: PLC0415 -- the entry of a process

    django.setup()
    from django.conf import settings  # noqa: PLC0415 -- after set-up
    from django.db import close_old_connections  # noqa: PLC0415 -- after set-up
    from django_tasks_db.management.commands.db_worker import Worker  # noqa: PLC0415 -- after set-up

    from greenmine.accounts.queries import today  # noqa: PLC0415 -- after set-up
    from greenmine.config.schedule import CLOCKS, Clock, Tick, beat  # noqa: PLC0415 -- after set-up

    parent = os.getppid()

    def keep_alive() -> None:
        """Beats while the clock is busy: judging every mine at midnight takes longer than silence is tolerated."""
        while True:
            if os.getppid() != parent:  # the group's parent died without saying so
                os._exit(1)
            try:
                beat(settings.DATA / "worker.json")
            except OSError:
                logging.getLogger("greenmine.worker").exception("no sign of life could be left")
            time.sleep(LOOK_EVERY_SECONDS)

    def keep_time(name: str, schedule: tuple[Tick, ...]) -> None:
        clock = Clock(settings.DATA / f"{name}.json", schedule)
        while True:
            try:
                close_old_connections()
                clock.run_due(moment=time.time(), day=today().isoformat())
            except Exception:  # the clock must not stop
                logging.getLogger("greenmine.worker").exception("the schedule stumbled")
            time.sleep(LOOK_EVERY_SECONDS)

    threading.Thread(target=keep_alive, daemon=True, name="heartbeat").start()
    for name, schedule in CLOCKS.items():
        threading.Thread(target=keep_time, args=(name, schedule), daemon=True, name=name).start()
    worker = Worker(
        queue_names=["*"],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"greenmine-{os.getpid()}",
        excluded_queue_names=[],
    )
    worker.configure_signals()
    while not worked(worker):
        time.sleep(LOOK_EVERY_SECONDS)


def worked(worker: Any) -> bool:
    """Work until told to stop; False where another writer kept SQLite too long: nothing was taken, the queue waits."""
    from django.db import OperationalError, connection  # noqa: PLC0415 -- after set-up

    try:
        worker.run()
    except OperationalError as busy:
        if "locked" not in str(busy):
            raise
        logging.getLogger("greenmine.worker").warning("the database is kept by a long write; looking again")
        connection.close()
        return False
    return True


if __name__ == "__main__":
    main()
