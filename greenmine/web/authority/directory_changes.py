"""Changes of listed mines (变更核实) at the desk: reported, checked, decided entry by entry by the owner."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions as accounts
from greenmine.directory import actions as directory
from greenmine.directory import changing, permissions, queries
from greenmine.directory.models import Change, ChangeEntry
from greenmine.directory.permissions import why_not
from greenmine.editions import procedures as tables
from greenmine.procedures import queries as procedures
from greenmine.procedures.models import Case
from greenmine.web.authority import directory_forms as forms
from greenmine.web.authority.asked import day_in, number_in
from greenmine.web.authority.directory_forms import ActForm, Input
from greenmine.web.authority.directory_shared import paged, tabs
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.files import file_response


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The changes of one's region, the latest first, and the forms by which a merger or a split is reported."""
    return _listed(request)


def _listed(request: HttpRequest) -> HttpResponse:
    rows, after = paged(request, queries.changes_for(request.user, on=today()))
    states = tables.table(changing.TABLE).states
    context = {
        "rows": [(one, states[one.state].title) for one in rows], "next_after": after, "tabs": tabs(request), "active": "directory_changes",
        "forms": forms.filled(_reports(request), request), "action": reverse("authority:directory_change_report"),
    }  # fmt: skip
    return render(request, "authority/directory_changes.html", context)


def _reports(request: HttpRequest) -> list[ActForm]:
    refusal = why_not(accounts.check_can, request.user, "directory.change", on=today())
    common = [
        Input("changed_on", _("变更日期"), "day"), Input("reason", _("变更事由"), "area"), Input("evidence", _("批复或登记材料"), "files"),
    ]  # fmt: skip
    hint = _("矿山编号之间用空格或逗号分开")
    return [
        ActForm(
            "merge", _("登记整合"),
            [Input("mines", _("被整合的矿山编号"), hint=hint), Input("into", _("整合后的矿山编号"), hint=_("可以是其中之一，也可以是新登记的矿山")), *common],
            refusal, _("各矿山的编号和沿革保留；在册条目为“变更核实中”，由名录管理单位决定去留。"),
        ),
        ActForm(
            "split", _("登记分立"),
            [Input("mine", _("被分立的矿山编号")), Input("into", _("分立后的矿山编号"), hint=hint), *common], refusal,
        ),
    ]  # fmt: skip


