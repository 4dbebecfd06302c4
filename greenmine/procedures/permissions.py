"""Whose turn it is, and is it time: each check raises the sentence that the button shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.matrix import matrix
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed, ProposerDecides
from greenmine.law.steps import OutOfTurn, Step, Table
from greenmine.procedures.models import Case, CaseStep

LEVELS = {"ministry": "国家级", "province": "省级", "city": "市州级", "county": "县级"}
KINDS = {
    "authority": ("主管部门", "the authority"),
    "enterprise": ("矿山企业", "the enterprise"),
    "agency": ("评估机构", "the agency"),
    "operator": ("系统运行单位", "the operator"),
}


class CannotTake(Exception):
    """A step that this person cannot take now (不能办理), in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


class Overtaken(CannotTake):
    """Somebody else took a step in the meantime (已被他人办理): nothing was written."""


def check_turn(case: Case, step: Step, by: Person, organisation: Organisation, *, on: date) -> None:
    """The step is this organisation's: its kind, its level, the region of the case, and the verb of the matrix."""
    _check_office(step, organisation, by, on=on)
    if step.actor.kind == "authority":
        accounts.check_can(by, step.verb, on=on, region=case.region_code or None)
        return
    party = case.parties.get(step.actor.kind, "")
    if not party or organisation.key != party:
        raise NotAllowed(
            f"该步骤由本案的{KINDS[step.actor.kind][0]}办理。",
            f"This step is for {KINDS[step.actor.kind][1]} of the case.",
        )
    accounts.check_can(by, step.verb, on=on, organisation=organisation.key)


def check_can_open(table: Table, by: Person, organisation: Organisation, *, region_code: str, on: date) -> None:
    """A case is opened by whom the table names; a table that names nobody is opened by rooms on their own right."""
    if table.opening is not None:
        _check_office(table.opening, organisation, by, on=on)
        accounts.check_can(by, table.opening.verb, on=on, region=region_code or None, organisation=organisation.key)


def _check_office(step: Step, organisation: Organisation, by: Person, *, on: date) -> None:
    held = [one for one in people.memberships(by, on=on) if one.organisation_id == organisation.pk]
    if not any(matrix().lets(one.organisation, one.role, step.verb) for one in held):
        words = {lang: matrix().words(step.verb, lang) for lang in ("zh", "en")}
        raise NotAllowed(f"您在{organisation.name}的岗位不能{words['zh']}。", f"Your role there may not {words['en']}.")
    if organisation.kind != step.actor.kind:
        zh, en = KINDS[step.actor.kind]
        raise NotAllowed(f"该步骤由{zh}办理。", f"This step is for {en}.")
    if step.actor.levels and organisation.level not in step.actor.levels:
        zh = "、".join(LEVELS[level] for level in step.actor.levels)
        en = " or ".join(step.actor.levels)
        raise NotAllowed(f"该步骤由{zh}部门办理。", f"This step is for an authority of {en} level.")


def check_needs(step: Step, payload: Mapping[str, Any]) -> None:
    """Everything the step needs was given; an empty text is not given."""
    missing = [name for name in step.needs if payload.get(name) in (None, "", [], {})]
    if missing:
        raise CannotTake(
            f"“{step.title['zh']}”还缺：{'、'.join(missing)}", f"“{step.title['en']}” still needs: {', '.join(missing)}"
        )


def check_is_separate(step: Step, by: Person, taken: Iterable[CaseStep]) -> None:
    """Who took an earlier step may not take one that is separate from it (经办与决定分离)."""
    for earlier in taken:
        if earlier.step in step.separate_from and earlier.by_id == by.pk:
            raise ProposerDecides(
                f"您已办理本案的前序步骤，“{step.title['zh']}”须由另一人作出。",
                f"You took an earlier step of this case; “{step.title['en']}” is for somebody else.",
            )


def check_is_open(opens_on: date | None, reason: Mapping[str, str], *, on: date) -> None:
    """A step that waits for a time limit of others is not taken before it has run out."""
    if reason:
        raise CannotTake(reason["zh"], reason["en"])
    if opens_on is not None and on <= opens_on:
        raise CannotTake(
            f"期限至 {opens_on}，期满后方可办理", f"the time limit runs until {opens_on}; this step comes after it"
        )


__all__ = ["CannotTake", "NotAllowed", "OutOfTurn", "Overtaken"]
