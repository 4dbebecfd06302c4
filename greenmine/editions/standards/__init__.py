"""Standards (标准): sets of indicators side by side, which one a mine is assessed by, and the catalogue of texts.

`shelf` reads the shipped and the loaded sets, each by its digest for ever; `choosing` finds the one for a mine; `actions`
loads and keeps; `workbook` and `reading` are the Excel form of a set; `catalogue` is the register of standards texts.
"""

from greenmine.editions.standards.actions import keep
from greenmine.editions.standards.choosing import Candidate, Choice, check_not_looser, choose
from greenmine.editions.standards.shelf import (
    StandardEntry,
    UnknownStandard,
    classes,
    get,
    listed,
    mapping,
    mappings,
)

__all__ = [
    "Candidate", "Choice", "StandardEntry", "UnknownStandard", "check_not_looser", "choose", "classes", "get", "keep", "listed",
    "mapping", "mappings",
]  # fmt: skip
