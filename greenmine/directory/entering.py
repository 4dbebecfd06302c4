"""Entries (纳入名录): a mine enters a directory after its notice, gets certificate and emblem, and keeps its whole history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.directory import permissions, publishing, sharing
from greenmine.directory.acts import Act, event, lock, mine_of, next_number, state_entry
from greenmine.directory.models import Entry, EntryEvent, LegacyMine, NoticeMine, Objection, PublicNotice, Tier
from greenmine.directory.permissions import CannotEnter, check_words
from greenmine.editions import procedures as tables
from greenmine.editions import queries as editions
from greenmine.gates import actions as passing
from greenmine.gates import queries as gates
from greenmine.notifications import actions as notifications
from greenmine.papers import actions as making
from greenmine.papers.models import Paper
from greenmine.registry.models import Mine

STAGE_OF_TIER = {Tier.PROVINCIAL: "provincial", Tier.NATIONAL: "national"}
# cited where the entry's own territory has the text: the national notice everywhere, the others in their region
CITE = {
    Tier.PROVINCIAL: ("cn-2024-1/2.3.b", "cn-2024-1/9.1.c", "gs-2023/3.3.u", "nm-2020/4.2.i"),
    Tier.NATIONAL: ("cn-2024-1/2.3.b", "cn-2024-1/9.2.e", "cn-2024-1/9.2.f"),
}


@dataclass(frozen=True)
class Certificate:
    """What the enterprise gets to show (证书、牌匾): their numbers."""

    number: str = ""
    emblem: str = ""


def cite_for(provisions: Sequence[str], region: str, on: date) -> list[str]:
    """Those of these clauses whose text reaches the region on the day."""
    edition = editions.active()
    return [
        one
        for one in provisions
        if edition.covers(edition.instrument(edition.provision(one).instrument).territory, region, on)
    ]


@transaction.atomic
def enter(
    mine_key: str,
    tier: str,
    *,
    notice: PublicNotice | str | None,
    application: str,
    decision_number: str,
    certificate_number: str = "",
    standard: str = "",
    by: Person,
    organisation: Organisation,
    on: date,
    emblem_number: str = "",
    standard_digest: str = "",
    batch: str = "",
    papers: Sequence[Paper] = (),
    table: str = "",
) -> Entry:
    """Enter a mine into a directory (纳入名录) on a decision. Its facts are stated, its entry published, everybody told.

    CannotEnter names what is missing: the notice and its end, an objection, the gate, the provincial entry below a national.
    `table` is the step table the application ran on: one of before 2024-04-15 may know the league's notice only, or none.
    """
    act = Act(by, organisation, on)
    permissions.check_keeps(organisation, tier)
    mine = mine_of(mine_key, CannotEnter)
    permissions.check_can_enter(by, organisation, tier, mine.region_code, on=on)
    decision = check_words(decision_number, "决定文号", "the number of the decision", CannotEnter, most=100)
    filed = check_words(application, "申报编号", "the number of the application", CannotEnter, most=32)
    stage = _stage(Tier(tier), table)
    shown = _notice(notice) if stage else None
    _check_may_enter(mine, Tier(tier), on)
    if shown is not None:
        _check_notice(mine, shown, stage)
    _check_gate(mine, filed, on)
    entry = _create(
        number=next_number("ML", on), mine=mine.key, mine_name=mine.name, region_code=mine.region_code,
        holder=mine.holder.key if mine.holder else "", holder_name=mine.holder.name if mine.holder else "", tier=tier,
        owner=organisation.key, owner_name=organisation.name, entered_on=on, decision_number=decision,
        certificate_number=certificate_number.strip()[:100], emblem_number=emblem_number.strip()[:100],
        certificate_issued_on=on if certificate_number.strip() else None, batch=batch or (shown.batch if shown else ""), application=filed,
        notice=shown, standard=standard, standard_digest=standard_digest, edition=editions.active().id,
        entered_by=act.who, recorded_on=on,
    )  # fmt: skip
    words = Tier(tier).zh
    provisions = cite_for(CITE[Tier(tier)], mine.region_code, on)
    event(
        entry, EntryEvent.Kind.ENTERED, act, f"纳入{words}绿色矿山名录（{decision}）",
        f"entered into the {tier} directory ({decision})", provisions,
    )  # fmt: skip
    state_entry(entry, act, "listed", since=on, entered=True)
    LegacyMine.objects.filter(mine=mine.key, outcome=LegacyMine.Outcome.MOVED_UP, entry="").update(entry=entry.number)
    publishing.publish(mine.key, on=on)
    publishing.publish_passes(mine.key, on=on)
    publishing.state(
        "entry", entry, on=on, zh=f"{mine.name}纳入{words}绿色矿山名录", en=f"{mine.name} entered the {tier} directory",
        body={
            "decision_number": decision, "entered_on": on, "certificate_number": entry.certificate_number,
            "notice": shown.number if shown else "", "application": filed, "standard": standard, "provisions": provisions, "batch": entry.batch,
        },
        papers=papers,
    )  # fmt: skip
    _tell(entry, "entered", f"已纳入{words}绿色矿山名录（{entry.number}）", f"entered into the {tier} directory")
    sharing.status_changed(entry, act, f"纳入{words}绿色矿山名录（{decision}）")
    return entry


def _create(**fields: Any) -> Entry:
    """The entry, unless another officer was faster (one winner, one clear sentence)."""
    try:
        with transaction.atomic():
            return Entry.objects.create(**fields)
    except IntegrityError:
        raise CannotEnter(
            "该矿山刚由他人纳入该级名录，请刷新后查看", "somebody else has just entered this mine: look again"
        ) from None


def _stage(tier: Tier, table: str) -> str:
    """At which stage a mine has to have been on notice: the directory's own, unless its procedure of the day knew another."""
    steps = tables.table(table).steps if table in tables.names() else {}
    if not steps or "open_notice" in steps:
        return STAGE_OF_TIER[tier]
    return "league" if "open_league_notice" in steps else ""


