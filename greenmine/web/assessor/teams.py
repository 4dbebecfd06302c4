"""Choosing a team (组建评估组): who of the agency's people may be on it, who may not and why, which fields are covered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from greenmine.assessors import conditions, conflicts, queries
from greenmine.assessors.models import Assessor, Debarment, Declaration, Engagement, Suspension, TeamMember
from greenmine.assessors.models.people import Discipline
from greenmine.editions.edition import Edition
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine


def candidates(edition: Edition, engagement: Engagement, typed: Any, *, on: date) -> list[dict[str, Any]]:
    """Everybody employed today: the fields to choose from, or the reasons why he cannot be on this team."""
    rows = queries.employed(engagement.agency, on=on).prefetch_related("assessor__former_houses", "assessor__trainings")
    people = [one.assessor for one in rows]
    present = {one.assessor_id: one for one in queries.team_of(engagement)}
    why = _reasons(edition, engagement, people, on)
    return [
        {
            "assessor": one,
            "fields": [_field(one, code, present.get(one.pk), typed) for code in one.disciplines],
            "leads": typed.get("leader") == one.key if typed else bool(present.get(one.pk) and present[one.pk].leader),
            "reasons": why[one.key],
            "passed": any(training.passed and training.on <= on for training in one.trainings.all()),
        }
        for one in people
    ]


def covered(edition: Edition, team: Iterable[TeamMember], *, on: date) -> list[dict[str, Any]]:
    """The five fields, each with whether the team covers it."""
    missing = conditions.uncovered(edition, [one.disciplines for one in team], on=on)
    return [{"code": code, "words": words, "covered": code not in missing} for code, words in Discipline.choices]


def _field(assessor: Assessor, code: str, present: TeamMember | None, typed: Any) -> dict[str, Any]:
    chosen = code in typed.getlist(f"field-{assessor.key}") if typed else bool(present and code in present.disciplines)
    return {"code": code, "words": str(Discipline(code).label), "chosen": chosen}


def _reasons(
    edition: Edition, engagement: Engagement, people: list[Assessor], on: date
) -> dict[str, list[dict[str, str]]]:
    """Key → why not, in words; a few queries for all of them, and the tie check for each."""
    keys = [one.key for one in people]
    debarred = Debarment.objects.filter(kind="assessor", key__in=keys, since__lte=on, until__gt=on)
    out = {one.key: one for one in debarred.exclude(revoked_on__lte=on)}
    held = Suspension.objects.filter(kind="assessor", key__in=keys, since__lte=on).exclude(until__lte=on)
    stopped = {one.key for one in held if edition.covers(one.region_code, engagement.region_code, on)}
    aside = set(engagement.recusals.filter(party=Declaration.Party.ASSESSOR).values_list("key", flat=True))
    mine = registry.standing_mines().select_related("holder").filter(key=engagement.mine).first()
    declarations = list(engagement.declarations.all())
    spoke = {one.key for one in declarations}
    found: dict[str, list[dict[str, str]]] = {key: [] for key in keys}
    for one in people:
        said = found[one.key]
        if one.key in out:
            until = out[one.key].until
            said.append({"zh": f"已列入黑名单，至 {until} 前不予采信", "en": f"debarred until before {until}"})
        if one.key in stopped:
            said.append({"zh": "该地区已暂停承接", "en": "suspended in this region"})
        if one.key in aside:
            said.append({"zh": "已在本委托中回避", "en": "stood aside from this engagement"})
        if one.former_houses.all() or one.key in spoke:  # whoever has neither has no recorded tie
            said += _ties(edition, one, mine, declarations, on)
        if not one.disciplines:
            said.append({"zh": "未登记专业", "en": "no field is registered"})
    return found


def _ties(
    edition: Edition, assessor: Assessor, mine: Mine | None, declarations: list[Declaration], on: date
) -> list[dict[str, str]]:
    if mine is None:
        return []
    found = conflicts.ties_of_person(edition, assessor, mine, on=on, declarations=declarations)
    return [{"zh": one.zh, "en": one.en} for one in conflicts.conflicts(found)]
