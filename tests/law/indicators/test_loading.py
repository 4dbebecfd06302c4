"""Reading a standard: what is refused, in both languages and with its line, and what a text means."""

from __future__ import annotations

import json
import random

import pytest
import yaml

from greenmine.law.indicators import (
    StandardError,
    dump_standard,
    load_classes,
    load_standard,
)
from greenmine.law.problems import RulebookError
from tests.law.indicators.small import SMALL, changed, facts, standard


def problems(text, **more):
    with pytest.raises(StandardError) as refused:
        load_standard(text, facts(), file="small.yaml", **more)
    assert all(problem.zh and problem.en for problem in refused.value.problems)
    return refused.value.problems


def test_the_example_holds_what_it_says():
    read = standard()
    assert [one.id for one in read.indicators] == [
        "zones", "order", "greening-coverage", "greening-arid", "recovery", "grade", "research", "monitoring",
    ]  # fmt: skip
    assert read.points == 10_000
    assert read.pass_marks.total == 8_000
    assert read.unknown_cells == ()
    assert read.can_decide
    assert read.indicator("monitoring").pass_at == 600
    assert not read.indicator("recovery").may_not_apply
    assert read.indicator("zones").evidence[1].valid_months == 12


@pytest.mark.parametrize(
    ("old", "new", "zh"),
    [
        ("points: 12\n", "points: 13\n", "“appearance”的分值为 20，其下各项合计 21"),
        ("points: 40\n    categories:\n      - id: app", "points: 41\n    categories:\n      - id: app", "“environment”的分值为 41，其下各项合计 40"),
        ("points: 100\n", "points: 90\n", "“small-2026”的分值为 90，其下各项合计 100"),
        ("id: order\n", "id: zones\n", "指标或先决条件“zones”重复"),
        ("id: no-dispute\n", "id: zones\n", "指标或先决条件“zones”重复"),
        ("id: technology\n", "id: rates\n", "二级指标“rates”重复"),
        ("fact: greening_coverage", "fact: greenness", "字典中没有可计量的事实“greenness”"),
        ("fact: holder.rnd_spend_ratio", "fact: rnd_spend_ratio", "应写作 holder.rnd_spend_ratio"),
        ('{at_least: "0.9", points: 15}, {at_least: "0.8", points: 10}', '{at_least: "1.9", points: 15}', "超出范围 0.0000 至 1.0000"),
        ('{at_least: "0.9", points: 15}, {at_least: "0.8", points: 9}', '{at_least: "0.8", points: 15}, {at_least: "0.9", points: 9}', "被前一分段完全覆盖"),
        ('{at_least: "1", points: 20}', '{at_least: "1", points: 21}', "“greening-coverage”的评分高于分值 20"),
        ('{at_least: "1", points: 20}', '{at_least: "1", points: 19}', "“greening-coverage”没有一档得满分 20"),
        ('range: {step: "0.5"}', 'range: {step: "0.3"}', "“order”的步长除不尽分值"),
        ("{points: 6, zh: 分区基本清楚", "{points: 12, zh: 分区基本清楚", "两档分值相同"),
        ("climates: [humid, semi_humid]", "climates: [wet]", "“wet”不是事实“climate_zone”的取值"),
        ('when: "has_beneficiation_plant"', 'when: "has_plant"', "has_plant"),
        ('check: "mining_recovery_rate >= mining_recovery_rate_required"', 'check: "mining_recovery_rate >= value(\'least\')"', "least"),
        ("kind: binding\n            points: 25", "kind: bindng\n            points: 25", "“kind”不能是“bindng”"),
        ("pass: 6", "pass: 11", "“monitoring”的底线高于分值"),
        ("total: 80", "total: 101", "达标线 101 高于总分 100"),
        ('dimension_ratio: "0.75"', 'dimension_ratio: "75"', "应为 0 至 1 之间的小数"),
        ("status: demonstration", "status: official\nveto: all", "不认识的键“veto”"),
        ("points: 12\n", "points: 1e9\n", "不是最多 2 位小数的非负数"),
        ("points: 12\n", "points: -1\n", "不是最多 2 位小数的非负数"),
        ("points: 12\n", "points: 11.999\n", "不是最多 2 位小数的非负数"),
        ("in_force: {from: 2026-01-01, to: open}", "in_force: {from: 2026-01-01, to: 2025-12-31}", "in_force 的起止颠倒"),
        ('territory: "000000"', "territory: 62", "应为六位行政区划代码"),
        ('territory: "000000"', "territory: ６２００００", "应为六位行政区划代码"),
        ("kinds: [photo]", "kinds: [hologram]", "佐证种类“hologram”应为"),
        ("valid_months: 12", "valid_months: 0", "应为正整数"),
        ("{climates: [semi_arid, arid, alpine]}", "{}", "都应写明适用范围"),
        ("not_applicable: rescale", "not_applicable: full", "不适用得满分的体系不能有变体"),
        ("id: zones\n", "id: Zones\n", "编号“Zones”不合规"),
    ],
)  # fmt: skip
def test_a_wrong_text_is_refused_with_its_reason(old, new, zh):
    found = problems(changed((old, new)))
    assert any(zh in problem.zh for problem in found), [problem.zh for problem in found]
    assert all(problem.where.startswith("small.yaml:") for problem in found)


