"""Who may change the directory, and is it time: each check raises the sentence that the button shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation
from greenmine.accounts.permissions import NotAllowed
from greenmine.accounts.vocabulary import Department, Level
from greenmine.directory.models import Change, Entry, Objection, PublicNotice, Removal, Tier

LONGEST = 4000
LEVEL_OF_TIER = {Tier.PROVINCIAL: Level.PROVINCE, Tier.NATIONAL: Level.MINISTRY}
LEVEL_OF_STAGE = {"league": Level.CITY, "provincial": Level.PROVINCE, "national": Level.MINISTRY}
LEVEL_WORDS = {
    Level.PROVINCE: ("省级", "the province"),
    Level.MINISTRY: ("国家级", "the ministry"),
    Level.CITY: ("盟市（市州）级", "the league or prefecture"),
    Level.COUNTY: ("县级", "the county"),
}
NO_LOWER_LIST = (
    "绿色矿山名录只有国家级、省级两级，市、县两级不得设立名录（自然资规〔2024〕1号（二））；存量名单请作为历史导入后评估",
    "there are only a national and provincial directories; no city or county keeps one (cn-2024-1 art. 2): import old lists as history and assess them",
)


class CannotAct(Exception):
    """An act of the directory that is refused, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


class CannotEnter(CannotAct):
    """A mine that cannot be entered (不能纳入名录)."""


class CannotNotice(CannotAct):
    """A public notice that cannot begin, end or be withdrawn now (公示)."""


class CannotObject(CannotAct):
    """An objection that cannot be registered, investigated or answered so (异议)."""


class CannotRemove(CannotAct):
    """A removal that cannot be proposed, decided or announced now (移出名录)."""


class CannotSettle(CannotAct):
    """A change of a listed mine that cannot be opened or settled so (变更核实)."""


class CannotJudgeAnew(CannotAct):
    """A transition campaign, or an old list, that cannot go on so (衔接复核)."""


class CannotExchange(CannotAct):
    """A package or file that cannot be made, handed over or taken in (信息交换)."""


def check_words(text: Any, zh: str, en: str, kind: type[CannotAct] = CannotAct, *, most: int = LONGEST) -> str:
    """Words that have to be there, and not too many."""
    kept = str(text or "").replace("\0", "").strip()
    if not kept:
        raise kind(f"请填写{zh}", f"give {en}")
    if len(kept) > most:
        raise kind(f"{zh}最多 {most} 字，请缩短", f"{en}: at most {most} characters")
    return kept


def check_is_of(by: Any, organisation: Organisation, *, on: date) -> None:
    """The person acts for an organisation of his own."""
    if not any(held.organisation_id == organisation.pk for held in people.memberships(by, on=on)):
        raise NotAllowed("您不在该单位任职，不能代其办理。", "You hold no role in that organisation.")


def check_keeps(organisation: Organisation, tier: str) -> None:
    """The provincial directory is kept by the province, the national one by the ministry; nobody else keeps one."""
    if tier not in Tier.values:
        raise CannotEnter(*NO_LOWER_LIST)
    wanted = LEVEL_OF_TIER[Tier(tier)]
    if organisation.level in {Level.COUNTY, Level.CITY}:
        raise CannotEnter(*NO_LOWER_LIST)
    if organisation.level != wanted or organisation.department != Department.NATURAL_RESOURCES:
        zh, en = LEVEL_WORDS[wanted]
        raise CannotEnter(
            f"{Tier(tier).zh}名录由{zh}自然资源主管部门管理",
            f"this directory is kept by {en}'s natural resources authority",
        )


def check_can_enter(by: Any, organisation: Organisation, tier: str, region: str, *, on: date) -> None:
    """A decider of the authority that keeps this directory, for a mine of its region."""
    check_keeps(organisation, tier)
    check_is_of(by, organisation, on=on)
    accounts.check_can(by, "directory.enter", on=on, region=region)


def check_can_give_notice(by: Any, organisation: Organisation, stage: str, *, on: date) -> None:
    """The league's, the province's or the ministry's natural resources authority gives its own notice."""
    if stage not in LEVEL_OF_STAGE:
        raise CannotNotice("请选择公示阶段", "choose whose notice it is")
    check_is_of(by, organisation, on=on)
    accounts.check_can(by, "notices.publish", on=on, region=organisation.division)
    wanted = LEVEL_OF_STAGE[stage]
    if organisation.level != wanted:
        zh, en = LEVEL_WORDS[wanted]
        raise CannotNotice(f"该阶段公示由{zh}自然资源主管部门发起", f"this notice is given by {en}")


