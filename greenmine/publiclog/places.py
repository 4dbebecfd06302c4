"""Where the log keeps what is no row: its keys."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def keys() -> Path:
    """The folder of keys, beside the data."""
    return Path(settings.DATA) / "keys"
