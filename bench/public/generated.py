"""The population: generated, seeded; no mine of it exists. Names, counties and codes look like those of a registry."""

# ruff: noqa: PLC0415 -- Django is set up first
from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

SEED = 7
FIRST = ("青", "白", "红", "金", "银", "大", "小", "东", "西", "南", "北", "上", "下", "新", "老", "宏", "兴", "永", "瑞", "祥", "龙", "凤", "石", "玉", "铁", "黑", "黄", "紫")  # fmt: skip
SECOND = ("山", "岭", "沟", "河", "泉", "坪", "湾", "崖", "台", "梁", "川", "峡", "滩", "塬", "寨", "岗", "溪", "洞", "坡", "原", "峰", "谷")  # fmt: skip
THIRD = ("", "", "盛", "达", "源", "丰", "华", "昌", "通", "茂", "隆", "顺")
STANDINGS = ("listed",) * 90 + ("rectifying",) * 3 + ("changing",) * 1 + ("removed",) * 5 + ("ended",)
CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def mines(count: int, edition: Any) -> Iterator[Any]:
    """As the directory publishes them."""
    from greenmine.directory.published.writing import DimensionResult, PublicMine, TierStanding

    chance = random.Random(SEED)
    counties = sorted({str(row.code) for row in edition.divisions.rows if str(row.code)[4:] not in ("00", "01")})
    minerals = sorted(edition.dictionary["mineral"].domain)
    words = {code: edition.dictionary["mineral"].domain[code]["zh"] for code in minerals}
    for number in range(count):
        county, mineral = chance.choice(counties), minerals[min(int(chance.expovariate(0.12)), len(minerals) - 1)]
        house = chance.choice(FIRST) + chance.choice(SECOND) + chance.choice(THIRD)
        entered = date(2019, 1, 1) + timedelta(days=chance.randint(0, 2880))
        standing = TierStanding(
            "national" if chance.random() < 0.15 else "provincial", chance.choice(STANDINGS), number=f"ML-{entered.year}-{number:05d}",
            entered_on=entered, decision_number=f"自然资告〔{entered.year}〕{chance.randint(1, 99)}号",
            certificate_number=f"LSKS-{number:06d}", owner="省自然资源厅",
        )  # fmt: skip
        yield PublicMine(
            key=f"M{number:08d}", name=f"{house}{words[mineral]}矿", region_code=county, mineral=mineral,
            scale=chance.choice(("large", "medium", "small")), holder=f"{house}矿业有限公司",
            credit_code="91" + county + "".join(chance.choice(CODE_LETTERS) for _ in range(10)),
            standings=[standing],
            results=[DimensionResult({"zh": title, "en": title}, chance.randint(1200, 2000), 2000) for title in ("矿区环境", "资源开发", "综合利用", "节能减排", "科技创新")],
            results_of={"zh": "第三方评估", "en": "third-party assessment"},
            longitude=round(chance.uniform(80, 130), 5), latitude=round(chance.uniform(22, 48), 5),
        )  # fmt: skip


def questions(chance: random.Random) -> dict[str, list[str]]:
    """Words people type, from frequent to none at all."""
    return {
        "two characters that are everywhere": ["煤炭", "矿业", "有限", "公司", "石灰"],
        "two characters that are rare": [chance.choice(FIRST) + chance.choice(SECOND) for _ in range(8)],
        "three and more": [chance.choice(FIRST) + chance.choice(SECOND) + chance.choice(THIRD[2:]) for _ in range(8)],
        "a place": ["会宁", "甘肃", "赤峰", "昆明", "霍城"],
        "two words": ["甘肃 石灰", "青山 煤", "内蒙古 金矿", "云南 磷"],
        "a number": [f"ML-2023-{chance.randint(0, 59_999):05d}" for _ in range(4)],
        "one character": ["煤", "金", "山"],
        "nothing has it": ["无此矿山", "龖龘", "zzzz", "x" * 30],
    }
