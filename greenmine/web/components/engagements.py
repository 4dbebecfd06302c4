"""What the pages of an engagement (委托评估) share at every desk: where it stands, whose turn it is, until when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import queries
from greenmine.assessors.conflicts import QUESTIONS
from greenmine.assessors.models import Declaration, Engagement, TeamMember
from greenmine.assessors.models.people import Discipline
from greenmine.assessors.permissions import can, check_can_take
from greenmine.assessors.refusals import Refused
from greenmine.evidence import actions as evidence
from greenmine.evidence.contents import NotKept
from greenmine.evidence.models import Provenance
from greenmine.fieldwork.permissions import REFUSALS as FIELDWORK
from greenmine.law.steps import draw
from greenmine.papers import queries as papers
from greenmine.registry.actions import CannotRegister
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.templatetags.regime import both

REFUSALS = (*FIELDWORK, NotKept, CannotRegister)
LONGEST_AMOUNT, MOST_DIGITS = 20, 12
Who = dict[str, Any]


class Unreadable(Refused):
    """What was typed is no day or no figure."""


def line_of(engagement: Engagement, *, on: date) -> dict[str, Any]:
    """One line of a list: the state in words, days left, and whether the day has passed."""
    table = queries.table()
    ended = engagement.state in queries.ENDED
    left = (engagement.due_on - on).days if engagement.due_on and not ended else None
    return {
        "engagement": engagement,
        "state": table.states[engagement.state].title,
        "ended": ended,
        "left": left,
        "overdue": left is not None and left < 0,
    }


def frame(request: HttpRequest, engagement: Engagement, *, on: date) -> dict[str, Any]:
    """What every page of one engagement shows: line, picture, the steps taken, papers the person may see."""
    table = queries.table()
    taken = list(engagement.steps.order_by("id"))
    passed = frozenset({one.before for one in taken} | {one.after for one in taken}) - {engagement.state}
    return {
        **line_of(engagement, on=on),
        "picture": draw(table, engagement.state, passed),
        "taken": [
            {"step": one, "title": table.step(one.step).title, "late": bool(one.due_on and one.on > one.due_on)}
            for one in taken
        ],
        "papers": list(
            papers.standing(papers.for_person(request.user, on=on)).filter(
                subject_kind="engagement", subject_key=engagement.number
            )
        ),
        "today": on,
    }


def turns(request: HttpRequest, engagement: Engagement, kind: str, *, on: date) -> dict[str, dict[str, Any]]:
    """Step → may this person take it now, and if not why; only steps that are open and of this side."""
    person, organisation = acting_for(request)
    table = queries.table()
    found = {}
    for step in table.open_steps(engagement.state):
        if step.actor.kind == kind:
            allowed, zh, en = can(check_can_take, person, organisation, engagement, step.id, on=on)
            found[step.id] = {"step": step, "allowed": allowed, "reason": {"zh": zh, "en": en}}
    return found


def inside(engagement: Engagement) -> dict[str, Any]:
    """What lies within: team, declarations, questions, notices, reviews."""
    declarations = list(engagement.declarations.order_by("-id"))
    team = queries.team_of(engagement)
    return {
        "team": team,
        "members": [_member(one, declarations) for one in team],
        "declarations": declarations,
        "own_word": signed_of(declarations, engagement.agency.key),
        "recusals": list(engagement.recusals.order_by("id")),
        "questions": list(engagement.questions.order_by("number").prefetch_related("evidence")),
        "notices": list(engagement.entry_notices.order_by("-id")),
        "reviews": list(engagement.reviews.order_by("id")),
    }


def _member(member: TeamMember, declarations: list[Declaration]) -> dict[str, Any]:
    """A member with the fields in words, what was signed, and the ties that were declared."""
    signed = signed_of(declarations, member.assessor.key)
    ties = signed.ties.items() if signed is not None else ()
    return {
        "member": member,
        "fields": [str(Discipline(one).label) for one in member.disciplines],
        "signed": signed,
        "tied": [
            f"{both(dict(zip(('zh', 'en'), QUESTIONS[kind], strict=True)))} {answer['text']}".strip()
            for kind, answer in ties
            if answer["tie"]
        ],
    }


def acted(request: HttpRequest, acts: Mapping[str, Callable[..., str]], *about: Any) -> str | None:
    """Do what the form asks: None when it was done, otherwise the sentence that refuses; 404 for an unknown act."""
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    person, organisation = acting_for(request)
    try:
        with transaction.atomic():  # a refused act keeps no file either
            said = act(request, *about, who(person, organisation))
    except REFUSALS as refused:
        return both(refused)
    messages.success(request, said)
    return None


def who(person: Person, organisation: Organisation) -> Who:
    """By whom, for whom and on which day an act is done."""
    return {"by": person, "organisation": organisation, "on": today()}


def kept(
    request: HttpRequest, subject: tuple[str, str], by: Who, *, title: str = "", region_code: str = ""
) -> Provenance | None:
    """The file sent with a form, kept as evidence of a subject; None where none was sent."""
    upload = request.FILES.get("file")
    if upload is None:
        return None
    return evidence.keep(upload, by=by["by"], on=by["on"], subject=subject, title=title[:200], region_code=region_code)


def wanted_day(request: HttpRequest, name: str, zh: str, en: str) -> date:
    """The day typed; Unreadable where none or no real day is."""
    found = wanted_day_or_none(request, name, zh, en)
    if found is None:
        raise Unreadable(f"请填写{zh}", f"give {en}")
    return found


def wanted_day_or_none(request: HttpRequest, name: str, zh: str, en: str) -> date | None:
    """The day typed or None for an empty field; Unreadable for what the calendar does not have."""
    typed = request.POST.get(name, "").strip()
    try:
        found = parse_date(typed) if typed else None
    except ValueError:
        found = None
    if typed and found is None:
        raise Unreadable(f"{zh}不是有效日期", f"{en} is not a real day")
    return found


def wanted_amount(request: HttpRequest, name: str, zh: str, en: str) -> Decimal | None:
    """The amount typed in yuan or None for an empty field; Unreadable for what is no amount of money."""
    return amount_in(request.POST.get(name, ""), zh, en)


def amount_in(typed: str, zh: str, en: str) -> Decimal | None:
    """An amount of money as typed; None for nothing."""
    text = typed.strip().replace(",", "")
    if not text:
        return None
    try:
        found = Decimal(text) if len(text) <= LONGEST_AMOUNT else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found.adjusted() >= MOST_DIGITS or found != round(found, 2):
        raise Unreadable(f"{zh}应为金额（元，最多两位小数）", f"{en} is an amount in yuan")
    return found


def ties_in(request: HttpRequest, questions: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The answers of a declaration: question → tie or none, and the words; Unreadable while a question is open."""
    found = {}
    for kind in questions:
        said = request.POST.get(f"tie-{kind}", "")
        if said not in ("yes", "no"):
            raise Unreadable("请逐项选择“存在”或“不存在”", "answer every question")
        found[kind] = {"tie": said == "yes", "text": request.POST.get(f"text-{kind}", "").strip()[:500]}
    return found


