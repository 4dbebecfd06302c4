"""What can be asked of gates: the checks about something, the latest of a mine, who passed what, and the same again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from greenmine.accounts import queries as accounts
from greenmine.editions import gates as tables
from greenmine.editions import queries as editions
from greenmine.evaluation.gating import FINE
from greenmine.gates import judging, surroundings
from greenmine.gates.models import GateCheck, GatePass
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Whether a check comes to the very same again (复算), and why not; `since` is what has changed around it."""

    same: bool
    why: tuple[Words, ...]
    since: tuple[Words, ...]


def checks_for(person: Any, *, on: date) -> QuerySet[GateCheck]:
    """The checks within a person's reach, the latest first."""
    scope = accounts.reach(person, "gates.see", on=on)
    found = GateCheck.objects.filter(scope.condition(region="region_code", enterprise="holder"))
    return found.select_related("passed").order_by("-id")


def checks_about(kind: str, key: str) -> QuerySet[GateCheck]:
    """Every check about something (an application), in order."""
    return GateCheck.objects.filter(about_kind=kind, about_key=key).select_related("passed").order_by("id")


def latest(mine_key: str, gate: str) -> GateCheck | None:
    """The latest check of a mine at a gate."""
    found = GateCheck.objects.filter(mine=mine_key, gate=gate).select_related("passed")
    return found.order_by("-id").first()


def history(mine_key: str) -> QuerySet[GateCheck]:
    """Every check of a mine, the latest first."""
    return GateCheck.objects.filter(mine=mine_key).select_related("passed").order_by("-id")


def passes_of(mine_key: str) -> QuerySet[GatePass]:
    """Every pass of a mine on a written ground, the latest first."""
    return GatePass.objects.filter(mine=mine_key).select_related("check_passed").order_by("-id")


def passes_about(kind: str, key: str) -> QuerySet[GatePass]:
    """The passes about something (an application), in order."""
    return GatePass.objects.filter(about_kind=kind, about_key=key).select_related("check_passed").order_by("id")


def passes_to_publish() -> QuerySet[GatePass]:
    """The passes the public has not been shown yet."""
    return GatePass.objects.filter(published_on__isnull=True).select_related("check_passed").order_by("id")


def pass_for(check: GateCheck) -> GatePass | None:
    """The pass under which a closed check let a step through: over exactly its closing lines."""
    if check.is_open:
        return None
    found = GatePass.objects.filter(
        gate=check.gate, mine=check.mine, about_kind=check.about_kind, about_key=check.about_key,
        closing_digest=check.closing_digest,
    )  # fmt: skip
    return found.order_by("-id").first()


def recompute(check: GateCheck) -> Recomputed:
    """Judge again what a check judged (复算): same day, same moment of knowledge, same law, same gates, bit for bit."""
    try:
        edition = editions.stored(check.edition)
    except KeyError:
        zh, en = f"规则版本 {check.edition[:12]} 已不在本系统", f"edition {check.edition[:12]} is not stored here"
        return Recomputed(same=False, why=({"zh": zh, "en": en},), since=())
    book = tables.read_kept(check.book.content)
    again = judging.judge_again(
        book, check.gate, check.mine, edition, check.beside, on=check.on, known_at=check.known_at
    )  # fmt: skip
    why = list(_differences(check, again.facts_digest, [line.as_json() for line in again.told]))
    fine = [line.key for line in again.lines if line.outcome == FINE]
    if not why and (again.lines_digest != check.lines_digest or fine != check.fine):
        why.append({"zh": "未列出的核验项有变", "en": "lines with nothing to say differ"})
    return Recomputed(same=not why, why=tuple(why), since=tuple(_since(check, book)))


def _differences(check: GateCheck, facts: str, lines: list[dict[str, Any]]) -> list[Words]:
    """What differs between the lines kept and the lines come to."""
    found: list[Words] = []
    if facts != check.facts_digest:
        found.append({
            "zh": "当时所知的事实与记录不同（可能有后提交的事务，或记录被改动）",
            "en": "the facts known then differ from what was recorded: a transaction that committed later, or altered records",
        })  # fmt: skip
    before = {line["key"]: line for line in check.lines}
    after = {line["key"]: line for line in lines}
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one == other:
            continue
        shown = one or other or {}
        found.append({
            "zh": f"{shown['what']['zh']}：原为{_outcome(one, 'zh')}，复算为{_outcome(other, 'zh')}",
            "en": f"{shown['what']['en']}: was {_outcome(one, 'en')}, comes to {_outcome(other, 'en')}",
        })  # fmt: skip
    return found


OUTCOMES = {
    "stops": {"zh": "不符合", "en": "stops"},
    "unknown": {"zh": "待核实", "en": "unknown"},
    "stale": {"zh": "已过时效", "en": "stale"},
    "risk": {"zh": "风险提示", "en": "risk"},
    "fine": {"zh": "通过", "en": "fine"},
}


def _outcome(line: Mapping[str, Any] | None, language: str) -> str:
    return OUTCOMES["fine" if line is None else line["outcome"]][language]


def _since(check: GateCheck, book: tables.Book) -> list[Words]:
    """What the registers beside the facts say of that day now, where it is something else than was seen."""
    try:
        mine = registry.mine(check.mine)
    except Mine.DoesNotExist:
        return [{"zh": "该矿山已从登记中撤回", "en": "the mine was withdrawn from the registry"}]
    now = {line["key"]: line for line in surroundings.seen(book.gate(check.gate), mine, on=check.on)}
    then = {line["key"]: line for line in check.beside}
    return [
        {
            "zh": f"旁证有变：{(now.get(key) or then[key])['what']['zh']}",
            "en": f"seen beside, now different: {(now.get(key) or then[key])['what']['en']}",
        }
        for key in sorted(now.keys() | then.keys())
        if now.get(key) != then.get(key)
    ]
