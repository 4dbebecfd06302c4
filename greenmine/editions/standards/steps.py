"""The cells with more than one line: the steps of a scale (评分内容) and the evidence an indicator asks for (佐证)."""

from __future__ import annotations

import re
from typing import Any

BAND = re.compile(r"^(>=|≥|<=|≤|=)\s*(.+?)\s*[:：]\s*([\d.]+)$")
OTHER = re.compile(r"^(?:其他|else)\s*[:：]\s*([\d.]+)$")
NONE = re.compile(r"^(?:无|none)\s*[:：]\s*([\d.]+)$")
HOW = {">=": "at_least", "≥": "at_least", "<=": "at_most", "≤": "at_most", "=": "is"}
LEVEL_PARTS = 3
EVIDENCE_PARTS = 5


class CannotRead(ValueError):
    """Why a cell cannot be read, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


def scale_of(name: str, steps: str) -> Any:
    """The scale of a row; CannotRead says what is wrong with its steps."""
    lines = [line.strip() for line in steps.splitlines() if line.strip()]
    if name == "levels":
        return {"levels": [_level(line) for line in lines]}
    if name == "range":
        if len(lines) != 1:
            raise CannotRead("区间评分应写一个步长，如 0.5", "a range needs one step, such as 0.5")
        return {"range": {"step": lines[0]}}
    if name == "yes_no":
        return {"yes_no": {"check": " ".join(lines)} if lines else {}}
    if name == "measured":
        return {"measured": _measured(lines)}
    if lines:
        raise CannotRead("写了评分内容，评分方式却为未知", "there are steps, but the scale is unknown")
    return "unknown"


def _level(line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.replace("｜", "|").split("|")]
    if len(parts) not in (LEVEL_PARTS - 1, LEVEL_PARTS) or not all(parts[:2]):
        raise CannotRead(f"“{line}”应写作：分值 | 说明 | 英文", f"“{line}” should read: points | words | English")
    return {"points": parts[0], "zh": parts[1], "en": (parts[2] if len(parts) == LEVEL_PARTS else "") or parts[1]}


def _measured(lines: list[str]) -> dict[str, Any]:
    if not lines:
        raise CannotRead("按事实分段应先写事实名", "a measured scale begins with the name of a fact")
    found: dict[str, Any] = {"fact": lines[0], "bands": []}
    for line in lines[1:]:
        if match := BAND.match(line):
            how, value = HOW[match[1]], match[2]
            found["bands"].append({how: value.split("、") if how == "is" else value, "points": match[3]})
        elif match := OTHER.match(line):
            found["else"] = match[1]
        elif match := NONE.match(line):
            found["none"] = match[1]
        else:
            raise CannotRead(f"“{line}”应写作“>= 值 : 分值”", f"“{line}” should read “>= value : points”")
    return found


def evidence_of(text: str) -> list[dict[str, Any]]:
    """The evidence of a row, one a line: id | name | English | kinds | months."""
    found = []
    for number, line in enumerate(filter(None, (one.strip() for one in text.splitlines())), start=1):
        parts = [part.strip() for part in line.split("|")]
        if len(parts) == 1:
            parts = ["", parts[0]]
        if len(parts) > EVIDENCE_PARTS or not parts[1]:
            raise CannotRead(
                f"“{line}”应写作：编号 | 名称 | 英文 | 种类 | 有效月数",
                f"“{line}” should read: id | name | English | kinds | months",
            )
        parts += [""] * (EVIDENCE_PARTS - len(parts))
        one: dict[str, Any] = {
            "id": parts[0] or f"evidence-{number}",
            "name": {"zh": parts[1], "en": parts[2] or parts[1]},
        }
        if parts[3]:
            one["kinds"] = parts[3].replace("、", " ").split()
        if parts[4]:
            one["valid_months"] = parts[4]
        found.append(one)
    return found
