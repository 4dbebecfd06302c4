"""Carrying answers to the next edition: only what is equal stays by itself, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenmine.law.indicators import Answer, StandardError, carry, check_mapping, load_mapping, load_standard
from tests.law.indicators.small import ANSWERS, changed, facts, said, standard

PAIRS = """
from: small-2026
to: small-2027
pairs:
  - {from: licence-valid, to: licence-valid, relation: equal}
  - {from: no-dispute, to: no-dispute, relation: equal}
  - {from: zones, to: zones, relation: equal}
  - {from: order, to: tidiness, relation: equal}
  - {from: greening-coverage, to: greening-coverage, relation: narrower, note: {zh: 只计可绿化区, en: only where plants can grow}}
  - {from: greening-arid, to: greening-arid, relation: wider}
  - {from: recovery, to: recovery, relation: equal}
  - {from: grade, to: grade, relation: equal}
  - {from: research, relation: none}
  - {to: innovation, relation: none}
  - {from: monitoring, to: monitoring, relation: equal}
"""


def next_year(*pairs):
    text = changed(
        ("id: small-2026", "id: small-2027"), ("id: order", "id: tidiness"), ("id: research", "id: innovation"), *pairs
    )
    return load_standard(text, facts())


def carried(answers, new=None, text=PAIRS):
    return carry(load_mapping(text), standard(), new or next_year(), answers)


def test_an_equal_item_keeps_its_answer_under_its_new_id():
    found = carried({"order": said(8), "zones": said(6)})
    assert found.kept == {"tidiness": said(8), "zones": said(6)}
    assert (found.to_review, found.dropped) == ({}, {})


def test_an_equal_item_with_other_points_or_another_scale_is_looked_at():
    fewer = next_year(
        ("points: 8\n", "points: 10\n"), ("points: 12\n", "points: 10\n"), ("{points: 12, zh", "{points: 10, zh")
    )
    found = carried({"order": said(8), "zones": said(6)}, fewer)
    assert found.kept == {}
    assert {name: review.reason["zh"] for name, review in found.to_review.items()} == {
        "tidiness": "分值不同",
        "zones": "分值不同",
    }
    assert found.to_review["tidiness"].answers == {"order": said(8)}
    reworded = carried({"zones": said(6)}, next_year(("分区基本清楚", "分区大体清楚")))
    assert reworded.to_review["zones"].reason["zh"] == "评分标准不同"


def test_narrower_and_wider_items_keep_the_old_answer_in_sight():
    found = carried({"greening-coverage": said(15), "greening-arid": said(3)})
    assert found.to_review["greening-coverage"].reason == {
        "zh": "新指标比旧指标变窄：只计可绿化区",
        "en": "the new item is narrower than the old one: only where plants can grow",
    }
    assert found.to_review["greening-arid"].answers == {"greening-arid": said(3)}


def test_an_item_without_a_counterpart_is_dropped_and_kept_in_the_old_one():
    found = carried({"research": said(6)})
    assert found.dropped == {"research": said(6)}
    assert found.new_items == ("innovation",)


def test_items_that_came_together_are_looked_at():
    text = PAIRS.replace("{from: research, relation: none}", "{from: research, to: tidiness, relation: equal}")
    found = carried({"order": said(8), "research": said(6)}, text=text)
    assert found.to_review["tidiness"].answers == {"order": said(8), "research": said(6)}


def test_unanswered_items_are_nothing_to_carry():
    assert carried({"order": Answer()}).kept == {}


names = st.sampled_from([*[one.id for one in standard().indicators], "licence-valid", "no-dispute", "unheard-of"])
answers_ = st.dictionaries(
    names, st.builds(Answer, st.sampled_from(["scored", "not_applicable"]), st.integers(0, 2500))
)


@given(answers_, st.sets(st.integers(0, 10)))
def test_nothing_is_lost_whatever_is_mapped(answers, left_out):
    head, *pairs = PAIRS.strip().split("\n  - ")
    text = "\n  - ".join([head, *[pair for number, pair in enumerate(pairs) if number not in left_out], "{from: zones, to: zones, relation: wider}" if 2 in left_out else "{to: zones, relation: none}"])  # fmt: skip
    found = carried(answers, text=text)
    again = {**found.dropped}
    pairs_ = {pair.new: pair.old for pair in load_mapping(text).pairs if pair.relation != "none"}
    again |= {pairs_[name]: answer for name, answer in found.kept.items()}
    for review in found.to_review.values():
        again |= review.answers
    assert again == answers


@pytest.mark.parametrize(
    ("old", "new", "zh"),
    [
        ("relation: wider}", "relation: looser}", "“relation”不能是“looser”"),
        ("{from: research, relation: none}", "{relation: none}", "from 与 to 不全"),
        ("{from: research, relation: none}", "{from: research, relation: equal}", "from 与 to 不全"),
        ("{from: research, relation: none}", "{from: research, to: innovation, relation: none}", "只写 from 或 to"),
        ("{from: research, relation: none}", "{from: zones, to: zones, relation: wider}", "重复"),
        ("pairs:", "pears:", "不认识的键“pears”"),
    ],
)
def test_a_wrong_mapping_is_refused(old, new, zh):
    assert old in PAIRS
    with pytest.raises(StandardError) as refused:
        load_mapping(PAIRS.replace(old, new))
    assert any(zh in problem.zh for problem in refused.value.problems)


def test_a_mapping_is_checked_against_both_editions():
    assert check_mapping(load_mapping(PAIRS), standard(), next_year()) == []
    text = PAIRS.replace("to: tidiness", "to: neatness").replace(
        "{from: research, relation: none}", "{from: gone, relation: none}"
    )
    found = [problem.zh for problem in check_mapping(load_mapping(text), standard(), next_year())]
    assert found == [
        "“small-2026”没有“gone”", "“small-2026”的“research”未写明对应关系", "“small-2027”没有“neatness”", "“small-2027”的“tidiness”未写明对应关系",
    ]  # fmt: skip


def test_all_answers_of_the_example_move_and_stay_in_sight():
    found = carried(ANSWERS)
    assert set(found.kept) == {"no-dispute", "zones", "tidiness", "monitoring"}
