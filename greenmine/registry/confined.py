"""Reading what nobody has vouched for in a child with limits: a file that eats memory or time ends the child, not the worker.

The child is forked, does nothing but the work, and sends its result or its refusal back through a pipe.
"""

from __future__ import annotations

import gc
import os
import pickle
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import NoReturn, TypeVar

if sys.platform != "win32":
    import resource

Result = TypeVar("Result")
MEGABYTE = 1024 * 1024
PIECE = 1 << 20


class TooMuch(Exception):
    """The work needed more time or memory than it was given, or ended without an answer."""


def confined(work: Callable[[], Result], *, seconds: int, megabytes: int) -> Result:
    """What the work returns or raises; TooMuch where it exceeds `seconds` of clock or `megabytes` beyond what is in use."""
    if not hasattr(os, "fork"):
        return work()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, writing, seconds, megabytes)
    os.close(writing)
    try:
        answer = _answer(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        _end(child)
    if not answer:
        raise TooMuch
    kind, value = pickle.loads(answer)  # noqa: S301 -- written by the child forked above, from this same program
    if kind == "returned":
        return value  # type: ignore[no-any-return]
    if isinstance(value, MemoryError):
        raise TooMuch from value
    raise value


def _work(work: Callable[[], Result], writing: int, seconds: int, megabytes: int) -> NoReturn:
    """The child: never returns into the program, whatever happens."""
    try:
        _limit(seconds, megabytes)
        try:
            answer = pickle.dumps(("returned", work()))
        except Exception as raised:  # noqa: BLE001 -- whatever it is, it is raised again on the other side
            answer = pickle.dumps(("raised", raised))
        with os.fdopen(writing, "wb") as out:
            out.write(answer)
        os._exit(0)
    except BaseException:  # noqa: BLE001 -- an empty pipe says it all
        os._exit(1)


def _limit(seconds: int, megabytes: int) -> None:
    gc.freeze()
    in_use = _in_use()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + megabytes * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _in_use() -> int:
    """Address space in use, from /proc where there is one; elsewhere what has ever been resident."""
    try:
        with open("/proc/self/statm", encoding="ascii") as told:  # noqa: PTH123 -- one line of the kernel's
            return int(told.read().split()[0]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _answer(reading: int, until: float) -> bytes:
    pieces: list[bytes] = []
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select([reading], [], [], left)
        if not ready:
            break
        piece = os.read(reading, PIECE)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
    return b""


def _end(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
    except ProcessLookupError:  # it has ended by itself and was waited for elsewhere
        return
    os.waitpid(child, 0)
