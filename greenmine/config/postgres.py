"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on a free port, ended with the run."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

PLACES = ("/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt/postgresql")
UNPRIVILEGED = ("postgres", "nobody")
STOP_SECONDS = 30


class NoPostgres(RuntimeError):
    """PostgreSQL's programs are not installed."""


def programs() -> Path:
    """The folder of initdb and pg_ctl: the newest installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [folder for place in PLACES for folder in Path(place).glob("*/bin") if (folder / "initdb").exists()]
    if not versions:
        raise NoPostgres(
            "未找到 PostgreSQL 程序，请先安装（Debian：apt install postgresql）。 · PostgreSQL is not installed: install it first."
        )
    return max(versions, key=lambda folder: int("".join(c for c in folder.parent.name if c.isdigit()) or 0))


def _as_somebody() -> dict[str, object]:
    """PostgreSQL refuses to run as root; then it runs as an unprivileged user of this machine."""
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            somebody = pwd.getpwnam(name)
            return {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}
    raise NoPostgres("请以普通用户运行。 · Run this as an ordinary user.")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster and give its address as GREENMINE_DATABASE_URL wants it."""
    where, somebody = programs(), _as_somebody()
    folder = Path(tempfile.mkdtemp(prefix="greenmine-pg-"))
    if "user" in somebody:
        os.chown(folder, int(str(somebody["user"])), int(str(somebody["group"])))
    kept, port = folder / "cluster", free_port()

    def call(*command: str) -> None:
        done = subprocess.run(  # noqa: S603 -- programs of the installed PostgreSQL
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            **somebody,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise NoPostgres(f"{command[0]}: {done.stdout}{done.stderr}")

    try:
        call(
            str(where / "initdb"), "--pgdata", str(kept), "--username", "greenmine", "--auth", "trust",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
        call(
            str(where / "pg_ctl"),
            "--pgdata",
            str(kept),
            "--log",
            str(folder / "log"),
            "--wait",
            "--options",
            options,
            "start",
        )
        yield f"postgres://greenmine@127.0.0.1:{port}/postgres"
    finally:
        with contextlib.suppress(NoPostgres):
            call(
                str(where / "pg_ctl"),
                "--pgdata",
                str(kept),
                "--mode",
                "immediate",
                "--timeout",
                str(STOP_SECONDS),
                "stop",
            )
        shutil.rmtree(folder, ignore_errors=True)
