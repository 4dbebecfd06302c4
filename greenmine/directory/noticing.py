"""Public notices (公示): begun for a list of mines, open to objections until their last day, ended by a person's act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.directory import permissions, publishing
from greenmine.directory.acts import Act, lock, mine_of, next_number, write
from greenmine.directory.models import NoticeMine, Objection, PublicNotice
from greenmine.directory.permissions import CannotNotice, check_words
from greenmine.editions import queries as editions
from greenmine.editions import readings
from greenmine.law.steps import Clock
from greenmine.law.steps.table import KINDS, count
from greenmine.notifications import actions as notifications
from greenmine.papers.models import Paper

MOST_MINES = 500
DECIDED = ("upheld", "not_upheld")
MOST_DAYS = 365
CITE = {
    "league": ["nm-2020/4.2.g.2"],
    "provincial": ["cn-2024-1/9.1.b"],
    "national": ["cn-2024-1/9.2.d"],
}
STAGE_WORDS = {
    "league": ("盟市公示", "league notice"),
    "provincial": ("省级公示", "provincial notice"),
    "national": ("国家级公示", "national notice"),
}


@dataclass(frozen=True)
class NoticeRow:
    """One mine to be put on notice, with what is proposed for it in words."""

    mine: str
    result: str = ""
    application: str = ""


def proposed_days(region_code: str, on: date) -> tuple[readings.Reading, readings.Reading]:
    """The days of notice and how they are counted, as read for a region; an officer may enter others for a batch."""
    found = readings.values_of(["notice-days", "notice-day-kind"], region_code, on)
    return found["notice-days"], found["notice-day-kind"]


def last_day(days: int, kind: str, on: date) -> tuple[date, bool]:
    """The last day of a notice begun on a day (起算日不计入), and whether a year without sourced holidays was passed."""
    if kind not in KINDS:
        raise CannotNotice("请选择工作日或自然日", "choose working or calendar days")
    if not 0 < days <= MOST_DAYS:
        raise CannotNotice(f"公示天数应为 1 至 {MOST_DAYS}", f"a notice lasts from 1 to {MOST_DAYS} days")
    found = count(Clock(days, kind, "open"), on, editions.active().calendar)
    if found.on is None:
        raise CannotNotice(found.reason["zh"], found.reason["en"])
    return found.on, found.provisional


@transaction.atomic
def open_notice(
    stage: str,
    mines: Sequence[NoticeRow],
    *,
    days: int,
    contact: str,
    title: str,
    by: Person,
    organisation: Organisation,
    on: date,
    paper: Paper | None = None,
    batch: str = "",
    days_kind: str = "working",
    days_from: Mapping[str, Any] | None = None,
) -> PublicNotice:
    """Begin a public notice (发起公示) today. One for each batch and stage; its list, dates and contact become public."""
    act = Act(by, organisation, on)
    permissions.check_can_give_notice(by, organisation, stage, on=on)
    named = check_words(title, "公示标题", "a title", CannotNotice, most=300)
    where = check_words(contact, "异议受理的联系方式", "where objections go", CannotNotice, most=500)
    until, provisional = last_day(days, days_kind, on)
    rows = _rows(stage, mines, organisation)
    if batch and PublicNotice.objects.filter(batch=batch, stage=stage).exclude(state="withdrawn").exists():
        raise CannotNotice("该批次在本阶段已公示过", "this batch had its notice at this stage already")
    notice = _create(
        number=next_number("GS", on), stage=stage, organisation=organisation.key, organisation_name=organisation.name,
        region_code=organisation.division, title=named, from_on=on, until_on=until, days=days, days_kind=days_kind,
        days_from=dict(days_from or {"by": "officer", "confidence": "I"}), provisional=provisional, contact=where,
        batch=batch, paper=paper, opened_by=act.who, opened_by_id=by.pk, opened_on=on,
    )  # fmt: skip
    for row in rows:
        row.notice = notice
    NoticeMine.objects.bulk_create(rows)
    kind = "个工作日" if days_kind == "working" else "日"
    write(
        act, "notice_opened", ("notice", notice.number),
        f"发起{STAGE_WORDS[stage][0]} {notice.number}：{len(rows)} 座矿山，{days}{kind}，至 {until}",
        f"{STAGE_WORDS[stage][1]} {notice.number} begun: {len(rows)} mines, until {until}",
        CITE[stage], region=notice.region_code, payload={"mines": [row.mine for row in rows], "batch": batch},
    )  # fmt: skip
    publishing.notice_begun(notice, rows)
    for row in rows:
        publishing.publish(row.mine, on=on)
        publishing.publish_passes(row.mine, on=on)
        _tell_holder(row, notice)
    return notice


def _create(**fields: Any) -> PublicNotice:
    """The notice, unless another officer was faster with the same batch."""
    try:
        with transaction.atomic():
            return PublicNotice.objects.create(**fields)
    except IntegrityError:
        raise CannotNotice(
            "该批次刚由他人发起公示，请刷新后查看", "somebody else has just begun this notice: look again"
        ) from None


def _rows(stage: str, mines: Sequence[NoticeRow], organisation: Organisation) -> list[NoticeMine]:
    if not mines or len(mines) > MOST_MINES:
        raise CannotNotice(f"公示名单应有 1 至 {MOST_MINES} 座矿山", f"a notice names between 1 and {MOST_MINES} mines")
    found: dict[str, NoticeMine] = {}
    divisions = editions.active().divisions
    running = set(
        NoticeMine.objects.filter(
            notice__state=PublicNotice.State.RUNNING, notice__stage=stage, mine__in=[one.mine for one in mines]
        ).values_list("mine", flat=True)
    )
    for one in mines:
        mine = mine_of(one.mine, CannotNotice)
        if mine.key in found:
            raise CannotNotice(f"{mine.name}重复列入", f"{mine.name} stands on the list twice")
        if mine.key in running:
            raise CannotNotice(f"{mine.name}正在公示中", f"{mine.name} is on a running notice already")
        if not mine.region_code.startswith(divisions.prefix(organisation.division)):
            raise CannotNotice(f"{mine.name}不在本地区", f"{mine.name} lies outside this region")
        found[mine.key] = NoticeMine(
            mine=mine.key, mine_name=mine.name, holder=mine.holder.key if mine.holder else "",
            holder_name=mine.holder.name if mine.holder else "", region_code=mine.region_code,
            result=one.result[:300], application=one.application,
        )  # fmt: skip
    return list(found.values())


def _tell_holder(row: NoticeMine, notice: PublicNotice) -> None:
    if row.holder:
        notifications.tell(
            "directory.notice_opened", to=("enterprise", row.holder), about=("notice", notice.number), todo=False,
            text={
                "zh": f"{row.mine_name}已公示（{notice.number}），至 {notice.until_on}",
                "en": f"{row.mine_name} is on public notice ({notice.number}) until {notice.until_on}",
            },
        )  # fmt: skip


@transaction.atomic
def end_notice(notice: PublicNotice, *, by: Person, on: date, organisation: Organisation | None = None) -> PublicNotice:
    """End a notice (公示结束) after its last day, with how each mine came out. Refused while an objection is open."""
    now = lock(notice)
    permissions.check_can_end_notice(by, now, on=on)
    act = Act(by, organisation or Organisation.objects.get(key=now.organisation), on)
    rows = list(now.rows.order_by("id"))
    decided = _decided(now)
    for row in rows:
        row.outcome = decided.get(row.mine, NoticeMine.Outcome.CLEAR)
        row.save(update_fields=["outcome"])
    now.state, now.ended_on, now.ended_by = PublicNotice.State.ENDED, on, act.who
    now.save()
    upheld = [row.mine_name for row in rows if row.outcome == NoticeMine.Outcome.UPHELD]
    clear = len(rows) - len(upheld)
    zh = f"公示结束：{clear} 座无异议或异议不成立"
    en = f"notice ended: {clear} without objection, or with one that was not upheld"
    if upheld:
        zh, en = f"{zh}；{len(upheld)} 座异议成立", f"{en}; {len(upheld)} objections upheld"
    write(
        act, "notice_ended", ("notice", now.number), f"{now.number} {zh}", f"{now.number}: {en}",
        [*CITE[now.stage], "cn-2024-1/9.1.c"] if now.stage != "league" else ["nm-2020/4.2.g.3"], region=now.region_code,
    )  # fmt: skip
    publishing.notice_closed(now, zh, en, on=on)
    for row in rows:
        publishing.publish(row.mine, on=on)
    return now


def _decided(notice: PublicNotice) -> dict[str, str]:
    """How the objections to a notice were decided, mine by mine: one that is upheld outweighs the others."""
    found: dict[str, str] = {}
    for one in notice.objections.filter(kind=Objection.Kind.OBJECTION).order_by("id"):
        if one.outcome in DECIDED and found.get(one.mine) != NoticeMine.Outcome.UPHELD:
            found[one.mine] = one.outcome
    return found


@transaction.atomic
def withdraw_notice(
    notice: PublicNotice, reason: str, *, by: Person, on: date, organisation: Organisation | None = None
) -> PublicNotice:
    """Take a notice back while it runs (撤回公示), with a reason the public sees. Its objections stay in the file."""
    now = lock(notice)
    permissions.check_can_withdraw_notice(by, now, on=on)
    now.reason = check_words(reason, "撤回理由", "why it is withdrawn", CannotNotice, most=1000)
    act = Act(by, organisation or Organisation.objects.get(key=now.organisation), on)
    now.state, now.ended_on, now.ended_by = PublicNotice.State.WITHDRAWN, on, act.who
    now.save()
    write(
        act, "notice_withdrawn", ("notice", now.number), f"撤回公示 {now.number}：{now.reason}",
        f"notice {now.number} withdrawn", CITE[now.stage], region=now.region_code,
    )  # fmt: skip
    publishing.notice_closed(now, f"撤回：{now.reason}", "withdrawn by the authority", on=on)
    for row in now.rows.all():
        publishing.publish(row.mine, on=on)
    return now
