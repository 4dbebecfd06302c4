"""What is found of seeded fraud and what is wrongly suspected of honest work, as measured (bench/integrity): minimums."""

from __future__ import annotations

from datetime import date

from bench.integrity import measuring
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
    rates = measuring.photographs(sites=6, views=2, cheats=6)
    assert sum(one.found for one in rates) / sum(one.seeded for one in rates) >= 0.9
    assert rates[0].suspected == 0


def test_copied_texts_and_odd_visits_are_found_and_honest_ones_left_in_peace() -> None:
    found = measuring.copied_texts(range(1, 3), mines=200)
    assert (found.detection, found.suspected) == (1.0, 0)
    for one in measuring.odd_visits(range(1, 3), mines=200, each=5):
        assert (one.kind, one.detection >= 0.9, one.suspected) == (one.kind, True, 0)


def test_leniency_and_pairs_are_found_and_seldom_wrongly() -> None:
    lenient = measuring.lenient(range(1, 4), mines=400, shift=0.10)
    assert lenient.detection >= 0.5
    assert lenient.false_alarms <= 0.05
    paired = measuring.paired(range(1, 4), mines=400)
    assert paired.detection >= 0.8
    assert paired.false_alarms <= 0.01
