"""Points and bars as people read them: nothing rounded to a mark it does not reach, nothing outside the bar."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenmine.web.components.templatetags import scoring


@pytest.mark.parametrize(
    ("hundredths", "said"), [(0, "0"), (100, "1"), (150, "1.5"), (1234, "12.34"), (10000, "100"), (None, "—")]
)
def test_points_are_written_without_empty_digits(hundredths, said) -> None:
    assert scoring.points(hundredths) == said


@pytest.mark.parametrize(("change", "said"), [(150, "+1.5"), (-100, "−1"), (0, "±0"), (None, "")])
def test_a_change_carries_its_sign(change, said) -> None:
    assert scoring.signed(change) == said


def test_two_bounds_that_meet_are_one_figure() -> None:
    assert (scoring.bounds(500, 500), scoring.bounds(500, 750)) == ("5", "5 – 7.5")


@given(st.integers(0, 10**6))
def test_points_say_exactly_what_is_held(hundredths) -> None:
    assert Fraction(scoring.points(hundredths)) * 100 == hundredths


@given(low=st.integers(0, 2000), more=st.integers(0, 2000), possible=st.integers(0, 3000), mark=st.integers(0, 4000))
def test_nothing_is_drawn_outside_the_bar(low, more, possible, mark) -> None:
    drawn = scoring.score_bar(low, low + more, possible, mark)
    assert 0 <= float(drawn["sure"]) <= float(drawn["upper"]) <= 100
    assert 0 <= float(drawn["mark"]) <= 100
