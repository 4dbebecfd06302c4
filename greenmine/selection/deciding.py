"""Collective decisions and expert reviews (集体研究、专家论证): minutes, every vote with its reason, and what the count says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from greenmine.selection.models import Application, Meeting, Vote
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.recording import Act

LEAST = 3  # as the step tables say; they refuse a decision with fewer


def hold(application: Application, kind: str, given: Mapping[str, Any], act: Act, *, carried: bool) -> Meeting:
    """Keep a meeting with its votes; the step must say what the count says."""
    votes: Sequence[Mapping[str, Any]] = given["votes"]
    if given["held_on"] > act.on:
        raise CannotSelect("会议日期不能晚于今天", "the meeting lies ahead")
    if given["held_on"] < application.state_since:
        raise CannotSelect("会议日期早于该申报进入本环节的日期", "the meeting lies before the application came here")
    count = {how: sum(one["vote"] == how for one in votes) for how in Vote.How.values}
    _check_votes(votes, carried=carried)
    meeting = Meeting.objects.create(
        application=application, kind=kind, held_on=given["held_on"], chair=given["chair"][:100],
        minutes_id=given["minutes"], favour=count["for"], against=count["against"], abstained=count["abstain"],
        carried=carried, reasons=given["reasons"], by=act.who, on=act.on,
    )  # fmt: skip
    Vote.objects.bulk_create(
        Vote(
            meeting=meeting, name=one["name"][:100], organisation=one["organisation"][:200], vote=one["vote"],
            reason=one["reason"][:1000],
        )
        for one in votes
    )  # fmt: skip
    return meeting


def _check_votes(votes: Sequence[Mapping[str, Any]], *, carried: bool) -> None:
    if len(votes) < LEAST:
        raise CannotSelect(f"至少 {LEAST} 人参加表决", f"at least {LEAST} people vote")
    if len({one["name"] for one in votes}) < len(votes):
        raise CannotSelect("表决人重复", "somebody votes twice")
    for one in votes:
        if one["vote"] not in Vote.How.values:
            raise CannotSelect(
                f"{one['name']}的表决应为同意、反对或弃权", f"{one['name']} votes for, against or abstains"
            )
        if one["vote"] != Vote.How.FOR and not one["reason"]:
            raise CannotSelect(f"{one['name']}未同意，须写明理由", f"{one['name']} does not vote for it: say why")
    favour = sum(one["vote"] == Vote.How.FOR for one in votes)
    if (favour * 2 > len(votes)) is not carried:
        said = "已过半数，不能按未通过办理" if not carried else "未过半数，不能按通过办理"
        raise CannotSelect(
            f"同意 {favour} 票，共 {len(votes)} 票，{said}",
            f"{favour} of {len(votes)} are for it: the step says the opposite of the count",
        )
