"""`./run check`: everything that can be checked without running the program. Prints every failure."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from greenmine.config.environment import HERE

BIN = Path(sys.executable).parent
STRICT_PLACES = ("actions", "permissions", "queries")


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run check", description="检查 · Style, types, architecture, rulebook and more."
    )
    arguments.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {' '.join(CHECKS)}")
    return arguments


def _call(*command: str, **environment: str) -> str:
    """What a tool complains of; empty where it is content."""
    done = subprocess.run(  # noqa: S603 -- tools of our own environment
        command, cwd=HERE, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()


def strict_files() -> list[str]:
    """What mypy reads strictly: the engine, and every context's actions, permissions and queries."""
    files = [HERE / "greenmine" / "law"]
    for context in sorted((HERE / "greenmine").iterdir()):
        files += [
            found for name in STRICT_PLACES for found in (context / f"{name}.py", context / name) if found.exists()
        ]
    return [str(file.relative_to(HERE)) for file in files]


def _style() -> str:
    return _call(str(BIN / "ruff"), "check", "--quiet", "--output-format", "concise", ".")


def _types() -> str:
    return _call(str(BIN / "mypy"), "--no-error-summary", "--follow-imports", "silent", *strict_files())


def _architecture() -> str:
    return _call(str(BIN / "lint-imports"), "--no-cache") or _call(
        sys.executable, "-m", "pytest", "-q", "-x", "tests/test_architecture.py"
    )


def _rulebook() -> str:
    return _call(sys.executable, "-m", "greenmine", "rulebook", "check")


def _migrations() -> str:
    return _django("makemigrations", "--check", "--dry-run")


def _django(*arguments: str) -> str:
    return _call(sys.executable, "-m", "django", *arguments, DJANGO_SETTINGS_MODULE="greenmine.config.settings")


def _settings() -> str:
    return _django("check", "--fail-level", "WARNING")


def _messages() -> str:
    from greenmine.config.messages import problems  # noqa: PLC0415 -- slow import

    return "\n".join(problems())


def _pages() -> str:
    from greenmine.config.old_browsers import problems  # noqa: PLC0415 -- slow import

    return "\n".join(problems())


CHECKS: dict[str, Callable[[], str]] = {
    "style": _style,
    "types": _types,
    "architecture": _architecture,
    "rulebook": _rulebook,
    "settings": _settings,
    "migrations": _migrations,
    "messages": _messages,
    "pages": _pages,
}


def main(argv: Sequence[str]) -> int:
    """Run the checks one after the other; 1 if any complained."""
    options = parser().parse_args(argv)
    unknown = sorted(set(options.names) - set(CHECKS))
    if unknown:
        print(f"没有检查 · no such check: {' '.join(unknown)}", file=sys.stderr)
        return 2
    failed = []
    for name in options.names or CHECKS:
        began = time.monotonic()
        complaint = CHECKS[name]()
        print(f"{'✗' if complaint else '✓'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        if complaint:
            print(complaint, flush=True)
            failed.append(name)
    if failed:
        print(f"未通过 · failed: {' '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0
