"""Who may ask for missing facts, and when: each check raises the sentence that the button and the page show."""

from __future__ import annotations

from datetime import date

from greenmine.evaluation.models import FactRequest

LONGEST_REASON = 500


class CannotRequest(Exception):
    """A request for facts (补录) that is refused, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


def check_can_request(*, mines: int, facts: int, due_on: date | None, on: date, reason: str = "") -> None:
    """A request names at least one mine and one fact, and a day that has not passed."""
    if not mines:
        raise CannotRequest("请至少选择一座矿山", "choose at least one mine")
    if not facts:
        raise CannotRequest("请至少选择一项事实", "choose at least one fact")
    if due_on is None:
        raise CannotRequest("请填写期限", "give the day by which it is due")
    if due_on < on:
        raise CannotRequest("期限不能早于今天", "the day it is due must not have passed")
    if len(reason.strip()) > LONGEST_REASON:
        raise CannotRequest(
            f"事由最多 {LONGEST_REASON} 字，请缩短", f"the reason has at most {LONGEST_REASON} characters: shorten it"
        )


def check_can_chase(request: FactRequest, *, still_open: int, on: date) -> None:
    """Only what is still open is chased, once a day at most."""
    if request.closed_on is not None or not still_open:
        raise CannotRequest("已全部填报，无需催办", "everything was stated: there is nothing to chase")
    if request.items.filter(chased_on=on, state="open").exists():
        raise CannotRequest("今天已经催办过", "it was already chased today")
