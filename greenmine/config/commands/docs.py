"""`./run docs`: builds the reference from the rulebook and the program as they are, so that it cannot fall behind."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from greenmine.config import starting
from greenmine.config.environment import HERE
from greenmine.editions.edition import Edition
from greenmine.editions.reference import as_text, reference_pages
from greenmine.editions.shipped import load_shipped


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run docs", description="生成参考文档 · Build the reference into a folder."
    )
    arguments.add_argument("--to", type=Path, default=HERE / "build" / "docs", metavar="DIR", help="default build/docs")
    return arguments


def main(argv: Sequence[str]) -> int:
    """Write the pages and name the first."""
    options = parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenmine.config.settings")
    starting.set_up()  # the words of roles are translated messages
    edition = load_shipped()
    written = write_pages(edition, options.to)
    print(f"{len(written)} 页 · pages: {options.to / 'index.md'}")
    return 0


def write_pages(edition: Edition, folder: Path) -> list[Path]:
    """Write every page of the reference, and the index that leads to them; the paths written."""
    from greenmine.config.desk_reference import desk_pages  # noqa: PLC0415 -- after set-up

    pages: dict[str, list[str]] = {**reference_pages(edition), **desk_pages()}
    pages["index.md"] = _index(edition, pages)
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in pages.items():
        (folder / name).write_text(as_text(lines), encoding="utf-8")
    return [folder / name for name in pages]


def _index(edition: Edition, pages: Mapping[str, Sequence[str]]) -> list[str]:
    counts = (
        f"{len(list(edition.provisions()))} provisions, {len(edition.rules)} rules, {len(edition.dictionary)} facts"
    )
    lines = ["# Reference 参考手册", "", f"Edition `{edition.id[:12]}`: {counts}. Built by `./run docs`.", ""]
    return [*lines, *(f"- [{text[0].removeprefix('# ')}]({name})" for name, text in sorted(pages.items()))]


def environment_page() -> str:
    """The page of environment variables: docs/reference/environment.md is this text, and a test holds it so."""
    from greenmine.config.desk_reference import environment_lines  # noqa: PLC0415 -- as above

    return as_text(environment_lines())
