"""The shipped edition (随附版本): the rulebook's files as they lie on disk, read once and remembered until they change.

`./run assess` begins here, so the parsed edition is kept in a cache folder under the hash of the files and of the code
that read them. The cache is this user's own; a file in it that is another's, or broken, is passed over.
"""

from __future__ import annotations

import os
import pickle
from functools import cache
from hashlib import sha256
from pathlib import Path

from greenmine.editions import rulebook_files as files
from greenmine.editions.edition import Edition, ShippedEdition
from greenmine.editions.loading import build

__all__ = ["ShippedEdition", "load_shipped"]

CACHE_VARIABLE = "GREENMINE_CACHE"
CODE = ("law", "editions")
KEPT = 7


def load_shipped(folder: Path | None = None) -> Edition:
    """The edition of the files in `rulebook/` (GREENMINE_RULEBOOK names another folder); RulebookError where refused."""
    return _load((folder or files.folder()).resolve())


@cache
def _load(folder: Path) -> Edition:
    texts, words = files.read_texts(folder), files.read_words(folder)
    place = _cache_folder() / f"{files.fingerprint(texts, words, _code_stamp())}.edition"
    edition = _remembered(place)
    if edition is None:
        edition = build(texts, words=words)
        _remember(edition, place)
    return edition


def _code_stamp() -> str:
    """What tells one state of the reading code from another: names, sizes and times of its files."""
    total = sha256()
    for context in CODE:
        for path in sorted((files.ROOT / "greenmine" / context).rglob("*.py")):
            status = path.stat()
            total.update(f"{path.name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return total.hexdigest()


def _cache_folder() -> Path:
    return Path(os.environ.get(CACHE_VARIABLE) or files.ROOT / ".cache") / "editions"


def _remembered(place: Path) -> Edition | None:
    try:
        if place.stat().st_uid != os.getuid():
            return None
        found = pickle.loads(place.read_bytes())  # noqa: S301 -- our own file, owner checked
    except (
        OSError,
        pickle.PickleError,
        AttributeError,
        EOFError,
        ImportError,
        TypeError,
        ValueError,
    ):
        return None
    return found if isinstance(found, Edition) else None


def _remember(edition: Edition, place: Path) -> None:
    """Write beside and move into place; a folder that cannot be written to only costs the time of reading again."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        newest_first = sorted(
            place.parent.glob("*.edition"),
            key=lambda file: file.stat().st_mtime,
            reverse=True,
        )
        for old in newest_first[KEPT:]:
            old.unlink(missing_ok=True)
        beside = place.with_suffix(f".{os.getpid()}")
        beside.write_bytes(pickle.dumps(edition, protocol=pickle.HIGHEST_PROTOCOL))
        beside.replace(place)
    except OSError:
        return
