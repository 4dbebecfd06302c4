"""Taking a step (办理步骤): the state moves by the table, the next clock starts, the act is written and told, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import queries
from greenmine.assessors.models import Engagement, EngagementStep
from greenmine.assessors.permissions import check_can_take
from greenmine.assessors.refusals import CannotEngage
from greenmine.editions import queries as editions
from greenmine.law.steps import Step, Table
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications

SIDE_STEPS = ("decline", "cancel", "recuse", "declare_independence", "change_team", "return_report")


@dataclass(frozen=True, slots=True)
class Act:
    """Who takes a step, for whom, and on which day."""

    by: Person
    organisation: Organisation
    on: date


def lock(engagement: Engagement) -> Engagement:
    """The engagement as it is now, held until the act is written: of two who act at once the second sees the first."""
    return Engagement.objects.select_for_update(of=("self",)).select_related("agency").get(pk=engagement.pk)


def allowed(engagement: Engagement, step: str, act: Act) -> Step:
    """The step, if it is open and this person's."""
    return check_can_take(act.by, act.organisation, engagement, step, on=act.on)


def take(engagement: Engagement, step: str, act: Act, *, note: str = "") -> Engagement:
    """Move an engagement by a step that was checked, and start the clock of what comes next."""
    table = queries.table()
    found = table.step(step)
    if act.on < engagement.state_since:
        raise CannotEngage(
            f"办理日期不能早于上一步的日期 {engagement.state_since}",
            f"the day must not lie before the last step's, {engagement.state_since}",
        )
    before, due = engagement.state, engagement.due_on
    engagement.state = found.lands_in(before)
    if engagement.state != before or found.to == before:
        engagement.state_since = act.on
        _start_clock(engagement, table, act.on)
    engagement.version += 1
    engagement.save()
    EngagementStep.objects.create(
        engagement=engagement, step=step, before=before, after=engagement.state, on=act.on, due_on=due, by=act.by.name,
        by_id=act.by.pk, organisation=act.organisation.key, note=note, recorded_at=timezone.now(),
    )  # fmt: skip
    notifications.settle("engagement", engagement.number, f"assessors.to_{step}", by=act.by.name)
    notifications.settle("engagement", engagement.number, "assessors.overdue", by=act.by.name)
    write(engagement, f"assessors.{step}", act, found.title["zh"], found.title["en"], found.provisions, note=note)
    _tell_next(engagement, table)
    return engagement


def write(
    engagement: Engagement, verb: str, act: Act, zh: str, en: str, cite: Sequence[str] = (), *, note: str = ""
) -> None:
    """Enter an act about an engagement in the ledger."""
    beside = f"：{note}" if note else ""
    ledger.record(
        verb,
        subject=("engagement", engagement.number),
        by=act.by,
        organisation=act.organisation,
        on=act.on,
        region_code=engagement.region_code,
        zh=f"{engagement.number} {zh}{beside}",
        en=f"{engagement.number} {en}{beside}",
        cite=list(cite),
    )


def tell(
    engagement: Engagement,
    verb: str,
    to: tuple[str, str],
    zh: str,
    en: str,
    *,
    due_on: date | None = None,
    todo: bool = True,
) -> None:
    """Tell one side something about an engagement."""
    notifications.tell(
        verb, to=to, about=("engagement", engagement.number), due_on=due_on, todo=todo,
        text={"zh": f"{engagement.number} {engagement.mine_name}：{zh}", "en": f"{engagement.number}: {en}"},
    )  # fmt: skip


def commissioning_side(engagement: Engagement) -> tuple[str, str]:
    """The authority that commissions, or drafted, the engagement: how it is told something."""
    key = engagement.commissioned_by or engagement.drafted_by_organisation
    house = Organisation.objects.filter(key=key).first()
    return house.address if house is not None else ("province_nr", engagement.region_code[:2].ljust(6, "0"))


def next_step(table: Table, state: str) -> Step | None:
    """The step that leads on from a state: the first of the table that is no side step."""
    return next((one for one in table.open_steps(state) if one.id not in SIDE_STEPS and one.to != state), None)


def _start_clock(engagement: Engagement, table: Table, on: date) -> None:
    following = next_step(table, engagement.state)
    engagement.due_on, engagement.due_provisional = None, False
    if following is not None and following.clock is not None:
        deadline = table.deadline(following.id, on, editions.active().calendar)
        engagement.due_on, engagement.due_provisional = deadline.on, deadline.provisional


def _tell_next(engagement: Engagement, table: Table) -> None:
    """A to-do for whoever's turn it is now; when it has ended, a message to both sides."""
    following = next_step(table, engagement.state)
    state = table.states[engagement.state].title
    if following is None:
        for side in (engagement.agency.address, commissioning_side(engagement)):
            tell(engagement, "assessors.ended", side, state["zh"], state["en"], todo=False)
        return
    to = engagement.agency.address if following.actor.kind == "agency" else commissioning_side(engagement)
    title = following.title
    tell(
        engagement, f"assessors.to_{following.id}", to, f"请{title['zh']}", f"please {title['en']}",
        due_on=engagement.due_on,
    )  # fmt: skip
