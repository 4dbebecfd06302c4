"""What can happen while an agency works: desk review, questions, entry notice, visit, internal review, the report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import queries, steps
from greenmine.assessors.models import Engagement, EntryNotice, Question, Review
from greenmine.assessors.permissions import check_can_take, check_is_engaged, check_is_holder
from greenmine.assessors.refusals import CannotEngage
from greenmine.assessors.steps import Act
from greenmine.assessors.teams import check_all_signed, check_team_stands
from greenmine.evidence.models import Provenance

ASKING = ("declared", "desk_reviewed", "questions_settled", "entry_noticed", "visited")
HASH_LENGTH = 64
ORDER = (Review.Role.LEADER, Review.Role.QUALITY, Review.Role.SIGNATORY)
VERBS = {
    Review.Role.LEADER: "engagements.answer",
    Review.Role.QUALITY: "reports.review",
    Review.Role.SIGNATORY: "reports.sign",
}


@transaction.atomic
def finish_desk_review(engagement: Engagement, *, by: Person, organisation: Organisation, on: date) -> Engagement:
    """The desk review is done (完成书面审查)."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "finish_desk_review", act)
    check_all_signed(engagement)
    return steps.take(engagement, "finish_desk_review", act)


@transaction.atomic
def raise_question(
    engagement: Engagement,
    text: str,
    *,
    due_on: date,
    by: Person,
    organisation: Organisation,
    on: date,
    indicator: str = "",
) -> Question:
    """Ask the mine something (提出问题), with the day until which papers are supplemented."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    check_is_engaged(by, organisation, engagement, on=on)
    if engagement.state not in ASKING:
        raise CannotEngage("当前阶段不能提出问题", "this is not the time to ask")
    if not text.strip() or due_on < on:
        raise CannotEngage("请填写问题，补充材料期限不能早于今天", "say what is asked; the day must not have passed")
    number = (engagement.questions.aggregate(last=Max("number"))["last"] or 0) + 1
    question = Question.objects.create(
        engagement=engagement, number=number, indicator=indicator, text=text.strip(), asked_by=by.name, asked_on=on,
        due_on=due_on,
    )  # fmt: skip
    steps.write(
        engagement, "assessors.question_raised", act, f"提出问题 {number}（补充期限 {due_on}）",
        f"question {number} asked, due {due_on}", note=question.text,
    )  # fmt: skip
    steps.tell(
        engagement, f"assessors.to_answer_{number}", ("enterprise", engagement.holder),
        f"请答复问题 {number} 并补充材料", f"please answer question {number}", due_on=due_on,
    )  # fmt: skip
    return question


@transaction.atomic
def answer_question(
    question: Question,
    answer: str,
    *,
    by: Person,
    organisation: Organisation,
    on: date,
    evidence: Sequence[Provenance] = (),
) -> Question:
    """The mine answers (答复问题); a late answer is kept with its day."""
    engagement, act = steps.lock(question.engagement), Act(by, organisation, on)
    check_is_holder(by, organisation, engagement, "assessments.fill", on=on)
    question = Question.objects.select_for_update().get(pk=question.pk)
    if question.confirmed_on is not None or engagement.state in queries.ENDED:
        raise CannotEngage("该问题已确认办结", "this question is settled")
    if not answer.strip():
        raise CannotEngage("请填写答复", "say what the answer is")
    question.answer, question.answered_by, question.answered_on = answer.strip(), by.name, on
    question.save(update_fields=["answer", "answered_by", "answered_on"])
    question.evidence.add(*evidence)
    late = "（逾期）" if on > question.due_on else ""
    steps.write(
        engagement, "assessors.question_answered", act, f"答复问题 {question.number}{late}",
        f"question {question.number} answered",
    )  # fmt: skip
    steps.tell(
        engagement, f"assessors.to_confirm_{question.number}", engagement.agency.address,
        f"请确认问题 {question.number} 的答复", f"please confirm the answer to question {question.number}",
    )  # fmt: skip
    return question


@transaction.atomic
def confirm_question(
    question: Question, *, resolved: bool, by: Person, organisation: Organisation, on: date
) -> Question:
    """The agency confirms the answer (确认答复), or, after the day, that none came in time."""
    engagement, act = steps.lock(question.engagement), Act(by, organisation, on)
    check_is_engaged(by, organisation, engagement, on=on)
    question = Question.objects.select_for_update().get(pk=question.pk)
    if question.confirmed_on is not None:
        raise CannotEngage("该问题已确认办结", "this question is settled")
    if resolved and question.answered_on is None:
        raise CannotEngage("企业尚未答复，不能确认", "the enterprise has not answered yet")
    if not resolved and question.answered_on is None and on <= question.due_on:
        raise CannotEngage("补充期限未到，不能按未答复办结", "the enterprise may still answer until the day given")
    question.confirmed_by, question.confirmed_on, question.unresolved = by.name, on, not resolved
    question.save(update_fields=["confirmed_by", "confirmed_on", "unresolved"])
    words = ("已补正", "resolved") if resolved else ("未补正", "not resolved")
    steps.write(
        engagement, "assessors.question_confirmed", act, f"确认问题 {question.number}：{words[0]}",
        f"question {question.number}: {words[1]}",
    )  # fmt: skip
    return question


def confirm(question: Question, *, by: Person, organisation: Organisation, on: date) -> Question:
    """The answer resolves the question."""
    return confirm_question(question, resolved=True, by=by, organisation=organisation, on=on)


@transaction.atomic
def settle_questions(engagement: Engagement, *, by: Person, organisation: Organisation, on: date) -> Engagement:
    """Both sides are done with the list of questions (确认问题清单); an empty list says so."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "settle_questions", act)
    _check_questions_done(engagement)
    count = engagement.questions.count()
    return steps.take(engagement, "settle_questions", act, note=f"共 {count} 个问题" if count else "无问题")