def test_every_problem_is_listed_at_once():
    found = problems(
        changed(("points: 12\n", "points: x\n"), ("kind: binding", "kind: bound"), ("zh: 绿化,", "zn: 绿化,"))
    )
    assert len(found) >= 4


def test_a_problem_names_its_line():
    line = SMALL[: SMALL.index("id: appearance")].count("\n") + 1
    assert [problem.where for problem in problems(changed(("points: 8\n", "points: 9\n")))] == [f"small.yaml:{line}"]


def test_anchors_tags_and_two_documents_are_refused():
    for text in ("&a {}", "!!python/object:os.system {}", "a: 1\n---\nb: 2", "[]", "id: x", "", "x" * 10):
        assert problems(text)


def test_provisions_must_exist():
    found = problems(SMALL, provisions={"cn-2024-1/13.2.a"})
    assert {problem.zh for problem in found} == {"没有条款“cn-2024-1/13.2.b”"}


def test_industries_need_the_table_of_classes():
    text = changed(('applies: {when: "has_beneficiation_plant"}', "applies: {industries: [coal]}"))
    assert "没有行业分类表" in problems(text)[0].zh
    classes = load_classes("- {id: coal, name: {zh: 煤炭, en: coal}, minerals: [coal]}", facts())
    read = load_standard(text, facts(), classes=classes)
    assert read.indicator("grade").applies.minerals == ("coal",)
    assert "没有行业分类“gold”" in problems(text.replace("[coal]", "[gold]"), classes=classes)[0].zh


def test_a_class_holds_only_minerals_of_the_dictionary():
    with pytest.raises(RulebookError) as refused:
        load_classes("- {id: coal, name: {zh: 煤炭, en: coal}, minerals: [kryptonite]}", facts())
    assert "kryptonite" in refused.value.problems[0].en


def test_what_is_left_out_is_an_unknown_cell_and_no_zero():
    read = load_standard(
        changed(
            ("points: 100\n", "counts: {indicators: 49}\n"), ("total: 80, ", ""), ("points: 12\n", "points: unknown\n"),
            ("pass: 6\n", "\n"), ("scale: {range: {step: 1}}", "scale: unknown"),
            ("kind: improvement\n            points: 8", "points: 8"), ("not_applicable: rescale", ""),
        ),
        facts(),
    )  # fmt: skip
    assert read.points is None
    assert read.unknown_cells == (
        "points", "pass_marks.total", "not_applicable", "counts.indicators (7/49)", "indicators.zones.points",
        "indicators.order.kind", "indicators.greening-arid.scale", "indicators.monitoring.pass",
    )  # fmt: skip
    assert read.needed_cells == read.unknown_cells
    assert not read.can_decide


def test_numbers_of_parts_may_not_be_exceeded():
    assert "多于注明的 3 项" in problems(changed(("points: 100\n", "points: 100\ncounts: {indicators: 3}\n")))[0].zh


def test_a_text_written_again_means_the_same():
    read = standard()
    again = load_standard(dump_standard(read), facts())
    assert again == read
    assert again.digest == read.digest
    assert dump_standard(again) == dump_standard(read)


def test_the_digest_sees_meaning_and_not_writing():
    plain = yaml.safe_load(SMALL)
    rewritten = yaml.safe_dump(json.loads(json.dumps(plain, default=str)), allow_unicode=True, default_flow_style=True)
    assert load_standard(rewritten.replace("0.5", "0.50"), facts()).digest == standard().digest
    assert standard(("points: 12, zh", "points: 12, zh")).digest == standard().digest
    assert standard(("分区清楚、标识齐全", "分区很清楚")).digest != standard().digest
    assert standard(("valid_months: 12", "valid_months: 13")).digest != standard().digest
    assert standard(('check: "mining_recovery_rate >=', 'check: "mining_recovery_rate >')).digest != standard().digest


def test_no_text_however_broken_gives_anything_but_problems():
    shaken = random.Random(20240415)
    lines = SMALL.splitlines()
    for _ in range(300):
        broken = list(lines)
        for _ in range(shaken.randint(1, 4)):
            place = shaken.randrange(len(broken))
            what = shaken.randrange(4)
            if what == 0:
                del broken[place]
            elif what == 1:
                broken[place] = broken[place].replace(":", "", 1)
            elif what == 2:
                broken.insert(place, broken[shaken.randrange(len(broken))])
            else:
                broken[place] = broken[place][: shaken.randint(0, 20)]
        try:
            load_standard("\n".join(broken), facts())
        except StandardError:
            continue  # any other exception fails the test
