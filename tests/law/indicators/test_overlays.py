"""Overlays: what a territory adds, replaces or tightens; what loosens is refused unless it says so and cites why."""

from __future__ import annotations

import pytest

from greenmine.law import Dictionary
from greenmine.law.indicators import StandardError, load_standard
from greenmine.law.indicators.loosening import implies
from greenmine.law.language import Scope, read_condition
from tests.law.indicators.small import facts, standard

HEAD = """
id: small-gansu
title: {zh: 甘肃叠加, en: overlay for Gansu}
status: demonstration
tier: provincial
kind: overlay
base: small-2026
territory: "620000"
in_force: {from: 2026-01-01}
confidence: I
"""


def overlay(body: str, base=None):
    return load_standard(HEAD + body, facts(), base=base or standard(), file="overlay.yaml")


def refusals(body: str, base=None) -> list[str]:
    with pytest.raises(StandardError) as refused:
        overlay(body, base)
    return [problem.zh for problem in refused.value.problems]


def told(read):
    return [(change.what, change.subject, change.proven) for change in read.changes]


RESEARCH = "tightens:\n  indicators:\n    - {id: research, %s}\n"
BANDS = "scale: {measured: {fact: holder.rnd_spend_ratio, bands: [{at_least: '%s', points: 10}]}}"


def test_a_tightened_band_is_proven_and_named():
    read = overlay(RESEARCH % (BANDS % "0.015"))
    assert told(read) == [("tightens", "research", True)]
    assert read.indicator("research").scale.bands[0].points == 1000
    assert read.indicator("research").name == standard().indicator("research").name
    assert (read.base, read.territory, read.kind, read.tier) == ("small-2026", "620000", "overlay", "provincial")
    assert read.points == standard().points


def test_a_kinder_band_is_refused():
    assert refusals(RESEARCH % (BANDS % "0.014")) == [
        "“research”被放宽：同一数值得分更高。确需放宽的，写 loosens: true 并写明 provisions"
    ]


def test_a_loosening_that_says_so_and_cites_why_is_listed_as_one():
    read = overlay(RESEARCH % (BANDS % "0.014" + ", loosens: true, provisions: [gs-2023/3.3.g]"))
    (change,) = read.changes
    assert (change.what, change.subject, change.provisions) == ("loosens", "research", ("gs-2023/3.3.g",))
    assert change.zh == "放宽“research”：同一数值得分更高"


@pytest.mark.parametrize("more", ["loosens: true", "provisions: [gs-2023/3.3.g]"])
def test_saying_so_or_citing_alone_is_not_enough(more):
    assert refusals(RESEARCH % (BANDS % "0.014" + f", {more}"))


TIGHTEN = "tightens:\n  indicators:\n    - {id: %s, %s}\n"


@pytest.mark.parametrize(
    ("subject", "change", "zh"),
    [
        ("monitoring", "pass: 0", "底线降低"),
        ("monitoring", "kind: improvement", "约束性指标变为提升性指标"),
        ("monitoring", "may_not_apply: true", "允许主张不适用"),
        ("monitoring", "applies: {methods: [underground]}", "适用的开采方式变少"),
        ("monitoring", 'applies: {when: "has_beneficiation_plant"}', "适用条件收窄"),
        ("greening-arid", "applies: {climates: [arid]}", "适用的气候区变少"),
        ("zones", "checked: desk", "核查方式减少"),
        ("zones", "evidence: [{id: plan, name: {zh: 图, en: plan}, kinds: [file]}]", "不再要求佐证“photo”"),
        ("zones", "evidence: [{id: plan, name: {zh: 图, en: plan}, kinds: [file, map]}, {id: photo, name: {zh: 照, en: photo}, kinds: [photo], valid_months: 12}]", "佐证“plan”可用更多种类"),
        ("zones", "evidence: [{id: plan, name: {zh: 图, en: plan}, kinds: [file]}, {id: photo, name: {zh: 照, en: photo}, kinds: [photo], valid_months: 13}]", "佐证“photo”有效期变长"),
        ("recovery", "scale: {yes_no: {}}", "取消了事实校验"),
        ("recovery", 'scale: {yes_no: {check: "mining_recovery_rate > 0"}}', "校验条件未见更严"),
        ("grade", "scale: {range: {step: 1}}", "不再由同一事实计分"),
        ("grade", 'applies: {when: "has_beneficiation_plant AND tailings_pond"}', "适用条件收窄"),
    ],
)  # fmt: skip
def test_each_way_to_loosen_is_seen(subject, change, zh):
    assert any(zh in refusal for refusal in refusals(TIGHTEN % (subject, change)))


