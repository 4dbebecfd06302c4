"""Who may do what about third parties, and whether it is time: each check raises the sentence the button shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import queries
from greenmine.assessors.commissioning import Ground, check_level
from greenmine.assessors.models import Agency, Confirmation, Engagement
from greenmine.assessors.refusals import CannotCommission, CannotEngage, CannotRegister, CannotSee
from greenmine.editions.edition import Edition
from greenmine.law.steps import OutOfTurn, Step


def check_can_register(by: Person, organisation: Organisation, agency: Agency | None, *, on: date) -> None:
    """The province and the ministry keep the register; an agency keeps its own record there."""
    if agency is not None and agency.organisation and agency.organisation == organisation.key:
        accounts.check_can(by, "agencies.own", on=on, organisation=organisation.key)
        return
    accounts.check_can(by, "agencies.manage", on=on)
    if organisation.kind != "authority":
        raise CannotRegister(
            "只能维护本机构的登记；其他机构由省级以上自然资源主管部门登记",
            "an agency keeps its own record only; others are entered by the province or the ministry",
        )


def check_step(engagement: Engagement, step: str) -> Step:
    """The step, if it is open in the engagement's state."""
    try:
        return queries.table().check(engagement.state, step)
    except OutOfTurn as refused:
        raise CannotEngage(refused.zh, refused.en) from None


def check_can_take(by: Person, organisation: Organisation, engagement: Engagement, step: str, *, on: date) -> Step:
    """The step, if it is open and this person's: of the authority in whose region it lies, or of the agency engaged."""
    found = check_step(engagement, step)
    if found.actor.kind == "agency":
        check_is_engaged(by, organisation, engagement, found.verb, on=on)
    else:
        accounts.check_can(by, found.verb, on=on, region=engagement.region_code)
    if "open" in found.separate_from:
        accounts.check_is_not_proposer(by, engagement.drafted_by_id)
    return found


def check_is_engaged(
    by: Person, organisation: Organisation, engagement: Engagement, verb: str = "engagements.answer", *, on: date
) -> None:
    """Only people of the agency that is engaged work on the engagement."""
    accounts.check_can(by, verb, on=on, organisation=organisation.key)
    if not engagement.agency.organisation or engagement.agency.organisation != organisation.key:
        raise CannotEngage("该委托不由本机构承接", "this engagement is another agency's")


def check_is_holder(by: Person, organisation: Organisation, engagement: Engagement, verb: str, *, on: date) -> None:
    """Only the holder of the mine answers for it."""
    accounts.check_can(by, verb, on=on, enterprise=organisation.enterprise)
    if not engagement.holder or engagement.holder != organisation.enterprise:
        raise CannotEngage("该矿山不属于本企业", "this mine is another enterprise's")


def check_can_commission(
    edition: Edition, by: Any, region: str, *, jointly_with: tuple[str, ...] = (), on: date
) -> tuple[Organisation, Ground, Confirmation | None]:
    """For which authority a person may commission here, and on which ground; CannotCommission names the clause."""
    accounts.check_can(by, "engagements.commission", on=on, region=region)
    house, ground, confirmed = check_level(edition, by, region, on=on)
    if len({one.strip() for one in jointly_with if one.strip()}) < ground.joint:
        raise CannotCommission(
            f"依据{edition.cite(ground.cite)}，旗县委托须会同生态环境、工信等部门：请登记会同部门",
            f"under {ground.cite} the banner commissions together with ecology, industry and others: name them",
        )
    return house, ground, confirmed


def check_not_debarred(kind: str, key: str, name: str, *, on: date) -> None:
    """Nobody debarred is engaged, nor is what he files accepted, anywhere (不予采信)."""
    held = queries.debarment(kind, key, on)
    if held is not None:
        raise CannotEngage(
            f"{name}已列入黑名单（{held.decision_number}），{held.since} 起至 {held.until} 前评估服务不予采信",
            f"{name} is debarred ({held.decision_number}) from {held.since} until before {held.until}",
        )


def check_not_suspended(edition: Edition, kind: str, key: str, name: str, region: str, *, on: date) -> None:
    """Whoever is suspended in a region gets no new work there."""
    if queries.is_suspended(edition, kind, key, region, on):
        raise CannotEngage(
            f"{name}在该地区已被暂停承接评估，恢复前不能委托", f"{name} is suspended there and gets no new work"
        )


def check_can_see_content(person: Any, engagement: Engagement, *, on: date) -> None:
    """An agency reads what lies within only while it is engaged; afterwards the line in its list remains."""
    if not queries.content_is_open(person, engagement, on=on):
        raise CannotSee(
            "委托已结束或不在您的范围内，不能查看内容；列表中仍保留该事项",
            "the engagement has ended or is not yours: its content is closed, its line remains in the list",
        )


def can(check: Any, *arguments: Any, **named: Any) -> tuple[bool, str, str]:
    """(allowed, why not in Chinese, in English) of any of the checks above, for a button."""
    try:
        check(*arguments, **named)
    except (CannotEngage, CannotRegister, CannotSee, accounts.NotAllowed) as refused:
        return False, refused.zh, refused.en
    return True, "", ""
