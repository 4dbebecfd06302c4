"""What can happen to a province's pool of experts (专家库): entered, conflicts declared, drawn by a published seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import numbers
from greenmine.assessors.models import Expert, ExpertConflict, ExpertDraw
from greenmine.assessors.models.people import Discipline, Grade
from greenmine.assessors.refusals import CannotRegister
from greenmine.editions import queries as editions
from greenmine.law.draw import draw
from greenmine.ledger import actions as ledger
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine

POOL = "yn-2025/A.1.c"
LONGEST_SEED = 64


@dataclass(frozen=True, slots=True)
class Tie:
    """What an expert declares: a tie to an enterprise, from a day to a day."""

    name: str
    tie: str
    enterprise: str = ""
    since: date | None = None
    until: date | None = None


@transaction.atomic
def enter_expert(
    name: str,
    *,
    region_code: str,
    disciplines: tuple[str, ...],
    by: Person,
    organisation: Organisation,
    on: date,
    grade: str = Grade.NONE,
    employer: str = "",
    employer_code: str = "",
) -> Expert:
    """Enter an expert in a province's pool (专家入库)."""
    _check_own_pool(by, organisation, region_code, on)
    if not name.strip() or not disciplines or not set(disciplines) <= set(Discipline.values):
        raise CannotRegister("请填写姓名并选择专业", "give the name and choose the fields")
    if grade not in Grade.values:
        raise CannotRegister("职称不在目录中", "the title is not one of the list")
    expert = Expert.objects.create(
        key=numbers.take("expert"), name=name.strip(), region_code=region_code, grade=grade,
        disciplines=sorted(set(disciplines)), employer=employer.strip(), employer_code=employer_code, entered_on=on,
    )  # fmt: skip
    _record("assessors.expert_entered", expert.key, by, organisation, on, region_code,
            f"{expert.name} 进入评估专家库", f"{expert.name} entered the pool of experts")  # fmt: skip
    return expert


@transaction.atomic
def declare_expert_ties(
    expert: Expert, ties: tuple[Tie, ...], *, by: Person, organisation: Organisation, on: date
) -> Expert:
    """Record what an expert declared (回避申报), nothing included: who has not declared is not drawn."""
    _check_own_pool(by, organisation, expert.region_code, on)
    if any(not one.name.strip() or not one.tie.strip() for one in ties):
        raise CannotRegister("请填写单位和关系", "name the enterprise and the tie")
    for one in ties:
        ExpertConflict.objects.create(
            expert=expert, enterprise=one.enterprise, name=one.name.strip(), tie=one.tie.strip(), since=one.since,
            until=one.until, declared_on=on,
        )  # fmt: skip
    expert.declared_on = on
    expert.save(update_fields=["declared_on"])
    _record("assessors.expert_declared", expert.key, by, organisation, on, expert.region_code,
            f"{expert.name} 申报利益关系 {len(ties)} 项", f"{expert.name} declared {len(ties)} ties")  # fmt: skip
    return expert


@transaction.atomic
def remove_expert(expert: Expert, reason: str, *, by: Person, organisation: Organisation, on: date) -> Expert:
    """Take an expert out of the pool (专家出库); the history stays."""
    _check_own_pool(by, organisation, expert.region_code, on)
    if expert.left_on is not None or not reason.strip():
        raise CannotRegister("请说明出库理由；已出库的不能重复", "give the reason, once")
    expert.left_on = on
    expert.save(update_fields=["left_on"])
    _record("assessors.expert_removed", expert.key, by, organisation, on, expert.region_code,
            f"{expert.name} 退出评估专家库：{reason.strip()}", f"{expert.name} left the pool of experts")  # fmt: skip
    return expert


