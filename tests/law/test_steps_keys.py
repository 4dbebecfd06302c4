"""The keys of a step table beyond states and steps: territory, readings, opinions, preconditions, votes, days entered."""

from __future__ import annotations

from datetime import date

import pytest

from greenmine.editions import procedures, readings
from greenmine.editions.procedures import NoTableInForce
from greenmine.law.problems import RulebookError
from greenmine.law.steps import draw, load_table, picture_svg
from greenmine.law.steps.drawing import OpinionNote
from greenmine.law.steps.table import Clock, count

TABLE = """
id: asked
title: {zh: 征求, en: ask}
family: selection
territory: "620000"
in_force: {from: 2024-04-15, to: 2026-12-31}
readings: [review-level, opinion-days]
start: filed
states:
  filed: {zh: 已提交, en: filed}
  reviewing: {zh: 初审中, en: reviewing, opinions: joint}
  passed: {zh: 合格, en: passed, final: true}
opinions:
  joint: {departments: [ecology, forestry], level: {reading: review-level}, days: {reading: opinion-days}, kind: working, provision: yn-2025/A.1.i}
steps:
  - id: accept
    title: {zh: 受理, en: accept}
    from: filed
    to: reviewing
    verb: selection.accept
    actor: authority
    levels: {reading: review-level}
    departments: [natural_resources]
    gate: filing
    paper: acceptance-notice
    requires: [{check: "mineral = 'coal'", zh: 应为煤矿, en: a coal mine, provision: cn-2024-1/7.3}]
    provision: cn-2024-1/7.3
  - id: pass
    title: {zh: 通过, en: pass}
    from: reviewing
    to: passed
    verb: selection.review
    actor: authority
    after_opinions: joint
    collective: {members: 3}
    clock: {days: {payload: days, step: accept}, kind: calendar, after: reviewing, confidence: I}
    failure: review_failed
    by: practice
    confidence: I
"""


def refused(old, new):
    with pytest.raises(RulebookError) as caught:
        load_table(
            TABLE.replace(old, new), file="procedures/x.yaml", readings=readings.names(), facts=procedures.facts_scope()
        )
    assert all(problem.zh and problem.en for problem in caught.value.problems)
    return [problem.zh for problem in caught.value.problems]


def test_a_table_names_where_and_when_it_holds():
    table = load_table(TABLE, readings=readings.names(), facts=procedures.facts_scope())
    assert (table.family, table.territory, table.readings) == ("selection", "620000", ("review-level", "opinion-days"))
    days = [date(2024, 4, 14), date(2024, 4, 15), date(2026, 12, 31), date(2027, 1, 1)]
    assert [table.is_in_force(day) for day in days] == [False, True, True, False]


def test_readings_become_levels_and_days():
    table = load_table(TABLE).settled({"review-level": "county+city", "opinion-days": "10"})
    assert table.steps["accept"].actor.levels == table.opinions["joint"].asked.levels == ("county", "city")
    assert table.opinions["joint"].clock.days == 10
    assert load_table(TABLE).opinions["joint"].clock.days == 0


def test_a_step_says_gate_paper_members_failure_and_what_it_requires():
    steps = load_table(TABLE).steps
    assert (steps["accept"].gate, steps["accept"].paper) == ("filing", "acceptance-notice")
    assert (steps["pass"].members, steps["pass"].failure, steps["pass"].is_collective) == (3, "review_failed", True)
    one = steps["accept"].requires[0]
    assert (one.check, one.words["zh"], one.provisions) == ("mineral = 'coal'", "应为煤矿", ("cn-2024-1/7.3",))
    assert steps["pass"].clock == Clock(0, "calendar", "reviewing", "I", payload="days", step="accept")


