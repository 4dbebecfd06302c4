"""What is wrong with a ledger, in sentences: of a cell, of a row, or of the whole file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ERROR = "error"
NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """One sentence with its place. An error makes its row bad; a notice says what was left unknown or assumed."""

    zh: str
    en: str
    row: int | None = None
    column: str = ""
    severity: str = ERROR

    @property
    def where(self) -> str:
        """Row and column as a person finds them in the file."""
        parts = [f"第 {self.row} 行" if self.row is not None else "", f"“{self.column}”" if self.column else ""]
        return " ".join(part for part in parts if part)

    @property
    def where_en(self) -> str:
        """The same in English."""
        parts = [f"row {self.row}" if self.row is not None else "", f"“{self.column}”" if self.column else ""]
        return " ".join(part for part in parts if part)

    def __str__(self) -> str:
        if not self.where:
            return f"{self.zh} · {self.en}"
        return f"{self.where}：{self.zh} · {self.where_en}: {self.en}"


class LedgerRefused(Exception):
    """The file as a whole cannot be taken; `problems` says why and what to do."""

    def __init__(self, problems: LedgerProblem | Iterable[LedgerProblem]) -> None:
        self.problems = (problems,) if isinstance(problems, LedgerProblem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refuse(zh: str, en: str) -> LedgerRefused:
    """A refusal of the whole file."""
    return LedgerRefused(LedgerProblem(zh, en))
