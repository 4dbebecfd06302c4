from __future__ import annotations

from typing import Any

import pytest

from greenmine.gates import replays
from greenmine.law import RulebookError

GOOD = """
id: case
zh: 一例
en: a case
source: [{known: S, zh: 公开报道, en: reported}]
mine: {name: 甲矿, holder: 甲公司, mineral: iron, region: "620422"}
known: [{on: 2024-05-01, by: market, facts: {penalties_last_3_years: "62"}, zh: 已知, en: known}]
life: [{on: 2024-05-20, gate: filing}]
public: {on: 2024-06-20, zh: 公开, en: published}
stopped: {gate: filing, by: ["check:repeated-penalties"], days: 31}
"""


def test_the_shipped_replays_are_at_least_six_and_say_how_sure_each_sentence_is() -> None:
    found = replays.replays()
    assert len(found) >= 6
    assert {one.known for replay in found for one in replay.source} <= {"S", "M", "I"}
    assert all(any(one.known == "I" for one in replay.source) for replay in found)
    assert all((replay.public_on - replay.life[0][0]).days > 0 for replay in found)


def test_a_mine_of_the_clean_twin_is_said_by_the_departments_that_may_say_it(law: Any) -> None:
    for said in replays.clean():
        for name in said.facts:
            assert said.by in law.dictionary[name].stated_by, (said.by, name)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("id: case", "id: other", "文件名"),
        ("gate: filing}]", "gate: nowhere}]", "gate"),
        ("penalties_last_3_years", "no_such_fact", "no_such_fact"),
        ("public: {on: 2024-06-20", "public: {on: 2024-05-02", "公开之日应在最后"),
        ("known: S, zh", "known: Z, zh", "known"),
        ('facts: {penalties_last_3_years: "62"}, ', "", "facts 或 act"),
        ("en: a case", "en: a case\nmore: x", "more"),
    ],
)
def test_a_replay_that_is_not_of_the_format_is_refused_with_its_line(before: str, after: str, words: str) -> None:
    assert replays.read(GOOD, "case").stopped.days == 31
    with pytest.raises(RulebookError, match=words):
        replays.read(GOOD.replace(before, after, 1), "case")