def check_can_end_notice(by: Any, notice: PublicNotice, *, on: date) -> None:
    """Whoever gave notice ends it, after its last day, when every named objection was decided and answered."""
    _check_own_notice(by, notice, on=on)
    if on <= notice.until_on:
        raise CannotNotice(
            f"公示期至 {notice.until_on}，期满后方可结束",
            f"the notice runs until {notice.until_on}; it ends after that day",
        )
    waiting = list(notice.objections.filter(kind=Objection.Kind.OBJECTION, closed_on__isnull=True).order_by("number"))
    if waiting:
        numbers = "、".join(one.number for one in waiting[:3])
        raise CannotNotice(
            f"还有 {len(waiting)} 件异议未办结（{numbers}），不能结束公示",
            f"{len(waiting)} objections are open ({numbers.replace('、', ', ')}): the notice cannot end",
        )


def check_can_withdraw_notice(by: Any, notice: PublicNotice, *, on: date) -> None:
    """Whoever gave notice may take it back while it runs, with a reason."""
    _check_own_notice(by, notice, on=on)


def _check_own_notice(by: Any, notice: PublicNotice, *, on: date) -> None:
    if notice.organisation not in _houses(by, on=on):
        raise NotAllowed(
            f"该公示由{notice.organisation_name}发起，由其办理。",
            f"This notice was given by {notice.organisation_name}.",
        )
    accounts.check_can(by, "notices.publish", on=on, region=notice.region_code)
    if notice.state != PublicNotice.State.RUNNING:
        raise CannotNotice(f"该公示{notice.get_state_display()}", f"this notice is {notice.state}")


def check_handles(by: Any, notice: PublicNotice, *, on: date) -> None:
    """Objections are handled by the authority that gave notice, and by nobody else: it protects who objects."""
    if notice.organisation not in _houses(by, on=on):
        raise NotAllowed(
            f"异议由发布公示的{notice.organisation_name}受理和办理。",
            f"Objections are for {notice.organisation_name}, which gave notice.",
        )
    accounts.check_can(by, "objections.handle", on=on, region=notice.region_code)


def check_can_decide_objection(by: Any, objection: Objection, *, on: date) -> None:
    """Decided by another person of the handling authority than the one who registered it."""
    if objection.organisation not in _houses(by, on=on):
        raise NotAllowed("异议由受理单位办理。", "The objection is for the authority that took it.")
    accounts.check_can(by, "selection.decide", on=on, region=objection.region_code)
    accounts.check_is_not_proposer(by, objection.registered_by_id)


def check_can_propose_removal(by: Any, organisation: Organisation, entry: Entry, *, on: date) -> None:
    """Natural resources or ecology of the mine's place, at any level; one case at a time; only what stands can leave."""
    check_is_of(by, organisation, on=on)
    accounts.check_can(by, "directory.propose", on=on, region=entry.region_code)
    if not entry.stands:
        raise CannotRemove("该矿山已不在名录中", "this mine is in the directory no more")
    open_one = entry.removals.filter(closed_on__isnull=True).first()
    if open_one is not None:
        raise CannotRemove(
            f"该名录条目已有办理中的移出事项 {open_one.number}", f"a removal is open already: {open_one.number}"
        )


def check_owner_decides(by: Any, entry: Entry, *, on: date, verb: str = "directory.remove") -> None:
    """What becomes of an entry is decided by the authority that keeps the directory (国家级由部、省级由省决定)."""
    if entry.owner not in _houses(by, on=on):
        raise NotAllowed(
            f"{Tier(entry.tier).zh}名录的移出和变更由{entry.owner_name}决定。",
            f"{entry.owner_name} keeps this directory and decides.",
        )
    accounts.check_can(by, verb, on=on, region=entry.region_code)


def check_can_decide_removal(by: Any, removal: Removal, *, on: date) -> None:
    """The owner's decider, not whoever proposed it."""
    check_owner_decides(by, removal.entry, on=on)
    accounts.check_is_not_proposer(by, removal.proposed_by_id)


def check_can_change(by: Any, organisation: Organisation, region: str, *, on: date) -> None:
    """Natural resources of the mine's place registers changes."""
    check_is_of(by, organisation, on=on)
    accounts.check_can(by, "directory.change", on=on, region=region)


def check_can_settle(by: Any, change: Change, entry: Entry, *, on: date) -> None:
    """The owner of the entry decides on it; whoever registered the change does not."""
    check_owner_decides(by, entry, on=on, verb="directory.enter")
    accounts.check_is_not_proposer(by, change.opened_by_id)


def check_can_exchange(by: Any, organisation: Organisation, *, on: date, region: str = "") -> None:
    """Whoever runs exchange in an authority, for its own region."""
    check_is_of(by, organisation, on=on)
    accounts.check_can(by, "exchange.run", on=on, region=region or organisation.division)


def houses(by: Any, *, on: date) -> set[str]:
    """The keys of the organisations a person holds roles in."""
    return _houses(by, on=on)


def _houses(by: Any, *, on: date) -> set[str]:
    return {held.organisation.key for held in people.memberships(by, on=on)}


def why_not(check: Callable[..., Any], *arguments: Any, **named: Any) -> CannotAct | NotAllowed | None:
    """The refusal of a check, for a button; None where it may be done."""
    try:
        check(*arguments, **named)
    except (CannotAct, NotAllowed) as refused:
        return refused
    return None
