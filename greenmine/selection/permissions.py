"""Who may do what in selection, and is it time: each check raises the sentence that the button shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from greenmine.accounts import permissions as accounts
from greenmine.selection.models import Application, Batch

LONGEST = 4000


class CannotSelect(Exception):
    """An act of selection that is refused (不能办理), in words; `missing` names facts or materials that are lacking."""

    def __init__(self, zh: str, en: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en, self.missing = zh, en, missing


def plain(text: Any) -> str:
    """A text without what no database stores: NUL and halves of characters."""
    return str("" if text is None else text).replace("\0", "").encode("utf-8", "ignore").decode().strip()


def check_words(text: Any, zh: str, en: str, *, most: int = LONGEST) -> str:
    """Words that have to be there, and not too many."""
    kept = plain(text)
    if not kept:
        raise CannotSelect(f"请填写{zh}", f"give {en}")
    if len(kept) > most:
        raise CannotSelect(f"{zh}最多 {most} 字，请缩短", f"{en}: at most {most} characters")
    return kept


def check_can_run_batches(by: Any, region: str, *, on: date) -> None:
    """Batches are run by the authority that owns the directory: the province, or the ministry."""
    accounts.check_can(by, "selection.batch", on=on, region=region)


def check_can_prepare(by: Any, holder: str, *, on: date) -> None:
    """The enterprise that holds the mine prepares its application."""
    accounts.check_can(by, "selection.prepare", on=on, enterprise=holder)


def check_can_file(by: Any, application: Application, *, on: date) -> None:
    """The enterprise's decider files, while the batch takes applications."""
    accounts.check_can(by, "selection.file", on=on, enterprise=application.holder)
    if not application.is_draft:
        raise CannotSelect("该申报已提交", "this application was filed already")
    check_takes(application.batch, on=on)


def check_takes(batch: Batch, *, on: date) -> None:
    """Filing is open from the first to the last day of the batch, both included."""
    if batch.issued_on is None or batch.issued_on > on:
        raise CannotSelect("该批次通知尚未印发", "the notice of this batch was not issued yet")
    if on < batch.opens_on:
        raise CannotSelect(
            f"批次 {batch.number} 自 {batch.opens_on} 起受理申报",
            f"batch {batch.number} takes applications from {batch.opens_on}",
        )
    if on > batch.closes_on:
        raise CannotSelect(
            f"批次 {batch.number} 已于 {batch.closes_on} 截止，请参加下一批次",
            f"batch {batch.number} closed on {batch.closes_on}: join the next one",
        )


def check_is_draft(application: Application) -> None:
    """What was filed does not change under the reader's hands."""
    if not application.is_draft:
        raise CannotSelect("申报已提交，不能修改；退回补正后可补充", "it was filed: it changes only after a return")


def check_can_issue(by: Any, batch: Batch, organisation: Any, *, on: date) -> None:
    """Issued by the authority that drafted it, by another person, before its last day."""
    check_can_run_batches(by, batch.region_code, on=on)
    accounts.check_is_not_proposer(by, batch.made_by_id)
    if batch.organisation != organisation.key:
        raise CannotSelect("只能印发本单位的批次", "a batch is issued by the authority that drafted it")
    if batch.issued_on is not None:
        raise CannotSelect(f"该批次已于 {batch.issued_on} 印发", f"it was issued on {batch.issued_on}")
    if batch.closes_on < on:
        raise CannotSelect("截止日期已过，请另拟批次", "its last day has passed: draft another one")


def check_can_announce(by: Any, batch: Batch, organisation: Any, *, on: date) -> None:
    """Announced once by the authority that ran it, when everything filed has ended and something was listed."""
    accounts.check_can(by, "directory.enter", on=on, region=batch.region_code)
    if batch.organisation != organisation.key:
        raise CannotSelect("由组织该批次的主管部门公告", "the authority that ran the batch announces it")
    if batch.announced_on is not None:
        raise CannotSelect(f"该批次已于 {batch.announced_on} 公告", f"it was announced on {batch.announced_on}")
    if not batch.applications.filter(outcome=Application.Outcome.LISTED).exists():
        raise CannotSelect("该批次尚无纳入名录的矿山", "nothing of this batch was entered yet")
    waiting = list(batch.applications.filter(closed_on=None).exclude(filed_on=None).order_by("number"))
    if waiting:
        names = "、".join(one.mine_name for one in waiting[:3])
        raise CannotSelect(
            f"本批次还有 {len(waiting)} 件未办结：{names}；请办结或转入后续批次后再公告",
            f"{len(waiting)} applications of the batch are still open: end them, or move them to a later batch",
        )


def why_not(check: Any, *arguments: Any, **named: Any) -> CannotSelect | accounts.NotAllowed | None:
    """The refusal of a check, for a button; None where it may be done."""
    try:
        check(*arguments, **named)
    except (CannotSelect, accounts.NotAllowed) as refused:
        return refused
    return None
