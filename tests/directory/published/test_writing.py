"""What is published: redacted by default, counted with every write, found by pairs of characters, withdrawn without a hole."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenmine.directory.published import folding, places, queries, redaction, tallies, writing
from greenmine.directory.published.models import Gram, PublicFile, PublishedMine, SearchText, Statement, Tally
from greenmine.directory.published.queries import Asked
from greenmine.directory.published.writing import CannotPublish, OpenFile, PublicMine, TierStanding
from greenmine.publiclog.models import Content, Leaf
from tests.conftest import TODAY
from tests.publiclog.publishing import publish, standing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _law(quick_law: Any) -> None:
    """Every test reads names of places and minerals."""


def counts(kind: str = "all") -> dict[tuple[str, str, str], int]:
    return {(row.code, row.tier, row.standing): row.count for row in Tally.objects.filter(kind=kind, count__gt=0)}


def notice(number: str = "GS-2026-0001", **fields: Any) -> Any:
    fields = {
        "stage": "provincial", "office": "甘肃省自然资源厅", "organisation": "O00000001", "region_code": "620000",
        "title": {"zh": "第一批公示", "en": "first batch"}, "from_on": TODAY, "until_on": date(2026, 11, 27), "contact": "0931-0000000",
        "mines": [writing.NoticeMine("M00000001", "青山煤矿", "青山矿业有限公司", "620422", {"zh": "拟纳入", "en": "to enter"})],
        **fields,
    }  # fmt: skip
    return writing.publish_notice(writing.PublicNoticeRow(number=number, **fields))


def test_a_mine_is_published_once_and_renewed_in_place() -> None:
    first = publish()
    again = publish(name="青山一号煤矿")
    assert again.pk == first.pk
    assert PublishedMine.objects.get().name == "青山一号煤矿"
    assert PublishedMine.objects.get().place == "甘肃省白银市会宁县"


def test_the_list_shows_the_higher_tier_and_what_stands_before_what_ended() -> None:
    row = publish("M00000001", standing("provincial"), standing("national", number="ML-2026-0009"))
    assert (row.tier, row.number) == ("national", "ML-2026-0009")
    row = publish("M00000002", standing("provincial"), standing("national", "removed"))
    assert (row.tier, row.standing) == ("provincial", "listed")
    row = publish("M00000003", standing("provincial", "removed"))
    assert (row.tier, row.standing) == ("provincial", "removed")


def test_a_mine_without_a_standing_is_not_published() -> None:
    with pytest.raises(CannotPublish, match="未给出该矿山的名录状态"):
        writing.publish_mine(PublicMine("M1", "青山", "620422"), on=TODAY)
    assert not PublishedMine.objects.exists()


def test_a_proposed_removal_is_no_public_standing() -> None:
    from greenmine.directory.published.models import Standing

    assert "removal_proposed" not in Standing.values


def test_counts_follow_every_write() -> None:
    publish("M00000001")
    publish("M00000002", standing("national"), mineral="iron")
    assert counts() == {("", "provincial", "listed"): 1, ("", "national", "listed"): 1}
    publish("M00000001", standing("provincial", "removed"))
    assert counts() == {("", "provincial", "removed"): 1, ("", "national", "listed"): 1}
    assert counts("province") == {("620000", "provincial", "removed"): 1, ("620000", "national", "listed"): 1}
    assert counts("mineral") == {("coal", "provincial", "removed"): 1, ("iron", "national", "listed"): 1}
    writing.unlist("M00000001")
    assert counts() == {("", "national", "listed"): 1}


def test_many_at_once_say_the_same_as_one_by_one() -> None:
    mines = [
        PublicMine(f"M{number:08d}", f"青山{number}号矿", "620422", "coal", "large", "青山有限公司", "", [standing()], longitude=105.0, latitude=35.0)
        for number in range(1, 8)
    ]  # fmt: skip
    assert writing.publish_mines(mines, on=TODAY) == 7
    together = (counts(), counts("cell"), sorted(Gram.objects.values_list("gram", "mine__key")), list(SearchText.objects.order_by("pk").values_list("text", flat=True)))  # fmt: skip
    for mine in mines:
        writing.unlist(mine.key)
    assert not Gram.objects.exists()
    for mine in mines:
        writing.publish_mine(mine, on=TODAY)
    assert together == (counts(), counts("cell"), sorted(Gram.objects.values_list("gram", "mine__key")), list(SearchText.objects.order_by("pk").values_list("text", flat=True)))  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["listed", "removed", "rectifying", ""]))))
def test_counts_are_always_those_of_the_rows(steps: list[tuple[int, str]]) -> None:
    for number, state in steps:
        key = f"M0000000{number}"
        if state:
            publish(key, standing("provincial", state))
        else:
            writing.unlist(key)
    expected: dict[Any, int] = {}
    for row in PublishedMine.objects.all():
        for kind, *cell in tallies.cells(row):
            expected[kind, *cell] = expected.get((kind, *cell), 0) + 1
    kept = {(row.kind, row.code, row.tier, row.standing): row.count for row in Tally.objects.filter(count__gt=0)}
    assert kept == expected
    for number in range(1, 5):
        writing.unlist(f"M0000000{number}")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("青山", {"M00000001"}), ("西和", {"M00000002"}), ("会宁", {"M00000001"}), ("煤", {"M00000001"}), ("白石 铜", {"M00000002"}),
        ("青山 铜", set()), ("山青", set()), ("m00000002", {"M00000002"}), ("Ｍ０００００００２", {"M00000002"}), ("山煤", {"M00000001"}), ("%", set()),
        ("_", set()), ("矿\n青", {"M00000001"}),
    ],
)  # fmt: skip
def test_two_characters_find_a_mine(words: str, found: set[str]) -> None:
    publish("M00000001")
    publish(
        "M00000002",
        name="白石西和铜矿",
        region_code="620525",
        mineral="copper",
        holder="白石矿业有限公司",
        credit_code="",
    )
    assert {row.key for row in queries.mines(Asked(words=words))} == found


@given(st.text(max_size=30))
def test_every_pair_of_a_word_is_a_gram_of_the_text_that_holds_it(text: str) -> None:
    kept = folding.search_text([text])
    for word in folding.words(text):
        if word in kept:
            assert folding.grams(word) <= folding.grams(kept)


def test_a_common_gram_and_a_rare_one_give_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 6):
        publish(f"M0000000{number}", name=f"青山{number}号煤矿")
    rare = [row.key for row in queries.mines(Asked(words="青山3"))]
    monkeypatch.setattr(queries, "FEW", 0)
    assert [row.key for row in queries.mines(Asked(words="青山3"))] == rare == ["M00000003"]


def test_the_point_is_no_finer_than_a_county_unless_released() -> None:
    row = publish(longitude=105.123456, latitude=35.789)
    assert (row.longitude, row.latitude) == (105.25, 35.75)
    other = publish("M00000002", longitude=105.4999, latitude=35.5)
    assert (other.longitude, other.latitude, other.cell) == (row.longitude, row.latitude, row.cell)
    exact = publish("M00000003", longitude=105.123456, latitude=35.789, released=True)
    assert (exact.longitude, exact.latitude, exact.released) == (105.12346, 35.789, True)
    assert exact.cell == row.cell


@given(st.floats(73, 136), st.floats(17, 54))
def test_a_published_point_tells_at_most_a_square(law_point: float, latitude: float) -> None:
    from greenmine.editions.shipped import load_shipped

    found = places.point(law_point, latitude, on=TODAY, released=False, law=load_shipped())
    assert abs(found.longitude - law_point) <= 0.2501
    assert abs(found.latitude - latitude) <= 0.2501
    assert round(found.longitude * 4) % 2 == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("青山矿业有限公司", "青山矿业有限公司"), ("王建国", redaction.PERSON), ("欧阳建国", redaction.PERSON), ("张三石料厂", "张三石料厂"),
        ("", ""), ("会宁县人民政府", "会宁县人民政府"), ("Qingshan Mining Co., Ltd.", "Qingshan Mining Co., Ltd."), ("李四 王五", redaction.PERSON),
    ],
)  # fmt: skip
def test_a_holder_that_may_be_a_person_is_anonymous(name: str, shown: str) -> None:
    row = publish(holder=name, credit_code="")
    assert row.holder == shown


def test_a_person_as_holder_is_not_found_by_name_nor_by_code() -> None:
    publish(holder="王建国", credit_code="92620422MA0000000X")
    assert not queries.mines(Asked(words="王建国")).exists()
    assert not queries.mines_of(["92620422MA0000000X"]).exists()


def test_people_this_system_knows_are_masked_in_every_text(cast: Any) -> None:
    made = writing.state(
        "entry", region_code="620422", on=TODAY, title={"zh": "由李签发批准", "en": "approved by 李签发"}, office="甘肃省自然资源厅",
        body={"reason": {"zh": "经办人王经办核实", "en": "x"}, "lines": [{"text": "周审核电话13812345678"}]},
    )  # fmt: skip
    kept = f"{made.title_zh}{made.title_en}{made.body}{Content.objects.get().text}"
    for name in ("李签发", "王经办", "周审核", "13812345678"):
        assert name not in kept
    assert made.title_zh == "由李某批准"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("联系人：赵钱孙 0931-8765432", "联系人：赵某 0931-8765432"), ("身份证620422199001011234号", "身份证（已隐去）号"),
        ("手机 138 1234 5678", "手机 （已隐去）"), ("邮箱 a.b@example.cn 处", "邮箱 （已隐去） 处"), ("代码91620100MA71ABCD8H", "代码91620100MA71ABCD8H"),
        ("法定代表人:司马相如", "法定代表人:司某"), ("甘自然资发〔2026〕88号", "甘自然资发〔2026〕88号"),
    ],
)  # fmt: skip
def test_numbers_and_names_behind_a_label_are_hidden(text: str, shown: str) -> None:
    assert redaction.scrub(text, people=()) == shown


def test_what_is_public_by_itself_is_spared() -> None:
    assert redaction.scrub("高山煤矿的高山", spare=("高山煤矿",), people=("高山",)) == "高山煤矿的高某"


def test_only_named_keys_of_a_body_are_published() -> None:
    made = writing.state(
        "entry", region_code="620422", on=TODAY, title={"zh": "纳入", "en": "in"}, office="甘肃省自然资源厅",
        body={"decision_number": "88号", "decided_by": "李签发", "phone": "13812345678", "reason": {"zh": "好", "person": "李签发"}},
    )  # fmt: skip
    assert made.body == {"decision_number": "88号", "reason": {"zh": "好"}}


def test_a_statement_enters_the_log_in_the_same_transaction() -> None:
    from django.db import transaction

    made = writing.state(
        "entry", region_code="620422", on=TODAY, title={"zh": "纳入", "en": "in"}, body={}, office="厅"
    )
    assert Leaf.objects.get().pk == made.leaf

    @transaction.atomic
    def an_act_that_fails() -> None:
        writing.state("entry", region_code="620422", on=TODAY, title={"zh": "又", "en": "x"}, body={}, office="厅")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        an_act_that_fails()
    assert (Leaf.objects.count(), Statement.objects.count()) == (1, 1)
    assert writing.state("entry", region_code="620422", on=TODAY, title={"zh": "三", "en": "x"}, body={}, office="厅").number == "GK-2026-000002"  # fmt: skip


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(CannotPublish, match="未知的公开类别"):
        writing.state("removal_proposal", region_code="620422", on=TODAY, title={"zh": "拟移出"}, body={}, office="厅")
    assert not Statement.objects.exists()


def test_a_withdrawn_statement_loses_its_text_and_papers_and_keeps_its_place() -> None:
    made = writing.state(
        "removal", mine="M1", region_code="620422", on=TODAY, title={"zh": "移出", "en": "out"}, body={"reason": "处罚未执行"},
        office="厅", files=[OpenFile("决定.pdf", "application/pdf", b"%PDF")],
    )  # fmt: skip
    gone = writing.withdraw(made.number, {"zh": "信用已修复", "en": "repaired"}, TODAY)
    assert (gone.body, gone.title_zh, gone.withdrawn_zh, gone.leaf) == ({}, "", "信用已修复", made.leaf)
    assert not PublicFile.objects.exists()
    assert not Content.objects.filter(leaf=made.leaf).exists()
    assert "处罚未执行" not in "".join(Content.objects.values_list("text", flat=True))
    with pytest.raises(CannotPublish, match="已撤回"):
        writing.withdraw(made.number, "再撤", TODAY)
    with pytest.raises(CannotPublish, match="没有这条公开信息"):
        writing.withdraw("GK-2026-999999", "无", TODAY)
    other = writing.state("entry", region_code="620422", on=TODAY, title={"zh": "纳入"}, body={}, office="厅")
    with pytest.raises(CannotPublish, match="请说明撤回理由"):
        writing.withdraw(other.number, " ", TODAY)


def test_a_notice_is_published_with_its_list_and_closed_with_its_outcome() -> None:
    made = notice()
    assert [(row.mine, row.place, row.result_zh) for row in made.rows.all()] == [
        ("M00000001", "甘肃省白银市会宁县", "拟纳入")
    ]
    closed = writing.close_notice("GS-2026-0001", {"zh": "无异议", "en": "no objection"}, on=date(2026, 11, 28))
    assert (closed.state, closed.outcome_zh, closed.closed_on) == ("ended", "无异议", date(2026, 11, 28))
    assert list(Statement.objects.order_by("id").values_list("kind", "notice")) == [("notice", "GS-2026-0001"), ("notice_end", "GS-2026-0001")]  # fmt: skip


def test_a_file_too_large_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LARGEST_FILE", 3)
    with pytest.raises(CannotPublish, match="过大"):
        writing.state("entry", region_code="620422", on=TODAY, title={"zh": "纳入"}, body={}, office="厅", files=[OpenFile("a", "b", b"1234")])  # fmt: skip


def test_publishing_asks_the_database_as_often_for_one_gram_as_for_many(django_assert_max_num_queries: Any) -> None:
    publish()
    with django_assert_max_num_queries(32):
        publish(name="青山煤矿二号井")


def test_a_standing_is_dated_and_reasoned() -> None:
    publish("M00000001", TierStanding("provincial", "removed", until=TODAY, reason={"zh": "第2项", "en": "no. 2"}))
    kept = queries.mine("M00000001")
    assert kept is not None
    assert kept.detail.standings[0]["until"] == "2026-11-20"
    assert kept.detail.standings[0]["reason"] == {"zh": "第2项", "en": "no. 2"}
