"""The directory at work (名录): entries of one's region, and one page on which each stands with its whole history."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions as accounts
from greenmine.directory import actions as directory
from greenmine.directory import permissions, queries, sharing
from greenmine.directory.models import Entry, Removal, Tier
from greenmine.directory.permissions import why_not
from greenmine.editions import standards
from greenmine.evaluation.models import FindingChange
from greenmine.papers import queries as papers
from greenmine.web.authority import directory_forms as forms
from greenmine.web.authority import undecided
from greenmine.web.authority.asked import day_in
from greenmine.web.authority.directory_forms import ActForm, Input
from greenmine.web.authority.directory_shared import paged, tabs
from greenmine.web.components import gates
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition
from greenmine.web.components.files import file_response
from greenmine.web.components.templatetags.regime import both, cite, place
from greenmine.web.components.workbooks import workbook_response

FILTERS = ("q", "tier", "state", "region", "on")
MOST_EXPORTED = 20_000
STANDING, CHANGING = "standing", "changing"
PERSON_GROUNDS = (
    "cn-2024-1/17.3.b", "cn-2024-1/17.4.a", "cn-2024-1/17.7.b", "cn-2024-1/17.10.a", "cn-2024-1/17.10.b", "cn-2024-1/17.10.c",
    "cn-2024-1/17.10.d", "cn-2024-1/17.10.e", "cn-2024-1/17.11", "cn-2024-1/17.12", "cn-2024-1/17.13",
)  # fmt: skip


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """One page of the entries in reach, the latest first; as they stand, or as they stood on a day."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    rows, after = paged(request, _filtered(request, filters))
    day = day_in(filters["on"])
    person = request.user
    context = {
        "rows": rows, "next_after": after, "filters": filters, "filtered": any(filters.values()),
        "querystring": request.GET.urlencode(), "regions": _regions(request), "tabs": tabs(request), "active": "directory",
        "tiers": Tier.choices, "states": Entry.State.choices, "on": day or today(),
        "counts": _counts(queries.entries_for(person, on=today()), day or today()),
    }  # fmt: skip
    return render(request, "authority/directory.html", context)


def _counts(entries: QuerySet[Entry], day: Any) -> dict[str, int]:
    """How many entries in reach stood on a day, by tier."""
    stood = entries.filter(Q(left_on__isnull=True) | Q(left_on__gt=day), entered_on__lte=day)
    return {tier: stood.filter(tier=tier).count() for tier in Tier.values}


def _filtered(request: HttpRequest, filters: dict[str, str]) -> QuerySet[Entry]:
    found = queries.entries_for(request.user, on=today())
    for word in filters["q"].split():
        found = found.filter(
            Q(mine_name__icontains=word)
            | Q(number__icontains=word)
            | Q(mine__iexact=word)
            | Q(holder_name__icontains=word)
        )
    if filters["tier"] in Tier.values:
        found = found.filter(tier=filters["tier"])
    if filters["state"] == STANDING:
        found = found.filter(left_on__isnull=True)
    elif filters["state"] == CHANGING:
        found = found.filter(changing=True)
    elif filters["state"] in Entry.State.values:
        found = found.filter(state=filters["state"])
    if filters["region"]:
        found = found.filter(region_code__startswith=current_edition().divisions.prefix(filters["region"]))
    if (day := day_in(filters["on"])) is not None:
        found = found.filter(Q(left_on__isnull=True) | Q(left_on__gt=day), entered_on__lte=day)
    return found


def _regions(request: HttpRequest) -> list[tuple[str, str]]:
    divisions = current_edition().divisions
    codes = queries.entries_for(request.user, on=today()).order_by().values_list("region_code", flat=True).distinct()
    found = {above for code in codes if code for above in divisions.ancestors(code)} - {"000000"}
    return [(code, divisions.full_name(code)) for code in sorted(found)]


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The list as filtered, all pages, as a workbook."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    inside = undecided.is_inside(request)
    if not inside:
        filters["state"] = ""  # what is only proposed is neither shown nor found
    rows = [
        [
            one.number, one.mine_name, one.mine, one.holder_name, place(one.region_code), one.get_tier_display(),
            one.get_state_display() if inside else Entry.State(one.shown_state).label,
            _("是") if one.changing else "", one.entered_on, one.left_on or "", one.decision_number, one.certificate_number, one.owner_name,
        ]
        for one in _filtered(request, filters)[:MOST_EXPORTED]
    ]  # fmt: skip
    titles = [
        _("名录编号"), _("矿山"), _("矿山编号"), _("采矿权人"), _("地区"), _("级别"), _("状态"), _("变更核实中"), _("纳入日期"), _("移出日期"),
        _("决定文号"), _("证书编号"), _("管理单位"),
    ]  # fmt: skip
    return workbook_response(f"{_('名录')}-{today().isoformat()}.xlsx", [(_("名录"), titles, rows)])


