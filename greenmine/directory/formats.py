"""The closed formats of exchange (交换格式): which columns a package has, in which order, and what each must hold.

Documented by themselves: a package carries its format in `manifest.json`, the exchange page shows them. A format changes
only by a new version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DAY, TEXT, CODE, NUMBER, CHOICE = "day", "text", "code", "number", "choice"


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, its words, what it holds, and whether it may be empty."""

    name: str
    zh: str
    en: str
    type: str = TEXT
    required: bool = False
    choices: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """For the manifest."""
        found: dict[str, object] = {
            "name": self.name,
            "zh": self.zh,
            "en": self.en,
            "type": self.type,
            "required": self.required,
        }
        return found | ({"choices": list(self.choices)} if self.choices else {})


@dataclass(frozen=True)
class Format:
    """One format: what it is for, who gets it, which clause it serves, and its columns."""

    id: str
    version: int
    title: Mapping[str, str]
    recipient: Mapping[str, str]
    columns: tuple[Column, ...]
    provisions: tuple[str, ...] = ()
    out: bool = True
    into: bool = False
    consent: bool = False
    note: Mapping[str, str] = field(default_factory=dict)


MINE = Column("mine", "矿山编号", "mine number", CODE)
NAME = Column("mine_name", "矿山名称", "mine", required=True)
PLACE = Column("region_code", "行政区划代码", "division", CODE, required=True)
HOLDER = Column("holder", "采矿权人", "holder")
CREDIT = Column("credit_code", "统一社会信用代码", "unified social credit code", CODE)
TIER = Column("tier", "名录级别", "directory", CHOICE, required=True, choices=("国家级", "省级"))
STATE = Column("state", "名录状态", "standing", CHOICE, choices=("在册", "整改中", "已移出", "已终止"))
ENTERED = Column("entered_on", "纳入日期", "entered on", DAY, required=True)
DECISION = Column("decision_number", "决定文号", "decision", required=True)
LEFT = Column("left_on", "移出日期", "left on", DAY)
ENTRY = Column("entry", "名录编号", "entry", CODE)
GROUND = Column("ground", "移出情形", "ground of removal")
LICENCE = Column("licence_number", "采矿许可证号", "mining licence", CODE)

FORMATS: Mapping[str, Format] = {
    one.id: one
    for one in (
        Format(
            "directory", 1, {"zh": "绿色矿山名录数据", "en": "entries of the directory"},
            {"zh": "全国绿色矿山名录管理系统", "en": "the national directory system"},
            (ENTRY, MINE, NAME, PLACE, HOLDER, CREDIT, TIER, STATE, ENTERED, DECISION, Column("certificate_number", "证书编号", "certificate"), LEFT),
            ("cn-2024-1/9.2.f", "gs-2023/1.d"), into=True,
            note={"zh": "导入时作为历史名录：须由该级名录的管理单位办理", "en": "taken in as history, by the authority that keeps that directory"},
        ),
        Format(
            "mining-rights", 1, {"zh": "采矿权信息系统绿色矿山标识", "en": "green-mine marks for the mining-right system"},
            {"zh": "矿业权人勘查开采信息管理系统", "en": "the mining-right information system"},
            (LICENCE, NAME, PLACE, HOLDER, CREDIT, TIER, STATE, ENTERED, LEFT), ("gs-2023/3.9.b",),
        ),
        Format(
            "mining-licences", 1, {"zh": "采矿许可证数据", "en": "mining licences"},
            {"zh": "本系统", "en": "this system"},
            (
                MINE, Column("licence_number", "采矿许可证号", "mining licence", CODE, required=True), NAME, PLACE,
                Column("valid_until", "有效期至", "valid until", DAY, required=True),
            ),
            ("gs-2023/3.9.b",), out=False, into=True,
            note={"zh": "来自采矿权信息系统：许可证号和有效期写入矿山事实", "en": "from the mining-right system: number and last day become facts"},
        ),
        Format(
            "credit-china", 1, {"zh": "信用中国公开数据（纳入与移出）", "en": "entries and removals for Credit China"},
            {"zh": "信用中国", "en": "Credit China"},
            (CREDIT, HOLDER, NAME, PLACE, ENTRY, TIER, Column("event", "事项", "event", CHOICE, True, ("入库", "移出")),
             Column("on", "日期", "on", DAY, required=True), DECISION, GROUND),
            ("gs-2023/3.3.w", "gs-2023/3.9.k"),
        ),
        Format(
            "credit-bureau", 1, {"zh": "企业征信数据（名录、移出、处罚）", "en": "entries, removals and penalties for the credit system"},
            {"zh": "企业征信系统", "en": "the enterprise credit system"},
            (CREDIT, HOLDER, NAME, PLACE, Column("event", "事项", "event", CHOICE, True, ("在册", "移出", "行政处罚")),
             Column("on", "日期", "on", DAY, required=True), Column("document", "文号", "document"), Column("content", "内容", "content")),
            ("gs-2023/3.10.k", "nm-2020/4.1.4.e"),
        ),
        Format(
            "penalties", 1, {"zh": "涉企行政处罚信息", "en": "administrative penalties of enterprises"},
            {"zh": "国家企业信用信息公示系统", "en": "the national enterprise credit publicity system"},
            (Column("credit_code", "统一社会信用代码", "unified social credit code", CODE, required=True), HOLDER, NAME, PLACE,
             Column("document", "处罚决定书文号", "decision", required=True), Column("on", "处罚决定日期", "decided on", DAY),
             Column("content", "处罚内容", "content"), Column("due_on", "履行期限", "due on", DAY), Column("closed_on", "履行完毕日期", "performed on", DAY)),
            ("cn-2024-1/15.4.a", "yn-2025/A.0.f"),
        ),
        Format(
            "bank-extract", 1, {"zh": "金融机构查询摘录（名录与风险）", "en": "extract of standing and risk for a bank"},
            {"zh": "经授权的金融机构", "en": "an authorised institution"},
            (CREDIT, HOLDER, NAME, PLACE, Column("national_state", "国家级名录", "national"), Column("provincial_state", "省级名录", "provincial"),
             Column("history", "名录沿革", "history"), Column("penalties", "行政处罚（件）", "penalties", NUMBER),
             Column("unperformed", "逾期未履行处罚", "unperformed penalty"), Column("accident", "安全事故等级", "accident grade"),
             Column("environmental_event", "环境事件等级", "environmental event")),
            ("nm-2020/4.1.4.f", "yn-2025/3.4.g"), consent=True,
            note={"zh": "含非公开信息：须有企业授权书和用途，逐次登记", "en": "holds what is not public: each needs the enterprise's consent and a purpose"},
        ),
        Format(
            "old-list", 1, {"zh": "存量市县级绿色矿山名单", "en": "an old list of a city or county"}, {"zh": "本系统", "en": "this system"},
            (MINE, NAME, PLACE, Column("listed_on", "列入日期", "listed on", DAY)), ("cn-2024-1/2.3.d",), out=False, into=True,
            note={"zh": "只作为历史导入；逐矿评估，择优申报省级名录", "en": "taken in as history only; each mine is assessed, the best move up"},
        ),
    )
}  # fmt: skip
