"""The picture of a step table (办理流程图): boxes down a spine, arrows beside it, each with the numbers of its steps.

Pure geometry in whole pixels; `svg.py` draws it, and the list of steps beside it says the same in words. The box in which
a case stands also says how many days are left and which opinions are waited for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from greenmine.law.steps.svg import picture_svg
from greenmine.law.steps.table import Step, Table, Words

BOX_WIDTH, BOX_HEIGHT, GAP = 220, 40, 36
LANE = 26
MARGIN = 14
BEND = 8
BADGE = 10
ROW = 20


@dataclass(frozen=True, slots=True)
class OpinionNote:
    """An opinion that was asked where the case stands: of whom, how it is (waiting, late, given…), and the days left."""

    department: Words
    words: Words
    standing: str
    days_left: int | None = None

    @property
    def left(self) -> Words:
        """The days left in words; empty where there is no day."""
        return {language: _left(self.days_left, language) for language in ("zh", "en")}

    def text(self, language: str) -> str:
        """One line: 生态环境部门：待反馈，剩 3 天."""
        colon = "：" if language == "zh" else ": "
        left = self.left[language] if self.standing == "waiting" else ""
        comma = "，" if language == "zh" else ", "
        return f"{self.department[language]}{colon}{self.words[language]}{comma + left if left else ''}"


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
    notes: tuple[Words, ...] = ()

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
        return self.y + BOX_HEIGHT // 2 + 5

    @property
    def note_lines(self) -> tuple[tuple[int, Words], ...]:
        """The lines below the words: days left, opinions."""
        return tuple((self.y + BOX_HEIGHT + row * ROW + 8, words) for row, words in enumerate(self.notes))


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
    days_left: int | None = None

    @property
    def left(self) -> Words:
        """The days left in words; empty where there is no day or it is not open."""
        return {language: _left(self.days_left, language) for language in ("zh", "en")}

    @property
    def is_late(self) -> bool:
        """Whether its last day has passed."""
        return self.days_left is not None and self.days_left < 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it, and how large it is."""

    title: Words
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    lines: tuple[Line, ...]
    opinions: tuple[OpinionNote, ...] = ()

    @property
    def svg_zh(self) -> str:
        """The picture as SVG in Chinese, escaped."""
        return picture_svg(self, "zh")

    @property
    def svg_en(self) -> str:
        """The picture as SVG in English, escaped."""
        return picture_svg(self, "en")


def draw(
    table: Table,
    current: str = "",
    passed: frozenset[str] = frozenset(),
    *,
    days_left: Mapping[str, int] | None = None,
    opinions: Sequence[OpinionNote] = (),
) -> Drawing:
    """The picture of a table with the place where a case stands, and the states it came through.

    `days_left` says for open steps how many calendar days remain; `opinions` are those asked where the case stands.
    """
    days = days_left or {}
    notes = _notes(days, opinions)
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
    boxes, y = {}, MARGIN
    for state, one in table.states.items():
        own = notes if state == current else ()
        height = BOX_HEIGHT + len(own) * ROW
        is_passed = state in passed and state != current
        boxes[state] = Box(state, one.title, x, y, BOX_WIDTH, height, state == current, is_passed, one.final, own)
        y += height + GAP
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
            days.get(step.id) if current in step.origins else None,
        )
        for step in table.steps.values()
    )
    width = x + BOX_WIDTH + right * LANE + MARGIN + 2 * BADGE
    height = y - GAP + MARGIN
    return Drawing(table.title, width, height, tuple(boxes.values()), arrows, lines, tuple(opinions))


def _notes(days_left: Mapping[str, int], opinions: Sequence[OpinionNote]) -> tuple[Words, ...]:
    """What the current box says below its words."""
    found: list[Words] = []
    if days_left:
        nearest = min(days_left.values())
        found.append({language: _left(nearest, language) for language in ("zh", "en")})
    return (*found, *({language: one.text(language) for language in ("zh", "en")} for one in opinions))


def _left(days: int | None, language: str) -> str:
    """The days left as people say them."""
    if days is None:
        return ""
    if days < 0:
        return f"已逾期 {-days} 天" if language == "zh" else f"{-days} days late"
    if days == 0:
        return "今天到期" if language == "zh" else "due today"
    return f"剩 {days} 天" if language == "zh" else f"{days} days left"


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