def questions_of(kinds: Iterable[str], typed: Any = None) -> list[dict[str, Any]]:
    """The questions of a declaration as a form shows them, with what was typed."""
    typed = typed or {}
    return [
        {
            "kind": kind,
            "words": {"zh": QUESTIONS[kind][0], "en": QUESTIONS[kind][1]},
            "said": typed.get(f"tie-{kind}", ""),
            "text": typed.get(f"text-{kind}", ""),
        }
        for kind in kinds
    ]


def lines_in(request: HttpRequest, name: str) -> list[str]:
    """The lines of a text, empty ones left out."""
    return [line.strip() for line in request.POST.get(name, "").splitlines() if line.strip()]


def signed_of(declarations: Iterable[Declaration], key: str) -> Declaration | None:
    """The latest declaration of a member or of the agency, of a list that begins with the latest."""
    return next((one for one in declarations if one.key == key), None)


def evidence_words(mark: str) -> str:
    """What a line of a conflict check rests on, in words."""
    kind, _colon, key = mark.partition(":")
    words = {
        "declaration": _("声明 %(key)s"),
        "former_house": _("任职记录 %(key)s"),
        "enterprise": _("股权登记 %(key)s"),
        "credit_code": _("信用代码 %(key)s"),
    }.get(kind)
    return words % {"key": key} if words else mark
