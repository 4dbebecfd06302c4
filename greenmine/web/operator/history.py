"""Migrated history (历史数据完整性声明): from then on, what nobody stated of a region's past is none, not unknown."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from greenmine.facts.statements import CannotState
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition
from greenmine.web.components.numbers import number_in
from greenmine.web.components.templatetags.regime import both
from greenmine.web.operator import actions, queries
from greenmine.web.operator.forms import HistoryForm

PAGE = 50


def page(request: HttpRequest) -> HttpResponse:
    """What was declared, and the form for another region."""
    form = HistoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person, organisation = acting_for(request)
        try:
            actions.declare_history(**form.cleaned_data, by=person, organisation=organisation, on=today())
        except CannotState as refused:
            form.add_error(None, both(refused))
        else:
            messages.success(request, _("已登记，相关矿山将重新判定。"))
            return redirect("operator:history")
    rows = queries.declarations()
    if (after := number_in(request.GET.get("after", ""))) is not None:
        rows = rows.filter(pk__lt=after)
    shown = list(rows[: PAGE + 1])
    context = {
        "form": form,
        "rows": shown[:PAGE],
        "next_after": shown[PAGE - 1].pk if len(shown) > PAGE else "",
        "provinces": current_edition().divisions.children("000000"),
    }
    return render(request, "operator/history.html", context)
