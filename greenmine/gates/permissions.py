"""Who may pass a closed gate, and what nobody may: each check raises the sentence that the button shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from greenmine.accounts import permissions as accounts
from greenmine.gates.models import GateCheck, GatePass

LONGEST = 2000
SHOWN = 3


class CannotPass(Exception):
    """A gate that may not be passed, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


class GateClosed(CannotPass):
    """A gate is closed (关口未通过): the step behind it is refused, with every line that closed it."""

    def __init__(self, zh: str, en: str, check_lines: Sequence[Mapping[str, Any]], check: GateCheck) -> None:
        super().__init__(zh, en)
        self.check_lines = list(check_lines)
        self.check = check

    @property
    def may_be_passed(self) -> bool:
        """Whether a named person may pass it on a written ground."""
        return all(line["passable"] for line in self.check_lines)


def check_ground(text: str) -> str:
    """A ground is written, and not endless."""
    kept = text.strip()
    if not kept:
        raise CannotPass("请书面说明通过关口的理由", "give the ground on which the gate is passed, in writing")
    if len(kept) > LONGEST:
        raise CannotPass(f"理由最多 {LONGEST} 字，请缩短", f"the ground has at most {LONGEST} characters: shorten it")
    return kept


def check_can_pass(by: Any, check: GateCheck, *, on: date) -> None:
    """A decider of the region who did not run the check; nobody passes what does not meet the law."""
    accounts.check_can(by, "gates.pass", on=on, region=check.region_code)
    if check.is_open:
        raise CannotPass("该关口没有关闭，无需说明理由通过", "the gate is open: there is nothing to pass")
    firm = [line for line in check.closing if not line["passable"]]
    if firm:
        zh, en = (
            "、".join(line["what"]["zh"] for line in firm[:SHOWN]),
            ", ".join(line["what"]["en"] for line in firm[:SHOWN]),
        )
        raise CannotPass(
            f"存在不符合的核验项，不能说明理由通过：{zh}",
            f"what does not meet the law cannot be passed on a ground: {en}",
        )
    if GatePass.objects.filter(check_passed=check).exists():
        raise CannotPass("该关口已说明理由通过", "this gate was passed already")
    accounts.check_is_not_proposer(by, check.by_id)


def why_not(check: GateCheck, by: Any, *, on: date) -> CannotPass | accounts.NotAllowed | None:
    """The refusal, for the button; None where the gate may be passed."""
    try:
        check_can_pass(by, check, on=on)
    except (CannotPass, accounts.NotAllowed) as refused:
        return refused
    return None
