"""`./run bench rules|import|scoring|integrity|publiclog|public|procedures`: what it costs and what it finds; writes docs/reference/bench.md."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run bench",
        description="性能对比 · Measure on this machine, print the figures, write bench/results and docs/reference/bench.md.",
    )
    arguments.add_argument(
        "what",
        choices=("rules", "import", "scoring", "integrity", "publiclog", "public", "procedures"),
        help="rules: the engine beside its peers, every cell compared · import: a ledger of 60,000 rows · scoring: saving an "
        "item beside its peer · integrity: seeded fraud and honest work, both rates · publiclog: leaves appended and sealed · "
        "public: the public desk at 60,000 mines beside Datasette",
    )
    arguments.add_argument(
        "--quick", action="store_true", help="a few mines or rows, to see that it runs; nothing is written"
    )
    return arguments


def main(argv: Sequence[str]) -> int:
    """Measure; 1 where a cell of ours is wrong."""
    options = parser().parse_args(argv)
    return int(importlib.import_module(f"bench.{options.what}_run").main(quick=options.quick))
