"""An official text becomes a skeleton of provisions, however messy the text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from greenmine.editions.skeleton import read_text, skeleton
from greenmine.law import load_yaml

SHARED = Path(os.environ.get("GREENMINE_SHARED", Path(__file__).resolve().parents[3] / "shared"))
MESSY = """
某省绿色矿山促进条例

 - 4 -

第一条 为了加快转型，高质量建

设绿色矿山，制定本条例。

第十二条 矿山企业应当核算能耗。鼓励采用新工

艺。
一、总体要求
（一）指导思想。坚持绿色发展。
2.促进节能减排。严格控制能耗；推进清洁运输。
附件：分工
"""


def test_broken_lines_become_whole_sentences_under_their_number() -> None:
    found = [(".".join(one.path), one.words) for one in read_text(MESSY)]
    assert found == [
        ("1", "为了加快转型，高质量建设绿色矿山，制定本条例。"),
        ("12", "矿山企业应当核算能耗。"),
        ("12", "鼓励采用新工艺。"),
        ("1.1", "指导思想。"),
        ("1.1", "坚持绿色发展。"),
        ("1.1.2", "促进节能减排。"),
        ("1.1.2", "严格控制能耗；"),
        ("1.1.2", "推进清洁运输。"),
    ]


def test_page_numbers_and_empty_lines_are_no_sentences() -> None:
    assert read_text("- 12 -\n\n  \n12\n") == []


def test_the_skeleton_is_strict_yaml_with_one_entry_a_sentence() -> None:
    text = skeleton("xx-2026", "510000", read_text(MESSY))
    loaded = load_yaml(text, file="xx-2026.yaml")
    assert [entry["id"] for entry in loaded["provisions"]][:3] == ["xx-2026/1.a", "xx-2026/12.a", "xx-2026/12.b"]
    assert loaded["territory"] == "510000"


@pytest.mark.parametrize("document", ["cn-2024-1", "gs-2023", "kz-2024", "nm-2020", "yn-2025"])
def test_the_five_official_texts_are_read_with_distinct_ids_and_nearly_all_words(document: str) -> None:
    file = SHARED / "policies" / f"{document}.txt"
    if not file.exists():
        pytest.skip(f"LOUD: {file} is absent; the official texts were not read")
    text = file.read_text(encoding="utf-8")
    sentences = read_text(text)
    ids = [entry["id"] for entry in load_yaml(skeleton(document, "000000", sentences), file="x.yaml")["provisions"]]
    assert len(ids) == len(set(ids)) == len(sentences)
    kept = sum(len(one.words) for one in sentences)
    whole = len("".join(text.split()))
    assert kept > 0.8 * whole
