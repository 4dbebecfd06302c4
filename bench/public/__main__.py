"""`python -m bench.public [--quick]`: see README.md."""

# ruff: noqa: PLC0415 -- Django is set up first
from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from bench.measuring import machine, say
from bench.public import generated, serving

MINES, QUICK = 60_000, 600
ON = date(2026, 11, 20)
RESULTS = Path(__file__).parents[1] / "results" / "public.json"
TARGETS = {"list": 30.0, "search": 50.0, "mine": 30.0}
PAYLOAD = 300 * 1024
TIMES, MOST_SECONDS = 5.0, 1
MDS = {  # milliseconds at 60,101 mines, as measured for W2
    "list": (247, 333), "search and filter": (764, 797), "search": (1429, 1561), "mine": (19, 21),
}  # fmt: skip


def main(*, quick: bool = False) -> int:
    quick = quick or "--quick" in sys.argv
    with tempfile.TemporaryDirectory(prefix="greenmine-bench-") as folder:
        data = Path(folder) / "data"
        count = QUICK if quick else MINES
        found: dict[str, Any] = {
            "command": "./run bench public", "began": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "mines": count,
        }  # fmt: skip
        found["published_seconds"] = prepare(data, count)
        runs = 20 if quick else 200
        found["server"] = server(runs, count)
        found["map"] = map_payload(runs // 10)
        found["served"] = serving.measure(Path(folder), count, seconds=3 if quick else 12)
        found["visible"] = serving.visible(data, count)
        found["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    return report(found, quick=quick)


def prepare(data: Path, count: int) -> float:
    from greenmine.config import starting
    from greenmine.config.keys import make_key

    os.environ.pop("GREENMINE_DATABASE_URL", None)
    os.environ["GREENMINE_HTTPS"] = os.environ["GREENMINE_DEBUG"] = "0"
    starting.prepare_folder(data)
    make_key(data)
    starting.set_up()
    starting.migrate()
    from django.db import connection

    from greenmine.directory.published import writing
    from greenmine.editions import actions as editions
    from greenmine.editions import queries

    editions.activate(queries.candidate_text(), by="bench", on=ON)
    say(f"publishing {count:,} mines")
    began = perf_counter()
    writing.publish_mines(generated.mines(count, queries.active()), on=ON)
    for number in range(0, count, max(1, count // 500)):
        writing.state(
            "entry", mine=f"M{number:08d}", region_code="620422", on=ON, title={"zh": "纳入省级绿色矿山名录", "en": "Entered"},
            body={"decision_number": "自然资告〔2026〕3号"}, office="省自然资源厅",
        )  # fmt: skip
    from greenmine.publiclog import tasks

    tasks.seal()
    seconds = round(perf_counter() - began, 1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return seconds


def server(runs: int, count: int) -> list[dict[str, Any]]:
    """Each page through the whole stack of middleware, without the network: as long as the server works on it."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from greenmine.directory.published.models import PublishedMine

    chance = random.Random(generated.SEED)
    places = list(PublishedMine.objects.values_list("province", flat=True).distinct())
    prefectures = list(PublishedMine.objects.values_list("prefecture", flat=True).distinct()[:200])
    minerals = list(PublishedMine.objects.values_list("mineral", flat=True).distinct())
    first = PublishedMine.objects.order_by("-pk").values_list("pk", flat=True)[0]
    client = Client(SERVER_NAME="127.0.0.1")
    words = generated.questions(chance)

    def key() -> str:
        return f"M{chance.randint(0, count - 1):08d}"

    asked: list[tuple[str, str, Callable[[], tuple[str, dict[str, Any]]]]] = [
        ("list", "list, first page", lambda: ("/public/mines/", {})),
        ("list", "list, any page", lambda: ("/public/mines/", {"after": chance.randint(1, first)})),
        ("list", "list, one province", lambda: ("/public/mines/", {"place": chance.choice(places)})),
        ("list", "list, prefecture and standing", lambda: ("/public/mines/", {"place": chance.choice(prefectures), "standing": "listed"})),
        ("list", "list, mineral and tier", lambda: ("/public/mines/", {"mineral": chance.choice(minerals), "tier": "national"})),
        ("list", "list, standing alone", lambda: ("/public/mines/", {"standing": "listed"})),
        ("list", "list, year and scale", lambda: ("/public/mines/", {"year": chance.randint(2019, 2026), "scale": "large"})),
        *(
            ("search", f"search: {kind}", lambda some=some: ("/public/mines/", {"words": chance.choice(some)}))
            for kind, some in words.items()
        ),
        ("search", "search and filter", lambda: ("/public/mines/", {"words": chance.choice(words["a place"]), "standing": "listed", "place": chance.choice(places)})),
        ("mine", "mine page", lambda: (f"/public/mines/{key()}/", {})),
        ("other", "start page", lambda: ("/public/", {})),
        ("other", "statistics", lambda: ("/public/statistics/", {})),
        ("api list", "API: list", lambda: ("/api/v1/mines", {"limit": 25})),
        ("api search and filter", "API: search and filter", lambda: ("/api/v1/mines", {"limit": 25, "words": chance.choice(words["a place"]), "place": chance.choice(places)})),
        ("api search", "API: search", lambda: ("/api/v1/mines", {"limit": 25, "words": chance.choice(words["two characters that are rare"])})),
        ("api mine", "API: one mine", lambda: (f"/api/v1/mines/{key()}", {})),
        ("other", "API: proof of standing", lambda: (f"/api/v1/mines/{key()}/proof", {})),
    ]  # fmt: skip
    lines = []
    for kind, name, make in asked:
        for _ in range(3):
            client.get(*make())
        taken, worked = [], []
        for _ in range(runs):
            path, query = make()
            began, at = perf_counter(), process_time()
            answer = client.get(path, query)
            taken.append((perf_counter() - began) * 1000)
            worked.append((process_time() - at) * 1000)
            assert answer.status_code in (200, 404) if "proof" in path else answer.status_code == 200, (path, query)
        with CaptureQueriesContext(connection) as done:
            client.get(*make())
        lines.append(
            {
                "kind": kind, "name": name, "milliseconds": round(median(taken), 2), "p95": round(sorted(taken)[int(runs * 0.95)], 2),
                "processor_milliseconds": round(median(worked), 2), "processor_p95": round(sorted(worked)[int(runs * 0.95)], 2), "queries": len(done),
            }
        )  # fmt: skip
        say(
            f"{name}: {lines[-1]['milliseconds']} ms, processor {lines[-1]['processor_milliseconds']} ms, {len(done)} queries"
        )
    return lines


def map_payload(runs: int) -> dict[str, Any]:
    """Everything the map needs before a person moves it: the page and its squares."""
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.get("/public/map/cells.json")
    taken, size = [], 0
    for _ in range(max(3, runs)):
        began = perf_counter()
        answers = [client.get("/public/map/"), client.get("/public/map/cells.json")]
        taken.append((perf_counter() - began) * 1000)
        assert all(one.status_code == 200 for one in answers)
        size = sum(len(one.content) for one in answers)
    return {"bytes": size, "milliseconds": round(median(taken), 2)}


def report(found: dict[str, Any], *, quick: bool) -> int:
    """Print, write, and say what was missed."""
    for line in found["server"]:
        _beside(line)
        print(f"{line['name']:<44} {line['milliseconds']:>8.2f} ms (95 % {line['p95']}), processor {line['processor_milliseconds']:>7.2f} ms, {line.get('times_faster', '—')} × mds")  # fmt: skip
    print(f"map, first payload: {found['map']['bytes'] / 1024:.0f} KB, {found['map']['milliseconds']} ms")
    for line in found["served"]["lines"]:
        print(f"{line['name']:<44} ours {line['ours']['per_second']:>7.1f}/s, Datasette {line['datasette']['per_second']:>6.1f}/s: {line['times']} ×; processor a page {line['ours']['processor_milliseconds']} and {line['datasette']['processor_milliseconds']} ms: {line['processor_times']} ×")  # fmt: skip
    for line in found["visible"]:
        print(f"{line['name']:<44} visible after {line['milliseconds']} ms")
    found["missed"] = missed(found)
    if found["missed"]:
        print("missed: " + ", ".join(found["missed"]))
    if not quick:
        RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(bool(found["missed"]) and not quick)


def _beside(line: dict[str, Any]) -> None:
    """Set the target and the peer's figures beside a line."""
    if target := TARGETS.get(line["kind"]):
        line["target"] = target
    peer = MDS.get(line["kind"].removeprefix("api "))
    if peer and line["kind"].startswith("api"):
        line["mds_milliseconds"], line["times_faster"] = list(peer), round(peer[0] / line["milliseconds"], 1)


def missed(found: dict[str, Any]) -> list[str]:
    """What lies beyond its target: by the clock, as it was aimed at."""
    names = [line["name"] for line in found["server"] if line["milliseconds"] > line.get("target", float("inf"))]
    if found["map"]["bytes"] > PAYLOAD:
        names.append("map payload")
    names += [
        f"{TIMES:g} × Datasette"
        for line in found["served"]["lines"]
        if line["name"] == "mixed" and line["times"] < TIMES
    ]
    return names + [line["name"] for line in found["visible"] if line["milliseconds"] > MOST_SECONDS * 1000]


if __name__ == "__main__":
    raise SystemExit(main())
