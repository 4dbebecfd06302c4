"""Numbers typed by somebody who wishes the product ill: none of them raises, none is taken for something else."""

from __future__ import annotations

import pytest

from greenmine.assessment.permissions import CannotAssess
from greenmine.web.components.engagements import Unreadable, amount_in
from greenmine.web.components.numbers import number_in
from greenmine.web.enterprise.asked import points_in


@pytest.mark.parametrize("text", ["", "-1", "1.0", "²", "１", " 1", "9" * 19, "9" * 5000])
def test_what_is_no_key_is_none(text: str) -> None:
    assert number_in(text) is None


def test_a_key_is_read_up_to_its_longest() -> None:
    assert (number_in("0"), number_in("007"), number_in("9" * 18)) == (0, 7, 10**18 - 1)


@pytest.mark.parametrize(
    "text", ["1e999999", "1e900000", "1e999998", "NaN", "sNaN", "-Infinity", "9" * 5000, "0.001", "-1"]
)
def test_points_that_nobody_types_are_refused_in_both_languages(text: str) -> None:
    with pytest.raises(CannotAssess) as refused:
        points_in(text)
    assert refused.value.zh
    assert refused.value.en


@pytest.mark.parametrize(
    "text", ["1e9999999", "1e-999999", "NaN", "sNaN", "Infinity", "9" * 5000, "0.001", "1000000000000"]
)
def test_amounts_that_no_contract_has_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        amount_in(text, "金额", "the amount")


def test_points_and_amounts_as_people_type_them() -> None:
    assert (points_in("7.5"), points_in("0"), points_in("10.25")) == (750, 0, 1025)
    assert str(amount_in("120,000.50", "金额", "the amount")) == "120000.50"
    assert str(amount_in("999999999999.99", "金额", "the amount")) == "999999999999.99"
