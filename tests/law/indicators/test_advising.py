"""What to mend first: vetoes, then the cheapest set of items that reaches every mark, proven against trying all of them."""

from __future__ import annotations

from itertools import combinations
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from greenmine.law.indicators import Answer, advise, score
from greenmine.law.indicators.cheapest import Choice, Need, cheapest
from tests.law.indicators.small import ANSWERS, ON, passing_sheet, said, sheet, standard

POOR = {"zones": said(0), "order": said(2), "monitoring": said(6)}


def advised(efforts, known=None, pairs=(), **answers):
    given_ = {**ANSWERS, **{name.replace("_", "-"): answer for name, answer in answers.items()}}
    return advise(standard(*pairs), given_, known or passing_sheet(), efforts, on=ON)


def ids(steps):
    return [step.id for step in steps]


def test_the_gap_is_named_for_the_whole_and_each_dimension():
    advice = advised({}, zones=said(0), order=said(0), monitoring=said(6))
    assert [(gap.id, gap.now, gap.needed, gap.lacking) for gap in advice.gaps] == [
        ("", 7600, 8000, 400), ("environment", 2000, 3000, 1000), ("resources", 5600, 4500, 0),
    ]  # fmt: skip
    assert advice.notes[0]["zh"] == "距总分达标还差 4 分（须达 80 分，即 80%）"


def test_the_cheapest_set_is_chosen_and_not_the_cheapest_item():
    # environment lacks 10: zones (12) alone for 7, or order (8) for 3 which is not enough
    advice = advised({"zones": 7, "order": 3, "monitoring": 1}, zones=said(0), order=said(0), monitoring=said(6))
    assert ids(advice.items) == ["zones"]
    assert (advice.effort, advice.reachable, advice.exact) == (7, True, True)


def test_vetoes_come_first_even_where_nothing_else_is_lacking():
    advice = advised({"monitoring": 4}, no_dispute=Answer("scored", met=False), monitoring=said(0))
    assert [(step.id, step.sort) for step in advice.vetoes] == [
        ("no-dispute", "precondition"),
        ("monitoring", "binding"),
    ]
    assert advice.items == ()
    assert advice.vetoes[1].effort == 4


def test_open_vetoes_are_to_be_settled_too():
    advice = advised({}, no_dispute=Answer())
    assert ids(advice.vetoes) == ["no-dispute"]
    assert advice.verdict == "undecided"


def test_what_a_veto_brings_counts_before_more_is_asked():
    """Mending the binding recovery (25 points) alone reaches the marks."""
    advice = advised({"recovery": 50, "grade": 1}, known=passing_sheet(mining_recovery_rate="0.1"))
    assert ids(advice.vetoes) == ["recovery"]
    assert advice.items == ()
    assert advice.reachable


def test_missing_efforts_are_said():
    advice = advised({"zones": 7}, zones=said(0), order=said(0))
    assert advice.without_effort == ("order",)
    assert not advice.exact
    assert ids(advice.items) == ["zones"]
    assert "1 项未填写投入" in advice.notes[-1]["zh"]


def test_an_item_without_an_effort_is_used_only_where_nothing_else_reaches():
    advice = advised({"order": 1}, zones=said(0), order=said(0))
    assert ids(advice.items) == ["zones"]
    assert advice.items[0].effort is None


def test_it_says_where_the_marks_cannot_be_reached():
    """Half of the possible points hang on facts that are what they are: claims cannot mend what has no higher step."""
    advice = advised({}, pairs=(("total: 80", "total: 100"),), known=passing_sheet(greening_coverage="0.5"))
    assert advice.reachable
    impossible = cheapest([Choice("a", "d", 5, 1)], Need(6, {}))
    assert impossible is None


def test_items_that_may_not_apply_are_named():
    advice = advised({}, known=passing_sheet(has_beneficiation_plant=None))
    assert advice.assumed == ("grade",)
    assert "是否适用待核实" in advice.notes[-1]["zh"]


def test_a_structure_is_given_no_advice_on_points():
    advice = advised({}, pairs=(("status: demonstration", "status: structure_only"),), known=sheet())
    assert advice.refused
    assert advice.items == ()
    assert not advice.reachable


def test_following_the_advice_passes():
    answers = {**ANSWERS, **POOR}
    known = passing_sheet(beneficiation_recovery_rate="0.7", greening_coverage="0.8")
    efforts = {"zones": 5, "order": 2, "greening-coverage": 9, "grade": 4, "monitoring": 3}
    advice = advise(standard(), answers, known, efforts, on=ON)
    assert advice.reachable
    chosen = set(ids(advice.items))
    after = {name: (said(standard().indicator(name).points / 100) if name in chosen else answer) for name, answer in answers.items() if name != "no-dispute"}  # fmt: skip
    better = passing_sheet(
        beneficiation_recovery_rate="0.95" if "grade" in chosen else "0.7",
        greening_coverage="1" if "greening-coverage" in chosen else "0.8",
    )
    assert score(standard(), {**answers, **after}, better, on=ON).verdict == "pass"


choices_ = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(1, 12), st.one_of(st.none(), st.integers(0, 9))), max_size=9
)


@given(choices_, st.integers(0, 40), st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.integers(0, 15)))
@settings(max_examples=400, deadline=None)
def test_the_choice_is_the_cheapest_of_all(parts, total, dimensions):
    choices = [Choice(f"i{n}", dimension, gain, effort) for n, (dimension, gain, effort) in enumerate(parts)]
    reaching = []
    for number in range(len(choices) + 1):
        for chosen in combinations(choices, number):
            gains = {name: sum(c.gain for c in chosen if c.dimension == name) for name in dimensions}
            if sum(c.gain for c in chosen) >= total and all(gains[name] >= least for name, least in dimensions.items()):
                reaching.append((sum(c.effort is None for c in chosen), sum(c.effort or 0 for c in chosen), number))
    found = cheapest(choices, Need(total, dimensions))
    if not reaching:
        assert found is None
        return
    chosen = [choice for choice in choices if choice.id in found.ids]
    assert found.exact
    assert min(reaching) == (sum(c.effort is None for c in chosen), found.effort, len(chosen))
    assert sum(c.gain for c in chosen) >= total
    assert all(sum(c.gain for c in chosen if c.dimension == name) >= least for name, least in dimensions.items())


def test_sixty_items_are_searched_exactly_and_soon():
    choices = [Choice(f"i{n}", f"d{n % 6}", 50 * (1 + n * 7 % 11), 3 + n * 13 % 29) for n in range(60)]
    began = perf_counter()
    found = cheapest(choices, Need(9000, {f"d{n}": 1200 for n in range(6)}))
    assert found.exact
    assert perf_counter() - began < 5  # generous: it takes some hundredths