@pytest.mark.parametrize(
    ("subject", "change"),
    [
        ("monitoring", "pass: 10"),
        ("zones", "kind: binding, pass: 6"),
        ("zones", "evidence: [{id: plan, name: {zh: 图, en: plan}, kinds: [file]}, {id: photo, name: {zh: 照, en: photo}, kinds: [photo], valid_months: 6}, {id: more, name: {zh: 另, en: more}}]"),
        ("order", "checked: both"),
        ("recovery", 'scale: {yes_no: {check: "mining_recovery_rate >= mining_recovery_rate_required AND mining_recovery_rate >= 0.8"}}'),
        ("grade", 'applies: {when: "has_beneficiation_plant OR tailings_pond"}'),
        ("greening-arid", "applies: {climates: [semi_arid, arid, alpine, semi_humid]}"),
    ],
)  # fmt: skip
def test_what_tightens_is_taken_and_proven(subject, change):
    assert told(overlay(TIGHTEN % (subject, change))) == [("tightens", subject, True)]


def test_a_binding_indicator_made_by_an_overlay_may_not_be_said_away():
    assert not overlay(TIGHTEN % ("zones", "kind: binding, pass: 6")).indicator("zones").may_not_apply


def test_other_words_for_levels_are_taken_on_the_authors_word_and_said_to_be_unproven():
    change = "scale: {levels: [{points: 12, zh: 全部达到, en: all}, {points: 0, zh: 其他, en: other}]}"
    assert told(overlay(TIGHTEN % ("zones", change))) == [("tightens", "zones", False)]


def test_an_added_indicator_raises_the_total_and_the_mark_must_follow():
    extra = "adds:\n  indicators:\n    - {id: extra, category: technology, name: {zh: 加项, en: extra}, kind: improvement, points: 2, scale: {yes_no: {}}}\n"
    assert refusals(extra) == [
        "“pass_marks”被放宽：达标线占总分的比例降低（总分 102，至少应为 81.6）。确需放宽的，写 loosens: true 并写明 provisions"
    ]
    read = overlay(extra + "tightens: {pass_marks: {total: 81.6}}\n")
    assert (read.points, read.dimension("resources").points, read.pass_marks.total) == (10_200, 6_200, 8_160)
    assert told(read) == [("adds", "extra", True), ("tightens", "pass_marks", True)]
    assert [one.id for one in read.dimension("resources").indicators][-1] == "extra"


def test_an_added_binding_indicator_without_points_leaves_the_total():
    read = overlay(
        "adds:\n  indicators:\n    - {id: extra, category: technology, name: {zh: 加项, en: extra}, kind: binding, points: 0, scale: {yes_no: {}}}\n"
    )
    assert read.points == 10_000
    assert told(read) == [("adds", "extra", True)]


def test_added_and_changed_preconditions():
    read = overlay(
        "adds:\n  preconditions:\n    - {id: water, name: {zh: 取水许可, en: water permit}}\n"
        'tightens:\n  preconditions:\n    - {id: no-dispute, check: "NOT abnormal_listing"}\n'
    )
    assert [one.id for one in read.preconditions] == ["licence-valid", "no-dispute", "water"]
    assert read.precondition("no-dispute").check.text == "NOT abnormal_listing"
    weaker = "tightens:\n  preconditions:\n    - {id: licence-valid, check: \"mining_license_status = 'valid'\"}\n"
    assert "校验条件未见更严" in refusals(weaker)[0]


