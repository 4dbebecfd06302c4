"""Third-party assessment (第三方评估) seen from the application: engaged after the review, its result read, never typed."""

from __future__ import annotations

from greenmine.assessors import actions as assessors
from greenmine.assessors.models import Engagement
from greenmine.assessors.queries import ENDED
from greenmine.assessors.refusals import CannotEngage
from greenmine.fieldwork.models import Report
from greenmine.selection.models import Application
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.recording import Act

VERDICTS = {"pass": "通过", "fail": "未通过"}


def engage(application: Application, agency: str, act: Act) -> Engagement:
    """Draft the engagement (拟定委托) on the day the review was passed; who commissions it decides in the room of assessors."""
    reviewed = application.review_passed_on or application.accepted_on
    if reviewed is None:
        raise CannotSelect(
            "初审合格是委托第三方评估的前提", "an assessment is commissioned after the preliminary review was passed"
        )
    try:
        made = assessors.draft_engagement(
            application.mine, agency, by=act.by, organisation=act.organisation, on=act.on,
            first_review_passed_on=reviewed, standard=application.standard,
        )  # fmt: skip
    except CannotEngage as refused:
        raise CannotSelect(refused.zh, refused.en) from None
    application.engagement, application.report, application.third_party_points = made.number, "", None
    return made


def open_engagement(application: Application) -> Engagement | None:
    """The engagement of an application while it has not ended."""
    found = Engagement.objects.filter(number=application.engagement).first() if application.engagement else None
    return found if found is not None and found.state not in ENDED else None


def check_engagement_ended(application: Application) -> None:
    """Another engagement is drafted only after the former one came to nothing."""
    former = Engagement.objects.filter(number=application.engagement).first()
    if former is not None and former.state not in ("declined", "cancelled", "recused"):
        raise CannotSelect(
            f"委托 {former.number} 尚在办理，不能另行委托",
            f"engagement {former.number} is under way: no other one is drafted",
        )


def accepted_report(application: Application) -> Report:
    """The accepted report of the engagement; CannotSelect says what it still waits for."""
    found = (
        Report.objects.filter(fieldwork__engagement=application.engagement, fieldwork__mine=application.mine)
        .order_by("-version")
        .first()
        if application.engagement
        else None
    )
    if found is None or found.state != Report.State.ACCEPTED:
        said = f"报告 {found.number} {found.get_state_display()}" if found is not None else "报告尚未提交"
        raise CannotSelect(
            f"第三方评估报告尚未验收（{said}），结果以验收的报告为准",
            "the third party's report was not accepted yet: the result is read from it",
        )
    return found


def check_verdict(application: Application, wanted: str) -> Report:
    """The accepted report says what the step says."""
    report = accepted_report(application)
    if report.verdict != wanted:
        said = VERDICTS.get(report.verdict, "待定")
        raise CannotSelect(
            f"报告 {report.number} 的结论为“{said}”，不能登记为{VERDICTS[wanted]}",
            f"the verdict of report {report.number} is “{report.verdict}”: it cannot be entered as “{wanted}”",
        )
    return report
