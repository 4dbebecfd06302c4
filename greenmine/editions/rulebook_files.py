"""The rulebook's files (规则文件): which of them make an edition, and where they lie. Opens no database.

Cases, words and glossary are read by tests and screens; they change no outcome and belong to no edition's id.
Indicator sets (`standards/`) are editions of their own, named by their own digest (`editions.standards`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER_VARIABLE = "GREENMINE_RULEBOOK"
LEFT_OUT = ("cases/", "words.yaml", "glossary.yaml", "standards/", "papers/")  # what changes no outcome
ENDINGS = (".yaml", ".csv")
DICTIONARY = "facts.yaml"
DEFINITIONS = "rules/definitions.yaml"
DIVISIONS = "values/divisions.csv"
STANDING = "standing.yaml"
WORDS = "words.yaml"
CALENDARS = "values/calendars/"


def folder() -> Path:
    """Where the rulebook lies: beside the program, or where GREENMINE_RULEBOOK says."""
    return Path(os.environ.get(FOLDER_VARIABLE) or ROOT / "rulebook")


def read_texts(where: Path) -> dict[str, str]:
    """Path below the rulebook → text, for every file that makes an edition, in order of path."""
    found = {}
    for path in sorted(where.rglob("*")):
        name = path.relative_to(where).as_posix()
        if path.suffix in ENDINGS and path.is_file() and not name.startswith(LEFT_OUT):
            found[name] = path.read_text(encoding="utf-8")
    return found


def read_words(where: Path) -> str:
    """The words on screen (用词), which change no outcome."""
    path = where / WORDS
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def fingerprint(texts: Mapping[str, str], *more: str) -> str:
    """A hash over names and texts, for telling quickly whether anything changed."""
    total = sha256()
    for name, text in texts.items():
        total.update(f"{name}\0{len(text)}\0".encode())
        total.update(text.encode())
    for text in more:
        total.update(f"\0{text}".encode())
    return total.hexdigest()


def instruments(names: Mapping[str, object]) -> list[str]:
    """The files that hold documents."""
    return [name for name in names if name.startswith("instruments/") and name.endswith(".yaml")]


def packs(names: Mapping[str, object]) -> list[str]:
    """The files that hold rules, without the shared definitions."""
    return [name for name in names if name.startswith("rules/") and name.endswith(".yaml") and name != DEFINITIONS]


def values(names: Mapping[str, object]) -> list[str]:
    """The files that hold dated values, without calendars."""
    return [n for n in names if n.startswith("values/") and n.endswith(".yaml") and not n.startswith(CALENDARS)]


def calendars(names: Mapping[str, object]) -> list[str]:
    """The files that hold one year's working days each."""
    return [name for name in names if name.startswith(CALENDARS) and name.endswith(".yaml")]
