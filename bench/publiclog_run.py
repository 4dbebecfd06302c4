"""What `./run bench publiclog` does: the log measured, and the page made anew."""

from __future__ import annotations

from bench import page
from bench.publiclog.__main__ import main as measure


def main(*, quick: bool) -> int:
    """Measure; 1 where fewer than a thousand records a second are sealed."""
    missed = measure(quick=quick)
    if not quick:
        page.write()
    return missed