def test_marks_may_only_rise():
    assert "分项达标线降低" in refusals("tightens: {pass_marks: {dimension_ratio: '0.7'}}\n")[0]
    assert "约束性指标不再须全部达到" in refusals("tightens: {pass_marks: {binding_all: false}}\n")[0]
    assert "达标线占总分的比例降低" in refusals("tightens: {pass_marks: {total: 79.99}}\n")[0]
    read = overlay("tightens: {pass_marks: {total: 80, dimension_ratio: '0.8'}}\n")
    assert str(read.pass_marks.dimension_ratio) == "4/5"


def test_taking_something_away_is_a_loosening():
    assert "被放宽：取消了该项" in refusals("removes: [{id: no-dispute}]\n")[0]
    read = overlay("removes: [{id: no-dispute, loosens: true, provisions: [gs-2023/3.3.g]}]\n")
    assert told(read) == [("removes", "no-dispute", True)]
    assert [one.id for one in read.preconditions] == ["licence-valid"]


def test_replacing_is_held_to_the_same_measure():
    weaker = "replaces:\n  indicators:\n    - {id: recovery, name: {zh: 回采率, en: recovery}, kind: binding, points: 25, scale: {yes_no: {}}}\n"
    assert len(refusals(weaker)) == 2  # the check, and the evidence


@pytest.mark.parametrize(
    ("body", "zh"),
    [
        ("tightens:\n  indicators:\n    - {id: nothing, pass: 1}\n", "基础体系没有“nothing”"),
        ("adds:\n  indicators:\n    - {id: zones, category: technology, name: {zh: 加, en: x}}\n", "“zones”已存在"),
        (
            "adds:\n  indicators:\n    - {id: extra, category: nowhere, name: {zh: 加, en: x}}\n",
            "没有二级指标“nowhere”",
        ),
        ("loosens: true\n", "不认识的键“loosens”"),
        ("dimensions: []\n", "不认识的键“dimensions”"),
    ],
)
def test_an_overlay_speaks_of_what_is_there(body, zh):
    assert any(zh in refusal for refusal in refusals(body))


def test_an_overlay_needs_its_base():
    with pytest.raises(StandardError) as refused:
        load_standard(HEAD, facts())
    assert refused.value.problems[0].zh == "找不到基础体系“small-2026”"


def test_two_overlays_that_differ_have_two_digests():
    one, other = overlay(RESEARCH % (BANDS % "0.015")), overlay(RESEARCH % (BANDS % "0.02"))
    assert len({one.digest, other.digest, standard().digest}) == 3


@pytest.mark.parametrize(
    ("new", "old", "seen"),
    [
        ("mining_recovery_rate >= 0.9", "mining_recovery_rate >= 0.8", True),
        ("mining_recovery_rate >= 0.8", "mining_recovery_rate >= 0.9", False),
        ("mining_recovery_rate > 0.8", "mining_recovery_rate >= 0.8", True),
        ("mining_recovery_rate >= 0.8", "mining_recovery_rate > 0.8", False),
        ("mining_recovery_rate <= 0.2", "mining_recovery_rate <= 0.3", True),
        ("scale IN ('large')", "scale IN ('large', 'medium')", True),
        ("scale IN ('large', 'small')", "scale IN ('large', 'medium')", False),
        ("tailings_pond AND in_zone", "tailings_pond", True),
        ("tailings_pond", "tailings_pond OR in_zone", True),
        ("tailings_pond OR in_zone", "tailings_pond", False),
        ("NOT tailings_pond", "tailings_pond", False),
        ("NOT (mining_recovery_rate >= 0.7)", "NOT (mining_recovery_rate >= 0.8)", True),
        ("mining_recovery_rate >= 0.9", "beneficiation_recovery_rate >= 0.8", False),
        ("mining_license_status = 'valid'", "mining_license_status = 'valid'", True),
        ("mining_license_status = 'expired'", "mining_license_status = 'valid'", False),
    ],
)
def test_what_can_be_seen_to_ask_as_much(new, old, seen):
    dictionary: Dictionary = facts()
    scope = Scope(dictionary, {})
    assert implies(read_condition(new, scope), read_condition(old, scope)) is seen