@transaction.atomic
def draw_experts(
    *,
    region_code: str,
    count: int,
    seed: str,
    by: Person,
    organisation: Organisation,
    on: date,
    mine: str = "",
    discipline: str = "",
) -> ExpertDraw:
    """Draw experts (随机抽取) by a published seed: whoever is tied to the mine, or has not declared, is not in the draw."""
    _check_own_pool(by, organisation, region_code, on)
    if not seed.strip() or len(seed) > LONGEST_SEED or count < 1:
        raise CannotRegister("请填写公布的随机种子和抽取人数", "give the published seed and how many are drawn")
    if discipline and discipline not in Discipline.values:
        raise CannotRegister("专业不在目录中", "the field is not one of the list")
    if ExpertDraw.objects.filter(region_code=region_code, seed=seed.strip(), mine=mine, discipline=discipline).exists():
        raise CannotRegister("该种子已用于一次抽取，不能重抽", "this seed was used: a draw is not repeated")
    people = Expert.objects.filter(region_code=region_code, left_on__isnull=True, entered_on__lte=on).order_by("key")
    listed = [one for one in people.prefetch_related("conflicts") if not discipline or discipline in one.disciplines]
    excluded = _excluded(listed, _mine(mine), on)
    pool = [one.key for one in listed if one.key not in {entry["expert"] for entry in excluded}]
    if len(pool) < count:
        raise CannotRegister(
            f"可抽取的专家只有 {len(pool)} 人，不足 {count} 人", f"only {len(pool)} experts can be drawn, not {count}"
        )
    found = ExpertDraw.objects.create(
        number=numbers.take_yearly("CQ", on), region_code=region_code, mine=mine, seed=seed.strip(), count=count,
        discipline=discipline, pool=pool, excluded=excluded, drawn=draw(pool, count, seed=seed.strip()), on=on,
        by=by.name,
    )  # fmt: skip
    _record("assessors.experts_drawn", found.number, by, organisation, on, region_code,
            f"抽取专家 {count} 人（种子 {found.seed}，候选 {len(pool)} 人）",
            f"{count} experts drawn from {len(pool)} by seed {found.seed}")  # fmt: skip
    return found


def _excluded(listed: list[Expert], mine: Mine | None, on: date) -> list[dict[str, Any]]:
    """Who is not in the draw, and why."""
    sides = {}
    if mine is not None and mine.holder is not None:
        chain = [mine.holder, *registry.control_chain(mine.holder, on=on)]
        sides = {one.key: one for one in chain}
    codes = {one.credit_code for one in sides.values() if one.credit_code}
    names = {one.name for one in sides.values()}
    found = []
    for one in listed:
        if one.declared_on is None:
            found.append({"expert": one.key, "zh": "尚未申报利益关系", "en": "has not declared any ties yet"})
        elif one.employer_code in codes or one.employer in names:
            found.append({"expert": one.key, "zh": "任职于矿业权人或其控制方", "en": "works for the holder's side"})
        elif any(_holds(tie, on) and (tie.enterprise in sides or tie.name in names) for tie in one.conflicts.all()):
            found.append({"expert": one.key, "zh": "申报了利益关系", "en": "declared a tie"})
    return found


def _holds(tie: ExpertConflict, on: date) -> bool:
    return (tie.since is None or tie.since <= on) and (tie.until is None or on < tie.until)


def _mine(key: str) -> Mine | None:
    if not key:
        return None
    try:
        return registry.mine(key)
    except Mine.DoesNotExist:
        raise CannotRegister(f"没有编号为“{key}”的矿山", f"there is no mine {key!r}") from None


def _check_own_pool(by: Person, organisation: Organisation, region_code: str, on: date) -> None:
    accounts.check_can(by, "agencies.manage", on=on)
    edition = editions.active()
    if region_code not in edition.divisions or not edition.covers(organisation.division, region_code, on):
        raise CannotRegister("专家库由本省自然资源主管部门维护", "a pool is kept by its own province")


def _record(
    verb: str, key: str, by: Person, organisation: Organisation, on: date, region: str, zh: str, en: str
) -> None:
    ledger.record(
        verb, subject=("expert", key), by=by, organisation=organisation, on=on, zh=zh, en=en, cite=[POOL],
        region_code=region,
    )  # fmt: skip
