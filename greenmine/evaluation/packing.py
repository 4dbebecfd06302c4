"""Outcomes of one mine as one short text: a letter a rule, in the order of the edition's rule ids.

With the edition stored beside it, the text says what every rule came to without keeping a row for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

LETTERS = {"satisfied": "s", "breached": "b", "pending": "p", "unknown": "u", "not_applicable": "n"}
OUTCOMES = {letter: outcome for outcome, letter in LETTERS.items()}
NOT_COVERED = "-"


def pack(rule_ids: Iterable[str], outcomes: Mapping[str, str]) -> str:
    """The letters of these outcomes in the order of `rule_ids`; a rule that does not cover the mine is '-'."""
    return "".join(LETTERS[outcomes[rule]] if rule in outcomes else NOT_COVERED for rule in rule_ids)


def unpack(rule_ids: Iterable[str], packed: str) -> dict[str, str]:
    """The outcomes by rule id; rules that did not cover the mine are absent."""
    return {rule: OUTCOMES[letter] for rule, letter in zip(rule_ids, packed, strict=True) if letter != NOT_COVERED}
