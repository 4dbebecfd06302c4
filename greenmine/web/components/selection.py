"""What the pages of an application (申报) share at both desks: where it stands, what may be done, what a refusal says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.assessors.refusals import Refused
from greenmine.directory.permissions import CannotAct
from greenmine.editions import procedures as tables
from greenmine.evidence.contents import NotKept
from greenmine.gates import actions as gates
from greenmine.gates.models import GateCheck
from greenmine.gates.permissions import CannotPass, GateClosed
from greenmine.law.steps import OutOfTurn
from greenmine.papers.actions import CannotIssue, CannotMake
from greenmine.procedures.permissions import CannotTake
from greenmine.selection.models import Application
from greenmine.selection.permissions import CannotSelect
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.templatetags.regime import both

REFUSALS = (
    CannotSelect, CannotPass, CannotTake, OutOfTurn, NotAllowed, NotKept, CannotMake, CannotIssue, Refused, CannotAct,
    tables.NoTableInForce,
)  # fmt: skip
DRAFT = {"zh": "填写中", "en": "being filled in"}
SOON = 5  # days before the last one on which a list begins to warn; a matter of colour, not of law
FAILED, RETURNED = "red", "orange"
Who = dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """Why something was not done: the sentence, the lines of a closed gate, names of what is missing."""

    words: str
    lines: list[Mapping[str, Any]] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    check: GateCheck | None = None


def who(person: Person, organisation: Organisation) -> Who:
    """By whom, for whom and on which day an act is done."""
    return {"by": person, "organisation": organisation, "on": today()}


def refusal_of(refused: Exception) -> Refusal:
    """A refusal as a page shows it."""
    lines = list(refused.check_lines) if isinstance(refused, GateClosed) else []
    return Refusal(both(refused), lines, tuple(getattr(refused, "missing", ())))


def acted(request: HttpRequest, acts: Mapping[str, Callable[..., str]], *about: Any) -> Refusal | None:
    """Do what the form asks: None when it was done, otherwise why not; 404 for an unknown act. Refused acts keep no file."""
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    person, organisation = acting_for(request)
    try:
        with transaction.atomic():
            said = act(request, *about, who(person, organisation))
    except GateClosed as closed:
        return Refusal(both(closed), list(closed.check_lines), (), _kept(closed, person, organisation))
    except REFUSALS as refused:
        return refusal_of(refused)
    messages.success(request, said)
    return None


def _kept(closed: GateClosed, person: Person, organisation: Organisation) -> GateCheck:
    """The check that refused a step went with the step: made once more on its own, so that it can be looked at and passed."""
    gone = closed.check
    about = (gone.about_kind, gone.about_key)
    return gates.check(gone.gate, gone.mine, about=about, by=person, organisation=organisation, on=today())


@lru_cache(maxsize=1)
def state_words() -> dict[str, Mapping[str, str]]:
    """Every state that an application can be in, by its code, in the order of the tables; for filters of lists."""
    found: dict[str, Mapping[str, str]] = {}
    for table in tables.tables():
        if table.family in ("selection", "national"):
            for state in table.states.values():
                found.setdefault(state.id, state.title)
    return found


def state_of(application: Application) -> Mapping[str, str]:
    """Where an application stands, in the words of its own table."""
    if application.is_draft:
        return DRAFT
    if application.table:
        states = tables.table(application.table).states
        if application.state in states:
            return states[application.state].title
    return state_words().get(application.state, {"zh": application.get_outcome_display(), "en": application.state})


def line_of(application: Application, *, on: date) -> dict[str, Any]:
    """One line of a list: state and its colour, days left, whether the last day has passed."""
    ended = application.closed_on is not None
    left = (application.due_on - on).days if application.due_on and not ended else None
    return {
        "application": application,
        "state": state_of(application),
        "tone": _tone(application),
        "ended": ended,
        "left": left,
        "overdue": left is not None and left < 0,
        "soon": left is not None and 0 <= left <= SOON,
    }


def _tone(application: Application) -> str:
    if application.outcome == Application.Outcome.LISTED:
        return "green"
    if application.outcome == Application.Outcome.WITHDRAWN or application.is_draft:
        return "secondary"
    if application.outcome:
        return FAILED
    return RETURNED if application.state.startswith("returned") else "blue"


def said_done(title: Mapping[str, str]) -> str:
    """What the page says after a step."""
    return _("已办理：%(step)s") % {"step": both(title)}


def gate_lines(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a gate for the page: those that close it first."""
    return sorted((dict(line) for line in lines), key=lambda line: not line.get("closes"))
