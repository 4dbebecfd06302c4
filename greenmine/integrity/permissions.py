"""Who may do what about integrity, and is it time: each check raises the sentence that the button shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from greenmine.accounts import permissions as accounts
from greenmine.integrity.models import BlindDraw, Inquiry, Recheck, Signal

GROUNDS = ("cn-2024-1/17.0.1", "cn-2024-1/17.0.2", "cn-2024-1/17.0.3", "cn-2024-1/17.0.4", "cn-2024-1/17.0.5")
LONGEST = 4000


class CannotJudge(Exception):
    """An act on a signal, a draw or an inquiry that is refused, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


class CannotInquire(CannotJudge):
    """An act of an inquiry that is refused."""


def check_words(text: str, zh: str, en: str) -> str:
    """Words that have to be there, and not too many."""
    kept = text.strip()
    if not kept:
        raise CannotInquire(f"请填写{zh}", f"give {en}")
    if len(kept) > LONGEST:
        raise CannotInquire(f"{zh}最多 {LONGEST} 字，请缩短", f"{en}: at most {LONGEST} characters")
    return kept


def check_can_handle(by: Any, signal: Signal, *, on: date) -> None:
    """Those who run inquiries where the signal lies, while nobody has dismissed it or opened an inquiry on it."""
    accounts.check_can(by, "inquiries.run", on=on, region=signal.region_code)
    if signal.state == Signal.State.INQUIRY:
        raise CannotJudge("该信号已转入调查，请在调查中办理", "an inquiry was opened on this signal: work on it there")
    if signal.state == Signal.State.DISMISSED:
        raise CannotJudge("该信号已排除", "this signal was dismissed")


def check_can_open(by: Any, region: str, ground: str, *, on: date) -> None:
    """Inquiries are opened by the province or the ministry, on one of the grounds of the notice."""
    accounts.check_can(by, "inquiries.run", on=on, region=region)
    if ground not in GROUNDS:
        raise CannotInquire(
            "请选择（十七）第1段所列情形之一", "choose one of the grounds of article 17, first paragraph"
        )


def check_can_work_on(by: Any, inquiry: Inquiry, *, on: date, verb: str = "inquiries.run") -> None:
    """The authority in whose region the inquiry lies, until it is closed."""
    accounts.check_can(by, verb, on=on, region=inquiry.region_code)
    if inquiry.closed_on is not None:
        raise CannotInquire("调查已办结", "the inquiry is closed")


def check_can_decide(by: Any, inquiry: Inquiry, *, on: date) -> None:
    """A decider who did not open it decides, on what was written down and proved."""
    check_can_work_on(by, inquiry, on=on, verb="inquiries.decide")
    accounts.check_is_not_proposer(by, inquiry.opened_by_id)


def check_is_proved(inquiry: Inquiry) -> None:
    """No sanction without a verified finding: a record with evidence that stands in the file (经查实)."""
    if not inquiry.records.exists():
        raise CannotInquire(
            "尚无调查记录：须先查明事实并附证据，才能作出查实决定",
            "nothing was found out yet: record the facts with evidence before deciding that it is verified",
        )
    if not inquiry.records.filter(evidence__isnull=False).exists():
        raise CannotInquire(
            "调查记录没有附证据：须附至少一份证据材料，才能作出查实决定",
            "no record carries evidence: attach at least one file before deciding that it is verified",
        )


def check_can_debar(by: Any, inquiry: Inquiry, *, on: date) -> None:
    """Only after a verified decision that was served; by a decider who did not open the inquiry."""
    check_can_decide(by, inquiry, on=on)
    if inquiry.outcome != "verified":
        raise CannotInquire(
            "未经查实不得列入黑名单：须先作出查实决定", "nobody is debarred unverified: decide the inquiry first"
        )
    if inquiry.notified_on is None:
        raise CannotInquire("处理决定尚未送达，不能列入黑名单", "the decision was not served yet")


def check_can_look_again(by: Any, recheck: Recheck, *, on: date) -> None:
    """Those who run inquiries where the mine lies, once."""
    accounts.check_can(by, "inquiries.run", on=on, region=recheck.inquiry.region_code)
    if recheck.outcome != Recheck.Outcome.OPEN:
        raise CannotInquire("该报告已复核", "this report was looked at already")


def check_can_order(by: Any, draw: BlindDraw, *, on: date) -> None:
    """A draw is ordered once, by somebody who may prepare engagements there."""
    accounts.check_can(by, "engagements.prepare", on=on, region=draw.region_code)
    if draw.ordered_on is not None:
        raise CannotJudge("该次抽样已下达", "this sample was ordered already")


def why_not(check: Any, *arguments: Any, **named: Any) -> CannotJudge | accounts.NotAllowed | None:
    """The refusal of a check, for a button; None where it may be done."""
    try:
        check(*arguments, **named)
    except (CannotJudge, accounts.NotAllowed) as refused:
        return refused
    return None
