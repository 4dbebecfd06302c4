"""The picture of a step table (办理流程图): boxes down a spine, arrows beside it, each with the numbers of its steps.

Pure geometry in whole pixels; a template turns it into SVG, and the list of steps beside it says the same in words.
"""

from __future__ import annotations

from dataclasses import dataclass

from greenmine.law.steps.table import Step, Table, Words

BOX_WIDTH, BOX_HEIGHT, GAP = 220, 40, 36
LANE = 26
MARGIN = 14
BEND = 8
BADGE = 10


@dataclass(frozen=True, slots=True)
class Box:
    """A state: its place, its words, and whether the case stands there, has passed it, or may end in it."""

    state: str
    title: Words
    x: int
    y: int
    width: int
    height: int
    current: bool
    passed: bool
    final: bool

    @property
    def middle(self) -> tuple[int, int]:
        """The middle of the box."""
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def text_x(self) -> int:
        """Where the words are centred."""
        return self.middle[0]

    @property
    def text_width(self) -> int:
        """The room for the words."""
        return self.width - 2 * BEND

    @property
    def text_y(self) -> int:
        """The line on which the words stand."""
        return self.middle[1] + 5


@dataclass(frozen=True, slots=True)
class Arrow:
    """The way from one state to another: its path, where its badge stands, and the numbers of the steps that go it."""

    origin: str
    to: str
    path: str
    x: int
    y: int
    numbers: tuple[int, ...]
    open: bool

    @property
    def label(self) -> str:
        """The numbers as they stand in the badge."""
        return "·".join(map(str, self.numbers))

    @property
    def badge_width(self) -> int:
        """As wide as the numbers need."""
        return 2 * BADGE + 8 * (len(self.label) - 1)

    @property
    def badge_x(self) -> int:
        """The left edge of the badge."""
        return self.x - self.badge_width // 2

    @property
    def badge_y(self) -> int:
        """The upper edge of the badge."""
        return self.y - BADGE

    @property
    def text_y(self) -> int:
        """The line on which the numbers stand."""
        return self.y + 4


@dataclass(frozen=True, slots=True)
class Line:
    """One step in words, for those who read instead of look: its number, from where to where, and whether it is open."""

    number: int
    step: Step
    origins: tuple[Words, ...]
    to: Words | None
    open: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it, and how large it is."""

    title: Words
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    lines: tuple[Line, ...]


def draw(table: Table, current: str = "", passed: frozenset[str] = frozenset()) -> Drawing:
    """The picture of a table with the place where a case stands, and the states it came through."""
    numbers = {step: number for number, step in enumerate(table.steps, 1)}
    order = {state: row for row, state in enumerate(table.states)}
    ways: dict[tuple[str, str], list[int]] = {}
    for step in table.steps.values():
        for origin in step.origins:
            if step.lands_in(origin) != origin:
                ways.setdefault((origin, step.to), []).append(numbers[step.id])
    lanes = _lanes([way for way in ways if order[way[1]] - order[way[0]] != 1], order)
    left = 1 + max((lane for (origin, to), lane in lanes.items() if order[to] < order[origin]), default=-1)
    right = 1 + max((lane for (origin, to), lane in lanes.items() if order[to] > order[origin]), default=-1)
    x = MARGIN + left * LANE + (BADGE if left else 0)
    boxes = {
        state: Box(
            state,
            one.title,
            x,
            MARGIN + order[state] * (BOX_HEIGHT + GAP),
            BOX_WIDTH,
            BOX_HEIGHT,
            state == current,
            state in passed and state != current,
            one.final,
        )
        for state, one in table.states.items()
    }
    arrows = tuple(
        _arrow(boxes[origin], boxes[to], lanes.get((origin, to)), tuple(steps), is_open=origin == current)
        for (origin, to), steps in ways.items()
    )
    lines = tuple(
        Line(
            numbers[step.id],
            step,
            tuple(table.states[origin].title for origin in step.origins),
            table.states[step.to].title if step.to in table.states else None,
            current in step.origins,
        )
        for step in table.steps.values()
    )
    width = x + BOX_WIDTH + right * LANE + MARGIN + 2 * BADGE
    height = 2 * MARGIN + len(boxes) * (BOX_HEIGHT + GAP) - GAP
    return Drawing(table.title, width, height, tuple(boxes.values()), arrows, lines)


def _lanes(ways: list[tuple[str, str]], order: dict[str, int]) -> dict[tuple[str, str], int]:
    """A lane beside the spine for each way that passes other boxes: forward right, backward left.

    Ways to the same state in the same direction share one lane, as streams one bed; others never lie on each other.
    """
    groups: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    for origin, to in ways:
        groups.setdefault((to, order[to] > order[origin]), []).append((origin, to))
    found: dict[tuple[str, str], int] = {}
    taken: dict[tuple[bool, int], list[tuple[int, int]]] = {}
    for (to, forward), group in sorted(groups.items(), key=lambda one: _span(one[1], order)):
        rows = [order[to], *(order[origin] for origin, _ in group)]
        low, high, lane = min(rows), max(rows), 0
        while any(not (high < a or low > b) for a, b in taken.get((forward, lane), ())):
            lane += 1
        taken.setdefault((forward, lane), []).append((low, high))
        found |= dict.fromkeys(group, lane)
    return found


def _span(group: list[tuple[str, str]], order: dict[str, int]) -> tuple[int, int]:
    """Short ways lie inside: how far a group reaches, then where it ends."""
    return max(abs(order[to] - order[origin]) for origin, to in group), order[group[0][1]]


def _arrow(origin: Box, to: Box, lane: int | None, numbers: tuple[int, ...], *, is_open: bool) -> Arrow:
    if lane is None:
        x, top, bottom = origin.middle[0], origin.y + origin.height, to.y
        return Arrow(origin.state, to.state, f"M{x} {top} V{bottom}", x, (top + bottom) // 2 - 3, numbers, is_open)
    forward = to.y > origin.y
    side = 1 if forward else -1
    edge = origin.x + origin.width if forward else origin.x
    x = edge + side * (BEND + (lane + 1) * LANE - BADGE)
    start, end = origin.middle[1] + BEND * side, to.middle[1] - BEND * side
    path = f"M{edge} {start} H{x} V{end} H{edge}"
    return Arrow(origin.state, to.state, path, x, start + side * 2 * BADGE, numbers, is_open)
