"""Texts, leniency, pairs, gaps, visits, the draw: what they find, and that they claim nothing from too little."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenmine.integrity.drawing import stratified
from greenmine.integrity.gaps import Account, Judged, differences, per_indicator
from greenmine.integrity.leniency import Score, leniency
from greenmine.integrity.pairs import Meeting, pairs, tail
from greenmine.integrity.texts import Text, copied, marked, plain
from greenmine.integrity.visits import Limits, Shot, Visited, jumps, oddities

LIMITS = Limits(2, 1000, 0.2, 160, 1800, 6)
MORNING = datetime(2026, 5, 4, 2, tzinfo=UTC)


# texts

SAID = "排土场东侧已覆土并撒播草籽，截排水沟有淤积需清理，台账记录到上周，洗车槽有清水循环，监测数据当日可查，警示线重新划过。"
ASKED = "排土场应按方案覆土复绿，截排水沟应保持通畅，监测数据应当日可查，警示标识应齐全清晰。"


def test_changed_figures_and_blanks_do_not_hide_a_copy() -> None:
    assert plain("面积约 12.5 亩，共３处") == plain("面积约8亩共40处")
    texts = [Text("a", "A1", "M1", SAID), Text("b", "A2", "M2", SAID.replace("，", " , ").replace("一", "二"))]
    (found,) = copied(texts, checklist="", share=0.35, shared=20, agencies=5)
    assert (found.one, found.other, found.share) == ("a", "b", 1.0)


def test_the_checklist_may_be_quoted_by_everybody() -> None:
    texts = [Text("a", "A1", "M1", ASKED + SAID[:20]), Text("b", "A2", "M2", ASKED)]
    assert copied(texts, checklist=ASKED, share=0.1, shared=1, agencies=5) == []


def test_a_second_report_on_the_same_mine_may_repeat_the_first() -> None:
    texts = [Text("a", "A1", "M1", SAID), Text("b", "A1", "M1", SAID)]
    assert copied(texts, checklist="", share=0.1, shared=1, agencies=5) == []


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_marking_gives_back_the_text_as_written(one: str, other: str) -> None:
    assert "".join(piece for piece, _ in marked(one, other)) == one


# leniency


def test_a_lenient_agency_stands_out_and_few_assessments_claim_nothing() -> None:
    rows = [Score(f"A{n % 8}", f"M{n}", "s", 75 + n % 5 + (8 if n % 8 == 3 else 0), 78 + n % 5) for n in range(96)]
    rows += [Score("few", f"F{n}", "s", 84.0, 80.0) for n in range(3)]
    found = {one.assessor: one for one in leniency(rows, least=6)}
    assert found["A3"].low > 4
    assert found["few"].too_few
    assert all(found[f"A{n}"].low < 0.5 for n in range(8) if n != 3)


def test_good_mines_are_not_leniency() -> None:
    rows = [
        Score(
            f"A{n % 4}", f"M{n}", "s", (70 + n % 3) + (15 if n % 4 == 1 else 0), 70 + n % 3 + (15 if n % 4 == 1 else 0)
        )
        for n in range(80)
    ]
    assert all(one.low < 0.5 for one in leniency(rows, least=6))


def test_items_that_facts_decide_tell_a_good_mine_from_a_lenient_agency() -> None:
    def rows(*, good: bool) -> list[Score]:
        return [
            Score(f"A{n % 8}", f"M{n}", "s", 70 + n % 5 + high, None, 70 + n % 5 + (high if good else 0))
            for n in range(96)
            for high in (8 if n % 8 == 3 else 0,)
        ]  # fmt: skip

    blamed, cleared = ({one.assessor: one for one in leniency(rows(good=good), least=6)} for good in (False, True))
    assert blamed["A3"].low > 5
    assert abs(cleared["A3"].points) < 0.5


def test_what_somebody_does_at_re_checks_says_nothing_of_his_usual_work() -> None:
    rows = [Score(f"A{n % 8}", f"M{n}", "s", 75 + n % 5 + (8 if n % 8 == 3 else 0), 78 + n % 5) for n in range(96)]
    again = [Score("A3", f"M{n}", "s", 75 + n % 5, 78 + n % 5, again=True) for n in range(96) if n % 8 != 3]
    found = {one.assessor: one for one in leniency([*rows, *again], least=6)}
    assert (found["A3"].count, found["A3"].low > 5) == (12, True)
    assert leniency([Score("A9", "M1", "s", 75, again=True)], least=6) == []


def test_nobody_is_lenient_where_nobody_assessed() -> None:
    assert leniency([], least=6) == []
    (alone,) = leniency([Score("A", "M", "s", 80.0)], least=6)
    assert (alone.count, alone.too_few) == (1, True)


# gaps


def account(number: str, party: str, scores: dict[str, int], *, by_fact: str = "") -> Account:
    judged = tuple(Judged(name, score, 400, name == by_fact) for name, score in scores.items())
    return Account(number, party, "M1", f"A-{number}", "P1", "s", "demo", judged)


def test_a_report_is_laid_beside_its_recheck_item_by_item_without_what_facts_decided() -> None:
    report = account("T", "third_party", {"i1": 400, "i2": 400, "i3": 400}, by_fact="i3")
    check = account("R", "recheck", {"i1": 200, "i2": 300, "i3": 0}, by_fact="i3")
    (found,) = differences([report], [check])
    assert (found.given, found.found, found.points) == (100.0, 62.5, 37.5)
    assert found.items == (("i1", 400, 200, 400), ("i2", 400, 300, 400))
    assert [(gap.indicator, gap.points) for gap in per_indicator([report], [check])] == [("i1", 50.0), ("i2", 25.0)]


# pairs


def test_the_tail_is_exact() -> None:
    assert tail(2, assessor=2, other=2, everything=4) == Fraction(1, 6)
    assert tail(0, assessor=3, other=5, everything=9) == 1


def test_one_agency_alone_in_a_province_is_paired_with_nobody() -> None:
    assert pairs([Meeting(f"W{n}", "A1", "E1", "62") for n in range(30)], chance=0.01, least=4) == []


def test_two_that_always_meet_are_named_with_their_engagements() -> None:
    rows = [Meeting(f"W{n}", f"A{n % 9}", f"E{n % 11}", "62") for n in range(99)]
    rows += [Meeting(f"X{n}", "A10", "E12", "62") for n in range(8)]
    (found,) = pairs(rows, chance=0.01, least=4)
    assert (found.assessor, found.other, found.met) == ("A10", "E12", 8)
    assert found.engagements == tuple(f"X{n}" for n in range(8))


# visits


def shots(**changed: object) -> tuple[Shot, ...]:
    made = {"latitude": 36.0, "longitude": 104.0, "accuracy_m": 8.0, "drift_s": 0.0, "outside_m": 0.0} | changed
    return tuple(
        Shot(f"s{n}", f"i{n}", "p1", MORNING + timedelta(minutes=5 * n), **{**made, "latitude": 36 + n / 1e4})  # type: ignore[arg-type]
        for n in range(10)
    )


def visit(taken: tuple[Shot, ...], day: date = date(2026, 5, 4)) -> Visited:
    return Visited("v", "WT", day, day, 10, taken)


def test_an_honest_visit_is_not_odd() -> None:
    assert oddities(visit(shots()), LIMITS) == []
    assert oddities(visit(()), LIMITS) == []


@pytest.mark.parametrize(
    ("changed", "kind"),
    [({"outside_m": 5000.0}, "off_site"), ({"accuracy_m": 0.0}, "no_accuracy"), ({"drift_s": 4000.0}, "clock_off")],
)
def test_each_oddity_is_named(changed: dict[str, object], kind: str) -> None:
    assert kind in {one.kind for one in oddities(visit(shots(**changed)), LIMITS)}


def test_a_position_that_the_device_doubts_is_not_off_site() -> None:
    assert oddities(visit(shots(outside_m=1500.0, accuracy_m=400.0)), LIMITS) == []


def test_a_photograph_at_midnight_belongs_to_the_day_in_china() -> None:
    late = Shot("s", "i", "p", datetime(2026, 5, 3, 16, 0, tzinfo=UTC))  # 00:00 on 4 May in China
    before = Shot("s", "i", "p", datetime(2026, 5, 3, 15, 59, tzinfo=UTC))
    assert oddities(visit((late,)), LIMITS) == []
    assert [one.kind for one in oddities(visit((before,)), LIMITS)] == ["other_days"]


def test_nobody_is_at_two_places_at_once() -> None:
    one = Shot("a", "i", "p", MORNING, 36.0, 104.0, 10.0)
    far = Shot("b", "i", "p", MORNING, 37.0, 104.0, 10.0)
    (jump,) = jumps([one, far], kmh=160)
    assert (round(jump.kilometres), jump.minutes) == (111, 0.0)
    other = Shot("b", "i", "q", MORNING, 37.0, 104.0, 10.0)
    assert jumps([one, other], kmh=160) == []
    driven = Shot("b", "i", "p", MORNING + timedelta(hours=1), 37.0, 104.0, 10.0)
    assert jumps([one, driven], kmh=160) == []


# the draw


@pytest.mark.shows("gs-2023/4.3.h", by="act")
def test_a_blind_sample_takes_a_share_of_each_agency_and_can_be_repeated_by_anybody() -> None:
    pool = {f"WT-{n:04d}": f"A{n % 3}" for n in range(90)} | {"WT-9999": "A9"}
    drawn = stratified(pool, share=0.05, seed="20260518 开奖 07 12 21")
    assert drawn == stratified(dict(reversed(list(pool.items()))), share=0.05, seed="20260518 开奖 07 12 21")
    assert [sum(pool[one] == agency for one in drawn) for agency in ("A0", "A1", "A2", "A9")] == [2, 2, 2, 1]
    assert drawn != stratified(pool, share=0.05, seed="另一个")
