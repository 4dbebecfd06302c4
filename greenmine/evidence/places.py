"""Where contents lie in the data folder."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def path_of(digest: str) -> Path:
    """Where the content of this hash lies."""
    return Path(settings.DATA) / "files" / digest[:2] / digest
