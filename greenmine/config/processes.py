"""The process group of a running system: web server and worker as children of one parent, which ends them together."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType
from typing import IO

READY_SECONDS = 60
STOP_SECONDS = 10
WORKER_RESTARTS = 20
LOOK_EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Web:
    """Where and how the web server listens."""

    host: str
    port: int
    workers: int = 1
    threads: int = 4
    certificate: str = ""
    key: str = ""

    def command(self) -> list[str]:
        """granian, serving the WSGI application."""
        encrypted = ["--ssl-certificate", self.certificate, "--ssl-keyfile", self.key] if self.certificate else []
        return [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port),
            "--workers", str(self.workers), "--blocking-threads", str(self.threads), "--no-ws", "--log-level", "warning",
            *encrypted, "greenmine.config.wsgi:application",
        ]  # fmt: skip


def port_is_free(host: str, port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(url: str, seconds: float = READY_SECONDS) -> bool:
    """Wait until the address answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 -- our own loopback address
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
    return False


def _tell(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a child and everything in its session: a server that is told to stop while it starts leaves its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


class Group:
    """The children. When one ends unasked, or the parent is told to stop, all end.

    They inherit the hold on the data folder: should the parent be killed, no second group starts beside its orphans.
    """

    def __init__(self, held: IO[str]) -> None:
        self.held = held
        self.children: list[subprocess.Popen[bytes]] = []
        self.again: dict[int, tuple[list[str], int]] = {}  # pid → command and restarts left
        self.stopping = False
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)

    def start(self, command: Sequence[str], *, restarts: int = 0) -> None:
        """Start one child, in a session of its own so that Ctrl+C reaches the parent first.

        One that ends unasked is started again up to `restarts` times: a worker that dies must not end the web server.
        """
        child = subprocess.Popen(command, start_new_session=True, pass_fds=[self.held.fileno()])  # noqa: S603 -- ours
        self.children.append(child)
        self.again[child.pid] = (list(command), restarts)

    def wait(self) -> int:
        """Stay until something ends; then end the rest. 0 when asked to stop."""
        while not self.stopping:
            ended = next((child for child in self.children if child.poll() is not None), None)
            if ended is not None and not self._started_again(ended):
                self.end()
                return ended.returncode or 1
            time.sleep(LOOK_EVERY_SECONDS)
        self.end()
        return 0

    def _started_again(self, ended: subprocess.Popen[bytes]) -> bool:
        command, left = self.again.pop(ended.pid)
        self.children.remove(ended)
        if left < 1 or self.stopping:
            self.children.append(ended)
            return False
        _tell(ended, signal.SIGKILL)
        print(
            f"后台进程意外结束，已重新启动 · a child ended unasked and was started again ({ended.returncode})",
            flush=True,
        )
        self.start(command, restarts=left - 1)
        return True

    def end(self) -> None:
        """Ask every child to stop, then make it."""
        for child in self.children:
            _tell(child, signal.SIGTERM)
        for child in self.children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(STOP_SECONDS)
            _tell(child, signal.SIGKILL)  # and whatever it started and left behind

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- a signal handler
        self.stopping = True
