"""The strict JSON list of facts: `[{"id", "name", "region_code", "facts": {name: value}}]`, exact or refused whole.

Numbers and strings are parsed exactly; null and absent are both unknown; `none` is said. An unknown name, a value
outside its domain, two values that contradict each other or a duplicate id refuse the whole file with every problem.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from greenmine.law import Dictionary, Fact, ValueProblem, contradictions
from greenmine.registry.ledgers.headings import PREFIX, sheet_names
from greenmine.registry.ledgers.opening import LARGEST_FILE
from greenmine.registry.ledgers.problems import LedgerProblem, LedgerRefused, refuse

KEYS = ("id", "name", "region_code", "facts")
LONGEST_NUMBER = 40
LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class StatedMine:
    """One mine as a file states it: lowered facts by sheet name."""

    id: str
    name: str | None
    region_code: str | None
    facts: Mapping[str, Any]


def read_facts(source: Path | bytes, filename: str, *, dictionary: Dictionary) -> list[StatedMine]:
    """The mines of a .json file in order; LedgerRefused with every problem (mine, name, what to do) otherwise."""
    entries = _entries(_load(source, filename), filename)
    names = dict(sheet_names(dictionary))
    problems: list[LedgerProblem] = []
    mines: list[StatedMine] = []
    seen: dict[str, int] = {}
    for position, entry in enumerate(entries, start=1):
        mine = _mine(position, entry, names, dictionary, problems)
        label = _label(entry)
        if label and label in seen:
            problems.append(
                _problem(
                    position,
                    label,
                    f"编号与第 {seen[label]} 座重复：请改正其一",
                    f"the id also stands at entry {seen[label]}: correct one of them",
                )
            )
        seen.setdefault(label, position)
        if mine is not None:
            mines.append(mine)
    if problems:
        raise LedgerRefused(problems)
    return mines


class _Written(dict[str, Any]):
    """An object of the file, which also knows the keys it was written with twice."""

    repeated: tuple[str, ...] = ()


def _load(source: Path | bytes, filename: str) -> Any:
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > LARGEST_FILE:
            raise refuse(
                f"“{filename}”有 {size >> 20} MB，超过上限 {LARGEST_FILE >> 20} MB：请拆成几个文件",
                f"“{filename}” is {size >> 20} MB, more than {LARGEST_FILE >> 20} MB: split it",
            )
        text = (source if isinstance(source, bytes) else source.read_bytes()).decode("utf-8-sig")
        return json.loads(
            text, parse_float=_exact, parse_int=_exact, parse_constant=_NoNumber, object_pairs_hook=_object
        )
    except OSError as problem:
        raise refuse(
            f"打不开“{filename}”（{problem.strerror}）：请核对路径和权限",
            f"“{filename}” cannot be opened ({problem.strerror}): check path and permission",
        ) from None
    except UnicodeDecodeError:
        raise refuse(
            f"“{filename}”不是 UTF-8 文本：请另存为 UTF-8", f"“{filename}” is no UTF-8 text: save it as UTF-8"
        ) from None
    except json.JSONDecodeError as problem:
        raise refuse(
            f"“{filename}”第 {problem.lineno} 行第 {problem.colno} 个字符处不是 JSON：请改正",
            f"“{filename}” is no JSON at line {problem.lineno}, character {problem.colno}: correct it",
        ) from None
    except RecursionError:
        raise refuse(f"“{filename}”嵌套过深：请改正", f"“{filename}” is nested too deeply: correct it") from None


class _NoNumber:
    """A number nobody writes (NaN, Infinity, or too long to be meant): outside the domain of every fact."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def _exact(text: str) -> int | Decimal | _NoNumber:
    if len(text) > LONGEST_NUMBER:
        return _NoNumber(text)
    try:
        return Decimal(text) if any(sign in text for sign in ".eE") else int(text)
    except ArithmeticError:
        return _NoNumber(text)


def _object(pairs: list[tuple[str, Any]]) -> _Written:
    found = _Written(pairs)
    if len(found) < len(pairs):
        count = Counter(key for key, _ in pairs)
        found.repeated = tuple(key for key in count if count[key] > 1)
    return found


def _entries(loaded: Any, filename: str) -> list[Any]:
    if not isinstance(loaded, list):
        raise refuse(
            f"“{filename}”应为列表：[{{“id”, “name”, “region_code”, “facts”}}, …]",
            f"“{filename}” must be a list: [{{“id”, “name”, “region_code”, “facts”}}, …]",
        )
    return loaded


