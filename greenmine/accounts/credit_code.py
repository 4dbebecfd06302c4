"""Unified social credit codes (统一社会信用代码, GB 32100): 18 characters, the last one checks the others."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
LENGTH = 18


class BadCreditCode(ValueError):
    """Why a code cannot be a unified social credit code, in both languages."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"统一社会信用代码“{code}”{zh} · Unified social credit code “{code}” {en}")


def check_credit_code(code: str) -> None:
    """Refuse a code of the wrong length, with letters outside the standard, or whose last character does not fit."""
    if len(code) != LENGTH:
        raise BadCreditCode(
            code, f"应为 {LENGTH} 位，现为 {len(code)} 位。", f"needs {LENGTH} characters, not {len(code)}."
        )
    if wrong := sorted(set(code) - set(ALPHABET)):
        raise BadCreditCode(
            code, f"含不允许的字符：{''.join(wrong)}。", f"has characters that do not occur: {''.join(wrong)}."
        )
    if check_character(code[:-1]) != code[-1]:
        raise BadCreditCode(
            code, "校验位不符，请核对是否抄错。", "has a wrong check character; compare it with the original."
        )


def check_character(body: str) -> str:
    """The last character that belongs to the first seventeen."""
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]
