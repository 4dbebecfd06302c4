"""Units as ledgers write them, turned into the dictionary's: 吨 → 万吨, 亩 → 公顷, % → a ratio. Exact fractions."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from fractions import Fraction

Factors = Mapping[str, int | str]

PERCENT = Fraction(1, 100)
_TONNES: Factors = {
    "万吨": 1, "10^4t": 1, "万t": 1, "吨": "1/10000", "t": "1/10000", "千吨": "1/10", "kt": "1/10", "亿吨": 10000,
    "百万吨": 100, "mt": 100, "万立方米": 1, "万m3": 1, "立方米": "1/10000", "m3": "1/10000", "亿立方米": 1,
}  # fmt: skip
_AREAS: Factors = {
    "公顷": 1, "hm2": 1, "ha": 1, "亩": "1/15", "平方米": "1/10000", "m2": "1/10000", "万平方米": 1,
    "平方公里": 100, "平方千米": 100, "km2": 100,
}  # fmt: skip
_MONEY: Factors = {"万元": 1, "元": "1/10000", "亿元": 10000, "千元": "1/10", "万元人民币": 1}
_RATIOS: Factors = {"%": "1/100", "百分比": "1/100", "百分数": "1/100", "‰": "1/1000", "小数": 1, "比例": 1}
_YEARLY = ("/年", "/a", "每年", "/y", "/yr", "年")
_FACTORS: Mapping[str, Factors] = {
    "10^4t/a": _TONNES,
    "10^4t": _TONNES,
    "hm2": _AREAS,
    "10^4yuan": _MONEY,
    "1": _RATIOS,
    "": _RATIOS,
    "a": {"年": 1, "a": 1, "月": "1/12", "个月": "1/12"},
    "°": {"°": 1, "度": 1, "十进制度": 1, "东经": 1, "北纬": 1, "e": 1, "n": 1},
}
_SAME = {"m3": "立方米", "t": "吨", "m": "米", "kgce/t": "千克标准煤/吨", "tce": "吨标准煤", "tco2": "吨二氧化碳"}


def plain(text: str) -> str:
    """A unit without width, case, spaces or superscripts: “Ｔ ／ａ” → t/a, 10⁴ t → 10^4t."""
    folded = unicodedata.normalize("NFKC", text.replace("⁴", "^4")).strip().lower()
    for word, short in (("⁄", "/"), ("×", ""), ("·", ""), (" ", ""), ("　", ""), ("10000t", "万吨"), ("104t", "10^4t")):
        folded = folded.replace(word, short)
    return folded.strip("()（）[]【】:：单位")


def factor(written: str, unit: str) -> Fraction | None:
    """What a figure written in one unit is multiplied by to stand in the fact's unit; None if it is not understood."""
    said, wanted = plain(written), plain(unit)
    if not said or said == wanted or _SAME.get(wanted) == said:
        return Fraction(1)
    table = _FACTORS.get(wanted, {})
    if said in table:
        return Fraction(table[said])
    if wanted.endswith("/a"):
        for ending in _YEARLY:
            if said.endswith(ending) and said.removesuffix(ending) in table:
                return Fraction(table[said.removesuffix(ending)])
    return None


def is_unit(text: str) -> bool:
    """Whether a text is a unit at all: tells a unit row under the headings from a row of figures."""
    said = plain(text)
    return bool(said) and any(
        factor(said, unit) is not None for unit in ("10^4 t/a", "hm²", "10^4 yuan", "1", "a", "°")
    )
