"""The part of docs/reference/bench.md about the public desk and the API."""

from __future__ import annotations

from typing import Any


def part(found: dict[str, Any]) -> list[str]:
    """Pages on the server, beside Datasette, and how soon a write is seen."""
    machine, served = found["machine"], found["served"]
    pages = [
        f"| {line['name']} | {_target(line)} | {line['milliseconds']} | {line['p95']} | {line['processor_milliseconds']} | {line['queries']} | {_mds(line)} |"
        for line in found["server"]
    ]
    beside = [
        f"| {line['name']} | {line['ours']['per_second']} | {line['datasette']['per_second']} | {line['times']} × | {line['ours']['processor_milliseconds']} | {line['datasette']['processor_milliseconds']} | {line['processor_times']} × |"
        for line in served["lines"]
    ]
    seen = [f"| {line['name']} | {line['milliseconds']} ms |" for line in found["visible"]]
    return [
        "## The public desk", "",
        (f"`{found['command']}`, {found['began']}. {found['mines']:,} generated mines, SQLite, nothing cached. {machine['processor']}, {machine['cores']} cores; one-minute load "
        f"{machine['load_before']} before, {machine['load_after']} after: above the number of cores the clock tells of other programs too, processor time less so."), "",
        "Through the whole stack of middleware, without the network; milliseconds. mds: the open mine registry of W2, as measured for it at 60,101 mines, beside our API, whose calls are the same.", "",
        "| page | target | clock, median | clock, 95 % | processor, median | queries | mds |", "|---|---|---|---|---|---|---|", *pages, "",
        f"The map's first payload: {found['map']['bytes'] / 1024:.0f} KB (target ≤ 300), {found['map']['milliseconds']} ms.", "",
        (f"HTML pages a second, {served['clients']} clients, ours with {served['workers']} workers as `./run serve` starts it, Datasette as its manual serves a file that does not change. Like ours, its "
        "lists show a count and offer filters that occur (facets); the lines “spared” leave both out. Its row page is one table row, ours has standings, results, notices and statements."), "",
        "| pages | ours a second | Datasette a second | | ours, processor ms a page | Datasette, processor ms a page | |", "|---|---|---|---|---|---|---|", *beside, "",
        "A write, until it is seen through the running server (target ≤ 1 s):", "", "| what | after |", "|---|---|", *seen, "",
    ]  # fmt: skip


def _target(line: dict[str, Any]) -> str:
    return f"≤ {line['target']:g}" if "target" in line else "—"


def _mds(line: dict[str, Any]) -> str:
    if "mds_milliseconds" not in line:
        return "—"
    return f"{'–'.join(str(one) for one in line['mds_milliseconds'])}: {line['times_faster']} ×"
