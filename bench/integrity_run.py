"""What `./run bench integrity` does: seeded fraud found, honest work left alone, both rates printed and kept."""

from __future__ import annotations

from bench.integrity.__main__ import main as measure


def main(*, quick: bool) -> int:
    """Measure both rates on seeded worlds."""
    return measure(quick=quick)
