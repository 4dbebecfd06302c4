"""Writing a set as a workbook (导出指标表): the form in which an official table is filled in and comes back.

A set whose items are not held comes out as its skeleton: as many empty rows as the text is known to have.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from greenmine.editions.standards import columns as form
from greenmine.editions.standards import shelf
from greenmine.editions.standards.columns import Column
from greenmine.law.indicators import Standard, dump_standard
from greenmine.law.strict_yaml import load

SPARE_ROWS = 20
VALIDATED_ROWS = 400
Entry = dict[str, Any]
GUIDE_LINES = (
    "一、本表用来载入评价指标表。黄色表头为必填；编号和英文可以留空，英文留空时显示中文。",
    "二、“基本信息”一行一项；不知道的填“未知”，没有达标线的填“无”，不得用 0 代替。",
    "三、“结构”先列一级指标，其下紧接着列它的二级指标；“指标”按二级指标的编号或名称归属。",
    "四、评分方式：分档（每行：分值 | 说明 | 英文）；区间（步长）；是否（可写条件式，由事实判定）；按事实分段（第一行事实名，其后每行“>= 0.8 : 2”“<= 1 : 2”“= 代码 : 2”“其他 : 0”“无 : 2”）。",
    "五、佐证每行一种：编号 | 名称 | 英文 | 种类 | 有效月数；种类可用 file photo video fact register contract licence report map interview，空格分隔。",
    "六、行业、开采方式等多选用顿号分隔；留空表示不限。",
    "七、不接受公式、宏和图片；上传后先显示检查结果和差异，由具名人员确认后才载入。",
    "八、同一指标的不同变体（如干旱区与湿润区）填同一变体组，分值相同，合计时只算一次。",
)


def workbook(standard: Standard) -> bytes:
    """The workbook of a standalone set; an overlay is laid over its base first and comes out whole."""
    data = load(dump_standard(standard))
    words = form.vocabulary(standard.dictionary, shelf.classes())
    file = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(file, options)
    writer = _Writer(book, words)
    writer.guide()
    writer.head(data)
    told = data["preconditions"]
    writer.table(form.PRECONDITIONS, [_flat(one) for one in told] if isinstance(told, list) else [])
    writer.table(form.STRUCTURE, list(_structure(data)))
    writer.table(form.INDICATORS, list(_indicators(data)))
    writer.lists()
    book.close()
    return file.getvalue()


def _structure(data: Entry) -> Iterable[Entry]:
    for dimension in data["dimensions"] or ():
        yield {"part": "dimension", **_flat({k: v for k, v in dimension.items() if k != "categories"})}
        for category in dimension["categories"] or ():
            yield {"part": "category", **_flat({k: v for k, v in category.items() if k != "indicators"})}
    for _ in range(_missing(data, "categories")):
        yield {"part": "category", "name.zh": "", "points": "unknown"}


def _indicators(data: Entry) -> Iterable[Entry]:
    for dimension in data["dimensions"] or ():
        for category in dimension["categories"] or ():
            for one in category["indicators"] or ():
                yield {"category": category["id"], **_flat(one)}
    for _ in range(_missing(data, "indicators")):
        yield {"kind": "unknown", "points": "unknown", "scale": "unknown"}


def _missing(data: Entry, what: str) -> int:
    """How many rows of a kind the text is known to have and this set does not hold."""
    wanted = int(data.get("counts", {}).get(what, 0))
    dimensions = data["dimensions"] or ()
    categories = [one for dimension in dimensions for one in dimension["categories"] or ()]
    held = categories if what == "categories" else [one for c in categories for one in c["indicators"] or ()]
    names = {one.get("alternative") or f"={number}" for number, one in enumerate(held)}
    return max(0, wanted - len(names))


def _flat(entry: Entry) -> Entry:
    """An entry by the keys of the columns."""
    found: Entry = {}
    for key, value in entry.items():
        if key == "evidence":
            found[key] = "\n".join(_evidence(one) for one in value)
        elif key == "scale":
            found["scale"], found["steps"] = _scale(value)
        elif key in ("applies", "name", "help", "typical", "counts"):
            found |= {key_of(key, below): one for below, one in value.items()}
        else:
            found[key] = value
    return found


def key_of(group: str, below: str) -> str:
    """The column of a nested key: facets stand under their own name."""
    return below if group == "applies" else f"{group}.{below}"


def _evidence(one: Entry) -> str:
    parts = [
        one["id"],
        one["name"]["zh"],
        one["name"]["en"],
        " ".join(one.get("kinds", ())),
        one.get("valid_months", ""),
    ]
    return " | ".join(part.replace("|", "｜") if i in (1, 2) else part for i, part in enumerate(parts))


def _scale(scale: Any) -> tuple[str, str]:
    if isinstance(scale, str):
        return "unknown", ""
    name, below = next(iter(scale.items()))
    if name == "levels":
        return name, "\n".join(f"{one['points']} | {one['zh']} | {one['en']}" for one in below)
    if name == "range":
        return name, str(below["step"])
    if name == "yes_no":
        return name, str((below or {}).get("check", ""))
    return name, "\n".join(_measured(below))


def _measured(below: Entry) -> Iterable[str]:
    yield below["fact"]
    signs = {"at_least": ">=", "at_most": "<=", "is": "="}
    for band in below["bands"]:
        how = next(key for key in signs if key in band)
        value = band[how]
        yield f"{signs[how]} {'、'.join(value) if isinstance(value, list) else value} : {band['points']}"
    yield f"其他 : {below.get('else', '0')}"
    if "none" in below:
        yield f"{form.NONE_WORD} : {below['none']}"


class _Writer:
    """Writes the sheets, with lists to choose from."""

    def __init__(self, book: Any, words: dict[str, dict[str, str]]) -> None:
        self.book, self.words = book, words
        self.bold = book.add_format(
            {"bold": True, "bg_color": "#E6F0EA", "border": 1, "text_wrap": True, "valign": "top"}
        )
        self.wrap = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self.grey = book.add_format({"font_color": "#667085", "text_wrap": True, "valign": "top"})
        self.first: dict[str, str] = {}

    def guide(self) -> None:
        sheet = self.book.add_worksheet(form.GUIDE)
        sheet.set_column(0, 0, 110)
        for row, line in enumerate(GUIDE_LINES):
            sheet.write_string(row, 0, line, self.wrap)

    def head(self, data: Entry) -> None:
        sheet = self.book.add_worksheet(form.HEAD)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 60)
        sheet.set_column(2, 2, 40)
        for column, title in enumerate(("项目", "内容", "说明")):
            sheet.write_string(0, column, title, self.bold)
        for row, one in enumerate(form.HEAD_ROWS, start=1):
            sheet.write_string(row, 0, one.zh)
            sheet.write_string(row, 1, self.said(one, _deep(data, one.key)), self.wrap)
            sheet.write_string(row, 2, one.note, self.grey)
            if one.choices and one.choices not in form.LISTED:
                sheet.data_validation(row, 1, row, 1, self.choice(one))
        sheet.freeze_panes(1, 1)

    def table(self, name: str, rows: Sequence[Entry]) -> None:
        sheet, titles = self.book.add_worksheet(name), form.COLUMNS[name]
        for column, one in enumerate(titles):
            sheet.write_string(0, column, one.zh, self.bold)
            sheet.set_column(column, column, one.width, self.wrap)
            if one.note:
                sheet.write_comment(0, column, one.note)
            if one.choices and one.choices not in form.LISTED:
                sheet.data_validation(1, column, len(rows) + VALIDATED_ROWS, column, self.choice(one))
        for row, entry in enumerate(rows, start=1):
            for column, one in enumerate(titles):
                text = self.said(one, entry.get(one.key, ""))
                if text:
                    sheet.write_string(row, column, text, self.wrap)
        sheet.freeze_panes(1, 3)

    def lists(self) -> None:
        sheet = self.book.add_worksheet(form.LISTS)
        for column, (name, table) in enumerate(self.words.items()):
            sheet.write_string(0, column, name, self.bold)
            sheet.set_column(column, column, 18)
            for row, word in enumerate(table.values(), start=1):
                sheet.write_string(row, column, word)

    def choice(self, one: Column) -> dict[str, Any]:
        """The list behind a column."""
        return {"validate": "list", "source": list(self.words[one.choices].values()), "error_type": "warning"}

    def said(self, one: Column, value: Any) -> str:
        """The text of a cell: codes by their Chinese word, lists with 顿号."""
        if isinstance(value, list):
            return "、".join(self.said(one, part) for part in value)
        if not isinstance(value, str):
            return json.dumps(value, ensure_ascii=False) if value else ""
        if one.choices:
            return self.words[one.choices].get(value, value)
        words = {"unknown": form.UNKNOWN_WORD}
        if one.key.startswith("pass_marks"):
            words["none"] = form.NONE_WORD
        if one.key.startswith("in_force") and value == "open":
            return ""
        return words.get(value, value)


def _deep(data: Entry, key: str) -> Any:
    first, _, rest = key.partition(".")
    value = data.get(first, "")
    return value.get(rest, "") if rest and isinstance(value, dict) else value
