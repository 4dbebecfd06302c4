"""What the engine says when a file or a value is not acceptable: a sentence in both languages, and where."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence (what, where, what to do) with its place; `position` counts characters in an expression from 1."""

    zh: str
    en: str
    file: str = ""
    line: int = 0
    position: int = 0

    def at(self, file: str, line: int) -> Problem:
        """The same problem, placed in a file."""
        return replace(self, file=file, line=line)

    @property
    def where(self) -> str:
        """`rules/x.yaml:12` as editors and terminals understand it."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        return f"{self.where}: {self.zh} · {self.en}" if self.where else f"{self.zh} · {self.en}"


class RulebookError(Exception):
    """A rulebook file was refused; `problems` lists every reason found."""

    def __init__(self, problems: list[Problem] | Problem) -> None:
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class LanguageError(Exception):
    """An expression was refused: the sentence, and the character (from 1) at which reading stopped."""

    def __init__(self, zh: str, en: str, position: int = 0) -> None:
        self.zh, self.en, self.position = zh, en, position
        super().__init__(f"{zh} · {en}")

    def problem(self, file: str = "", line: int = 0) -> Problem:
        """The same as a Problem with its place."""
        at = f"（第 {self.position} 个字符）" if self.position else ""
        at_en = f" (character {self.position})" if self.position else ""
        return Problem(self.zh + at, self.en + at_en, file, line, self.position)


class ValueProblem(ValueError):
    """A value lies outside its fact's domain; both sentences say what is allowed."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(f"{zh} · {en}")


class NoRuleInForce(LookupError):
    """The question was about one named rule, ground or value, and nothing with that name is in force on the day."""

    def __init__(self, name: str, on: object) -> None:
        self.name, self.on = name, on
        self.zh = f"{on} 没有生效的规则“{name}”：请核对规则编号与日期"
        self.en = f"no rule “{name}” is in force on {on}: check the id and the day"
        super().__init__(f"{self.zh} · {self.en}")
