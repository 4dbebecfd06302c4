"""What a commission rests on, as the pages show it (委托条件): who may commission, the agency's conditions, conflicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from greenmine.accounts import permissions
from greenmine.accounts import queries as accounts
from greenmine.accounts.models import Person
from greenmine.accounts.vocabulary import Level
from greenmine.assessors import actions as assessors
from greenmine.assessors import commissioning, conflicts, queries, standings
from greenmine.assessors.models import Agency, Confirmation, ConflictCheck, Engagement
from greenmine.assessors.permissions import can, check_can_commission
from greenmine.editions import standards
from greenmine.registry.models import Mine
from greenmine.web.components.clock import today
from greenmine.web.components.desk import current_edition
from greenmine.web.components.engagements import Who, acted, evidence_words, wanted_day

KINDS = {
    conflicts.SAME_PERSON: ("同一法人", "same legal person"),
    conflicts.CONTROL: ("控制关系", "control"),
    conflicts.STAFF: ("人员任职", "staff"),
    "business": ("业务往来", "business dealings"),
    "self_assessment_help": ("协助自评", "help with the self-assessment"),
}
TONES = {conflicts.CONFLICT: "red", conflicts.CLEAR: "green", conflicts.UNKNOWN: "azure"}
OUTCOMES = {
    conflicts.CONFLICT: ("存在", "conflict"),
    conflicts.CLEAR: ("不存在", "none"),
    conflicts.UNKNOWN: ("待核实", "unknown"),
}
MOST_CONFIRMATIONS = 100
MOST_PAYMENTS = 5


@login_required
def confirmations(request: HttpRequest) -> HttpResponse:
    """Recorded confirmations that a lower level may commission (下放委托确认), and the form that records one."""
    refused = acted(request, {"confirm": _confirm}) if request.method == "POST" else ""
    if request.method == "POST" and refused is None:
        return redirect("authority:engagement_confirmations")
    edition = current_edition()
    scope = accounts.reach(request.user, "engagements.see", on=today())
    rows = Confirmation.objects.filter(scope.condition(region="territory")).order_by("-confirmed_on", "-id")
    context = {
        "rows": [(one, level_words(one.level)) for one in rows[:MOST_CONFIRMATIONS]],
        "territories": _territories(edition, request),
        "may_record": permissions.can(request.user, "engagements.commission", on=today()),
        "error": refused,
        "typed": request.POST,
        "today": today(),
    }
    return render(request, "authority/engagement_confirmations.html", context, status=400 if refused else 200)


def _confirm(request: HttpRequest, by: Who) -> str:
    said = request.POST
    assessors.record_confirmation(
        said.get("territory", ""), said.get("level", ""), person=said.get("person", "")[:100],
        document=said.get("document", "")[:200],
        confirmed_on=wanted_day(request, "confirmed_on", "确认日期", "the day of the confirmation"),
        reason=said.get("reason", "")[:500], **by,
    )  # fmt: skip
    return _("已登记下放委托确认")


def _territories(edition: Any, request: HttpRequest) -> list[tuple[str, str]]:
    """The person's own division and the two levels below it, as the table of divisions has them."""
    found: list[str] = []
    for held in accounts.memberships(request.user, on=today()):
        own = held.organisation.division
        below = [row.code for row in edition.divisions.children(own, today())] if own else []
        lower = [row.code for code in below for row in edition.divisions.children(code, today())]
        found += [own, *below, *lower] if own else []
    return [(code, edition.divisions.full_name(code)) for code in sorted(set(found)) if code != "000000"]


def level_words(level: str) -> dict[str, str]:
    """A level of government in words."""
    zh, en = commissioning.NAMES[Level(level)]
    return {"zh": zh, "en": en}


def ground_of(region: str) -> dict[str, Any]:
    """Who commissions in a region today and on which clause; `found` is None where no text held says so."""
    edition, on = current_edition(), today()
    found = commissioning.ground(edition, region, on)
    if found is None:
        return {"found": None}
    confirmed = [
        (level_words(level), one)
        for level in (Level.CITY, Level.COUNTY)
        if level != found.level and (one := commissioning.confirmation(edition, region, level, on)) is not None
    ]
    return {"found": found, "level": level_words(found.level), "confirmed": confirmed}


