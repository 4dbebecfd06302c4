"""Gates on screen (关口核验): one check with its lines and the pass over it, and why a mine is listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from greenmine.accounts import permissions as accounts
from greenmine.editions import gates as tables
from greenmine.evaluation.gating import Line, from_json
from greenmine.gates import permissions, queries, replaying
from greenmine.gates.models import GateCheck, GatePass
from greenmine.gates.queries import Recomputed


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """One check as a page shows it."""

    check: GateCheck
    name: Any
    cite: tuple[str, ...]
    closing: list[Line]
    notes: list[Line]
    listed: Any
    passed: GatePass | None
    again: Recomputed | None
    may_pass: bool
    why_not: Any


def shown(check: GateCheck, person: Any, *, on: date, again: bool = False) -> ShownCheck:
    """A check with its lines, the pass that holds for it, and whether this person may pass it; `again`: recomputed too."""
    book = tables.read_kept(check.book.content)
    gate, lines = book.gate(check.gate), [from_json(line) for line in check.lines]
    refused = None if check.is_open else permissions.why_not(check, person, on=on)
    return ShownCheck(
        check=check,
        name=gate.name,
        cite=gate.cite,
        closing=[line for line in lines if line.closes],
        notes=[line for line in lines if not line.closes],
        listed=book.as_listed.words if gate.as_listed else None,
        passed=queries.pass_for(check),
        again=queries.recompute(check) if again else None,
        may_pass=not check.is_open and refused is None,
        why_not=refused,
    )


def why(entry: Any, person: Any, *, on: date) -> replaying.WhyListed | None:
    """Why a mine is listed, for whoever may see gates where it lies; None for others."""
    if not accounts.can(person, "gates.see", on=on, region=entry.region_code):
        return None
    return replaying.why_listed(entry, on=on)
