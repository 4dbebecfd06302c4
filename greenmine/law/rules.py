"""A rule (规则): one demand of a document, typed and ready to be bound to a day. Pure data, as read from a pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from greenmine.law.ir import Condition, Ref, Term


class Outcome(StrEnum):
    """What a rule finds about one subject on one day (判定)."""

    SATISFIED = "satisfied"
    BREACHED = "breached"
    PENDING = "pending"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


KINDS = (
    "scope",
    "eligibility",
    "threshold",
    "obligation",
    "removal",
    "sanction",
    "deadline",
    "report",
    "benefit",
    "quota",
)
BODY_KEY = {
    "scope": "require", "eligibility": "require", "threshold": "require", "obligation": "require",
    "removal": "ground", "sanction": "ground", "benefit": "qualifies",
}  # fmt: skip
TIMED = ("deadline", "report")
WHEN_TRUE = {
    **dict.fromkeys(("scope", "eligibility", "threshold", "obligation", "benefit"), Outcome.SATISFIED),
    **dict.fromkeys(("removal", "sanction"), Outcome.BREACHED),
}
WHEN_FALSE = {
    **dict.fromkeys(("scope", "benefit"), Outcome.NOT_APPLICABLE),
    **dict.fromkeys(("eligibility", "threshold", "obligation"), Outcome.BREACHED),
    **dict.fromkeys(("removal", "sanction"), Outcome.SATISFIED),
}
FLAGS = ("conflict", "disputed", "lapsed", "low_confidence", "needs_confirmation", "remedied", "yielded")
NOT_COUNTED = frozenset({"lapsed", "yielded", "needs_confirmation", "low_confidence", "remedied"})


@dataclass(frozen=True, slots=True)
class InForce:
    """The days a rule names for itself; what is absent comes from its instrument. `to_on` is the last day."""

    from_on: date | None = None
    to_on: date | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack. `body` is its require, ground or qualifies; `due` and `done_on` belong to deadlines and reports."""

    id: str
    provisions: tuple[str, ...]
    kind: str
    title: Mapping[str, str]
    subject: str
    bound: str
    territory: str = ""
    in_force: InForce | None = None
    applies: Condition | None = None
    body: Condition | None = None
    due: Term | None = None
    done_on: Ref | None = None
    warn: str = ""
    clock_before_force: str = "flag"
    due_after_term: str = "flag"
    look_back: str = "flag"
    event_on: str = ""
    yields_to: tuple[str, ...] = ()
    needs_confirmation: Mapping[str, str] = field(default_factory=dict)
    interpretation: Mapping[str, str] = field(default_factory=dict)
    population: Condition | None = None
    hit: Condition | None = None
    by: str = ""
    target: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 0

    @property
    def instrument(self) -> str:
        """The document the rule belongs to: the first part of its id."""
        return self.id.partition(".")[0]

    @property
    def body_key(self) -> str:
        """The key under which the body was written; empty for deadlines and reports."""
        return BODY_KEY.get(self.kind, "")