def level(person: Person, engagement: Engagement, *, on: date) -> dict[str, Any]:
    """Who commissions here, and whether this person may."""
    edition = current_edition()
    joint = tuple(engagement.jointly_with)
    allowed, zh, en = can(check_can_commission, edition, person, engagement.region_code, jointly_with=joint, on=on)
    return {**ground_of(engagement.region_code), "allowed": allowed, "reason": {"zh": zh, "en": en}}


def conditions_shown(engagement: Engagement, *, on: date) -> list[dict[str, Any]]:
    """The agency's conditions where it would work, with clauses and what would settle an unknown."""
    return _conditions(queries.conditions(current_edition(), engagement.agency, engagement.region_code, on=on))


def _conditions(found: Any) -> list[dict[str, Any]]:
    return [
        {
            "finding": one,
            "binds": one not in found.hints,
            "provision": next(iter(one.rule.provisions), ""),
            "missing": one.missing if str(one.outcome) == "unknown" else (),
        }
        for one in found.findings
    ]


def preview(agency: Agency, mine: Mine) -> dict[str, Any]:
    """What would stand against this agency for this mine, before anything is drafted."""
    edition, on = current_edition(), today()
    ties = queries.conflicts_of(edition, agency, mine, on=on)
    return {
        "conditions": _conditions(queries.conditions(edition, agency, mine.region_code, on=on)),
        "ties": ties_shown([one.as_json() for one in ties]),
        "debarred": queries.debarment("agency", agency.key, on),
        "suspended": queries.is_suspended(edition, "agency", agency.key, mine.region_code, on),
    }


def ties_shown(findings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a conflict check as a table shows them."""
    return [
        {
            **one,
            "title": dict(zip(("zh", "en"), KINDS[one["kind"]], strict=True)),
            "tone": TONES[one["outcome"]],
            "words": dict(zip(("zh", "en"), OUTCOMES[one["outcome"]], strict=True)),
            "proofs": [evidence_words(mark) for mark in one["evidence"]],
        }
        for one in findings
    ]


def to_decide(check: ConflictCheck | None) -> bool:
    """Whether a check found conflicts on which nobody has decided."""
    return (
        check is not None and not check.decision and any(one["outcome"] == conflicts.CONFLICT for one in check.findings)
    )


def lacks_code(check: ConflictCheck | None, mine: Mine | None) -> bool:
    """Whether the check is unknown because nobody entered the holder's credit code."""
    if check is None or mine is None or mine.holder is None or mine.holder.credit_code:
        return False
    return any(one["kind"] == conflicts.SAME_PERSON and one["outcome"] == conflicts.UNKNOWN for one in check.findings)


def prepares(person: Person, engagement: Engagement, *, on: date) -> bool:
    """Whether the person prepares engagements in this region."""
    return permissions.can(person, "engagements.prepare", on=on, region=engagement.region_code)


def agencies_to_choose(most: int) -> list[dict[str, Any]]:
    """The agencies of the register with where they stand, those that can be engaged first."""
    listed = list(queries.agencies()[:most])
    on = today()
    found = standings.standings(listed, on=on)
    held = standings.suspended([one.key for one in listed], on=on)
    rows = [{"agency": one, "standing": found[one.key], "suspended": one.key in held} for one in listed]
    return sorted(rows, key=lambda row: (row["standing"] not in ("eligible", "engaged"), row["agency"].key))


def sets() -> list[Any]:
    """The indicator sets in force today."""
    return standards.listed(today())


def payment_rows(typed: Any) -> list[tuple[str, str, str]]:
    """The lines of the form for payments: what was typed, or two usual ones to fill in."""
    rows = list(zip(typed.getlist("pay_name"), typed.getlist("pay_after"), typed.getlist("pay_amount"), strict=False))
    return (rows or [("", "accepted", ""), ("", "received", ""), ("", "rated", "")])[:MOST_PAYMENTS]
