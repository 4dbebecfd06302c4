"""What may be sent, and who may see who sent it: each refusal is a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.permissions import NotAllowed
from greenmine.directory.intake.models import Envelope, Knock
from greenmine.directory.published import queries as published
from greenmine.directory.published.models import NoticeRow, PublishedNotice

LONGEST, SHORTEST = 4000, 10
LONGEST_NAME, LONGEST_CONTACT = 60, 120
HOUR = timedelta(hours=1)


class CannotSend(Exception):
    """Why a letter is not taken, in words; what was typed stays in the form."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class From:
    """Who sends a letter by name (具名): sealed at once."""

    name: str
    contact: str
    address: str = ""


def check_source(source: str, per_hour: int) -> None:
    """So many letters an hour from one source; a source is known for an hour and by a keyed hash only."""
    if not source:
        return
    since = datetime.now(UTC) - HOUR
    if Knock.objects.filter(source=source, at__gte=since).count() >= per_hour:
        raise CannotSend(
            f"同一网络地址一小时内最多提交 {per_hour} 件，请稍后再试；您填写的内容仍在本页",
            f"at most {per_hour} letters an hour from one address; try again later, what you wrote is still here",
        )


def check_text(text: str) -> str:
    """Something has to be said, and not too much."""
    kept = text.strip()
    if len(kept) < SHORTEST:
        raise CannotSend(
            f"请写明具体情况（至少 {SHORTEST} 个字）", f"say what it is about, in {SHORTEST} characters at least"
        )
    if len(kept) > LONGEST:
        raise CannotSend(
            f"内容最多 {LONGEST} 字，请缩短或作为材料附上", f"at most {LONGEST} characters; attach the rest"
        )
    return kept


def check_sender(sender: From | None) -> From | None:
    """By name means name and a way to be reached; both or neither."""
    if sender is None:
        return None
    given = From(sender.name.strip(), sender.contact.strip(), sender.address.strip())
    if not given.name and not given.contact:
        return None
    if not given.name or not given.contact:
        raise CannotSend(
            "具名提交须同时填写姓名（单位名称）和联系方式；不愿具名请选择匿名",
            "a letter by name needs name and contact; choose anonymous otherwise",
        )
    if len(given.name) > LONGEST_NAME or len(given.contact) > LONGEST_CONTACT or len(given.address) > LONGEST_CONTACT:
        raise CannotSend("姓名或联系方式过长", "name or contact is too long")
    return given


def check_can_object(notice: str, mine: str, *, on: date) -> tuple[PublishedNotice, NoticeRow]:
    """Objections are taken while the notice runs, its last day included, about a mine of its list."""
    found = published.notice(notice)
    if found is None:
        raise CannotSend("没有这份公示", "there is no such notice")
    if found.state != PublishedNotice.State.RUNNING or on > found.until_on:
        raise CannotSend(
            f"公示已于 {found.until_on:%Y-%m-%d} 截止，不再接收异议；发现问题可通过投诉举报反映",
            f"the notice ended on {found.until_on:%Y-%m-%d}; complaints are taken at any time",
        )
    if on < found.from_on:
        raise CannotSend("公示尚未开始", "the notice has not begun")
    row = found.rows.filter(mine=mine).first()
    if row is None:
        raise CannotSend("请选择公示名单中的矿山", "choose a mine of the notice's list")
    return found, row


def check_can_handle(by: Any, envelope: Envelope, *, on: date) -> None:
    """The competent office where the matter lies, until the letter is answered."""
    accounts.check_can(by, "incoming.handle", on=on, region=envelope.region_code)
    _check_is_for(by, envelope, on=on)
    if envelope.state in {Envelope.State.ANSWERED, Envelope.State.REFUSED}:
        raise CannotSend("该来件已办结", "this letter was answered already")


def check_can_identify(by: Any, envelope: Envelope, reason: str, *, on: date) -> str:
    """Who sent it is shown to those who may, for a reason that is written down (查阅须说明理由)."""
    accounts.check_can(by, "incoming.identify", on=on, region=envelope.region_code)
    _check_is_for(by, envelope, on=on)
    kept = reason.strip()
    if not kept:
        raise CannotSend("请说明查阅来件人身份的理由", "say why you need to know who sent it")
    return kept[:500]


def _check_is_for(by: Any, envelope: Envelope, *, on: date) -> None:
    """Objections are for the authority that gave notice and for nobody else: it protects who objects (身份保护)."""
    if envelope.kind != Envelope.Kind.OBJECTION:
        return
    if envelope.organisation not in {held.organisation.key for held in people.memberships(by, on=on)}:
        raise NotAllowed(
            "公示异议由发布公示的单位受理和办理。",
            "An objection is for the authority that gave notice, and for nobody else.",
        )
