"""`python -m bench.publiclog [--postgres] [--quick]`: see README.md."""

# ruff: noqa: PLC0415 -- Django is set up first
from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from bench.measuring import machine
from greenmine.config.postgres import cluster

SEED, SINGLE, BULK, TOGETHER_SECONDS, PROOFS = 7, 3000, 30_000, 15, 500
TARGET = 1000
HERE = Path(__file__).resolve().parents[2]
RESULTS = HERE / "bench" / "results"
ON = date(2026, 11, 20)


def main(*, quick: bool = False) -> int:
    quick = quick or "--quick" in sys.argv
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="greenmine-bench-")))
        url = stack.enter_context(cluster()) if "--postgres" in sys.argv else ""
        prepare(folder / "data", url)
        found: dict[str, Any] = {
            "command": "./run bench publiclog", "began": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(),
        }  # fmt: skip
        found |= measure(folder, 20 if quick else 1)
        found["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    for line in found["lines"]:
        print(f"{line['name']:<70} {line['said']}")
    if not quick:
        name = "publiclog-postgres.json" if url else "publiclog.json"
        (RESULTS / name).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(any(line["per_second"] < line["target"] for line in found["lines"] if "target" in line))


def prepare(data: Path, url: str) -> None:
    from greenmine.config import starting
    from greenmine.config.keys import make_key

    if url:
        os.environ["GREENMINE_DATABASE_URL"] = url
    else:
        os.environ.pop("GREENMINE_DATABASE_URL", None)
    starting.prepare_folder(data)
    make_key(data)
    starting.set_up()
    starting.migrate()


def statement(chance: random.Random) -> dict[str, Any]:
    """About as long as an entry: some 600 bytes of JSON."""
    return {
        "mine_name": f"第{chance.randint(1, 60_000)}号煤矿", "title": {"zh": "纳入省级绿色矿山名录", "en": "Entered into the provincial directory"},
        "body": {"decision_number": f"甘自然资告〔2026〕{chance.randint(1, 99)}号", "text": "经审核、评估、核查、公示，" * 8},
    }  # fmt: skip


def measure(folder: Path, less: int) -> dict[str, Any]:
    from django.db import connection, connections, transaction

    from greenmine.publiclog import actions, queries, tasks, verifying
    from greenmine.publiclog.models import Link

    chance = random.Random(SEED)
    lines = []

    taken = []
    for number in range(SINGLE // less):
        said = statement(chance)
        began = perf_counter()
        actions.append("entry", f"M{number:08d}", said, on=ON)
        taken.append((perf_counter() - began) * 1000)
    lines.append(latency("one append in a transaction of its own", taken))
    tasks.seal()

    bulk = BULK // less
    with transaction.atomic():
        began = perf_counter()
        for number in range(bulk):
            actions.append("entry", f"M{number:08d}", statement(chance), on=ON)
        seconds = perf_counter() - began
    lines.append(rate(f"{bulk:,} appends in one transaction", bulk, seconds))
    began = perf_counter()
    signed = tasks.seal()
    seconds = perf_counter() - began
    name = f"{bulk:,} leaves numbered, linked, both trees grown, {signed} checkpoints signed"
    lines.append({**rate(name, bulk, seconds), "target": TARGET})

    lines += together(less)

    size = Link.objects.count()
    taken = []
    for _ in range(PROOFS // less):
        number = chance.randint(1, size)
        began = perf_counter()
        queries.proof(number)
        taken.append((perf_counter() - began) * 1000)
    lines.append(latency(f"an inclusion proof among {size:,} leaves", taken))
    began = perf_counter()
    held = verifying.verify()
    lines.append(
        rate(f"./run verify: {held.leaves:,} leaves, texts, trees and signatures", held.leaves, perf_counter() - began)
    )
    lines.append(outside(folder))
    vendor = connection.vendor
    connections.close_all()
    if not held.holds:
        raise SystemExit(f"the log does not hold: {held.broken[:3]}")
    return {"lines": lines, "database": vendor, "leaves": size}


def together(less: int) -> list[dict[str, Any]]:
    """Another process appends as fast as it can, each in a transaction of its own, while this one seals each second, as the worker does."""
    from greenmine.publiclog import queries, tasks
    from greenmine.publiclog.models import Link, Waiting

    before, waits = Link.objects.count(), []
    last = max(3, TOGETHER_SECONDS // less)
    writer = subprocess.Popen(
        [sys.executable, "-m", "bench.publiclog", "--write", str(last)], stdout=subprocess.PIPE, text=True, cwd=HERE
    )
    while writer.poll() is None:
        began = perf_counter()
        tasks.seal()
        waits.append((perf_counter() - began) * 1000)
        sleep(max(0.0, 1 - (perf_counter() - began)))
    taken = json.loads(writer.stdout.read())
    tasks.seal()
    assert not Waiting.objects.exists()
    assert queries.checkpoint().size == before + len(taken)
    return [
        rate("appended one by one in one process, sealed each second in another", len(taken), last),
        latency("one append meanwhile", taken),
        latency("one round of the sealer meanwhile", waits),
    ]


def write(seconds: float) -> int:
    """The other process: appends for some seconds, and prints how long each took."""
    from greenmine.config import starting

    starting.set_up()
    from greenmine.publiclog import actions

    chance, taken = random.Random(SEED), []
    until = perf_counter() + seconds
    while perf_counter() < until:
        at = perf_counter()
        actions.append("entry", "M00000001", statement(chance), on=ON)
        taken.append((perf_counter() - at) * 1000)
    print(json.dumps(taken))
    return 0


def outside(folder: Path) -> dict[str, Any]:
    """The outsider's script over the exported file."""
    from greenmine.publiclog import queries

    with (folder / "log.ndjson").open("w", encoding="utf-8") as out:
        count = 0
        for line in queries.export():
            out.write(line + "\n")
            count += 1
    (folder / "checkpoint.txt").write_text(queries.checkpoint().note, encoding="utf-8")
    command = [sys.executable, "-I", str(HERE / "docs" / "verify_public_log.py"), "log.ndjson", "checkpoint.txt"]
    began = perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("holds")
    return rate(f"docs/verify_public_log.py over {count:,} leaves, both algorithms", count, perf_counter() - began)


def rate(name: str, count: int, seconds: float) -> dict[str, Any]:
    each = round(count / seconds)
    return {
        "name": name,
        "count": count,
        "seconds": round(seconds, 3),
        "per_second": each,
        "said": f"{each:,} a second",
    }


def latency(name: str, taken: list[float]) -> dict[str, Any]:
    middle, late = round(median(taken), 3), round(sorted(taken)[int(len(taken) * 0.95)], 3)
    worst = round(max(taken), 1)
    said = f"median {middle} ms, 95 % {late} ms, worst {worst} ms"
    return {"name": name, "runs": len(taken), "milliseconds": middle, "p95": late, "worst": worst, "said": said}


if __name__ == "__main__":
    raise SystemExit(write(float(sys.argv[2])) if "--write" in sys.argv else main())
