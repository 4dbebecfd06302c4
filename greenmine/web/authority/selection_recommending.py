"""Recommending on the page of a national batch (推荐国家级): the ranking for the province, what waits for the decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.selection import recommending as room
from greenmine.selection.models import Batch
from greenmine.selection.models.applications import Tier
from greenmine.web.components.selection import REFUSALS
from greenmine.web.components.templatetags.scoring import points

MOST_SHOWN = 200


def recommending(batch: Batch, person: Person, organisation: Organisation, typed: Any, *, on: date) -> dict[str, Any]:
    """What the page shows of recommendations: nothing on a provincial batch."""
    if batch.tier != Tier.NATIONAL:
        return {"national": False}
    province = organisation.level == "province"
    rows = batch.recommendations.order_by("-id")
    if province:
        rows = rows.filter(province=organisation.division)
    proposes = province and _may_propose(batch, person, organisation, on)
    names = {one["mine"]: one["name"] for row in rows for one in row.ranking}
    return {
        "national": True,
        "recommendations": [
            {"row": row, "chosen": [{**one, "name": names.get(one["mine"], one["mine"])} for one in row.chosen],
             "refusal": _refusal(person, row.proposed_by_id, organisation.division, on)}
            for row in rows
        ],
        "quota": room.quota_on(on) if province else None,
        "candidates": _candidates(organisation, typed) if proposes else [],
        "proposes": proposes,
    }  # fmt: skip


def _candidates(organisation: Organisation, typed: Any) -> list[dict[str, Any]]:
    """The ranking of the day, with what was ticked and typed."""
    chosen = set(typed.getlist("mine")) if typed else set()
    return [
        {
            "candidate": one,
            "points": points(one.points),
            "checked": one.mine in chosen,
            "reason": typed.get(f"reason-{one.mine}", "") if typed else "",
        }
        for one in room.candidates(organisation.division)[:MOST_SHOWN]
    ]


def _may_propose(batch: Batch, person: Person, organisation: Organisation, on: date) -> bool:
    try:
        accounts.check_can(person, "directory.change", on=on, region=organisation.division)
        room.check_takes_recommendations(batch, organisation, on=on)
    except REFUSALS:
        return False
    return True


def _refusal(person: Person, proposed_by: int, division: str, on: date) -> Exception | None:
    """Why this person does not decide on a proposal."""
    try:
        accounts.check_can(person, "directory.recommend", on=on, region=division)
        accounts.check_is_not_proposer(person, proposed_by)
    except REFUSALS as refused:
        return refused
    return None
