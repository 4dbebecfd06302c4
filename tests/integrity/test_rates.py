"""What is found of seeded fraud and what is wrongly suspected of honest work, as measured (bench/integrity): minimums."""

from __future__ import annotations

from datetime import date

from bench.integrity import measuring
from bench.integrity.measuring import FRESH_SEED
from greenmine.editions.shipped import load_shipped
from greenmine.integrity.thresholds import Thresholds


def test_the_rates_are_measured_with_the_figures_of_the_rulebook() -> None:
    held = Thresholds(load_shipped(), date(2026, 11, 20))
    assert held.of_visits() == measuring.LIMITS
    names = ("photo-candidate", "photo-fit", "text-share", "text-shared", "text-agencies", "leniency-points", "leniency-least",
             "recheck-gap", "pair-chance", "pair-least")  # fmt: skip
    assert [held.figure(name) for name in names] == [
        measuring.CANDIDATE, measuring.FIT, measuring.TEXT_SHARE, measuring.TEXT_SHARED, measuring.TEXT_AGENCIES,
        measuring.LENIENT, measuring.LEAST, measuring.GAP, measuring.CHANCE, measuring.PAIR_LEAST,
    ]  # fmt: skip


def test_reused_photographs_are_found_and_honest_ones_left_in_peace() -> None:
    rates = measuring.photographs(sites=8, views=1, cheats=4, honest=4)
    usual = [one for one in rates if one.seeded and "closely" not in one.kind]
    assert sum(one.found for one in usual) >= 0.95 * sum(one.seeded for one in usual) > 0
    assert [(one.honest, one.suspected) for one in rates if one.honest] == [(4, 0), (4, 0)]


def test_copied_texts_and_odd_visits_are_found_and_honest_ones_left_in_peace() -> None:
    found = measuring.copied_texts(range(FRESH_SEED, FRESH_SEED + 1), mines=200)
    assert (found.detection, found.suspected) == (1.0, 0)
    for one in measuring.odd_visits(range(FRESH_SEED, FRESH_SEED + 1), mines=200, each=5):
        assert (one.kind, one.detection >= 0.8, one.suspected) == (one.kind, True, 0)


def test_leniency_and_pairs_are_found_and_seldom_wrongly() -> None:
    seeds = range(FRESH_SEED, FRESH_SEED + 3)
    lenient = measuring.lenient(seeds, mines=400, shift=0.10)[0]
    assert lenient.detection == 1.0
    assert lenient.false_alarms <= 0.05
    less = measuring.lenient(seeds, mines=400, shift=0.06)[0]
    assert less.detection >= 0.75
    paired = measuring.paired(seeds, mines=400)
    assert paired.detection >= 0.8
    assert paired.false_alarms <= 0.01
