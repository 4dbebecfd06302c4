"""Outcomes of one mine as one short text: a letter a rule, in the order of the edition's rule ids.

A small letter speaks for the mine; a capital one carries a flag that sets it apart (lapsed, yielded, to be confirmed,
remedied, low confidence). With the edition stored beside it, the text says what every rule came to without a row for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

LETTERS = {"satisfied": "s", "breached": "b", "pending": "p", "unknown": "u", "not_applicable": "n"}
OUTCOMES = {letter: outcome for outcome, small in LETTERS.items() for letter in (small, small.upper())}
NOT_COVERED = "-"


def letter(outcome: str, *, counted: bool) -> str:
    """The letter of an outcome, a capital where it is set apart."""
    small = LETTERS[outcome]
    return small if counted else small.upper()


def letters(outcome: str) -> tuple[str, str]:
    """Both letters of an outcome: counted, and set apart."""
    return LETTERS[outcome], LETTERS[outcome].upper()


def pack(rule_ids: Iterable[str], outcomes: Mapping[str, tuple[str, bool]]) -> str:
    """The letters of (outcome, counted) in the order of `rule_ids`; a rule that does not cover the mine is '-'."""
    return "".join(
        letter(outcomes[rule][0], counted=outcomes[rule][1]) if rule in outcomes else NOT_COVERED for rule in rule_ids
    )


def unpack(rule_ids: Iterable[str], packed: str) -> dict[str, str]:
    """The outcomes by rule id; rules that did not cover the mine are absent."""
    return {rule: OUTCOMES[found] for rule, found in zip(rule_ids, packed, strict=True) if found != NOT_COVERED}
