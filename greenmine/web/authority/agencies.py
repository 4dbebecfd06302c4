"""The register of assessment agencies (评估机构名录): the list, one agency's record, entering and checking one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions
from greenmine.accounts.models import Organisation
from greenmine.accounts.vocabulary import Kind
from greenmine.assessors import queries, standings
from greenmine.assessors.models import Agency, AgencyEntry, Performance, Suspension
from greenmine.assessors.models.people import Discipline, Grade
from greenmine.evidence import queries as evidence
from greenmine.web.authority.agencies_acts import ACTS, register
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition, refuse_unless
from greenmine.web.components.engagements import REFUSALS, acted, line_of, who
from greenmine.web.components.files import file_response
from greenmine.web.components.staffing import trained_of
from greenmine.web.components.templatetags.regime import both, place
from greenmine.web.components.workbooks import workbook_response

PAGE = 50
MOST_EXPORTED = 20_000
MOST_SHOWN = 50
FILTERS = ("q", "kind", "held")
HELD = {
    "debarred": gettext_lazy("列入黑名单"),
    "suspended": gettext_lazy("暂停承接"),
    "unchecked": gettext_lazy("从未审核"),
    "open": gettext_lazy("有在办委托"),
}
STANDINGS = {
    "debarred": ("red", gettext_lazy("列入黑名单，不予采信")),
    "to_be_checked": ("azure", gettext_lazy("待资格审核")),
    "ineligible": ("orange", gettext_lazy("审核不合格")),
    "engaged": ("green", gettext_lazy("合格，有在办委托")),
    "eligible": ("green", gettext_lazy("合格")),
}


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The register, by permanent number."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    found = _filtered(filters)
    if after := request.GET.get("after", ""):
        found = found.filter(key__gt=after)
    page = list(found[: PAGE + 1])
    context = {
        "rows": _rows(page[:PAGE]),
        "next_after": page[PAGE - 1].key if len(page) > PAGE else "",
        "filters": filters,
        "filtered": any(filters.values()),
        "querystring": request.GET.urlencode(),
        "kinds": Agency.Kind.choices,
        "held": HELD.items(),
    }
    return render(request, "authority/agencies.html", context)


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The register as filtered, as a workbook."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    titles = [
        _("编号"), _("机构"), _("信用代码"), _("性质"), _("独立法人"), _("登记地"), _("状态"), _("暂停承接"), _("登记日期"),
    ]  # fmt: skip
    words = {True: _("是"), False: _("否"), None: _("待核实")}
    lines = [
        [
            one.key, one.name, one.credit_code, one.get_kind_display(), words[one.independent_legal_person],
            place(one.region_code) if one.region_code else "", row["standing"][1], _("是") if row["suspended"] else "",
            one.registered_on,
        ]
        for row in _rows(list(_filtered(filters)[:MOST_EXPORTED]))
        for one in [row["agency"]]
    ]  # fmt: skip
    return workbook_response(f"{_('评估机构')}-{today().isoformat()}.xlsx", [(_("评估机构"), titles, lines)])


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Enter an agency."""
    refuse_unless(request, "agencies.manage")
    error = ""
    if request.method == "POST":
        person, organisation = acting_for(request)
        try:
            made = register(request, who(person, organisation))
        except REFUSALS as refused:
            error = both(refused)
        else:
            return redirect("authority:agency", made.key)
    context = {
        "typed": request.POST,
        "error": error,
        "kinds": [one for one in Agency.Kind.choices if one[0] != Agency.Kind.OTHER],
        "accounts": _free_accounts(),
    }
    return render(request, "authority/agency_new.html", context, status=400 if error else 200)


@login_required
def page(request: HttpRequest, key: str) -> HttpResponse:
    """One agency: conditions with reasons, staff, record, work, sanctions."""
    return render(request, "authority/agency.html", _context(request, _agency_or_404(key)))


@login_required
@require_POST
def act(request: HttpRequest, key: str) -> HttpResponse:
    """Check, link, suspend, write a line of the record, enter people and trainings."""
    agency = _agency_or_404(key)
    refused = acted(request, ACTS, agency)
    if refused is None:
        return redirect("authority:agency", key)
    shown = {"error": refused, "typed": request.POST}
    return render(request, "authority/agency.html", _context(request, agency) | shown, status=400)


