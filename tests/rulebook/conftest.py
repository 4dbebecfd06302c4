"""The shipped edition, and what it finds about a mine in a place on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from greenmine.editions.edition import Edition
from greenmine.editions.shipped import load_shipped
from greenmine.law import Finding, bind, evaluate_one
from tests.rulebook.regime import sheet_of


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_shipped()


@pytest.fixture(scope="module")
def findings(edition: Edition) -> Any:
    def find(place: str | None, on: str, **facts: Any) -> dict[str, Finding]:
        return evaluate_one(bind(edition, date.fromisoformat(on)), sheet_of(edition, place, **facts))

    return find
