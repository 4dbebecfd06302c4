"""What an enterprise weighs before it submits: gaps, what to mend first, change since last time, gates, removal risk."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from greenmine.assessment import queries
from greenmine.assessment.models import Assessment
from greenmine.web.components import assessments as drawing
from greenmine.web.components.clock import today
from greenmine.web.enterprise import asked


@login_required
def gaps(request: HttpRequest, number: str) -> HttpResponse:
    """Gap to passing, what to mend first by the efforts stated, and every failed or unproven item with its evidence."""
    assessment = asked.assessment_or_404(request, number)
    view = queries.view_of(assessment, on=today())
    rows = drawing.rows_of(view)
    context = {
        "assessment": assessment,
        "mine": asked.mine_or_404(request, assessment.mine),
        "summary": drawing.summary_of(view.standard, view.result, flags=view.flags),
        "gaps": [{"gap": gap, "row": rows[gap.view.part.id]} for gap in queries.gaps(view)],
        "advice": drawing.advice_of(view.standard, queries.advice(view, on=today())),
        "headings": queries.by_heading(view),
        "state_url": reverse("authority:state_fact", args=[assessment.mine]),
    }
    return render(request, "enterprise/gaps.html", context)


@login_required
def compare(request: HttpRequest, number: str) -> HttpResponse:
    """Item by item beside another self-assessment of the same mine: the last one unless another is chosen."""
    assessment = asked.assessment_or_404(request, number)
    others = list(
        queries.assessments_for(request.user, on=today())
        .filter(mine=assessment.mine)
        .exclude(pk=assessment.pk)
        .exclude(state=Assessment.State.WITHDRAWN)
        .defer("frozen")
        .order_by("-pk")[:50]
    )
    wanted = request.GET.get("with", "")
    other = next((one for one in others if one.number == wanted), None)
    if wanted and other is None:
        raise Http404
    other = other or next((one for one in others if one.party == assessment.party), None)
    comparison = queries.compare(assessment, other) if other is not None else None
    context = {
        "assessment": assessment,
        "mine": asked.mine_or_404(request, assessment.mine),
        "others": others,
        "comparison": comparison,
        "rows": drawing.compared_rows(assessment, comparison) if comparison is not None else [],
    }
    return render(request, "enterprise/compare.html", context)


@login_required
def removal_risk(request: HttpRequest, number: str) -> HttpResponse:
    """Which removal grounds seem present, are open, or come nearer (移出风险提示): a hint, never a decision."""
    mine = asked.mine_or_404(request, number)
    context = {"mine": mine, "risk": queries.removal_risk(mine.key, on=today())}
    return render(
        request, "enterprise/risk.html", context | {"state_url": reverse("authority:state_fact", args=[mine.key])}
    )


@login_required
def gates(request: HttpRequest, number: str) -> HttpResponse:
    """What each gate on the way into the directory would ask of this mine today, and what would stop it (预审)."""
    mine = asked.mine_or_404(request, number)
    found = [
        {
            "gate": gate,
            "pressing": [line for line in gate.lines if line.outcome != "fine"],
            "fine": [line for line in gate.lines if line.outcome == "fine"],
        }
        for gate in queries.gates_preview(mine.key, on=today())
    ]
    context = {"mine": mine, "gates": found}
    return render(
        request, "enterprise/gates.html", context | {"state_url": reverse("authority:state_fact", args=[mine.key])}
    )
