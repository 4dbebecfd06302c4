"""Who may do what with an assessment, and is it time: each check raises the sentence the button and the page show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.permissions import NotAllowed
from greenmine.accounts.vocabulary import Kind
from greenmine.assessment.models import Assessment
from greenmine.registry.models import Mine

LONGEST_TEXT = 4000
LONGEST_REASON = 1000


class CannotAssess(Exception):
    """Something about an assessment that is refused, in words: what is wrong and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


class Overtaken(CannotAssess):
    """Somebody else saved the item in the meantime (已被他人修改): `current` is what stands, `draft` what was not written."""

    def __init__(self, current: Any, draft: Any) -> None:
        who = current.by or "—"
        super().__init__(
            f"“{who}”刚刚修改了这一项。您填写的内容没有丢失，请比较后选择保留哪一个。",
            f"{who} has just changed this item. What you wrote is not lost: compare both and choose.",
        )
        self.current, self.draft = current, draft


def check_can_open_self(by: Any, mine: Mine, *, on: date) -> None:
    """A self-assessment is opened by the enterprise that holds the mine, one at a time."""
    if mine.holder is None:
        raise CannotAssess(
            "该矿山没有登记采矿权人，不能开展自评。请先由县级自然资源主管部门登记采矿权人。",
            "This mine has no holder on record; the county has to register one first.",
        )
    accounts.check_can(by, "assessments.fill", on=on, enterprise=mine.holder.key)
    open_one = Assessment.objects.filter(mine=mine.key, party="self", state__in=("draft", "returned")).first()
    if open_one is not None:
        raise CannotAssess(
            f"该矿山已有填写中的自评 {open_one.number}，请继续填写或先撤回。",
            f"Self-assessment {open_one.number} of this mine is still open: go on with it, or withdraw it first.",
        )


def check_can_fill(by: Any, assessment: Assessment, *, on: date) -> None:
    """Answers change only while it is open, and only by the party whose account it is."""
    if assessment.party == Assessment.Party.SELF:
        accounts.check_can(by, "assessments.fill", on=on, enterprise=assessment.holder)
    else:
        _check_engaged(by, assessment, on=on)
    if not assessment.is_open:
        raise CannotAssess(
            f"{assessment.number} {assessment.get_state_display()}，不能再修改。",
            f"{assessment.number} is {assessment.state}: it cannot be changed any more.",
        )


def check_can_submit(by: Any, assessment: Assessment, *, agreed: bool, on: date) -> None:
    """The enterprise's decider submits (签发), having agreed to the truth commitment; a third party's goes by its report."""
    if assessment.party == Assessment.Party.SELF:
        accounts.check_can(by, "assessments.submit", on=on, enterprise=assessment.holder)
    else:
        _check_engaged(by, assessment, on=on)
    if not assessment.is_open:
        raise CannotAssess(
            f"{assessment.number} {assessment.get_state_display()}，不能重复提交。",
            f"{assessment.number} is {assessment.state}: it cannot be submitted again.",
        )
    if not agreed:
        raise CannotAssess(
            "请先阅读并同意真实性承诺：自评估报告真实与否由企业负责。",
            "Read and agree to the truth commitment first: the enterprise answers for the truth of its report.",
        )


def check_can_withdraw(by: Any, assessment: Assessment, *, on: date) -> None:
    """Whoever submits may take it back, while it is open or waits to be read."""
    if assessment.party == Assessment.Party.SELF:
        accounts.check_can(by, "assessments.submit", on=on, enterprise=assessment.holder)
    else:
        _check_engaged(by, assessment, on=on)
    if assessment.state == Assessment.State.WITHDRAWN:
        raise CannotAssess(f"{assessment.number} 已撤回。", f"{assessment.number} was withdrawn already.")


def check_can_return(by: Any, assessment: Assessment, *, on: date) -> None:
    """An authority of the region gives back what was submitted to it, with reasons."""
    accounts.check_can(by, "assessments.return", on=on, region=assessment.region_code)
    if assessment.party != Assessment.Party.SELF:
        raise CannotAssess(
            "第三方评估在委托评估中退回。", "A third party's assessment is given back within its engagement."
        )
    if assessment.state != Assessment.State.SUBMITTED:
        raise CannotAssess(
            "只有已提交的自评报告可以退回。", "Only a self-assessment that was submitted can be given back."
        )


def check_can_read(by: Any, assessment: Assessment, *, on: date) -> None:
    """Refuse what lies outside `queries.assessments_for`; drafts are their writers' own."""
    from greenmine.assessment.queries import assessments_for  # noqa: PLC0415 -- queries lie beside, not below

    if not assessments_for(by, on=on).filter(pk=assessment.pk).exists():
        raise NotAllowed(
            "该评估不在您的管辖、所属或受托范围内。", "This assessment lies outside your region, house or engagements."
        )


def can(check: Callable[..., None], *arguments: Any, **named: Any) -> tuple[bool, dict[str, str]]:
    """(allowed, why not) of any check above, for a button."""
    try:
        check(*arguments, **named)
    except (CannotAssess, NotAllowed) as refused:
        return False, {"zh": refused.zh, "en": refused.en}
    return True, {"zh": "", "en": ""}


def _check_engaged(by: Any, assessment: Assessment, *, on: date) -> None:
    """A third party works on an assessment only while its engagement runs (受托期间)."""
    from greenmine.assessment.engaged import check_is_engaged  # noqa: PLC0415 -- one place asks the room of assessors

    accounts.check_can(by, "engagements.answer", on=on, organisation=assessment.organisation)
    check_is_engaged(assessment.engagement, assessment.organisation, on=on)


def is_of_enterprise(by: Any, *, on: date) -> bool:
    """Whether the person acts for an enterprise on the day."""
    return any(held.organisation.kind == Kind.ENTERPRISE for held in people.memberships(by, on=on))
