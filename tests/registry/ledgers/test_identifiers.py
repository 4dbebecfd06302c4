"""Numbers that carry their own check."""

from __future__ import annotations

import pytest

from greenmine.registry.ledgers.identifiers import credit_code_problem, licence_number_problem

GOOD_CODES = (
    "91330421739237858X",
    "91330100799655058B",
    "9144030071526726XG",
    "914403001922038216",
    "91110000802100433B",
)


@pytest.mark.parametrize("code", GOOD_CODES)
def test_a_true_credit_code_has_no_problem(code: str) -> None:
    assert credit_code_problem(code) is None


@pytest.mark.parametrize("place", range(18))
def test_one_changed_character_is_found_wherever_it_stands(place: int) -> None:
    code = GOOD_CODES[0]
    other = "1" if code[place] != "1" else "2"
    assert credit_code_problem(code[:place] + other + code[place + 1 :]) is not None


def test_a_credit_code_says_how_many_characters_it_lacks() -> None:
    assert credit_code_problem("9133042173923785") == (
        "统一社会信用代码“9133042173923785”应为18位，现为16位：请核对营业执照",
        "the credit code “9133042173923785” needs 18 characters, not 16",
    )


def test_letters_that_look_like_digits_are_named() -> None:
    problem = credit_code_problem("9133042I739237858X")
    assert problem is not None
    assert "“I”" in problem[0]


def test_a_licence_number_of_the_public_structure_has_no_problem() -> None:
    assert licence_number_problem("C1500002009051120016226") is None
    assert licence_number_problem("C1000002011121110123456") is None


@pytest.mark.parametrize(
    "number",
    [
        "C150000200905112001622",  # 22 characters
        "T1500002009051120016226",  # an exploration licence
        "C150000200905112001622X",
        "C9900002009051120016226",  # no such issuer
        "C1500002009131120016226",  # month 13
        "C1500002009001120016226",  # month 0
        "C1500001985121120016226",  # before the law
    ],
)
def test_a_licence_number_outside_the_public_structure_is_refused(number: str) -> None:
    assert licence_number_problem(number) is not None


def test_the_first_year_of_the_law_and_both_end_months_are_possible() -> None:
    assert licence_number_problem("C1500001986011120016226") is None
    assert licence_number_problem("C1500001986121120016226") is None
