"""What a finding calls missing settles it: once every missing fact is said, nothing is unknown any more."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from greenmine.editions.edition import Edition
from greenmine.law import NONE, Fact, Sheet, bind, evaluate_one

REGIONS = ("620123", "150421", "530111", "653023", None)
DAYS = (date(2024, 5, 1), date(2025, 9, 2), date(2026, 3, 1))
SHEETS = 12


def any_value(fact: Fact, dice: random.Random) -> Any:
    """A lowered value from the fact's domain, none among them."""
    if fact.may_be_none and dice.random() < 0.25:
        return NONE
    if fact.type == "boolean":
        return dice.random() < 0.5
    if fact.type == "enum":
        return dice.randrange(len(fact.codes))
    if fact.type == "date":
        return dice.randint(date(2022, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
    if fact.type == "division":
        return 620123
    low, high = fact.least or 0, fact.most or 0
    return dice.choice([low, high, dice.randint(low, high), min(high, low + 3)])


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("on", DAYS, ids=str)
def test_all_missing_facts_together_settle_an_unknown_finding(edition: Edition, region: str | None, on: date) -> None:
    dice, bound, dictionary = random.Random(f"{region} {on}"), bind(edition, on), edition.dictionary
    empty = evaluate_one(bound, Sheet("mine", "M1", region, {}, dictionary=dictionary))
    names = sorted({name for found in empty.values() for name in found.facts})
    for _ in range(SHEETS):
        share = dice.random()
        values = {name: any_value(dictionary[name], dice) for name in names if dice.random() < share}
        found = evaluate_one(bound, Sheet("mine", "M1", region, values, dictionary=dictionary))
        for rule, finding in found.items():
            if str(finding.outcome) != "unknown":
                assert finding.missing == (), rule
                continue
            asked = [name for name in finding.missing if ":" not in name]
            assert all(finding.facts[name] is None for name in asked), rule
            if len(asked) < len(finding.missing):
                continue  # a figure without a row, or a text without its day: no fact settles that
            told = {**values, **{name: any_value(dictionary[name], dice) for name in asked}}
            again = evaluate_one(bound, Sheet("mine", "M1", region, told, dictionary=dictionary), only=[rule])[rule]
            assert str(again.outcome) != "unknown" or any(":" in name for name in again.missing), rule
