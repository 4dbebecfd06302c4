"""The site record is a function of the set of operations: order and repetition do not matter, nobody's words vanish."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from greenmine.fieldwork.merging import Op, canonical, changed_items, digest, site_record

PLAN = {"engagement": "WT-2026-0001", "visit": 1}
LEADER, SECOND, THIRD = 1, 2, 3


def op(name: str, author: int, sequence: int, kind: str, item: str, **payload: object) -> Op:
    return Op(name, author, f"评估{author}", sequence, "2026-11-20T10:00:00+08:00", kind, item, payload)


def found(name: str, author: int, sequence: int, score: int, item: str = "order") -> Op:
    return op(name, author, sequence, "finding", item, state="scored", score=score, met=None, comment="", reason="")


@st.composite
def histories(draw: st.DrawFn) -> list[Op]:
    """Anything three people may do to two items, withdrawals and settlements of things that are not there included."""
    count = draw(st.integers(0, 14))
    names = [f"op{number}" for number in range(count)]
    made = []
    for name in names:
        author, sequence = draw(st.sampled_from((LEADER, SECOND, THIRD))), draw(st.integers(0, 5))
        kind, item = (
            draw(st.sampled_from(("finding", "note", "capture", "withdraw", "settle"))),
            draw(st.sampled_from("ab")),
        )
        target = draw(st.sampled_from(names))
        payload = {
            "finding": {"state": "scored", "score": draw(st.sampled_from((0, 100))), "met": None, "comment": name},
            "note": {"text": name},
            "capture": {"sha256": name},
            "withdraw": {"op": target},
            "settle": {
                "chosen": target,
                "between": [*draw(st.lists(st.sampled_from(names), max_size=4)), target],
                "reason": "x",
            },
        }[kind]
        made.append(op(name, author, sequence, kind, "" if kind == "withdraw" else item, **payload))
    return made


@settings(max_examples=400)
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_give_the_same_record(history: list[Op], dice: object) -> None:
    plain = canonical(site_record(history, leaders=[LEADER]), PLAN)
    shuffled = [*history, *history[::2]]
    dice.shuffle(shuffled)
    assert canonical(site_record(shuffled, leaders=[LEADER]), PLAN) == plain
    assert digest(plain) == digest(canonical(site_record(reversed(history), leaders=[LEADER]), PLAN))


@settings(max_examples=300)
@given(histories())
def test_nobodys_note_or_photograph_vanishes_unless_he_took_it_back(history: list[Op]) -> None:
    record = site_record(history, leaders=[LEADER])
    owners = {one.op: one.author for one in history}
    gone = {one.payload["op"] for one in history if one.kind == "withdraw" and owners[one.payload["op"]] == one.author}
    shown = {one.op for item in record.items.values() for one in (*item.notes, *item.captures)}
    assert shown == {one.op for one in history if one.kind in ("note", "capture")} - gone
    for item in record.items.values():
        scores = {one.payload["score"] for one in item.findings.values()}
        assert item.differs == (len(scores) > 1)
        if item.differs and item.settlement is None:
            assert item.holds is None


def test_the_latest_finding_of_each_author_counts_whatever_arrived_first() -> None:
    late, early = found("b", SECOND, 7, 100), found("a", SECOND, 3, 0)
    for order in ([late, early], [early, late]):
        assert site_record(order, leaders=[LEADER]).item("order").holds["score"] == 100


def test_only_the_leaders_settlement_counts_and_only_of_what_it_named() -> None:
    two = [found("a", LEADER, 1, 100), found("b", SECOND, 1, 0)]
    by_another = op("s", SECOND, 2, "settle", "order", chosen="b", between=["a", "b"], reason="x")
    assert site_record([*two, by_another], leaders=[LEADER]).item("order").is_open
    by_leader = op("s", LEADER, 2, "settle", "order", chosen="b", between=["a", "b"], reason="x")
    settled = site_record([*two, by_leader], leaders=[LEADER]).item("order")
    assert (settled.is_open, settled.holds["score"]) == (False, 0)
    third = site_record([*two, by_leader, found("c", THIRD, 1, 50)], leaders=[LEADER]).item("order")
    assert third.is_open


def test_what_changed_is_named_by_item() -> None:
    before = [found("a", LEADER, 1, 100), found("b", SECOND, 1, 100, item="roads")]
    after = [*before, op("n", SECOND, 2, "note", "roads", text="破损")]
    records = [site_record(one, leaders=[LEADER]) for one in (before, after)]
    assert changed_items(*records) == ["roads"]
    assert changed_items(records[0], records[0]) == []
