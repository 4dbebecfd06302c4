"""Old lists and transition campaigns (存量名单、新旧指标衔接复核) at the desk: read, judged, decided by a person."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions as accounts
from greenmine.directory import actions as directory
from greenmine.directory import campaigns, legacy, permissions, queries
from greenmine.directory.models import Campaign, CampaignMine, LegacyMine, Tier
from greenmine.directory.permissions import why_not
from greenmine.editions import procedures as tables
from greenmine.editions import standards
from greenmine.procedures import queries as procedures
from greenmine.procedures.models import Case
from greenmine.web.authority import directory_forms as forms
from greenmine.web.authority.asked import day_in, number_in
from greenmine.web.authority.directory_forms import ActForm, Input
from greenmine.web.authority.directory_shared import paged, tabs
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.templatetags.regime import both

SHOWN_REPORTS = 20


@login_required
def legacy_listed(request: HttpRequest) -> HttpResponse:
    """The mines of old city and county lists, the latest first."""
    rows, after = paged(request, queries.legacy_for(request.user, on=today()))
    states = tables.table(legacy.TABLE).states
    context = {
        "rows": [(one, states[one.state].title) for one in rows], "next_after": after, "tabs": tabs(request), "active": "directory_legacy",
    }  # fmt: skip
    return render(request, "authority/directory_legacy.html", context)


def legacy_or_404(request: HttpRequest, number: str) -> LegacyMine:
    """A mine of an old list within the person's reach."""
    found = queries.legacy_for(request.user, on=today()).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_required
def legacy_page(request: HttpRequest, number: str) -> HttpResponse:
    """One mine of an old list: its assessment, and what became of it."""
    return _legacy_page(request, legacy_or_404(request, number))


def _legacy_page(request: HttpRequest, row: LegacyMine) -> HttpResponse:
    case = Case.objects.select_related("kept").get(number=row.number)
    table = procedures.table_of(case)
    person, _house = acting_for(request)
    on = today()
    reports = [
        (one.number, f"{one.number} {one.submitted_on}") for one in legacy.passed_reports(row.mine)[:SHOWN_REPORTS]
    ]
    inputs = {
        "assess": [Input("report", _("已提交的第三方评估"), "choice", choices=reports)],
        "move_up": [forms.reasons(_("择优推荐的理由"))],
        "end": [forms.reasons(_("不再保留称号的理由"))],
    }
    listed = [
        ActForm(
            step.id, str(both(step.title)), inputs[step.id], why_not(legacy.check_step, row, step.id, by=person, on=on),
            _("评估结果取自第三方评估，不由人填写。") if step.id == "assess" else "",
        )
        for step in table.open_steps(row.state)
    ]  # fmt: skip
    context = {
        "row": row, "case": case, "picture": procedures.picture(case, on=on), "state_title": table.states[row.state].title,
        "history": [(one, table.step(one.step).title) for one in procedures.history(case)], "tabs": tabs(request),
        "active": "directory_legacy", "forms": forms.filled(listed, request), "action": reverse("authority:legacy_act", args=[row.number]),
    }  # fmt: skip
    return render(request, "authority/directory_legacy_mine.html", context)


@login_required
@require_POST
def legacy_act(request: HttpRequest, number: str) -> HttpResponse:
    """Record an assessment, recommend, or end the old title."""
    row = legacy_or_404(request, number)
    return forms.carry_out(
        request, LEGACY_ACTS, row, lambda: _legacy_page(request, legacy_or_404(request, number)),
        lambda _made: reverse("authority:legacy_mine", args=[row.number]),
    )  # fmt: skip


LEGACY_ACTS: forms.Acts = {
    "assess": lambda request, row, who: directory.judge_legacy(row, request.POST.get("report", ""), **who),
    "move_up": lambda request, row, who: directory.move_up(row, request.POST.get("reasons", ""), **who),
    "end": lambda request, row, who: directory.end_legacy(row, request.POST.get("reasons", ""), **who),
}


@login_required
def campaigns_listed(request: HttpRequest) -> HttpResponse:
    """The transition campaigns, the latest first, and the form that opens one."""
    return _campaigns(request)


def _campaigns(request: HttpRequest) -> HttpResponse:
    rows, after = paged(request, queries.campaigns_for(request.user, on=today()))
    context = {
        "rows": rows, "next_after": after, "tabs": tabs(request), "active": "directory_campaigns", "forms": forms.filled([_plan(request)], request),
        "action": reverse("authority:campaign_open"),
    }  # fmt: skip
    return render(request, "authority/directory_campaigns.html", context)