def test_a_clock_whose_days_nobody_entered_has_no_day_and_says_so():
    found = count(Clock(0, "calendar", "x", payload="days", step="accept"), date(2026, 1, 1), None)
    assert (found.on, found.reason["zh"]) == (None, "该期限的天数尚未登记")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("levels: {reading: review-level}", "levels: {reading: notice-days}", "口径“notice-days”未列入本表的 readings"),
        (
            "readings: [review-level, opinion-days]",
            "readings: [review-level, opinion-days, no-such]",
            "没有口径“no-such”",
        ),
        ("mineral = 'coal'", "no_such_fact = 'coal'", "no_such_fact"),
        ("departments: [ecology, forestry]", "departments: [moon]", "不认识的部门“moon”"),
        ("after_opinions: joint", "after_opinions: other", "没有名为“other”的征求意见"),
        ("reviewing, opinions: joint", "reviewing", "没有状态使用"),
        ("final: true", "final: true, opinions: joint", "已办结状态“passed”不再征求意见"),
        ("from: reviewing\n", "from: [reviewing, filed]\n", "只能从征求“joint”意见的状态办理"),
        ("gate: filing", "gate: heaven", "“gate”不能是“heaven”"),
        ("members: 3", "members: 1", "集体决策至少两人"),
        ("failure: review_failed", "failure: bad", "“failure”不能是“bad”"),
        ('territory: "620000"', "territory: Gansu", "适用地区“Gansu”应为六位行政区划代码"),
        ("to: 2026-12-31", "to: 2024-01-01", "in_force 的 to 早于 from"),
        ("step: accept}, kind", "step: nobody}, kind", "的 step“nobody”不存在"),
        ("kind: working, provision: yn-2025/A.1.i", "kind: working", "步骤“joint”没有依据"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(old, new, words):
    assert any(words in problem for problem in refused(old, new))


@pytest.mark.parametrize(
    ("family", "region", "on", "identifier"),
    [
        ("selection", "150430", date(2020, 11, 5), "selection-150000-2020"),
        ("selection", "150430", date(2024, 4, 14), "selection-150000-2020"),
        ("selection", "150430", date(2024, 4, 15), "selection-150000-2024"),
        ("selection", "620422", date(2026, 6, 1), "selection-620000-2024"),
        ("selection", "653022", date(2026, 6, 1), "selection-653000-2024"),
        ("selection", "110101", date(2026, 6, 1), "selection-000000-2024"),
        ("misconduct-inquiry", "620422", date(2026, 6, 1), "misconduct-inquiry"),
    ],
)
def test_the_most_specific_table_in_force_is_chosen(family, region, on, identifier):
    assert procedures.choose(family, region, on).id == identifier


@pytest.mark.parametrize(("region", "on"), [("150430", date(2020, 11, 4)), ("110101", date(2024, 4, 14))])
def test_before_any_text_that_is_held_there_is_no_table(region, on):
    with pytest.raises(NoTableInForce, match="当时施行的文本未收录"):
        procedures.choose("selection", region, on)


def test_the_picture_says_days_left_and_opinions_and_escapes_every_word():
    table = load_table(TABLE.replace("zh: 初审中", 'zh: "<b>初审&"'))
    notes = [
        OpinionNote({"zh": "生态环境部门", "en": "ecology"}, {"zh": "待反馈", "en": "waiting"}, "waiting", 3),
        OpinionNote({"zh": "林草部门", "en": "forestry"}, {"zh": "逾期未反馈", "en": "late"}, "late", -2),
    ]
    drawing = draw(table, "reviewing", frozenset({"filed"}), days_left={"pass": -1}, opinions=notes)
    svg = picture_svg(drawing, "zh")
    assert "&lt;b&gt;初审&amp;" in svg
    assert "<b>" not in svg
    for words in ("已逾期 1 天", "生态环境部门：待反馈，剩 3 天", "林草部门：逾期未反馈"):
        assert words in svg
    assert "style" not in svg
    boxes = {box.state: box for box in drawing.boxes}
    assert boxes["reviewing"].height - boxes["filed"].height == 3 * 20
    assert boxes["passed"].y > boxes["reviewing"].y + boxes["reviewing"].height
    assert [line.left["en"] for line in drawing.lines] == ["", "1 days late"]
