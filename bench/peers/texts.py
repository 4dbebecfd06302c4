"""Conditions written for peers: CEL, zen, JsonLogic, and numpy for OpenFisca formulas."""

from __future__ import annotations

from typing import Any

from bench.conditions import Writer, plain
from greenmine.law.ir import And, Compare, Condition, IsNone, Member, Not, Or, Ref, Truth, walk
from greenmine.law.sql import SQL_NONE

EQUALS = {"=": "==", "<>": "!="}


class Text(Writer):
    """What the text-based peers share."""

    def constant(self, value: int) -> str:
        return str(value) if value >= 0 else f"({value})"

    def fact(self, name: str) -> str:
        return f"m.{plain(name)}"

    def compared(self, op: str, left: str, right: str) -> str:
        return f"({left} {EQUALS.get(op, op)} {right})"

    def counted(self, op: str, left: str, right: str) -> str:
        return f"({left} {op} {right})"

    def member(self, term: str, values: tuple[int, ...]) -> str:
        return f"({term} in [{', '.join(str(int(value)) for value in values)}])"

    def looked_up(self, table: str, keys: list[str]) -> str:
        return f"t.{table}[" + " + '|' + ".join(f"string({key})" for key in keys) + "]"

    def months(self, day: str, count: int) -> str:
        return f"add_months({day}, {self.constant(count)})"


class Cel(Text):
    """CEL: an unknown fact is absent, reading it is an error, and && and || absorb errors as Kleene logic does."""

    def condition(self, node: Condition) -> str:
        match node:
            case And(parts=parts):
                return "(" + " && ".join(self.condition(part) for part in parts) + ")"
            case Or(parts=parts):
                return "(" + " || ".join(self.condition(part) for part in parts) + ")"
            case Not(part=part):
                return f"!({self.condition(part)})"
            case Truth(value=value):
                return "true" if value else "false"
            case Compare() | Member():
                facts = {part.name: part for part in walk(node) if isinstance(part, Ref) and part.may_be_none}
                guards = [f"{self.fact(name)} != {SQL_NONE}" for name in facts]
                return "(" + " && ".join([*guards, self.raw(node)]) + ")"
            case Ref() | IsNone():
                return self.raw(node)
        raise TypeError(type(node).__name__)


class Zen(Text):
    """zen: numbers 0, 1, 2; it has no way to add months to a column."""

    def least(self, parts: list[str]) -> str:
        return f"min([{', '.join(parts)}])"

    def most(self, parts: list[str]) -> str:
        return f"max([{', '.join(parts)}])"

    def negated(self, part: str) -> str:
        return f"(2 - {part})"

    def is_unknown(self, term: str) -> str:
        return f"{term} == null"

    def chosen(self, nones: list[str], unknown: list[str], raw: str) -> str:
        said = f"({raw} ? 2 : 0)"
        if unknown:
            said = f"(({' or '.join(unknown)}) ? 1 : {said})"
        return f"(({' or '.join(nones)}) ? 0 : {said})" if nones else said


class JsonLogic(Writer):
    """JsonLogic: the same numbers in its own form; add_months is an operation of ours."""

    def constant(self, value: int) -> Any:
        return value

    def fact(self, name: str) -> Any:
        return {"var": f"m.{plain(name)}"}

    def compared(self, op: str, left: Any, right: Any) -> Any:
        return {EQUALS.get(op, op): [left, right]}

    def counted(self, op: str, left: Any, right: Any) -> Any:
        return {op: [left, right]}

    def member(self, term: Any, values: tuple[int, ...]) -> Any:
        return {"in": [term, [int(value) for value in values]]}

    def looked_up(self, table: str, keys: list[Any]) -> Any:
        joined = [part for key in keys for part in ("|", key)][1:]
        return {"var": {"cat": [f"t.{table}.", *joined]}}

    def months(self, day: Any, count: int) -> Any:
        return {"add_months": [day, count]}

    def least(self, parts: list[Any]) -> Any:
        return {"min": parts}

    def most(self, parts: list[Any]) -> Any:
        return {"max": parts}

    def negated(self, part: Any) -> Any:
        return {"-": [2, part]}

    def is_unknown(self, term: Any) -> Any:
        return {"===": [term, None]}

    def chosen(self, nones: list[Any], unknown: list[Any], raw: Any) -> Any:
        steps = [step for none in nones for step in (none, 0)]
        steps += [step for one in unknown for step in (one, 1)]
        return {"if": [*steps, raw, 2, 0]}


class Numpy(Writer):
    """Array formulas for OpenFisca: `f[...]` are the facts, `months` and `look` are given."""

    def constant(self, value: int) -> str:
        return f"({value})"

    def fact(self, name: str) -> str:
        return f"f[{plain(name)!r}]"

    def compared(self, op: str, left: str, right: str) -> str:
        return f"({left} {EQUALS.get(op, op)} {right})"

    def counted(self, op: str, left: str, right: str) -> str:
        return f"({left} {op} {right})"

    def member(self, term: str, values: tuple[int, ...]) -> str:
        return f"np.isin({term}, {[int(value) for value in values]})"

    def looked_up(self, table: str, keys: list[str]) -> str:
        return f"look({table!r}, {', '.join(keys)})"

    def months(self, day: str, count: int) -> str:
        return f"months({day}, {count})"

    def least(self, parts: list[str]) -> str:
        return f"np.minimum.reduce([{', '.join(parts)}])"

    def most(self, parts: list[str]) -> str:
        return f"np.maximum.reduce([{', '.join(parts)}])"

    def negated(self, part: str) -> str:
        return f"(2 - {part})"

    def is_unknown(self, term: str) -> str:
        return f"({term} == UNKNOWN)"

    def chosen(self, nones: list[str], unknown: list[str], raw: str) -> str:
        said = f"np.where({raw}, 2, 0)"
        if unknown:
            said = f"np.where({' | '.join(unknown)}, 1, {said})"
        return f"np.where({' | '.join(nones)}, 0, {said})" if nones else said
