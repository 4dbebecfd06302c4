"""Ours and Datasette as servers on the same data in the same run: HTML pages a second, asked by the same client, nothing cached."""

# ruff: noqa: PLC0415 -- Django is set up first
from __future__ import annotations

import contextlib
import http.client
import os
import random
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from urllib.parse import quote

from bench.measuring import say
from bench.public import generated

CLIENTS, WORKERS = 4, 2
SPARED = ", Datasette spared count and facets"
TICKS = os.sysconf("SC_CLK_TCK")
Make = Callable[[random.Random], str]


def measure(folder: Path, count: int, seconds: float) -> dict[str, Any]:
    """Lists, searches, mine pages, and a mix of them."""
    flat = folder / "datasette.sqlite3"
    searched = copy(folder / "data" / "greenmine.sqlite3", flat)
    places = [row[0] for row in sqlite3.connect(flat).execute("SELECT DISTINCT province FROM mines")]
    ours, theirs = asked_ours(count, places), asked_datasette(count, places, searched)
    with granian(folder / "data") as us, datasette(flat) as them:
        for name in ours:  # both warm
            load(us, ours[name], 1)
            load(them, theirs[name], 1)
        lines = []
        for name in theirs:
            say(f"{name}: ours, then Datasette")
            asked = ours[name.removesuffix(SPARED)]
            one = {"name": name, "ours": load(us, asked, seconds), "datasette": load(them, theirs[name], seconds)}
            one["times"] = round(one["ours"]["per_second"] / one["datasette"]["per_second"], 1)
            one["processor_times"] = round(
                one["datasette"]["processor_milliseconds"] / max(one["ours"]["processor_milliseconds"], 0.001), 1
            )
            lines.append(one)
    return {"clients": CLIENTS, "workers": WORKERS, "search_by": searched, "lines": lines}


def copy(source: Path, target: Path) -> str:
    """The published rows as one table with the same indexes and a full-text table: what somebody would publish with Datasette."""
    flat = sqlite3.connect(target)
    flat.execute("ATTACH ? AS source", [str(source)])
    columns = "key, name, holder, credit_code, province, prefecture, region_code, place, mineral, mineral_zh, scale, tier, standing, number, entered_on, year"
    flat.execute(f"CREATE TABLE mines ({columns.replace('key', 'key TEXT PRIMARY KEY', 1)})")
    flat.execute(f"INSERT INTO mines SELECT {columns} FROM source.published_publishedmine ORDER BY id")
    for column in ("province", "prefecture", "region_code", "mineral", "standing", "tier", "year", "credit_code"):
        flat.execute(f"CREATE INDEX by_{column} ON mines({column})")
    flat.execute("CREATE VIRTUAL TABLE mines_fts USING fts5(name, holder, place, content='mines', tokenize='trigram')")
    flat.execute("INSERT INTO mines_fts(rowid, name, holder, place) SELECT rowid, name, holder, place FROM mines")
    flat.commit()
    flat.execute("DETACH source")
    flat.execute("ANALYZE")
    flat.commit()
    flat.close()
    return "full text by trigrams for three characters and more, name contains for two"


def asked_ours(count: int, places: list[str]) -> dict[str, Make]:
    words = [one for some in generated.questions(random.Random(1)).values() for one in some]
    found: dict[str, Make] = {
        "list": lambda chance: f"/public/mines/?place={chance.choice(places)}",
        "search": lambda chance: f"/public/mines/?words={quote(chance.choice(words))}",
        "mine page": lambda chance: f"/public/mines/M{chance.randint(0, count - 1):08d}/",
    }
    return {**found, "mixed": lambda chance: chance.choice(list(found.values()))(chance)}


def asked_datasette(count: int, places: list[str], _searched: str) -> dict[str, Make]:
    """The same pages as Datasette shows them: with its count and suggested facets, as ours have a count and filters that occur; and spared both."""
    words = [one for some in generated.questions(random.Random(1)).values() for one in some]

    def search(chance: random.Random, more: str = "") -> str:
        word = chance.choice(words)
        how = f"_search={quote(word)}" if len(word) > 2 and " " not in word else f"name__contains={quote(word)}"
        return f"/datasette/mines?{how}&_size=25{more}"

    def listed(chance: random.Random, more: str = "") -> str:
        return f"/datasette/mines?province={chance.choice(places)}&_size=25{more}"

    without = "&_nocount=1&_nofacet=1&_nosuggest=1"
    found: dict[str, Make] = {
        "list": listed,
        "search": search,
        "mine page": lambda chance: f"/datasette/mines/M{chance.randint(0, count - 1):08d}",
    }
    return {
        **found,
        "mixed": lambda chance: chance.choice(list(found.values()))(chance),
        f"list{SPARED}": lambda chance: listed(chance, without),
        f"search{SPARED}": lambda chance: search(chance, without),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], port: int, **environment: str) -> Iterator[Server]:
    child = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if child.poll() is not None:
                raise SystemExit(f"{command[2]} ended before it answered")
            sleep(0.2)
        yield Server(port, child.pid)
    finally:
        child.terminate()
        child.wait(20)