def _mine(
    position: int, entry: Any, names: Mapping[str, Fact], dictionary: Dictionary, problems: list[LedgerProblem]
) -> StatedMine | None:
    if not isinstance(entry, dict):
        problems.append(_problem(position, "", "应为对象 {id, name, region_code, facts}", "must be an object"))
        return None
    label = _label(entry)
    before = len(problems)
    problems.extend(_about_keys(position, label, entry))
    if not label.strip():
        problems.append(_problem(position, "", "缺少编号 id：请给每座矿山一个编号", "has no id: give every mine one"))
    region = _region(position, label, entry.get("region_code"), names, problems)
    facts = _facts(position, label, entry.get("facts"), names, problems)
    problems.extend(_problem(position, label, wrong.zh, wrong.en) for wrong in contradictions(facts, dictionary))
    if region is None and facts.get("region_code") is not None:
        region = f"{facts['region_code']:06d}"
    elif region is not None and facts.setdefault("region_code", int(region)) != int(region):
        problems.append(
            _problem(
                position,
                label,
                "region_code 写了两个不同的值：请改正其一",
                "region_code is stated twice with different values",
            )
        )
    name = entry.get("name")
    if name is not None and not isinstance(name, str):
        problems.append(_problem(position, label, "name 应为文字", "name must be text"))
    return StatedMine(label, name, region, facts) if len(problems) == before else None


def _label(entry: Any) -> str:
    """The id as text; empty where there is none."""
    key = entry.get("id") if isinstance(entry, dict) else None
    return str(key) if isinstance(key, (str, int)) and not isinstance(key, bool) else ""


def _repeated(position: int, label: str, written: Any) -> Iterator[LedgerProblem]:
    for key in written.repeated if isinstance(written, _Written) else ():
        yield _problem(
            position, label, f"“{_short(key)}”写了两次：请删去一个", f"“{_short(key)}” is written twice: delete one"
        )


def _broken(text: Any) -> bool:
    """Half a character (a lone surrogate escape), which no output can hold."""
    return isinstance(text, str) and any("\ud800" <= sign <= "\udfff" for sign in text)


def _about_keys(position: int, label: str, entry: Mapping[str, Any]) -> Iterator[LedgerProblem]:
    yield from _repeated(position, label, entry)
    for key in ("id", "name"):
        if _broken(entry.get(key)):
            yield _problem(
                position, label, f"{key} 含有残缺的字符：请改正", f"{key} holds half a character: correct it"
            )
    for key in entry:
        if key not in KEYS:
            yield _problem(
                position,
                label,
                f"不认识的键“{_short(key)}”（可用：{'、'.join(KEYS)}）：事实请写在 facts 里",
                f"unknown key “{_short(key)}” (known: {', '.join(KEYS)}): facts stand under facts",
            )


def _region(
    position: int, label: str, stated: Any, names: Mapping[str, Fact], problems: list[LedgerProblem]
) -> str | None:
    if stated is None or stated == "":
        return None
    try:
        return f"{names['region_code'].parse(stated):06d}"
    except ValueProblem as problem:
        problems.append(_problem(position, label, f"{problem.zh}：请核对", f"{problem.en}: check it"))
        return None


def _facts(
    position: int, label: str, stated: Any, names: Mapping[str, Fact], problems: list[LedgerProblem]
) -> dict[str, Any]:
    if stated is None:
        return {}
    if not isinstance(stated, dict):
        problems.append(
            _problem(position, label, "facts 应为对象 {事实名: 值}", "facts must be an object {name: value}")
        )
        return {}
    problems.extend(_repeated(position, label, stated))
    facts: dict[str, Any] = {}
    for written, raw in stated.items():
        name = _sheet_name(written, names)
        if name is None:
            problems.append(_unknown(position, label, written, names))
        elif raw is not None:
            try:
                value = names[name].parse("" if _broken(raw) else raw)
            except ValueProblem as problem:
                problems.append(_problem(position, label, f"{problem.zh}：请改正", f"{problem.en}: correct it"))
                continue
            if facts.setdefault(name, value) != value:
                problems.append(
                    _problem(
                        position,
                        label,
                        f"“{name}”写了两个不同的值：请改正其一",
                        f"“{name}” is stated twice with different values",
                    )
                )
    return facts


def _sheet_name(written: str, names: Mapping[str, Fact]) -> str | None:
    """The name on a mine's sheet; an enterprise's or a region's fact may be written without its path."""
    if written in names:
        return written
    return next((path + written for path in PREFIX.values() if path + written in names), None)


def _unknown(position: int, label: str, written: str, names: Mapping[str, Fact]) -> LedgerProblem:
    near = get_close_matches(written[:80], names, n=1, cutoff=0.75)
    zh = f"，是否“{near[0]}”" if near else "：请对照事实字典"
    en = f", perhaps “{near[0]}”" if near else ": see the dictionary of facts"
    return _problem(position, label, f"不认识的事实“{_short(written)}”{zh}", f"unknown fact “{_short(written)}”{en}")


def _problem(position: int, label: str, zh: str, en: str) -> LedgerProblem:
    who = f"（{_short(label)}）" if label else ""
    who_en = f" ({_short(label)})" if label else ""
    return LedgerProblem(f"第 {position} 座{who}：{zh}", f"entry {position}{who_en}: {en}")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
