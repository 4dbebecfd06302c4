"""What the agency does with an engagement (机构办理): each act reads its form and calls the room."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from greenmine.assessors import actions as assessors
from greenmine.assessors.conflicts import PERSONAL, QUESTIONS
from greenmine.assessors.models import Engagement, Question
from greenmine.web.components.engagements import Unreadable, Who, lines_in, ties_in, wanted_day


def declare_independence(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Declare whether the agency has any tie to the mine."""
    assessors.declare_independence(engagement, ties_in(request, QUESTIONS), **by)
    return _("已签署独立性声明")


def accept(request: HttpRequest, engagement: Engagement, by: Who) -> str:  # noqa: ARG001 -- acts take the form
    """Take the engagement on."""
    assessors.accept(engagement, **by)
    return _("已接受委托，请组建评估组")


def decline(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Do not take it on."""
    assessors.decline(engagement, request.POST.get("decline_reason", ""), **by)
    return _("已不接受委托")


def name_team(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Name the team: whoever stands for a field is on it."""
    said = request.POST
    chosen = [name.removeprefix("field-") for name in said if name.startswith("field-")]
    members = [
        assessors.Member(key, tuple(said.getlist(f"field-{key}")), leader=said.get("leader") == key) for key in chosen
    ]
    assessors.name_team(engagement, members, **by)
    return _("评估组已组建，请全组签署承诺与声明")


def declare(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """A member signs, or the agency enters the paper of one without an account."""
    said = request.POST
    assessors.declare(
        engagement, said.get("member", ""), ties_in(request, PERSONAL), committed=said.get("committed") == "yes",
        paper=said.get("paper", "").strip()[:64], **by,
    )  # fmt: skip
    return _("已签署承诺与声明")


def statement(request: HttpRequest, engagement: Engagement, by: Who) -> str:  # noqa: ARG001 -- acts take the form
    """Make the statement on recusal and conflicts."""
    assessors.conflict_statement(engagement, **by)
    return _("已制作回避与利益冲突声明")


def ask(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Ask the mine something."""
    said = request.POST
    made = assessors.raise_question(
        engagement, said.get("question", "")[:4000], indicator=said.get("indicator", "").strip()[:64],
        due_on=wanted_day(request, "question_due_on", "补充材料期限", "the day until which it is answered"), **by,
    )  # fmt: skip
    return _("已提出问题 %(n)s 并通知企业") % {"n": made.number}


def confirm(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Confirm an answer, or that none came in time."""
    typed = request.POST.get("number", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0  # noqa: PLR2004 -- what the column holds
    question = Question.objects.filter(engagement=engagement, number=number).first()
    if question is None:
        raise Unreadable("没有这个问题，请刷新页面", "there is no such question: reload the page")
    assessors.confirm_question(question, resolved=request.POST.get("resolved") == "yes", **by)
    return _("已确认问题 %(n)s") % {"n": number}


def settle(request: HttpRequest, engagement: Engagement, by: Who) -> str:  # noqa: ARG001 -- acts take the form
    """Both sides are done with the list."""
    assessors.settle_questions(engagement, **by)
    return _("问题清单已确认")


def question_list(request: HttpRequest, engagement: Engagement, by: Who) -> str:  # noqa: ARG001 -- acts take the form
    """Make the list as a paper."""
    assessors.question_list(engagement, **by)
    return _("已制作问题清单确认单")


def entry_notice(request: HttpRequest, engagement: Engagement, by: Who) -> str:
    """Tell the mine when the team comes, and make the paper."""
    notice = assessors.give_entry_notice(
        engagement,
        visit_from=wanted_day(request, "visit_from", "进场日期", "the first day of the visit"),
        visit_to=wanted_day(request, "visit_to", "结束日期", "the last day of the visit"),
        focus=request.POST.get("focus", "")[:2000],
        **by,
    )
    assessors.entry_notice(
        notice, contact=request.POST.get("contact", "")[:200], materials=lines_in(request, "materials")[:30], **by
    )
    return _("已发出进场告知，并已制作进场告知书")


ACTS = {
    "declare_independence": declare_independence, "accept": accept, "decline": decline, "name_team": name_team,
    "declare": declare, "statement": statement, "ask": ask, "confirm": confirm, "settle": settle,
    "question_list": question_list, "entry_notice": entry_notice,
}  # fmt: skip