class Server:
    """Where it listens, and the processor time of its processes."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid

    def processor(self) -> float:
        """Seconds of the process and its children so far."""
        total = 0.0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(stat.parent.name) == self.pid or int(fields[1]) == self.pid:
                    total += (int(fields[11]) + int(fields[12])) / TICKS
        return total


def granian(data: Path) -> contextlib.AbstractContextManager[Server]:
    """As ./run serve starts it, with a worker for each core."""
    from greenmine.config.processes import Web

    port = free_port()
    command = Web("127.0.0.1", port, workers=WORKERS).command()
    return running(command, port, GREENMINE_DATA=str(data), GREENMINE_HTTPS="0", GREENMINE_HOSTS="127.0.0.1")


def datasette(database: Path) -> contextlib.AbstractContextManager[Server]:
    """As its manual serves a file that does not change, which is its fastest way."""
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", "--immutable", str(database), "--port", str(port), "--setting", "default_cache_ttl", "0"]  # fmt: skip
    return running(command, port)


def load(server: Server, make: Make, seconds: float) -> dict[str, Any]:
    """Pages a second with a few clients that each wait for their answer."""
    until, done, wrong = perf_counter() + seconds, [0] * CLIENTS, []

    def ask(place: int) -> None:
        chance = random.Random(place)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while perf_counter() < until:
            path = make(chance)
            connection.request("GET", path, headers={"Accept": "text/html"})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200 or not body:
                wrong.append((answer.status, path))
            done[place] += 1
        connection.close()

    worked, began = server.processor(), perf_counter()
    threads = [threading.Thread(target=ask, args=(place,)) for place in range(CLIENTS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    taken, worked = perf_counter() - began, server.processor() - worked
    if wrong:
        raise SystemExit(f"not answered: {wrong[:3]}")
    total = sum(done)
    return {
        "pages": total, "per_second": round(total / taken, 1), "processor_milliseconds": round(worked / total * 1000, 2),
    }  # fmt: skip


def visible(data: Path, count: int) -> list[dict[str, Any]]:
    """How long after its transaction a write is seen through the running server: new mine, changed standing, the map."""
    from greenmine.directory.published import writing

    standing = writing.TierStanding("provincial", "listed", number="ML-2026-9", entered_on=date(2026, 11, 20))
    mine = {"name": "墨玉龖龘铜矿", "region_code": "620422", "mineral": "copper", "longitude": 105.0, "latitude": 35.0}
    removed = writing.TierStanding("provincial", "removed", number="ML-2026-9", entered_on=date(2026, 11, 20))
    key = f"M{count + 7:08d}"
    with granian(data) as us:
        before = fetch(us, "/public/map/cells.json")
        for _ in range(20):  # every worker has read the rulebook: starting is not what is measured here
            fetch(us, "/public/mines/")
        writing.publish_mine(writing.PublicMine(key, standings=[standing], **mine), on=date(2026, 11, 20))
        seen = [
            waited(us, "a new mine in the list", "/public/mines/", lambda page: "墨玉龖龘" in page),
            waited(
                us, "a new mine in the search", f"/public/mines/?words={quote('龖龘')}", lambda page: "墨玉龖龘" in page
            ),
            waited(us, "a new mine on the map", "/public/map/cells.json", lambda page: page != before),
            waited(us, "a new mine in the API", f"/api/v1/mines/{key}", lambda page: "墨玉龖龘" in page),
        ]
        writing.publish_mine(writing.PublicMine(key, standings=[removed], **mine), on=date(2026, 11, 20))
        seen.append(waited(us, "a removal on the mine's page", f"/public/mines/{key}/", lambda page: "已移出" in page))
    return seen


def fetch(server: Server, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def waited(server: Server, name: str, path: str, is_seen: Callable[[str], bool]) -> dict[str, Any]:
    began = perf_counter()
    while not is_seen(fetch(server, path)):
        if perf_counter() - began > 30:
            raise SystemExit(f"{name}: not seen within 30 s")
        sleep(0.01)
    return {"name": name, "milliseconds": round((perf_counter() - began) * 1000)}
