"""Whose turn it is, and is it time: each check raises the sentence that the button shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import override

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.matrix import matrix
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed, ProposerDecides
from greenmine.accounts.vocabulary import Department, Role
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


def check_runs(case: Case) -> None:
    """Nothing more is done in a withdrawn case."""
    if case.withdrawn_on is not None:
        raise CannotTake(f"本案已于 {case.withdrawn_on} 撤回", f"this case was withdrawn on {case.withdrawn_on}")


def check_can_withdraw(table: Table, case: Case, by: Person, *, on: date) -> Organisation:
    """The organisation for which this person withdraws a case: that which opened it, on the right by which it was opened.

    What an authority opened, another decider of that authority ends: whoever opened it does not make it disappear.
    """
    if case.closed_on is not None:
        raise CannotTake("本案已办结，不能撤回", "the case is closed and cannot be withdrawn")
    first = case.steps.order_by("order").first()
    key = first.organisation if first else case.organisation
    held = [one for one in people.memberships(by, on=on) if one.organisation.key == key]
    if not held:
        raise NotAllowed("只有提出该事项的单位可以撤回。", "Only the organisation that opened it can withdraw it.")
    organisation = held[0].organisation
    if organisation.kind != "authority" and table.opening is not None:
        accounts.check_can(by, table.opening.verb, on=on, organisation=key)
        return organisation
    accounts.check_can(by, "cases.manage", on=on, region=case.region_code or None, organisation=key)
    accounts.check_is_not_proposer(by, first.by_id if first else None)
    if not any(one.role == Role.DECIDER for one in held):
        raise NotAllowed("主管部门立案的事项由签发人撤回。", "What an authority opened is withdrawn by a decider.")
    return organisation


def department_words(name: str) -> tuple[str, str]:
    """A department in Chinese and in English, whatever the language of the page."""
    if name not in Department.values:
        return name, name
    with override("zh-hans"):
        zh = f"{Department(name).label}部门"
    return zh, name.replace("_", " ")


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
    if step.actor.departments and organisation.department not in step.actor.departments:
        zh = "、".join(department_words(name)[0] for name in step.actor.departments)
        en = " or ".join(department_words(name)[1] for name in step.actor.departments)
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


def check_is_separate(step: Step, by: Person, taken: Iterable[CaseStep], absent: Person | None = None) -> None:
    """Who took an earlier step may not take one that is separate from it (经办与决定分离); a deputy counts as both."""
    now = {by.pk, absent.pk} if absent else {by.pk}
    for earlier in taken:
        if earlier.step in step.separate_from and now & {earlier.by_id, earlier.behalf_of_id}:
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