def _check_questions_done(engagement: Engagement) -> None:
    waiting = list(engagement.questions.filter(confirmed_on__isnull=True).values_list("number", flat=True))
    if waiting:
        listed = "、".join(map(str, sorted(waiting)))
        raise CannotEngage(f"问题尚未确认：{listed}", f"questions not confirmed yet: {listed}")


@transaction.atomic
def give_entry_notice(
    engagement: Engagement,
    *,
    visit_from: date,
    visit_to: date,
    by: Person,
    organisation: Organisation,
    on: date,
    focus: str = "",
    paper: str = "",
) -> EntryNotice:
    """Tell the mine when the team comes, who comes and what it looks at (进场告知); a later notice takes its place."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "give_entry_notice", act)
    if visit_from < on or visit_to < visit_from:
        raise CannotEngage(
            "进场日期不能早于今天，结束日期不能早于进场日期", "the visit begins today or later and ends after it"
        )
    check_all_signed(engagement)
    notice = EntryNotice.objects.create(
        engagement=engagement, visit_from=visit_from, visit_to=visit_to, focus=focus.strip(), given_on=on,
        given_by=by.name, paper=paper,
    )  # fmt: skip
    steps.take(engagement, "give_entry_notice", act, note=f"{visit_from} 至 {visit_to}")
    steps.tell(
        engagement, "assessors.entry_notice", ("enterprise", engagement.holder),
        f"评估组将于 {visit_from} 至 {visit_to} 进场，请确认收到", f"the team comes from {visit_from} to {visit_to}",
        due_on=visit_from,
    )  # fmt: skip
    return notice


@transaction.atomic
def receive_entry_notice(notice: EntryNotice, *, by: Person, organisation: Organisation, on: date) -> EntryNotice:
    """The mine confirms that it got the notice (签收进场告知)."""
    act = Act(by, organisation, on)
    check_is_holder(by, organisation, notice.engagement, "assessments.fill", on=on)
    if notice.received_on is None:
        notice.received_by, notice.received_on = by.name, on
        notice.save(update_fields=["received_by", "received_on"])
        steps.write(notice.engagement, "assessors.entry_notice_received", act, "签收进场告知", "entry notice received")
    return notice


@transaction.atomic
def finish_visit(engagement: Engagement, *, by: Person, organisation: Organisation, on: date) -> Engagement:
    """The site visit is done (完成现场核查评估)."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "finish_visit", act)
    notice = engagement.entry_notices.order_by("-id").first()
    if notice is None or on < notice.visit_from:
        raise CannotEngage("尚未到告知的进场日期", "the day of the visit has not come")
    return steps.take(engagement, "finish_visit", act)


