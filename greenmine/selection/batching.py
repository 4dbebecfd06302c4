"""Batches (遴选批次): drafted, issued by another person, announced at the end; an application may wait for a later one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.vocabulary import Level
from greenmine.assessors.numbers import take_yearly
from greenmine.notifications import actions as notifications
from greenmine.papers.models import Paper
from greenmine.registry import queries as registry
from greenmine.selection import issuing, permissions
from greenmine.selection.models import Application, Batch
from greenmine.selection.models.applications import Tier
from greenmine.selection.permissions import CannotSelect, check_words
from greenmine.selection.recording import Act, lock, write

COUNTRY = "000000"
BEFORE_NOTICE = (
    "filed", "returned", "accepted", "reviewing", "returned_in_review", "review_passed", "assessing", "assessed",
    "consent_asked", "consented", "sent_to_league", "sent_to_city", "at_city", "sent_to_province", "at_province",
    "sent_passed", "reported", "sent_to_region", "at_region", "verifying", "confirmed", "at_league", "recommended",
    "supported", "checking",
)  # fmt: skip


@dataclass(frozen=True)
class NewBatch:
    """A batch to be opened: into which directory, what its notice says, first and last day of filing."""

    title: str
    opens_on: date
    closes_on: date
    text: str = ""
    tier: str = Tier.PROVINCIAL


@transaction.atomic
def open_batch(new: NewBatch, *, by: Person, organisation: Organisation, on: date) -> Batch:
    """Draft a batch (拟定批次). Provincial ones are the province's, national ones the ministry's; there are no others."""
    act = Act(by, organisation, on)
    if new.tier not in Tier.values:
        raise CannotSelect("名录只有国家级和省级两级", "there are national and provincial directories only")
    owner = Level.MINISTRY if new.tier == Tier.NATIONAL else Level.PROVINCE
    if organisation.level != owner:
        raise CannotSelect(
            f"{Tier(new.tier).label}批次由{Level(owner).label}自然资源主管部门组织",
            f"a {new.tier} batch is run by the authority of {owner} level",
        )
    permissions.check_can_run_batches(by, organisation.division, on=on)
    if new.closes_on < new.opens_on:
        raise CannotSelect("截止日期不能早于开始日期", "the last day must not lie before the first")
    if new.closes_on < on:
        raise CannotSelect("截止日期不能早于今天", "the last day has passed already")
    batch = Batch.objects.create(
        number=take_yearly("PC", on), tier=new.tier, region_code=organisation.division, organisation=organisation.key,
        organisation_name=organisation.name, title=check_words(new.title, "批次名称", "a title", most=200),
        text=new.text.strip()[: permissions.LONGEST], opens_on=new.opens_on, closes_on=new.closes_on, made_by=by.name,
        made_by_id=by.pk, made_on=on,
    )  # fmt: skip
    write(act, "batch_drafted", batch, f"拟定批次“{batch.title}”", "drafted the batch", ["gs-2023/3.10.c"])
    return batch


@transaction.atomic
def issue_batch(batch: Batch, document: str, *, by: Person, organisation: Organisation, on: date) -> Batch:
    """Issue its notice (印发批次通知): another person than the one who drafted it. Enterprises of the region are told."""
    now = Batch.objects.select_for_update().get(pk=batch.pk)
    permissions.check_can_issue(by, now, organisation, on=on)
    now.document = check_words(document, "批次通知文号", "the number of the notice", most=100)
    now.issued_on, now.issued_by = on, f"{organisation.name} · {by.name}"
    now.save(update_fields=["document", "issued_on", "issued_by"])
    act = Act(by, organisation, on)
    write(
        act, "batch_issued", now, f"印发批次通知 {now.document}，受理期 {now.opens_on} 至 {now.closes_on}",
        f"issued {now.document}: filing from {now.opens_on} to {now.closes_on}", ["gs-2023/3.10.c", "cn-2024-1/7.2.c"],
    )  # fmt: skip
    if now.tier == Tier.PROVINCIAL:
        _tell_enterprises(now)
    return now


def _tell_enterprises(batch: Batch) -> None:
    prefix = batch.region_code[:2]
    holders = (
        registry.standing_mines()
        .filter(region_code__startswith=prefix, holder__isnull=False)
        .values_list("holder__key", flat=True)
        .distinct()
    )
    accounts_here = Organisation.objects.filter(kind="enterprise", enterprise__in=list(holders))
    for firm in accounts_here.order_by("id"):
        notifications.tell(
            "selection.batch_issued", to=firm, about=("batch", batch.number), todo=False, due_on=batch.closes_on,
            text={
                "zh": f"“{batch.title}”开始受理申报，截止 {batch.closes_on}",
                "en": f"{batch.title}: applications are taken until {batch.closes_on}",
            },
        )  # fmt: skip


@transaction.atomic
def move(
    application: Application, batch: Batch, reason: str, *, by: Person, organisation: Organisation, on: date
) -> Application:
    """Move an application that cannot keep pace to a later batch (转入后续批次), before its public notice."""
    now, act = lock(application), Act(by, organisation, on)
    permissions.check_can_run_batches(by, now.batch.region_code, on=on)
    words = check_words(reason, "转入后续批次的理由", "why it is moved", most=500)
    if now.closed_on is not None or now.state not in BEFORE_NOTICE:
        raise CannotSelect("该申报已办结或已公示，不能转批次", "it has ended or is on a notice: it stays in its batch")
    if batch.pk == now.batch_id or batch.tier != now.tier or batch.region_code != now.batch.region_code:
        raise CannotSelect("请选择同一名录的另一批次", "choose another batch of the same directory")
    if batch.issued_on is None or batch.announced_on is not None:
        raise CannotSelect("该批次尚未印发或已公告", "that batch was not issued, or was announced already")
    before = now.batch.number
    now.batch = batch
    now.save(update_fields=["batch"])
    write(
        act,
        "moved",
        now,
        f"由 {before} 转入 {batch.number}：{words}",
        f"moved from {before} to {batch.number}: {words}",
        ["gs-2023/3.10.c"],
    )
    return now


@transaction.atomic
def announce(batch: Batch, *, by: Person, organisation: Organisation, on: date) -> Paper:
    """Draft the announcement (入名录公告) of everything this batch listed; it is signed and served as a paper."""
    now, act = Batch.objects.select_for_update().get(pk=batch.pk), Act(by, organisation, on)
    permissions.check_can_announce(by, now, organisation, on=on)
    listed = list(now.applications.filter(outcome=Application.Outcome.LISTED).order_by("number"))
    paper = issuing.announcement(now, listed, act)
    now.announcement, now.announced_on = paper, on
    now.save(update_fields=["announcement", "announced_on"])
    names = "、".join(one.mine_name for one in listed[:10])
    write(
        act, "announced", now, f"拟发入名录公告，{len(listed)} 座矿山：{names}", f"drafted the announcement of {len(listed)} mines",
        ["cn-2024-1/9.2.f", "cn-2024-1/9.2.e"] if now.tier == Tier.NATIONAL else ["cn-2024-1/9.1.c"],
    )  # fmt: skip
    return paper