def _plan(request: HttpRequest) -> ActForm:
    person, organisation = acting_for(request)
    own = [tier for tier in Tier.values if why_not(permissions.check_keeps, organisation, tier) is None]
    refusal = why_not(accounts.check_can, person, "directory.propose", on=today())
    if not own:
        refusal = refusal or why_not(permissions.check_keeps, organisation, Tier.PROVINCIAL.value)
    sets = [
        (one.standard.id, str(both(one.standard.title)))
        for one in standards.listed()
        if one.standard.status != "structure_only"
    ]
    inputs = [
        Input("title", _("标题")), Input("tier", _("名录级别"), "choice", choices=[(tier, str(Tier(tier).label)) for tier in own]),
        Input("indicator_set", _("新评价指标"), "choice", choices=sets),
        Input("due_on", _("完成期限（不填按规则库建议）"), "day", required=False),
    ]  # fmt: skip
    note = _("列出依旧评价指标纳入的在册矿山，逐矿按新指标复核，由人决定；不会自动移出。")
    return ActForm("open", _("启动衔接复核"), inputs, refusal, note)


@login_required
@require_POST
def campaign_open(request: HttpRequest) -> HttpResponse:
    """Open a campaign."""
    return forms.carry_out(
        request,
        {"open": _open},
        None,
        lambda: _campaigns(request),
        lambda made: reverse("authority:campaign", args=[made.number]),
    )


def _open(request: HttpRequest, _none: Any, who: dict[str, Any]) -> Campaign:
    asked = request.POST
    plan = directory.Plan(
        asked.get("title", ""), asked.get("tier", ""), asked.get("indicator_set", ""), day_in(asked.get("due_on", ""))
    )
    return directory.open_transition_campaign(plan, **who)


def campaign_or_404(request: HttpRequest, number: str) -> Campaign:
    """A campaign within the person's reach."""
    found = queries.campaigns_for(request.user, on=today()).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_required
def campaign_page(request: HttpRequest, number: str) -> HttpResponse:
    """One campaign: its mines, what the new set says of each, what was decided."""
    return _campaign_page(request, campaign_or_404(request, number))


def _campaign_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    person, organisation = acting_for(request)
    on = today()
    scope = queries.entries_for(person, on=on).values("pk")
    rows, after = paged(request, campaign.rows.filter(entry__in=scope).select_related("entry").order_by("-pk"))
    runs = campaign.organisation == organisation.key and campaign.closed_on is None
    may_judge = runs and accounts.can(person, "directory.propose", on=on, region=campaign.region_code)
    may_decide = runs and accounts.can(person, "directory.remove", on=on, region=campaign.region_code)
    chosen = (
        campaign.rows.filter(pk=number_in(request.GET.get("row", "") or request.POST.get("row", "")) or 0)
        .select_related("entry")
        .first()
    )
    listed = [_decision(chosen)] if chosen is not None and may_decide and not chosen.decision and chosen.result else []
    context = {
        "campaign": campaign, "rows": rows, "next_after": after, "may_judge": may_judge, "may_decide": may_decide, "tabs": tabs(request),
        "active": "directory_campaigns", "action": reverse("authority:campaign_act", args=[campaign.number]), "chosen": chosen,
        "forms": forms.filled(listed, request), "waiting": campaign.rows.filter(decision="", entry__left_on__isnull=True).count(),
    }  # fmt: skip
    return render(request, "authority/directory_campaign.html", context)


def _decision(row: CampaignMine) -> ActForm:
    choices = [(value, str(words)) for value, words in CampaignMine.Decision.choices if value]
    inputs = [
        Input("row", "", "hidden", value=str(row.pk)), Input("decision", _("决定"), "choice", choices=choices), forms.reasons(_("理由")),
        Input("evidence", _("复核材料（责令整改时必附）"), "files", required=False),
    ]  # fmt: skip
    return ActForm("decide", _("决定：%(mine)s") % {"mine": row.entry.mine_name}, inputs, button=_("作出决定"))


@login_required
@require_POST
def campaign_act(request: HttpRequest, number: str) -> HttpResponse:
    """Read a mine by the new set, decide on it, or close the campaign."""
    campaign = campaign_or_404(request, number)
    return forms.carry_out(
        request, CAMPAIGN_ACTS, campaign, lambda: _campaign_page(request, campaign_or_404(request, number)),
        lambda _made: reverse("authority:campaign", args=[campaign.number]),
    )  # fmt: skip


def _row(request: HttpRequest, campaign: Campaign) -> CampaignMine:
    found = campaign.rows.filter(pk=number_in(request.POST.get("row", "")) or 0).first()
    if found is None:
        raise directory.CannotJudgeAnew("没有该矿山", "there is no such mine in it")
    return found


def _decide(request: HttpRequest, campaign: Campaign, who: dict[str, Any]) -> CampaignMine:
    row = _row(request, campaign)
    files = tuple(forms.kept_files(request, "evidence", ("removal", row.entry.number), "复核材料"))
    return directory.decide_campaign(
        row, request.POST.get("decision", ""), request.POST.get("reasons", ""), evidence_files=files, **who
    )


CAMPAIGN_ACTS: forms.Acts = {
    "judge": lambda request, campaign, who: campaigns.judge(_row(request, campaign), **who),
    "decide": _decide,
    "close": lambda _request, campaign, who: directory.close_campaign(campaign, **who),
}
