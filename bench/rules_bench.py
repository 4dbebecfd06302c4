"""`./run bench rules`: our backends and the peers over the same rules and mines; every cell compared."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench import chosen, conditions, naive, ours, population
from bench.measuring import machine, result, say, seconds
from bench.peers.engines import PEERS, Peer
from greenmine.config.postgres import NoPostgres, cluster
from greenmine.law.sql.outcomes import CODES

RESULTS = Path(__file__).parent / "results" / "rules.json"
POSTGRES = "GREENMINE_BENCH_POSTGRES_URL"
OUTCOME_BITS = 7
PEER_RUNS = 3


@dataclass(frozen=True)
class Sizes:
    """How many mines each part takes."""

    mines: int = 100_000
    many: int = 1_000_000
    oracle: int = 2_000
    peers: tuple[tuple[str, int], ...] = (
        ("OpenFisca", 100_000), ("CEL (C++)", 5_000), ("zen", 2_000), ("JsonLogic", 1_000), ("CEL (Python)", 50),
    )  # fmt: skip


QUICK = Sizes(
    4_000,
    20_000,
    100,
    (("OpenFisca", 4_000), ("CEL (C++)", 200), ("zen", 100), ("JsonLogic", 100), ("CEL (Python)", 5)),
)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL: the one named, else a temporary cluster; empty, and said so, where there is none."""
    if url := os.environ.get(POSTGRES):
        yield url
        return
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(cluster())
        except NoPostgres as missing:
            say(f"!! 跳过 PostgreSQL · PostgreSQL is skipped: {missing}")
            url = ""
        yield url


def run(sizes: Sizes) -> dict[str, Any]:
    """Everything, in the order of the page."""
    began = datetime.now(UTC)
    before = machine()
    sixty = chosen.bound("sixty")
    mines = population.make(sixty, sizes.mines)
    say(f"{len(mines):,} mines × {len(sixty.rules)} rules: the closures' cells, to compare the others with")
    expected = ours.truth(sixty, mines)
    found = {
        "command": "./run bench rules", "on": chosen.DAY.isoformat(), "began": began.isoformat(timespec="seconds"),
        "machine": before, "edition": sixty.edition.id[:12], "sizes": asdict(sizes),
        "rules": _kinds(sixty), "outcomes": _outcomes(expected),
        "oracle": _oracle(sixty, mines, sizes.oracle),
        "ours": [], "linear": [], "peers": [], "skipped": [],
    }  # fmt: skip
    say("closures, explained")
    found["ours"] += ours.explained(sixty, mines)
    with postgres() as url:
        if not url:
            found["skipped"].append("PostgreSQL")
        for part in (sizes.mines // 4, sizes.mines // 2, sizes.mines):
            say(f"ours over {part:,} mines")
            lines = _ours(url, sixty, mines.first(part), expected[:part])
            found["linear"] += lines
            if part == sizes.mines:
                found["ours"] = [*lines[:1], *found["ours"], *lines[1:]]
    found["peers"] = [_peer(kind, sixty, mines, expected, dict(sizes.peers)[kind.name]) for kind in PEERS]
    del mines, expected
    found["million"] = _million(sizes.many)
    found["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    found["seconds"] = round((datetime.now(UTC) - began).total_seconds())
    return found


def _kinds(bound: Any) -> dict[str, int]:
    kinds = [rule.kind for rule in bound.rules]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _outcomes(expected: np.ndarray) -> dict[str, float]:
    """Which share of the cells has which outcome: a population on which nothing is unknown would prove little."""
    return {
        str(outcome): round(float(((expected & OUTCOME_BITS) == code).mean()), 4) for outcome, code in CODES.items()
    }


def _oracle(bound: Any, mines: Any, count: int) -> dict[str, Any]:
    say(f"the naive oracle on {count:,} mines")
    return {"rows": count, "rules": len(bound.rules), "wrong_cells": naive.wrong_cells(bound, mines, count)}


def _ours(url: str, bound: Any, mines: Any, expected: np.ndarray) -> list[dict[str, Any]]:
    lines = [ours.closures(bound, mines, 3), ours.sqlite(bound, mines, expected)]
    if url:
        lines.append(ours.postgresql(url, bound, mines, expected))
    return [*lines, ours.polars(bound, mines, expected)]


def _peer(kind: type[Peer], bound: Any, mines: Any, expected: np.ndarray, count: int) -> dict[str, Any]:
    say(f"{kind.name} over {count:,} mines")
    asked = conditions.questions(bound)
    peer = kind(asked)
    peer.prepare(mines, count)
    kept: list[np.ndarray] = []

    def ask() -> None:
        kept[:] = [conditions.decide(asked, peer.answers(), mines, count)]

    taken = seconds(ask, PEER_RUNS)
    able = [at for at, rule in enumerate(asked.rules) if all(peer.can[place] for place in rule.parts.values())]
    wrong = int((kept[0][:, able] != (expected[:count, able] & OUTCOME_BITS)).sum())
    return result(
        kind.name,
        count,
        len(able),
        taken,
        wrong_cells=wrong,
        cells=count * len(able),
        note=kind.note,
        package=kind.package,
    )


def _million(count: int) -> dict[str, Any]:
    hundred = chosen.bound("sixty", "forty_more")
    say(f"{count:,} mines × {len(hundred.rules)} rules in every province: closures on both cores, then Polars")
    many = population.make(hundred, count, population.PROVINCES)
    return ours.polars(hundred, many, ours.truth(hundred, many))


def write(found: dict[str, Any], place: Path = RESULTS) -> None:
    """The machine-readable file."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
