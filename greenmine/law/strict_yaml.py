"""Strict YAML: mappings, lists and texts only. No aliases, anchors, tags or duplicate keys; plain scalars stay text.

`no` is not False and `0.10` is not a float. Every key remembers its line, so that a problem can name it.
"""

from __future__ import annotations

from typing import Any

import yaml

from greenmine.law import limits
from greenmine.law.problems import Problem, RulebookError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Map(dict[str, Any]):
    """A mapping that knows the line on which it and each of its keys stand."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """The line of a key, or of the mapping where the key is absent."""
        return self.lines.get(key, self.line)

    def __reduce__(self) -> Any:
        return (_map_again, (self.line, self.lines, dict(self)))


class Seq(list[Any]):
    """A list that knows the line of each of its items."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []

    def __reduce__(self) -> Any:
        return (_seq_again, (self.lines, list(self)))


def _map_again(line: int, lines: dict[str, int], items: dict[str, Any]) -> Map:
    again = Map(line)
    again.lines.update(lines)
    again.update(items)
    return again


def _seq_again(lines: list[int], items: list[Any]) -> Seq:
    again = Seq()
    again.lines.extend(lines)
    again.extend(items)
    return again


def load(text: str, *, file: str = "") -> Any:
    """Map, Seq or str; RulebookError with the line where the text is not strict YAML."""
    if len(text) > limits.FILE_LENGTH:
        raise RulebookError(Problem("文件过大", "the file is too large", file))
    try:
        return _Reader(text, file).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        what = getattr(error, "problem", None) or str(error)
        raise RulebookError(Problem(f"不是有效的 YAML：{what}", f"not valid YAML: {what}", file, line)) from None


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Reader:
    """Builds the document from parser events, so that nothing forbidden is ever constructed."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.events = yaml.parse(text, Loader=_Loader)
        self.depth = 0

    def refuse(self, zh: str, en: str, line: int) -> RulebookError:
        return RulebookError(Problem(zh, en, self.file, line))

    def document(self) -> Any:
        result: Any = Map(1)
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.refuse("一个文件只能有一份文档", "one document a file", _line(event))
                result = self.node(next(self.events))
        return result

    def node(self, event: Any) -> Any:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self.refuse(
                "不允许使用锚点和别名（& *）：请写全", "anchors and aliases (& *) are refused: write it out", line
            )
        if event.tag is not None:
            raise self.refuse(f"不允许使用标签 {event.tag}", f"tags are refused: {event.tag}", line)
        if isinstance(event, yaml.ScalarEvent):
            return event.value
        self.depth += 1
        if self.depth > limits.YAML_DEPTH:
            raise self.refuse("嵌套过深", "nested too deeply", line)
        built = self.mapping(line) if isinstance(event, yaml.MappingStartEvent) else self.sequence()
        self.depth -= 1
        return built

    def mapping(self, line: int) -> Map:
        built = Map(line)
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key_line = _line(event)
            key = self.node(event)
            if not isinstance(key, str) or key == "<<":
                raise self.refuse("键必须是文字", "a key must be a text", key_line)
            if key in built:
                raise self.refuse(f"键“{key}”重复", f"duplicate key “{key}”", key_line)
            built.lines[key] = key_line
            built[key] = self.node(next(self.events))
        return built

    def sequence(self) -> Seq:
        built = Seq()
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            built.lines.append(_line(event))
            built.append(self.node(event))
        return built
