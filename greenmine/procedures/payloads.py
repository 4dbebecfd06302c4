"""What is given with a step (办理内容): plain values that can be stored, the day of service, minutes and votes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from greenmine.law.steps import Step
from greenmine.procedures.models import Case
from greenmine.procedures.permissions import CannotTake

SERVED = "served_on"  # a step that serves a paper names its day: clocks run from it
MINUTES, VOTES = "minutes", "votes"
VOTE_WORDS = {"for": "赞成", "against": "反对", "abstain": "弃权"}
LONGEST_TEXT = 20_000
LONGEST_NAME = 100
DEEPEST = 8


def storable(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values only: days as text, no NUL; a text of unreasonable length is refused."""
    return {name: _plain(name, value) for name, value in payload.items()}


def _plain(name: str, value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise CannotTake(f"“{name}”嵌套过深", f"“{name}” is nested too deeply")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(name, one, depth + 1) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(name, one, depth + 1) for key, one in value.items()}
    if not isinstance(value, str):
        return value
    return written(name, value)


def written(name: str, value: str) -> str:
    """A text without what no database stores; one of unreasonable length is refused."""
    text = value.replace("\0", "").encode("utf-8", "ignore").decode().strip()
    if len(text) > LONGEST_TEXT:
        raise CannotTake(f"“{name}”最多 {LONGEST_TEXT} 字", f"“{name}” has at most {LONGEST_TEXT} characters")
    return text


def counts_from(payload: Mapping[str, Any], case: Case, *, on: date) -> date:
    """The day of service where the step names one: neither before the case nor after today."""
    if not payload.get(SERVED):
        return on
    try:
        day = date.fromisoformat(str(payload[SERVED]))
    except ValueError:
        raise CannotTake(
            "送达日期无效，应为 2026-11-20 的写法", "the day of service is no day like 2026-11-20"
        ) from None
    if not case.opened_on <= day <= on:
        raise CannotTake("送达日期应在立案之后、今天以前", "the day of service lies between the opening and today")
    return day


def check_votes(step: Step, payload: Mapping[str, Any]) -> None:
    """A collective decision (集体决策) has minutes, enough votes by different people, and more than half of them for it."""
    if not step.is_collective:
        return
    zh, en = step.title["zh"], step.title["en"]
    if payload.get(MINUTES) in (None, "", [], {}):
        raise CannotTake(f"“{zh}”须附会议纪要", f"“{en}” needs the minutes of the meeting")
    votes = payload.get(VOTES)
    if not isinstance(votes, list) or not all(isinstance(one, Mapping) for one in votes):
        raise CannotTake(f"“{zh}”须登记表决情况", f"“{en}” needs the votes")
    names = [str(one.get("name", "")).strip() for one in votes]
    if len(votes) < step.members:
        raise CannotTake(
            f"“{zh}”须至少 {step.members} 人表决，现为 {len(votes)} 人",
            f"“{en}” needs {step.members} votes at least; there are {len(votes)}",
        )
    if not all(names) or len(set(names)) != len(names) or any(len(name) > LONGEST_NAME for name in names):
        raise CannotTake("表决人须逐一列明，不得重复", "each vote names a different person")
    for name, one in zip(names, votes, strict=True):
        if one.get("vote") not in VOTE_WORDS:
            raise CannotTake(f"{name}的表决应为赞成、反对或弃权", f"{name} votes for, against or abstains")
        if one["vote"] != "for" and not str(one.get("reason") or "").strip():
            raise CannotTake(f"{name}{VOTE_WORDS[one['vote']]}，须写明理由", f"{name} does not vote for it: say why")
    agreed = sum(one["vote"] == "for" for one in votes)
    if agreed * 2 <= len(votes):
        raise CannotTake(
            f"赞成 {agreed} 人，未超过表决人数 {len(votes)} 人的半数，不能办理“{zh}”",
            f"{agreed} of {len(votes)} votes are for it, not more than half: “{en}” cannot be taken",
        )