@transaction.atomic
def review(
    engagement: Engagement,
    role: str,
    report_hash: str,
    *,
    passed: bool,
    by: Person,
    organisation: Organisation,
    on: date,
    comment: str = "",
) -> Review:
    """One of the three signs on exactly this report, or sends it back (内部审核): three persons, in order."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    if role not in Review.Role.values or len(report_hash) != HASH_LENGTH:
        raise CannotEngage("审核的报告不明确，请重新打开", "it is not clear which report is reviewed: open it again")
    steps.allowed(engagement, "review", act)
    accounts.check_can(by, VERBS[Review.Role(role)], on=on, organisation=organisation.key)
    number, signed = _round(engagement, Review.Role(role), report_hash)
    _check_turn(engagement, signed, Review.Role(role), report_hash, by, comment, passed=passed)
    found = Review.objects.create(
        engagement=engagement, round=number, role=role, report_hash=report_hash, passed=passed,
        comment=comment.strip(), by=by.name, by_id=by.pk, on=on,
    )  # fmt: skip
    words = ("通过", "passed") if passed else ("退回修改", "sent back")
    steps.write(
        engagement, "assessors.report_reviewed", act, f"{found.get_role_display()}审核：{words[0]}",
        f"review by {role}: {words[1]}", ["cn-2024-1/8.6.b"], note=found.comment,
    )  # fmt: skip
    engagement.report_hash = ""  # what was reviewed before is not filed while another round runs
    engagement.save(update_fields=["report_hash"])
    if passed and len(signed) + 1 == len(ORDER):
        check_team_stands(engagement, on=on)
        engagement.report_hash = report_hash
        steps.take(engagement, "review", act)
    return found


def _round(engagement: Engagement, role: Review.Role, report_hash: str) -> tuple[int, list[Review]]:
    """The round of reviews that runs, and who passed the report in it.

    A new one begins after three signatures, after somebody sent the report back, and when the leader signs a changed one.
    """
    given = list(engagement.reviews.order_by("id"))
    if not given:
        return 1, []
    last = given[-1]
    signed = [one for one in given if one.round == last.round]
    changed = role == Review.Role.LEADER and report_hash != last.report_hash
    if not last.passed or len(signed) == len(ORDER) or changed:
        return last.round + 1, []
    return last.round, signed


def _check_turn(
    engagement: Engagement,
    signed: Sequence[Review],
    role: Review.Role,
    report_hash: str,
    by: Person,
    comment: str,
    *,
    passed: bool,
) -> None:
    wanted = ORDER[len(signed)]
    if role != wanted:
        raise CannotEngage(f"应先由{wanted.label}审核", f"it is the turn of: {wanted.value}")
    if any(one.by_id == by.pk for one in signed):
        raise CannotEngage("三级审核须由三名不同人员完成", "three different persons review")
    if signed and signed[0].report_hash != report_hash:
        raise CannotEngage(
            "报告在审核期间已修改，请从项目负责人重新审核", "the report changed: review it again from the start"
        )
    if not passed and not comment.strip():
        raise CannotEngage("请说明退回修改的理由", "say what has to be changed")
    leader = next((one.assessor for one in queries.team_of(engagement) if one.leader), None)
    if role == Review.Role.LEADER and leader is not None and leader.account_id not in (None, by.pk):
        raise CannotEngage("应由项目负责人（组长）本人审核", "the project leader reviews in person")


@transaction.atomic
def file_report(
    engagement: Engagement, report_hash: str, *, by: Person, organisation: Organisation, on: date
) -> Engagement:
    """File the report with the commissioning side (提交评估报告): exactly the one that was reviewed."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "file_report", act)
    if report_hash != engagement.report_hash:
        raise CannotEngage("提交的报告与内部审核通过的不一致", "this is not the report that passed the internal review")
    check_team_stands(engagement, on=on)
    engagement.filed_on = on
    return steps.take(engagement, "file_report", act, note=report_hash[:12])


@transaction.atomic
def return_report(
    engagement: Engagement, reasons: Sequence[str], *, by: Person, organisation: Organisation, on: date
) -> Engagement:
    """Send the report back with every defect told at once (退回补正)."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "return_report", act)
    told = [one.strip() for one in reasons if one.strip()]
    if not told:
        raise CannotEngage("请一次性列明需补正的问题", "list everything that has to be mended, at once")
    engagement = steps.take(engagement, "return_report", act, note="；".join(told))
    steps.tell(
        engagement, "assessors.to_review", engagement.agency.address, f"报告退回补正：{len(told)} 项",
        f"the report is returned with {len(told)} defects", due_on=engagement.due_on,
    )  # fmt: skip
    return engagement


@transaction.atomic
def accept_report(engagement: Engagement, *, by: Person, organisation: Organisation, on: date) -> Engagement:
    """The commissioning side accepts the report (验收报告); a report dated within a debarment is refused."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    check_can_take(by, organisation, engagement, "accept_report", on=on)
    check_report_counts(engagement)
    return steps.take(engagement, "accept_report", act)


def check_report_counts(engagement: Engagement) -> None:
    """Refuse a report filed on a day on which the agency, or somebody of the team, was debarred (不予采信)."""
    check_team_stands(engagement, on=engagement.filed_on or engagement.state_since)
