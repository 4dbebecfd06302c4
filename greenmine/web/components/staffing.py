"""Entering the people of an agency (评估人员), as the register's keeper and the agency itself do it: the same forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from greenmine.accounts.models import Membership, Person
from greenmine.assessors import actions as assessors
from greenmine.assessors import queries
from greenmine.assessors.models import Agency, Assessor, Employment
from greenmine.web.components.engagements import (
    Unreadable,
    Who,
    kept,
    wanted_day,
    wanted_day_or_none,
)
from greenmine.web.components.numbers import number_in

LONGEST = 200


def employ(request: HttpRequest, agency: Agency, by: Who) -> str:
    """Enter that somebody works for the agency."""
    said = request.POST
    person = assessors.NewAssessor(
        name=said.get("name", "")[:100],
        grade=said.get("grade", "none"),
        disciplines=tuple(said.getlist("discipline")),
        qualification=said.get("qualification", "").strip()[:LONGEST],
        identity_number=said.get("identity_number", "").strip(),
        account=_account(agency, said.get("account", "")),
    )
    made = assessors.employ(
        agency, person, since=wanted_day(request, "since", "入职日期", "the day since when"),
        full_time=said.get("full_time") == "yes", **by,
    )  # fmt: skip
    return _("已登记 %(name)s 入职") % {"name": made.assessor.name}


def leave(request: HttpRequest, agency: Agency, by: Who) -> str:
    """Enter that somebody left."""
    employment = _employment(request, agency)
    assessors.end_employment(employment, until=wanted_day(request, "until", "离职日期", "the day of leaving"), **by)
    return _("已登记离职")


def train(request: HttpRequest, agency: Agency, by: Who) -> str:
    """Record a training and its test."""
    said = request.POST
    assessor = _assessor(request, agency, by)
    passed = {"yes": True, "no": False}.get(said.get("passed", ""))
    day = wanted_day(request, "trained_on", "培训日期", "the day of the training")
    proof = kept(request, ("agency", agency.key), by, title=said.get("title", ""))
    assessors.record_training(
        assessor, said.get("title", "")[:LONGEST], trained_on=day, hours=_figure(request, "hours", "学时", "the hours"),
        score=_figure(request, "score", "考核成绩", "the mark"), passed=passed, evidence=proof, **by,
    )  # fmt: skip
    return _("已登记培训")


def former_house(request: HttpRequest, agency: Agency, by: Who) -> str:
    """Record where somebody worked before; conflicts are checked against it."""
    said = request.POST
    assessors.add_former_house(
        _assessor(request, agency, by), said.get("house", "")[:LONGEST],
        credit_code=said.get("house_code", "").strip().upper()[:18],
        since=wanted_day_or_none(request, "house_since", "起始日期", "the first day"),
        until=wanted_day_or_none(request, "house_until", "截止日期", "the last day"), **by,
    )  # fmt: skip
    return _("已登记工作经历")


def entry(request: HttpRequest, agency: Agency, by: Who) -> str:
    """Add a line to the agency's record."""
    said = request.POST
    proof = kept(request, ("agency", agency.key), by)
    assessors.add_entry(
        agency, said.get("entry_kind", ""), said.get("entry_text", ""), departments=said.get("departments", "").split("、"),
        result=said.get("result", "")[:LONGEST], evidence=proof, **by,
    )  # fmt: skip
    return _("已记入机构档案")


STAFF_ACTS = {"employ": employ, "leave": leave, "train": train, "former_house": former_house, "entry": entry}


def accounts_of(agency: Agency, *, on: date) -> list[Person]:
    """The people of the agency's account who are not entered as assessors yet."""
    held = Membership.objects.filter(organisation__key=agency.organisation, since__lte=on).exclude(until__lte=on)
    taken = Assessor.objects.filter(account__isnull=False).values("account")
    return list(Person.objects.filter(memberships__in=held).exclude(pk__in=taken).distinct().order_by("name"))


def trained_of(assessor: Assessor, on: date) -> dict[str, Any]:
    """The latest training of a person and whether one was passed: yes, no, or not known."""
    held = sorted((one for one in assessor.trainings.all() if one.on <= on), key=lambda one: (one.on, one.pk))
    passed = True if any(one.passed for one in held) else (held[-1].passed if held else None)
    return {"last": held[-1] if held else None, "passed": passed, "count": len(held)}


def _account(agency: Agency, typed: str) -> Person | None:
    if not typed:
        return None
    found = Membership.objects.filter(organisation__key=agency.organisation, person__username=typed)
    member = found.exclude(organisation__key="").select_related("person").first()
    if member is None:
        raise Unreadable("该账号不属于本机构", "that account is not one of the agency's")
    return member.person


def _employment(request: HttpRequest, agency: Agency) -> Employment:
    found = agency.employments.filter(pk=number_in(request.POST.get("employment", "")) or 0).first()
    if found is None:
        raise Unreadable("没有这条任职记录，请刷新页面", "there is no such employment: reload the page")
    return found


def _assessor(request: HttpRequest, agency: Agency, by: Who) -> Assessor:
    key = request.POST.get("assessor", "")
    found = next((one for one in queries.staff(agency, on=by["on"]) if one.key == key), None)
    if found is None:
        raise Unreadable("请选择本机构在职人员", "choose somebody who works for the agency")
    return found


def _figure(request: HttpRequest, name: str, zh: str, en: str) -> Decimal | None:
    typed = request.POST.get(name, "").strip()
    if not typed:
        return None
    try:
        found = Decimal(typed)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found < 1000:  # noqa: PLR2004 -- what the field holds
        raise Unreadable(f"{zh}应为数字", f"{en} is a figure")
    return round(found, 2)