def entry_or_404(request: HttpRequest, number: str) -> Entry:
    """An entry within the person's reach."""
    found = (
        queries.entries_for(request.user, on=today())
        .filter(number=number)
        .select_related("notice", "predecessor")
        .first()
    )
    if found is None:
        raise Http404
    return found


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One entry: certificate, history, why it is listed and today, what may be done."""
    return _page(request, entry_or_404(request, number))


def _page(request: HttpRequest, entry: Entry) -> HttpResponse:
    person, organisation = acting_for(request)
    on = today()
    sees_work = accounts.can(person, "directory.see", on=on, region=entry.region_code)
    events = entry.events.order_by("on", "id")
    context = {
        "entry": entry, "tabs": tabs(request), "active": "directory", "standard": _standard(entry),
        "events": list(events if sees_work else events.filter(public=True)),
        "others": [one for one in queries.entries_of(entry.mine) if one.pk != entry.pk],
        "successors": list(entry.successors.order_by("id")),
        "removals": list(entry.removals.order_by("-id")) if sees_work else [],
        "changes": list(entry.changes.select_related("change").order_by("-id")) if sees_work else [],
        "why": gates.why(entry, person, on=on) if entry.stands and not entry.legacy else None,
        "forms": forms.filled(_forms(entry, person, organisation), request) if sees_work else [],
        "papers": list(papers.for_person(person, on=on).filter(subject_kind="entry", subject_key=entry.number)[:20]),
        "sees_work": sees_work, "shown_code": entry.state if sees_work else entry.shown_state,
        "shown_state": entry.get_state_display() if sees_work else Entry.State(entry.shown_state).label,
        "action": reverse("authority:entry_act", args=[entry.number]),
        "news": list(queries.news_for(person, on=on).filter(mine=entry.mine)[:5]) if sees_work else [],
    }  # fmt: skip
    return render(request, "authority/entry.html", context)


def _standard(entry: Entry) -> Any:
    """What the indicator set of its assessment is called; None where it is not kept here."""
    try:
        return standards.get(entry.standard, entry.standard_digest or None).title if entry.standard else None
    except standards.UnknownStandard:
        return None


def _forms(entry: Entry, person: Any, organisation: Any) -> list[ActForm]:
    on = today()
    found = []
    if entry.stands:
        propose = why_not(permissions.check_can_propose_removal, person, organisation, entry, on=on)
        rules = _breached(entry)
        grounds = [(one, f"{cite(one)} {current_edition().provision(one).zh}") for one in PERSON_GROUNDS]
        found.append(
            ActForm(
                "propose_rule", _("提出移出建议（规则判定的情形）"),
                [Input("rule", _("目前判定构成的移出情形"), "choice", choices=rules), Input("text", _("移出情形和事实"), "area"),
                 Input("evidence", _("证据材料"), "files", required=False)],
                propose, _("所选情形提交时按全部已知事实重新判定。") if rules else _("目前没有判定构成的移出情形。"), "danger",
            )
        )  # fmt: skip
        found.append(
            ActForm(
                "propose_person", _("提出移出建议（人工认定的情形）"),
                [Input("provision", _("移出情形"), "choice", choices=grounds), Input("text", _("移出情形和事实"), "area"),
                 Input("evidence", _("证据材料"), "files")],
                propose, "", "outline-danger",
            )
        )  # fmt: skip
        found.append(
            ActForm(
                "propose_standard", _("不符合标准：提出整改或移出"),
                [Input("text", _("不符合标准的情况"), "area"), Input("evidence", _("检查或评估材料"), "files")],
                propose, _("只是不符合标准的，先限期整改；逾期未整改到位再进入移出。"), "outline-danger",
            )
        )  # fmt: skip
        found.append(_transfer(entry, person, organisation))
        if not entry.certificate_number or entry.certificate_returned_on:
            found.append(
                ActForm(
                    "certificate", _("发放证书和牌匾"),
                    [Input("number", _("证书编号")), Input("emblem", _("牌匾编号"), required=False)],
                    why_not(permissions.check_owner_decides, person, entry, on=on, verb="directory.enter"),
                )
            )  # fmt: skip
    elif entry.certificate_number and entry.certificate_returned_on is None:
        found.append(
            ActForm(
                "certificate_back", _("收回证书和牌匾"), [],
                why_not(permissions.check_owner_decides, person, entry, on=on, verb="directory.enter"),
            )
        )  # fmt: skip
    found.append(
        ActForm(
            "share", _("通报有关部门"),
            [Input("kind", _("类别"), "choice", choices=[("progress", _("工作成效")), ("problem", _("发现问题"))]),
             Input("text", _("通报内容"), "area"), Input("evidence", _("附件"), "file", required=False)],
            None, _("即时告知该矿山所在地各级部门，各部门签收。"), "outline-primary",
        )
    )  # fmt: skip
    return found


def _transfer(entry: Entry, person: Any, organisation: Any) -> ActForm:
    refusal = why_not(permissions.check_can_change, person, organisation, entry.region_code, on=today())
    return ActForm(
        "transfer", _("登记采矿权人变更"),
        [Input("enterprise", _("受让企业（企业编号或统一社会信用代码）")), Input("changed_on", _("变更日期"), "day"),
         Input("reason", _("变更事由"), "area"), Input("evidence", _("变更登记或批复"), "files")],
        refusal, _("登记后条目为“变更核实中”，优惠暂缓而不取消，由名录管理单位决定。整合、分立请到“变更”办理。"), "outline-primary",
    )  # fmt: skip


def _breached(entry: Entry) -> list[tuple[str, str]]:
    """The rules of removal whose finding stands as breached today, with their clause."""
    edition = current_edition()
    rows = FindingChange.objects.filter(mine=entry.mine, kind="removal", outcome="breached", current=True).order_by(
        "rule"
    )
    known = {rule.id: rule for rule in edition.rules}
    return [
        (one.rule, f"{cite(known[one.rule].provisions[0])} {both(known[one.rule].title)}")
        for one in rows
        if one.rule in known
    ]


@login_required
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Do something to an entry."""
    entry = entry_or_404(request, number)
    return forms.carry_out(request, ACTS, entry, lambda: _page(request, entry), lambda made: _onward(entry, made))


