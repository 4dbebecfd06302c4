"""The law alone, quickly: what is published reads names of places and minerals and a few dated values, nothing else."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest


@cache
def edition_text() -> str:
    """The text of the edition on disk, read once: nothing of this installation's own stands in it."""
    from greenmine.editions import rulebook_files
    from greenmine.editions.edition import Overlay
    from greenmine.editions.loading import stored_text

    return str(stored_text(rulebook_files.read_texts(rulebook_files.folder()), Overlay()))


@pytest.fixture
def quick_law(db: None, settings: Any, tmp_path: Any) -> Any:
    """The shipped edition, active; no sheets."""
    from greenmine.editions import actions, queries

    settings.DATA = tmp_path
    actions.activate(edition_text(), by="首次启用人", on=date(2026, 1, 5))
    return queries.active()
