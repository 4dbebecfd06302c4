"""From an official text (官方文本) to a provision skeleton that a person completes: the first step of a new territory.

Official texts arrive from PDF and web pages with broken lines, page numbers and stray marks. `read_text` puts the
sentences together again and finds the numbering (第一条 · 一、 · （一） · 1. · （1） · 附件); `skeleton` writes one entry a
sentence, with the official sentence in a comment: the paraphrase, kind, subject and rule are a person's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CHINESE_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "十": 10}
HEADING_NUMERAL = r"[一二三四五六七八九十百]{1,4}"
LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (0, re.compile(r"^附\s*件(?:\s*(?P<number>\d+))?\s*[：:]?\s*(?P<rest>.{0,40})$")),
    (1, re.compile(rf"^第(?P<number>{HEADING_NUMERAL})[条]\s*(?P<rest>.*)$")),
    (1, re.compile(rf"^(?P<number>{HEADING_NUMERAL})、\s*(?P<rest>.*)$")),
    (2, re.compile(rf"^[（(](?P<number>{HEADING_NUMERAL})[)）]\s*(?P<rest>.*)$")),
    (3, re.compile(r"^(?P<number>\d{1,2})[.．、](?!\d)\s*(?P<rest>.*)$")),
    (4, re.compile(r"^[（(](?P<number>\d{1,2})[)）]\s*(?P<rest>.*)$")),
)
NOISE = re.compile(r"^(?:[-—–\s]*\d{1,3}[-—–\s]*|\(此件.*\)|（此件.*）|-{3,}|\|.*)$")
MARKS = re.compile(r"\[bookmark:[^\]]*\]|^\s*#+\s*|\*\*|\u200b|\ufeff|\f")
MARK = re.compile(r"^第[^条]{1,5}条|^[（(][^)）]{1,4}[)）]|^\d+[.．、]|^[^、]{1,4}、")
SENTENCE = re.compile(r"[^。；！？]+[。；！？]?")
ENDS_A_PARAGRAPH = tuple("。；！？：:")
SHORTEST_SENTENCE = 4
LONGEST_BARE_HEADING = 20


@dataclass(frozen=True, slots=True)
class OfficialSentence:
    """One sentence of an official text: the numbering above it and its words."""

    path: tuple[str, ...]
    locator: str
    words: str


def read_text(text: str) -> list[OfficialSentence]:
    """The sentences of an official text in order, each under its numbering; headings without content are left out."""
    return list(_sentences(_paragraphs(text)))


def skeleton(document: str, territory: str, sentences: Iterable[OfficialSentence]) -> str:
    """The instrument file of a new territory, ready to be completed; loads with the strict reader once completed."""
    lines = [
        f"# Skeleton of {document}. Complete every `…`; the comment above an entry is the official sentence, to be",
        "# paraphrased, not copied. See the how-to 'add a territory'.",
        f"id: {document}",
        "number: …",
        "title: {zh: …, en: …}",
        "issuer: {zh: …, en: …}",
        "nature: {zh: …, en: …}",
        f'territory: "{territory}"',
        "not_before: …   # or in_force: {from: …, to: …, after: lapsed}",
        "provisions:",
    ]
    for identifier, sentence in _with_ids(document, sentences):
        lines += [
            f"# 原文：{sentence.words}",
            f"- id: {identifier}",
            f"  locator: {sentence.locator or '前言'}",
            "  zh: …",
            "  en: …",
            "  kind: …          # scope eligibility threshold obligation deadline removal benefit procedure …",
            "  actors: []",
            "  applies_to: …",
            "  needs: []",
            "  machine: …       # full assist record none",
            "  capability: …",
            "  software: …",
            "  subject: …       # mine enterprise agency person region case instrument",
            "  part: …",
            "  shown_by: …      # rule act record text",
        ]
    return "\n".join(lines) + "\n"


def _with_ids(document: str, sentences: Iterable[OfficialSentence]) -> Iterator[tuple[str, OfficialSentence]]:
    """The sentences with ids: under one heading a, b, c … z, then aa, ab and so on."""
    seen: dict[tuple[str, ...], int] = {}
    for sentence in sentences:
        seen[sentence.path] = seen.get(sentence.path, -1) + 1
        yield f"{document}/{'.'.join((*(sentence.path or ('0',)), _letters(seen[sentence.path])))}", sentence


def _letters(number: int) -> str:
    first, last = divmod(number, 26)
    return (chr(ord("a") + first - 1) if first else "") + chr(ord("a") + last)


def _paragraphs(text: str) -> Iterator[str]:
    """Whole paragraphs: broken lines joined, page numbers and marks dropped."""
    pending = ""
    for raw in text.splitlines():
        line = re.sub(r"\s+", " ", MARKS.sub("", raw)).strip()
        if not line or NOISE.match(line):
            continue
        if pending and (_level(line) is not None or _complete(pending)):
            yield pending
            pending = ""
        pending += _joined(pending, line)
    if pending:
        yield pending


def _complete(pending: str) -> bool:
    """An article (第×条) always goes on until its sentence ends; other headings may stand alone on a short line."""
    stands_alone = (
        _level(pending) is not None
        and len(pending) <= LONGEST_BARE_HEADING
        and not pending.startswith("第")
        and "，" not in pending
    )
    return pending.endswith(ENDS_A_PARAGRAPH) or stands_alone


def _joined(before: str, line: str) -> str:
    """Chinese lines join without a blank; two Latin words keep one."""
    needs_blank = bool(before) and before[-1].isascii() and line[0].isascii() and line[0].isalnum()
    return (" " if needs_blank else "") + line


def _level(line: str) -> tuple[int, str, str] | None:
    """(level, number, rest) where the line opens a numbered heading."""
    for level, pattern in LEVELS:
        found = pattern.match(line)
        if found:
            return level, found["number"] or "", (found["rest"] or "").strip()
    return None


def _sentences(paragraphs: Iterable[str]) -> Iterator[OfficialSentence]:
    stack: dict[int, tuple[str, str]] = {}
    counts: dict[str, int] = {}
    for paragraph in paragraphs:
        heading, words = _level(paragraph), paragraph
        if heading is not None:
            level, number, words = heading
            stack = {kept: entry for kept, entry in stack.items() if kept < level}
            stack[level] = _numbered(level, number, paragraph)
        path = tuple(entry[0] for _, entry in sorted(stack.items()))
        locator = "".join(entry[1] for _, entry in sorted(stack.items()))
        for found in SENTENCE.findall(words):
            sentence = found.strip()
            if len(sentence) >= SHORTEST_SENTENCE and sentence.endswith(ENDS_A_PARAGRAPH):
                counts[locator] = counts.get(locator, 0) + 1
                yield OfficialSentence(path, f"{locator}第{counts[locator]}句", sentence)


def _numbered(level: int, number: str, paragraph: str) -> tuple[str, str]:
    """The path step and the words of a heading: ('4', '（四）')."""
    if level == 0:
        return "A" + number, "附件" + number
    mark = MARK.match(paragraph)
    return str(_value(number)), mark[0].rstrip("、") if mark else number


def _value(number: str) -> int:
    """23 for 二十三, 4 for 四, 7 for 7."""
    if number.isdigit():
        return int(number)
    tens, ten, ones = number.partition("十")
    if not ten:
        return CHINESE_DIGITS[number]
    return (CHINESE_DIGITS[tens] if tens else 1) * 10 + (CHINESE_DIGITS[ones] if ones else 0)
