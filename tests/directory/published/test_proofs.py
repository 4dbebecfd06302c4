"""Proofs of standing: what is signed, what is refused, what a bank finds out from its own copies."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from greenmine.directory.published import proofs, proofs_batch, proofs_log, proofs_paper, proofs_signing, proofs_status
from greenmine.publiclog import tasks as publiclog
from tests.conftest import TODAY
from tests.publiclog.publishing import CODES, publish, standing, state_entry

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def law(db, settings, tmp_path):
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DATA = tmp_path
    return evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=date(2026, 1, 5))


def test_a_proof_names_mine_holder_standing_days_and_place_in_the_log() -> None:
    row = publish()
    statement = state_entry()
    publiclog.seal()
    document = proofs.proof_of("M00000001", on=TODAY)
    leaf = document["payload"].pop("log")
    assert document["payload"] == {
        "kind": "greenmine-proof-of-standing",
        "version": 1,
        "number": "ZM-20261120-M00000001-SJ",
        "mine": {"key": "M00000001", "name": "青山煤矿", "region_code": "620422", "place": row.place},
        "holder": "青山矿业有限公司",
        "credit_code": CODES[0],
        "tier": "provincial",
        "standing": "listed",
        "words": {"zh": "省级绿色矿山名录：在册", "en": "provincial directory of green mines: listed"},
        "owner": "甘肃省自然资源厅",
        "entry_number": "ML-2026-0001",
        "entered_on": "2026-03-02",
        "decision_number": "甘自然资告〔2026〕3号",
        "certificate_number": "GS-LSKS-2026-0001",
        "as_of": "2026-11-20",
        "valid_until": "2027-02-18",
        "status_list": {"index": row.pk * 2, "bits": 2, "at": "/api/v1/status-list"},
    }
    assert (leaf["statement"], leaf["number"]) == (statement.number, 1)


def test_a_mine_listed_before_there_was_a_log_is_proved_without_a_place_in_it() -> None:
    publish()
    assert proofs.proof_of("M00000001", on=TODAY)["payload"]["log"] is None


def test_of_two_tiers_the_higher_is_proved_and_either_can_be_asked_for() -> None:
    publish("M00000001", standing(), standing("national", number="GJ-1"))
    assert proofs.proof_of("M00000001", on=TODAY)["payload"]["tier"] == "national"
    assert proofs.proof_of("M00000001", on=TODAY, tier="provincial")["payload"]["number"].endswith("-SJ")


def test_a_proof_does_not_outlast_the_entry() -> None:
    publish("M00000001", standing(until=date(2026, 12, 31)))
    assert proofs.proof_of("M00000001", on=TODAY)["payload"]["valid_until"] == "2026-12-31"


@pytest.mark.shows("yn-2025/3.4.f", by="record", refusal=True)
@pytest.mark.parametrize(
    ("state", "said"), [("removed", "已移出，不能出具在册证明"), ("ended", "已终止"), ("notice", "公示中，尚未入名录")]
)
def test_who_does_not_stand_in_the_directory_gets_no_proof_but_a_sentence(state, said) -> None:
    publish("M00000001", standing("" if state == "notice" else "provincial", state))
    with pytest.raises(proofs.NoProof, match=said):
        proofs.proof_of("M00000001", on=TODAY)


def test_unknown_mines_and_tiers_are_refused_in_words() -> None:
    publish()
    for key in ("M99999999", "", "'; DROP TABLE"):
        with pytest.raises(proofs.NoProof, match="没有编号为"):
            proofs.proof_of(key, on=TODAY)
    with pytest.raises(proofs.NoProof, match="没有“county”这一级名录"):
        proofs.proof_of("M00000001", on=TODAY, tier="county")
    with pytest.raises(proofs.NoProof, match="国家级目前不在名录中"):
        proofs.proof_of("M00000001", on=TODAY, tier="national")


@pytest.mark.parametrize("state", ["rectifying", "changing"])
def test_a_standing_under_rectification_or_change_is_proved_as_what_it_is(state) -> None:
    publish("M00000001", standing("provincial", state))
    assert proofs.proof_of("M00000001", on=TODAY)["payload"]["standing"] == state


@pytest.mark.shows("yn-2025/3.4.f", by="record")
def test_a_proof_holds_as_long_as_nothing_changed() -> None:
    publish()
    document = json.loads(json.dumps(proofs.proof_of("M00000001", on=TODAY)))
    verdict = proofs.verify(document, on=TODAY)
    assert verdict.good
    assert [one["en"] for one in verdict.said] == [
        "The signature is valid; the content is as issued.",
        "The standing is still “listed”.",
    ]
    assert proofs.verify(document, on=date(2027, 2, 18)).good
    late = proofs.verify(document, on=date(2027, 2, 19))
    assert (late.good, late.said[1]["zh"]) == (False, "证明已于2027-02-18过期，请重新获取。")


def test_a_removal_ends_a_proof_at_once_for_whoever_asks_and_with_the_next_list_for_whoever_keeps_one() -> None:
    publish()
    document = proofs.proof_of("M00000001", on=TODAY)
    before = proofs_status.status_list(on=TODAY, at=AT)
    assert proofs_status.stands(document, before)
    publish("M00000001", standing("provincial", "removed"))
    verdict = proofs.verify(document, on=TODAY)
    assert (verdict.good, verdict.now, verdict.said[1]["en"]) == (
        False, "removed", "The standing has changed; it is now “removed”.",
    )  # fmt: skip
    assert not proofs_status.stands(document, proofs_status.status_list(on=TODAY, at=AT))
    assert proofs_status.stands(document, before)  # an old list says what it said


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["payload"].update(holder="另一公司"),
        lambda d: d["payload"]["mine"].update(key="M00000002"),
        lambda d: d["payload"].update(valid_until="2099-01-01"),
        lambda d: d["payload"].update(extra="1"),
        lambda d: d["signatures"][0].update(signature="AAAA"),
        lambda d: d["signatures"][0].update(signature="不是"),
        lambda d: d["signatures"][0].update(public_key="AAAA"),
        lambda d: d.update(signatures=[]),
        lambda d: d.update(signatures=["x", None, 7]),
    ],
)
def test_whatever_was_changed_in_a_proof_breaks_its_signature(change) -> None:
    publish()
    document = copy.deepcopy(proofs.proof_of("M00000001", on=TODAY))
    change(document)
    verdict = proofs.verify(document, on=TODAY)
    assert (verdict.good, verdict.said[0]["zh"]) == (False, "签名无效：文件被改动过，或不是由本系统签发。")


@pytest.mark.parametrize("document", [None, [], "x", 7, {}, {"payload": 1}, {"payload": {}, "signatures": {}}, {"payload": {"kind": "x"}, "signatures": []}])  # fmt: skip
def test_what_is_no_proof_is_said_to_be_none(document) -> None:
    assert not proofs.verify(document, on=TODAY).good


def test_another_house_cannot_sign_for_this_one(settings, tmp_path) -> None:
    publish()
    document = proofs.proof_of("M00000001", on=TODAY)
    settings.DATA = tmp_path / "elsewhere"
    assert not proofs.verify(document, on=TODAY).good


def test_the_status_list_says_each_standing_under_its_index_and_is_signed() -> None:
    rows = [
        publish(f"M0000000{n}", standing("provincial", state), name=f"矿{n}")
        for n, state in enumerate(["listed", "rectifying", "changing", "removed", "ended"])
    ]
    both = publish("M00000008", standing("provincial"), standing("national", "rectifying"))
    listed = proofs_status.status_list(on=TODAY, at=AT)
    payload = listed["payload"]
    codes = [
        proofs_status.code_at(payload["encodedList"], proofs_status.index_of(row.pk, "provincial")) for row in rows
    ]
    assert codes == [0, 1, 2, 3, 3]
    tiers = [
        proofs_status.code_at(payload["encodedList"], proofs_status.index_of(both.pk, one))
        for one in ("provincial", "national")
    ]
    assert tiers == [0, 1]
    assert (payload["as_of"], payload["valid_until"], payload["made_at"]) == ("2026-11-20", "2026-11-21", "2026-11-20T08:00:00.000000Z")  # fmt: skip
    assert proofs_signing.is_ours(payload, listed["signatures"])
    assert not proofs_signing.is_ours({**payload, "as_of": "2026-11-21"}, listed["signatures"])
    assert listed == proofs_status.status_list(on=TODAY, at=AT)


def test_an_index_nobody_has_and_a_list_that_is_none_give_no_standing() -> None:
    text = proofs_status.status_list(on=TODAY)["payload"]["encodedList"]
    assert proofs_status.code_at(text, 12345) == 3
    assert proofs_status.code_at(text, 10**9) is None
    assert proofs_status.code_at(text, -1) is None
    assert proofs_status.code_at("unsinn!", 0) is None
    assert proofs_status.code_at("", 0) is None
    assert proofs_status.code_at("x" + text[1:], 0) is None


def test_a_list_is_kept_for_the_day_and_made_anew_when_something_was_published() -> None:
    now = datetime.now(UTC)
    assert proofs_status.renew(on=TODAY, at=now)
    assert not proofs_status.renew(on=TODAY, at=now)
    kept = proofs_status.kept()
    assert proofs_status.newest(on=TODAY) == kept
    row = publish()
    after = proofs_status.newest(on=TODAY)["payload"]["encodedList"]
    assert proofs_status.code_at(after, proofs_status.index_of(row.pk, "provincial")) == 0
    assert proofs_status.newest(on=TODAY) == proofs_status.kept()
    assert proofs_status.renew(
        on=TODAY
    )  # what was published a moment ago may not have been over: the worker looks twice
    assert proofs_status.newest(on=TODAY + timedelta(days=1))["payload"]["as_of"] == "2026-11-21"


def test_codes_are_read_from_whatever_was_pasted() -> None:
    assert proofs_batch.read_codes("91620100ma71abcd8h，９１１1；x\n91620100MA71ABCD8H、 y|z\t") == [
        "91620100MA71ABCD8H", "9111", "X", "Y", "Z",
    ]  # fmt: skip


def test_a_batch_answers_every_code_in_the_order_asked(django_assert_num_queries) -> None:
    publish()
    publish("M00000002", standing("provincial", "removed"), name="白石矿")
    answers = proofs_batch.batch([CODES[0], "坏代码", "91620100MA71ABCD8H ", "12620000MB0000002L"], on=TODAY)
    assert [(one.code, one.problem is None, [mine.key for mine in one.mines]) for one in answers] == [
        (CODES[0], True, ["M00000001", "M00000002"]),
        ("坏代码", False, []),
        ("12620000MB0000002L", answers[2].problem is None, []),
    ]
    assert proofs_batch.as_json(answers[0])["mines"][1]["standing"] == "removed"


def test_too_many_codes_are_refused_with_the_number_that_is_taken() -> None:
    with pytest.raises(proofs_batch.TooManyCodes, match="一次最多查询1000个统一社会信用代码，现为1001个"):
        proofs_batch.batch([f"X{n}" for n in range(1001)], on=TODAY)


def test_changes_come_under_numbers_without_gaps_and_withdrawn_ones_stay_without_their_text() -> None:
    from greenmine.directory.published import writing

    publish()
    first, second = state_entry(), state_entry(kind="confirmation")
    assert proofs_log.changes() == []
    publiclog.seal()
    writing.withdraw(first.number, {"zh": "信用修复", "en": "repaired"}, TODAY)
    publiclog.seal()
    found = proofs_log.changes()
    assert [(one.number, one.kind) for one in found] == [(1, "entry"), (2, "confirmation"), (3, "log.withdrawal")]
    assert (found[0].statement.body, found[0].statement.withdrawn_zh) == ({}, "信用修复")
    assert found[1].statement == second
    assert [one.number for one in proofs_log.changes(after=2)] == [3]
    assert len(proofs_log.changes(most=1)) == 1


def test_a_statement_is_proved_with_the_text_that_was_hashed() -> None:
    publish()
    statement = state_entry()
    with pytest.raises(proofs_log.NoSuchProof, match="正在等待编号"):
        proofs_log.proof_of_statement(statement)
    publiclog.seal()
    proof = proofs_log.proof_of_statement(statement)
    assert json.loads(proof["text"])["statement"]["number"] == statement.number
    assert (proof["number"], proof["size"], proof["path"]) == (1, 1, {"sha256": [], "sm3": []})
    assert proofs_log.position_of(statement) == 1
    assert proofs_log.log_page().checkpoint.size == 1


def test_the_paper_carries_number_days_and_signature() -> None:
    publish()
    document = proofs.proof_of("M00000001", on=TODAY)
    content = json.dumps(proofs_paper.content_of(document).as_json(), ensure_ascii=False)
    for text in (
        "ZM-20261120-M00000001-SJ",
        "2027-02-18",
        "青山煤矿",
        document["signatures"][0]["signature"],
        "入名录时尚无公开日志",
    ):
        assert text in content
    assert proofs_paper.pdf(document).startswith(b"%PDF")
