"""Public notices (公示) at the desk: what runs now, until when, with which objections; ended by a person."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions as accounts
from greenmine.directory import actions as directory
from greenmine.directory import objecting, permissions, queries
from greenmine.directory.models import Objection, PublicNotice
from greenmine.directory.permissions import why_not
from greenmine.web.authority import directory_forms as forms
from greenmine.web.authority.asked import day_in
from greenmine.web.authority.directory_forms import ActForm, Input
from greenmine.web.authority.directory_shared import paged, tabs
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The notices of one's region, the latest first."""
    state = request.GET.get("state", "")
    found = queries.notices_for(request.user, on=today())
    if state in PublicNotice.State.values:
        found = found.filter(state=state)
    waiting = Q(objections__kind="objection", objections__closed_on__isnull=True)
    found = found.annotate(
        mines=Count("rows", distinct=True), open_objections=Count("objections", filter=waiting, distinct=True)
    )
    rows, after = paged(request, found)
    for row in rows:
        row.days_left = days_left(row)
    context = {
        "rows": rows, "next_after": after, "state": state, "states": PublicNotice.State.choices, "tabs": tabs(request),
        "active": "directory_notices",
    }  # fmt: skip
    return render(request, "authority/directory_notices.html", context)


def days_left(notice: PublicNotice) -> int | None:
    """How many days are left until its last, that day included; None where it runs no more."""
    return (notice.until_on - today()).days + 1 if notice.state == PublicNotice.State.RUNNING else None


def notice_or_404(request: HttpRequest, number: str) -> PublicNotice:
    """A notice within the person's reach."""
    found = queries.notices_for(request.user, on=today()).filter(number=number).select_related("paper").first()
    if found is None:
        raise Http404
    return found


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One notice: its list, the days left, its objections, its end."""
    return _page(request, notice_or_404(request, number))


def _page(request: HttpRequest, notice: PublicNotice) -> HttpResponse:
    on = today()
    rows = list(notice.rows.order_by("id"))
    context = {
        "notice": notice, "rows": rows, "days_left": days_left(notice), "tabs": tabs(request), "active": "directory_notices",
        "objections": list(queries.objections_for(request.user, on=on).filter(notice=notice).order_by("id")),
        "may_see": accounts.can(request.user, "objections.handle", on=on, region=notice.region_code),
        "forms": forms.filled(_forms(request, notice, rows), request),
        "action": reverse("authority:directory_notice_act", args=[notice.number]),
    }  # fmt: skip
    return render(request, "authority/directory_notice.html", context)


def _forms(request: HttpRequest, notice: PublicNotice, rows: list[Any]) -> list[ActForm]:
    person, _house = acting_for(request)
    on = today()
    found = []
    if notice.state == PublicNotice.State.RUNNING:
        handles = why_not(permissions.check_handles, person, notice, on=on)
        found.append(
            ActForm(
                "object", _("登记异议"),
                [
                    Input("mine", _("矿山"), "choice", choices=[(one.mine, one.mine_name) for one in rows]),
                    Input("way", _("收到方式"), "choice", choices=[(key, words[0]) for key, words in objecting.WAYS.items()]),
                    Input("received_on", _("收到日期"), "day", value=on.isoformat()),
                    Input("text", _("异议内容"), "area"),
                    Input("name", _("异议人姓名（匿名的留空，作为线索办理）"), required=False, hint=_("身份信息单独封存，只有受理单位说明事由后可以查阅，查阅留痕。")),
                    Input("unit", _("异议单位"), required=False), Input("phone", _("联系电话"), required=False),
                    Input("address", _("联系地址"), required=False), Input("evidence", _("证据材料"), "files", required=False),
                    Input("as_clue", _("逾期提出的"), "checks", required=False, choices=[("yes", _("作为线索登记"))]),
                ],
                handles,
            )
        )  # fmt: skip
        note = (
            ""
            if not notice.batch
            else _("本公示属于遴选批次 %(batch)s，也可在批次页结束；结束后批次内的申报继续办理。")
            % {"batch": notice.batch}
        )
        found.append(
            ActForm("end", _("结束公示"), [], why_not(permissions.check_can_end_notice, person, notice, on=on), note)
        )
        found.append(
            ActForm(
                "withdraw", _("撤回公示"), [forms.reasons(_("撤回理由（对外公开）"), "reason")],
                why_not(permissions.check_can_withdraw_notice, person, notice, on=on), "", "outline-danger",
            )
        )  # fmt: skip
    return found


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Register an objection, end a notice, or take it back."""
    notice = notice_or_404(request, number)

    def onward(made: Any) -> str:
        if isinstance(made, Objection):
            return reverse("authority:objection", args=[made.number])
        return reverse("authority:directory_notice", args=[notice.number])

    return forms.carry_out(request, ACTS, notice, lambda: _page(request, notice), onward)


def _object(request: HttpRequest, notice: PublicNotice, who: dict[str, Any]) -> Objection:
    asked = request.POST
    name = asked.get("name", "").strip()
    objector = None
    if name or asked.get("unit", "").strip():
        unit = asked.get("unit", "")
        objector = directory.Objector(name or unit, asked.get("phone", ""), asked.get("address", ""), unit)
    files = forms.kept_files(request, "evidence", ("notice", notice.number), "异议证据")
    return directory.register_objection(
        notice, asked.get("mine", ""), asked.get("text", ""), objector=objector, received_on=day_in(asked.get("received_on", "")),
        way=asked.get("way", ""), evidence_files=files, as_clue="yes" in asked.getlist("as_clue"), **who,
    )  # fmt: skip


ACTS: forms.Acts = {
    "object": _object,
    "end": lambda _request, notice, who: directory.end_notice(notice, **who),
    "withdraw": lambda request, notice, who: directory.withdraw_notice(notice, request.POST.get("reason", ""), **who),
}