@login_required
def file(request: HttpRequest, key: str, provenance: int) -> Any:
    """A file kept with an agency's record."""
    agency = _agency_or_404(key)
    found = evidence.about("agency", agency.key).filter(pk=provenance).first()
    if found is None:
        raise Http404
    return file_response(request, found)


def _context(request: HttpRequest, agency: Agency) -> dict[str, Any]:
    on, edition = today(), current_edition()
    may_manage = permissions.can(request.user, "agencies.manage", on=on)
    conditions = queries.conditions(edition, agency, agency.region_code or None, on=on)
    employed = list(queries.employed(agency, on=on).prefetch_related("assessor__trainings"))
    own = queries.engagements_for(request.user, on=on).filter(agency=agency)
    return {
        "agency": agency,
        "standing": STANDINGS[queries.standing_of(agency, on=on)],
        "may_manage": may_manage,
        "findings": [
            {
                "finding": one,
                "binds": one not in conditions.hints,
                "provision": next(iter(one.rule.provisions), ""),
                "missing": one.missing if str(one.outcome) == "unknown" else (),
            }
            for one in conditions.findings
        ],
        "staff": [{"employment": one, "trained": trained_of(one.assessor, on)} for one in employed],
        "left": list(agency.employments.filter(until__lte=on).select_related("assessor").order_by("-until")[:MOST_SHOWN]),
        "turnover": queries.turnover(agency, on=on),
        "checks": list(agency.checks.order_by("-on", "-id")[:MOST_SHOWN]),
        "entries": list(agency.entries.select_related("evidence").order_by("-on", "-id")[:MOST_SHOWN]),
        "entry_kinds": AgencyEntry.Kind.choices,
        "debarments": list(queries.debarments("agency", agency.key)),
        "suspensions": list(Suspension.objects.filter(kind="agency", key=agency.key).order_by("-since", "-id")),
        "engagements": [line_of(one, on=on) for one in own[:MOST_SHOWN]],
        "performances": list(
            Performance.objects.filter(engagement__in=own.order_by()).select_related("engagement").order_by("-on", "-id")[:MOST_SHOWN]
        ),
        "accounts": _free_accounts() if may_manage and not agency.organisation else [],
        "grades": Grade.choices,
        "disciplines": Discipline.choices,
        "today": on,
    }  # fmt: skip


def _rows(agencies: list[Agency]) -> list[dict[str, Any]]:
    on = today()
    found = standings.standings(agencies, on=on)
    held = standings.suspended([one.key for one in agencies], on=on)
    return [{"agency": one, "standing": STANDINGS[found[one.key]], "suspended": one.key in held} for one in agencies]


def _filtered(filters: dict[str, str]) -> QuerySet[Agency]:
    found, on = queries.agencies(), today()
    for word in filters["q"].split():
        found = found.filter(Q(name__icontains=word) | Q(credit_code__icontains=word) | Q(key__icontains=word))
    if filters["kind"]:
        found = found.filter(kind=filters["kind"])
    if filters["held"] == "debarred":
        found = found.filter(key__in=standings.debarred_keys(on=on))
    elif filters["held"] == "suspended":
        keys = Suspension.objects.filter(kind="agency", since__lte=on).exclude(until__lte=on).values("key")
        found = found.filter(key__in=keys)
    elif filters["held"] == "unchecked":
        found = found.filter(checks__isnull=True)
    elif filters["held"] == "open":
        found = found.filter(engagements__state__in=queries.ENGAGED).distinct()
    return found


def _agency_or_404(key: str) -> Agency:
    found = Agency.objects.filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _free_accounts() -> list[Organisation]:
    """The accounts of agencies that belong to no agency of the register yet."""
    taken = Agency.objects.exclude(organisation="").values("organisation")
    return list(Organisation.objects.filter(kind=Kind.AGENCY).exclude(key__in=taken).order_by("name")[:200])