def _onward(entry: Entry, made: Any) -> str:
    if isinstance(made, Removal):
        return reverse("authority:removal", args=[made.number])
    if hasattr(made, "succession"):
        return reverse("authority:change", args=[made.number])
    return reverse("authority:entry", args=[entry.number])


def _propose(kind: str, request: HttpRequest, entry: Entry, who: dict[str, Any]) -> Removal:
    asked = request.POST
    files = forms.kept_files(request, "evidence", ("removal", entry.number), "移出证据")
    provision = "cn-2024-1/10.b" if kind == "standard" else asked.get("provision", "")
    ground = directory.Ground(
        kind, provision, asked.get("text", ""), rule=asked.get("rule", "") if kind == "rule" else ""
    )
    return directory.propose_removal(entry, ground, evidence_files=files, **who)


def _change_holder(request: HttpRequest, entry: Entry, who: dict[str, Any]) -> Any:
    asked = request.POST
    day = day_in(asked.get("changed_on", ""))
    if day is None:
        raise directory.CannotSettle("请填写变更日期", "give the day of the change")
    named = asked.get("enterprise", "").strip()
    firm = queries.enterprise_named(named)
    files = forms.kept_files(request, "evidence", ("mine", entry.mine), "变更材料")
    reported = directory.Reported(day, asked.get("reason", ""), files)
    return directory.change_holder(entry.mine, firm.key if firm else "", reported, **who)


def _share(request: HttpRequest, entry: Entry, who: dict[str, Any]) -> Any:
    return sharing.share(
        entry.mine,
        request.POST.get("kind", ""),
        request.POST.get("text", ""),
        upload=request.FILES.get("evidence"),
        **who,
    )


ACTS: forms.Acts = {
    "propose_rule": lambda request, entry, who: _propose("rule", request, entry, who),
    "propose_person": lambda request, entry, who: _propose("person", request, entry, who),
    "propose_standard": lambda request, entry, who: _propose("standard", request, entry, who),
    "transfer": _change_holder,
    "certificate": lambda request, entry, who: directory.issue_certificate(
        entry, directory.Certificate(request.POST.get("number", ""), request.POST.get("emblem", "")), **who
    ),
    "certificate_back": lambda _request, entry, who: directory.take_back_certificate(entry, **who),
    "share": _share,
}


@login_required
def file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """A file of the news about an entry's mine."""
    entry = entry_or_404(request, number)
    found = (
        queries.news_for(request.user, on=today())
        .filter(mine=entry.mine, evidence=provenance)
        .select_related("evidence__file")
        .first()
    )
    if found is None or found.evidence is None:
        raise Http404
    return file_response(request, found.evidence)
