"""A mapping as a sheet of pairs (指标对应表工作簿): filled with what is known, and read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from greenmine.editions.standards import shelf
from greenmine.editions.standards.actions import CannotLoad
from greenmine.editions.standards.comparing import parts
from greenmine.law.indicators import Standard

SHEET = "指标对应"
TITLES = ("旧指标编号", "旧指标名称", "新指标编号", "新指标名称", "关系", "说明", "英文说明")
RELATIONS = {"equal": "相同", "narrower": "变窄", "wider": "变宽", "none": "无对应"}
COLUMNS = len(TITLES)


def rows(old: Standard, new: Standard) -> list[list[str]]:
    """The pairs as they stand, or, where nobody mapped the two, items of the same id side by side."""
    before = {item.id: item.name["zh"] for item in parts(old)}
    after = {item.id: item.name["zh"] for item in parts(new)}
    known = shelf.mapping(old.id, new.id)
    if known is not None:
        return [
            [one.old, before.get(one.old, ""), one.new, after.get(one.new, ""), RELATIONS[one.relation],
             one.note.get("zh", ""), one.note.get("en", "")]
            for one in known.pairs
        ]  # fmt: skip
    same = [[name, before[name], name, after[name], "", "", ""] for name in before if name in after]
    gone = [[name, before[name], "", "", "", "", ""] for name in before if name not in after]
    return [*same, *gone, *([["", "", name, after[name], "", "", ""] for name in after if name not in before])]


def text_of(lines: Sequence[Sequence[Any]], from_id: str, to_id: str) -> str:
    """The text of a mapping from the rows of a sheet; CannotLoad names the row that cannot be read."""
    if not lines or [str(cell).strip() for cell in lines[0][:5]] != list(TITLES[:5]):
        raise CannotLoad(
            f"表头应为：{'、'.join(TITLES)}", f"the headings should be: {', '.join(TITLES)} (as in the template)"
        )
    codes = {word: code for code, word in RELATIONS.items()} | {code: code for code in RELATIONS}
    found = []
    for number, line in enumerate(lines[1:], start=2):
        cells = [str(cell).strip() for cell in (*line, *[""] * COLUMNS)[:COLUMNS]]
        if not any(cells):
            continue
        if cells[4] not in codes:
            words = "、".join(RELATIONS.values())
            raise CannotLoad(f"第 {number} 行“关系”应为：{words}", f"row {number}: the relation is one of {words}")
        pair: dict[str, Any] = {"relation": codes[cells[4]]}
        pair |= {key: value for key, value in (("from", cells[0]), ("to", cells[2])) if value}
        if cells[5]:
            pair["note"] = {"zh": cells[5], "en": cells[6] or cells[5]}
        found.append(pair)
    return "\n".join((
        "{" + f'"from": {json.dumps(from_id)}, "to": {json.dumps(to_id)}, "pairs": [',
        ",\n".join(json.dumps(pair, ensure_ascii=False) for pair in found),
        "]}",
    ))  # fmt: skip
