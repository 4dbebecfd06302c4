"""Reading the parts of a strict YAML entry: every wrong shape becomes a Problem with file and line, all of them listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from greenmine.law.days import read_day
from greenmine.law.problems import Problem, RulebookError
from greenmine.law.strict_yaml import Map, Seq

Words = Mapping[str, str]


@dataclass
class Shape:
    """Collects problems while an entry is read; `raise_if_any` refuses the file with all of them."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, zh: str, en: str, line: int) -> None:
        """Note one problem."""
        self.problems.append(Problem(zh, en, self.file, line))

    def raise_if_any(self) -> None:
        """Refuse the file with every problem noted."""
        if self.problems:
            raise RulebookError(self.problems)

    def known_keys(self, entry: Map, allowed: Iterable[str], needed: Iterable[str] = ()) -> None:
        """Refuse keys nobody reads and name those that are missing."""
        allowed = set(allowed)
        for key in entry:
            if key not in allowed:
                self.refuse(f"不认识的键“{key}”", f"unknown key “{key}”", entry.line_of(key))
        for key in needed:
            if key not in entry:
                self.refuse(f"缺少“{key}”", f"“{key}” is missing", entry.line)

    def entries(self, data: Any) -> list[Map]:
        """A list of mappings, or the problem that it is not one."""
        if data == "" or (isinstance(data, Map) and not data):
            return []
        if not isinstance(data, Seq):
            self.refuse("应为列表", "a list is expected", 1)
            return []
        for line, item in zip(data.lines, data, strict=True):
            if not isinstance(item, Map):
                self.refuse("列表的每一项应为键值对", "each item must be a mapping", line)
        return [item for item in data if isinstance(item, Map)]

    def text(self, entry: Map, key: str, default: str = "") -> str:
        """A text; another shape is a problem."""
        value = entry.get(key, default)
        if not isinstance(value, str):
            self.refuse(f"“{key}”应为文字", f"“{key}” must be a text", entry.line_of(key))
            return default
        return value

    def choice(self, entry: Map, key: str, allowed: Iterable[str], default: str = "") -> str:
        """One of a closed list."""
        value = self.text(entry, key, default)
        allowed = tuple(allowed)
        if value not in allowed and not (value == default and key not in entry):
            one_of = " | ".join(allowed)
            self.refuse(
                f"“{key}”不能是“{value}”，应为 {one_of}",
                f"“{key}” is “{value}”, not one of {one_of}",
                entry.line_of(key),
            )
            return default
        return value

    def yes_no(self, entry: Map, key: str) -> bool:
        """`true` or `false`; absent is false."""
        return self.choice(entry, key, ("true", "false"), "false") == "true"

    def whole(self, entry: Map, key: str, default: int | None = None) -> int | None:
        """A whole number."""
        if key not in entry:
            return default
        try:
            return int(self.text(entry, key))
        except ValueError:
            self.refuse(f"“{key}”应为整数", f"“{key}” must be a whole number", entry.line_of(key))
            return default

    def day(self, entry: Map, key: str) -> date | None:
        """A day; absent, empty or `open` is None."""
        text = self.text(entry, key)
        if text in ("", "open", "null", "~"):
            return None
        try:
            return date.fromordinal(read_day(text))
        except ValueError:
            self.refuse(
                f"“{key}”的日期“{text}”无效，应为 2025-12-31 的写法",
                f"“{key}”: “{text}” is no day like 2025-12-31",
                entry.line_of(key),
            )
            return None

    def words(self, entry: Map, key: str, *, needed: bool = True) -> Words:
        """{zh, en}; both where the key is given."""
        value = entry.get(key)
        if value is None and not needed:
            return {}
        if (
            not isinstance(value, Map)
            or set(value) != {"zh", "en"}
            or not all(isinstance(v, str) and v for v in value.values())
        ):
            self.refuse(f"“{key}”应有 zh 和 en 两种文字", f"“{key}” needs zh and en", entry.line_of(key))
            return {"zh": "", "en": ""}
        return dict(value)

    def texts(self, entry: Map, key: str) -> tuple[str, ...]:
        """A list of texts; one text stands for a list of one."""
        value = entry.get(key, ())
        if isinstance(value, str) and value:
            value = [value]
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            self.refuse(f"“{key}”应为文字列表", f"“{key}” must be a list of texts", entry.line_of(key))
            return ()
        return tuple(value)
