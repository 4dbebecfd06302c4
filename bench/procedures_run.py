"""What `./run bench procedures` does: 1,000 cases step by step, beside an engine that keeps its state as JSON."""

from __future__ import annotations

from bench.procedures.__main__ import main as measure


def main(*, quick: bool) -> int:
    """Measure; 1 where fewer steps are taken in a second than aimed at."""
    return measure(quick=quick)
