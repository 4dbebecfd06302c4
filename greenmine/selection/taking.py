"""The one door (办理): a step of an application that was filed – turn, form, gate, effect, case, papers, record, telling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.gates import actions as gates
from greenmine.law.steps import Step
from greenmine.papers.models import Paper
from greenmine.procedures import actions as procedures
from greenmine.procedures import permissions as turns
from greenmine.procedures.models import Case
from greenmine.procedures.queries import table_of
from greenmine.selection import issuing, payloads
from greenmine.selection.effects import EFFECTS, Taking
from greenmine.selection.forms import BATCH_STEPS
from greenmine.selection.models import Application
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.recording import Act, lock, tell_applicant, write
from greenmine.selection.standing import case_of, keep_in_step

# Steps the enterprise is told of as something it has to do, not only to know.
ASKS_ENTERPRISE = ("return_for_correction", "return_review")
SILENT = (
    "commission",
    "commission_again",
    "plan_verification",
    "record_verification",
    "plan_field_check",
    "record_field_check",
)


@transaction.atomic
def take(
    application: Application,
    step: str,
    payload: Mapping[str, Any] | None = None,
    *,
    by: Person,
    organisation: Organisation,
    on: date,
    seen: int | None = None,
) -> Application:
    """Take a step. OutOfTurn, NotAllowed, CannotTake, Overtaken, GateClosed or CannotSelect say why not; nothing is written then."""
    if step in BATCH_STEPS:
        raise CannotSelect(
            "公示按批次统一办理，请在批次页面发起或结束", "notices are the batch's: open and end them on its page"
        )
    act, now = Act(by, organisation, on), lock(application)
    case, found = check(now, step, act, seen=seen)
    given = payloads.read(now, step, payload or {}, act)
    return carry_out(now, case, found, given, act, seen=seen)


def check(application: Application, step: str, act: Act, *, seen: int | None = None) -> tuple[Case, Step]:
    """The step, if it is its turn, this organisation's and this person's, and nobody was faster."""
    case = case_of(application)
    table = table_of(case)
    if seen is not None and seen != case.version:
        raise turns.Overtaken(
            f"该件已由他人办理，目前为“{table.states[case.state].title['zh']}”；您的操作未保存，请刷新后再办",
            f"somebody was faster: it is “{table.states[case.state].title['en']}” now. Nothing of yours was saved; look again",
        )
    found = table.check(case.state, step)
    turns.check_turn(case, found, act.by, act.organisation, on=act.on)
    return case, found


def carry_out(
    application: Application,
    case: Case,
    step: Step,
    given: dict[str, Any],
    act: Act,
    *,
    seen: int | None = None,
    gate_asked: bool = False,
) -> Application:
    """Gate, effect, case, papers, record and telling of a step that was checked; all or nothing.

    `gate_asked`: the caller asked the gate in this very transaction, for a list of which this is one.
    """
    if step.gate and not gate_asked:
        gates.go_through(
            step.gate, application.mine, about=application.subject, by=act.by, organisation=act.organisation, on=act.on
        )
    effect = EFFECTS.get(step.id)
    if effect is not None:
        effect(Taking(application, case, step, given, act))
    procedures.take(case, step.id, given, by=act.by, on=act.on, organisation=act.organisation, seen=seen)
    case.refresh_from_db()
    keep_in_step(application, case)
    papers = issuing.draft(application, step, given, act)
    _say(application, step, given, papers, act)
    return application


def _say(application: Application, step: Step, given: Mapping[str, Any], papers: list[Paper], act: Act) -> None:
    reasons = f"：{given['reasons']}" if given.get("reasons") else ""
    write(
        act, step.id, application, f"{step.title['zh']}{reasons}", step.title["en"], step.provisions,
        {"case": application.case, "state": application.state, "papers": [one.pk for one in papers]},
    )  # fmt: skip
    if step.actor.kind == "enterprise" or step.id in SILENT:
        return
    todo = step.id in ASKS_ENTERPRISE
    tell_applicant(
        application, step.id, f"{step.title['zh']}{reasons}"[:300], step.title["en"], todo=todo,
        due_on=application.due_on if todo else None,
    )  # fmt: skip
