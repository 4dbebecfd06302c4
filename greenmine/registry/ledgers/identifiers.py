"""Numbers that carry their own check: unified social credit codes (统一社会信用代码), licence numbers (采矿许可证号)."""

from __future__ import annotations

import re

from greenmine.accounts.credit_code import Sentence, credit_code_problem, organisation_check

__all__ = ["credit_code_problem", "licence_number_problem", "organisation_check"]

LICENCE = re.compile(r"C(\d{6})(\d{4})(\d{2})\d{10}")
MINISTRY = "100000"
LICENCE_LENGTH = 23
PROVINCES, MONTHS = range(11, 72), range(1, 13)
FIRST_LICENCE_YEAR = 1986  # the Mineral Resources Law is of that year; no licence is older
LATEST_YEAR = 2199


def licence_number_problem(number: str) -> Sentence | None:
    """Why a mining licence number is wrong as far as its public structure goes: C, issuer, year, month, ten digits."""
    if len(number) != LICENCE_LENGTH:
        return (
            f"采矿许可证号应为23位，现为{len(number)}位：请核对许可证",
            f"a licence number has 23 characters, not {len(number)}",
        )
    match = LICENCE.fullmatch(number)
    if match is None:
        return "采矿许可证号应为字母C加22位数字：请核对许可证", "a licence number is C and 22 digits"
    issuer, year, month = match[1], int(match[2]), int(match[3])
    if issuer != MINISTRY and int(issuer[:2]) not in PROVINCES:
        return (
            f"采矿许可证号的发证机关代码“{issuer}”不存在：请核对",
            f"the issuer “{issuer}” in the licence number does not exist",
        )
    if not FIRST_LICENCE_YEAR <= year <= LATEST_YEAR or month not in MONTHS:
        return (
            f"采矿许可证号的发证年月“{match[2]}{match[3]}”不合理：请核对",
            f"year and month “{match[2]}{match[3]}” in the licence number are impossible",
        )
    return None
