"""Transition campaigns (新旧指标衔接复核): who was listed under an older set is read by the new one; a person decides on each.

cn-2024-1/17.b asks that the switch be handled well; national mines are checked strictly by the new set (16.2.c).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessment.models import Assessment
from greenmine.assessment.queries.comparing import old_to_new
from greenmine.directory import permissions
from greenmine.directory.acts import Act, event, figure, lock, months_after, next_number, write
from greenmine.directory.models import Campaign, CampaignMine, Entry, EntryEvent, Removal, Tier
from greenmine.directory.permissions import CannotJudgeAnew, check_words
from greenmine.directory.removing import Ground, propose_removal
from greenmine.editions import standards
from greenmine.evidence.models import Provenance
from greenmine.law.indicators import Standard
from greenmine.notifications import actions as notifications

CITE = {Tier.PROVINCIAL: ["cn-2024-1/17.b"], Tier.NATIONAL: ["cn-2024-1/17.b", "cn-2024-1/16.2.c"]}
LATER = (Assessment.Party.THIRD_PARTY, Assessment.Party.RECHECK)
RESULT_WORDS = {"meets": "符合新指标", "below": "不符合新指标", "unknown": "材料不足，待核实"}
RESULTS = {"pass": CampaignMine.Result.MEETS, "fail": CampaignMine.Result.BELOW}


@dataclass(frozen=True)
class Plan:
    """What a campaign is to be: its title, directory, the new indicator set, and the day by which each mine is judged."""

    title: str
    tier: str
    indicator_set: str
    due_on: date | None = None


def indicator_set(identifier: str) -> Standard:
    """The set a campaign judges by; CannotJudgeAnew where it is not held, or only its structure is."""
    try:
        found = standards.get(identifier)
    except standards.UnknownStandard:
        raise CannotJudgeAnew("请选择新评价指标", "choose the new indicator set") from None
    if found.status == "structure_only":
        raise CannotJudgeAnew(
            "该指标仅有结构，不能据以判断", "only the structure of that set is held: nothing can be judged by it"
        )
    return found


def concerned(tier: str, owner: Organisation, digest: str) -> list[Entry]:
    """The entries of a directory that stand under another indicator set than this, or whose set is not recorded."""
    found = Entry.objects.filter(tier=tier, owner=owner.key, left_on__isnull=True).exclude(standard_digest=digest)
    return list(found.order_by("region_code", "id"))


@transaction.atomic
def open_transition_campaign(plan: Plan, *, by: Person, organisation: Organisation, on: date) -> Campaign:
    """Open a campaign (启动衔接复核): every mine listed under an older set gets a due day. It decides nothing."""
    act = Act(by, organisation, on)
    try:
        permissions.check_keeps(organisation, plan.tier)
    except permissions.CannotEnter as refused:
        raise CannotJudgeAnew(refused.zh, refused.en) from None
    permissions.check_is_of(by, organisation, on=on)
    accounts.check_can(by, "directory.propose", on=on, region=organisation.division)
    title = check_words(plan.title, "标题", "a title", CannotJudgeAnew, most=200)
    new = indicator_set(plan.indicator_set)
    term = figure("directory-campaign-months", on)
    if plan.due_on is None and term is None:
        raise CannotJudgeAnew("请填写完成期限", "give the day by which it is done")
    due = plan.due_on or months_after(on, term.figure if term else 0)
    if due <= on:
        raise CannotJudgeAnew("完成期限应晚于今天", "the term ends after today")
    entries = concerned(plan.tier, organisation, new.digest)
    if not entries:
        raise CannotJudgeAnew("没有依旧评价指标纳入的在册矿山", "no listed mine stands under an older indicator set")
    campaign = Campaign.objects.create(
        number=next_number("XJ", on), title=title, tier=plan.tier, organisation=organisation.key, region_code=organisation.division,
        indicator_set=new.id, digest=new.digest, due_on=due, opened_by=act.who, opened_by_id=by.pk, opened_on=on,
    )  # fmt: skip
    CampaignMine.objects.bulk_create(
        CampaignMine(
            campaign=campaign, entry=one, region_code=one.region_code, standard_before=one.standard, due_on=due
        )
        for one in entries
    )
    write(
        act, "campaign_opened", ("campaign", campaign.number), f"启动衔接复核 {campaign.number}：{title}，{len(entries)} 座矿山，{due} 前完成",
        f"transition campaign {campaign.number}: {len(entries)} mines until {due}", CITE[Tier(plan.tier)], region=campaign.region_code,
        payload={"set": new.id, "digest": new.digest, "entries": [one.number for one in entries]},
    )  # fmt: skip
    for one in entries:
        if one.holder:
            notifications.tell(
                "directory.campaign", to=("enterprise", one.holder), about=("entry", one.number), due_on=due,
                text={
                    "zh": f"{one.mine_name}按旧评价指标纳入名录，请在 {due} 前按“{new.title['zh']}”完成复核准备",
                    "en": f"{one.mine_name} was listed under older indicators: be ready for “{new.title['en']}” by {due}",
                },
            )  # fmt: skip
    return campaign


def read_by_new(mine: str, campaign: Campaign, *, on: date) -> tuple[str, str, dict[str, Any]]:
    """What the new set says of a mine: result, the assessment it rests on, and its figures. Unknown is not below."""
    found = (
        Assessment.objects.filter(
            mine=mine, party__in=LATER, state=Assessment.State.SUBMITTED, standard_digest=campaign.digest
        )
        .order_by("-submitted_on", "-id")
        .first()
    )
    if found is not None:
        figures = {"verdict": found.verdict, "low": found.low, "high": found.high, "by": "assessed"}
        return RESULTS.get(found.verdict, CampaignMine.Result.UNKNOWN), found.number, figures
    carried = old_to_new(mine, campaign.indicator_set, on=on)
    if carried is None:
        return CampaignMine.Result.UNKNOWN, "", {"by": "none"}
    after = carried.after
    figures = {
        "verdict": after.verdict, "low": after.total[0], "high": after.total[1], "by": "carried",
        "to_review": len(carried.carried.to_review), "new_items": len(carried.carried.new_items), "dropped": len(carried.carried.dropped),
        "missing": list(after.missing[:20]), "before": carried.before.verdict,
    }  # fmt: skip
    return RESULTS.get(after.verdict, CampaignMine.Result.UNKNOWN), carried.assessment.number, figures


@transaction.atomic
def judge(row: CampaignMine, *, by: Person, organisation: Organisation, on: date) -> CampaignMine:
    """Read a mine by the new set (复核): the figures come from its assessments, nobody types them. It decides nothing."""
    now, act = _lock(row), Act(by, organisation, on)
    _check_own(now, act, "directory.propose")
    if now.decision:
        raise CannotJudgeAnew("该矿山已决定", "this mine was decided already")
    now.result, now.assessment, now.figures = read_by_new(now.entry.mine, now.campaign, on=on)
    now.judged_on, now.judged_by, now.judged_by_id = on, act.who, by.pk
    now.save()
    label = RESULT_WORDS[now.result]
    write(
        act, "campaign_judged", ("campaign", now.campaign.number), f"{now.campaign.number} {now.entry.mine_name}：{label}",
        f"{now.entry.number}: {now.result}", CITE[Tier(now.campaign.tier)], region=now.region_code, payload={"figures": now.figures},
    )  # fmt: skip
    return now


@transaction.atomic
def decide(
    row: CampaignMine, decision: str, reasons: str, *, by: Person, organisation: Organisation, on: date,
    evidence_files: tuple[Provenance, ...] = (),
) -> CampaignMine:  # fmt: skip
    """Decide on a mine (复核决定): kept, or to rectify, which opens a case. Another person than the one who judged."""
    now, act = _lock(row), Act(by, organisation, on)
    _check_own(now, act, "directory.remove")
    if now.decision:
        raise CannotJudgeAnew("该矿山已决定", "this mine was decided already")
    if not now.result:
        raise CannotJudgeAnew("请先按新指标复核", "read it by the new set first")
    accounts.check_is_not_proposer(by, now.judged_by_id)
    if decision not in (CampaignMine.Decision.KEEP, CampaignMine.Decision.RECTIFY):
        raise CannotJudgeAnew("请选择继续在册或责令限期整改", "say whether it is kept or rectifies")
    words = check_words(reasons, "决定的理由", "the reasons", CannotJudgeAnew)
    if decision == CampaignMine.Decision.KEEP and now.result != CampaignMine.Result.MEETS:
        raise CannotJudgeAnew(
            f"复核结果为“{RESULT_WORDS[now.result]}”，不能作为符合新指标继续在册",
            f"the result is “{now.result}”: it cannot be kept as meeting the new set",
        )
    entry = lock(now.entry)
    if decision == CampaignMine.Decision.RECTIFY:
        now.removal = _to_rectify(now, entry, words, act, evidence_files).number
    else:
        entry.standard, entry.standard_digest = now.campaign.indicator_set, now.campaign.digest
        entry.save(update_fields=["standard", "standard_digest"])
        event(
            entry, EntryEvent.Kind.REJUDGED, act, f"按新评价指标复核符合（{now.campaign.indicator_set}）", "meets the new indicators",
            CITE[Tier(now.campaign.tier)],
        )  # fmt: skip
    now.decision, now.reasons = decision, words
    now.decided_by, now.decided_by_id, now.decided_on = act.who, by.pk, on
    now.save()
    return now


def _to_rectify(row: CampaignMine, entry: Entry, words: str, act: Act, files: tuple[Provenance, ...]) -> Removal:
    if row.result != CampaignMine.Result.BELOW:
        raise CannotJudgeAnew("只有不符合新指标的矿山才责令整改", "only a mine below the new set is ordered to rectify")
    if not files:
        raise CannotJudgeAnew("请附复核材料", "add the papers of the review")
    provision = "cn-2024-1/10.b"
    text = f"按新评价指标（{row.campaign.indicator_set}）复核不符合：{words}"
    ground = Ground(Removal.GroundKind.STANDARD, provision, text)
    return propose_removal(entry, ground, by=act.by, organisation=act.organisation, on=act.on, evidence_files=files)


@transaction.atomic
def close_campaign(campaign: Campaign, *, by: Person, organisation: Organisation, on: date) -> Campaign:
    """Close a campaign when every mine was decided or has left the directory."""
    now, act = lock(campaign), Act(by, organisation, on)
    if now.organisation != organisation.key:
        raise CannotJudgeAnew("该复核由其他单位组织", "another authority runs this campaign")
    accounts.check_can(by, "directory.remove", on=on, region=now.region_code)
    if now.closed_on is not None:
        raise CannotJudgeAnew("该复核已结束", "this campaign was closed")
    waiting = now.rows.filter(decision="", entry__left_on__isnull=True).count()
    if waiting:
        raise CannotJudgeAnew(f"还有 {waiting} 座矿山待决定", f"{waiting} mines wait for a decision")
    now.closed_on = on
    now.save()
    write(
        act,
        "campaign_closed",
        ("campaign", now.number),
        f"衔接复核 {now.number} 结束",
        f"campaign {now.number} closed",
        CITE[Tier(now.tier)],
        region=now.region_code,
    )
    return now


def _lock(row: CampaignMine) -> CampaignMine:
    return CampaignMine.objects.select_for_update(of=("self",)).select_related("campaign", "entry").get(pk=row.pk)


def _check_own(row: CampaignMine, act: Act, verb: str) -> None:
    if row.campaign.organisation != act.organisation.key:
        raise CannotJudgeAnew("该复核由其他单位组织", "another authority runs this campaign")
    if row.campaign.closed_on is not None:
        raise CannotJudgeAnew("该复核已结束", "this campaign was closed")
    permissions.check_is_of(act.by, act.organisation, on=act.on)
    accounts.check_can(act.by, verb, on=act.on, region=row.region_code)
