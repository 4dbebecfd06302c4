"""Recommending for the national tier (推荐国家级): candidates ranked by score with their basis, a person proposes, another decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessment.models import Assessment
from greenmine.assessors.numbers import take_yearly
from greenmine.directory.models import Entry
from greenmine.editions import procedures as tables_of_steps
from greenmine.editions import queries as editions
from greenmine.procedures import actions as procedures
from greenmine.selection import issuing, permissions
from greenmine.selection.models import Application, Batch, Recommendation
from greenmine.selection.models.applications import Tier
from greenmine.selection.permissions import CannotSelect, check_words
from greenmine.selection.recording import Act, tell_applicant, write
from greenmine.selection.standing import keep_in_step

FAMILY, QUOTA, TABLE_PAPER = "national", "national-quota", "national-recommendation"
CITE = ["cn-2024-1/9.2.a"]
YUNNAN, INNER_MONGOLIA = "530000", "150000"
LOCAL = {YUNNAN: "yn-2025/5.4.f", INNER_MONGOLIA: "nm-2020/4.2.c"}
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mine of the provincial directory that may be recommended (候选): its rank, its points, and where they come from."""

    rank: int
    entry: str
    mine: str
    name: str
    region_code: str
    holder: str
    holder_name: str
    points: int | None
    basis: Mapping[str, str]
    entered_on: date

    def as_json(self) -> dict[str, Any]:
        """As a recommendation keeps it."""
        return {
            "rank": self.rank, "entry": self.entry, "mine": self.mine, "name": self.name, "points": self.points,
            "basis": dict(self.basis), "holder": self.holder, "region_code": self.region_code,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quota:
    """How many may be recommended: a dated value with its confidence; None where no figure is known."""

    figure: int | None
    confidence: str = "?"
    source: Mapping[str, str] | None = None

    @property
    def binds(self) -> bool:
        """Only a sourced figure refuses; a proposed one is shown."""
        return self.figure is not None and self.confidence == "S"


def candidates(region_code: str) -> list[Candidate]:
    """Active provincial entries of a region without a national one, the highest points first; unscored ones stand last."""
    prefix = region_code.rstrip("0") + "0" * (len(region_code.rstrip("0")) % 2)
    rows = Entry.objects.filter(
        tier=Tier.PROVINCIAL,
        state=Entry.State.LISTED,
        changing=False,
        left_on__isnull=True,
        region_code__startswith=prefix,
    )
    national = Entry.objects.filter(tier=Tier.NATIONAL, left_on__isnull=True).values("mine")
    listed = list(rows.exclude(mine__in=national).order_by("number"))
    points = _points([one.mine for one in listed])
    ordered = sorted(listed, key=lambda one: (-(points.get(one.mine, (-1, {}))[0]), one.entered_on, one.number))
    return [
        Candidate(
            rank, one.number, one.mine, one.mine_name, one.region_code, one.holder, one.holder_name,
            points[one.mine][0] if one.mine in points else None,
            points[one.mine][1] if one.mine in points else {"zh": "没有第三方评估得分", "en": "no third-party score is held"},
            one.entered_on,
        )
        for rank, one in enumerate(ordered, 1)
    ]  # fmt: skip


def _points(mines: Sequence[str]) -> dict[str, tuple[int, dict[str, str]]]:
    """The certain points of the latest submitted third-party assessment of each mine, and its number."""
    rows = Assessment.objects.filter(
        mine__in=mines, party=Assessment.Party.THIRD_PARTY, state=Assessment.State.SUBMITTED
    ).order_by("submitted_on", "id")
    return {
        row.mine: (
            row.low,
            {
                "zh": f"第三方评估 {row.number}，{row.low / HUNDRED:g} 分（{row.standard}）",
                "en": f"third-party assessment {row.number}, {row.low / HUNDRED:g} points ({row.standard})",
            },
        )
        for row in rows
    }


def quota_on(day: date) -> Quota:
    """The figure of the day, with where it comes from."""
    value = editions.active().values.get(QUOTA)
    version = value.on(day) if value is not None else None
    if version is None:
        return Quota(None)
    return Quota(version.rows[()].value, version.rows[()].confidence, dict(version.source))


@transaction.atomic
def propose_recommendation(
    batch: Batch, chosen: Sequence[Mapping[str, str]], *, by: Person, organisation: Organisation, on: date
) -> Recommendation:
    """Propose whom the province recommends: mines of the ranking, each with a reason. The whole ranking is kept beside."""
    now, act = Batch.objects.select_for_update().get(pk=batch.pk), Act(by, organisation, on)
    accounts.check_can(by, "directory.change", on=on, region=organisation.division)
    check_takes_recommendations(now, organisation, on=on)
    ranking = candidates(organisation.division)
    known = {one.mine: one for one in ranking}
    kept: list[dict[str, str]] = []
    for one in chosen:
        mine = str(one.get("mine", ""))
        if mine not in known:
            raise CannotSelect(
                "只能从现行省级名录的在册矿山中推荐",
                "only mines that stand in the provincial directory can be recommended",
            )
        if any(other["mine"] == mine for other in kept):
            raise CannotSelect(f"{known[mine].name}重复推荐", f"{known[mine].name} is recommended twice")
        kept.append(
            {
                "mine": mine,
                "reason": check_words(one.get("reason"), f"{known[mine].name}的推荐理由", "why it is recommended"),
            }
        )
    if not kept:
        raise CannotSelect("请至少选择一座矿山", "choose one mine at least")
    quota = quota_on(on)
    if quota.binds and len(kept) > (quota.figure or 0):
        raise CannotSelect(f"推荐数超过名额 {quota.figure}", f"more are chosen than the quota of {quota.figure}")
    if Recommendation.objects.filter(batch=now, province=organisation.division, decided_on=None).exists():
        raise CannotSelect("已有待决定的推荐名单", "a list waits for its decision already")
    made = Recommendation.objects.create(
        batch=now, province=organisation.division, organisation=organisation.key,
        ranking=[one.as_json() for one in ranking], quota=quota.figure,
        quota_source={"confidence": quota.confidence, "source": quota.source or {}}, chosen=kept, proposed_by=act.who,
        proposed_by_id=by.pk, proposed_on=on,
    )  # fmt: skip
    names = "、".join(known[one["mine"]].name for one in kept)
    write(
        act, "recommendation_proposed", now, f"拟推荐国家级：{names}（候选 {len(ranking)} 座）",
        f"proposed {len(kept)} of {len(ranking)} candidates", _cite(organisation.division),
        {"chosen": kept, "ranking": made.ranking, "quota": quota.figure, "confidence": quota.confidence},
    )  # fmt: skip
    return made


def check_takes_recommendations(batch: Batch, organisation: Organisation, *, on: date) -> None:
    """A national batch that is open, and a province that recommends."""
    if batch.tier != Tier.NATIONAL:
        raise CannotSelect("请选择国家级批次", "choose a batch of the national tier")
    if organisation.level != "province":
        raise CannotSelect("国家级由省级自然资源主管部门推荐", "the province recommends for the national tier")
    permissions.check_takes(batch, on=on)


@transaction.atomic
def decide_recommendation(
    recommendation: Recommendation, *, by: Person, organisation: Organisation, on: date
) -> list[Application]:
    """Another person decides (推荐国家级): one case under the national table for each mine, and the letter with its list."""
    now, act = Recommendation.objects.select_for_update().get(pk=recommendation.pk), Act(by, organisation, on)
    accounts.check_can(by, "directory.recommend", on=on, region=now.province)
    accounts.check_is_not_proposer(by, now.proposed_by_id)
    if now.decided_on is not None:
        raise CannotSelect(f"已于 {now.decided_on} 决定", f"it was decided on {now.decided_on}")
    batch = Batch.objects.get(pk=now.batch_id)
    check_takes_recommendations(batch, organisation, on=on)
    standing = {one.mine: one for one in candidates(now.province)}
    gone = [one["mine"] for one in now.chosen if one["mine"] not in standing]
    if gone:
        raise CannotSelect(
            f"{'、'.join(gone)} 目前不在省级名录在册，请重新拟定",
            "a chosen mine stands in the provincial directory no more: propose again",
        )
    made = [_recommend(batch, standing[one["mine"]], one["reason"], act) for one in now.chosen]
    now.decided_by, now.decided_on = act.who, on
    now.save(update_fields=["decided_by", "decided_on"])
    _letter(now, batch, standing, act)
    return made


def _recommend(batch: Batch, one: Candidate, reason: str, act: Act) -> Application:
    try:
        table = tables_of_steps.choose(FAMILY, one.region_code, act.on)
    except tables_of_steps.NoTableInForce as none:
        raise CannotSelect(none.zh, none.en) from None
    if Application.objects.filter(mine=one.mine, tier=Tier.NATIONAL, closed_on=None).exists():
        raise CannotSelect(f"{one.name}已有办理中的国家级推荐", f"{one.name} has a national recommendation under way")
    entry = Entry.objects.get(number=one.entry)
    application = Application(
        number=take_yearly("SB", act.on), batch=batch, tier=Tier.NATIONAL, mine=one.mine, mine_name=one.name,
        region_code=one.region_code, holder=one.holder, holder_name=one.holder_name, organisation=act.organisation.key,
        receiver="", state_since=act.on, prepared_by=act.by.name, prepared_on=act.on, filed_by=act.by.name,
        filed_on=act.on, table=table.id, standard=entry.standard, third_party_points=one.points,
        edition=editions.active().id,
    )  # fmt: skip
    case = procedures.open_case(
        table.id, subject=application.subject, region_code=one.region_code, by=act.by, organisation=act.organisation,
        on=act.on, title=one.name, mine=one.mine,
        payload={"application": application.number, "reasons": reason, "rank": one.rank, "basis": dict(one.basis)},
    )  # fmt: skip
    application.case = case.number
    keep_in_step(application, case)
    write(
        act, "recommended", application, f"推荐国家级（排序第 {one.rank}，{one.basis['zh']}）：{reason}",
        f"recommended (rank {one.rank}): {reason}", _cite(one.region_code), {"entry": one.entry, "rank": one.rank},
    )  # fmt: skip
    tell_applicant(application, "recommended", "已推荐国家级绿色矿山", "recommended for the national directory")
    return application


def _cite(region_code: str) -> list[str]:
    local = LOCAL.get(f"{region_code[:2]}0000")
    return [*CITE, local] if local else CITE


def _letter(of: Recommendation, batch: Batch, standing: Mapping[str, Candidate], act: Act) -> None:
    rows = []
    for number, one in enumerate(of.chosen, 1):
        found = standing[one["mine"]]
        points = f"{found.points / HUNDRED:g}" if found.points is not None else "—"
        rows.append(
            [
                str(number),
                found.entry,
                found.name,
                found.holder_name,
                issuing.place(found.region_code, act.on),
                points,
                one["reason"][:200],
            ]
        )
    issuing.make(
        TABLE_PAPER,
        {
            "recipient": "自然资源部", "year": batch.title, "mines": rows,
            "work": [f"从 {len(of.ranking)} 座在册省级绿色矿山中按第三方评估得分排序，经研究择优推荐 {len(rows)} 座"],
            "quota": f"{of.quota}（{'名额' if of.quota_source.get('confidence') == 'S' else '建议值，待确认'}）" if of.quota else "未规定",
        },
        batch, act,
    )  # fmt: skip