def _notice(given: PublicNotice | str | None) -> PublicNotice:
    number = given.number if isinstance(given, PublicNotice) else given or ""
    found = PublicNotice.objects.filter(number=number).first()
    if found is None:
        raise CannotEnter(
            "未经公示不得纳入名录：没有该公示", "nobody enters without a public notice: there is no such notice"
        )
    return found


def _check_may_enter(mine: Mine, tier: Tier, on: date) -> None:
    if mine.ended_on is not None and mine.ended_on <= on:
        raise CannotEnter(f"{mine.name}已并入或分立为其他矿山", f"{mine.name} has become another mine")
    standing = Entry.objects.filter(mine=mine.key, tier=tier, left_on__isnull=True).first()
    if standing is not None:
        raise CannotEnter(
            f"该矿山已在{tier.zh}名录中（{standing.number}）",
            f"this mine is in the {tier} directory ({standing.number})",
        )
    if tier == Tier.NATIONAL:
        _check_provincial(mine)


def _check_notice(mine: Mine, notice: PublicNotice, stage: str) -> None:
    """On the right notice, which ended without an objection that is open or upheld."""
    if notice.stage != stage:
        raise CannotEnter("公示阶段与名录级别不符", "that notice belongs to another directory")
    row = notice.rows.filter(mine=mine.key).first()
    if row is None:
        raise CannotEnter("该矿山不在公示名单中", "this mine was not on the notice")
    if notice.state == PublicNotice.State.WITHDRAWN:
        raise CannotEnter("该公示已撤回", "the notice was withdrawn")
    if notice.state != PublicNotice.State.ENDED:
        raise CannotEnter(
            f"公示尚未结束（公示期至 {notice.until_on}），不能纳入名录",
            f"the notice has not ended (it runs until {notice.until_on}): nobody enters yet",
        )
    if notice.objections.filter(mine=mine.key, kind=Objection.Kind.OBJECTION, closed_on__isnull=True).exists():
        raise CannotEnter("该矿山有异议未办结", "an objection to this mine is open")
    if row.outcome == NoticeMine.Outcome.UPHELD:
        raise CannotEnter("公示异议成立，不能纳入名录", "an objection was upheld: it cannot enter")


def _check_provincial(mine: Mine) -> None:
    """The national directory takes its mines from the provincial ones (从省级名录中好中选优)."""
    below = Entry.objects.filter(mine=mine.key, tier=Tier.PROVINCIAL, left_on__isnull=True).first()
    if below is None:
        raise CannotEnter(
            "国家级名录从省级名录中产生：该矿山不在省级名录中",
            "only mines of a provincial directory enter the national one",
        )
    if below.state != Entry.State.LISTED or below.changing:
        raise CannotEnter(
            f"省级名录条目 {below.number} 目前为{'变更核实中' if below.changing else below.get_state_display()}，不能纳入国家级名录",
            f"its provincial entry {below.number} is {'changing' if below.changing else below.state}",
        )


