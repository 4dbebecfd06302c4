"""Why something about third parties is refused: each carries its sentence in both languages."""

from __future__ import annotations


class Refused(Exception):
    """A refusal in words; what is wrong and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


class CannotRegister(Refused):
    """What cannot be entered in the register of agencies, assessors or experts."""


class CannotEngage(Refused):
    """A step of an engagement that is refused."""


class CannotCommission(CannotEngage):
    """A commission that is refused: by level, by the agency's conditions, by conflict, by who pays."""


class CannotDebar(Refused):
    """A debarment or suspension that is refused."""


class CannotSee(Refused):
    """Content of an engagement that is not open to somebody (any more)."""
