"""Scoring: facts decide where they are known, claims count where they are not, and what is unknown stays in the bounds."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from greenmine.law.indicators import Answer, advise, applies_to, load_standard, score
from tests.law.indicators.small import (
    ANSWERS,
    ON,
    facts,
    passing_sheet,
    said,
    scored,
    sheet,
    standard,
    zh,
)

NOT_APPLICABLE = Answer("not_applicable", reason="不涉及")


def test_a_mine_that_meets_everything_passes():
    result = scored(passing_sheet())
    assert result.verdict == "pass"
    assert result.total == (10_000, 10_000)
    assert result.possible == (10_000, 10_000)
    assert result.ratio == (Fraction(1), Fraction(1))
    assert (result.vetoes, result.open_vetoes, result.missing, result.refused) == ((), (), (), None)
    assert [dimension.reached for dimension in result.dimensions] == [True, True]
    assert zh(result) == ["总得分率 100%，达到达标线 80%", "先决条件、约束性指标和各达标线均已满足"]


def test_without_answers_and_facts_nothing_is_decided():
    result = score(standard(), {}, sheet(), on=ON)
    assert result.verdict == "undecided"
    # greening has two variants, both may apply: 20 + 20; grade may not apply and then leaves the possible points
    assert result.total == (0, 12_000)
    assert result.possible == (6_500, 12_000)
    assert result.ratio == (Fraction(0), Fraction(1))
    assert result.open_vetoes == ("licence-valid", "no-dispute", "recovery", "monitoring")
    assert set(result.missing_items) == {"licence-valid", "no-dispute", *(one.id for one in standard().indicators)}
    assert "climate_zone" in result.missing_facts
    assert "mining_license_status" in result.missing_facts


def test_a_fact_decides_and_says_how():
    item = scored(passing_sheet(greening_coverage="0.85")).item("greening-coverage")
    assert (item.low, item.high, item.fact_says, item.decided_by_fact, item.contradiction) == (
        1000,
        1000,
        1000,
        True,
        False,
    )
    assert zh(item) == ["按事实计 10 分：可绿化区域绿化覆盖率（85.00%）"]
    assert [reason["en"] for reason in item.reasons] == ["10 by the facts: greening coverage (85.00%)"]


@pytest.mark.parametrize(
    ("coverage", "points"),
    [("1", 2000), ("0.9999", 1500), ("0.9", 1500), ("0.8999", 1000), ("0.8", 1000), ("0.7999", 0)],
)
def test_bands_hold_at_their_edges(coverage, points):
    assert scored(passing_sheet(greening_coverage=coverage)).item("greening-coverage").low == points


def test_a_claim_against_a_fact_is_flagged_and_the_fact_counts():
    result = scored(passing_sheet(beneficiation_recovery_rate="0.7"), grade=said(15))
    item = result.item("grade")
    assert item.contradiction
    assert (item.claimed, item.fact_says, item.low, item.high) == (1500, 300, 300, 300)
    assert zh(item)[1] == "填报 15 分与事实不一致，按事实计 3 分"
    assert result.contradictions == ("grade",)


def test_a_claim_counts_where_the_fact_is_unknown_and_says_what_is_missing():
    item = scored(passing_sheet(holder__rnd_spend_ratio=None), research=said(6)).item("research")
    assert (item.low, item.high, item.contradiction) == (600, 600, False)
    assert item.missing == ("holder.rnd_spend_ratio",)
    assert zh(item) == ["按填报计 6 分；尚缺事实：矿业权人研发投入占主营业务收入比例"]


def test_an_unanswered_item_widens_the_bounds_and_not_more():
    result = scored(passing_sheet(), order=Answer())
    assert result.total == (9_200, 10_000)
    assert result.verdict == "pass"  # whatever it turns out to be
    assert result.item("order").is_open


def test_a_claim_off_the_scale_is_impossible_and_counts_as_unanswered():
    for score_ in (725, -100, 900):
        item = scored(passing_sheet(), order=Answer("scored", score_)).item("order")
        assert item.impossible
        assert (item.low, item.high) == (0, 800)
    assert "步长 0.5" in zh(scored(passing_sheet(), order=Answer("scored", 725)).item("order"))[1]


def test_what_does_not_apply_leaves_the_possible_points():
    result = scored(passing_sheet(has_beneficiation_plant=False))
    item = result.item("grade")
    assert (item.applies, item.state, item.low, item.high) == (False, "not_applicable", 0, 0)
    assert result.possible == (8_500, 8_500)
    assert result.ratio == (Fraction(1), Fraction(1))
    assert result.scaled == (10_000, 10_000)
    assert zh(item) == ["按事实不适用：有选矿厂：否"]


def test_a_score_for_what_does_not_apply_is_a_contradiction():
    item = scored(passing_sheet(has_beneficiation_plant=False), grade=said(9)).item("grade")
    assert item.contradiction
    assert (item.low, item.high) == (0, 0)


def test_unknown_applicability_keeps_both_readings():
    result = scored(passing_sheet(has_beneficiation_plant=None, beneficiation_recovery_rate="0.7"), zones=said(0))
    assert result.item("grade").applies is None
    assert result.possible == (8_500, 10_000)
    # without it 73/85, with it (3 of 15) 76/100
    assert result.ratio == (Fraction(76, 100), Fraction(73, 85))
    assert result.verdict == "fail"  # environment: 28 of 40
    assert zh(result.item("grade"))[-1] == "是否适用待核实，缺：有选矿厂"


def test_a_person_may_say_that_an_improvement_indicator_does_not_apply():
    result = scored(passing_sheet(), order=NOT_APPLICABLE)
    assert result.item("order").applies is False
    assert result.possible == (9_200, 9_200)
    assert zh(result.item("order")) == ["填报为不适用：不涉及"]


def test_a_person_may_not_say_away_a_binding_indicator():
    result = scored(passing_sheet(), monitoring=NOT_APPLICABLE)
    item = result.item("monitoring")
    assert item.contradiction
    assert (item.low, item.high, item.met) == (0, 1000, None)
    assert result.verdict == "undecided"
    assert result.open_vetoes == ("monitoring",)


def test_a_person_may_not_say_away_what_the_facts_say_applies():
    for result in (scored(passing_sheet(), grade=NOT_APPLICABLE), scored(passing_sheet(), research=NOT_APPLICABLE)):
        assert result.contradictions
        assert result.possible == (10_000, 10_000)


def test_a_claim_that_it_does_not_apply_waits_for_the_facts():
    result = scored(passing_sheet(has_beneficiation_plant=None, beneficiation_recovery_rate=None), grade=NOT_APPLICABLE)
    item = result.item("grade")
    assert (item.applies, item.state, item.low, item.high) == (None, "not_applicable", 300, 1500)


@pytest.mark.parametrize(("offset", "verdict"), [(0, "pass"), (-1, "fail")])
def test_a_precondition_fails_whatever_the_score(offset, verdict):
    """The licence is valid through its last day."""
    until = (ON + timedelta(days=offset)).isoformat()
    result = scored(passing_sheet(mining_license_valid_until=until))
    assert result.verdict == verdict
    assert result.vetoes == (() if verdict == "pass" else ("licence-valid",))


def test_a_failed_veto_is_a_fail_even_where_much_is_unknown():
    result = score(standard(), {"no-dispute": Answer("scored", met=False)}, sheet(), on=ON)
    assert result.verdict == "fail"
    assert result.vetoes == ("no-dispute",)
    assert zh(result)[0] == "先决条件“无未解决的重大社会纠纷”不满足"


def test_an_open_veto_leaves_the_verdict_open_at_full_points():
    result = scored(passing_sheet(), no_dispute=Answer())
    assert result.verdict == "undecided"
    assert result.missing == ("item:no-dispute",)


@pytest.mark.parametrize(("claim", "verdict"), [(10, "pass"), (6, "pass"), (0, "fail")])
def test_a_binding_indicator_fails_below_its_bottom_line(claim, verdict):
    result = scored(passing_sheet(), monitoring=said(claim))
    assert result.verdict == verdict
    assert result.item("monitoring").met is (verdict == "pass")


def test_a_binding_check_fails_by_its_fact_whatever_is_claimed():
    result = scored(passing_sheet(mining_recovery_rate="0.8499"), recovery=said(25))
    assert result.vetoes == ("recovery",)
    assert result.verdict == "fail"
    assert zh(result.item("recovery"))[-1] == "未达约束性底线"


def test_a_binding_yes_or_no_without_points_is_answered_by_being_met():
    free = ('kind: improvement\n            points: 8\n            scale: {range: {step: "0.5"}}',
            "kind: binding\n            points: 0\n            scale: {yes_no: {}}")  # fmt: skip
    lighter = [("points: 12\n", "points: 20\n"), ("{points: 12, zh", "{points: 20, zh"), free]
    for answer, met, verdict in (
        (Answer("scored", met=True), True, "pass"), (Answer("scored", met=False), False, "fail"), (Answer(), None, "undecided"),
    ):  # fmt: skip
        result = scored(passing_sheet(), *lighter, order=answer, zones=said(20))
        assert (result.item("order").met, result.verdict) == (met, verdict)


@pytest.mark.parametrize(("tidiness", "reached"), [(3.5, True), (3, False)])
def test_a_dimension_mark_is_compared_exactly(tidiness, reached):
    """Environment: 6 + tidiness + 20 of 40 must be 30 of 40 at least; here 6.5 is lost elsewhere."""
    marks = ('dimension_ratio: "0.75"', 'dimension_ratio: "0.7375"')  # 29.5 of 40
    result = scored(passing_sheet(), marks, zones=said(6), order=said(tidiness))
    assert result.dimensions[0].reached is reached
    assert result.verdict == ("pass" if reached else "fail")


def test_a_share_is_never_rounded():
    """Two thirds is below 0.666667 and above 0.666666."""
    for mark, reached in (("0.666666", True), ("0.666667", False)):
        result = scored(
            passing_sheet(beneficiation_recovery_rate="0.7", holder__rnd_spend_ratio="0.01"),
            ('dimension_ratio: "0.75"', f'dimension_ratio: "{mark}"'), monitoring=said(6),
        )  # fmt: skip
        assert result.dimensions[1].ratio == (Fraction(2, 3), Fraction(2, 3))
        assert result.dimensions[1].reached is reached


def test_full_marks_for_what_does_not_apply_where_the_text_says_so():
    pairs = [("not_applicable: rescale", "not_applicable: full"),
             ("            alternative: greening\n", ""), ("points: 100\n", "points: 120\n"),
             ("points: 40\n    cat", "points: 60\n    cat"), ("points: 20\n        indicators:\n          - id: greening", "points: 40\n        indicators:\n          - id: greening")]  # fmt: skip
    result = scored(passing_sheet(has_beneficiation_plant=False), *pairs)
    assert result.possible == (12_000, 12_000)
    assert result.total == (12_000, 12_000)
    unknown = scored(passing_sheet(has_beneficiation_plant=None, beneficiation_recovery_rate="0.7"), *pairs)
    assert unknown.total == (10_800, 12_000)


def test_a_dimension_of_which_nothing_applies_cannot_be_missed():
    nowhere = ('when: "has_beneficiation_plant"', 'when: "has_beneficiation_plant AND NOT has_beneficiation_plant"')
    assert scored(passing_sheet(), nowhere).verdict == "pass"
    everything = {one.id: NOT_APPLICABLE for one in standard().indicators}
    result = score(standard(), everything, sheet(), on=ON)
    assert result.verdict == "undecided"


def test_a_structure_without_its_table_gives_no_verdict():
    result = scored(passing_sheet(), ("status: demonstration", "status: structure_only"))
    assert result.verdict == "undecided"
    assert "仅收录结构" in result.refused["zh"]
    assert zh(result)[0] == result.refused["zh"]


@pytest.mark.parametrize(
    "pair",
    [
        ("total: 80, ", ""), ('dimension_ratio: "0.75", ', ""), ("not_applicable: rescale", ""), ("pass: 6\n", "\n"),
        ("kind: improvement\n            points: 8", "points: 8"), ("points: 8\n", "points: unknown\n"),
        ('scale: {range: {step: "0.5"}}', "scale: unknown"), ("points: 100\n", "points: 100\ncounts: {indicators: 49}\n"),
    ],
)  # fmt: skip
def test_an_unknown_cell_a_verdict_needs_refuses_it(pair):
    result = scored(passing_sheet(), pair)
    assert result.verdict == "undecided"
    assert "不能作出结论" in result.refused["zh"]
    assert result.missing == ()


def test_a_failed_precondition_still_gives_no_verdict_on_a_structure():
    result = scored(passing_sheet(mining_license_status="expired"), ("status: demonstration", "status: structure_only"))
    assert (result.verdict, result.vetoes) == ("undecided", ("licence-valid",))


def test_no_mark_is_said_and_not_left_out():
    result = scored(
        sheet(mining_license_status="valid", mining_license_valid_until="2027-01-01"),
        ("total: 80", "total: none"), ('dimension_ratio: "0.75"', "dimension_ratio: none"), ("binding_all: true", "binding_all: false"),
        zones=said(0), order=said(0), monitoring=said(0),
    )  # fmt: skip
    assert result.verdict == "pass"


def test_a_set_that_is_not_for_this_mine_says_so():
    only = ("applies: {}\nsource", 'applies: {regions: ["620000"]}\nsource')
    read = standard(only)
    assert applies_to(read, sheet("620102"), on=ON) is True
    assert applies_to(read, sheet("630102"), on=ON) is False
    assert applies_to(read, sheet(None), on=ON) is None
    other = score(read, ANSWERS, sheet("630102"), on=ON)
    assert other.refused["zh"] == "本指标体系不适用于该矿山"


def test_answers_to_nothing_are_named_and_do_not_count():
    result = scored(passing_sheet(), gone=said(5))
    assert result.ignored == ("gone",)
    assert result.total == (10_000, 10_000)


def test_codes_of_another_dictionary_are_read_by_name():
    """The same sheet under a dictionary whose codes stand in another order comes to the same result."""
    from greenmine.law import Sheet, load_dictionary
    from tests.law.indicators.small import FACTS

    turned = load_dictionary(
        FACTS.read_text(encoding="utf-8").replace(
            "    humid: {zh: 湿润区, en: humid}\n    semi_humid: {zh: 半湿润区, en: semi-humid}\n", ""
        ).replace("    alpine: {zh: 高寒区, en: alpine and cold}\n", "    alpine: {zh: 高寒区, en: alpine and cold}\n    humid: {zh: 湿润区, en: humid}\n    semi_humid: {zh: 半湿润区, en: semi-humid}\n")
    )  # fmt: skip
    ours = passing_sheet()
    theirs = Sheet("mine", "M1", "620102", {name: turned[name].parse(facts()[name].show(value)) for name, value in ours.values.items()}, dictionary=turned)  # fmt: skip
    assert theirs.values["climate_zone"] != ours.values["climate_zone"]
    assert score(standard(), ANSWERS, theirs, on=ON).canonical() == score(standard(), ANSWERS, ours, on=ON).canonical()


def test_the_day_is_given_and_never_the_clock():
    late = date(2027, 1, 2)
    assert score(standard(), ANSWERS, passing_sheet(), on=late).vetoes == ("licence-valid",)


def test_an_old_text_stays_computable_after_a_new_one_is_read():
    before = scored(passing_sheet()).canonical()
    load_standard(standard_text_of_next_year(), facts())
    assert scored(passing_sheet()).canonical() == before


def standard_text_of_next_year() -> str:
    from tests.law.indicators.small import changed

    return changed(("id: small-2026", "id: small-2027"), ("total: 80", "total: 90"))


def test_advice_for_a_mine_that_passes_is_nothing():
    advice = advise(standard(), ANSWERS, passing_sheet(), {}, on=ON)
    assert (advice.vetoes, advice.items, advice.reachable, advice.effort) == ((), (), True, 0)
    assert zh_notes(advice) == ["已达到要求，无须提升"]


def zh_notes(advice) -> list[str]:
    return [note["zh"] for note in advice.notes]
