"""Batch query by unified social credit code (批量查询): for each code what is published of its holder's mines, in the order asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from greenmine.accounts.credit_code import credit_code_problem
from greenmine.directory.published import queries
from greenmine.directory.published.models import PublishedMine
from greenmine.directory.published.proofs_figures import figure

SEPARATORS = re.compile(r"[\s,;，；、|]+")


class TooManyCodes(Exception):
    """More codes than one question takes."""

    def __init__(self, given: int, most: int) -> None:
        self.zh = f"一次最多查询{most}个统一社会信用代码，现为{given}个，请分批查询。"
        self.en = f"One query takes {most} credit codes at most, not {given}; ask in parts."
        super().__init__(f"{self.zh} · {self.en}")


@dataclass(frozen=True)
class Answer:
    """What is known of one code: why it is none, or the published mines of its holder (none means: not in the directory)."""

    code: str
    problem: tuple[str, str] | None
    mines: tuple[PublishedMine, ...]


def read_codes(text: str) -> list[str]:
    """The codes in a text that was typed or pasted: capitals, full width made half, each once, in order."""
    folded = text.translate({wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}).upper()
    return list(dict.fromkeys(code for code in SEPARATORS.split(folded) if code))


def batch(codes: Iterable[str], *, on: date) -> list[Answer]:
    """An answer for each code, by one question to the database. TooManyCodes where there are more than one query takes."""
    asked = list(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    most = figure("batch-query-codes", on)
    if len(asked) > most:
        raise TooManyCodes(len(asked), most)
    problems = {code: credit_code_problem(code) for code in asked}
    found: dict[str, list[PublishedMine]] = {code: [] for code in asked}
    for mine in _mines([code for code in asked if problems[code] is None]):
        found[mine.credit_code].append(mine)
    return [Answer(code, problems[code], tuple(found[code])) for code in asked]


def _mines(codes: Sequence[str]) -> Iterable[PublishedMine]:
    return queries.mines_of(codes).select_related("detail") if codes else ()


def as_json(answer: Answer) -> dict[str, Any]:
    """An answer for other systems."""
    zh, en = answer.problem or ("", "")
    return {
        "code": answer.code,
        "problem": {"zh": zh, "en": en} if answer.problem else None,
        "mines": [
            {
                "key": mine.key,
                "name": mine.name,
                "holder": mine.holder,
                "region_code": mine.region_code,
                "tier": mine.tier,
                "standing": mine.standing,
                "standings": mine.detail.standings,
            }
            for mine in answer.mines
        ],
    }
