"""The hash of the tree a result was obtained on, so that a stale result is refused."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COUNTED = ("rulebook", "greenmine", "tests")
LEFT_OUT = {"__pycache__", "node_modules", "vendor"}


def tree_hash(root: Path = ROOT) -> str:
    """SHA-256 over names and contents of everything that decides a result: rulebook, program and tests."""
    total = sha256()
    for path in _files(root):
        total.update(path.relative_to(root).as_posix().encode())
        total.update(sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for folder in COUNTED:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and LEFT_OUT.isdisjoint(path.parts) and path.suffix != ".pyc":
                yield path
