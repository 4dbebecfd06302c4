"""Spot verification (抽查核查): who is verified, by which joint team, what was found, confirmed or refused by another person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.editions import readings
from greenmine.editions.readings import Reading
from greenmine.law.draw import draw as draw_keys
from greenmine.selection.models import Application, Batch, Draw, Verification
from greenmine.selection.models.applications import Tier
from greenmine.selection.permissions import CannotSelect, check_words
from greenmine.selection.recording import Act, write

SCOPE, SAMPLE = "verification-scope", "sample"
STAGES = {Tier.PROVINCIAL: Verification.Stage.PROVINCE, Tier.NATIONAL: Verification.Stage.MINISTRY}
WAITING = {Tier.PROVINCIAL: ("assessed", "reported", "at_region"), Tier.NATIONAL: ("supported",)}
CITE = {Tier.PROVINCIAL: ["cn-2024-1/9.1.a"], Tier.NATIONAL: ["cn-2024-1/9.2.c"]}
LEAST_SEED = 8
LEAST_DEPARTMENTS = 2
MOST_TEAM = 30


@dataclass(frozen=True)
class Sample:
    """How the mines to be verified are found: all, or some by a seed published beforehand under a recorded policy."""

    count: int | None = None
    seed: str = ""
    seed_source: str = ""
    policy: str = ""
    witness: str = ""


def scope_of(region_code: str, on: date) -> Reading:
    """Whether every assessed mine is verified or a sample: what the province reads."""
    return readings.value(SCOPE, region_code, on)


@transaction.atomic
def draw(batch: Batch, sample: Sample, *, by: Person, organisation: Organisation, on: date) -> Draw:
    """Draw the mines to be verified (抽取核查对象) from those that passed and were not drawn from before."""
    now, act = Batch.objects.select_for_update().get(pk=batch.pk), Act(by, organisation, on)
    accounts.check_can(by, "selection.verify", on=on, region=now.region_code)
    reading = scope_of(now.region_code, on)
    pool = pool_of(now)
    if not pool:
        raise CannotSelect("没有待抽取的已通过评估矿山", "no mine that passed waits for a draw")
    every = reading.value != SAMPLE
    if not every:
        _check_sample(sample, len(pool))
    drawn = pool if every else sorted(draw_keys(pool, sample.count or 0, seed=sample.seed.strip()))
    made = Draw.objects.create(
        batch=now, stage=STAGES[Tier(now.tier)], all_of_them=every, pool=pool, seed="" if every else sample.seed.strip(),
        seed_source="" if every else sample.seed_source.strip()[:300], count=len(drawn), drawn=drawn,
        policy=sample.policy.strip()[:300], witness=sample.witness.strip()[:200], by=act.who, by_id=by.pk, on=on,
        reading={"value": reading.value, "confidence": reading.confidence, "standing": dict(reading.standing), "document": reading.document},
    )  # fmt: skip
    how = "逐矿核查" if every else f"以公开种子“{made.seed}”抽取"
    write(
        act, "drawn", now, f"{how}：{len(pool)} 座中核查 {len(drawn)} 座（{'、'.join(drawn)}）",
        f"{len(drawn)} of {len(pool)} are verified" + ("" if every else f", seed “{made.seed}”"), CITE[Tier(now.tier)],
        {"pool": pool, "drawn": drawn, "seed": made.seed, "reading": made.reading},
    )  # fmt: skip
    return made


def pool_of(batch: Batch) -> list[str]:
    """Applications of a batch that passed and wait for verification, without those drawn from already."""
    before = {number for one in batch.draws.all() for number in one.pool}
    waiting = batch.applications.filter(state__in=WAITING[Tier(batch.tier)]).values_list("number", flat=True)
    return sorted(set(waiting) - before)


def _check_sample(sample: Sample, size: int) -> None:
    """A sample rests on a recorded policy and on a seed that was public before anybody knew whom it draws."""
    check_words(sample.policy, "抽样办法的文号", "the document of the sampling policy", most=300)
    check_words(sample.seed_source, "种子的公开来源", "where the seed was published beforehand", most=300)
    if len(sample.seed.strip()) < LEAST_SEED:
        raise CannotSelect(
            f"随机种子至少 {LEAST_SEED} 个字符，且须事先公开",
            f"a seed has at least {LEAST_SEED} characters and is public beforehand",
        )
    if sample.count is None or not 1 <= sample.count <= size:
        raise CannotSelect(f"抽取数量应为 1 至 {size}", f"between 1 and {size} are drawn")


def draw_of(application: Application) -> Draw | None:
    """The latest draw whose pool held this application, in its batch or one before."""
    rows = Draw.objects.filter(stage=STAGES[Tier(application.tier)], batch__region_code=application.batch.region_code)
    return next((one for one in rows.order_by("-id") if application.number in one.pool), None)


def check_is_due(application: Application, *, on: date) -> Draw | None:
    """Planned are those that were drawn; where every mine is verified, all of them."""
    if scope_of(application.region_code, on).value != SAMPLE:
        return draw_of(application)
    found = draw_of(application)
    if found is None:
        raise CannotSelect(
            "按本省口径抽查，请先在批次中抽取核查对象",
            "a sample is verified here: draw it on the page of the batch first",
        )
    if application.number not in found.drawn:
        raise CannotSelect("该矿山未被抽中，可转公示", "this mine was not drawn: it goes on to the notice")
    return found


def check_is_unsampled(application: Application, *, on: date) -> Draw:
    """Only where a sample is drawn by a confirmed reading, and this mine was not."""
    if scope_of(application.region_code, on).value != SAMPLE:
        raise CannotSelect(
            "按现行口径逐矿核查，未核查的不能转公示", "every mine is verified here: none goes on without it"
        )
    found = draw_of(application)
    if found is None:
        raise CannotSelect("尚未抽取核查对象", "no draw was made yet")
    if application.number in found.drawn:
        raise CannotSelect("该矿山已被抽中，须核查", "this mine was drawn: it has to be verified")
    return found


def plan(application: Application, given: Mapping[str, Any], act: Act) -> Verification:
    """A joint team (联合核查组) and a day; more than one department takes part (会同有关部门)."""
    found = check_is_due(application, on=act.on)
    team: Sequence[Mapping[str, Any]] = given["team"]
    if len(team) > MOST_TEAM or len({one["name"] + one["organisation"] for one in team}) < len(team):
        raise CannotSelect(
            f"核查组人员重复或超过 {MOST_TEAM} 人",
            f"somebody stands in the team twice, or it has more than {MOST_TEAM}",
        )
    if len({one["department"] for one in team}) < LEAST_DEPARTMENTS:
        raise CannotSelect(
            "核查须会同有关部门，核查组至少来自两个部门",
            "verification is joint: the team comes from two departments at least",
        )
    return Verification.objects.create(
        application=application, stage=STAGES[Tier(application.tier)], draw=found, team=list(team),
        planned_on=given["planned_on"], planned_by=act.by.name, planned_by_id=act.by.pk,
    )  # fmt: skip


def open_one(application: Application) -> Verification:
    """The verification under way."""
    found = application.verifications.filter(concluded_on=None).order_by("-id").first()
    if found is None:
        raise CannotSelect("尚未组织核查", "no verification was organised")
    return found


def check_is_recorded(application: Application) -> Verification:
    """A verification is concluded on what was recorded of it."""
    now = open_one(application)
    if now.recorded_on is None:
        raise CannotSelect("尚未登记核查情况", "nothing was recorded of the visit yet")
    return now


def record(application: Application, given: Mapping[str, Any], act: Act) -> Verification:
    """What was found at the mine, and what each member says of it (联合会签), with the signed sheet."""
    now = open_one(application)
    if given["visited_on"] > act.on:
        raise CannotSelect("核查日期不能晚于今天", "the day of the visit lies ahead")
    members = {one["name"] for one in now.team}
    said = {one["name"] for one in given["views"]}
    if said != members:
        lacking = "、".join(sorted(members ^ said))
        raise CannotSelect(
            f"核查组成员须逐人签署意见：{lacking}", f"every member of the team signs, nobody else: {lacking}"
        )
    if any(one["agrees"] is None for one in given["views"]):
        raise CannotSelect("每名成员须表明是否同意", "every member says whether he agrees")
    now.visited_on, now.findings, now.views = given["visited_on"], given["findings"], given["views"]
    now.sheet_id = given["sheet"]
    now.recorded_by, now.recorded_by_id, now.recorded_on = act.by.name, act.by.pk, act.on
    now.save()
    return now


def conclude(application: Application, reasons: str, act: Act, *, confirmed: bool) -> Verification:
    """Confirm or refuse (确认、不予确认): on what is recorded; what is not met or not known cannot be confirmed."""
    now = check_is_recorded(application)
    if confirmed:
        for met, zh, en in (
            (False, "存在不符合的核查事项", "a point is not met"),
            (None, "尚有待核实的核查事项", "a point is not known"),
        ):
            found = [one["item"] for one in now.findings if one["met"] is met]
            if found:
                raise CannotSelect(
                    f"{zh}：{'、'.join(found)}，不能确认", f"{en}: {', '.join(found)}; it cannot be confirmed"
                )
    now.confirmed, now.reasons = confirmed, reasons
    now.concluded_by, now.concluded_on = act.who, act.on
    now.save()
    return now
