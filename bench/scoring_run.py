"""What `./run bench scoring` does: the engine, saving one item beside the peer, and the page made anew."""

from __future__ import annotations

from bench import page
from bench.scoring.__main__ import main as measure


def main(*, quick: bool) -> int:
    """Measure; 1 where saving takes longer than the target by the clock."""
    missed = measure(quick=quick)
    if not quick:
        page.write()
    return missed
