"""One engagement's work (评估作业): where it stands and what comes next, its desk review, its answers on paper, its visits."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from greenmine.assessment import actions as assessment
from greenmine.assessment import queries as assessments
from greenmine.assessment.models import Assessment, ItemAnswer
from greenmine.assessment.scoring import standard_by
from greenmine.fieldwork import actions as fieldwork
from greenmine.fieldwork import desk, engaged, queries
from greenmine.fieldwork.hindrances import hindrances, site_items
from greenmine.fieldwork.models import DeskItem, Fieldwork
from greenmine.fieldwork.permissions import REFUSALS, CannotWork, can, check_can_complete, check_can_work
from greenmine.registry.models import Mine
from greenmine.web.assessor.site import open_file_or_404
from greenmine.web.assessor.site_items import Line, groups_of, line_of
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.numbers import number_in
from greenmine.web.components.templatetags.regime import both

MOST_POINTS = 10_000


@login_required
@require_POST
def begin(request: HttpRequest, engagement: str) -> HttpResponse:
    """Begin the work on an engagement."""
    person, organisation = acting_for(request)
    try:
        fieldwork.open_fieldwork(engagement, by=person, organisation=organisation, on=today())
    except REFUSALS as refused:
        messages.error(request, both(refused))
        return redirect("assessor:site_list")
    return redirect("assessor:fieldwork", engagement)


@login_required
def page(request: HttpRequest, engagement: str) -> HttpResponse:
    """Where the work stands, and what is still missing for the report."""
    file = open_file_or_404(request, engagement)
    may_work, why_not = can(check_can_work, request.user, file, on=today())
    context = {
        **_frame(file),
        "may_work": may_work,
        "why_not": both(why_not),
        "visits": list(file.visits.order_by("number").prefetch_related("members__person")),
        "team": engaged.team(engaged.engagement(engagement)),
        "waiting": hindrances(file, on=today()) if may_work else [],
        "report": queries.latest_report(file),
        "own": desk.self_assessment_of(file) if may_work else None,
    }
    return render(request, "assessor/site_work.html", context)


@login_required
def desk_review(request: HttpRequest, engagement: str) -> HttpResponse:
    """The desk review: decide item by item, return papers with one list, end it."""
    file = open_file_or_404(request, engagement)
    review = file.desk_review
    if request.method == "POST" and _acted(request, _desk_act, file):
        return redirect("assessor:desk_review", engagement)
    may_work, why_not = can(check_can_work, request.user, file, on=today())
    items = list(review.items.order_by("place"))
    may_complete, why_not_complete = can(check_can_complete, items)
    context = {
        **_frame(file),
        "review": review,
        "items": items,
        "outcomes": DeskItem.Outcome.choices[1:],
        "open": may_work and review.state != review.State.COMPLETE,
        "why_not": both(why_not),
        "may_complete": may_complete,
        "why_not_complete": both(why_not_complete),
        "counts": {name: sum(item.outcome == name for item in items) for name in DeskItem.Outcome.values},
        "own": desk.self_assessment_of(file) if may_work else None,
    }
    return render(request, "assessor/site_desk.html", context)


def _desk_act(request: HttpRequest, file: Fieldwork, person: Any, organisation: Any) -> None:
    """What was typed is written first, so that a refused step loses nothing."""
    review, on = file.desk_review, today()
    decisions = {
        key: (str(value), request.POST.get(f"note-{name[8:]}", ""))
        for name, value in request.POST.items()
        if name.startswith("outcome-") and (key := number_in(name[8:])) is not None
    }
    desk.decide(review, decisions, by=person, on=on)
    step = request.POST.get("step", "")
    if step == "return":
        due_on = _day(request.POST.get("due_on", ""))
        found = desk.return_papers(review, due_on=due_on, by=person, organisation=organisation, on=on)
        messages.success(request, _("已一次性告知 %(n)s 项，并记入问题清单") % {"n": len(found)})
    elif step == "complete":
        desk.complete(review, by=person, organisation=organisation, on=on)
        messages.success(request, _("书面审查已办结"))
    else:
        messages.success(request, _("已保存"))


@login_required
def answers(request: HttpRequest, engagement: str) -> HttpResponse:
    """The items that are judged on paper: the same scale, one save button each."""
    file = open_file_or_404(request, engagement)
    if request.method == "POST" and _acted(request, _answer, file):
        return redirect("assessor:desk_answers", engagement)
    target = Assessment.objects.get(number=file.assessment)
    result = assessments.result_of(target)
    rows = {row.indicator: row for row in ItemAnswer.objects.filter(assessment=target)}
    standard = standard_by(file.standard, file.standard_digest)
    on_site = set(site_items(standard, result))
    wanted = [one.id for one in result.items if one.applies is not False and one.id not in on_site]
    own = desk.self_assessment_of(file)
    claimed = dict(ItemAnswer.objects.filter(assessment=own).values_list("indicator", "score")) if own else {}
    groups = [
        (group.dimension, [_line(standard, line, rows, result, claimed) for line in group.lines])
        for group in groups_of(file, wanted)
    ]
    may_work, why_not = can(check_can_work, request.user, file, on=today())
    context = {
        **_frame(file), "groups": groups, "open": may_work and target.is_open, "why_not": both(why_not), "target": target,
        "hints": _hints(request, target, standard),
    }  # fmt: skip
    return render(request, "assessor/site_answers.html", context)


def _hints(request: HttpRequest, target: Assessment, standard: Any) -> list[dict[str, Any]]:
    """What the consistency checks ask of, with the item each is about and what was typed of it."""
    names = {one.id: one.name for one in (*(standard.preconditions or ()), *standard.indicators)}
    typed = dict(zip(request.POST.getlist("hint"), request.POST.getlist("reason"), strict=False))
    return [
        {"flag": flag, "name": names.get(flag.indicator), "typed": typed.get(flag.fingerprint, "")}
        for flag in assessments.flags(target, on=today())
        if flag.is_open
    ]


def _line(standard: Any, line: Line, rows: Any, result: Any, claimed: Any) -> dict[str, Any]:
    one = line.indicator.id
    row = rows.get(one)
    return {
        "line": Line(line.indicator, line.control, line.choices, line.step, line.most, row),
        "row": row,
        "found": result.item(one),
        "claimed": claimed.get(one),
        "version": row.version if row else 0,
        "standard": standard,
    }


def _answer(request: HttpRequest, file: Fieldwork, person: Any, _organisation: Any) -> None:
    target, on = Assessment.objects.get(number=file.assessment), today()
    said = request.POST
    if said.get("step") == "explain":
        told = dict(zip(said.getlist("hint"), said.getlist("reason"), strict=False))
        told = {hint: reason for hint, reason in told.items() if reason.strip()}
        if not told:
            raise CannotWork("请填写说明。", "Say why.")
        done = len(assessment.acknowledge_all(target, told, by=person, on=on))
        messages.success(request, ngettext("已记录 %(n)s 条说明", "已记录 %(n)s 条说明", done) % {"n": done})
        return
    item = said.get("item", "")
    standard = standard_by(file.standard, file.standard_digest)
    if item not in standard.by_id:
        raise CannotWork("指标表中没有该项，请刷新页面。", "The set has no such item: reload the page.")
    score = said.get("score", "").strip()
    draft = assessment.Draft(
        state=said.get("claim", "unanswered"),
        score=_hundredths(score, typed=line_of(standard, standard.indicator(item)).control == "number"),
        met={"yes": True, "no": False}.get(said.get("met", "")),
        comment=said.get("comment", ""),
        reason=said.get("reason", ""),
    )
    assessment.answer(target, item, draft, seen=number_in(said.get("seen", "")) or 0, by=person, on=on)
    messages.success(request, _("已保存"))


def _hundredths(text: str, *, typed: bool) -> int | None:
    """A score as typed in points, or as a choice carries it in hundredths; None where it is no number."""
    if not typed:
        return number_in(text)
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    if not found.is_finite() or not 0 <= found <= MOST_POINTS or found != round(found, 2):
        return None
    return int(found * 100)


@login_required
def plan(request: HttpRequest, engagement: str) -> HttpResponse:
    """Plan a visit: days, route, who goes, what is to be seen."""
    file = open_file_or_404(request, engagement)
    if request.method == "POST" and _acted(request, _plan, file):
        return redirect("assessor:fieldwork", engagement)
    standard = standard_by(file.standard, file.standard_digest)
    result = assessments.result_of(Assessment.objects.get(number=file.assessment))
    chosen = request.POST.getlist("item") if request.method == "POST" else site_items(standard, result)
    context = {
        **_frame(file),
        "groups": groups_of(file, site_items(standard, result)),
        "chosen": set(chosen),
        "team": engaged.people(engaged.engagement(engagement)),
        "going": set(_members(request)),
        "typed": request.POST,
        "first": request.method != "POST",
        "today": today(),
    }
    return render(request, "assessor/site_plan.html", context)


def _plan(request: HttpRequest, file: Fieldwork, person: Any, organisation: Any) -> None:
    said = request.POST
    fieldwork.plan_visit(
        file, from_on=_day(said.get("from_on", "")), until_on=_day(said.get("until_on", "")), route=said.get("route", ""),
        items=said.getlist("item"), members=_members(request),
        by=person, organisation=organisation, on=today(),
    )  # fmt: skip
    messages.success(request, _("已安排现场核查，并已告知企业"))


def _members(request: HttpRequest) -> list[int]:
    return [found for one in request.POST.getlist("member") if (found := number_in(one)) is not None]


def _acted(request: HttpRequest, act: Any, file: Fieldwork) -> bool:
    """Whether the act happened; a refusal becomes a sentence on the same page, with what was typed still there."""
    person, organisation = acting_for(request)
    try:
        check_can_work(person, file, on=today())
        act(request, file, person, organisation)
    except REFUSALS as refused:
        messages.error(request, both(refused))
        return False
    return True


def _frame(file: Fieldwork) -> dict[str, Any]:
    return {"file": file, "mine": Mine.objects.filter(key=file.mine).first()}


def _day(text: str) -> Any:
    try:
        return parse_date(text.strip())
    except ValueError:
        return None
