"""The papers of an engagement (文书): task letter, statement on conflicts, entry notice, list of questions, from its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import conflicts, queries
from greenmine.assessors.models import Declaration, Engagement, EntryNotice
from greenmine.assessors.models.people import Discipline
from greenmine.assessors.permissions import check_is_engaged
from greenmine.assessors.refusals import CannotEngage
from greenmine.editions import queries as editions
from greenmine.papers import actions as papers
from greenmine.papers.models import Paper
from greenmine.registry.models import Enterprise


@transaction.atomic
def task_letter(
    engagement: Engagement,
    *,
    due_on: date,
    by: Person,
    organisation: Organisation,
    on: date,
    contact: str = "",
    demands: Sequence[str] = (),
    standard_title: str = "",
) -> Paper:
    """The task letter (评估任务书) of a commission, made by the authority that commissioned."""
    if engagement.commissioned_by != organisation.key or engagement.state in queries.ENDED:
        raise CannotEngage(
            "任务书由委托方在委托有效期间制作", "the commissioning side makes the task letter while it lasts"
        )
    if due_on < on:
        raise CannotEngage("提交报告期限不能早于今天", "the report is due today or later")
    fields = {
        "agency": engagement.agency.name,
        "mine": engagement.mine_name,
        "holder": _holder(engagement),
        "place": editions.active().divisions.full_name(engagement.region_code, on),
        "engagement": engagement.number,
        "purpose": str(engagement.get_purpose_display()),
        "standard": standard_title or engagement.standard or "以委托时适用的指标表为准",
        "due_on": due_on,
        "funding": f"{engagement.get_funding_display()}：{engagement.budget_line}",
        "contact": contact,
        "demands": list(demands),
    }
    return _make("task-letter", engagement, fields, by, organisation, on, addressed_to=engagement.agency.organisation)


@transaction.atomic
def conflict_statement(engagement: Engagement, *, by: Person, organisation: Organisation, on: date) -> Paper:
    """The statement on recusal and conflicts (回避与利益冲突声明), from what agency and members declared."""
    check_is_engaged(by, organisation, engagement, on=on)
    declared = list(engagement.declarations.order_by("id"))
    if not declared:
        raise CannotEngage("尚未声明，不能制作声明书", "nothing was declared yet")
    latest = {(one.party, one.key): one for one in declared}
    fields = {
        "authority": engagement.commissioned_by_name or "委托部门",
        "agency": engagement.agency.name,
        "mine": engagement.mine_name,
        "engagement": engagement.number,
        "statements": [f"{_said(latest.values(), kind)}：{zh}" for kind, (zh, _) in conflicts.QUESTIONS.items()],
        "disclosed": [
            [one.name, answer["text"], "", "由委托方决定"]
            for one in latest.values()
            for answer in one.ties.values()
            if answer["tie"]
        ],
    }
    return _make("conflict-statement", engagement, fields, by, organisation, on)


@transaction.atomic
def entry_notice(
    notice: EntryNotice,
    *,
    by: Person,
    organisation: Organisation,
    on: date,
    contact: str = "",
    materials: Sequence[str] = (),
) -> Paper:
    """The entry notice (进场告知书) to the mine: when the team comes, who comes, what to have ready."""
    engagement = notice.engagement
    check_is_engaged(by, organisation, engagement, on=on)
    fields = {
        "holder": _holder(engagement),
        "mine": engagement.mine_name,
        "agency": engagement.agency.name,
        "commissioner": engagement.commissioned_by_name,
        "engagement": engagement.number,
        "visit_on": notice.visit_from,
        "visit_until": notice.visit_to,
        "team": [
            [
                one.assessor.name,
                "、".join(str(Discipline(field).label) for field in one.disciplines),
                str(one.assessor.get_grade_display()),
                "组长" if one.leader else "组员",
            ]
            for one in queries.team_of(engagement)
        ],
        "materials": list(materials),
        "contact": contact,
    }
    paper = _make("entry-notice", engagement, fields, by, organisation, on)
    notice.paper = str(paper.pk)
    notice.save(update_fields=["paper"])
    return paper


@transaction.atomic
def question_list(engagement: Engagement, *, by: Person, organisation: Organisation, on: date) -> Paper:
    """The list of questions (问题清单确认单) with answers and confirmations as they stand."""
    check_is_engaged(by, organisation, engagement, on=on)
    questions = list(engagement.questions.order_by("number"))
    if not questions:
        raise CannotEngage("没有问题，无需制作清单", "there are no questions to list")
    fields = {
        "mine": engagement.mine_name,
        "holder": _holder(engagement),
        "agency": engagement.agency.name,
        "engagement": engagement.number,
        "due_on": max(one.due_on for one in questions),
        "questions": [
            [
                str(one.number),
                one.indicator,
                one.text,
                one.answer,
                ("未补正" if one.unresolved else "已确认") if one.confirmed_on else "待确认",
            ]
            for one in questions
        ],
    }
    return _make("question-list", engagement, fields, by, organisation, on)


def _said(declared: Any, kind: str) -> str:
    """Whether anybody declared a tie of this kind; who was not asked does not count."""
    answers = [one.ties[kind]["tie"] for one in declared if isinstance(one, Declaration) and kind in one.ties]
    return "存在" if any(answers) else "不存在" if answers else "未声明"


def _holder(engagement: Engagement) -> str:
    found = Enterprise.objects.filter(key=engagement.holder).values_list("name", flat=True).first()
    return found or "采矿权人待核实"


def _make(
    kind: str,
    engagement: Engagement,
    fields: Mapping[str, Any],
    by: Person,
    organisation: Organisation,
    on: date,
    *,
    addressed_to: str = "",
) -> Paper:
    given = {name: value for name, value in fields.items() if value not in ("", [])}
    return papers.make(
        kind, given, subject=("engagement", engagement.number), region_code=engagement.region_code, by=by,
        organisation=organisation, on=on, enterprise=engagement.holder, addressed_to=addressed_to,
    )  # fmt: skip
