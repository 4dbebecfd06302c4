"""Mutants change one thing at a time and leave what is no operator alone."""

from __future__ import annotations

import pytest

from greenmine.editions.checking.mutants import mutants


def changed(expression: str) -> set[str]:
    return {mutated for _, mutated in mutants(expression)}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a < 3", {"NOT (a < 3)", "a <= 3", "a < 2", "a < 4"}),
        ("a >= 0.85", {"NOT (a >= 0.85)", "a > 0.85", "a >= 0.84", "a >= 0.86"}),
        ("a = 0", {"NOT (a = 0)", "a <> 0", "a = 1"}),
        ("NOT b", {"NOT (NOT b)", "b"}),
        ("x IS NONE", {"NOT (x IS NONE)", "x IS NOT NONE"}),
        ("x IS NOT NONE", {"NOT (x IS NOT NONE)", "x IS NONE"}),
        ("s IN ('a','b')", {"NOT (s IN ('a','b'))", "s NOT IN ( 'a' , 'b' )"}),
        ("d <= DATE '2025-12-31'", {
            "NOT (d <= DATE '2025-12-31')", "d < DATE '2025-12-31'", "d <= DATE '2025-12-30'", "d <= DATE '2026-01-01'"}),
    ],
)  # fmt: skip
def test_each_operator_figure_and_negation_is_changed_once(expression: str, expected: set[str]) -> None:
    assert changed(expression) == expected


def test_the_and_of_a_between_is_no_conjunction() -> None:
    assert changed("a BETWEEN 1 AND 2") == {
        "NOT (a BETWEEN 1 AND 2)", "a BETWEEN 0 AND 2", "a BETWEEN 2 AND 2", "a BETWEEN 1 AND 1", "a BETWEEN 1 AND 3"
    }  # fmt: skip


def test_a_conjunction_is_turned_into_a_disjunction() -> None:
    assert "a OR b" in changed("a AND b")
