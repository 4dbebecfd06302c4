"""The blind sample (盲评抽样): drawn by a published seed, ordered by a person, each mine to another agency."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.assessors.models import Agency, Engagement
from greenmine.integrity import actions as integrity
from greenmine.integrity import queries
from greenmine.integrity.permissions import CannotJudge, check_can_order, why_not
from greenmine.web.authority.asked import day_in
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, refuse_unless
from greenmine.web.components.templatetags.regime import both

USUAL_PERIOD = timedelta(days=365)


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The samples drawn so far, and the form for the next."""
    context = {
        "rows": list(queries.draws_for(request.user, on=today())[:100]),
        "from_on": today() - USUAL_PERIOD,
        "until_on": today(),
    }
    return render(request, "authority/integrity_draws.html", context)


@login_required
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Draw a sample."""
    refuse_unless(request, "engagements.prepare")
    person, organisation = acting_for(request)
    from_on, until_on = day_in(request.POST.get("from_on", "")), day_in(request.POST.get("until_on", ""))
    if from_on is None or until_on is None:
        messages.error(request, _("请填写有效的起止日期"))
        return redirect("authority:integrity_draws")
    try:
        made = integrity.make_draw(
            seed=request.POST.get("seed", ""), from_on=from_on, until_on=until_on, by=person, organisation=organisation, on=today()
        )  # fmt: skip
    except CannotJudge as refused:
        messages.error(request, both(refused))
        return redirect("authority:integrity_draws")
    messages.success(request, _("已完成抽样 %(number)s") % {"number": made.number})
    return redirect("authority:integrity_draw", made.number)


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One sample: pool, seed, what came out, to whom it goes."""
    made = queries.draws_for(request.user, on=today()).filter(number=number).first()
    if made is None:
        raise Http404
    rows = {row.number: row for row in Engagement.objects.filter(number__in=list(made.drawn)).select_related("agency")}
    agencies = list(Agency.objects.order_by("key")[:500])
    refused = why_not(check_can_order, request.user, made, on=today())
    drawn = [
        {"number": one, "row": rows.get(one), "result": result, "ordered": bool(result) and not result.startswith("—"), "agency": made.pool[one],
         "others": [agency for agency in agencies if agency.key != made.pool[one]]}
        for one, result in sorted(made.drawn.items())
    ]  # fmt: skip
    context = {"draw": made, "drawn": drawn, "why_not": both(refused) if refused else ""}
    return render(request, "authority/integrity_draw.html", context)


@login_required
@require_POST
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Order the sample: one draft engagement for each mine."""
    refuse_unless(request, "engagements.prepare")
    made = queries.draws_for(request.user, on=today()).filter(number=number).first()
    if made is None:
        raise Http404
    person, organisation = acting_for(request)
    chosen = {one: request.POST.get(f"agency-{one}", "") for one in made.drawn}
    try:
        integrity.order(made, chosen, by=person, organisation=organisation, on=today())
        messages.success(request, _("已下达盲评抽样"))
    except CannotJudge as refused:
        messages.error(request, both(refused))
    return redirect("authority:integrity_draw", number)
