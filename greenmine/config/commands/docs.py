"""`./run docs`: builds the reference of facts, provisions and rules, and of commands, from what is in force."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from greenmine.__main__ import COMMANDS
from greenmine.config.environment import HERE, VARIABLES
from greenmine.editions.reference import write_reference
from greenmine.editions.shipped import load_shipped


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run docs", description="生成参考文档 · Build the reference into a folder."
    )
    arguments.add_argument(
        "--to", type=Path, default=HERE / "build" / "reference", metavar="DIR", help="default build/reference"
    )
    return arguments


def main(argv: Sequence[str]) -> int:
    """Write the pages and name them."""
    options = parser().parse_args(argv)
    written = write_reference(load_shipped(), options.to)
    commands = options.to / "commands.md"
    commands.write_text("\n".join(_commands()) + "\n", encoding="utf-8")
    for page in [*written, commands]:
        print(page)
    return 0


def _commands() -> list[str]:
    rows = [f"| `./run {name}` | {meaning} |" for name, (_, meaning) in COMMANDS.items()]
    return ["# Commands", "", "| command | what |", "|---|---|", *rows]


def environment_page() -> str:
    """The page of environment variables: docs/reference/environment.md is this text, and a test holds it so."""
    head = [
        "# Environment variables",
        "",
        "Every variable GreenMine reads (`greenmine/config/environment.py`). A bad value stops the start with a sentence.",
        "",
        "| variable | without it | why |",
        "|---|---|---|",
    ]
    rows = [
        f"| `{name}` | {variable.default.replace(str(HERE), '<program>') or '—'} | {variable.why} |"
        for name, variable in VARIABLES.items()
    ]
    return "\n".join([*head, *rows]) + "\n"
