"""The rulebook as shipped: all provisions are there, every case holds, and no small change to a rule goes unnoticed."""

from __future__ import annotations

from collections import Counter

import pytest

from greenmine.editions.checking.cases import Worked, case_problems, read_cases, without_cases
from greenmine.editions.checking.killing import examined
from greenmine.editions.edition import Edition
from greenmine.editions.shipped import load_shipped

PROVISIONS = {"cn-2024-1": 222, "gs-2023": 224, "kz-2024": 155, "nm-2020": 301, "yn-2025": 207}
SAMPLED_EACH = 7  # every seventh rule here; `./run rulebook coverage` tests them all


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_shipped()


@pytest.fixture(scope="module")
def worked(edition: Edition) -> Worked:
    return read_cases(edition)


def test_all_1109_provisions_of_the_five_documents_are_carried(edition: Edition) -> None:
    assert {one.id: len(one.provisions) for one in edition.instruments.values()} == PROVISIONS


def test_each_document_speaks_for_its_territory_from_its_day(edition: Edition) -> None:
    found = {
        one.id: (one.territory, one.force.from_on.isoformat() if one.force else None)
        for one in edition.instruments.values()
    }
    assert found == {
        "cn-2024-1": ("000000", "2024-04-15"),
        "gs-2023": ("620000", "2023-01-28"),
        "kz-2024": ("653000", None),
        "nm-2020": ("150000", "2020-11-05"),
        "yn-2025": ("530000", None),
    }


def test_documents_without_an_effective_day_say_from_when_at_the_earliest(edition: Edition) -> None:
    found = {one.id: one.not_before.isoformat() for one in edition.instruments.values() if one.not_before}
    assert found == {"kz-2024": "2024-07-26", "yn-2025": "2025-04-01"}


def test_every_provision_about_a_mine_or_an_enterprise_shown_by_rule_has_a_rule(edition: Edition) -> None:
    served = {provision for rule in edition.rules for provision in rule.provisions}
    shown = {p.id for p in edition.provisions() if p.shown_by == "rule" and p.subject in ("mine", "enterprise")}
    assert shown - served == set()


def test_every_case_comes_to_what_its_clause_says(edition: Edition, worked: Worked) -> None:
    assert [str(problem) for problem in case_problems(edition, worked)] == []


def test_no_rule_is_without_a_worked_case(edition: Edition, worked: Worked) -> None:
    assert without_cases(edition.rules, worked) == []


def test_each_rule_has_a_case_for_the_unknown(edition: Edition, worked: Worked) -> None:
    outcomes: dict[str, Counter[str]] = {}
    for case in worked.cases:
        outcomes.setdefault(case.expect.rule, Counter())[case.expect.outcome] += 1
    assert [rule.id for rule in edition.rules if not outcomes[rule.id]["unknown"]] == []


def test_a_sample_of_rules_lets_no_mutant_live(edition: Edition, worked: Worked) -> None:
    by_rule = worked.by_rule()
    survivors = [
        survivor
        for rule in edition.rules[::SAMPLED_EACH]
        for survivor in examined(edition, worked, rule, by_rule[rule.id]).survivors
    ]
    assert survivors == []


def test_every_fact_a_party_states_says_who_and_what_proves_it(edition: Edition) -> None:
    bare = [
        fact.name
        for fact in edition.dictionary.values()
        if not fact.stated_by or not fact.evidence.get("zh") or not fact.help.get("zh") or not fact.label.get("en")
    ]
    assert bare == []


def test_every_word_on_screen_is_there_in_both_languages(edition: Edition) -> None:
    for group, entries in edition.words.items():
        pairs = [entries] if "zh" in entries else entries.values()
        assert all(pair["zh"] and pair["en"] for pair in pairs), group


def test_every_kind_outcome_flag_and_actor_has_words(edition: Edition) -> None:
    assert {rule.kind for rule in edition.rules} <= set(edition.words["kind"])
    assert {rule.bound for rule in edition.rules} <= set(edition.words["actor"])
    assert {actor for p in edition.provisions() for actor in p.actors} <= set(edition.words["actor"])
    assert {source for fact in edition.dictionary.values() for source in fact.stated_by} <= set(edition.words["actor"])
