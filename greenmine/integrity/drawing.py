"""The blind sample (盲评抽样): drawn by a seed that anybody can repeat, ordered by a person, assessed by somebody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from math import ceil

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import actions as assessors
from greenmine.assessors.models import Agency, Engagement
from greenmine.assessors.refusals import CannotEngage
from greenmine.editions import queries as editions
from greenmine.fieldwork.models import Report
from greenmine.integrity import permissions
from greenmine.integrity.models import BlindDraw
from greenmine.integrity.permissions import CannotJudge
from greenmine.integrity.thresholds import Thresholds
from greenmine.law.draw import draw
from greenmine.ledger import actions as ledger

LONGEST_SEED = 64
CITE = ["gs-2023/4.3.h"]


def stratified(pool: Mapping[str, str], *, share: float, seed: str) -> list[str]:
    """So great a share of each agency's reports, at least one of each: pure, repeatable from pool, share and seed."""
    by_agency: dict[str, list[str]] = defaultdict(list)
    for engagement, agency in pool.items():
        by_agency[agency].append(engagement)
    return sorted(
        picked
        for agency, listed in by_agency.items()
        for picked in draw(listed, ceil(Decimal(str(share)) * len(listed)), seed=f"{seed}\n{agency}")
    )


def pool_of(region: str, *, from_on: date, until_on: date) -> dict[str, str]:
    """The engagements of a region whose report was filed in these days, each with its agency; blind ones left out."""
    divisions = editions.active().divisions
    filed = Report.objects.filter(filed_on__gte=from_on, filed_on__lte=until_on)
    numbers = filed.filter(fieldwork__region_code__startswith=divisions.prefix(region)).values("fieldwork__engagement")
    rows = Engagement.objects.filter(number__in=numbers).exclude(purpose=Engagement.Purpose.BLIND)
    return dict(rows.order_by("number").values_list("number", "agency__key"))


@transaction.atomic
def make_draw(
    *, seed: str, from_on: date, until_on: date, by: Person, organisation: Organisation, on: date
) -> BlindDraw:
    """Draw the sample of a period (抽样): pool, share and seed are kept and published with it."""
    accounts.check_can(by, "engagements.prepare", on=on, region=organisation.division)
    if not seed.strip() or len(seed.strip()) > LONGEST_SEED:
        raise CannotJudge("请填写公开的随机种子（最多 64 字）", "give the published seed (at most 64 characters)")
    if from_on > until_on or until_on > on:
        raise CannotJudge("请填写起止日期，止日不能晚于今天", "give a period that has passed")
    pool = pool_of(organisation.division, from_on=from_on, until_on=until_on)
    if not pool:
        raise CannotJudge("该时段没有已提交的评估报告", "no report was filed in these days")
    share = Thresholds(editions.active(), on).figure("blind-share")
    drawn = stratified(pool, share=share, seed=seed.strip())
    last = BlindDraw.objects.filter(number__startswith=f"MP-{on.year}-").order_by("-id").first()
    number = f"MP-{on.year}-{(int(last.number.rsplit('-', 1)[1]) if last else 0) + 1:04d}"
    made = BlindDraw.objects.create(
        number=number, region_code=organisation.division, seed=seed.strip(), share=Decimal(str(share)), from_on=from_on,
        until_on=until_on, pool=pool, drawn=dict.fromkeys(drawn, ""), drawn_by=f"{organisation.name} · {by.name}",
        drawn_by_id=by.pk, organisation=organisation.key, on=on,
    )  # fmt: skip
    _record(made, "drawn", by, organisation, on, f"盲评抽样 {number}：{len(pool)} 份报告抽取 {len(drawn)} 份，种子“{made.seed}”",
            f"blind sample {number}: {len(drawn)} of {len(pool)} reports, seed {made.seed!r}")  # fmt: skip
    return made


@transaction.atomic
def order(
    made: BlindDraw, agencies: Mapping[str, str], *, by: Person, organisation: Organisation, on: date
) -> BlindDraw:
    """A person orders the sample (下达): each mine drawn goes to another agency as a draft engagement; what cannot says why."""
    now = BlindDraw.objects.select_for_update().get(pk=made.pk)
    permissions.check_can_order(by, now, on=on)
    rows = {row.number: row for row in Engagement.objects.filter(number__in=list(now.drawn)).select_related("agency")}
    results = dict(now.drawn)
    for number in now.drawn:
        chosen = agencies.get(number, "")
        if not Agency.objects.filter(key=chosen).exists():
            raise CannotJudge(f"请为 {number} 选择盲评机构", f"choose an agency for {number}")
        if chosen == now.pool[number]:
            raise CannotJudge(f"{number} 的盲评须由另一家机构承担", f"{number} has to be assessed by another agency")
        try:
            with transaction.atomic():
                drafted = assessors.draft_engagement(
                    rows[number].mine, chosen, by=by, organisation=organisation, on=on, purpose="blind", standard=rows[number].standard
                )  # fmt: skip
            results[number] = drafted.number
        except CannotEngage as refused:
            results[number] = f"— {refused.zh}"
    now.drawn, now.ordered_on, now.ordered_by = results, on, f"{organisation.name} · {by.name}"
    now.save()
    count = sum(not result.startswith("—") for result in results.values())
    _record(
        now,
        "sample_ordered",
        by,
        organisation,
        on,
        f"下达盲评抽样 {now.number}：{count} 份委托已拟定",
        f"ordered {now.number}: {count} engagements drafted",
    )
    return now


def _record(made: BlindDraw, verb: str, by: Person, organisation: Organisation, on: date, zh: str, en: str) -> None:
    ledger.record(
        f"integrity.{verb}", subject=("draw", made.number), by=by, organisation=organisation, on=on,
        sentence={"zh": zh, "en": en}, cite=CITE, payload={"pool": made.pool, "drawn": made.drawn, "seed": made.seed},
        region_code=made.region_code,
    )  # fmt: skip
