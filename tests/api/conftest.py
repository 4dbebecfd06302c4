"""A law that is active, files that go where nobody else looks, and a few published things."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def law(db: None, settings: Any, tmp_path: Any) -> Any:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DATA = tmp_path
    return evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=date(2026, 1, 5))


@pytest.fixture
def ask(client: Any) -> Any:
    """`ask("mines", tier="national")` gives status and JSON."""

    def asked(path: str, expect: int = 200, **parameters: Any) -> Any:
        answer = client.get(f"/api/v1/{path}", parameters)
        assert answer.status_code == expect, answer.content.decode()[:500]
        return answer.json()

    return asked
