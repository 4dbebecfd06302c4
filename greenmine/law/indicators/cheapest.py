"""The cheapest choice: of items with gains and efforts, the set that meets every need at the least effort, exactly.

Within a dimension the best set for every gain is kept (Nemhauser–Ullmann: what gains no more and costs no less is
dropped); then dimensions are put together by total gain. Gains beyond what is needed are not told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Cost = tuple[int, int, int, int]  # items without an effort, effort, number of items, which items (as bits)
States = dict[int, Cost]  # gain → cheapest way to it
NOTHING: Cost = (0, 0, 0, 0)
MOST_STATES = 20_000


@dataclass(frozen=True, slots=True)
class Choice:
    """An item that can be mended: its gain, and its effort (None: not stated, used only where nothing else reaches)."""

    id: str
    dimension: str
    gain: int
    effort: int | None


@dataclass(frozen=True, slots=True)
class Need:
    """The gains that are needed in all and in each dimension."""

    total: int
    dimensions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """The chosen items; `exact` unless there were too many states to keep."""

    ids: tuple[str, ...]
    effort: int
    exact: bool


def cheapest(choices: list[Choice], need: Need) -> Found | None:
    """The cheapest set that meets the need (fewest unstated efforts, then effort, then items); None where none does."""
    exact = True
    whole: States = {0: NOTHING}
    for dimension in sorted({choice.dimension for choice in choices} | set(need.dimensions)):
        least = need.dimensions.get(dimension, 0)
        own: States = {0: NOTHING}
        for place, choice in enumerate(choices):
            if choice.dimension == dimension:
                own = _with(own, place, choice, max(least, need.total))
        own = {gain: cost for gain, cost in own.items() if gain >= least}
        if not own:
            return None
        whole, is_exact = _thinned(_joined(whole, own, need.total))
        exact = exact and is_exact
    reaching = [cost for gain, cost in whole.items() if gain >= need.total]
    if not reaching:
        return None
    _, effort, _, bits = min(reaching)
    return Found(tuple(choice.id for place, choice in enumerate(choices) if bits >> place & 1), effort, exact)


def _with(states: States, place: int, choice: Choice, cap: int) -> States:
    """Every state as it is, and with the item added."""
    step: Cost = (int(choice.effort is None), choice.effort or 0, 1, 1 << place)
    grown = dict(states)
    for gain, cost in states.items():
        _keep(grown, min(gain + choice.gain, cap), _add(cost, step))
    return _undominated(grown)


def _joined(one: States, other: States, cap: int) -> States:
    joined: States = {}
    for gain, cost in one.items():
        for more, step in other.items():
            _keep(joined, min(gain + more, cap), _add(cost, step))
    return _undominated(joined)


def _add(one: Cost, other: Cost) -> Cost:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] | other[3])


def _keep(states: States, gain: int, cost: Cost) -> None:
    known = states.get(gain)
    if known is None or cost < known:
        states[gain] = cost


def _undominated(states: States) -> States:
    """Without those that gain no more than another and cost no less."""
    kept: States = {}
    best: Cost | None = None
    for gain in sorted(states, reverse=True):
        cost = states[gain]
        if best is None or cost < best:
            kept[gain], best = cost, cost
    return kept


def _thinned(states: States) -> tuple[States, bool]:
    """At most so many states: the highest gains stay reachable, and the caller is told that it is no longer exact."""
    if len(states) <= MOST_STATES:
        return states, True
    gains = sorted(states, reverse=True)
    step = -(-len(gains) // MOST_STATES)
    return {gain: states[gain] for gain in gains[::step]}, False