@login_required
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Report a merger or a split."""
    return forms.carry_out(
        request, REPORTS, None, lambda: _listed(request), lambda made: reverse("authority:change", args=[made.number])
    )


def _reported(request: HttpRequest, mine: str) -> directory.Reported:
    day = day_in(request.POST.get("changed_on", ""))
    if day is None:
        raise directory.CannotSettle("请填写变更日期", "give the day of the change")
    files = forms.kept_files(request, "evidence", ("mine", mine[:24]), "变更材料")
    return directory.Reported(day, request.POST.get("reason", ""), files)


def _keys(text: str) -> list[str]:
    for sign in "，、,;；":
        text = text.replace(sign, " ")
    return [one.upper() for one in text.split()][:50]


def _merge(request: HttpRequest, _none: Any, who: dict[str, Any]) -> Change:
    into = "".join(_keys(request.POST.get("into", ""))[:1])
    return directory.merge(_keys(request.POST.get("mines", "")), into, _reported(request, into), **who)


def _split(request: HttpRequest, _none: Any, who: dict[str, Any]) -> Change:
    mine = "".join(_keys(request.POST.get("mine", ""))[:1])
    return directory.split(mine, _keys(request.POST.get("into", "")), _reported(request, mine), **who)


REPORTS: forms.Acts = {"merge": _merge, "split": _split}


def change_or_404(request: HttpRequest, number: str) -> Change:
    """A change within the person's reach."""
    found = queries.changes_for(request.user, on=today()).filter(number=number).select_related("succession").first()
    if found is None:
        raise Http404
    return found


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One change: what happened, what the check found, what is decided of each entry."""
    return _page(request, change_or_404(request, number))


def _page(request: HttpRequest, change: Change) -> HttpResponse:
    case = Case.objects.select_related("kept").get(number=change.number)
    table = procedures.table_of(case)
    rows = list(change.rows.select_related("entry", "successor").order_by("id"))
    context = {
        "change": change, "case": case, "picture": procedures.picture(case, on=today()), "rows": rows,
        "state_title": table.states[change.state].title, "before": list(change.succession.before.order_by("key")),
        "after": list(change.succession.after.order_by("key")), "files": list(change.evidence.order_by("id")),
        "history": [(one, table.step(one.step).title) for one in procedures.history(case)], "tabs": tabs(request),
        "active": "directory_changes", "action": reverse("authority:change_act", args=[change.number]),
        "forms": forms.filled(_forms(request, change, rows), request),
    }  # fmt: skip
    return render(request, "authority/directory_change.html", context)


def _forms(request: HttpRequest, change: Change, rows: list[ChangeEntry]) -> list[ActForm]:
    person, _house = acting_for(request)
    on = today()
    if change.state == "opened" and not Case.objects.filter(number=change.number, withdrawn_on__isnull=False).exists():
        refusal = why_not(changing.check_step, change, "check", by=person, on=on)
        return [ActForm("check", _("核实变更后情况"), [Input("findings", _("核实情况"), "area")], refusal)]
    withdrawn = Case.objects.filter(number=change.number, withdrawn_on__isnull=False).exists()
    if change.state != "checked" and not withdrawn:
        return []
    after = [(one.key, f"{one.key} {one.name}") for one in change.succession.after.order_by("key")]
    outcomes = [(value, str(words)) for value, words in ChangeEntry.Outcome.choices if value]
    found = []
    for row in rows:
        if row.outcome:
            continue
        refusal = why_not(permissions.check_can_settle, person, change, row.entry, on=on)
        refusal = refusal or why_not(changing.check_step, change, "decide", by=person, on=on, entry=row.entry)
        successors = [one for one in after if one[0] != row.entry.mine]
        inputs = [
            Input("row", "", "hidden", value=str(row.pk)), Input("outcome", _("决定"), "choice", choices=outcomes),
            *([Input("successor", _("承继的矿山（转至承继矿山时选）"), "choice", required=False, choices=successors)] if successors else []),
            Input("decision_number", _("决定文号"), required=False), forms.reasons(_("理由")),
        ]  # fmt: skip
        title = f"{row.entry.number} {row.entry.get_tier_display()} {row.entry.mine_name}"
        found.append(
            ActForm("settle", title, inputs, refusal, "", "primary", key=f"settle-{row.pk}", button=_("作出决定"))
        )
    return found


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Check a change, or decide on one of its entries."""
    change = change_or_404(request, number)
    return forms.carry_out(
        request, ACTS, change, lambda: _page(request, change_or_404(request, number)),
        lambda _made: reverse("authority:change", args=[change.number]),
    )  # fmt: skip


def _settle(request: HttpRequest, change: Change, who: dict[str, Any]) -> ChangeEntry:
    asked = request.POST
    row = change.rows.filter(pk=number_in(asked.get("row", "")) or 0).first()
    if row is None:
        raise directory.CannotSettle("没有该条目", "there is no such entry")
    settlement = directory.Settlement(
        asked.get("outcome", ""), asked.get("reasons", ""), asked.get("decision_number", ""), asked.get("successor", "")
    )
    return directory.settle(row, settlement, **who)


ACTS: forms.Acts = {
    "check": lambda request, change, who: directory.check_change(change, request.POST.get("findings", ""), **who),
    "settle": _settle,
}


@login_required
def file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A paper that proves the change."""
    found = change_or_404(request, number).evidence.filter(pk=provenance).select_related("file").first()
    if found is None:
        raise Http404
    return file_response(request, found)
