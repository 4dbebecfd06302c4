"""Recognising rows (识别): which mine of the registry a row of a ledger speaks of. Pure.

By licence number; then by the department's number and region; then by name, region and mineral. A row that fits
several mines, or whose licence and number point to different ones, goes to a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Identity:
    """What a row, or a registered mine, can be recognised by; empty where unknown."""

    licence: str = ""
    number: str = ""
    name: str = ""
    region: str = ""
    mineral: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """By what a row was recognised, and the mines it may be: one, none (a new mine), or several (a person decides)."""

    how: str  # licence | number | name | new | ambiguous
    mines: tuple[str, ...]


@dataclass
class Register:
    """The known mines by everything a row may be recognised by."""

    _licence: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _number: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    _name: dict[tuple[str, str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, mine: str, known: Identity) -> None:
        """Let a mine be found by whatever is known of it."""
        if known.licence:
            self._licence[known.licence].add(mine)
        if known.number and known.region:
            self._number[known.number, known.region].add(mine)
        if known.name and known.region:
            self._name[_plain(known.name), known.region, known.mineral].add(mine)

    def match(self, row: Identity) -> Match:
        """The mine or mines a row may speak of."""
        by_licence = self._licence.get(row.licence, set()) if row.licence else set()
        by_number = self._number.get((row.number, row.region), set()) if row.number and row.region else set()
        if by_licence and by_number and not by_licence & by_number:
            return Match("ambiguous", tuple(sorted(by_licence | by_number)))
        for how, found in (("licence", by_licence), ("number", by_number), ("name", self._by_name(row))):
            if len(found) == 1:
                return Match(how, tuple(found))
            if found:
                return Match("ambiguous", tuple(sorted(found)))
        return Match("new", ())

    def _by_name(self, row: Identity) -> set[str]:
        """Name, region and mineral; a side that does not know the mineral fits any."""
        if not row.name or not row.region:
            return set()
        name = _plain(row.name)
        exact = self._name.get((name, row.region, row.mineral), set())
        if exact:
            return exact
        if row.mineral:
            return self._name.get((name, row.region, ""), set())
        return {m for key, found in self._name.items() if key[:2] == (name, row.region) for m in found}


def doubles(matches: Iterable[tuple[int, Match]]) -> dict[int, int]:
    """Row → the earlier row that was recognised as the same mine: two rows of a ledger are two mines, or a mistake."""
    first: dict[str, int] = {}
    found: dict[int, int] = {}
    for row, match in matches:
        if match.how in ("licence", "number", "name"):
            earlier = first.setdefault(match.mines[0], row)
            if earlier != row:
                found[row] = earlier
    return found


def _plain(name: str) -> str:
    return "".join(name.split()).replace("(", "（").replace(")", "）")
