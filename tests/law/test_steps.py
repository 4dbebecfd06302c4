"""Step tables: what may follow, until when, and which files are refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenmine.editions import procedures
from greenmine.editions.calendars import Calendar, CalendarYear
from greenmine.law.problems import RulebookError
from greenmine.law.steps import OutOfTurn, draw, load_table

TABLE = """
id: leave
title: {zh: 请示, en: request}
prefix: QS
start: filed
states:
  filed: {zh: 已提交, en: filed}
  returned: {zh: 已退回, en: returned}
  granted: {zh: 同意, en: granted, final: true}
steps:
  - id: give_back
    title: {zh: 退回, en: return}
    from: filed
    to: returned
    verb: mines.see
    actor: authority
    provision: cn-2024-1/7.3
  - id: file_again
    title: {zh: 再提交, en: file again}
    from: returned
    to: filed
    verb: mines.see
    actor: enterprise
    clock: {days: 5, kind: working, after: give_back}
    by: practice
    confidence: I
  - id: grant
    title: {zh: 同意, en: grant}
    from: [filed, returned]
    to: granted
    verb: mines.see
    actor: authority
    levels: [county]
    clock: {days: 10, kind: calendar, after: filed}
    provision: cn-2024-1/7.3
"""
YEAR = Calendar({2026: CalendarYear(2026, frozenset({date(2026, 10, 1)}), frozenset({date(2026, 10, 10)}), "S", {})})


def refused(text: str, **checks) -> list[str]:
    with pytest.raises(RulebookError) as caught:
        load_table(text, file="procedures/x.yaml", **checks)
    assert all(problem.zh and problem.en for problem in caught.value.problems)
    return [problem.zh for problem in caught.value.problems]


def test_the_open_steps_are_those_that_leave_the_state() -> None:
    table = load_table(TABLE)
    assert [step.id for step in table.open_steps("filed")] == ["give_back", "grant"]
    assert [step.id for step in table.open_steps("returned")] == ["file_again", "grant"]
    assert table.open_steps("granted") == []
    assert table.is_final("granted")


def test_a_step_out_of_turn_is_refused_with_what_is_open_instead() -> None:
    table = load_table(TABLE)
    assert table.check("filed", "grant").to == "granted"
    with pytest.raises(OutOfTurn) as caught:
        table.check("filed", "file_again")
    assert caught.value.zh == "目前为“已提交”，不能办理“再提交”；当前可办：退回、同意"
    assert caught.value.en == "the case is “filed”, so “file again” is out of turn; open are: return, grant"
    with pytest.raises(OutOfTurn, match="已办结"):
        table.check("granted", "grant")
    with pytest.raises(OutOfTurn, match="没有步骤“leap”"):
        table.check("filed", "leap")


def test_working_days_are_counted_from_the_day_after() -> None:
    table = load_table(TABLE)
    # Mon 28 Sep, then Tue 29, Wed 30, (Thu 1 Oct off), Fri 2, Mon 5, Tue 6
    assert table.due("file_again", date(2026, 9, 28), YEAR) == date(2026, 10, 6)
    assert table.due("file_again", date(2026, 10, 9), YEAR) == date(2026, 10, 15)  # Sat 10 Oct is worked
    assert table.due("grant", date(2026, 12, 30), YEAR) == date(2027, 1, 9)
    assert table.due("give_back", date(2026, 9, 28), YEAR) is None


def test_a_year_without_holidays_gives_no_day_but_the_reason() -> None:
    table = load_table(TABLE)
    found = table.deadline("file_again", date(2026, 12, 30), YEAR)
    assert found.on is None
    assert found.reason["zh"] == "缺少 2027 年节假日安排，无法确定期限；请先登记该年工作日历"
    assert table.due("file_again", date(2026, 12, 24), YEAR) == date(2026, 12, 31)
    assert table.deadline("file_again", date(2026, 9, 1)).reason["zh"] == "没有工作日历，无法计算工作日"


def test_a_table_from_memory_counts_provisionally() -> None:
    unsure = Calendar({2026: CalendarYear(2026, frozenset(), frozenset(), "M", {})})
    table = load_table(TABLE)
    assert table.deadline("file_again", date(2026, 9, 28), unsure).provisional
    assert not table.deadline("file_again", date(2026, 9, 28), YEAR).provisional


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ("  granted: {zh: 同意, en: granted, final: true}", "  granted: {zh: 同意, en: granted}", "没有出路"),
        ("    to: returned\n", "    to: granted\n", "状态“returned”不可到达"),
        ("    to: returned\n", "    to: nowhere\n", "to“nowhere”不存在"),
        ("  - id: grant\n", "  - id: give_back\n", "步骤名“give_back”重复"),
        ("start: filed", "start: elsewhere", "起始状态“elsewhere”未列出"),
        ("    from: filed\n", "    from: []\n", "缺少 from"),
        ("after: give_back}", "after: yesterday}", "after“yesterday”不存在"),
        ("days: 5", "days: 0", "正整数"),
        ("days: 5", "days: five", "应为整数"),
        ("kind: working", "kind: lunar", "lunar"),
        ("    by: practice\n    confidence: I\n", "", "没有依据"),
        ("    by: practice\n    confidence: I\n", "    by: practice\n", "confidence"),
        ("actor: enterprise", "actor: minister", "minister"),
        ("levels: [county]", "levels: [moon]", "不认识的层级“moon”"),
        ("verb: mines.see\n    actor: enterprise", "verb: Do it\n    actor: enterprise", "权限矩阵没有“Do it”"),
        ("prefix: QS", "prefix: 请示", "编号前缀"),
        ("id: leave", "id: leave\nloops: 3", "不认识的键“loops”"),
        ("states:", "states: []\nold:", "states 应为"),
    ],
)
def test_a_wrong_table_is_refused_with_the_reason(was: str, now: str, sentence: str) -> None:
    assert was in TABLE
    assert any(sentence in problem for problem in refused(TABLE.replace(was, now, 1)))


def test_nothing_follows_a_final_state() -> None:
    again = TABLE.replace("    from: returned\n", "    from: [returned, granted]\n", 1)
    assert "已办结状态“granted”之后还有步骤" in refused(again)


def test_clauses_and_verbs_are_checked_where_lists_are_given() -> None:
    assert load_table(TABLE, provisions={"cn-2024-1/7.3"}, verbs={"mines.see"}).id == "leave"
    assert refused(TABLE, provisions=set())[0] == "规则库没有条款“cn-2024-1/7.3”"
    assert refused(TABLE, verbs={"other.verb"})[0] == "权限矩阵没有“mines.see”"


def test_every_table_of_the_rulebook_is_read_and_uses_verbs_of_the_matrix() -> None:
    from greenmine.accounts.matrix import matrix

    assert "misconduct-inquiry" in procedures.names()
    for name in procedures.names():
        table = procedures.table(name)
        assert table.id == name
        used = {step.verb for step in table.steps.values()} | ({table.opening.verb} if table.opening else set())
        assert used <= set(matrix().verbs)


def test_an_unknown_table_is_refused_in_words() -> None:
    with pytest.raises(procedures.UnknownTable, match=r"规则库没有办理步骤表“\.\./facts”"):
        procedures.table("../facts")


def test_nobody_is_debarred_without_verification_after_notice_and_plea() -> None:
    table = procedures.table("misconduct-inquiry")
    ways = {(origin, step.lands_in(origin)) for step in table.steps.values() for origin in step.origins}

    def reaches(state: str, without: str) -> bool:
        seen, waiting = {state}, [state]
        while waiting:
            here = waiting.pop()
            for origin, to in ways:
                if origin == here and to not in seen | {without}:
                    seen.add(to)
                    waiting.append(to)
        return "rechecking" in seen

    assert reaches("opened", "nothing")
    for gate in ("noticed", "heard", "verified", "notified"):
        assert not reaches("opened", gate), gate
    assert table.step("verify").separate_from == ("open", "serve_prior_notice")


def test_the_picture_holds_every_state_and_step_and_marks_the_place() -> None:
    table = load_table(TABLE)
    picture = draw(table, "returned", frozenset({"filed"}))
    assert [(box.state, box.current, box.passed) for box in picture.boxes] == [
        ("filed", False, True), ("returned", True, False), ("granted", False, False),
    ]  # fmt: skip
    assert {(arrow.origin, arrow.to): arrow.numbers for arrow in picture.arrows} == {
        ("filed", "returned"): (1,), ("returned", "filed"): (2,), ("filed", "granted"): (3,), ("returned", "granted"): (3,),
    }  # fmt: skip
    assert [line.open for line in picture.lines] == [False, True, True]
    for arrow in picture.arrows:
        assert arrow.badge_x >= 0
        assert arrow.badge_x + arrow.badge_width <= picture.width


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=14))
def test_no_two_ways_of_a_picture_share_a_lane(ways) -> None:
    """Whatever the table, arrows beside the spine share a lane only where they lead to the same state, or do not meet."""
    from greenmine.law.steps.drawing import _lanes

    names = [(f"s{a}", f"s{b}") for a, b in dict.fromkeys(ways) if a != b and b - a != 1]
    order = {f"s{row}": row for row in range(6)}
    lanes = _lanes(names, order)
    for one in names:
        for other in names:
            if one != other and lanes[one] == lanes[other]:
                forward = [order[way[1]] > order[way[0]] for way in (one, other)]
                low, high = sorted(order[end] for end in one)
                below, above = sorted(order[end] for end in other)
                assert forward[0] != forward[1] or one[1] == other[1] or high < below or above < low
