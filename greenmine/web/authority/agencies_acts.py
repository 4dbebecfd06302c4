"""What is done on an agency's page (评估机构登记与审核): each act reads its form and calls the room."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from greenmine.accounts.models import Organisation
from greenmine.assessors import actions as assessors
from greenmine.assessors.models import Agency, Suspension
from greenmine.web.authority.asked import number_in
from greenmine.web.components.engagements import Unreadable, Who, kept, wanted_day_or_none
from greenmine.web.components.staffing import STAFF_ACTS

NO_ACCOUNT = Unreadable("没有这个单位账号", "there is no such account")


def register(request: HttpRequest, by: Who) -> Agency:
    """Enter an agency as the form says."""
    said = request.POST
    account = _account(said.get("account", "")) if said.get("account") else None
    return assessors.register_agency(
        said.get("name", "")[:200],
        credit_code=said.get("credit_code", "").strip().upper()[:18],
        kind=said.get("kind", ""),
        independent_legal_person={"yes": True, "no": False}.get(said.get("legal_person", "")),
        representative=said.get("representative", "")[:100],
        region_code=_region(said.get("region_code", "")),
        account=account,
        looked_up=said.get("looked_up") == "yes",
        **by,
    )


def check(request: HttpRequest, agency: Agency, by: Who) -> str:
    """Record what a person found of the agency's conditions."""
    said = request.POST
    if said.get("eligible") not in ("yes", "no") or said.get("capable") not in ("yes", "no"):
        raise Unreadable("请选择业务能力和审核结果", "choose the capacity and the result")
    proof = kept(request, ("agency", agency.key), by)
    assessors.check_agency(
        agency, eligible=said["eligible"] == "yes", capable=said["capable"] == "yes",
        reason=said.get("check_reason", "")[:500], evidence=proof, **by,
    )  # fmt: skip
    return _("已登记资格审核结果")


def link(request: HttpRequest, agency: Agency, by: Who) -> str:
    """Say which account is the agency's."""
    assessors.link_account(agency, _account(request.POST.get("account", "")), **by)
    return _("已关联账号")


def suspend(request: HttpRequest, agency: Agency, by: Who) -> str:
    """Give it no new work for now, within one's own region."""
    assessors.suspend(
        "agency", agency.key, request.POST.get("suspend_reason", "")[:500], region_code=by["organisation"].division,
        until=wanted_day_or_none(request, "suspend_until", "截止日期", "the last day"), **by,
    )  # fmt: skip
    return _("已暂停该机构在本地区承接评估")


def lift(request: HttpRequest, agency: Agency, by: Who) -> str:
    """End a suspension."""
    found = Suspension.objects.filter(
        kind="agency", key=agency.key, pk=number_in(request.POST.get("suspension", "")) or 0
    ).first()
    if found is None:
        raise Unreadable("没有这条暂停记录，请刷新页面", "there is no such suspension: reload the page")
    assessors.lift_suspension(found, request.POST.get("lift_reason", "")[:500], **by)
    return _("已恢复承接")


ACTS = {"check": check, "link": link, "suspend": suspend, "lift": lift, **STAFF_ACTS}


def _account(key: str) -> Organisation:
    found = Organisation.objects.filter(key=key).first()
    if found is None:
        raise NO_ACCOUNT
    return found


def _region(typed: str) -> str:
    """Six digits or nothing."""
    text = typed.strip()
    if text and not (text.isascii() and text.isdecimal() and len(text) == 6):  # noqa: PLR2004 -- a division has six digits
        raise Unreadable("登记地应为六位行政区划代码", "the place is a division's six digits")
    return text
