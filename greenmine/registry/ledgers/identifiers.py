"""Numbers that carry their own check: unified social credit codes (统一社会信用代码), licence numbers (采矿许可证号)."""

from __future__ import annotations

import re

CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORGANISATION_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LICENCE = re.compile(r"C(\d{6})(\d{4})(\d{2})\d{10}")
MINISTRY = "100000"
CREDIT_LENGTH, LICENCE_LENGTH = 18, 23
PROVINCES, MONTHS = range(11, 72), range(1, 13)
FIRST_LICENCE_YEAR = 1986  # the Mineral Resources Law is of that year; no licence is older
LATEST_YEAR = 2199
Sentence = tuple[str, str]


def credit_code_problem(code: str) -> Sentence | None:
    """Why a unified social credit code is wrong (GB 32100: 18 characters, two check characters), or None."""
    if len(code) != CREDIT_LENGTH:
        return (
            f"统一社会信用代码应为18位，现为{len(code)}位：请核对营业执照",
            f"a credit code has 18 characters, not {len(code)}",
        )
    wrong = sorted(set(code) - set(CREDIT_CHARACTERS))
    if wrong:
        shown = "".join(wrong)
        return f"统一社会信用代码不应含“{shown}”：请核对营业执照", f"a credit code has no “{shown}”: check the licence"
    total = sum(CREDIT_CHARACTERS.index(one) * weight for one, weight in zip(code, CREDIT_WEIGHTS, strict=False))
    if CREDIT_CHARACTERS[-total % 31] != code[17]:
        return "统一社会信用代码校验位不符：请核对营业执照", "the check character of the credit code is wrong"
    if organisation_check(code[8:16]) != code[16]:
        return (
            "统一社会信用代码中的组织机构代码校验位不符：请核对",
            "the check character of the organisation code is wrong",
        )
    return None


def organisation_check(body: str) -> str:
    """The check character of the eight characters of an organisation code (GB 11714)."""
    total = sum(
        ORGANISATION_CHARACTERS.index(one) * weight for one, weight in zip(body, ORGANISATION_WEIGHTS, strict=True)
    )
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


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
