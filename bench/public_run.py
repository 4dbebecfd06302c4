"""What `./run bench public` does: the public desk at 60,000 mines beside Datasette, and the page made anew."""

from __future__ import annotations

from bench import page
from bench.public.__main__ import main as measure


def main(*, quick: bool) -> int:
    """Measure; 1 where a target is missed."""
    missed = measure(quick=quick)
    if not quick:
        page.write()
    return missed
