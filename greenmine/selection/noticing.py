"""The public notice of a batch (公示): one for all that wait, one for each stage; ended by a person, mine by mine."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.directory import actions as directory
from greenmine.directory import noticing as notices
from greenmine.directory.models import NoticeMine, PublicNotice
from greenmine.directory.permissions import CannotAct
from greenmine.editions import readings
from greenmine.gates import actions as gates
from greenmine.gates.permissions import GateClosed
from greenmine.selection import issuing
from greenmine.selection.models import Application, Batch, BatchNotice
from greenmine.selection.models.applications import Tier
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.recording import Act, lock, write
from greenmine.selection.taking import carry_out, check

DAYS, KIND = "notice-days", "notice-day-kind"
OPENS = {"league": "open_league_notice", "provincial": "open_notice", "national": "open_notice"}
CLOSES = {"league": "close_league_notice", "provincial": "close_notice", "national": "close_notice"}
WAITING = {"league": "at_league", "provincial": "confirmed", "national": "confirmed"}
RUNNING = {"league": "league_notice", "provincial": "in_notice", "national": "in_notice"}
TIERS = {"league": Tier.PROVINCIAL, "provincial": Tier.PROVINCIAL, "national": Tier.NATIONAL}


def waiting_for(batch: Batch, stage: str, region_code: str) -> list[Application]:
    """The applications of a batch that wait for the notice of a stage, in the region of the authority that gives it."""
    prefix = region_code.rstrip("0")
    prefix += "0" * (len(prefix) % 2)
    rows = batch.applications.filter(state=WAITING[stage], region_code__startswith=prefix)
    return list(rows.order_by("number"))


@transaction.atomic
def open_notice(
    batch: Batch,
    stage: str,
    *,
    days: int,
    contact: str,
    title: str = "",
    leave_out: Collection[str] = (),
    by: Person,
    organisation: Organisation,
    on: date,
) -> BatchNotice:
    """Publish the batch's notice of a stage (发起公示): every application that waits for it, less those left out by number.

    One closed gate refuses the whole list and names the mine: it is settled, passed on a ground, or left out.
    """
    now, act = Batch.objects.select_for_update().get(pk=batch.pk), Act(by, organisation, on)
    if stage not in OPENS or now.tier != TIERS[stage]:
        raise CannotSelect("该批次没有这一阶段的公示", "this batch has no notice of that stage")
    listed = [one for one in waiting_for(now, stage, organisation.division) if one.number not in leave_out]
    if not listed:
        raise CannotSelect("没有待公示的申报", "no application waits for this notice")
    checked = [(one, *check(one, OPENS[stage], act)) for one in map(lock, listed)]
    _check_gates(checked[0][2].gate, [one for one, _, _ in checked], act)
    name = title.strip() or f"{now.title}拟纳入{now.get_tier_display()}绿色矿山名录名单"
    kind = readings.value(KIND, now.region_code if stage != "national" else "000000", on)
    try:
        until, _ = notices.last_day(days, kind.value, on)
        fields = issuing.notice_fields(
            now, listed, title=name, until=until, days=f"{days}{'个工作日' if kind.value == 'working' else '日'}",
            contact=contact, act=act,
        )  # fmt: skip
        made = directory.open_notice(
            stage, [directory.NoticeRow(one.mine, _result(one), one.number) for one in listed], days=days, contact=contact,
            title=name, by=by, organisation=organisation, on=on, paper=issuing.make("public-notice", fields, now, act),
            batch=now.number if stage != "league" else f"{now.number}-{organisation.division[:4]}", days_kind=kind.value,
            days_from={"by": "officer", "reading": KIND, "confidence": kind.confidence},
        )  # fmt: skip
    except CannotAct as refused:
        raise CannotSelect(refused.zh, refused.en) from None
    notice = BatchNotice.objects.create(
        batch=now, stage=stage, region_code=organisation.division, number=made.number, organisation=organisation.key,
        by=act.who, on=on,
    )  # fmt: skip
    for one, case, step in checked:
        one.notice = made.number
        carry_out(one, case, step, {"notice": made.number, "days": (made.until_on - on).days}, act, gate_asked=True)
    write(
        act, "notice_opened", now, f"发起公示 {made.number}：{len(listed)} 座矿山，至 {made.until_on}",
        f"notice {made.number}: {len(listed)} mines until {made.until_on}", checked[0][2].provisions,
    )  # fmt: skip
    return notice


def _check_gates(gate: str, listed: list[Application], act: Act) -> None:
    """Ask the gate of every mine first, so that a refusal names all of them at once."""
    closed = []
    for one in listed:
        try:
            with transaction.atomic():
                gates.go_through(gate, one.mine, about=one.subject, by=act.by, organisation=act.organisation, on=act.on)
        except GateClosed as refused:
            closed.append((one, refused))
    if closed:
        zh = "；".join(f"{one.mine_name}：{refused.zh}" for one, refused in closed)
        en = "; ".join(f"{one.number}: {refused.en}" for one, refused in closed)
        raise CannotSelect(
            f"{zh}。请先处理，或不列入本次公示",
            f"{en}. Settle it, or leave the mine out",
            tuple(one.number for one, _ in closed),
        )


def _result(application: Application) -> str:
    if application.tier == Tier.NATIONAL:
        return "拟纳入国家级绿色矿山名录"
    return (
        f"第三方评估通过（{application.report}），拟纳入省级绿色矿山名录"
        if application.report
        else "拟纳入省级绿色矿山名录"
    )


@transaction.atomic
def end_notice(notice: BatchNotice, *, by: Person, organisation: Organisation, on: date) -> BatchNotice:
    """End a notice (公示结束). Mines without an upheld objection go on; the others wait for a person's word on the objection."""
    now, act = BatchNotice.objects.select_for_update().get(pk=notice.pk), Act(by, organisation, on)
    public = PublicNotice.objects.get(number=now.number)
    try:
        ended = directory.end_notice(public, by=by, on=on, organisation=organisation)
    except CannotAct as refused:
        raise CannotSelect(refused.zh, refused.en) from None
    clear = set(ended.rows.exclude(outcome=NoticeMine.Outcome.UPHELD).values_list("mine", flat=True))
    step = CLOSES[now.stage]
    for one in now.batch.applications.filter(notice=now.number, state=RUNNING[now.stage]).order_by("number"):
        if one.mine not in clear:
            continue
        held = lock(one)
        case, found = check(held, step, act)
        carry_out(held, case, found, {"notice": now.number}, act)
    now.ended_on = on
    now.save(update_fields=["ended_on"])
    write(act, "notice_ended", now.batch, f"公示 {now.number} 结束", f"notice {now.number} ended", ["cn-2024-1/9.1.c"])
    return now
