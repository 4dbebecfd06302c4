"""The signing key: from the environment, else kept beside the data with access for its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from greenmine.config.environment import read

KEY_BYTES = 48


def key_file(data: Path) -> Path:
    """Where the key is kept."""
    return data / "keys" / "secret_key"


def kept_key(data: Path) -> str:
    """The configured or kept key; empty where there is none."""
    given: str = read("GREENMINE_SECRET_KEY")
    file = key_file(data)
    return given or (file.read_text(encoding="ascii").strip() if file.exists() else "")


def make_key(data: Path) -> str:
    """The kept key, made now where there is none."""
    if found := kept_key(data):
        return found
    file = key_file(data)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(KEY_BYTES))
    return kept_key(data)
