"""What every command that uses the database does first: the data folder, its key, its one process group, its tables."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path
from typing import IO


class FolderInUse(RuntimeError):
    """Another process group already works on this data folder."""


def prepare_folder(data: Path, *, demo: bool = False) -> None:
    """Make the folder and settle the environment before Django reads it."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["GREENMINE_DATA"] = str(data)
    if demo:
        os.environ["GREENMINE_DEMO"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "greenmine.config.settings"


def hold_folder(data: Path) -> IO[str]:
    """Keep the folder for this process group until it ends; FolderInUse where another has it. Keep the result alive."""
    held = (data / "lock").open("a+")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise FolderInUse(
            f"数据目录 {data} 正在被另一个进程使用，请先停止它，或用 --data 指定其他目录。"
            f" · {data} is in use by another process group: stop it, or choose another folder with --data."
        ) from None
    return held


def set_up() -> None:
    """Start Django in this process."""
    import django  # noqa: PLC0415 -- only commands that need it pay for it

    django.setup()


def migrate() -> None:
    """Bring the tables to what the code expects."""
    from django.core.management import call_command  # noqa: PLC0415 -- after set_up

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def say(*lines: str) -> None:
    """Print for a person who watches the start."""
    for line in lines:
        print(line, flush=True)


def refuse(sentence: str) -> int:
    """Print why not, and the exit code of a refusal."""
    print(sentence, file=sys.stderr)
    return 2
