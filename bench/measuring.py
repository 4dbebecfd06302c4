"""Seconds of several runs, and what machine they ran on."""

from __future__ import annotations

import gc
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

PACKAGES = (
    "numpy",
    "polars",
    "psycopg",
    "openfisca-core",
    "cel-expr-python",
    "cel-python",
    "zen-engine",
    "json-logic-qubit",
)


class Taken(NamedTuple):
    """One run: seconds by the clock, and seconds of processor time of this process (all its threads)."""

    clock: float
    processor: float

    def __add__(self, other: Taken) -> Taken:  # type: ignore[override]
        return Taken(self.clock + other.clock, self.processor + other.processor)


def seconds(run: Callable[[], Any], times: int, before: Callable[[], Any] | None = None) -> list[Taken]:
    """How long each of several runs took; what happens `before` each is not counted."""
    taken = []
    for _ in range(times):
        if before:
            before()
        gc.collect()
        began, worked = time.perf_counter(), time.process_time()
        run()
        taken.append(Taken(time.perf_counter() - began, time.process_time() - worked))
    return taken


def result(name: str, rows: int, rules: int, taken: Sequence[Taken], **more: Any) -> dict[str, Any]:
    """One line of the results: the medians, and every run beside them."""
    runs = [round(one.clock, 4) for one in taken]
    worked = median(one.processor for one in taken)
    middle = median(runs)
    return {
        "name": name, "rows": rows, "rules": rules, "seconds": middle, "runs": runs,
        "microseconds_a_mine": round(middle / rows * 1e6, 2), "processor_seconds": round(worked, 4),
        "processor_microseconds_a_mine": round(worked / rows * 1e6, 2), **more,
    }  # fmt: skip


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "processor": _processor(), "cores": os.cpu_count(), "system": f"{platform.system()} {platform.release()}",
        "load_before": round(os.getloadavg()[0], 2), "python": platform.python_version(), "sqlite": sqlite3.sqlite_version,
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }  # fmt: skip


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def say(text: str) -> None:
    """Progress, apart from the results."""
    print(text, file=sys.stderr, flush=True)
