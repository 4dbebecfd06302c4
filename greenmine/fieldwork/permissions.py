"""Who may do what in fieldwork, and is it time: each check raises the sentence that button, page and device show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment.permissions import CannotAssess
from greenmine.assessors.figures import figure
from greenmine.assessors.refusals import Refused
from greenmine.editions import queries as editions
from greenmine.fieldwork import engaged
from greenmine.fieldwork.models import DeskItem, DeskReview, Fieldwork, Visit
from greenmine.papers.composing import CannotMake
from greenmine.papers.permissions import CannotIssue

LONGEST_TEXT = 4000
MOST_VISIT_DAYS = "fieldwork-visit-days"


class CannotWork(Exception):
    """Something in fieldwork that is refused, in words: what is wrong and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


REFUSALS = (CannotWork, NotAllowed, engaged.NotEngaged, CannotAssess, Refused, CannotMake, CannotIssue)


class ChangedSince(CannotWork):
    """What would be signed is not what was seen (签字内容已变化): names what changed."""


def check_can_work(by: Any, file: Fieldwork, *, on: date) -> None:
    """Only people of the engaged agency, and only while it is engaged (受托期间)."""
    accounts.check_can(by, "engagements.answer", on=on, organisation=file.organisation)
    engaged.check_is_engaged(file.engagement, file.organisation, on=on)
    if file.closed_on is not None:
        raise CannotWork("该评估作业已结束，不能再修改。", "This fieldwork is closed and cannot be changed.")


def check_leads(by: Person, file: Fieldwork) -> None:
    """Some acts are the project leader's (项目负责人)."""
    if by.pk != file.leader_id:
        raise CannotWork(
            f"只有项目负责人 {file.leader.name} 可以办理。",
            f"Only the project leader, {file.leader.name}, may do this.",
        )


def check_may_touch(by: Person, review: DeskReview, *, on: date) -> None:
    """A desk review that is complete stays as it is."""
    check_can_work(by, review.fieldwork, on=on)
    if review.state == DeskReview.State.COMPLETE:
        raise CannotWork("书面审查已办结，不能再修改。", "The desk review is complete and cannot be changed.")


def check_can_return_papers(items: Sequence[DeskItem], *, due_on: date | None, on: date) -> None:
    """Papers are returned once with one list (一次性告知): after everything was looked at, and nothing new the second time."""
    waiting = [item for item in items if item.outcome == DeskItem.Outcome.OPEN]
    defects = [item for item in items if item.outcome == DeskItem.Outcome.DEFECTIVE]
    if waiting:
        raise CannotWork(
            f"还有 {len(waiting)} 项未审。补正须一次性告知：请审完全部材料后再退回。",
            f"{len(waiting)} items were not looked at. All defects are told at once: look at everything first.",
        )
    if not defects:
        raise CannotWork("没有缺失或不符的材料，无需退回。", "Nothing is missing or wrong: there is nothing to return.")
    late = [item for item in defects if not item.was_told] if any(item.was_told for item in items) else []
    if late:
        names = "、".join(item.zh for item in late[:5])
        raise CannotWork(
            f"以下问题上次退回时没有告知，不得再次要求补正：{names}。可作为评估发现写入报告。",
            f"These were not on the list returned before and may not be asked now: {'; '.join(i.en for i in late[:5])}.",
        )
    if due_on is None or due_on < on:
        raise CannotWork("请填写补正期限，且不早于今天。", "Give the day by which papers are due, today or later.")


def check_can_complete(items: Iterable[DeskItem]) -> None:
    """A desk review ends when everything was looked at and every defect was told to the mine."""
    listed = list(items)
    waiting = [item for item in listed if item.outcome == DeskItem.Outcome.OPEN]
    untold = [item for item in listed if item.outcome == DeskItem.Outcome.DEFECTIVE and not item.was_told]
    if waiting:
        raise CannotWork(
            f"还有 {len(waiting)} 项未审，不能办结。", f"{len(waiting)} items were not looked at: it cannot end yet."
        )
    if untold:
        raise CannotWork(
            f"有 {len(untold)} 项缺失或不符尚未告知企业，请先退回补正。",
            f"{len(untold)} defects were not told to the enterprise: return the papers first.",
        )


def check_can_plan(
    file: Fieldwork, *, from_on: date | None, until_on: date | None, route: str, items: Sequence[str], on: date
) -> None:
    """A visit has days that have not passed, a route, and items of the indicator set."""
    if from_on is None or until_on is None:
        raise CannotWork("请填写现场核查的起止日期。", "Give the first and the last day on site.")
    if until_on < from_on:
        raise CannotWork("结束日期不能早于开始日期。", "The last day must not be before the first.")
    if from_on < on:
        raise CannotWork("现场核查不能安排在过去。", "A visit cannot be planned for the past.")
    most = figure(editions.active(), MOST_VISIT_DAYS, on)
    if most is not None and (until_on - from_on).days >= most.whole:
        raise CannotWork(
            f"一次现场核查最长 {most.whole} 天（{most.source['zh']}），请分次安排。",
            f"A visit lasts {most.whole} days at most ({most.source['en']}): plan several.",
        )
    if not route.strip():
        raise CannotWork("请填写现场路线和点位。", "Give the route and the places to be seen.")
    if not items:
        raise CannotWork("请至少选择一项需要现场核查的指标。", "Choose at least one item to be seen on site.")
    if file.desk_review.state != DeskReview.State.COMPLETE:
        raise CannotWork("请先办结书面审查，再安排现场核查。", "Finish the desk review before a visit is planned.")


def check_is_on_visit(by: Person, visit: Visit) -> None:
    """What is sent from site comes from members of the visit."""
    if not visit.members.filter(person=by).exists():
        raise CannotWork("您不是本次现场核查的成员。", "You are not a member of this visit.")
    check_is_running(visit)


def check_is_running(visit: Visit) -> None:
    """A visit that was ended or cancelled takes nothing any more."""
    if visit.state != Visit.State.PLANNED:
        raise CannotWork(
            f"第 {visit.number} 次现场核查{visit.get_state_display()}，不再接收记录。",
            f"Visit {visit.number} is {visit.state} and takes no more records.",
        )


def can(check: Callable[..., None], *arguments: Any, **named: Any) -> tuple[bool, dict[str, str]]:
    """(allowed, why not) of any check above, for a button."""
    try:
        check(*arguments, **named)
    except REFUSALS as refused:
        return False, {"zh": refused.zh, "en": refused.en}
    return True, {"zh": "", "en": ""}
