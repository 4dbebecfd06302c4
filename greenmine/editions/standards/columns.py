"""The Excel form of a set (指标表模板): its sheets and columns, and the words cells use for the codes of the format.

Cells take the Chinese word, the English word or the code itself; what is written out is the Chinese word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from greenmine.law.dictionary import Dictionary
from greenmine.law.indicators.classes import Classes

Words = Mapping[str, str]
UNKNOWN_WORD = "未知"
NONE_WORD = "无"

GUIDE, HEAD, PRECONDITIONS, STRUCTURE, INDICATORS, LISTS = (
    "说明", "基本信息", "先决条件", "结构", "指标", "下拉",
)  # fmt: skip
SHEETS = (HEAD, PRECONDITIONS, STRUCTURE, INDICATORS)


@dataclass(frozen=True, slots=True)
class Column:
    """One column (or, on the first sheet, one row): the key of the format, its heading, its choices and its width."""

    key: str
    zh: str
    en: str
    choices: str = ""
    width: int = 16
    note: str = ""


STATUS: dict[str, str] = {"official": "正式", "structure_only": "仅结构", "demonstration": "演示", "local": "地方自定"}
TIER: dict[str, str] = {"national": "国家级", "provincial": "省级", "any": "不限"}
KIND: dict[str, str] = {"binding": "约束性", "improvement": "提升性", "unknown": UNKNOWN_WORD}
SCALE: dict[str, str] = {
    "levels": "分档", "range": "区间", "yes_no": "是否", "measured": "按事实分段", "unknown": UNKNOWN_WORD,
}  # fmt: skip
CHECKED: dict[str, str] = {"desk": "内业", "site": "现场", "both": "内业和现场"}
FLAG: dict[str, str] = {"true": "是", "false": "否"}
FLAG_OR_UNKNOWN: dict[str, str] = {**FLAG, "unknown": UNKNOWN_WORD}
NOT_APPLICABLE: dict[str, str] = {"rescale": "按适用项折算", "full": "不适用得满分", "unknown": UNKNOWN_WORD}
CONFIDENCE: dict[str, str] = {"S": "有来源", "M": "凭记忆", "I": "推定", "?": "待核"}
PART: dict[str, str] = {"dimension": "一级", "category": "二级"}

FACETS = (
    Column("industries", "行业", "industries", "industries", 18),
    Column("methods", "开采方式", "mining methods", "methods", 12),
    Column("scales", "规模", "size classes", "scales", 10),
    Column("regions", "地区代码", "division codes", "", 12),
    Column("climates", "气候区", "climate zones", "climates", 12),
    Column("when", "适用条件式", "condition", "", 24),
)
HEAD_ROWS = (
    Column("id", "编号", "id", note="小写字母开头，如 cn-2024"),
    Column("title.zh", "名称", "title"),
    Column("title.en", "英文名称", "title in English", note="可留空"),
    Column("status", "性质", "status", "status"),
    Column("tier", "层级", "tier", "tier"),
    Column("territory", "适用地区代码", "territory", note="六位，全国为 000000"),
    Column("in_force.from", "施行日", "in force from", note="2024-04-15"),
    Column("in_force.to", "终止日", "in force to", note="未定留空"),
    *(Column(f"applies.{one.key}", one.zh, one.en, one.choices, note="多个用顿号分隔；不限留空") for one in FACETS),
    Column("source.zh", "来源", "source", note="文件名称、文号、取得途径"),
    Column("source.en", "英文来源", "source in English", note="可留空"),
    Column("confidence", "可信度", "confidence", "confidence"),
    Column("provisions", "依据条款", "provisions", note="如 cn-2024-1/13.2.a"),
    Column("points", "总分", "points"),
    Column("pass_marks.total", "达标总分", "pass mark", note="没有填“无”，不知填“未知”"),
    Column(
        "pass_marks.dimension_ratio", "各一级最低得分率", "least share of each dimension", note="如 0.75；没有填“无”"
    ),
    Column("pass_marks.binding_all", "约束性指标须全部满足", "all binding indicators", "flag_or_unknown"),
    Column("not_applicable", "不适用项的处理", "not applicable", "not_applicable"),
    Column("counts.dimensions", "应有一级指标数", "dimensions"),
    Column("counts.categories", "应有二级指标数", "categories"),
    Column("counts.indicators", "应有三级指标数", "indicators"),
    Column("counts.preconditions", "应有先决条件数", "preconditions"),
)
EVIDENCE_NOTE = "一行一种：编号 | 名称 | 英文 | 种类 | 有效月数"
PRECONDITION_COLUMNS = (
    Column("id", "编号", "id", note="可留空"),
    Column("name.zh", "名称", "name", width=36),
    Column("name.en", "英文名称", "name in English", width=24),
    Column("check", "核验条件式", "condition", width=36, note="留空由人回答"),
    *FACETS,
    Column("may_not_apply", "可说明不适用", "may not apply", "flag"),
    Column("evidence", "佐证", "evidence", width=36, note=EVIDENCE_NOTE),
    Column("provisions", "依据条款", "provisions", width=20),
    Column("help.zh", "填报说明", "help", width=30),
    Column("help.en", "英文说明", "help in English", width=24),
)
STRUCTURE_COLUMNS = (
    Column("part", "级别", "part", "part", 8),
    Column("id", "编号", "id", note="可留空"),
    Column("name.zh", "名称", "name", width=30),
    Column("name.en", "英文名称", "name in English", width=24),
    Column("points", "分值", "points", width=10),
    Column("counts.categories", "应有二级数", "categories", width=12),
    Column("counts.indicators", "应有三级数", "indicators", width=12),
)
INDICATOR_COLUMNS = (
    Column("category", "所属二级指标", "category", width=18, note="结构表中的编号或名称"),
    Column("id", "编号", "id", note="可留空"),
    Column("name.zh", "名称", "name", width=30),
    Column("name.en", "英文名称", "name in English", width=24),
    Column("kind", "类型", "kind", "kind", 10),
    Column("points", "分值", "points", width=8),
    Column("scale", "评分方式", "scale", "scale", 12),
    Column("steps", "评分内容", "steps", width=44,
           note="分档：分值 | 说明 | 英文；区间：步长；是否：条件式；按事实分段：第一行事实名，其后 >= 值 : 分值"),
    Column("pass", "底线分", "pass", width=8),
    *FACETS,
    Column("may_not_apply", "可说明不适用", "may not apply", "flag", 12),
    Column("alternative", "变体组", "variant of", width=14),
    Column("evidence", "佐证", "evidence", width=36, note=EVIDENCE_NOTE),
    Column("checked", "核查方式", "checked", "checked", 12),
    Column("help.zh", "填报说明", "help", width=30),
    Column("help.en", "英文说明", "help in English", width=24),
    Column("typical.zh", "常见问题", "typical shortcomings", width=30),
    Column("typical.en", "英文常见问题", "typical shortcomings in English", width=24),
    Column("tags", "标签", "tags", width=16),
    Column("provisions", "依据条款", "provisions", width=20),
    Column("confidence", "可信度", "confidence", "confidence", 10),
)  # fmt: skip
COLUMNS = {PRECONDITIONS: PRECONDITION_COLUMNS, STRUCTURE: STRUCTURE_COLUMNS, INDICATORS: INDICATOR_COLUMNS}
CLOSED: dict[str, dict[str, str]] = {
    "status": STATUS, "tier": TIER, "kind": KIND, "scale": SCALE, "checked": CHECKED, "flag": FLAG,
    "flag_or_unknown": FLAG_OR_UNKNOWN, "not_applicable": NOT_APPLICABLE, "confidence": CONFIDENCE, "part": PART,
}  # fmt: skip
LISTED = ("industries", "methods", "scales", "climates")
_FACTS = {"methods": "mining_method", "scales": "scale", "climates": "climate_zone"}


def vocabulary(dictionary: Dictionary, classes: Classes) -> dict[str, dict[str, str]]:
    """Every list of codes with its Chinese words: the format's own, the facts' and the industry classes."""
    found = {name: dict(table) for name, table in CLOSED.items()}
    found["industries"] = {one.id: one.name["zh"] for one in classes.values()}
    for name, fact in _FACTS.items():
        known = dictionary[fact]
        found[name] = {code: known.words(number, "zh") for number, code in enumerate(known.codes)}
    return found
