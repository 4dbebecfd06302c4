"""The engine against the naive scorer: equal where all is known, bounds and verdicts true where it is not."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenmine.law import Sheet, load_dictionary
from greenmine.law.indicators import Answer, load_standard, score
from tests.law.indicators import naive

ON = date(2026, 11, 21)
slowly = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])  # fmt: skip


@lru_cache(maxsize=1)
def dictionary():
    return load_dictionary(naive.FACTS)


def as_answers(plain):
    made = {}
    for name, answer in plain.items():
        if answer == "n/a":
            made[name] = Answer("not_applicable", reason="无")
        elif isinstance(answer, bool):
            made[name] = Answer("scored", met=answer)
        else:
            made[name] = Answer("scored", int(answer * 100))
    return made


def as_sheet(known):
    values = {name: dictionary()[name].parse(value) for name, value in known.items()}
    return Sheet("mine", "M1", "620102", values, dictionary=dictionary())


@st.composite
def situations(draw, complete=False):
    spec = draw(naive.specifications())
    known = {
        name: draw(st.sampled_from(values)) for name, values in naive.VALUES.items() if complete or draw(st.booleans())
    }
    answers = {}
    for dimension in spec["dimensions"]:
        for item in dimension["items"]:
            if complete or draw(st.booleans()):
                extra = ["n/a"] if not complete else []
                answers[item["id"]] = draw(st.sampled_from([*naive.choices_of(item), *extra]))
    for number, check in enumerate(spec["preconditions"]):
        if not check and (complete or draw(st.booleans())):
            answers[f"pre-{number}"] = draw(st.booleans())
    return spec, answers, known


def scored(spec, answers, known):
    return score(load_standard(naive.text_of(spec), dictionary()), as_answers(answers), as_sheet(known), on=ON)


@given(situations(complete=True))
@slowly
def test_where_all_is_known_both_say_the_same(situation):
    spec, answers, known = situation
    wanted, result = naive.outcome_of(spec, answers, known), scored(*situation)
    assert result.total == (wanted["total"] * 100, wanted["total"] * 100)
    assert result.possible == (wanted["possible"] * 100, wanted["possible"] * 100)
    assert result.ratio == (None if wanted["share"] is None else (wanted["share"], wanted["share"]))
    assert [d.ratio for d in result.dimensions] == [None if s is None else (s, s) for s in wanted["shares"]]
    assert result.verdict == wanted["verdict"]


@given(situations(), st.integers(0, 2**32))
@slowly
def test_every_completion_lies_within_the_bounds(situation, seed):
    spec, answers, known = situation
    result = scored(*situation)
    verdicts = set()
    for outcome in naive.completions(spec, answers, known, seed):
        verdicts.add(outcome["verdict"])
        assert result.total[0] <= outcome["total"] * 100 <= result.total[1]
        assert result.possible[0] <= outcome["possible"] * 100 <= result.possible[1]
        if outcome["share"] is not None:
            assert result.ratio[0] <= outcome["share"] <= result.ratio[1]
        for dimension, share in zip(result.dimensions, outcome["shares"], strict=True):
            assert share is None or dimension.ratio[0] <= share <= dimension.ratio[1]
    if verdicts and result.verdict != "undecided":
        assert verdicts == {result.verdict}


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4), st.booleans()), min_size=1, max_size=8))
def test_bounds_of_a_share_are_reached(parts):
    """Tight, not only true: some choice of the optional parts gives exactly the bound."""
    from itertools import combinations

    from greenmine.law.indicators.bounds import highest, lowest

    parts = [(min(got, room), room, optional) for got, room, optional in parts]
    fixed = [(got, room) for got, room, optional in parts if not optional]
    optional = [(got, room) for got, room, optional in parts if optional]
    base = (sum(got for got, _ in fixed), sum(room for _, room in fixed))
    shares = []
    for number in range(len(optional) + 1):
        for chosen in combinations(optional, number):
            room = base[1] + sum(part[1] for part in chosen)
            if room:
                shares.append(Fraction(base[0] + sum(part[0] for part in chosen), room))
    assert highest(*base, optional) == max(shares)
    assert lowest(*base, optional) == min(shares)


@given(situations(), st.randoms(use_true_random=False))
@slowly
def test_the_order_of_the_inputs_changes_no_byte(situation, shuffled):
    spec, answers, known = situation
    answers, known = list(answers.items()), list(known.items())
    before = scored(spec, dict(answers), dict(known)).canonical()
    shuffled.shuffle(answers)
    shuffled.shuffle(known)
    after = scored(spec, dict(answers), dict(known))
    assert after.canonical() == before
    assert len(after.digest) == 64


@given(situations(), st.integers(0, 2**32))
@slowly
def test_one_more_answer_never_widens_the_bounds(situation, seed):
    """What is answered only narrows what was possible."""
    spec, answers, known = situation
    open_items = [item for dimension in spec["dimensions"] for item in dimension["items"] if item["id"] not in answers]
    before = scored(*situation)
    for item in open_items:
        for choice in naive.choices_of(item):
            after = scored(spec, {**answers, item["id"]: choice}, known)
            assert before.total[0] <= after.total[0] <= after.total[1] <= before.total[1]
            assert before.verdict in ("undecided", after.verdict)
