"""`./run test`: the whole suite on SQLite; `--db` the same on a PostgreSQL of its own."""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence

from greenmine.config.environment import HERE
from greenmine.config.starting import refuse

WORKERS = 2


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run test",
        description="运行测试 · Run the suite. Anything else is handed to pytest: ./run test tests/law -k dates",
    )
    arguments.add_argument(
        "--db", action="store_true", help="on PostgreSQL: GREENMINE_DATABASE_URL, else a cluster of its own"
    )
    arguments.add_argument("--no-browser", action="store_true", help="leave the browser tests out")
    arguments.add_argument("--thorough", action="store_true", help="many more examples for the property tests")
    return arguments


def main(argv: Sequence[str]) -> int:
    """Run pytest; its exit code is ours."""
    options, rest = parser().parse_known_args(argv)
    environment = {**os.environ}
    with contextlib.ExitStack() as stack:
        if not options.db:
            environment.pop("GREENMINE_DATABASE_URL", None)
        elif not environment.get("GREENMINE_DATABASE_URL"):
            from greenmine.config.postgres import NoPostgres, cluster  # noqa: PLC0415 -- only where asked for

            try:
                environment["GREENMINE_DATABASE_URL"] = stack.enter_context(cluster())
            except NoPostgres as missing:
                return refuse(str(missing))
        if options.thorough:
            environment["GREENMINE_THOROUGH"] = "1"
        command = [sys.executable, "-m", "pytest", *_spread(rest), *rest]
        if options.no_browser:
            command += ["-m", "not browser"]
        return subprocess.run(command, cwd=HERE, env=environment, check=False).returncode  # noqa: S603 -- ours


def _spread(rest: Sequence[str]) -> list[str]:
    """Both cores for the whole suite; one for a part of it, where starting a second costs more than it brings."""
    named = any(not argument.startswith("-") for argument in rest)
    return [] if named or "-n" in rest else ["-n", str(WORKERS), "--dist", "loadfile"]
