"""Going over to another indicator set (换用指标): a preview of what carries over, the person's word, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions, scoring
from greenmine.assessment.actions.moving import weigh_move
from greenmine.assessment.models import Assessment
from greenmine.assessment.permissions import CannotAssess, can, check_can_fill
from greenmine.editions import standards
from greenmine.web.components import assessments as drawing
from greenmine.web.components.clock import today
from greenmine.web.components.templatetags.regime import both
from greenmine.web.enterprise import asked


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Choose another set and see what carries over; POST goes over."""
    assessment = asked.assessment_or_404(request, number)
    wanted = (request.POST if request.method == "POST" else request.GET).get("to", "").strip()
    error = ""
    if request.method == "POST":
        try:
            actions.move(assessment, wanted, by=request.user, on=today())  # type: ignore[arg-type]  # signed in
        except (CannotAssess, NotAllowed, standards.UnknownStandard) as refused:
            error = both(refused)
        else:
            messages.success(request, _("已换用指标 %(to)s，原有填写全部保留，可撤销") % {"to": wanted})
            return redirect("enterprise:assessment", number)
    context = _context(request, assessment)
    if wanted:
        try:
            context |= _preview(assessment, wanted)
        except (CannotAssess, standards.UnknownStandard) as refused:
            error = error or both(refused)
    return render(request, "enterprise/move.html", context | {"error": error}, status=400 if error else 200)


@login_required
@require_POST
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Back to the set before, with every answer as it stood."""
    assessment = asked.assessment_or_404(request, number)
    try:
        actions.undo_move(assessment, by=request.user, on=today())  # type: ignore[arg-type]  # signed in
        messages.success(request, _("已撤销换用，填写恢复为换用前的样子"))
    except (CannotAssess, NotAllowed) as refused:
        messages.error(request, both(refused))
    return redirect("enterprise:assessment", number)


def _context(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    may_fill, why_not = can(check_can_fill, request.user, assessment, on=today())
    return {
        "assessment": assessment,
        "mine": asked.mine_or_404(request, assessment.mine),
        "standard": scoring.standard_of(assessment),
        "entries": [
            one for one in standards.listed(today()) if one.digest != assessment.standard_digest and one.can_decide
        ],
        "moved": assessment.moves.filter(undone_on=None).order_by("-id").first(),
        "may_fill": may_fill,
        "why_not": why_not,
    }


def _preview(assessment: Assessment, wanted: str) -> dict[str, Any]:
    """What a move would keep, ask to review, and leave behind, each with the words of the claim, and both results."""
    weighed = weigh_move(assessment, wanted, on=today())
    carried = weighed.carried
    new, old = scoring.parts_by_id(weighed.new), scoring.parts_by_id(weighed.old)

    def told(answers: Any) -> list[str]:
        return [drawing.said(old[one], answer) for one, answer in answers.items() if one in old]

    return {
        "wanted": weighed.new,
        "before": weighed.before,
        "after": weighed.after,
        "kept": [
            {"name": new[one].name, "said": drawing.said(new[one], answer)} for one, answer in carried.kept.items()
        ],
        "to_review": [
            {"name": new[one].name, "why": why.reason, "said": told(why.answers)}
            for one, why in carried.to_review.items()
        ],
        "dropped": [
            {"name": old[one].name, "said": drawing.said(old[one], answer)}
            for one, answer in carried.dropped.items()
            if one in old
        ],
        "fresh": [new[one].name for one in carried.new_items if one in new],
    }
