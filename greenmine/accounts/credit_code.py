"""Unified social credit codes (统一社会信用代码, GB 32100): 18 characters, two of which check the others."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LENGTH = 18
Sentence = tuple[str, str]


class BadCreditCode(ValueError):
    """Why a code cannot be a unified social credit code, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


def check_credit_code(code: str) -> None:
    """Refuse a code of the wrong length, with letters outside the standard, or whose check characters do not fit."""
    problem = credit_code_problem(code)
    if problem is not None:
        raise BadCreditCode(*problem)


def credit_code_problem(code: str) -> Sentence | None:
    """Why a unified social credit code is wrong, in both languages; None where nothing is."""
    named = f"统一社会信用代码“{code}”", f"the credit code “{code}”"
    if len(code) != LENGTH:
        return (
            f"{named[0]}应为{LENGTH}位，现为{len(code)}位：请核对营业执照",
            f"{named[1]} needs {LENGTH} characters, not {len(code)}",
        )
    wrong = "".join(sorted(set(code) - set(ALPHABET)))
    if wrong:
        return f"{named[0]}含不允许的字符“{wrong}”：请核对营业执照", f"{named[1]} has “{wrong}”, which does not occur"
    if check_character(code[:-1]) != code[-1]:
        return (
            f"{named[0]}校验位不符，请核对是否抄错",
            f"{named[1]} has a wrong check character; compare it with the original",
        )
    if organisation_check(code[8:16]) != code[16]:
        return (
            f"{named[0]}中的组织机构代码校验位不符，请核对是否抄错",
            f"{named[1]} has a wrong check character of the organisation code",
        )
    return None


def check_character(body: str) -> str:
    """The last character that belongs to the first seventeen."""
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_check(body: str) -> str:
    """The check character of the eight characters of an organisation code (GB 11714)."""
    total = sum(
        ORGANISATION_ALPHABET.index(one) * weight for one, weight in zip(body, ORGANISATION_WEIGHTS, strict=True)
    )
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))
