"""Step tables (办理步骤表): which step may follow in which state, whose turn it is, until when, and on which clause.

A table is a file of `rulebook/procedures`. Legality, turn, inbox, reminder and picture derive from it, and from nothing else.
"""

from greenmine.law.steps.drawing import Arrow, Box, Drawing, OpinionNote, draw
from greenmine.law.steps.reading import load_table
from greenmine.law.steps.svg import picture_svg
from greenmine.law.steps.table import (
    Actor,
    Clock,
    Deadline,
    OpinionRound,
    OutOfTurn,
    Requirement,
    State,
    Step,
    Table,
    WorkingDays,
)

__all__ = [
    "Actor",
    "Arrow",
    "Box",
    "Clock",
    "Deadline",
    "Drawing",
    "OpinionNote",
    "OpinionRound",
    "OutOfTurn",
    "Requirement",
    "State",
    "Step",
    "Table",
    "WorkingDays",
    "draw",
    "load_table",
    "picture_svg",
]