def _check_gate(mine: Mine, application: str, on: date) -> None:
    """The gate of entry was gone through on this very day for this very application, open or passed on a ground."""
    last = gates.latest(mine.key, "entry")
    if last is None or (last.about_kind, last.about_key) != ("application", application) or last.on != on:
        raise CannotEnter(
            "未经“入名录”关口核验：请在决定当日核验",
            "the gate of entry was not gone through today for this application",
        )
    if not last.is_open and passing.pass_over(last) is None:
        raise CannotEnter("“入名录”关口未通过，不能纳入名录", "the gate of entry is closed: it cannot enter")


def _tell(entry: Entry, verb: str, zh: str, en: str) -> None:
    """The enterprise and the county learn what happened to an entry."""
    text = {"zh": f"{entry.mine_name}：{zh}", "en": f"{entry.mine_name}: {en}"}
    places = [("county_nr", entry.region_code)]
    if entry.holder:
        places.append(("enterprise", entry.holder))
    for place in places:
        notifications.tell(f"directory.{verb}", to=place, about=("entry", entry.number), text=text, todo=False)


@transaction.atomic
def issue_certificate(
    entry: Entry, certificate: Certificate, *, by: Person, organisation: Organisation, on: date
) -> Entry:
    """Hand out certificate and emblem (发放证书牌匾) of an entry that stands."""
    now, act = lock(entry), Act(by, organisation, on)
    permissions.check_owner_decides(by, now, on=on, verb="directory.enter")
    if not now.stands:
        raise CannotEnter("该矿山已不在名录中", "this mine is in the directory no more")
    if now.certificate_issued_on is not None and now.certificate_returned_on is None and now.certificate_number:
        raise CannotEnter(f"证书已发放：{now.certificate_number}", f"it has its certificate: {now.certificate_number}")
    now.certificate_number = check_words(
        certificate.number, "证书编号", "the number of the certificate", CannotEnter, most=100
    )
    now.emblem_number = certificate.emblem.strip()[:100]
    now.certificate_issued_on, now.certificate_returned_on = on, None
    now.save()
    event(
        now, EntryEvent.Kind.CERTIFICATE, act, f"发放证书 {now.certificate_number} {now.emblem_number}".rstrip(),
        f"certificate {now.certificate_number} handed out", ["cn-2024-1/9.1.c"],
    )  # fmt: skip
    _certificate_note(now, "发放", act)
    publishing.publish(now.mine, on=on)
    return now


def _certificate_note(entry: Entry, what: str, act: Act) -> None:
    """The note that certificate and emblem were handed out or taken back (牌匾证书发放／收回单)."""
    fields = {
        "act": what, "entry": entry.number, "mine": entry.mine_name, "holder": entry.holder_name or entry.mine_name,
        "tier": Tier(entry.tier).zh, "certificate": entry.certificate_number, "decision": entry.decision_number, "done_on": act.on.isoformat(),
    }  # fmt: skip
    if entry.emblem_number:
        fields["emblem"] = entry.emblem_number
    making.make(
        "certificate-note", fields, subject=("entry", entry.number), region_code=entry.region_code, by=act.by,
        organisation=act.organisation, on=act.on,
    )  # fmt: skip


@transaction.atomic
def take_back_certificate(entry: Entry, *, by: Person, organisation: Organisation, on: date) -> Entry:
    """Take certificate and emblem back (收回证书牌匾) of an entry that ended."""
    now, act = lock(entry), Act(by, organisation, on)
    permissions.check_owner_decides(by, now, on=on, verb="directory.enter")
    if now.stands:
        raise CannotEnter("在册矿山的证书不收回", "the certificate of a listed mine is not taken back")
    if not now.certificate_number or now.certificate_returned_on is not None:
        raise CannotEnter("没有待收回的证书", "there is no certificate to take back")
    now.certificate_returned_on = on
    now.save()
    event(
        now, EntryEvent.Kind.RETURNED, act, f"收回证书 {now.certificate_number}", f"certificate {now.certificate_number} returned",
        ["cn-2024-1/10.a"],
    )  # fmt: skip
    _certificate_note(now, "收回", act)
    return now
