from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from greenmine.editions import gates as tables
from greenmine.gates import actions, queries
from greenmine.gates.permissions import GateClosed
from greenmine.ledger import queries as ledger
from tests.conftest import TODAY
from tests.gates import ground

GATES = [gate.id for gate in tables.book().gates]


def closing(check: Any) -> list[str]:
    return [line["key"] for line in check.closing]


@pytest.mark.parametrize("gate", GATES)
def test_a_mine_with_nothing_against_it_passes_every_gate(check: Any, say: Any, gate: str) -> None:
    if gate == "yearly":
        say("province_nr", provincial_entry="listed", provincial_entered_on="2025-03-18")
    found = check(gate)
    assert (found.outcome, closing(found)) == ("open", [])
