"""What fieldwork asks of the room of assessors: is the agency engaged, who is on the team, who signed the commitment."""

from __future__ import annotations

from datetime import date

from greenmine.accounts.models import Person
from greenmine.assessors import queries as assessors
from greenmine.assessors.models import Declaration, Engagement, TeamMember
from greenmine.fieldwork.models import Fieldwork

NOT_YET = frozenset({"drafted", "checked", "commissioned", "accepted", "team_named"})
OVER = frozenset({"received", "rated", "closed", "declined", "cancelled", "recused"})
STEPS_ON_SITE = frozenset({"entry_noticed", "visited", "returned"})


class NotEngaged(Exception):
    """The agency is not, or not any more, engaged for this mine, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


def engagement(number: str) -> Engagement:
    """The engagement of this number; NotEngaged where there is none."""
    found = Engagement.objects.select_related("agency").filter(number=number).first()
    if found is None:
        raise NotEngaged(f"没有委托 {number}。", f"There is no engagement {number}.")
    return found


def check_is_engaged(number: str, organisation: str, *, on: date) -> Engagement:  # noqa: ARG001 -- acts name their day
    """Refuse before the team has signed its commitments, and after the engagement ended (受托期间)."""
    found = engagement(number)
    if found.agency.organisation != organisation:
        raise NotEngaged("该委托不属于贵机构。", "This engagement is not your agency's.")
    if found.state in NOT_YET:
        raise NotEngaged(
            f"委托 {number} 尚未到评估阶段：请先接受委托、组建评估组并由全组签署承诺。",
            f"Engagement {number} has not begun: accept it, name the team, and let all of it sign first.",
        )
    if found.state in OVER:
        raise NotEngaged(
            f"委托 {number} 已结束，不能再办理。", f"Engagement {number} has ended; nothing can be added to it."
        )
    return found


def team(of: Engagement) -> list[TeamMember]:
    """Who is on the team now, the leader first."""
    found = of.team.filter(until__isnull=True).select_related("assessor__account").order_by("-leader", "id")
    return list(found)


def people(of: Engagement) -> list[Person]:
    """The members of the team who have an account here, the leader first."""
    return [member.assessor.account for member in team(of) if member.assessor.account is not None]


def leader(of: Engagement) -> Person | None:
    """The project leader's account, or None."""
    return next((one.assessor.account for one in team(of) if one.leader), None)


def uncommitted(of: Engagement) -> list[str]:
    """The names of those on the team who have not signed the commitment to truthfulness (真实性承诺)."""
    signed = set(
        Declaration.objects.filter(engagement=of, party=Declaration.Party.ASSESSOR, committed=True).values_list(
            "key", flat=True
        )
    )
    return [member.assessor.name for member in team(of) if member.assessor.key not in signed]


def without_fieldwork(person: object, *, on: date) -> list[Engagement]:
    """The engagements of a person's agency whose work may begin but has not."""
    open_ones = assessors.engagements_for(person, on=on).exclude(state__in=NOT_YET | OVER)
    begun = set(
        Fieldwork.objects.filter(engagement__in=open_ones.values("number")).values_list("engagement", flat=True)
    )
    return [one for one in open_ones if one.number not in begun]
